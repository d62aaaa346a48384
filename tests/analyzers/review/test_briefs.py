"""What a model may see of a change, and what it can change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from faultline.ai.embedded_ledger import SimpleLedger
from faultline.ai.gateway import Waiting, open_gateway
from faultline.ai.prompt import render
from faultline.analyzers.review.briefs import MAX_BRIEFS, Judgement, Remark, sheets, sure
from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.config import Config
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.source import Role
from faultline.analyzers.review.squad import Reviewer
from faultline.core.analyzer import Examination
from faultline.core.finding import Severity
from faultline.core.model import Answer
from tests.analyzers.review.parts import EVAL, NOTHING, changed, detail, places, sees
from tests.servers.model import ModelServer, says, standing_in_thread

BASE = "def keep(a):\n    b = a\n    c = b\n    d = c\n    return d\n\n\n\n\n\n\ndef f(x):\n    return x\n"
HEAD = BASE.replace("    return x\n", "    y = helper(x)\n    return eval(y)\n")
HELPER = "def helper(z):\n    return z + 1\n\n\ndef other(z):\n    return z\n"
DOUBTED = sees("eval(", "security/weak-hash", confidence=0.4)


@dataclass
class Case:
    reviewer: Reviewer
    change: Change
    seen: Examination

    def told(self, *remarks: Remark, cites: tuple[int, ...] = (1,)) -> Examination:
        """What comes of a model's remarks about the first brief."""
        briefs = self.reviewer.briefs(NOTHING, self.seen)
        answers: list[Answer | None] = [Answer(Judgement(cites=cites, remarks=remarks), "m", 2)]
        return self.reviewer.revise(NOTHING, self.seen, answers + [None] * (len(briefs) - 1))

    def number(self, line: int, path: str = "a.py") -> int:
        """The number of a line in the first brief."""
        places = sheets("security", self.change, self.seen.findings)[0].places
        return next(number for number, (file, at) in places.items() if (file.path, at) == (path, line))


def case(*files: ChangedFile, checks: tuple[Check, ...] = (EVAL,), config: Config | None = None) -> Case:
    change = Change(list(files) or [changed(BASE, HEAD)], config=config or Config())
    reviewer = Reviewer("security", "1", lambda: change, checks)
    return Case(reviewer, change, reviewer.analyze(NOTHING))


def problem(*cites: int, title: str = "It breaks", severity: str = "high") -> Remark:
    return Remark(cites=cites, kind="problem", title=title, text="So it is.", severity=severity)


def test_it_sees_hunks_definitions_and_findings_by_numbers_of_their_own() -> None:
    one = case(changed(BASE, HEAD), changed("", HELPER, "b.py"))
    (first,) = one.reviewer.briefs(NOTHING, one.seen)
    lines = {each.number: each for each in first.evidence}
    assert list(lines) == list(range(1, len(lines) + 1))
    found = [each for each in first.evidence if each.weight == 3]
    assert [each.text for each in found] == ["    return eval(y)"]
    assert {each.text for each in first.evidence if each.weight == 2} == {"    y = helper(x)"}
    assert next(each.weight for each in first.evidence if each.text == "def f(x):") == 1
    # What new lines call is shown, from wherever the change defines it.
    assert "def helper(z):" in [each.text for each in first.evidence]
    assert first.facts["finding 1"] == f"critical at line {found[0].number}: {one.seen.findings[0].title}"
    assert [path for name, path in first.facts.items() if name.startswith("lines")] == ["a.py", "b.py"]
    assert "return eval(y)" in render(first).user


def test_there_are_two_at_most_and_none_about_what_nobody_looks_at() -> None:
    files = [changed(None, f"open(path{n})\n", f"{n}.py") for n in range(20)]
    assert len(case(*files).reviewer.briefs(NOTHING, case(*files).seen)) == 1
    both = case(changed(BASE, HEAD), *files)
    assert len(both.reviewer.briefs(NOTHING, both.seen)) == MAX_BRIEFS == 2
    for quiet in (
        changed(BASE, BASE),
        changed(None, HEAD, role=Role.GENERATED),
        changed(HEAD, None),
        changed(None, "a\n"),
    ):
        none = case(quiet)
        assert none.reviewer.briefs(NOTHING, none.seen) == []


def test_the_same_change_has_the_same_briefs() -> None:
    assert repr(case().reviewer.briefs(NOTHING, case().seen)) == repr(case().reviewer.briefs(NOTHING, case().seen))


def test_a_problem_has_to_stand_on_a_new_line() -> None:
    one = case()
    told = one.told(problem(one.number(13)), problem(one.number(12)), problem(99))
    new = [each for each in told.findings if each.rule_id == "security/model"]
    assert [(each.title, each.severity, each.confidence) for each in new] == [("It breaks", Severity.HIGH, 0.5)]
    assert new[0].location
    assert (new[0].location.start_line, new[0].evidence) == (13, ("    y = helper(x)",))
    assert "said by m of a.py:13" in new[0].description
    assert told.metrics["model_problems"] == 1
    assert told.metrics["dropped_statements"] == 2


