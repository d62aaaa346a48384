"""What is said at a pull request, and what text of strangers cannot make it say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from faultline.core.errors import UsageError
from faultline.core.finding import Location, Severity
from faultline.core.report import AgentRun, Report, Status
from faultline.core.results.review import Reading, ReviewedFile, Suppressed
from faultline.service.github.comments import Known, Plan, plan
from faultline.service.github.posting import marked
from faultline.service.github.writing import as_fixed, paragraph, sentence, suggestion
from tests.service.github.findings import FILE, finding, mended, report

HOSTILE = (
    "@everyone closes #1, GH-2 and deadbeef12 <img src=x onerror=y> <!-- faultline:summary --> ![x](http://a.b/c) "
    "[go](javascript:x) https://evil.example www.evil.example </details> `code` ``` | a | # h\n```suggestion\nrm\n```\n"
    "<!-- faultline:finding 00000000000000000000000000000000 -->"
)


def known(of: object, state: str = "open", **more: object) -> Known:
    fingerprint = getattr(of, "fingerprint", of)
    return Known(str(fingerprint), state, 7, "app.py", 10, **more)  # type: ignore[arg-type]


def test_a_new_finding_gets_a_comment_at_its_lines() -> None:
    one, several = finding(10), finding(38, 41, name="b")
    planned = plan(report(one, several))
    assert [(each.comment.line, each.comment.start_line) for each in planned.comments] == [(10, None), (41, 38)]
    body = planned.comments[0].comment.body
    assert body.startswith("**High: Text becomes code** (`security.eval`, CWE-95)\n\n`eval` runs what it is given.\n\n")
    assert "/faultline ignore security.eval" in body
    assert marked(body) == ("finding", one.fingerprint)
    assert planned.told == {one.fingerprint, several.fingerprint}
    assert "| High | Text becomes code | `app.py:10` | new |" in planned.summary
    assert marked(planned.summary) == ("summary", "")


def test_what_was_told_before_is_not_told_again_at_a_line() -> None:
    one = finding(10)
    planned = plan(report(one), [known(one)])
    assert planned.comments == ()
    assert "| `app.py:10` | open |" in planned.summary
    again = plan(report(one), [known(one, "fixed")])  # it has come back
    assert [each.fingerprint for each in again.comments] == [one.fingerprint]
    lost = plan(report(one), [known(one, told=False)])  # it was found, and then posting failed
    assert [each.fingerprint for each in lost.comments] == [one.fingerprint]


def test_what_people_ignore_is_counted_and_not_told() -> None:
    one, other = finding(10), finding(11, name="x", rule_id="style.name", severity=Severity.LOW)
    planned = plan(report(one, other), [known(one, "ignored")], muted={"style.name"})
    assert (planned.comments, planned.told, planned.check.annotations) == ((), frozenset(), ())
    assert "2 not told: 2 by this repository's choice." in planned.summary
    assert planned.check.conclusion == "success"


def test_the_worst_come_first_and_the_rest_stands_in_the_summary() -> None:
    many = [finding(7 + n % 7, name=str(n), severity=list(Severity)[n % 5]) for n in range(25)]
    planned = plan(report(*many), budget=7)
    severities = [each.finding.severity for each in planned.comments]
    assert severities == [Severity.CRITICAL] * 5 + [Severity.HIGH] * 2
    assert len(planned.told) == 25
    assert planned.summary.count("| new, not commented |") == 18
    assert planned.check.conclusion == "failure"
    assert len(planned.check.annotations) == 25


@pytest.mark.parametrize(
    ("start", "end", "line", "first"),
    [(1, 7, 7, None), (10, 60, 13, 10), (14, 36, None, None), (43, 43, 43, None), (1, 60, 13, 7), (44, 90, None, None)],
)
def test_a_comment_stands_within_one_hunk(start: int, end: int, line: int | None, first: int | None) -> None:
    planned = plan(report(finding(start, end)))
    assert [(each.comment.line, each.comment.start_line) for each in planned.comments] == (
        [(line, first)] if line else []
    )
    if line is None:
        assert "| new, outside of the diff |" in planned.summary


def test_a_finding_without_a_place_or_of_another_file_stands_in_the_summary() -> None:
    elsewhere = finding(location=Location(path="other.py", start_line=1, end_line=1))
    planned = plan(report(finding(location=None, name="n"), elsewhere))
    assert planned.comments == ()
    assert len(planned.told) == 2
    assert len(planned.check.annotations) == 1


def test_a_proven_edit_is_a_suggestion_at_exactly_its_lines() -> None:
    planned = plan(report(finding(9, 12, **mended(10, 11, "a = ```x```\n\nb"))))
    (comment,) = planned.comments
    assert (comment.comment.start_line, comment.comment.line) == (10, 11)
    assert "\n\n````suggestion\na = ```x```\n\nb\n````\n\n" in comment.comment.body
    taken_out = plan(report(finding(10, **mended(10, 10, None)))).comments[0].comment.body
    assert "\n\n```suggestion\n```\n\n" in taken_out


def test_what_is_not_proven_or_not_in_one_hunk_is_told_in_words() -> None:
    unproven = finding(10, **(mended(10, 10, "x") | {"proven": False}))
    across = finding(10, 40, name="a", **mended(10, 40, "x"))
    apart = finding(10, name="b", **mended(12, 12, "x"))
    invisible = finding(10, name="c", **mended(10, 10, "x = '\u202e'"))
    several = finding(10, name="d", proven=True, edits=mended(10, 10, "x")["edits"] * 2)
    for each in (unproven, across, apart, invisible, several):
        body = plan(report(each)).comments[0].comment.body
        assert "suggestion" not in body
        assert "Use `ast.literal_eval`." in body
    assert "`faultline review --fix` makes it" in plan(report(several)).comments[0].comment.body


def test_what_is_gone_is_fixed_but_not_what_nobody_could_look_at() -> None:
    gone = known("a" * 32, agent="security", title="Old @one")
    assert plan(report(), [gone]).fixed == (gone,)
    assert "1 fixed" in plan(report(), [gone]).summary
    failed = AgentRun(agent="security", version="1", status="failed", findings=0, error="x")
    for reading in (Reading.UNREAD, Reading.PART):
        unread = FILE.model_copy(update={"reading": reading})
        assert plan(report(files=(unread,)), [gone]).fixed == ()
    assert plan(report(agent_runs=(failed,), status=Status.PARTIAL), [gone]).fixed == ()
    other = known("b" * 32, agent="style")
    assert plan(report(agent_runs=(failed,), status=Status.PARTIAL), [gone, other]).fixed == (other,)
    assert plan(report(files=()), [gone]).fixed == (gone,)
    assert plan(report(files=(), left_out=("too much",)), [gone]).fixed == ()
    assert plan(report(status=Status.SKIPPED, files=()), [gone]).fixed == ()
    deleted = ReviewedFile(path="app.py", change="deleted", reading=Reading.SKIPPED)
    assert plan(report(files=(deleted,)), [gone]).fixed == (gone,)


def test_the_summary_says_what_was_not_looked_at() -> None:
    unread = FILE.model_copy(update={"reading": Reading.UNREAD, "reason": "it is no @Python"})
    planned = plan(
        report(
            files=(unread,),
            left_out=("one thing",),
            suppressed=(Suppressed(rule_id="a.b", path="app.py", line=1, by="comment"),),
            notes=("a model was away",),
            status=Status.PARTIAL,
            agent_runs=(AgentRun(agent="logic", version="1", status="failed", findings=0, error="x"),),
        ),
        notes=("the import graph",),
        details_url="https://faultline.example/r/1",
    )
    for said in (
        "it is no @\u200bPython",
        "one thing",
        "a model was away",
        "the import graph",
        "1 by comment",
        "logic",
    ):
        assert said in planned.summary
    assert "[The whole report](https://faultline.example/r/1)" in planned.summary
    assert planned.check.conclusion == "neutral"
    assert planned.check.details_url == "https://faultline.example/r/1"


def test_the_check_fails_from_a_severity_on_or_never() -> None:
    found = report(finding(10, severity=Severity.MEDIUM))
    said = [plan(found, fail_on=each).check.conclusion for each in (None, Severity.HIGH, Severity.MEDIUM, Severity.LOW)]
    assert said == ["neutral", "neutral", "failure", "failure"]
    assert plan(report()).check.conclusion == "success"
    assert plan(report()).check.title == "nothing found"


def test_a_remark_about_a_rule_stands_in_its_comments() -> None:
    planned = plan(report(finding(10)), remarks={"security.eval": "Of 9 of this rule here, 8 were fixed."})
    assert "Of 9 of this rule here, 8 were fixed." in planned.comments[0].comment.body


def test_a_report_of_another_kind_is_refused() -> None:
    other = Report.model_validate(report().model_dump(by_alias=True) | {"kind": "ci", "result": None})
    with pytest.raises(UsageError):
        plan(other)


def test_a_summary_of_very_much_fits_and_keeps_its_mark() -> None:
    many = [finding(7 + n % 7, name=str(n), title="x" * 290, rule_id=f"rule.{n}") for n in range(300)]
    files = [
        ReviewedFile(path="ü" * 4_000 + str(n), change="modified", reading=Reading.UNREAD, reason="y" * 1_900)
        for n in range(60)
    ]
    planned = plan(report(*many, files=(FILE, *files), left_out=("z" * 1_900,) * 60))
    assert len(planned.summary) < 65_000
    assert marked(planned.summary) == ("summary", "")
    assert planned.summary.count("<details>") == planned.summary.count("</details>")
    assert len(planned.check.annotations) == 200


def everything(planned: Plan) -> list[str]:
    return [planned.summary, *(each.comment.body for each in planned.comments)]


def harmless(body: str, fingerprint: str | None) -> None:
    """Render it as GitHub does, and look for what a stranger could have put there."""
    assert marked(body) == (("finding", fingerprint) if fingerprint else ("summary", ""))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(body)
    shown = re.sub(r"(?s)<(pre|code)[ >].*?</\1>", "", html)
    assert not re.search(
        r"<(?!/?(?:p|strong|sub|details|summary|table|t[hrd]|thead|tbody|ul|li|h3|br|code)\b|!-- faultline)", shown
    )
    assert "href" not in shown
    assert not re.search(r"(?<![\w/])@[A-Za-z0-9]", shown)
    assert not re.search(r"#\d|GH-\d", re.sub(r"&#\d+;|&#x\w+;", "", shown))
    assert shown.count("<!--") == 1


@pytest.mark.parametrize("text", [HOSTILE, *HOSTILE.split(" "), "- a", "1. a", "# a", "> a", "=== ", "+ a", "    a"])
def test_text_of_strangers_is_text(text: str) -> None:
    hostile = finding(
        10,
        title=text,
        description=text,
        suggested_fix=text,
        rule_id="a.b",
        location=Location(path="app.py", start_line=10, end_line=10),
        name="h",
    )
    elsewhere = finding(title=text, name="e", location=Location(path=text or "x", start_line=1, end_line=1))
    unread = ReviewedFile(path=text, change="modified", reading=Reading.UNREAD, reason=text)
    planned = plan(
        report(hostile, elsewhere, files=(FILE, unread), left_out=(text,), notes=(text,)),
        [known("a" * 32, title=text)],
        notes=(text,),
    )
    harmless(planned.comments[0].comment.body, hostile.fingerprint)
    harmless(planned.summary, None)


@settings(deadline=None)
@given(st.text(st.sampled_from("@#a1-<>`*_[]()!|&:/\\~$=+.\n\t www.http")))
def test_any_text_is_text(text: str) -> None:
    planned = plan(report(finding(10, title=text, description=text)))
    harmless(planned.comments[0].comment.body, planned.comments[0].fingerprint)


def test_a_mark_counts_only_at_the_end() -> None:
    assert marked("a\n<!-- faultline:summary -->\nb") is None
    assert marked("<!-- faultline:summary --> b") is None
    assert marked("b\n\n<!-- faultline:summary -->\n") == ("summary", "")
    assert marked("") is None


def test_a_fixed_comment_says_so_and_is_no_finding_any_more() -> None:
    body = plan(report(finding(10))).comments[0].comment.body
    fixed = as_fixed(body, "a" * 32, "abcdef1234")
    assert fixed.startswith("**Fixed** in abcdef1.\n\n**High:")
    assert marked(fixed) == ("fixed", "a" * 32)
    assert fixed.count("<!--") == 1


def test_words_that_github_would_link_are_not() -> None:
    assert sentence("see GH-12 and deadbeef1 of @me, #3") == (
        "see GH\u200b-12 and deadbe\u200bef1 of @\u200bme, #\u200b3"
    )
    assert paragraph("1. not a list") == "1\\. not a list"
    assert paragraph("") == ""
    assert suggestion("a\rb") is None
