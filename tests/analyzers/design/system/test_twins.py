"""Twelve designs of several documents each: nothing is found in them, and each planted fault is."""

import re

import pytest

from faultline.analyzers.design.consistency import artifacts
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resilience import sharing, topology
from faultline.analyzers.design.rules import catalogue
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity
from tests.analyzers.design.parts import design
from tests.analyzers.design.system.plants import DESIGNS, PLANTS, Plant, clean


def told(of: Design) -> list[Observation]:
    """What is told at the default level."""
    seen = [each for check in (*topology.CHECKS, *sharing.CHECKS, *artifacts.CHECKS) for each in check(of)]
    return [each for each in seen if (each.severity or catalogue()[each.rule].severity).at_least(Severity.LOW)]


def text(spot: Spot) -> str:
    """What stands there."""
    first, last = spot.lines
    return "\n".join(spot.document.lines[first - 1 : last])


def shown(plant: Plant) -> bool:
    """Whether the fault is found, at its line or with its line beside it."""
    return any(
        re.search(plant.rule, seen.rule)
        and any(part in text(spot) for part in plant.line.split("|||") for spot in (seen.at, *seen.also))
        for seen in told(design(plant.files()))
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_nothing_is_told_of_a_clean_design(name: str) -> None:
    assert [(each.rule, each.message) for each in told(design(clean(name)))] == []


@pytest.mark.parametrize("name", DESIGNS)
def test_each_planted_fault_is_found_at_its_line(name: str) -> None:
    plants = [each for each in PLANTS if each.design == name]
    assert len(plants) >= 3
    assert [(each.path, each.rule, each.line) for each in plants if not shown(each)] == []
