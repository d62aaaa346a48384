"""`faultline design`: what is read, what is said of it under which names, and how the call ends."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faultline.analyzers.design import analyzer, squad
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.rules import Rule
from faultline.analyzers.design.spot import Spot
from faultline.cli import documents, sources
from faultline.cli.main import main
from faultline.core.finding import Severity
from tests.cli.conftest import Call, Run
from tests.cli.repositories import Made

SPEC = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /orders:
    get: {responses: {"200": {$ref: "common/answers.yaml#/Ok"}}}
"""
OPERATIONS = Rule(
    id="contract/operation", severity=Severity.MEDIUM, title="It is there", why="So.", fix="No.", bad={"a": "a"},
    good={"a": "a"},
)  # fmt: skip
WORD = OPERATIONS.model_copy(update={"id": "security/word", "severity": Severity.HIGH})
GONE = OPERATIONS.model_copy(update={"id": "evolution/gone"})


def sees(design: Design) -> Iterator[Observation]:
    """Operations, the word DANGER, and how many documents the older version has."""
    for document in design.documents:
        for number, line in enumerate(document.lines, 1):
            if "DANGER" in line:
                yield Observation(WORD.id, Spot(document, line=number))
    for spec in design.of(OpenApiDocument):
        for each in spec.operations:
            yield Observation(OPERATIONS.id, Spot(spec, each.node.pointer, symbol=each.symbol), many="{count} there")
    if design.older and design.documents:
        older = tuple(Spot(each, line=1) for each in design.older.documents)
        yield Observation(GONE.id, Spot(design.documents[0], line=1), also=older)


@pytest.fixture(autouse=True)
def squad_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer, "AGENTS", ("security",))
    monkeypatch.setattr(analyzer, "checks", lambda agent, design: (sees,))
    monkeypatch.setattr(squad, "catalogue", lambda: {each.id: each for each in (OPERATIONS, WORD, GONE)})


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the test stands."""
    folder = tmp_path / "shop"
    put(
        folder, {"docs/api.yaml": SPEC, "docs/common/answers.yaml": "Ok: {description: ok}\n", "docs/why.md": "# Why\n"}
    )
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def design(shop: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `faultline design` in this process."""

    def call(*arguments: str) -> Call:
        code = main(["design", *arguments])
        captured = capsys.readouterr()
        return Call(code, captured.out, captured.err)

    return call


def put(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text)


def report(call: Call) -> Any:
    return json.loads(call.out)


def read(call: Call) -> list[str]:
    """The paths of the documents that were looked at."""
    return [each["path"] for each in report(call)["result"]["documents"]]


def placed(call: Call) -> list[str]:
    return [f"{(at := each['location'])['path']}:{at['start_line']}" for each in report(call)["findings"]]


