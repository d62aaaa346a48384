"""What `.faultline.toml` says of designs, and what of it the analyzer does."""

from __future__ import annotations

from typing import Any

import pytest

from faultline.analyzers.design.analyzer import LEFT_OUT, DesignOptions
from faultline.analyzers.design.bundle import pack
from faultline.analyzers.design.config import MAX_BYTES, NAME, Config, parse
from faultline.analyzers.design.reading import ALONG
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Severity
from faultline.core.report import Report
from faultline.core.results.design import DesignResult
from faultline.engine import analyze

FILES = {"compose.yaml": b"services:\n  web:\n    image: web:latest\n", "docs/a.md": b"# A\n\nText.\n"}


def report(config: bytes = b"", level: str | None = None, **metadata: str) -> Report:
    artifact = Artifact.from_bytes("design", "a.zip", pack({**FILES, NAME: config}))
    artifact.metadata.update(metadata)
    return analyze(artifact, DesignOptions.model_validate({"level": level})).report


def result(told: Report) -> DesignResult:
    assert isinstance(told.result, DesignResult)
    return told.result


def test_the_level_of_the_call_goes_before_that_of_the_config() -> None:
    high = report(b"[design]\nlevel = 'critical'\n")
    assert high.findings == ()
    assert {each.severity for each in report(b"[design]\nlevel = 'critical'\n", "low").findings} >= {Severity.MEDIUM}


def test_excluded_documents_are_looked_at_by_nobody() -> None:
    told = result(report(b"[design]\nexclude = ['docs/**']\n"))
    assert [each.path for each in told.documents] == ["compose.yaml"]
    assert [each.path for each in result(report(**{ALONG: "docs/a.md"})).documents] == ["compose.yaml"]


def test_what_is_wrong_with_the_config_is_said_and_so_is_what_was_left_out() -> None:
    told = result(report(b"[design]\nlevel = 'loud'\nlayers = ['x']\n", **{LEFT_OUT: "a was left out\nb was left out"}))
    assert told.left_out[:4] == (
        "a was left out",
        "b was left out",
        ".faultline.toml: `design.level` is not as it should be; it was left out",
        ".faultline.toml: `design.layers` is no setting; it was left out",
    )


@pytest.mark.parametrize("data", [b"[", b"\xff", b"x" * (MAX_BYTES + 1), b"design = 1", b"[design" + b".a" * 60 + b"]"])
def test_a_config_that_is_wrong_changes_nothing(data: bytes) -> None:
    config = parse(data)
    assert config.problems
    assert config.model_copy(update={"problems": ()}) == Config()


def test_no_config_and_one_of_another_kind_say_nothing() -> None:
    assert parse(None) == parse(b"[review]\nignore = ['x']\n") == Config()


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"max_bytes": 10}, "bytes, and 10 are allowed"),
        ({"max_sections": 0}, "has 1 sections, and 0"),
        ({"max_components": 0}, "has 1 components, and 0"),
    ],
)
def test_a_limit_is_named_where_it_is_passed(limit: dict[str, Any], words: str) -> None:
    with pytest.raises(ArtifactRejected, match=words):
        analyze(Artifact.from_bytes("design", "a.zip", pack(FILES)), DesignOptions.model_validate(limit))
