"""`faultline ci` and `faultline analyze`: what is said where, and how the call ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faultline.core.finding import Severity
from tests import toys
from tests.cli.conftest import Run

LOG = "one error\nan error again\n"


@pytest.fixture
def log(tmp_path: Path) -> str:
    (tmp_path / "a.log").write_text(LOG)
    return "a.log"


class TestExitCodes:
    def test_findings_are_1(self, run: Run, log: str) -> None:
        call = run("ci", log)
        assert (call.code, call.err) == (1, "")
        assert "a.log  ci: 2 findings (2 high)" in call.out

    def test_nothing_at_or_above_the_threshold_is_0(self, run: Run, log: str) -> None:
        assert run("ci", log, "--fail-on", "critical").code == 0
        assert run("ci", log, "--fail-on", "high").code == 1

    def test_info_is_below_the_default_threshold(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "w.log").write_text("a warning\n")
        assert run("ci", "w.log").code == 0
        assert run("ci", "w.log", "--fail-on", "info").code == 1

    def test_an_empty_file_is_skipped_and_0(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").touch()
        call = run("ci", "empty")
        assert (call.code, call.out) == (0, "empty  ci: skipped\n           the file is empty\n")

    def test_a_bad_input_is_2_and_the_others_are_still_analyzed(self, run: Run, log: str, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "binary").write_bytes(b"\0\1")
        (tmp_path / "halfway").write_text("fine\ngarbage\n")
        call = run("ci", "missing", log, "folder", "binary", "halfway", "no\0name", "--format", "jsonl")
        assert call.code == 2
        assert [json.loads(line)["artifact"]["name"] for line in call.out.splitlines()] == ["a.log"]
        assert call.err.splitlines() == [
            "faultline: missing: no such file",
            "faultline: folder: is a folder; name the files in it",
            "faultline: binary: is binary, not text",
            "faultline: halfway: is garbage halfway",
            "faultline: noname: cannot be read: embedded null byte",
        ]

    @pytest.mark.parametrize(
        "arguments",
        [
            ["ci"],
            ["ci", "a.log", "--format", "xml"],
            ["ci", "a.log", "--fail-on", "x"],
            ["nope"],
            ["ci", "--nope", "x"],
        ],
    )
    def test_bad_usage_is_2_and_says_what_is_wrong(self, run: Run, arguments: list[str]) -> None:
        call = run(*arguments)
        assert (call.code, call.out) == (2, "")
        assert "Error:" in call.err

    def test_an_unknown_kind_is_2_and_told_once(self, run: Run, log: str) -> None:
        call = run("analyze", "nope", log, log)
        assert call.code == 2
        assert call.err == "faultline: no analyzer for kind 'nope'; known kinds: ci, crash, word\n"

    def test_standard_input_is_read_once(self, run: Run) -> None:
        call = run("ci", "-", "--green", "-")
        assert (call.code, call.err) == (2, "faultline: standard input can be read only once; name `-` once\n")

    def test_a_crash_is_70_one_sentence_and_a_hint(self, run: Run, log: str) -> None:
        call = run("analyze", "crash", log)
        assert (call.code, call.out) == (70, "")
        assert call.err == (
            "faultline: a.log: the analyzer of kind 'crash' crashed while concluding: KeyError: 'nothing here'; "
            "set FAULTLINE_DEBUG=1 to see where\n"
        )

    def test_debug_shows_the_traceback(self, run: Run, log: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FAULTLINE_DEBUG", "1")
        assert "Traceback" in run("analyze", "crash", log).err

    def test_an_agent_that_crashes_is_never_a_green_light(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "c.log").write_text("crash\nfine\n")
        call = run("ci", "c.log")
        assert call.code == 70
        assert call.err == "faultline: c.log: agent crashes failed: RuntimeError: cannot open <path> or <path>\n"
        assert "no findings, incomplete" in call.out

    def test_an_unexpected_error_is_one_sentence(self, run: Run, log: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("the moon")

        monkeypatch.setattr("faultline.cli.analysis.renderer", broken)
        call = run("ci", log)
        assert call.code == 70
        assert call.err == "faultline: internal error: RuntimeError: the moon; set FAULTLINE_DEBUG=1 to see where\n"


class TestCompanion:
    def test_a_green_log_reaches_the_analyzer(self, run: Run, log: str, tmp_path: Path) -> None:
        (tmp_path / "green.log").write_text("one\ntwo\nthree\n")
        call = run("ci", log, "--green", "green.log", "--format", "json")
        assert json.loads(call.out)["result"]["green_lines"] == 3

    def test_without_its_green_log_nothing_is_analyzed(self, run: Run, log: str) -> None:
        call = run("ci", log, "--green", "missing.log")
        assert (call.code, call.out, call.err) == (2, "", "faultline: missing.log: no such file\n")


class TestFormats:
    def test_json_is_an_object_for_one_log_and_an_array_for_several(self, run: Run, log: str) -> None:
        assert json.loads(run("ci", log, "--format", "json").out)["kind"] == "ci"
        assert len(json.loads(run("ci", log, log, "--format", "json").out)) == 2
        assert len(json.loads(run("ci", log, "missing", "--format", "json").out)) == 1

    def test_the_same_input_gives_the_same_bytes_cached_or_not(self, run: Run, log: str) -> None:
        fresh = run("ci", log, "--format", "json", "--no-cache").out
        assert fresh == run("ci", log, "--format", "json").out == run("ci", log, "--format", "json").out

    def test_timings_tell_the_stages_and_the_cache(self, run: Run, log: str) -> None:
        calls = [run("ci", log, "--format", "json", "--timings", *more) for more in ([], [], ["--no-cache"])]
        envelopes = [json.loads(call.out)["envelope"] for call in calls]
        assert [envelope["cache"] for envelope in envelopes] == ["miss", "hit", "off"]
        assert envelopes[0]["durations"]["agents"] >= 0

    def test_no_cache_neither_reads_nor_writes(self, run: Run, log: str, tmp_path: Path) -> None:
        run("ci", log, "--no-cache")
        assert not (tmp_path / "cache").exists()
        run("ci", log)
        before = toys.WordAgent.calls
        run("ci", log, "--no-cache")
        assert toys.WordAgent.calls > before

    def test_the_choices_of_the_options_are_those_of_the_engine(self) -> None:
        from typing import get_args

        from faultline.cli.options import FormatName, SeverityName
        from faultline.engine.render import RENDERERS

        assert get_args(FormatName) == tuple(RENDERERS)
        assert get_args(SeverityName) == tuple(Severity)


class TestKinds:
    def test_every_kind_is_listed_with_its_version(self, run: Run) -> None:
        call = run("kinds")
        assert call.code == 0
        assert [line.split() for line in call.out.splitlines()] == [["ci", "1"], ["crash", "1"], ["word", "1"]]

    def test_a_broken_plugin_is_listed_as_unusable(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        from faultline.engine.registry import Registry

        registry = Registry([toys.point("bad", "no.such.module:Thing")])
        monkeypatch.setattr(Registry, "installed", staticmethod(lambda: registry))
        call = run("kinds")
        assert call.code == 0
        assert call.out.startswith("bad  unusable: the analyzer of kind 'bad' cannot be loaded: ModuleNotFoundError")


def test_the_version_is_printed(run: Run) -> None:
    from faultline import __version__

    assert run("--version").out == f"faultline {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["ci", "--help"], ["analyze", "--help"]])
def test_help_teaches_the_exit_codes(run: Run, arguments: list[str]) -> None:
    call = run(*arguments)
    assert call.code == 0
    assert "something at or above --fail-on was found" in call.out


def test_help_of_a_command_shows_examples(run: Run) -> None:
    assert "faultline ci build.log --green last-good-build.log" in run("ci", "--help").out
