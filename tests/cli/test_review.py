"""`faultline review`: what it says, how it ends, and what `--fix` writes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from faultline.analyzers.review import analyzer
from faultline.analyzers.review.bundle import Bundle
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source
from faultline.cli import fixes, reviewing
from faultline.cli.changes import Collected
from faultline.cli.main import main
from faultline.cli.reviewing import tools
from faultline.core.finding import Edit, Finding, Location, Severity
from faultline.core.report import ArtifactInfo, Report, Status
from tests.cli.conftest import Call, Run
from tests.cli.repositories import Made

RULE = "security/code-injection"


def sees(source: Source) -> Iterable[Observation]:
    """Finds DANGER."""
    for number, line in enumerate(source.lines, 1):
        if "DANGER" in line:
            yield Observation(RULE, number)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A repository in which the test stands, and a squad that sees one word."""
    monkeypatch.setattr(analyzer, "SQUAD", {"security": SimpleNamespace(CHECKS=(sees,), CHANGE_CHECKS=())})
    monkeypatch.setenv("FAULTLINE_TOOLS", "")
    made = Made.at(tmp_path / "repo").put({"src/a.py": "old = 'DANGER'\n", "b.py": "b = 1\n"})
    made.commit()
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def review(capsys: pytest.CaptureFixture[str], repo: Made) -> Run:
    """Run `faultline review` in this process."""

    def call(*arguments: str) -> Call:
        code = main(["review", *arguments])
        captured = capsys.readouterr()
        return Call(code, captured.out, captured.err)

    return call


