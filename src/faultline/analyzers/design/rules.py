"""The catalogue of rules: what each means, how bad it is, what to do, and an example of both sides.

A rule is said once, in `catalog/*.toml`; checks name it by its id, `AGENT/NAME`. The fields of an entry are those of
`Rule`. A rule of severity `info` is not told at the default level: it is there for those who ask for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from threading import Lock
from types import MappingProxyType

from pydantic import Field, TypeAdapter

from faultline.core.finding import Noun, Severity

_READING = Lock()


class Rule(Noun):
    """One thing that a check can find.

    `title` is what is wrong, in a few words and without a full stop; `why` what comes of it; `fix` what to do.
    `same_as` names rules of others that mean the same, as in `spectral:operation-tags`, `owasp:api4:2023-rate-limit`.
    `bad` and `good` are small designs, text by path: in the first the rule is found, in the second it is not. What a
    path below `against/` holds is the older version to compare with. `masked` rules are about lines that hold a secret:
    their evidence is shown without it. One that `gives_way_to` others of its agent is not told where one of them is
    told at the same line, which says the same and more.
    """

    id: str = Field(pattern=r"^(contract|resilience|security|consistency|evolution)/[a-z0-9][a-z0-9-]*$")
    severity: Severity
    title: str
    why: str
    fix: str
    same_as: tuple[str, ...] = ()
    cwe: tuple[str, ...] = ()
    confidence: float = 0.9
    masked: bool = False
    gives_way_to: tuple[str, ...] = ()
    bad: dict[str, str] = Field(min_length=1)
    good: dict[str, str] = Field(min_length=1)

    @property
    def agent(self) -> str:
        """Whose rule it is."""
        return self.id.partition("/")[0]


class _Catalog(Noun):
    rule: tuple[Rule, ...] = ()


def catalogue() -> Mapping[str, Rule]:
    """All rules by id, in the order of their ids.

    Raises:
        ValueError: a file of the catalogue is not as it should be, or two rules have one id.

    """
    with _READING:  # five agents ask at once; without it each reads it, which is 0.1 s
        return _read()


@cache
def _read() -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for file in sorted(files("faultline.analyzers.design.catalog").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for rule in TypeAdapter(_Catalog).validate_python(tomllib.loads(file.read_text("utf-8"))).rule:
                if rule.id in rules:
                    raise ValueError(f"{file.name}: there is a rule {rule.id} already")
                rules[rule.id] = rule
    return MappingProxyType(dict(sorted(rules.items())))
