"""Faults planted into clean specifications, and changes that look like faults; `data/faults.toml` has them all.

`python -m tests.analyzers.design.api.planted` prints recall, false alarms, and what was missed or told wrongly.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from faultline.analyzers.design.consistency import api as consistency
from faultline.analyzers.design.contract import owasp
from faultline.analyzers.design.resilience import api as resilience
from faultline.analyzers.design.security import api as security
from faultline.analyzers.design.squad import look
from faultline.core.finding import Finding, Severity
from tests.analyzers.design.parts import design

DATA = Path(__file__).parent / "data"
CHECKS = (*owasp.CHECKS, *resilience.CHECKS, *security.CHECKS, *consistency.CHECKS)


class Change(NamedTuple):
    """One change to a clean specification; `rules` and `at` are empty where it is harmless."""

    base: str
    name: str
    text: str
    rules: tuple[str, ...] = ()
    at: str = ""


def bases() -> dict[str, str]:
    """The clean specifications by name."""
    return {each.name: each.read_text("utf-8") for each in sorted(DATA.glob("*")) if each.suffix in (".yaml", ".json")}


def changes(kind: str) -> list[Change]:
    """The faults (`fault`) or the harmless changes (`harmless`)."""
    told = tomllib.loads((DATA / "faults.toml").read_text("utf-8"))
    clean = bases()
    return [_made(each, clean[each["base"]]) for each in told[kind]]


def _made(told: dict[str, object], text: str) -> Change:
    pairs = told["change"]
    assert isinstance(pairs, list)
    for old, new in pairs:
        assert text.count(old) >= 1, f"{told['base']}, {told['name']}: there is no {old!r}"
        text = text.replace(old, new, 1)
    rules = told.get("rules", [])
    assert isinstance(rules, list)
    return Change(str(told["base"]), str(told["name"]), text, tuple(rules), str(told.get("at", "")))


def told(change: Change) -> list[Finding]:
    """What the checks of this part tell at the default level."""
    read = design({change.base: change.text})
    read.level = Severity.LOW
    findings, _, unread = look(read, CHECKS, Severity.LOW)
    assert not unread
    return findings


def missed(change: Change) -> str:
    """Why a fault counts as not found; empty where it is."""
    seen = told(change)
    lines = change.text.splitlines()
    for each in seen:
        if each.rule_id in change.rules:
            places = {each.location.start_line, *(place.start_line for place in each.places)}
            if any(change.at in lines[number - 1] for number in places):
                return ""
    return f"told are {sorted({each.rule_id for each in seen})}"


def alarms(change: Change) -> list[str]:
    """What is told of a harmless change."""
    return [f"{each.rule_id} {each.location.start_line}: {each.description}" for each in told(change)]


def main() -> None:
    """Print the figures."""
    faults, harmless = changes("fault"), changes("harmless")
    clean = [Change(name, "as it is", text) for name, text in bases().items()]
    wrong = [(each, why) for each in faults if (why := missed(each))]
    false = [(each, told) for each in (*clean, *harmless) if (told := alarms(each))]
    for each, why in wrong:
        print(f"missed  {each.base}, {each.name}: {each.rules} {why}")
    for each, seen in false:
        print(f"alarm   {each.base}, {each.name}:", *seen, sep="\n        ")
    quiet = len(clean) + len(harmless)
    print(f"recall {1 - len(wrong) / len(faults):.3f} of {len(faults)}")
    print(f"false alarms {len(false) / quiet:.3f} of {quiet}")


if __name__ == "__main__":
    main()
