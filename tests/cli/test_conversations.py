"""`faultline conversations` and `faultline conversations train`, over the real analyzer."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from faultline import embedding
from faultline.cli import training, weights
from faultline.cli.main import main
from tests.cli.conftest import Call, Run

pytestmark = pytest.mark.usefixtures("static_table")

CHATS = """\
{"id": "a", "messages": [{"role": "user", "text": "Our whole shop is down since this morning, fix it now!"}]}
{"id": "b", "messages": [{"role": "user", "text": "👍"}]}
{"id": "c", "text
{"id": "d", "messages": [{"role": "user", "text": "The new export is wonderful, thank you so much."}]}
"""
SAID = {
    "delivery": ["where is my parcel {}", "my order {} has not arrived", "track package {}", "parcel {} is late"],
    "billing": [
        "invoice {} is wrong",
        "charged twice on bill {}",
        "explain the amount of invoice {}",
        "bill {} too high",
    ],
}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, with what is installed, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAULTLINE_MODELS", raising=False)

    def run(*arguments: str) -> Call:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Call(code, captured.out, captured.err)

    return run


@pytest.fixture
def chats(tmp_path: Path) -> str:
    (tmp_path / "chats.jsonl").write_text(CHATS)
    return "chats.jsonl"


@pytest.fixture
def labels(tmp_path: Path) -> str:
    rows = [f"{text.format(n)},{label}" for label, texts in SAID.items() for n in range(4) for text in texts]
    (tmp_path / "labels.csv").write_text("\n".join(["text,label", *rows]) + "\n")
    return "labels.csv"


class TestAnalysis:
    def test_the_urgent_one_is_found_and_the_broken_line_is_named(self, call: Run, chats: str) -> None:
        done = call("conversations", chats)
        assert done.code == 1
        assert done.out.startswith("chats.jsonl  3 conversations, 1 left out (1 only-emoji): ")
        assert "Our whole shop is down since this morning" in done.out
        assert "! not read: line 3: is not JSON: unterminated string at column 13" in done.out

    def test_options_stand_before_or_behind_the_files(self, call: Run, chats: str) -> None:
        behind = call("conversations", chats, "--format", "json", "--fail-on", "critical")
        before = call("conversations", "--fail-on", "critical", "--format", "json", chats)
        assert behind == before
        assert [each["id"] for each in json.loads(behind.out)["result"]["insights"]] == ["a", "d"]

    def test_standard_input_is_read(self, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Customer: it broke\nAgent: sorry\n")))
        done = call("conversations", "-", "--format", "json")
        assert json.loads(done.out)["result"]["conversations"] == 1

    def test_the_minimum_group_reaches_the_analyzer(self, call: Run, chats: str) -> None:
        done = call("conversations", chats, "--format", "json", "--minimum-group", "9")
        assert json.loads(done.out)["result"]["minimum_group"] == 9
        assert call("conversations", chats, "--minimum-group", "0").code == 2

    def test_bad_input_is_2_and_the_others_are_still_read(self, call: Run, chats: str, tmp_path: Path) -> None:
        (tmp_path / "binary").write_bytes(b"a\0b")
        (tmp_path / "broken.jsonl").write_text('{"a\n{"b\n')
        done = call("conversations", "binary", "broken.jsonl", "nope", chats, "--format", "jsonl")
        assert done.code == 2
        assert len(done.out.splitlines()) == 1
        assert done.err.splitlines() == [
            "faultline: binary: is binary, not text: it holds zero bytes",
            "faultline: broken.jsonl: holds no conversation that can be read; line 1: is not JSON: unterminated string"
            " at column 2",
            "faultline: nope: no such file",
        ]

    def test_a_file_called_train_is_reached_by_its_path(self, call: Run, tmp_path: Path) -> None:
        (tmp_path / "train").write_text("Customer: it broke\nAgent: sorry\n")
        assert call("conversations", "./train", "--format", "json", "--fail-on", "critical").code == 0

    @pytest.mark.parametrize(
        "arguments", [["conversations"], ["conversations", "--nope", "x"], ["conversations", "train"]]
    )
    def test_bad_usage_is_2(self, call: Run, arguments: list[str]) -> None:
        done = call(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "Error:" in done.err

    def test_help_tells_of_both(self, call: Run) -> None:
        own = call("conversations", "--help").out
        assert "Usage: faultline conversations [OPTIONS] {FILE}..." in own
        assert "train  Learn your own intents" in own
        assert "Usage: faultline conversations train [OPTIONS] {LABELS}" in call("conversations", "train", "--help").out


class TestTraining:
    def test_what_was_learned_judges(self, call: Run, labels: str, chats: str, tmp_path: Path) -> None:
        done = call("conversations", "train", labels)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("2 intents from 32 examples, ")
        assert "intent    examples  precision  recall    F1" in done.out
        assert "wrote labels.taxonomy (" in done.out
        (tmp_path / "one.txt").write_text("Customer: where is my parcel 99, my order has not arrived\n")
        own = call("conversations", "one.txt", "--taxonomy", "labels.taxonomy", "--format", "json")
        assert json.loads(own.out)["result"]["intents"] == {"delivery": 1}

    def test_the_scores_come_as_json_too(self, call: Run, labels: str) -> None:
        done = call("conversations", "train", labels, "-o", "own.taxonomy", "--json")
        told = json.loads(done.out)
        assert (told["taxonomy"], told["labels"]) == ("own.taxonomy", ["billing", "delivery"])
        assert 0 <= told["scores"]["accuracy"] <= 1
        assert Path("own.taxonomy").stat().st_size == told["bytes"]
        assert Path("own.taxonomy").stat().st_mode & 0o777 == 0o644

    def test_thin_contradictory_and_broken_examples_are_told(
        self, call: Run, labels: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(training, "MAX_FAULTS", 2)
        with (tmp_path / labels).open("a") as more:
            more.write("rare words,rare\nwhere is my parcel 0,billing\n,x\n,y\n,z\n")
        done = call("conversations", "train", labels)
        assert done.code == 0
        assert "  ! " in done.out
        assert "rare" in done.out
        assert done.err.splitlines() == [
            "faultline: labels.csv: not read: line 36: has no text",
            "faultline: labels.csv: not read: line 37: has no text",
            "faultline: and 1 more lines that cannot be read",
        ]
        assert training._few(["a", "b", "c"]) == ["a", "b", "and 1 more"]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("text,label\na b,x\n", "At least two labels"),
            ("", "holds no labelled example"),
            ("text,message\na b,c d\n", "has no column called label"),
        ],
    )
    def test_nothing_to_learn_from_writes_nothing(self, call: Run, tmp_path: Path, text: str, words: str) -> None:
        (tmp_path / "few.csv").write_text(text)
        done = call("conversations", "train", "few.csv")
        assert (done.code, done.out) == (2, "")
        assert words in done.err
        assert not (tmp_path / "few.taxonomy").exists()

    def test_labels_of_standard_input_need_a_place(self, call: Run) -> None:
        done = call("conversations", "train", "-")
        assert (done.code, done.err) == (2, "faultline: labels from standard input need --output FILE\n")

    def test_a_place_that_cannot_be_written_is_told(self, call: Run, labels: str) -> None:
        done = call("conversations", "train", labels, "-o", "no/such/folder/x")
        assert (done.code, done.out) == (2, "")
        assert done.err == "faultline: no/such/folder/x: cannot be written: No such file or directory\n"

    def test_without_the_extra_the_call_says_what_to_install(
        self, call: Run, labels: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedding, "available", lambda: False)
        done = call("conversations", "train", labels)
        assert done.code == 2
        assert "pip install 'faultline[conversation]'" in done.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestTheTableOfWordVectors:
    @pytest.fixture
    def made(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What is said to a person while the table is made."""
        said: list[str] = []

        class Heard:
            def __enter__(self) -> object:
                return said.append

            def __exit__(self, *_: object) -> None:
                return None

        monkeypatch.setattr(weights, "sys", SimpleNamespace(stderr=Terminal()))  # pytest puts back its own
        monkeypatch.setattr(weights, "waiting", lambda words: Heard())
        monkeypatch.setattr(embedding, "static", lambda progress: progress(0.5))
        return said

    def test_a_person_who_waits_is_told_how_far_it_is(self, made: list[str]) -> None:
        weights.prepare()
        assert made == ["preparing the word vectors, once for this machine: 50%"]

    def test_a_table_that_is_there_is_not_loaded_to_say_so(
        self, made: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("FAULTLINE_CACHE_DIR", str(tmp_path))
        (tmp_path / "static-1-abc.bin").touch()
        weights.prepare()
        assert made == []

    def test_without_the_extra_there_is_none_to_make(self, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(embedding, "available", lambda: False)
        weights.prepare()
        assert made == []
