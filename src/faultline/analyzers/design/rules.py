"""The catalogue of rules: what each means, how bad it is, what to do, and an example of both sides.

A rule is said once, in `catalog/*.toml`; checks name it by its id. One of severity `info` is not told at the default
level: it is there for those who ask for it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from faultline.core import rules


class Rule(rules.Rule):
    """One thing that a check can find.

    `same_as` names rules of others that mean the same, as in `spectral:operation-tags`, `owasp:api4:2023-rate-limit`.
    `bad` and `good` are small designs, text by path: in the first the rule is found, in the second it is not. What a
    path below `against/` holds is the older version to compare with. `masked` rules are about lines that hold a secret:
    their evidence is shown without it. One that `gives_way_to` others of its agent is not told where one of them is
    told at the same line, which says the same and more.
    """

    id: str = Field(pattern=r"^(contract|resilience|security|consistency|evolution)/[a-z0-9][a-z0-9-]*$")
    same_as: tuple[str, ...] = ()
    confidence: float = 0.9
    masked: bool = False
    gives_way_to: tuple[str, ...] = ()
    bad: dict[str, str] = Field(min_length=1)
    good: dict[str, str] = Field(min_length=1)


_CATALOGUE = rules.Catalogue(Path(__file__).with_name("catalog"), Rule)


def catalogue() -> rules.Catalogue[Rule]:
    """All rules."""
    return _CATALOGUE
