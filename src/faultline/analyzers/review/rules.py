"""The catalogue of rules: what each means, how bad it is, and which weakness it is.

A rule is said once, in `catalog/*.toml`, whichever engine or language finds it: checks name it by its id. Ids are
`AGENT/NAME`. The fields of an entry are those of `Rule`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import Field, TypeAdapter

from faultline.core.finding import Noun, Severity


class Rule(Noun):
    """One thing that a check can find.

    `title` is what is wrong, in a few words and without a full stop; `why` what comes of it; `fix` what to do. In a
    test file the severity is `in_tests`, and nothing is told where that is None; None is the default.
    """

    id: str = Field(pattern=r"^(security|style|logic|performance|architecture)/[a-z0-9][a-z0-9-]*$")
    severity: Severity
    title: str
    why: str
    fix: str
    cwe: tuple[str, ...] = ()
    confidence: float = 0.8
    in_tests: Severity | None = None

    @property
    def agent(self) -> str:
        """Whose rule it is."""
        return self.id.partition("/")[0]


class _Catalog(Noun):
    rule: tuple[Rule, ...] = ()


@cache
def catalogue() -> Mapping[str, Rule]:
    """All rules by id, in the order of their ids.

    Raises:
        ValueError: a file of the catalogue is not as it should be, or two rules have one id.

    """
    rules: dict[str, Rule] = {}
    for file in sorted(files("faultline.analyzers.review.catalog").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for rule in TypeAdapter(_Catalog).validate_python(tomllib.loads(file.read_text("utf-8"))).rule:
                if rule.id in rules:
                    raise ValueError(f"{file.name}: there is a rule {rule.id} already")
                rules[rule.id] = rule
    return MappingProxyType(dict(sorted(rules.items())))