class TestWhatIsRead:
    def test_a_file_brings_along_what_it_refers_to(self, design: Run) -> None:
        call = design("docs/api.yaml", "--format", "json")
        assert call.code == 1
        assert call.err == "faultline: reading docs/api.yaml: 1 document and 1 that they refer to\n"
        assert read(call) == ["docs/api.yaml"]
        assert placed(call) == ["docs/api.yaml:5"]

    def test_a_reference_out_of_the_folder_is_not_followed(self, shop: Path, design: Run) -> None:
        put(shop, {"docs/v2/api.yaml": SPEC.replace("common/", "../common/").replace("#/Ok", "")})
        call = design("docs/v2/api.yaml", "--format", "json")
        assert "leads out of the folder" in report(call)["result"]["left_out"][0]
        assert "refer" not in design("docs", "--format", "json").err.replace("that they refer to", "")
        assert read(design("docs", "--format", "json")) == ["docs/api.yaml", "docs/v2/api.yaml", "docs/why.md"]

    def test_references_in_a_circle_end(self, shop: Path, design: Run) -> None:
        put(shop, {"a.yaml": SPEC.replace("common/answers.yaml", "b.yaml"), "b.yaml": "x: {$ref: 'a.yaml#/x'}\n"})
        assert design("a.yaml").err == "faultline: reading a.yaml: 1 document and 1 that they refer to\n"

    def test_all_that_is_named_is_one_system(self, shop: Path, design: Run) -> None:
        put(shop, {"deploy/compose.yaml": "services: {web: {image: web}}\n", "notes.txt": "DANGER\n"})
        call = design("docs", "deploy/compose.yaml", "notes.txt", "docs/api.yaml", "--format", "json")
        assert read(call) == ["deploy/compose.yaml", "docs/api.yaml", "docs/why.md", "notes.txt"]
        assert call.err.startswith("faultline: reading docs, deploy/compose.yaml, notes.txt, ...: 4 documents and 1")

    def test_folders_that_tools_fill_and_files_that_are_no_design_are_left_alone(self, shop: Path, design: Run) -> None:
        others = [
            "node_modules/a.md",
            "vendor/a.md",
            "docs/tests/fixtures/a.md",
            ".venv/a.md",
            ".hidden/a.md",
            "build/a.md",
            "CHANGELOG.md",
        ]
        others += ["package.json", "package-lock.json", "a.txt", ".x.md", "a.png", "plan.dsl", "values.yaml"]
        put(shop, dict.fromkeys(others, "{}"))
        (shop / "link.md").symlink_to(shop / "docs/why.md")
        (shop / "bin.md").write_bytes(b"\0\1\2")
        assert read(design(".", "--format", "json")) == ["docs/api.yaml", "docs/why.md"]
        assert read(design("docs/tests/fixtures", "--format", "json")) == ["docs/tests/fixtures/a.md"]

    def test_git_says_what_is_ignored(self, tmp_path: Path, design: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        made = Made.at(tmp_path / "repo").put({".gitignore": "made/\n", "build/a.md": "a", "b.md": "b"})
        made.commit()
        made.put({"made/c.md": "c", "fresh.md": "d", "vendor/e.md": "e"})
        monkeypatch.chdir(made.path)
        assert read(design(".", "--format", "json")) == ["b.md", "build/a.md", "fresh.md"]
        assert read(design("made", "--format", "json")) == ["made/c.md"]

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            (SPEC, "openapi"),
            ('{"swagger": "2.0", "paths": {}}', "openapi"),
            ("services: {web: {image: web}}\n", "compose"),
            ("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n", "kubernetes"),
            ("graph TD\n  a --> b\n", "diagram"),
            ("@startuml\n[a] --> [b]\n@enduml\n", "diagram"),
            ('resource "a" "b" {\n}\n', "terraform"),
            ("workspace {\n  model {\n  }\n}\n", "diagram"),
            ("# Shop\n\nversion: of it all\n", "markdown"),
        ],
    )
    def test_standard_input_is_what_it_looks_like(
        self, text: str, kind: str, design: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        call = design("-", "--format", "json")
        assert [(each["path"], each["kind"]) for each in report(call)["result"]["documents"]] == [
            ("standard input", kind)
        ]

    def test_a_zip_is_a_system(self, shop: Path, design: Run) -> None:
        with zipfile.ZipFile(shop / "all.ZIP", "w") as archive:
            archive.writestr("api.yaml", SPEC)
        assert read(design("all.ZIP", "--format", "json")) == ["api.yaml"]
        assert design("all.ZIP", "--against", "docs").code == 2

    def test_too_much_is_left_out_and_said(self, design: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "MAX_FILES", 1)
        monkeypatch.setattr(sources, "MAX_FILE_BYTES", 400)
        put(shop, {"docs/long.md": "x" * 500})
        told = report(design("docs", "--format", "json"))["result"]["left_out"]
        assert told == [
            "long.md was left out: it is larger than 0 MB",
            "1 of 2 files were left out: at most 1 files and 256 MB are read at once",
        ]


class TestNames:
    @pytest.mark.parametrize("here", [".", "docs", "docs/common"])
    @pytest.mark.parametrize("config", ["", "[design]\nignore = ['x']\n"])
    def test_paths_are_told_as_they_were_typed(
        self, here: str, config: str, shop: Path, design: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if config:
            put(shop, {".faultline.toml": config})
            (shop / ".git").mkdir()
        monkeypatch.chdir(shop / here)
        api = os.path.relpath(shop / "docs/api.yaml")
        for typed, told in ((api, api), (str(shop / "docs"), str(shop / "docs/api.yaml"))):
            call = design(typed, "--format", "json")
            assert read(call)[0] == told
            assert placed(call) == [f"{told}:5"]

    def test_the_config_above_holds_with_its_own_paths(
        self, shop: Path, design: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(shop, {".faultline.toml": "[design]\nlevel = 'high'\nexclude = ['docs/*.md']\n"})
        put(shop, {"docs/more.txt": "DANGER"})
        (shop / ".git").mkdir()
        monkeypatch.chdir(shop / "docs")
        call = design("api.yaml", "why.md", "more.txt", "--format", "json")
        assert read(call) == ["api.yaml", "more.txt"]
        assert [each["rule_id"] for each in report(call)["findings"]] == ["security/word"]
        assert len(report(design("api.yaml", "--level", "info", "--format", "json"))["findings"]) == 1


class TestAgainst:
    def older(self, call: Call) -> list[str]:
        (found,) = [each for each in report(call)["findings"] if each["rule_id"] == GONE.id]
        return [each["path"] for each in found["places"][1:]]

    def test_a_file_is_compared_with_a_file(self, shop: Path, design: Run) -> None:
        put(shop, {"old/shop.yml": SPEC})
        call = design("docs/api.yaml", "--against", "old/shop.yml", "--format", "json")
        assert self.older(call) == ["old/shop.yml"]
        assert [each["path"] for each in report(call)["result"]["against"]] == ["old/shop.yml"]

    def test_a_file_or_folder_is_compared_with_a_folder(self, shop: Path, design: Run) -> None:
        put(shop, {"old/api.yaml": SPEC, "old/gone.md": "# Gone\n"})
        assert self.older(design("docs/api.yaml", "--against", "old", "--format", "json")) == ["old/api.yaml"]
        assert self.older(design("docs", "--against", "old", "--format", "json")) == ["old/api.yaml", "old/gone.md"]

    def test_a_revision_of_git_is_read_at_the_same_paths(
        self, tmp_path: Path, design: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = Made.at(tmp_path / "repo").put(
            {"docs/api.yaml": SPEC, "docs/common/answers.yaml": "Ok: {}\n", "a.md": "a"}
        )
        made.commit()
        made.put({"docs/api.yaml": SPEC + "  /more: {get: {}}\n", "docs/new.md": "# New\n"})
        monkeypatch.chdir(made.path)
        assert self.older(design("docs/api.yaml", "--against", "HEAD", "--format", "json")) == ["HEAD:docs/api.yaml"]
        assert self.older(design(".", "--against", "HEAD", "--format", "json")) == ["HEAD:a.md", "HEAD:docs/api.yaml"]
        call = design("docs/new.md", "--against", "HEAD", "--format", "json")
        assert report(call)["result"]["left_out"] == [
            "docs/new.md has no older version at HEAD, so nothing is compared"
        ]
        assert "is no commit" in design(".", "--against", "nope").err


class TestBaseline:
    def test_only_what_is_new_is_told_and_counts(self, shop: Path, design: Run) -> None:
        put(shop, {"was.json": design("docs", "--format", "json").out, "docs/why.md": "# Why\n\nsome\n"})
        assert design("docs", "--baseline", "was.json").code == 0
        put(shop, {"docs/shop.yaml": SPEC.replace("paths:", "x-a: 1\npaths:\n  /more: {get: {}}")})
        (shop / "docs/api.yaml").unlink()
        call = design("docs", "--baseline", "was.json", "--format", "json")
        (finding,) = report(call)["findings"]
        assert call.code == 1
        assert finding["title"] == "2 there (1 of 2 places are new)"
        assert finding["location"] == {"path": "docs/shop.yaml", "start_line": 5, "end_line": 5}
        put(shop, {"docs/why.md": "DANGER"})
        assert [
            each["rule_id"] for each in report(design("docs", "--baseline", "was.json", "--format", "json"))["findings"]
        ] == [
            "security/word",
            "contract/operation",
        ]

    def test_another_place_in_the_stead_of_one_that_is_gone_is_new(self, shop: Path, design: Run) -> None:
        put(shop, {"was.jsonl": design("docs", "--format", "jsonl").out})
        put(shop, {"docs/api.yaml": SPEC.replace("/orders", "/other")})
        assert design("docs", "--baseline", "was.jsonl").code == 1

    @pytest.mark.parametrize("text", ["", "{}", "[]]", '{"schema": "other", "findings": []}', "[1]", "\udcff", None])
    def test_what_is_no_report_is_refused(self, text: str | None, shop: Path, design: Run) -> None:
        if text is not None:
            (shop / "was.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        call = design("docs", "--baseline", "was.json")
        assert call.code == 2
        assert call.err.startswith("faultline: was.json: ")
        assert call.err.count("\n") == 1


class TestGraph:
    def test_the_system_is_drawn_and_nothing_else(self, shop: Path, design: Run) -> None:
        put(shop, {"compose.yaml": "services:\n  web: {image: a, depends_on: [db]}\n  db: {image: postgres}\n"})
        call = design("compose.yaml", "--graph", "mermaid")
        assert (call.code, call.out.split()[0]) == (0, "flowchart")
        assert "web" in call.out
        drawn = report(design("compose.yaml", "--graph", "json"))
        assert {each["id"] for each in drawn["nodes"]} == {"web", "db"}
        assert design("compose.yaml", "--graph", "json", "--baseline", "x.json").code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nope",), "nope: no such file or folder"),
        (("empty",), "empty: holds no design document; OpenAPI"),
        (("a.png",), "a.png: is no design document; OpenAPI"),
        (("main.py",), "main.py: is no design document; OpenAPI"),
        (("binary.yaml",), "binary.yaml: is no design document; OpenAPI"),
        (("-", "-"), "standard input can be read only once"),
        (("docs", "--against", "docs/api.yaml"), "--against with a file compares with one file"),
        (("docs/api.yaml", "--against", "empty"), "empty: holds no api.yaml to compare with"),
        (("docs", "--against", "v1"), "v1: no such file or folder, and no git repository is here"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(arguments: tuple[str, ...], words: str, shop: Path, design: Run) -> None:
    put(shop, {"a.png": "\x89PNG\0", "main.py": "x = 1\n", "binary.yaml": "a\0b", "empty/a.txt": "x"})
    call = design(*arguments)
    assert call.code == 2
    assert call.out == ""
    assert call.err.startswith(f"faultline: {words}")
    assert call.err.count("\n") == 1
