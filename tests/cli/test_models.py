"""`--model` and FAULTLINE_MODELS: what a model adds, and what happens when it cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from faultline.cli.main import main
from faultline.cli.models import Asking, opened, route
from faultline.core.errors import UsageError
from faultline.core.model import Brief, Consultation
from tests.cli.conftest import Call
from tests.servers.model import ModelServer, says, standing_in_thread, status

LOG = Path(__file__).parents[2] / "examples" / "logs" / "github-actions-pytest.log"
Run = Callable[..., Call]


@pytest.fixture
def ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`faultline ci` on a real log, without any key in the environment."""
    for name in ("OPENAI_API_KEY", "FAULTLINE_MODELS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "build.log").write_bytes(LOG.read_bytes())
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Call:
        code = main(["ci", "build.log", *arguments])
        captured = capsys.readouterr()
        return Call(code, captured.out, captured.err)

    return call


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with standing_in_thread() as server:
        yield server


def answered(line: int) -> dict[str, Any]:
    statement = {"text": "The function returns 2.", "cites": [line]}
    fix = {"text": "Return 1.", "cites": [line]}
    return {"cites": [line], "cause": statement, "explanation": {"text": "It expects 1.", "cites": [line]}} | {
        "suggested_fix": fix
    }


@pytest.fixture
def line(ci: Run) -> int:
    """A line of the evidence."""
    result = json.loads(ci("--format", "json").out)["result"]
    return int(result["evidence"][0]["matched_lines"][0])


def test_a_model_explains_and_the_text_says_that_it_did(ci: Run, server: ModelServer, line: int) -> None:
    server.always(says(answered(line), tokens=(1_234, 56)))
    call = ci("--model", f"openai:small@{server.url}", "--timings")
    assert (call.code, call.err) == (1, "")
    assert "why      The function returns 2. It expects 1." in call.out
    assert f"written by openai:small from line {line}" in call.out
    assert "fix      Return 1." in call.out
    assert f"proposed by openai:small from line {line}; check it before you run it" in call.out
    assert "model: 1 call, 1,234 tokens in, 56 out, $" in call.out


@pytest.mark.parametrize("form", ["markdown", "github", "sarif", "json"])
def test_every_format_says_who_wrote_it(ci: Run, server: ModelServer, line: int, form: str) -> None:
    server.always(says(answered(line)))
    call = ci("--model", f"openai:small@{server.url}", "--format", form)
    assert "It expects 1." in call.out
    assert "openai:small" in call.out.replace("\\", "").replace("%3A", ":")


def test_the_envelope_has_the_cost_as_text(ci: Run, server: ModelServer, line: int) -> None:
    server.always(says(answered(line), tokens=(1_234, 56)))
    call = ci("--model", f"openai:small@{server.url}", "--format", "json", "--timings")
    use = json.loads(call.out)["envelope"]["use"]
    assert (use["calls"], use["tokens_in"], use["tokens_out"]) == (1, 1_234, 56)
    assert isinstance(use["dollars"], str)


def test_the_environment_names_models_too_and_the_next_is_asked_when_one_fails(
    ci: Run, server: ModelServer, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.will(status(400))
    server.always(says(answered(line)))
    monkeypatch.setenv("FAULTLINE_MODELS", f"openai:first@{server.url}, openai:second@{server.url}")
    call = ci()
    assert "written by openai:second" in call.out
    assert [each.body["model"] for each in server.asked] == ["first", "second"]


def test_an_explained_report_is_kept_apart_from_one_without_a_model(ci: Run, server: ModelServer, line: int) -> None:
    server.always(says(answered(line)))
    for _ in range(2):
        assert "It expects 1." in ci("--model", f"openai:small@{server.url}").out
    assert len(server.asked) == 1
    assert "It expects 1." not in ci().out


def test_a_wrong_key_is_one_warning_and_the_answer_without_a_model(ci: Run, server: ModelServer) -> None:
    server.always(status(401))
    alone = ci("--format", "json")
    call = ci("--model", f"openai:small@{server.url}", "--format", "json")
    assert call.code == alone.code == 1
    note = f"openai:small@{server.url} refused the key (HTTP 401); this is the answer without a model"
    assert call.err == f"faultline: warning: {note}\n"
    report = json.loads(call.out)
    assert report.pop("notes") == [note]
    assert report == {name: value for name, value in json.loads(alone.out).items() if name != "notes"}
    assert f"  ! {note}" in ci("--model", f"openai:small@{server.url}").out
    assert "**Note:** openai" in ci("--model", f"openai:small@{server.url}", "--format", "markdown").out.replace(
        "\\", ""
    )
    assert "refused the key" in ci("--model", f"openai:small@{server.url}", "--format", "github").out
    sarif = json.loads(ci("--model", f"openai:small@{server.url}", "--format", "sarif").out)
    (invocation,) = sarif["runs"][0]["invocations"]
    assert invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["level"] == "note"


def test_a_model_that_makes_no_sense_ends_the_call(ci: Run) -> None:
    call = ci("--model", "nonsense")
    assert (call.code, call.out) == (2, "")
    assert call.err.startswith("faultline: ")


def test_a_missing_key_ends_the_call_that_named_the_model(ci: Run) -> None:
    call = ci("--model", "openai:gpt-5-mini")
    assert (call.code, call.out) == (2, "")
    assert "OPENAI_API_KEY" in call.err


def test_a_missing_key_does_not_break_a_build_that_has_the_model_in_its_environment(
    ci: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULTLINE_MODELS", "openai:gpt-5-mini")
    call = ci("--format", "json")
    assert call.code == 1
    assert json.loads(call.out)["result"]["category"] == "test"
    assert call.err.startswith("faultline: no model is asked: FAULTLINE_MODELS: ")
    assert len(call.err.splitlines()) == 1


def test_without_the_extra_one_sentence_says_what_to_install(ci: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faultline.ai.gateway.find_spec", lambda name: None)
    call = ci("--model", "ollama:llama3.2")
    assert (call.code, call.out) == (2, "")
    assert call.err == "faultline: asking models needs more packages: pip install 'faultline[ai]'\n"


def test_models_of_the_call_go_before_those_of_the_environment() -> None:
    environment = {"FAULTLINE_MODELS": " a:b ,, c:d"}
    assert route([], environment) == ["a:b", "c:d"]
    assert route(["e:f", " "], environment) == ["e:f"]
    assert route([], {}) == []


def test_nobody_is_asked_unless_somebody_is_named() -> None:
    with opened([], {}) as asked:
        assert asked is None
    with pytest.raises(UsageError), opened(["?"], {}):
        pass


def test_who_waits_is_told_who_is_asked() -> None:
    class Silent:
        route = "openai:gpt-5-mini ollama:x"

        def consult(self, kind: str, briefs: object) -> Consultation:
            return Consultation([])

    heard: list[str] = []
    asking = Asking(Silent(), heard.append)
    briefs: list[tuple[str, Brief]] = []
    asking.consult("ci", briefs)
    assert heard == ["asking openai:gpt-5-mini ollama:x"]
