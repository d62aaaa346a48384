"""The catalogue: every rule is found in its bad example and not in its good one."""

import pytest

from faultline.analyzers.design.rules import Rule, catalogue
from tests.analyzers.design.parts import rules

ALL = list(catalogue().values())


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_is_found_in_its_bad_example_and_not_in_its_good_one(rule: Rule) -> None:
    assert rule.id in rules(rule.bad)
    assert rule.id not in rules(rule.good)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_is_said_in_whole_words(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
