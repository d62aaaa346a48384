"""`faultline review --all` and `--diff`: whole files, and a diff beside a work tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faultline.analyzers.review import bundle as bundles
from faultline.analyzers.review.bundle import pack
from faultline.analyzers.review.reading import read
from faultline.cli import whole
from faultline.cli.changes import Collected
from faultline.cli.reviewing import Wish, collect
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected, UsageError
from tests.cli.repositories import Made


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A repository with one commit, in which the test stands."""
    made = Made.at(tmp_path / "repo").put({"a.py": "a = 1\n", "src/b.py": "b = 1\n", ".gitignore": "ignored.py\n"})
    made.put({"pyproject.toml": "[x]\n"}).commit()
    monkeypatch.chdir(made.path)
    return made


def everything(*paths: str) -> Collected:
    return collect(Wish(tuple(Path(path) for path in paths), everything=True))


def skipped(it: Collected) -> dict[str, str]:
    change = read(Artifact.from_bytes("review", "x", pack(it.bundle)))
    return {file.path: file.skipped for file in change.files if file.skipped}


class TestAllInGit:
    def test_what_git_knows_or_does_not_ignore(self, repo: Made) -> None:
        repo.put({"new.py": "n\n", "ignored.py": "i\n", "image.png": b"\0"})
        (repo.path / "a.py").unlink()
        it = everything()
        assert set(it.bundle.heads) == {"src/b.py", "new.py", ".gitignore", "pyproject.toml"}
        assert it.bundle.absent == {"a.py": "cannot be read: No such file or directory", "image.png": "binary"}
        assert (it.bundle.whole, it.bundle.diff, it.files, it.words) == (True, None, 6, "all of .")

    def test_a_folder_has_the_rest_of_the_repository_as_its_context(self, repo: Made) -> None:
        it = everything("src")
        assert set(it.bundle.heads) == {"src/b.py"}
        assert it.bundle.tree == {"a.py": b"a = 1\n", "pyproject.toml": b"[x]\n"}

    def test_a_file_that_is_named_is_reviewed_even_if_git_ignores_it(self, repo: Made) -> None:
        repo.put({"ignored.py": "i\n"})
        assert set(everything("ignored.py", "a.py").bundle.heads) == {"ignored.py", "a.py"}

    def test_links_are_not_followed(self, repo: Made, tmp_path: Path) -> None:
        (tmp_path / "secret.py").write_text("secret\n")
        (repo.path / "link.py").symlink_to(tmp_path / "secret.py")
        (repo.path / "folder").symlink_to(tmp_path)
        repo.git("add", "--all")
        (repo.path / "fresh.py").symlink_to(tmp_path / "secret.py")
        os.mkfifo(repo.path / "pipe.py")
        it = everything()
        assert b"secret" not in b"".join(it.bundle.heads.values())
        assert it.bundle.absent == {"fresh.py": "symbolic link"}

    def test_the_config_of_the_work_tree_holds(self, repo: Made) -> None:
        repo.put({".faultline.toml": '[review]\nexclude = ["src"]\n'})
        it = everything()
        assert skipped(it)["src/b.py"] == "excluded by .faultline.toml"


