"""The catalogue of rules: what each means, how bad it is, and which weakness it is.

A rule is said once, in `catalog/*.toml`, whichever engine or language finds it: checks name it by its id.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from faultline.core import rules
from faultline.core.finding import Severity


class Rule(rules.Rule):
    """One thing that a check can find.

    In a test file the severity is `in_tests`, and nothing is told where that is None; None is the default.
    """

    id: str = Field(pattern=r"^(security|style|logic|performance|architecture)/[a-z0-9][a-z0-9-]*$")
    confidence: float = 0.8
    in_tests: Severity | None = None


_CATALOGUE = rules.Catalogue(Path(__file__).with_name("catalog"), Rule)


def catalogue() -> rules.Catalogue[Rule]:
    """All rules."""
    return _CATALOGUE
