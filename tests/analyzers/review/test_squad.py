"""What an agent tells: one site once, no crash takes the others along, and the same bytes every time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from faultline.analyzers.review.change import Change, Seen
from faultline.analyzers.review.looking import MAX_SECONDS
from faultline.analyzers.review.masking import CREDENTIALS
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.sites import SAME, sites
from faultline.analyzers.review.source import Role, Source
from faultline.analyzers.review.squad import Reviewer
from faultline.analyzers.review.symbols import symbol_of
from faultline.analyzers.review.weaknesses import numbers_of, related
from faultline.core.finding import Severity
from tests.analyzers.review.parts import EVAL, NOTHING, changed, detail, examined, places, sees


def test_two_that_mean_the_same_are_told_once_the_worse_one() -> None:
    seen = examined(
        changed(None, "eval(a)"),
        checks=[
            sees("eval(", "security/template-injection", code="X1", confidence=0.5, because=(1,)),
            sees("eval(", "security/code-injection", code="X2", confidence=0.9),
            sees("eval(", "security/weak-hash"),
        ],
    )
    assert sorted(each.rule_id for each in seen.findings) == ["security/code-injection", "security/weak-hash"]
    told = next(each for each in seen.findings if each.rule_id == "security/code-injection")
    assert set(told.cwe) > {"CWE-94", "CWE-1336"}  # what the other one says of the weakness is kept


def test_the_same_rule_by_two_engines_is_one_finding_and_the_surer() -> None:
    seen = examined(
        changed(None, "eval(a)\n\neval(b)"),
        checks=[
            sees("eval(", "security/code-injection", confidence=0.4, message="perhaps"),
            sees("eval(", "security/code-injection", confidence=0.9, message="for sure"),
        ],
    )
    assert [each.confidence for each in seen.findings] == [0.9, 0.9]
    assert seen.findings[0].description.startswith("for sure")


def test_one_inside_another_ones_lines_is_the_same_site() -> None:
    wide = Observation("security/sql-injection", 1, end_line=4, severity=Severity.CRITICAL)
    inside = Observation("security/nosql-injection", 3, code="X")
    behind = Observation("security/nosql-injection", 5)
    kept = sites([behind, inside, wide])
    assert [(each.observation.rule, each.codes) for each in kept] == [
        ("security/sql-injection", frozenset("X")),
        ("security/nosql-injection", frozenset()),
    ]
    again = Observation("security/sql-injection", 3)
    assert [each.observation.line for each in sites([wide, again])] == [1, 3]  # the same rule twice is two things


def test_the_order_of_the_checks_does_not_matter() -> None:
    checks = [
        EVAL,
        sees("eval(", "security/code-injection", message="other"),
        sees("eval(", "security/template-injection"),
        sees("a", "security/xss"),
    ]
    text = "eval(a)\nb = a\n"
    told = {repr(examined(changed(None, text), checks=order).findings) for order in itertools.permutations(checks)}
    assert len(told) == 1


def test_weaknesses_are_the_same_when_they_are_parent_and_child() -> None:
    assert related(["CWE-89"], ["CWE-89", "CWE-1"])
    assert related(["CWE-95"], ["CWE-94"])
    assert related(["CWE-943"], ["CWE-89"])
    assert not related(["CWE-89"], ["CWE-79"])
    assert not related(["CWE-327"], ["CWE-330"])  # both are faults of cryptography, and no more
    assert not related([], [])
    assert numbers_of("S608") == numbers_of("B608") == {89}
    assert numbers_of("G304") == {22}
    assert numbers_of("E501") == frozenset()


def crash(source: Source) -> Iterable[Observation]:
    yield Observation("security/xss", 1)
    raise ValueError(f"the secret is {source.text}")


def test_a_check_that_crashes_is_reported_and_the_others_go_on() -> None:
    seen = examined(changed(None, "eval(hunter2)"), changed(None, "eval(1)", "b.py"), checks=[crash, EVAL])
    assert ("a.py", 1) in places(seen)
    assert ("b.py", 1) in places(seen)
    assert all("crash crashed: ValueError" in each for each in seen.unread)
    assert [each.partition(":")[0] for each in seen.unread] == ["a.py", "b.py"]
    assert set(detail(seen).unread) == {"a.py", "b.py"}
    assert "hunter2" not in repr(seen.unread) + repr(seen.detail)


def test_a_crash_in_the_old_version_makes_no_old_finding_new() -> None:
    def fragile(source: Source) -> Iterable[Observation]:
        if "old" in source.text:
            raise RecursionError
        return EVAL(source)

    base = "eval(1)\n\n\n\n\nold = 1\n"
    assert places(examined(changed(base, base.replace("old = 1", "new = eval(2)")), checks=[fragile])) == [("a.py", 6)]


def test_a_file_that_takes_too_long_is_left_and_said_so() -> None:
    now = [0.0]

    def slow(source: Source) -> Iterable[Observation]:
        now[0] += MAX_SECONDS + 1
        return EVAL(source)

    change = Change([changed(None, "eval(1)"), changed(None, "eval(1)", "b.py")])
    seen = Reviewer("security", "1", lambda: change, [slow, EVAL], clock=lambda: now[0]).analyze(NOTHING)
    assert places(seen) == [("a.py", 1), ("b.py", 1)]
    assert len(seen.unread) == 2
    assert "more than 10 s" in seen.unread[0]


def test_too_much_is_cut_and_said_so() -> None:
    seen = examined(changed(None, "eval(1)\n" * 3_000))
    assert len(seen.findings) == 2_000
    assert "more than 2,000" in seen.unread[0]


def test_a_check_of_the_whole_change_that_crashes_is_reported() -> None:
    def whole(change: Change) -> Iterable[Seen]:
        raise KeyError("secret")

    change = Change([changed(None, "eval(1)")])
    seen = Reviewer("security", "1", lambda: change, [EVAL], [whole]).analyze(NOTHING)
    assert len(seen.findings) == 1
    assert "crashed: KeyError" in seen.unread[0]
    assert "secret" not in seen.unread[0]


def test_what_the_whole_change_shows_is_told_as_well() -> None:
    def whole(change: Change) -> Iterable[Seen]:
        yield Seen("a.py", Observation("security/xss", 1, message="both files"))
        yield Seen("nowhere.py", Observation("security/xss", 1))
        yield Seen("a.py", Observation("no/rule", 1))

    change = Change([changed(None, "x = 1  # noqa")])
    seen = Reviewer("security", "1", lambda: change, [], [whole]).analyze(NOTHING)
    assert [each.description.split()[0] for each in seen.findings] == ["both"]
    assert "counts once it is merged" in seen.findings[0].description


@pytest.mark.parametrize("role", [Role.GENERATED, Role.VENDORED])
def test_nobody_looks_at_what_nobody_wrote(role: Role) -> None:
    assert places(examined(changed(None, "eval(1)", role=role))) == []


def test_in_tests_rules_have_their_own_severity() -> None:
    for rule in catalogue().values():
        seen = examined(changed(None, "eval(1)", role=Role.TEST), checks=[sees("eval(", rule.id)])
        assert [each.severity for each in seen.findings] == [each for each in [rule.in_tests] if each]


def test_lines_beyond_the_end_and_wide_ones_are_cut() -> None:
    def beyond(source: Source) -> Iterable[Observation]:
        return [Observation("security/xss", 40, end_line=50), Observation("security/xss", 1, end_line=30)]

    seen = examined(changed(None, "\n".join("abc" for _ in range(30))), checks=[beyond])
    told = [(each.location, len(each.evidence)) for each in seen.findings]
    assert [(at.start_line, at.end_line, shown) for at, shown in told if at] == [(1, 30, 10), (30, 30, 1)]


@pytest.mark.parametrize(
    ("path", "text", "line", "symbol"),
    [
        ("a.py", "class A:\n  @d\n  def m(self):\n    if 1:\n      x\ny = 1\n", 5, "A.m"),
        ("a.py", "class A:\n  @d\n  def m(self):\n    pass\n", 2, "A.m"),
        ("a.py", "class A:\n  def m(self):\n    pass\ny = 1\n", 4, ""),
        ("a.py", "def f(:\n    if x:\n        y = eval(x)\n", 3, "f"),
        ("a.js", "class A {\n  m(x) {\n    if (x) {\n      run(x)\n    }\n  }\n}\n", 4, "m"),
        ("a.js", "export const go = async (x) => {\n  run(x)\n}\nrun(1)\n", 2, "go"),
        ("a.js", "const go = (x) => {\n  run(x)\n}\nrun(1)\n", 4, ""),
        ("a.go", "package a\n\nfunc (s *S) M(x int) int {\n\treturn 1\n}\n", 4, "M"),
        ("a.c", "static char *\ng(void)\n{\n  return 0;\n}\n", 4, "g"),
        ("A.java", "class A {\n  public int m(String a) throws X {\n    return 1;\n  }\n}", 3, "m"),
        ("a.rs", "impl S {\n    pub fn m(&self) {\n        run();\n    }\n}", 3, "m"),
        ("a.rb", "class A\n  def m\n    run\n  end\nend", 3, "m"),
        ("a.js", "// function of it\n  run(x)\n", 2, ""),
        ("a.js", "x", 9, ""),
    ],
)
def test_a_finding_knows_what_it_is_in(path: str, text: str, line: int, symbol: str) -> None:
    assert symbol_of(Source(path, text), line) == symbol


def test_what_the_tables_name_is_in_the_catalogue() -> None:
    assert set(catalogue()) >= CREDENTIALS.union(*SAME)


def test_checks_are_called_once_for_each_version() -> None:
    called: list[str] = []

    def counting(source: Source) -> Iterable[Observation]:
        called.append(source.text)
        return EVAL(source)

    checks: list[Check] = [counting]
    examined(changed("x = 1", "x = 2"), changed("eval(1)", "eval(1)\n", "b.py"), checks=checks)
    assert called == ["x = 2", "eval(1)\n", "eval(1)"]
