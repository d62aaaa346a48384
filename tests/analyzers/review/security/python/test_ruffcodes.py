"""What ruff has found counts as ours, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.security.python import weaknesses
from faultline.analyzers.review.security.python.ruffcodes import CODES
from faultline.analyzers.review.source import Source


class Said:
    """Diagnostics that say what they are given."""

    def __init__(self, *records: Mapping[str, Any]) -> None:
        self.records = records

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        return self.records if tool == "ruff" else ()


def _record(code: str, row: int) -> dict[str, Any]:
    return {"code": code, "location": {"row": row}, "end_location": {"row": row}}


def test_a_code_that_is_precise_is_an_observation_of_our_rule() -> None:
    source = Source("a.py", "x = 1\n", diagnostics=Said(_record("S501", 1)))
    (seen,) = weaknesses(source)
    assert (seen.rule, seen.line, seen.code) == ("security/tls-verification-off", 1, "S501")


def test_what_both_see_is_told_once_in_our_words() -> None:
    source = Source("a.py", "import tempfile\ntempfile.mktemp()\n", diagnostics=Said(_record("S306", 2)))
    seen = [each for each in weaknesses(source) if each.rule == "security/temporary-file"]
    assert [each.code for each in seen] == [None]


def test_noisy_codes_and_lines_that_are_not_there_are_dropped() -> None:
    records = [_record("S101", 1), _record("S603", 1), _record("S501", 99), {"code": None}, {"code": "S501"}]
    assert weaknesses(Source("a.py", "x = 1\n", diagnostics=Said(*records))) == []


def test_every_code_has_a_rule_of_the_catalogue() -> None:
    assert {f"security/{rule}" for rule, _ in CODES.values()} <= catalogue().keys()
