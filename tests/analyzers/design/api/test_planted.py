"""Planted faults are found where they are, and what only looks like a fault is left alone."""

import pytest

from tests.analyzers.design.api.planted import Change, alarms, bases, changes, missed

FAULTS = changes("fault")
HARMLESS = changes("harmless")


@pytest.mark.parametrize("name", sorted(bases()))
def test_a_clean_specification_is_told_nothing(name: str) -> None:
    assert alarms(Change(name, "", bases()[name])) == []


@pytest.mark.parametrize("change", FAULTS[::3], ids=lambda each: f"{each.base}: {each.name}")
def test_a_planted_fault_is_told_at_its_line(change: Change) -> None:
    assert missed(change) == ""


@pytest.mark.parametrize("change", HARMLESS[::2], ids=lambda each: f"{each.base}: {each.name}")
def test_what_only_looks_like_a_fault_is_left_alone(change: Change) -> None:
    assert alarms(change) == []


@pytest.mark.slow
def test_nine_of_ten_planted_faults_are_told_and_two_of_a_hundred_harmless_changes_at_most() -> None:
    assert sum(not missed(each) for each in FAULTS) >= 0.9 * len(FAULTS)
    assert sum(bool(alarms(each)) for each in HARMLESS) <= 0.02 * len(HARMLESS)
