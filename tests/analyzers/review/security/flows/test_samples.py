"""Code that has a weakness is told of, its safe twin is not."""

from __future__ import annotations

from collections import Counter

import pytest

from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.security.flows import check
from faultline.analyzers.review.security.flows.conditions import CONDITIONS
from faultline.analyzers.review.security.flows.tables import tables
from faultline.analyzers.review.source import Source
from tests.analyzers.review.security.flows.paths import paths
from tests.analyzers.review.security.flows.samples import GROUPS, Sample, samples


@pytest.mark.parametrize("sample", [each for group in GROUPS for each in samples(group)], ids=lambda each: each.id)
def test_a_weakness_is_told_and_its_safe_twin_is_not(sample: Sample) -> None:
    source = Source("app.py", sample.code)
    found = {observation.rule for observation in check(source)}
    assert (f"security/{sample.rule}" in found) is sample.real
    assert not source.unread


@pytest.mark.covered_elsewhere
def test_data_is_followed_through_whatever_carries_it() -> None:
    wrong = []
    for rule, real, code in paths():
        found = {observation.rule for observation in check(Source("app.py", code))}
        if (f"security/{rule}" in found) is not real:
            wrong.append(code)
    assert wrong == []


def test_every_rule_has_four_real_samples_and_four_safe_ones() -> None:
    counts = Counter((each.rule, each.real) for group in GROUPS for each in samples(group))
    rules = {sink.rule for sink in tables().sinks} | {"trust-boundary"}
    assert {(rule, real) for rule in rules for real in (True, False) if counts[rule, real] < 4} == set()


def test_every_sink_names_a_rule_of_the_catalogue_and_a_condition_that_there_is() -> None:
    for sink in tables().sinks:
        assert f"security/{sink.rule}" in catalogue()
        assert not sink.test or sink.test in CONDITIONS
