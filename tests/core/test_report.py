from __future__ import annotations

import json

import pytest

from faultline.core.errors import AnalyzerFailed, ArtifactRejected, FaultlineError, UsageError
from faultline.core.report import SCHEMA, ArtifactInfo, Report, Status
from faultline.core.results.ci import Category, CiDiagnosis

INFO = ArtifactInfo(name="a.log", sha256="0" * 64, bytes=1)


def report() -> Report:
    result = CiDiagnosis(failed=True, category=Category.TEST, confidence=0.5, failed_tests=("t::a",))
    return Report(kind="ci", artifact=INFO, status=Status.COMPLETED, summary="One test failed.", result=result)


def test_a_report_has_the_fields_of_its_contract_in_their_order() -> None:
    assert list(json.loads(report().model_dump_json())) == [
        "schema", "kind", "artifact", "status", "summary", "findings", "agent_runs", "result", "notes",
    ]  # fmt: skip


def test_a_report_names_the_version_of_its_contract() -> None:
    assert json.loads(report().model_dump_json())["schema"] == SCHEMA == "faultline.report/1"


def test_a_typed_result_keeps_its_own_fields() -> None:
    result = json.loads(report().model_dump_json())["result"]
    assert (result["category"], result["failed_tests"]) == ("test", ["t::a"])


def test_equal_reports_are_equal_bytes() -> None:
    assert report().model_dump_json() == report().model_dump_json()


def test_a_rejection_names_the_artifact_and_the_reason() -> None:
    error = ArtifactRejected("is empty", name="a.log", limit="1 byte")
    assert (str(error), error.reason, error.limit) == ("a.log: is empty", "is empty", "1 byte")
    assert str(ArtifactRejected("is empty")) == "is empty"


@pytest.mark.parametrize("error", [ArtifactRejected, UsageError, AnalyzerFailed])
def test_every_error_has_a_code_of_its_own(error: type[FaultlineError]) -> None:
    assert error.code != FaultlineError.code
    assert 400 <= error.status < 600
