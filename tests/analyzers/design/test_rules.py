"""The catalogue: every rule is found in its bad example and not in its good one."""

import tomllib
from pathlib import Path

import pytest

from faultline.analyzers.design import rules as rules_module
from faultline.analyzers.design.rules import Rule, catalogue
from tests.analyzers.design.parts import findings, rules

ALL = list(catalogue().values())


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_is_found_in_its_bad_example_and_not_in_its_good_one(rule: Rule) -> None:
    assert rule.id in rules(rule.bad)
    assert rule.id not in rules(rule.good)


def test_a_rule_is_said_in_whole_words() -> None:
    for rule in ALL:
        assert not rule.title.endswith("."), rule.id
        assert rule.why.endswith("."), rule.id
        assert rule.fix.endswith("."), rule.id


def test_the_catalogue_is_what_its_files_say() -> None:
    folder = Path(rules_module.__file__).with_name("catalog")
    said = [rule for file in sorted(folder.glob("*.toml")) for rule in tomllib.loads(file.read_text())["rule"]]
    assert list(catalogue().values()) == sorted(map(Rule.model_validate, said), key=lambda rule: rule.id)


def test_what_another_finding_says_with_more_at_the_same_line_is_not_told() -> None:
    example = Path(__file__).parents[3] / "examples" / "design"
    files = {each.relative_to(example).as_posix(): each.read_text() for each in example.rglob("*") if each.is_file()}
    told = [(each.rule_id, each.location and each.location.start_line) for each in findings(files, "low")]
    single = {line for rule, line in told if rule == "resilience/single-point-of-failure"}
    assert single
    assert not {line for rule, line in told if rule == "resilience/single-replica"} & single
