from collections.abc import Mapping

import pytest

from faultline.analyzers.review import style
from faultline.analyzers.review.change import Change
from faultline.analyzers.review.engines.tools import attach
from faultline.analyzers.review.source import Role
from faultline.analyzers.review.squad import Reviewer
from faultline.analyzers.review.style.project import project
from faultline.core.finding import Finding, Severity
from tests.analyzers.review.parts import NOTHING, changed

TIDY = "".join(f"def f{at}(x):\n    return x + {at}\n\n\n" for at in range(80)).rstrip("\n") + "\n"
UNTIDY = TIDY.replace("x + ", "x+")
ADDED = "\n\ndef BadName(x):\n    if x == None:\n        return 1\n    return 2\n"


def told(change: Change) -> list[Finding]:
    attach(change)
    reviewer = Reviewer("style", "1", lambda: change, style.CHECKS, style.CHANGE_CHECKS)
    return list(reviewer.analyze(NOTHING).findings)


def rules(base: str, head: str, tree: Mapping[str, bytes] | None = None, role: Role = Role.CODE) -> list[str]:
    return [each.rule_id for each in told(Change([changed(base, head, role=role)], tree=tree or {}))]


def test_what_the_base_keeps_is_a_convention() -> None:
    assert rules(TIDY, TIDY + ADDED) == ["style/naming", "style/layout"]


def test_what_the_base_does_not_keep_is_none() -> None:
    base = TIDY + "\n\ndef OtherName(y):\n    return y != None\n"
    assert rules(base, base + ADDED) == []


def test_a_short_base_says_nothing() -> None:
    assert rules("def f(x):\n    return x\n", "def f(x):\n    return x\n" + ADDED) == []


def test_a_convention_is_no_more_than_information() -> None:
    assert {each.severity for each in told(Change([changed(TIDY, TIDY + ADDED)]))} == {Severity.INFO}


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("pyproject.toml", '[tool.ruff.lint]\nselect = ["N"]\n'),
        ("ruff.toml", 'lint.select = ["N"]\n'),
        (".ruff.toml", 'select = ["N", "nonsense", 3]\nignore = ["ZZ999"]\n'),
    ],
)
def test_what_the_project_declares_is_what_is_told(name: str, config: str) -> None:
    change = Change([changed(None, ADDED)], tree={name: config.encode()})
    found = told(change)
    assert [each.rule_id for each in found] == ["style/naming"]
    assert found[0].severity is Severity.LOW


@pytest.mark.parametrize(
    "config", ["[tool.ruff", "[tool]\nruff = 3\n", "[tool.ruff.lint]\nselect = 'N'\nline-length = 9\n"]
)
def test_a_broken_configuration_is_as_if_it_were_not_there(config: str) -> None:
    found = project(Change([], tree={"pyproject.toml": config.encode()}))
    assert found.line_length == 88
    assert "N" not in found.select


def test_the_configuration_of_the_base_counts_and_not_that_of_the_change() -> None:
    config = changed('[tool.ruff.lint]\nselect = ["N"]\n', "[tool.ruff.lint]\nselect = []\n", "pyproject.toml")
    found = told(Change([changed(None, ADDED), config]))
    assert [each.rule_id for each in found] == ["style/naming"]


def test_settings_are_read_as_data() -> None:
    text = """
[project]
requires-python = ">=3.9"
[tool.ruff]
line-length = 100
[tool.ruff.lint]
extend-select = ["D", "I"]
per-file-ignores = {"tests/*" = ["D"], "conftest.py" = ["I"]}
pydocstyle.convention = "google"
isort.force-single-line = true
[tool.ruff.format]
quote-style = "single"
skip-magic-trailing-comma = true
indent-style = "evil = 1"
"""
    found = project(Change([], tree={"pyproject.toml": text.encode(), "src/mine/a.py": b""}))
    assert (found.line_length, found.target) == (100, "py39")
    assert found.ignores("tests/test_a.py", "D103") and found.ignores("a/conftest.py", "I001")
    assert not found.ignores("src/a.py", "D103")
    assert set(found.settings) == {
        'lint.isort.known-first-party = ["mine"]',
        'lint.pydocstyle.convention = "google"',
        "lint.isort.force-single-line = true",
        'format.quote-style = "single"',
        "format.skip-magic-trailing-comma = true",
    }


def test_many_places_of_one_rule_are_one_finding() -> None:
    more = "".join(f"\n\ndef Name{at}(x):\n    return x\n" for at in range(8))
    found = told(Change([changed(TIDY, TIDY + more)]))
    assert len(found) == 1
    assert "and 7 more places" in found[0].description


def test_only_added_lines_are_looked_at() -> None:
    base = TIDY.replace("def f7(", "def F7(", 1) + "\n\n" + TIDY * 4
    assert rules(base, base + "\n\nprint(1)\n") == []


def test_an_unused_import_is_told_with_a_proven_fix() -> None:
    base = "import sys\n\nprint(sys)\n\n\n" + TIDY
    found = told(Change([changed(base, "import os\n" + base)]))
    assert [each.rule_id for each in found] == ["style/unused-import"]
    assert found[0].proven
    assert found[0].edits[0].replacement is None


def test_an_import_that_a_package_offers_is_none() -> None:
    change = Change([changed(TIDY, "import os\n\n\n" + TIDY, "a/__init__.py")])
    assert told(change) == []


def test_a_change_that_is_not_formatted_is_told_once_with_a_proven_fix() -> None:
    found = told(Change([changed(TIDY, TIDY + "\n\ndef g(x,y):\n    return x+y\n\n\ndef h( ):\n    return 1\n")]))
    formats = [each for each in found if each.rule_id == "style/format"]
    assert len(formats) == 1
    assert formats[0].proven


def test_a_base_that_the_formatter_did_not_write_asks_for_no_format() -> None:
    assert rules(UNTIDY, UNTIDY + "\n\ndef g(x,y):\n    return x*y\n") == []


def test_whole_files_are_measured_by_themselves() -> None:
    change = Change([changed(None, TIDY * 4 + ADDED)], whole=True)
    assert "style/layout" in [each.rule_id for each in told(change)]
