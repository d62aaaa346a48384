"""Nothing is hidden: wherever a value shows that two schemas break, evolution tells something."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.evolution.comparison import Comparison, Found
from faultline.analyzers.design.evolution.gap import Mode
from faultline.analyzers.design.evolution.schemas import Schemas
from faultline.analyzers.design.evolution.unchanged import Unchanged
from tests.analyzers.design.evolution import witnesses
from tests.analyzers.design.evolution.versions import document


def found(old: witnesses.Schemas, new: witnesses.Schemas, mode: Mode) -> list[Found]:
    one, other = (document({"openapi": "3.1.0", "components": {"schemas": each}}) for each in (old, new))
    comparison = Comparison(Schemas(one), Schemas(other), Unchanged(one, other))
    roots = (Node(each, ("components", "schemas", "X"), side["X"]) for each, side in ((one, old), (other, new)))
    comparison.use(0, mode, *((each,) for each in roots))
    return list(comparison.found())


def missed(seed: int) -> list[object]:
    """Values that nothing is told of, although one side sends them and the other refuses them."""
    old, new = witnesses.pair(random.Random(seed))
    silent: list[object] = []
    for mode, sends, takes in ((Mode.REQUEST, old, new), (Mode.RESPONSE, new, old)):
        assert not found(old, old, mode)
        refused = witnesses.witness(sends, takes)
        if refused and not any(each.gap.hard for each in found(old, new, mode)):
            silent.append((mode, sends, takes, refused))
    return silent


@given(st.integers(0, 10**9))
def test_a_value_that_is_refused_is_never_hidden(seed: int) -> None:
    assert missed(seed) == []


@pytest.mark.slow
def test_none_of_many_values_that_are_refused_is_hidden() -> None:
    assert [seed for seed in range(20_000) if missed(seed)] == []