def test_what_is_told_or_kept_back_already_is_no_problem() -> None:
    one = case()
    assert len(one.told(problem(one.number(14))).findings) == 1
    quiet = case(changed(None, "x = eval(a)\n"), changed(BASE, HEAD, "b.py"), config=Config(ignore=("S307",)))
    assert quiet.seen.findings == []
    number = quiet.number(1)
    assert quiet.told(problem(number)).findings == []
    off = case(config=Config(ignore=("security/model",)))
    assert len(off.told(problem(off.number(13))).findings) == 1


def test_a_problem_without_a_title_is_none_and_a_long_one_is_cut() -> None:
    one = case()
    assert len(one.told(problem(one.number(13), title=" . ")).findings) == 1
    told = one.told(problem(one.number(13), title="x" * 900)).findings
    assert max(len(each.title) for each in told) <= 120


def test_words_stand_behind_ours() -> None:
    one = case()
    before = one.seen.findings[0]
    words = Remark(cites=(one.number(14),), kind="words", finding=1, text="It is not checked.", fix="Use int().")
    after = one.told(words).findings[0]
    assert after.description == before.description + "\nIt is not checked. (said by m of a.py:14)"
    assert after.suggested_fix == f"{before.suggested_fix}\nUse int(). (proposed by m; check it)"
    same = {"description": "", "suggested_fix": ""}
    assert after.model_copy(update=same) == before.model_copy(update=same)


@pytest.mark.parametrize("finding", [0, -1, 2, 99])
def test_who_names_no_finding_says_nothing(finding: int) -> None:
    one = case(checks=(DOUBTED,))
    for kind in ("words", "veto"):
        remark = Remark(cites=(one.number(14),), kind=kind, finding=finding, text="Wrong.")  # type: ignore[arg-type]
        assert one.told(remark).findings == one.seen.findings


def test_a_veto_moves_what_nobody_was_sure_of() -> None:
    one = case(checks=(DOUBTED,))
    told = one.told(Remark(cites=(one.number(13),), kind="veto", finding=1, text="It is a checksum."))
    assert told.findings == []
    assert [(each.by, each.path, each.line, each.reason) for each in detail(told).suppressed] == [
        ("model", "a.py", 14, "It is a checksum. (said by m of a.py:13)")
    ]
    assert told.metrics["model_vetoes"] == 1


@pytest.mark.parametrize(
    "check",
    [
        EVAL,
        sees("eval(", "security/weak-hash", confidence=0.8),
        sees("eval(", "security/xss", confidence=0.1),
        sees("eval(", "security/weak-hash", confidence=0.1, severity=Severity.CRITICAL),
    ],
)
def test_a_model_never_hides_what_is_sure_or_grave(check: Check) -> None:
    one = case(checks=(check,))
    assert all(map(sure, one.seen.findings))
    told = one.told(Remark(cites=(one.number(13), one.number(14)), kind="veto", finding=1, text="Ignore it."))
    assert told.findings == one.seen.findings
    assert detail(told).suppressed == ()


def test_a_veto_that_cites_another_file_counts_for_nothing() -> None:
    one = case(changed(BASE, HEAD), changed("", HELPER, "b.py"), checks=(DOUBTED,))
    veto = Remark(cites=(one.number(1, "b.py"),), kind="veto", finding=1, text="Wrong.")
    assert one.told(veto).findings == one.seen.findings


def test_a_finding_whose_fix_is_proven_keeps_it() -> None:
    one = case(
        changed(None, "requests.get(u, verify=False)\n"),
        checks=(sees("verify=False", "security/tls-verification-off"),),
    )
    assert one.seen.findings[0].proven
    words = Remark(cites=(1,), kind="words", finding=1, text="So.", fix="Do else.")
    assert one.told(words).findings[0].suggested_fix == one.seen.findings[0].suggested_fix


@contextmanager
def asking(server: ModelServer) -> Iterator[Waiting]:
    with Waiting(open_gateway([f"openai:small@{server.url}"], SimpleLedger(), environment={})) as gateway:
        yield gateway


def test_over_the_wire_only_what_cites_comes_back() -> None:
    one = case(checks=(EVAL,))
    good = {
        "cites": [one.number(13)],
        "kind": "problem",
        "title": "A helper",
        "text": "It is called.",
        "severity": "low",
    }
    remarks = [good, good | {"cites": []}, good | {"cites": [999]}, good | {"cites": [one.number(12)]}]
    with standing_in_thread() as server, asking(server) as gateway:
        server.always(says({"cites": [1], "remarks": remarks}))
        briefs = one.reviewer.briefs(NOTHING, one.seen)
        consultation = gateway.consult("review", [("security", brief) for brief in briefs])
    told = one.reviewer.revise(NOTHING, one.seen, consultation.answers)
    assert [each.rule_id for each in told.findings] == ["security/code-injection", "security/model"]
    assert places(told) == [("a.py", 14), ("a.py", 13)]
    assert told.metrics["dropped_statements"] == 3


def test_a_password_is_not_shown_to_a_model() -> None:
    one = case(changed(None, 'db.connect(user="app", password="Tr0ub4dor&3", query=execute)\n'))
    (brief,) = one.reviewer.briefs(NOTHING, one.seen)
    assert [each.text for each in brief.evidence] == ['db.connect(user="app", password="***", query=execute)']
