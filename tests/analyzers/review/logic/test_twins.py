from collections.abc import Mapping
from pathlib import Path

import pytest

from faultline.analyzers.review import logic
from faultline.analyzers.review.rules import catalogue
from tests.analyzers.review.twins import said, twins_of

TWINS = twins_of(Path(__file__).with_name("twins.toml"))


@pytest.fixture(scope="module")
def seen() -> Mapping[str, set[str]]:
    texts = {f"{word}/m{at}.py": twin[word] for at, twin in enumerate(TWINS) for word in ("bad", "good")}
    return said(logic.CHECKS, texts)


@pytest.mark.parametrize("at", range(len(TWINS)), ids=lambda at: f"{at}-{TWINS[at]['rule']}")
def test_the_bad_twin_shows_the_rule_and_the_good_one_does_not(at: int, seen: Mapping[str, set[str]]) -> None:
    rule = TWINS[at]["rule"]
    assert rule in seen[f"bad/m{at}.py"]
    assert rule not in seen[f"good/m{at}.py"]


def test_every_rule_that_is_used_is_in_the_catalogue(seen: Mapping[str, set[str]]) -> None:
    assert {rule for rules in seen.values() for rule in rules} <= set(catalogue())
