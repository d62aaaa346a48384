"""The catalogue of rules is well-formed, and knows every rule that a check can name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import faultline.analyzers.review as review
from faultline.analyzers.review.rules import Rule, catalogue

FOLDER = Path(review.__file__).parent
AGENTS = ("security", "style", "logic", "performance", "architecture")
CHECKS = FOLDER / "security" / "python"


@pytest.mark.parametrize("agent", AGENTS)
def test_every_rule_says_what_is_wrong_what_comes_of_it_and_what_to_do(agent: str) -> None:
    wrong: list[str] = []
    for rule in _rules(agent):
        wrong += [f"{rule.id}: {reason}" for reason in _complaints(rule)]
    assert wrong == []


def test_no_two_rules_of_an_agent_have_one_title() -> None:
    titles = Counter((rule.agent, rule.title) for rule in catalogue().values())
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_rule_of_security_names_its_weakness() -> None:
    assert [rule.id for rule in _rules("security") if not rule.cwe] == []


def test_every_rule_that_a_check_names_is_in_the_catalogue() -> None:
    named: set[str] = set()
    for path in FOLDER.rglob("*"):
        if path.suffix in (".py", ".toml") and path.parent.name != "catalog":
            named |= set(re.findall(rf"[\"']((?:{'|'.join(AGENTS)})/[a-z0-9][a-z0-9-]*)[\"']", path.read_text("utf-8")))
    assert named
    assert sorted(named - catalogue().keys()) == []


def test_every_weakness_that_a_look_at_python_names_is_in_the_catalogue_and_every_one_of_the_catalogue_is_named() -> (
    None
):
    named: set[str] = set()
    for path in CHECKS.glob("*.py"):
        text = path.read_text("utf-8")
        named |= set(
            re.findall(r"(?:see\(\s*|(?:rule|RULE) = |if \"StrictHostKey\" in text else |: \()\"([a-z][a-z-]+)\"", text)
        )
    known = {each.removeprefix("security/") for each in catalogue()}
    weaknesses = set(
        re.findall(
            r'^id = "security/([a-z-]+)"', (FOLDER / "catalog" / "weaknesses.toml").read_text("utf-8"), re.MULTILINE
        )
    )
    assert sorted(named - known) == []
    # Secrets are found by what they look like, in files of every language.
    assert sorted(weaknesses - named - {"hardcoded-secret"}) == []


def _rules(agent: str) -> list[Rule]:
    return [rule for rule in catalogue().values() if rule.agent == agent]


def _complaints(rule: Rule) -> list[str]:
    found = []
    if rule.title.endswith((".", "!")) or len(rule.title) > 100:
        found.append("the title is no short phrase without a full stop")
    for name, text in (("why", rule.why), ("fix", rule.fix)):
        if not text.endswith(".") or len(text.split()) < 2 or len(text) > 300:
            found.append(f"{name} is no sentence")
    if any(not re.fullmatch(r"CWE-[1-9][0-9]{0,3}", each) for each in rule.cwe) or len(set(rule.cwe)) != len(rule.cwe):
        found.append("cwe is not as in CWE-89")
    if not 0 < rule.confidence <= 1:
        found.append("the confidence is not between 0 and 1")
    return found
