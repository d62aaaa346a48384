"""The front door of `review`: what is rejected, skipped and told about each file, and that a change is read once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from faultline.analyzers.review import analyzer
from faultline.analyzers.review.analyzer import CHANGES
from faultline.analyzers.review.bundle import Bundle, pack
from faultline.analyzers.review.engines import found
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.report import Report, Status
from faultline.core.results.review import Reading, ReviewResult
from faultline.engine import analyze

DIFF = b"--- a/x.py\n+++ b/x.py\n@@ -2,2 +2,3 @@\n same\n-old\n+new\n+more\n"


@pytest.fixture(autouse=True)
def _squad(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = SimpleNamespace(CHECKS=(), CHANGE_CHECKS=())
    monkeypatch.setattr(analyzer, "SQUAD", {"security": nobody, "logic": nobody})


def report(given: bytes | Bundle) -> Report:
    data = given if isinstance(given, bytes) else pack(given)
    return analyze(Artifact.from_bytes("review", "the change", data)).report


def result(given: bytes | Bundle) -> ReviewResult:
    made = report(given).result
    assert isinstance(made, ReviewResult)
    return made


def test_each_file_says_how_it_was_read() -> None:
    deleted = b"--- a/gone.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
    other = DIFF.replace(b"x.py", b"y.py")
    made = result(
        Bundle(
            diff=DIFF + other + deleted + DIFF.replace(b"x.py", b"z.py"),
            base="main",
            head="work tree",
            heads={"x.py": b"1\nsame\nnew\nmore\n", "y.py": b"something else\n"},
        )
    )
    assert [(file.path, file.reading, file.added, file.removed) for file in made.files] == [
        ("gone.py", Reading.SKIPPED, 0, 2),
        ("x.py", Reading.WHOLE, 2, 1),
        ("y.py", Reading.UNREAD, 2, 1),
        ("z.py", Reading.PART, 2, 1),
    ]
    assert made.files[3].reason == "only the lines of the diff are known"
    assert [(span.start_line, span.end_line) for span in made.files[1].hunks] == [(2, 4)]
    assert (made.files[0].hunks, made.base, made.head) == ((), "main", "work tree")


def test_a_change_is_read_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    read = analyzer.read
    monkeypatch.setattr(analyzer, "read", lambda artifact: times.append(1) or read(artifact))  # type: ignore[func-returns-value]
    report(DIFF)
    assert len(times) == 1
    report(DIFF)
    assert len(times) == 2, "what is over is kept no longer"
    assert not CHANGES.holds


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"", "nothing has changed"),
        (b" \n\n", "nothing has changed"),
        (Bundle(diff=b""), "nothing has changed"),
        (Bundle(whole=True), "there is no file to review"),
    ],
)
def test_nothing_is_skipped_with_a_reason(given: bytes | Bundle, words: str) -> None:
    made = report(given)
    assert (made.status, made.summary) == (Status.SKIPPED, words)


def test_what_was_left_out_is_told_even_where_nothing_is_left() -> None:
    assert result(Bundle(diff=b"", left_out=("everything",))).left_out == ("everything",)


@pytest.mark.parametrize("given", [b"hello", b"PK\x03\x04hello", b"\x00\xff"])
def test_what_is_no_change_is_rejected_by_its_name(given: bytes) -> None:
    with pytest.raises(ArtifactRejected, match=r"^the change: is "):
        report(given)


def test_the_same_change_gives_the_same_bytes() -> None:
    bundle = Bundle(diff=DIFF, heads={"x.py": b"1\nsame\nnew\nmore\n"})
    assert report(bundle).model_dump_json() == report(bundle).model_dump_json()


def test_tools_of_others_look_where_the_artifact_names_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bandit").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "bandit").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(analyzer, "SQUAD", {"security": SimpleNamespace(CHECKS=(found.bandit,), CHANGE_CHECKS=())})
    given = Artifact.from_bytes("review", "x", DIFF.replace(b"@@ -2,2 +2,3 @@\n same\n-old", b"@@ -0,0 +1,2 @@"))
    assert analyze(given).report.result.files[0].reason == "only the lines of the diff are known"  # type: ignore[union-attr]
    given.metadata.update({"tools": "bandit ../evil other", "semgrep_rules": "/etc/passwd"})
    assert analyze(given).report.result.files[0].reason == "only the lines of the diff are known; bandit: failed"  # type: ignore[union-attr]
