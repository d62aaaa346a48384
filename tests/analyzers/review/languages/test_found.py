from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.analyzers.review.engines.found import FoundTools, bandit, oxlint, semgrep
from faultline.analyzers.review.source import Source
from faultline.core.artifact import Artifact, BytesContent
from faultline.core.finding import Severity
from faultline.engine import analyze
from tests.platform.jobs.test_pool import alive
from tests.until import until

OXLINT = {
    "diagnostics": [
        {
            "message": "Checking equality with NaN will always return false",
            "code": "eslint(use-isnan)",
            "severity": "error",
            "help": "Use the `isNaN` function to compare with NaN.",
            "filename": "code/f000000.js",
            "labels": [{"span": {"offset": 4, "length": 3, "line": 2, "column": 11}}],
        },
        {"message": "Somewhere", "code": "eslint(x)", "filename": "code/f000000.js", "labels": []},
        {"message": "Behind the end", "code": "y", "filename": "code/f000000.js", "labels": [{"span": {"line": 99}}]},
        {"message": "Unexpected token", "severity": "error", "filename": "code/f000001.ts", "labels": []},
        {"message": "Not ours", "code": "z", "filename": "code/other.js", "labels": []},
    ],
    "number_of_files": 2,
}
BANDIT = {
    "errors": [{"filename": "/x/code/f000001.py", "reason": "syntax error while parsing AST from file"}],
    "results": [
        {
            "filename": "/x/code/f000000.py",
            "issue_confidence": "HIGH",
            "issue_cwe": {"id": 78},
            "issue_severity": "HIGH",
            "issue_text": "subprocess call with shell=True identified, security issue.",
            "line_number": 2,
            "line_range": [2],
            "test_id": "B602",
        },
        {
            "filename": "/x/code/f000000.py",
            "issue_confidence": "HIGH",
            "issue_severity": "LOW",
            "issue_text": "Consider possible security implications associated with the subprocess module.",
            "line_number": 1,
            "test_id": "B404",
        },
        {
            "filename": "/x/code/f000000.py",
            "issue_confidence": "LOW",
            "issue_severity": "LOW",
            "issue_text": "Possible hardcoded password: 'abc'",
            "line_number": 1,
            "test_id": "B105",
        },
    ],
}
SEMGREP = {
    "errors": [{"path": "/x/code/f000001.go", "message": "Syntax error\nmore", "type": "PartialParsing"}],
    "results": [
        {
            "path": "/x/code/f000000.go",
            "check_id": "rules.team.no-shell",
            "start": {"line": 1, "col": 1},
            "end": {"line": 2, "col": 3},
            "extra": {"message": "A shell\nruns it", "severity": "ERROR", "metadata": {"cwe": ["CWE-78: OS Command"]}},
        },
        {"path": "/x/code/f000000.go", "check_id": "a", "start": {"line": 1}, "end": {"line": 1}, "extra": {}},
        {
            "path": "/x/code/f000000.go",
            "check_id": "b",
            "start": {"line": 1},
            "end": {"line": 1},
            "extra": {"message": "", "metadata": {"cwe": "CWE-9999"}},
        },
    ],
}

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts an executable on PATH that notes how it is called and then says what it is told to."""

    def put(name: str, answer: Any, before: str = "") -> Path:
        said = tmp_path / f"{name}.json"
        said.write_text(answer if isinstance(answer, str) else json.dumps(answer))
        calls = tmp_path / f"{name}.calls"
        script = tmp_path / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(
            f'#!/bin/sh\necho "$@" >> {calls}\nls code >> {calls}\nenv >> {calls}\n{before}\ncat {said}\nexit 1\n'
        )
        script.chmod(0o755)
        return calls

    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAULTLINE_TOKEN_OF_OURS", "q7Rt2WxZ")
    return put


def sources(*names_and_texts: tuple[str, str]) -> list[Source]:
    return [Source(name, text) for name, text in names_and_texts]


def asked(found: list[Source], names: str, **more: Any) -> FoundTools:
    tools = FoundTools(found, names.split(), **more)
    for source in found:
        source.diagnostics = tools
    return tools


def test_oxlint_is_told_by_its_rule_and_line_and_what_it_could_not_parse_is_unread(install: Install) -> None:
    calls = install("oxlint", OXLINT)
    one, other = sources(("web/$(evil) `x`.js", "const a = 1;\nif (a === NaN) {}\n"), ("b.ts", "const a: = 1\n"))
    asked([one, other], "oxlint")
    (seen,) = oxlint(one)
    assert (seen.rule, seen.line, seen.code) == ("logic/javascript-correctness", 2, "use-isnan")
    assert seen.message == "Checking equality with NaN will always return false."
    assert seen.fix == "Use the `isNaN` function to compare with NaN."
    assert list(oxlint(other)) == []
    assert other.unread == {"oxlint": "oxlint: Unexpected token"}
    assert one.unread == {}
    called = calls.read_text()
    assert called.count("--format=json") == 1
    assert "f000000.js\nf000001.ts" in called
    assert "evil" not in called
    assert "FAULTLINE" not in called


def test_bandit_is_told_by_our_rules_and_what_they_do_not_know_is_dropped(install: Install) -> None:
    install("bandit", BANDIT)
    one, other = sources(("a.py", "import subprocess\nsubprocess.call(x, shell=True)"), ("b.py", "def f(:"))
    asked([one, other], "bandit")
    (seen,) = bandit(one)
    assert (seen.rule, seen.line, seen.code) == ("security/command-injection", 2, "B602")
    assert (seen.severity, seen.confidence) == (Severity.HIGH, 0.7)
    assert list(bandit(other)) == []
    assert other.unread == {"bandit": "bandit: syntax error while parsing AST from file"}


def test_semgrep_is_run_with_local_rules_only(install: Install) -> None:
    calls = install("semgrep", SEMGREP)
    one, other = sources(("a.go", "package a\nfunc f() {}"), ("b.go", "package"))
    asked([one, other], "semgrep")
    assert list(semgrep(one)) == []
    assert one.unread == {"semgrep": "semgrep: no rules given"}
    assert not calls.exists()
    one.unread.clear()
    asked([one, other], "semgrep", semgrep_rules="team.yml")
    (seen,) = semgrep(one)
    assert (seen.rule, seen.line, seen.end_line) == ("security/command-injection", 1, 2)
    assert (seen.message, seen.code) == ("A shell.", "no-shell")
    assert other.unread["semgrep"] == "semgrep: Syntax error"
    assert "--metrics=off" in calls.read_text()


def test_a_source_of_the_same_text_is_not_looked_at_again(install: Install) -> None:
    calls = install("oxlint", OXLINT)
    (one,) = sources(("a.js", "const a = 1;\nif (a === NaN) {}\n"))
    tools = asked([one], "oxlint")
    said = list(oxlint(one))
    moved, new = sources(("b.js", one.text), ("c.js", "\nc"))
    moved.diagnostics = new.diagnostics = tools.again([moved, new])
    assert list(oxlint(moved)) == said
    assert list(oxlint(new))
    assert calls.read_text().count("--format=json") == 2
    (stranger,) = sources(("d.js", "d"))
    assert tools.of("oxlint", stranger) == ()


def test_a_review_uses_the_tools_that_its_artifact_asks_for(install: Install) -> None:
    install("oxlint", OXLINT)
    bundle = pack(Bundle(whole=True, heads={"a.js": b"const a = 1;\nif (a === NaN) {}\n"}))
    plain = analyze(Artifact.from_bytes("review", "change", bundle))
    assert "logic/javascript-correctness" not in {each.rule_id for each in plain.report.findings}
    helped = analyze(Artifact("review", "change", BytesContent(bundle), metadata={"tools": "oxlint"}))
    assert "logic/javascript-correctness" in {each.rule_id for each in helped.report.findings}


def test_a_tool_that_nobody_asked_for_is_not_run(install: Install) -> None:
    calls = install("oxlint", OXLINT)
    (one,) = sources(("a.js", "if (a === NaN) {}"))
    asked([one], "bandit unknown")
    assert list(oxlint(one)) == []
    assert not calls.exists()
    assert one.unread == {}


def test_a_tool_that_has_nothing_to_read_is_not_run(install: Install) -> None:
    calls = install("bandit", BANDIT)
    (one,) = sources(("a.js", "a"))
    asked([one], "bandit")
    assert list(bandit(one)) == []
    assert not calls.exists()


def test_a_tool_that_is_not_there_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (one,) = sources(("a.js", "a"))
    asked([one], "oxlint")
    assert list(oxlint(one)) == []
    assert one.unread == {"oxlint": "oxlint: not installed"}


@pytest.mark.parametrize("answer", ["", "not json", "[]", '{"diagnostics": [{}]}', '{"diagnostics": 1}', "null"])
def test_a_tool_that_fails_is_said_to(install: Install, answer: str) -> None:
    install("oxlint", answer)
    (one,) = sources(("a.js", "a"))
    asked([one], "oxlint")
    assert list(oxlint(one)) == []
    assert one.unread in ({"oxlint": "oxlint: failed"}, {})
    assert one.unread or answer == '{"diagnostics": [{}]}'


async def test_a_tool_that_takes_too_long_is_ended_with_all_that_it_started(install: Install, tmp_path: Path) -> None:
    install("oxlint", OXLINT, before=f"sleep 60 & echo $! > {tmp_path / 'child'}; wait")
    for seconds in (0.3, 3, 30):  # a machine that is busy does not even begin in the first
        (one,) = sources(("a.js", "a"))
        asked([one], "oxlint", timeout=seconds)
        assert list(oxlint(one)) == []
        assert one.unread == {"oxlint": f"oxlint: took longer than {seconds:g} s"}
        if (began := tmp_path / "child").exists() and (child := began.read_text().strip()):
            break
    await until(lambda: not alive(int(child)))


def test_hostile_records_raise_nothing(install: Install) -> None:
    install(
        "oxlint", {"diagnostics": [{"code": 1, "filename": "code/f000000.js", "labels": [{"span": {"line": "x"}}]}]}
    )
    (one,) = sources(("a.js", "a"))
    asked([one], "oxlint")
    assert list(oxlint(one)) == []


@pytest.mark.skipif(shutil.which("oxlint") is None, reason="oxlint is not installed")
def test_the_real_oxlint_speaks_as_we_expect() -> None:
    (one,) = sources(("a.js", "const a = 1;\nif (a === NaN) { f(); }\n"))
    asked([one], "oxlint")
    assert [(each.line, each.code) for each in oxlint(one)] == [(2, "use-isnan")]


@pytest.mark.skipif(shutil.which("bandit") is None, reason="bandit is not installed")
def test_the_real_bandit_speaks_as_we_expect() -> None:
    one, other = sources(("a.py", "import subprocess\nsubprocess.call(x, shell=True)  # nosec\n"), ("b.py", "def f(:"))
    asked([one, other], "bandit")
    assert [each.line for each in bandit(one)] == [2]
    assert "syntax error" in other.unread["bandit"]