class TestWhatIsSaid:
    def test_only_what_the_change_brings_is_found(self, repo: Made, review: Run) -> None:
        repo.put({"src/a.py": "old = 'DANGER'\nnew = 'DANGER'\n"})
        call = review("--format", "json")
        report = json.loads(call.out)
        assert [(f["location"]["path"], f["location"]["start_line"]) for f in report["findings"]] == [("src/a.py", 2)]
        (file,) = report["result"]["files"]
        assert (file["added"], file["hunks"]) == (1, [{"start_line": 1, "end_line": 2}])
        base = repo.git("rev-parse", "--short=7", "HEAD")
        assert call.err == f"faultline: reviewing the work tree against HEAD ({base}), 1 file\n"
        assert report["artifact"]["name"] == "work tree"
        assert call.code == 1

    def test_nothing_found_is_0_and_nothing_changed_is_said(self, repo: Made, review: Run) -> None:
        assert "skipped" in review().out
        repo.put({"b.py": "b = 2\n"})
        assert review().code == 0

    def test_all_finds_what_was_there(self, repo: Made, review: Run) -> None:
        assert review("--all").code == 1
        assert review("--all", "b.py").code == 0
        assert review("--all", "--fail-on", "critical", "--format", "jsonl").out.count("\n") == 1

    def test_people_see_paths_from_where_they_stand_and_programs_those_of_the_repository(
        self, repo: Made, review: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(repo.path / "src")
        assert "src/a.py" not in review("--all").out
        assert "a.py" in review("--all").out
        report = json.loads(review("--all", "--format", "json").out)
        assert report["findings"][0]["location"]["path"] == "src/a.py"
        assert "file=src/a.py" in review("--all", "--format", "github").out

    def test_outside_of_git_paths_are_as_they_were_typed(
        self, review: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = tmp_path / "plain" / "sub"
        plain.mkdir(parents=True)
        (plain / "x.py").write_text("DANGER\n")
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        for typed, path in (
            ("plain", "plain/sub/x.py"),
            ("plain/sub/x.py", "plain/sub/x.py"),
            (str(plain), f"{plain}/x.py"),
        ):
            report = json.loads(review("--all", typed, "--format", "json").out)
            assert report["findings"][0]["location"]["path"] == path
            assert report["result"]["files"][0]["path"] == path

    def test_a_diff_from_a_file(self, repo: Made, review: Run) -> None:
        repo.put({"b.py": "b = 'DANGER'\n", "x.diff": ""})
        repo.put({"x.diff": repo.git("diff", "b.py") + "\n"})
        call = review("--diff", "x.diff", "--format", "sarif")
        assert call.code == 1
        assert call.err == "faultline: reviewing x.diff (1 file whole from the work tree), 1 file\n"
        assert json.loads(call.out)["runs"][0]["results"][0]["ruleId"] == RULE

    def test_the_same_change_comes_from_the_cache(self, repo: Made, review: Run) -> None:
        repo.put({"b.py": "b = 'DANGER'\n"})
        assert "cache miss" in review("--timings").out
        again = review("--timings")
        assert "cache hit" in again.out
        assert "cache off" in review("--timings", "--no-cache").out
        repo.put({"b.py": "b = 'DANGER!'\n"})
        assert "cache miss" in review("--timings").out


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["--all", "--staged"],
            ["--head", "HEAD", "--diff", "x"],
            ["--staged", "--head", "HEAD"],
            ["--base", "HEAD", "--all"],
            ["--fix", "--staged"],
            ["--fix", "--head", "HEAD"],
            ["--fix", "--diff", "-"],
        ],
    )
    def test_options_that_do_not_go_together(self, review: Run, arguments: list[str]) -> None:
        call = review(*arguments)
        assert (call.code, call.out) == (2, "")
        assert call.err.startswith("faultline: --")

    def test_no_repository_is_one_sentence(self, review: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        monkeypatch.chdir(tmp_path)
        call = review()
        assert call.code == 2
        assert call.err == (
            f"faultline: {tmp_path}: is in no git repository, so there is no change to review;"
            " --all reviews whole files, --diff a diff\n"
        )

    def test_tools_of_others_are_those_on_the_path_unless_they_are_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("bandit", "oxlint", "semgrep", "other"):
            (tmp_path / name).write_text("#!/bin/sh\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert tools({})["tools"] == "bandit oxlint"
        assert tools({"FAULTLINE_TOOLS": "oxlint, semgrep"})["tools"] == "oxlint"
        assert tools({"FAULTLINE_TOOLS": ""}) == {}
        with_rules = tools({"FAULTLINE_SEMGREP_RULES": "rules.yml", "FAULTLINE_TOOLS": "semgrep"})
        assert with_rules["tools"] == "semgrep"
        before = tools({})["tools_seen"]
        os.utime(tmp_path / "bandit", (1, 1))
        assert tools({})["tools_seen"] != before


def mended(*edits: Edit, line: int = 1, proven: bool = True, severity: Severity = Severity.HIGH) -> Finding:
    return Finding(
        rule_id=RULE,
        agent="security",
        severity=severity,
        title="a title",
        location=Location(path=edits[0].path if edits else "x.py", start_line=line, end_line=line),
        edits=edits,
        proven=proven,
        fingerprint=f"{line}{edits}",
    )


def edit(start: int, end: int, text: str | None, path: str = "x.py") -> Edit:
    return Edit(path=path, start_line=start, end_line=end, replacement=text)


def report(*findings: Finding) -> Report:
    info = ArtifactInfo(name="x", sha256="0", bytes=0)
    return Report(kind="review", artifact=info, status=Status.COMPLETED, summary="", findings=findings)


class TestFix:
    @pytest.fixture
    def found(self, tmp_path: Path) -> Collected:
        """One file of a folder, reviewed whole."""
        (tmp_path / "x.py").write_bytes(b"a\nb\nc\nd\n")
        return Collected(Bundle(whole=True, heads={"x.py": b"a\nb\nc\nd\n"}), "x", "x", tmp_path, 1, fixable=True)

    def test_proven_edits_are_applied_and_told(
        self, found: Collected, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "x.py").chmod(0o751)
        fix = report(
            mended(edit(2, 2, "B1\nB2")), mended(edit(4, 4, None), line=4), mended(edit(1, 1, "no"), proven=False)
        )
        assert fixes.apply(fix, found) == 2
        assert (tmp_path / "x.py").read_bytes() == b"a\nB1\nB2\nc\n"
        assert (tmp_path / "x.py").stat().st_mode & 0o777 == 0o751
        assert [path.name for path in tmp_path.iterdir()] == ["x.py"]
        assert capsys.readouterr().err == (
            "faultline: fixed x.py:2: a title\nfaultline: fixed x.py:4: a title\nfaultline: 2 findings fixed\n"
        )

    def test_of_edits_that_overlap_the_first_one_wins(self, found: Collected, tmp_path: Path) -> None:
        assert fixes.apply(report(mended(edit(2, 3, "X")), mended(edit(3, 4, "Y"), line=3)), found) == 1
        assert (tmp_path / "x.py").read_bytes() == b"a\nX\nd\n"

    def test_a_file_that_has_changed_since_is_left_alone(
        self, found: Collected, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "x.py").write_bytes(b"other\n")
        assert fixes.apply(report(mended(edit(1, 1, "X"))), found) == 0
        assert (tmp_path / "x.py").read_bytes() == b"other\n"
        assert capsys.readouterr().err == "faultline: x.py: not fixed: it has changed since it was reviewed\n"

    def test_a_file_that_became_a_link_is_left_alone(self, found: Collected, tmp_path: Path) -> None:
        (tmp_path / "x.py").rename(tmp_path / "y.py")
        (tmp_path / "x.py").symlink_to("y.py")
        assert fixes.apply(report(mended(edit(1, 1, "X"))), found) == 0
        assert (tmp_path / "y.py").read_bytes() == b"a\nb\nc\nd\n"

    @pytest.mark.parametrize("path", ["../y.py", "/etc/passwd", "y.py"])
    def test_a_file_that_was_not_reviewed_is_left_alone(self, found: Collected, path: str) -> None:
        assert fixes.apply(report(mended(edit(1, 1, "X", path))), found) == 0

    def test_edits_of_several_files_at_once_are_not_applied(self, found: Collected) -> None:
        assert fixes.apply(report(mended(edit(1, 1, "X"), edit(1, 1, "X", "y.py"))), found) == 0

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"a\r\nb\r\nc\r\n", b"a\r\nX\r\nY\r\nc\r\n"),
            (b"a\nb\nc\n", b"a\nX\nY\nc\n"),
            (b"a\nb\r\nc\n", b"a\nX\r\nY\r\nc\n"),
            (b"a\nb", b"a\nX\nY"),
            (b"a\r\nb", b"a\r\nX\r\nY"),
            (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nX\nY\n"),
            (b"\xff\nb\n", None),
        ],
    )
    def test_new_lines_end_as_those_they_stand_for(self, content: bytes, expected: bytes | None) -> None:
        assert fixes.edited(content, [edit(2, 2, "X\nY")]) == expected

    def test_what_cannot_be_written_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "x.py").write_text("old")
        monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            fixes.write(tmp_path / "x.py", b"new")
        assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.py", "old")]

    def test_it_goes_on_until_there_is_nothing_to_fix(
        self, repo: Made, review: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each pass mends one of two findings whose edits overlap; what is shown is what is left."""

        def reports(_: object, **__: object) -> SimpleNamespace:
            text = (repo.path / "b.py").read_text()
            findings = [mended(edit(1, 1, text[:-1].replace("DANGER", "safe", 1), "b.py"))] if "DANGER" in text else []
            return SimpleNamespace(report=report(*findings))

        monkeypatch.setattr(reviewing, "analyze", reports)
        repo.put({"b.py": "b = 'DANGER DANGER'\n"})
        call = review("--fix")
        assert (call.code, (repo.path / "b.py").read_text()) == (0, "b = 'safe safe'\n")
        assert call.err.count("1 finding fixed") == 2
