"""The catalogue of rules: what each means, how bad it is, what to do, and an example of both sides.

A rule is said once, in `catalog/*.toml`; checks name it by its id, `AGENT/NAME`. The fields of an entry are those of
`Rule`, the id first. A rule of severity `info` is not told at the default level: it is there for those who ask for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import Field

from faultline.core.finding import Noun, Severity

_ENTRY: Final = '[[rule]]\nid = "'
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


class Catalogue(Mapping[str, Rule]):
    """All rules by id, in the order of their ids; each is read when it is asked for.

    To read all takes 0.03 s, and what looks at one document asks for some fifty of them.

    Args:
        texts: of the files, by their names.

    Raises:
        ValueError: two rules have one id; when it is asked for, that a rule is not as it should be.

    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        said: dict[str, str] = {}
        for name, text in texts.items():
            for entry in text.split(_ENTRY)[1:]:
                rule = entry[: entry.index('"')]
                if rule in said:
                    raise ValueError(f"{name}: there is a rule {rule} already")
                said[rule] = entry
        self._said = dict(sorted(said.items()))
        self._read: dict[str, Rule] = {}

    def __getitem__(self, rule: str) -> Rule:
        known = self._read.get(rule)
        if known is None:
            # Whichever agent comes first reads it; two read the same.
            known = self._read[rule] = Rule.model_validate(tomllib.loads(_ENTRY + self._said[rule])["rule"][0])
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __contains__(self, rule: object) -> bool:
        return rule in self._said


def catalogue() -> Catalogue:
    """All rules."""
    with _READING:  # five agents ask at once
        return _read()


@cache
def _read() -> Catalogue:
    folder = Path(__file__).with_name("catalog")
    return Catalogue({file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.toml"))})
