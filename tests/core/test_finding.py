from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from faultline.core.finding import Finding, Location, Severity, fingerprint

TEXT = st.text(st.characters(codec=None))  # lone surrogates too


@given(TEXT, st.lists(TEXT))
def test_a_fingerprint_is_128_bits_of_hexadecimal_and_always_the_same(rule: str, parts: list[str]) -> None:
    one = fingerprint(rule, *parts)
    assert one == fingerprint(rule, *parts)
    assert len(one) == 32
    int(one, 16)


@given(st.lists(TEXT, min_size=1), st.lists(TEXT, min_size=1))
def test_fingerprints_differ_where_their_parts_differ(one: list[str], other: list[str]) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


def test_where_one_part_ends_is_part_of_the_fingerprint() -> None:
    assert fingerprint("rule", "ab", "c") != fingerprint("rule", "a", "bc")


def test_severities_rank_from_critical_to_info() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2, 3, 4]
    assert Severity.CRITICAL.at_least(Severity.LOW)
    assert Severity.LOW.at_least(Severity.LOW)
    assert not Severity.INFO.at_least(Severity.LOW)


def test_a_finding_cannot_be_changed() -> None:
    finding = Finding(rule_id="r", agent="a", severity=Severity.LOW, title="t", fingerprint="f")
    with pytest.raises(ValidationError):
        finding.title = "other"  # type: ignore[misc]


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_confidence_is_between_nothing_and_certainty(confidence: float) -> None:
    with pytest.raises(ValidationError):
        Finding(rule_id="r", agent="a", severity=Severity.LOW, title="t", fingerprint="f", confidence=confidence)


def test_lines_count_from_one() -> None:
    with pytest.raises(ValidationError):
        Location(path="a", start_line=0, end_line=1)


def test_a_field_outside_the_contract_is_refused() -> None:
    with pytest.raises(ValidationError):
        Location.model_validate({"path": "a", "start_line": 1, "end_line": 1, "column": 3})
