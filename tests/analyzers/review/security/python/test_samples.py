"""Every rule sees its bad samples, and no rule sees anything in a good one."""

from __future__ import annotations

from collections import Counter

import pytest

from faultline.analyzers.review.rules import catalogue
from tests.analyzers.review.security.python.cases import AREAS, files, samples, weaknesses_of


@pytest.mark.parametrize("area", AREAS)
def test_the_samples_of_an_area_are_told_apart(area: str) -> None:
    assert [str(each) for each in samples(area) if not each.right] == []


def test_of_the_blind_samples_nine_in_ten_are_told_apart() -> None:
    blind = samples("blind")
    bad = [each.right for each in blind if each.bad]
    good = [each.right for each in blind if not each.bad]
    assert sum(bad) / len(bad) >= 0.9
    assert sum(good) / len(good) >= 0.9


def test_every_rule_has_three_bad_samples_and_three_good_ones() -> None:
    bad, good = Counter[str](), Counter[str]()
    for area in (*AREAS, "blind"):
        for each in samples(area):
            (bad if each.bad else good)[f"security/{each.rule}"] += 1
    assert {rule: count for rule, count in bad.items() if count < 3} == {}
    assert {rule: count for rule, count in good.items() if count < 3} == {}
    assert set(bad) <= catalogue().keys()


def test_of_insecure_files_written_without_a_look_at_the_rules_nine_in_ten_are_found() -> None:
    unseen = files("unseen")
    found = [each["cwe"] in weaknesses_of(each["text"]) for each in unseen]
    assert sum(found) / len(found) >= 0.9


def test_of_careful_files_no_more_than_one_in_thirty_is_flagged() -> None:
    careful = files("unflagged")
    flagged = [each for each in careful if weaknesses_of(each["text"])]
    assert len(flagged) * 30 <= len(careful)
