"""The reference pages are written from the code, and say what it does."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from faultline.core.results.ci import CiDiagnosis
from faultline.core.results.conversation import ConversationInsights
from faultline.core.results.design import DesignResult
from faultline.core.results.review import ReviewResult
from faultline.engine.render.data import document
from tests.engine.render import reports as made

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads((DOCS / "reference" / "report.schema.json").read_text(encoding="utf-8"))


def test_the_committed_pages_are_up_to_date(generate: ModuleType) -> None:
    assert generate.main(["--check"]) == 0


def test_a_page_that_is_out_of_date_is_named(
    generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    assert generate.main([]) == 0
    (tmp_path / "reference" / "cli.md").write_text("old")
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out == "out of date: reference/cli.md; run python docs/generate.py\n"


@pytest.mark.parametrize("timings", [True, False])
def test_real_reports_keep_the_schema(schema: Any, timings: bool) -> None:
    validator = jsonschema.Draft202012Validator(schema)
    for report in (made.report(made.finding()), made.ci_report(), made.report(result=None)):
        validator.validate(json.loads(json.dumps(document(made.outcome(report, timings=timings)))))


@pytest.mark.parametrize(
    "change", [{"schema": "faultline.report/0"}, {"result": {"category": "weather"}}, {"surprise": 1}, {"status": "ok"}]
)
def test_the_schema_refuses_what_is_no_report(schema: Any, change: dict[str, Any]) -> None:
    fields = document(made.outcome(made.ci_report())) | change
    assert not jsonschema.Draft202012Validator(schema).is_valid(json.loads(json.dumps(fields)))


def test_the_schema_covers_every_built_in_result(generate: ModuleType) -> None:
    expected = {
        "ci": CiDiagnosis, "conversation": ConversationInsights, "design": DesignResult, "review": ReviewResult,
    }  # fmt: skip
    assert expected == generate.RESULTS