class TestAllElsewhere:
    @pytest.fixture(autouse=True)
    def _outside(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        monkeypatch.chdir(tmp_path)
        for name in ("p/a.py", "p/sub/b.py", "p/node_modules/x.js", "p/.git/config", "q/c.py"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x = 1\n")

    def test_every_file_of_a_folder_but_those_of_others(self) -> None:
        it = everything("p")
        assert set(it.bundle.heads) == {"a.py", "sub/b.py"}
        assert it.bundle.left_out == ("not looked into: .git, node_modules",)
        assert it.typed == "p"

    def test_one_file(self) -> None:
        it = everything("p/sub/b.py")
        assert (set(it.bundle.heads), it.typed) == ({"b.py"}, "p/sub")

    def test_several_paths(self) -> None:
        it = everything("p/sub", "q/c.py")
        assert (set(it.bundle.heads), it.typed) == ({"p/sub/b.py", "q/c.py"}, "")

    def test_what_is_too_much_is_left_out_and_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(whole, "MAX_TREE_FILES", 1)
        assert everything("p").bundle.left_out[1].startswith("1 of 2 files were left out: at most 1 files and 100 MB")

    def test_a_machine_without_git_does_without(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        assert set(everything("p").bundle.heads) == {"a.py", "sub/b.py"}
        assert capsys.readouterr().err.startswith("faultline: warning: going on without git: git is not installed")

    def test_what_is_not_there(self) -> None:
        with pytest.raises(ArtifactRejected, match="nope: no such file or folder"):
            everything("p", "nope")


class TestADiff:
    DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@\n a = 1\n+a = 2\n"

    def given(self, repo: Made, diff: str, *paths: str) -> Collected:
        (repo.path.parent / "x.diff").write_text(diff)
        return collect(Wish(tuple(Path(path) for path in paths), diff=str(repo.path.parent / "x.diff")))

    def test_a_work_tree_that_holds_the_new_version_is_used(self, repo: Made) -> None:
        repo.put({"a.py": "a = 1\na = 2\nz = 1\n"})
        it = self.given(repo, self.DIFF)
        assert it.bundle.heads == {"a.py": b"a = 1\na = 2\nz = 1\n"}
        assert it.bundle.bases == {"a.py": b"a = 1\nz = 1\n"}
        assert it.bundle.tree == {"pyproject.toml": b"[x]\n", "src/b.py": b"b = 1\n"}

    def test_one_that_holds_the_old_version_is_used(self, repo: Made) -> None:
        it = self.given(repo, self.DIFF)
        assert it.bundle.heads == {"a.py": b"a = 1\na = 2\n"}
        assert it.bundle.bases == {"a.py": b"a = 1\n"}
        assert it.words.endswith("x.diff (1 file whole from the work tree)")

    def test_the_old_version_may_have_another_name(self, repo: Made) -> None:
        moved = "diff --git a/a.py b/z.py\nrename from a.py\nrename to z.py\n" + self.DIFF.replace("b/a.py", "b/z.py")
        assert self.given(repo, moved).bundle.heads == {"z.py": b"a = 1\na = 2\n"}

    def test_one_that_holds_neither_is_not_used(self, repo: Made) -> None:
        repo.put({"a.py": "something = else\n"})
        it = self.given(repo, self.DIFF)
        assert (it.bundle.heads, it.bundle.bases, it.bundle.tree) == ({}, {}, {})

    def test_the_config_is_that_of_the_last_commit(self, repo: Made) -> None:
        repo.put({".faultline.toml": "old"}).commit()
        repo.put({".faultline.toml": "new"})
        assert self.given(repo, self.DIFF).bundle.config == b"old"

    @pytest.mark.parametrize("name", ["../secret.py", "link.py", ".git/config", "/etc/hostname"])
    def test_no_name_of_a_diff_is_opened(self, repo: Made, name: str) -> None:
        (repo.path.parent / "secret.py").write_text("a = 1\n")
        (repo.path / "link.py").symlink_to("../secret.py")
        first = (repo.path / ".git/config").read_text().split("\n")[0]
        diff = self.DIFF.replace("a.py", name).replace("a = 1", first if name == ".git/config" else "a = 1")
        it = self.given(repo, diff)
        assert (it.bundle.heads, it.files) == ({}, 1)

    def test_a_folder_outside_of_git_can_be_named(
        self, repo: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = tmp_path / "plain"
        plain.mkdir()
        (plain / "a.py").write_text("a = 1\n")
        (plain / ".faultline.toml").write_text("c")
        it = self.given(repo, self.DIFF, str(plain))
        assert (it.bundle.heads, it.bundle.config) == ({"a.py": b"a = 1\na = 2\n"}, b"c")
        monkeypatch.chdir(plain)
        assert self.given(repo, self.DIFF).bundle.heads == {}
        touching = self.DIFF + "--- /dev/null\n+++ b/.faultline.toml\n@@ -0,0 +1 @@\n+c\n"
        assert self.given(repo, touching, str(plain)).bundle.config is None

    def test_what_is_no_diff_is_refused_by_its_name(self, repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(ArtifactRejected, match=r"x\.diff: is no unified diff"):
            self.given(repo, "hello\n")
        with pytest.raises(UsageError, match="takes one PATH"):
            self.given(repo, self.DIFF, "a.py", "src")
        monkeypatch.setattr("faultline.cli.bare.MAX_DIFF_BYTES", 5)
        with pytest.raises(ArtifactRejected, match=r"x\.diff: is too large for one review"):
            self.given(repo, self.DIFF)


def test_a_change_of_more_files_than_are_packed_says_so(repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faultline.cli.changes.MAX_FILES", 2)
    repo.put({f"n{n}.py": "x = 1\n" for n in range(4)})
    it = collect(Wish())
    assert set(it.bundle.heads) == {"n0.py", "n1.py"}
    said = "2 of 4 files were left out, for a review takes 2 files and 64 MB: n2.py, n3.py"
    assert it.bundle.left_out == (said,)
    repo.git("add", "--all")
    it = collect(Wish())
    assert (set(it.bundle.heads), it.bundle.left_out) == ({"n0.py", "n1.py"}, (said,))
    assert skipped(it) == dict.fromkeys(["n2.py", "n3.py"], "left out: too many files have changed")


def test_files_that_do_not_fit_the_import_graph_are_said(repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faultline.cli.changes.MAX_TREE_FILES", 0)
    repo.put({"a.py": "a = 2\n"})
    assert collect(Wish()).bundle.left_out == ("1 of 1 unchanged Python files are not in the import graph",)
    assert bundles.MAX_TREE_FILES
