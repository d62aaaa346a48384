"""A suggestion is told only when it mends, parses and breaks nothing."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.analyzers.review.fixes import _FIXES, fix_of
from faultline.analyzers.review.looking import Looking
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.proof import FORMAT, MAX_CANDIDATES, applied, prove
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Diagnostics, Source
from faultline.core.artifact import Artifact
from faultline.core.finding import Edit
from faultline.engine.pipeline import analyze
from tests.analyzers.review.parts import changed, examined, sees

RULE = "security/code-injection"
TEXT = "a = 1\nb = eval(a)\nc = 3\n"


def edit(start: int, end: int, replacement: str | None, path: str = "a.py") -> Edit:
    return Edit(path=path, start_line=start, end_line=end, replacement=replacement)


def seeing(*edits: Edit) -> list[Check]:
    return [sees("eval(", RULE, edits=edits)]


def proven(text: str, checks: Sequence[Check], path: str = "a.py") -> tuple[Edit, ...]:
    found = examined(changed(None, text, path), checks=checks).findings
    assert found
    assert all(each.proven is bool(each.edits) for each in found)
    return found[0].edits


def test_what_mends_is_told() -> None:
    mends = edit(2, 2, "b = int(a)")
    assert proven(TEXT, seeing(mends)) == (mends,)
    assert applied(TEXT, [mends]) == "a = 1\nb = int(a)\nc = 3\n"
    assert proven(TEXT, seeing(edit(2, 2, None))) == (edit(2, 2, None),)


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param((edit(2, 2, "b = int(a"),), id="does not parse"),
        pytest.param((edit(2, 2, "b = eval(int(a))"),), id="does not mend"),
        pytest.param((edit(2, 2, "x = eval(a)"),), id="another one instead"),
        pytest.param((edit(2, 2, "b = int(a); exec(a)"),), id="brings another rule"),
        pytest.param((edit(2, 2, "b = int(a)", "b.py"),), id="another file"),
        pytest.param((edit(2, 2, "b = int(a)"), edit(2, 3, "c = 2")), id="twice the same line"),
        pytest.param((edit(2, 9, "b = int(a)"),), id="beyond the end"),
        pytest.param((edit(4, 4, "b = int(a)"),), id="the line after the last newline"),
        pytest.param((edit(3, 2, "b = int(a)"),), id="ends before it starts"),
        pytest.param((edit(2, 2, "b = int(a)\r"),), id="another newline"),
        pytest.param((edit(2, 2, "b = int(a)  # \u202e"),), id="a character that reorders"),
        pytest.param((edit(2, 2, "b = eval(a)"),), id="changes nothing"),
        pytest.param((edit(2, 2, "b = '" + "x" * 5_000 + "'"),), id="too long"),
    ],
)
def test_what_does_not_hold_stays_prose(edits: tuple[Edit, ...]) -> None:
    assert proven(TEXT, [*seeing(*edits), sees("exec(", "security/xss")]) == ()


def test_a_check_that_cannot_look_proves_nothing() -> None:
    def fragile(source: Source) -> Iterable[Observation]:
        if "int(" in source.text:
            raise ValueError
        return ()

    checks = [*seeing(edit(2, 2, "b = int(a)")), fragile]
    assert proven(TEXT, checks) == ()
    assert examined(changed(None, TEXT), checks=checks).unread == []  # the file itself was read


def test_other_languages_are_parsed_too() -> None:
    text = "function f(a) {\n  return eval(a)\n}\n"
    mends, breaks = edit(2, 2, "  return Number(a)", "a.js"), edit(2, 2, "  return Number(a", "a.js")
    assert proven(text, seeing(mends), "a.js") == (mends,)
    assert proven(text, seeing(breaks), "a.js") == ()
    docker = edit(1, 1, "RUN b", "Dockerfile")
    assert proven("RUN eval(\n", seeing(docker), "Dockerfile") == (docker,)
    assert proven("eval(\n", seeing(edit(1, 1, "b", "a.txt")), "a.txt") == ()


@dataclass
class Formatter:
    """Says that lines with a double blank are not in form, and counts the names `l` and the prints."""

    asked: list[int] = field(default_factory=list)

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        if tool == FORMAT:
            return [{"start": 1}] * source.text.count("  =")
        return [{"code": "E741"}] * source.text.count("l =") + [{"code": "T201"}] * source.text.count("print(")

    def again(self, sources: Sequence[Source]) -> Diagnostics:
        self.asked.append(len(sources))
        return self


@pytest.mark.parametrize(("text", "holds"), [(TEXT, False), (TEXT.replace("c =", "c  ="), True)])
def test_what_was_formatted_stays_formatted_and_the_tools_are_asked_once(text: str, holds: bool) -> None:
    file = changed(None, text)
    assert file.head
    file.head.diagnostics = formatter = Formatter()
    ugly = edit(2, 2, "b  = int(a)")
    found = [(file, Observation(RULE, 2, edits=(ugly,)))] * 3
    assert prove(found, Looking(seeing(ugly))) == [(ugly,) if holds else ()] * 3
    assert formatter.asked == [3]


@pytest.mark.parametrize(
    ("text", "code", "replacement", "holds"),
    [
        ("l = 1\n", "E741", "long = 1", True),
        ("l = 1\nl = 2\n", "E741", "long = 1", True),
        ("l = 1\n", "E741", "l = 2", False),
        ("l = 1\n", "E741", "long = print(1)", False),
        ("a  = 1\nb  = 2\n", "format", "a = 1", True),
        ("a  = 1\n", "format", "a   = 1", False),
    ],
)
def test_what_a_tool_has_told_is_proven_by_the_tool(text: str, code: str, replacement: str, holds: bool) -> None:
    file = changed(None, text)
    assert file.head
    file.head.diagnostics = Formatter()
    told = edit(1, 1, replacement)
    seen = Observation("style/lint", 1, code=code, edits=(told,))
    assert prove([(file, seen)], Looking([])) == [(told,) if holds else ()]


def test_few_are_proven_and_only_while_there_is_time() -> None:
    file = changed(None, TEXT)
    mends = edit(2, 2, "b = int(a)")
    found = [(file, Observation(RULE, 2, edits=(mends,)))] * (MAX_CANDIDATES + 5)
    told = prove(found, Looking(seeing(mends)))
    assert told == [(mends,)] * MAX_CANDIDATES + [()] * 5
    times = iter([0.0, 1.0, 2.0, 60.0])
    assert prove(found[:9], Looking(seeing(mends)), clock=lambda: next(times)) == [(mends,)] * 2 + [()] * 7


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=6), st.data())
def test_edits_change_their_lines_and_no_others(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join([*lines, ""])
    numbers = st.integers(1, len(lines) + 2)
    edits = data.draw(
        st.lists(st.builds(edit, numbers, numbers, st.sampled_from([None, "x", "y\nz"])), min_size=1, max_size=3)
    )
    told = applied(text, edits)
    taken = [line for each in edits for line in range(each.start_line, each.end_line + 1)]
    fits = all(each.start_line <= each.end_line for each in edits) and max(taken, default=0) <= len(lines)
    assert (told is not None) == (fits and len(set(taken)) == len(taken))
    if told is not None:
        kept = [line for line in told.split("\n") if line not in ("x", "y", "z")]
        assert kept == [line for number, line in enumerate(text.split("\n"), 1) if number not in taken]


FIXES = tomllib.loads(Path(__file__).with_name("fixes.toml").read_text("utf-8"))["fix"]


@pytest.mark.parametrize("fix", FIXES, ids=lambda fix: fix["bad"])
def test_the_table_says_what_is_exact(fix: dict[str, str]) -> None:
    def inside(text: str) -> str:
        return "def f():\n" + textwrap.indent(text, "    ") + "\n"

    text, good = inside(fix["bad"]), inside(fix.get("good", fix["bad"]))
    seen = Observation(fix.get("rule", "security/xss"), 2, end_line=text.count("\n"), code=fix.get("code"))
    assert applied(text, fix_of(Source("a.py", text), seen)) == good
    assert fix_of(Source("a.js", text), seen) == fix_of(Source("a.py", text + ")"), seen) == ()


def test_a_fix_of_the_table_is_proven_like_any_other() -> None:
    check = sees("verify=False", "security/tls-verification-off")
    assert proven("requests.get(u, verify=False)\n", [check]) == (edit(1, 1, "requests.get(u)"),)
    stubborn = sees("requests", "security/tls-verification-off")
    assert proven("requests.get(u, verify=False)\n", [stubborn]) == ()


def test_what_the_table_says_holds_before_all_real_checks() -> None:
    text = Path(__file__).with_name("mendable.txt").read_text("utf-8")
    artifact = Artifact.from_bytes("review", "x", pack(Bundle(whole=True, heads={"app.py": text.encode()})))
    report = analyze(artifact).report
    proven = {each.rule_id for each in report.findings if each.proven}
    assert proven >= {rule for rule in _FIXES if rule != "security/xss"} | {"logic/mutable-default"}
    edits = [edit for each in report.findings for edit in each.edits]
    mended = applied(text, edits)
    assert mended is not None
    artifact = Artifact.from_bytes("review", "x", pack(Bundle(whole=True, heads={"app.py": mended.encode()})))
    assert {each.rule_id for each in analyze(artifact).report.findings} == {"security/hardcoded-credentials"}


def test_the_table_names_rules_that_there_are() -> None:
    assert set(_FIXES) <= set(catalogue())
