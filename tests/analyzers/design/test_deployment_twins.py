"""Deployments as other teams write them: silent as they are, and each planted fault is found at its line.

A twin is a clean file of `twins/`; a fault is one replacement in it, listed in `twins/faults.toml`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resilience import compose, kubernetes, terraform
from faultline.analyzers.design.rules import catalogue
from faultline.analyzers.design.security import compose as opened_compose
from faultline.analyzers.design.security import kubernetes as opened_kubernetes
from faultline.analyzers.design.security import secrets
from faultline.analyzers.design.security import terraform as opened_terraform
from faultline.core.finding import Severity
from tests.analyzers.design.parts import design, findings

CHECKS = [
    check
    for each in (compose, kubernetes, terraform, opened_compose, opened_kubernetes, opened_terraform, secrets)
    for check in each.CHECKS
]

TWINS = Path(__file__).parent / "twins"
CLEAN = sorted(each.name for each in TWINS.iterdir() if each.suffix in (".yaml", ".yml", ".tf"))


class Fault(NamedTuple):
    """One fault: `old` becomes `new` in a file, and `rule` is found on the line that begins with `at`."""

    file: str
    old: str
    new: str
    rule: str = ""
    at: str = ""


FAULTS = [Fault(**each) for each in tomllib.loads((TWINS / "faults.toml").read_text("utf-8"))["fault"]]
PLANTED = [each for each in FAULTS if each.rule]
HARMLESS = [each for each in FAULTS if not each.rule]
"""Changes that look like a fault and are none: the rest of the file makes up for it."""


def _changed(fault: Fault) -> str:
    clean = (TWINS / fault.file).read_text("utf-8")
    assert fault.old in clean, fault.old
    return clean.replace(fault.old, fault.new, 1)


def _told(name: str, text: str) -> list[Observation]:
    """What the checks of deployments say at the default level; without the engine, which takes most of the time."""
    there = design({name: text})
    seen = [each for check in CHECKS for each in check(there)]
    return [each for each in seen if (each.severity or catalogue()[each.rule].severity) is not Severity.INFO]


def _line_of(text: str, at: str) -> int:
    """The first line that begins with a text, or else that holds it."""
    place = f"\n{text}".find(f"\n{at}")
    return text[: place if place >= 0 else text.index(at)].count("\n") + 1


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_deployment_is_silent(name: str) -> None:
    told = findings({name: (TWINS / name).read_text("utf-8")}, "low")
    assert [(each.rule_id, each.description) for each in told] == []


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=lambda number: f"{number}-{PLANTED[number].rule}")
def test_a_planted_fault_is_found_at_its_line_and_nothing_else_is_said(number: int) -> None:
    fault = PLANTED[number]
    text = _changed(fault)
    line = _line_of(text, fault.at)
    told = _told(fault.file, text)
    assert line in [each.at.lines[0] for each in told if each.rule == fault.rule]
    assert len({(each.rule, each.cause) for each in told}) <= 2, [(each.rule, each.message) for each in told]


@pytest.mark.parametrize("number", range(len(HARMLESS)))
def test_what_another_line_makes_up_for_is_no_fault(number: int) -> None:
    fault = HARMLESS[number]
    assert _told(fault.file, _changed(fault)) == []
