"""Only what a change brings is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.change import ChangedFile, Hunk
from faultline.analyzers.review.linemap import LineMap
from faultline.analyzers.review.news import brought, likeness
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source
from faultline.core.finding import Severity
from tests.analyzers.review.parts import EVAL, changed, examined, hunks, places

OLD = "import os\n\n\ndef f(x):\n    return eval(x)\n\n\ndef g(y):\n    return y\n"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("# a line above\n" + OLD, id="a line above"),
        pytest.param(OLD.replace("    ", "\t"), id="tabs for blanks"),
        pytest.param(OLD.replace("import os\n", ""), id="a line above is gone"),
        pytest.param("import os\n\n\ndef g(y):\n    return y\n\n\ndef f(x):\n    return eval(x)\n", id="moved down"),
        pytest.param(
            "import os\n\n\nclass A:\n    def f(x):\n        return eval(x)\n\n\ndef g(y):\n    return y\n",
            id="indented",
        ),
        pytest.param(OLD.replace("(x)", "(text)"), id="a name was changed"),
        pytest.param(OLD.replace("eval(x)", "eval( x )"), id="blanks"),
        pytest.param(OLD.replace("return eval(x)", "return eval(x)  # careful"), id="a remark"),
    ],
)
def test_what_was_there_is_not_told_again(head: str) -> None:
    assert places(examined(changed(OLD, head))) == []


@pytest.mark.parametrize(
    ("head", "line"),
    [
        pytest.param(OLD.replace("    return y", "    return eval(y)"), 9, id="another place"),
        pytest.param(OLD.replace("    return eval(x)", "    eval(x)\n    return eval(x)"), 5, id="beside the old one"),
        pytest.param(OLD + "\n\ndef h(x):\n    return eval(x)\n", 13, id="a copy"),
    ],
)
def test_one_more_is_new(head: str, line: int) -> None:
    assert places(examined(changed(OLD, head))) == [("a.py", line)]


def test_an_old_one_gone_does_not_pay_for_a_new_one_elsewhere() -> None:
    head = OLD.replace("    return eval(x)", "    return x").replace("    return y", "    return eval(y + 1, {'z': 2})")
    assert places(examined(changed(OLD, head, context=0))) == [("a.py", 9)]


def test_code_that_went_to_another_file_is_not_new() -> None:
    body = "def f(x):\n    return eval(x)\n"
    kept = "def g(y):\n    return y\n"
    assert places(examined(changed(kept + body, kept), changed(None, body, "b.py"))) == []
    assert places(examined(changed(body, None), changed(None, body, "b.py"))) == []
    # Once gone, twice come: one of them is new.
    twice = examined(changed(body, None), changed(None, body, "b.py"), changed(None, body, "c.py"))
    assert places(twice) == [("c.py", 2)]
    # What is the same somewhere else is that, before it is something like it here.
    seen = examined(changed(body, "def f(x):\n    return eval(x + 1)\n"), changed(None, body, "b.py"))
    assert places(seen) == [("a.py", 2)]
    # Nothing went: a copy.
    assert places(examined(changed(body, body + "\n"), changed(None, body, "b.py"))) == [("b.py", 2)]


def test_neither_another_name_nor_other_newlines_bring_anything() -> None:
    renamed = ChangedFile(
        "b/new.py", "renamed", "a.py", base=Source("a.py", OLD), head=Source("b/new.py", OLD + "z = 1\n"),
        hunks=hunks(OLD, OLD + "z = 1\n"),
    )  # fmt: skip
    assert places(examined(renamed)) == []
    every = tuple(range(1, OLD.count("\n") + 1))
    rewritten = Hunk(1, len(every), 1, len(every), every, every)
    file = ChangedFile("a.py", "modified", base=Source("a.py", OLD), head=Source("a.py", OLD), hunks=(rewritten,))
    assert places(examined(file)) == []


def test_what_the_change_causes_elsewhere_is_told_though_its_line_is_old() -> None:
    def unchecked(source: Source) -> list[Observation]:
        lines = source.lines
        checked = any("check(" in line for line in lines)
        return (
            []
            if checked
            else [Observation("security/sql-injection", n) for n, line in enumerate(lines, 1) if "run(" in line]
        )

    base = "def f(x):\n    check(x)\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    run(x)\n"
    assert places(examined(changed(base, base.replace("    check(x)\n", "")), checks=[unchecked])) == [("a.py", 6)]


def test_what_became_worse_is_told() -> None:
    def graded(source: Source) -> list[Observation]:
        severity = Severity.CRITICAL if "debug = 1" in source.text else Severity.LOW
        return [
            Observation("security/debug-mode", n, severity=severity)
            for n, line in enumerate(source.lines, 1)
            if "serve(" in line
        ]

    base = "debug = 0\n\n\n\n\nserve()\n"
    assert places(examined(changed(base, base.replace("= 0", "= 1")), checks=[graded])) == [("a.py", 6)]
    assert places(examined(changed(base.replace("= 0", "= 1"), base), checks=[graded])) == []


def test_of_a_file_without_an_old_version_only_new_lines_count() -> None:
    head = "eval(1)\nx = 1\neval(2)\ny = 2\n"
    file = ChangedFile("a.py", "modified", head=Source("a.py", head), hunks=(Hunk(2, 1, 2, 2, added=(3,)),))
    assert places(examined(file)) == [("a.py", 3)]
    assert [each.line for each in brought(file, list(EVAL(Source("a.py", head))), [])] == [3]
    because = [Observation("security/sql-injection", 1, because=(3,)), Observation("security/sql-injection", 4)]
    assert [each.line for each in brought(file, because, [])] == [1]


def test_where_the_old_version_did_not_parse_only_new_lines_count() -> None:
    def parsed(source: Source) -> list[Observation]:
        return [] if source.python is None else list(EVAL(source))

    base = "def f(:\n    eval(1)\n\n\nx = 1\n"
    head = "def f():\n    eval(1)\n\n\nx = eval(2)\n"
    assert places(examined(changed(base, head), checks=[parsed])) == [("a.py", 5)]


def test_of_a_whole_review_everything_counts() -> None:
    assert places(examined(changed(OLD, OLD), whole=True)) == [("a.py", 5)]


LINES = st.lists(st.sampled_from(["a", "b", "  a", "eval(a)", "eval(b)", "    eval(a)", ""]), max_size=14)


@settings(deadline=None)
@given(LINES, LINES, st.integers(0, 3))
def test_lines_are_brought_together_as_the_diff_says(old: list[str], new: list[str], context: int) -> None:
    base, head = "\n".join(old), "\n".join(new)
    lines = LineMap(hunks(base, head, context))
    for number, text in enumerate(head.split("\n"), 1):
        before = lines.old(number)
        assert before is None or base.split("\n")[before - 1] == text
    kept = [before for number in range(1, len(head.split("\n")) + 1) if (before := lines.old(number)) is not None]
    assert kept == sorted(set(kept))
    assert len(kept) + len(lines.removed) == len(base.split("\n"))


@settings(deadline=None)
@given(LINES, LINES, st.integers(0, 3))
def test_there_are_never_fewer_news_than_there_are_more(old: list[str], new: list[str], context: int) -> None:
    base, head = "\n".join(old), "\n".join(new)
    file = changed(base, head, context=context)
    assert file.head
    assert file.base
    now, before = list(EVAL(file.head)), list(EVAL(file.base))
    assert max(0, len(now) - len(before)) <= len(brought(file, now, before)) <= len(now)
    assert brought(changed(head, head), now, now) == []


@settings(deadline=None)
@given(LINES, st.integers(0, 14), st.sampled_from([" ", "    ", "\t"]))
def test_more_indentation_and_more_lines_bring_nothing(old: list[str], at: int, margin: str) -> None:
    moved = [margin + line if line else line for line in old]
    moved[at:at] = ["", "# a remark"]
    assert places(examined(changed("\n".join(old), "\n".join(moved)))) == []


def test_likeness_is_a_share() -> None:
    assert likeness("a = b", "a = b") == likeness("", "") == 1
    assert likeness("a = b", "c") == 0
    assert 0.6 < likeness("cur.execute(f'{user}')", "cursor.execute(f'{name}')") < 1
