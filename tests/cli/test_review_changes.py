"""What `faultline review` takes for the change, over real repositories."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.analyzers.review.reading import read
from faultline.cli.changes import Collected
from faultline.cli.git import GitFailed, Repository, _words, environment
from faultline.cli.reviewing import Wish, collect
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected, UsageError
from tests.cli.repositories import Made


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A repository with one commit, in which the test stands."""
    made = Made.at(tmp_path / "repo").write(a="a = 1\n", b="b = 1\n")
    made.commit()
    monkeypatch.chdir(made.path)
    return made


def found(*paths: str, **wish: object) -> Collected:
    return collect(Wish(tuple(Path(path) for path in paths), **wish))  # type: ignore[arg-type]


def files(bundle: Bundle) -> dict[str, str]:
    """Each file of the change, and why nobody reads it."""
    change = read(Artifact.from_bytes("review", "x", pack(bundle)))
    assert change.left_out == ()
    return {file.path: file.skipped or file.unread or "" for file in change.files}


class TestWhatIsCompared:
    def test_the_work_tree_with_new_files_against_the_branch_it_goes_into(self, repo: Made) -> None:
        repo.git("checkout", "-q", "-b", "feature")
        repo.write(a="a = 2\n").commit()
        repo.git("checkout", "-q", "main")
        repo.put({"main.py": "later = 1\n"}).commit()
        repo.git("checkout", "-q", "feature")
        repo.write(b="b = 2\n", new="n = 1\n", ignored="i = 1\n").put({".gitignore": "ignored.py\n"})
        it = found()
        assert it.bundle.heads == {
            "a.py": b"a = 2\n",
            "b.py": b"b = 2\n",
            "new.py": b"n = 1\n",
            ".gitignore": b"ignored.py\n",
        }
        assert it.bundle.bases == {"a.py": b"a = 1\n", "b.py": b"b = 1\n"}
        base = repo.git("merge-base", "main", "feature")[:7]
        assert (it.words, it.files) == (f"the work tree against main ({base})", 4)
        assert files(it.bundle) == dict.fromkeys([".gitignore", "a.py", "b.py", "new.py"], "")

    def test_on_the_default_branch_against_head(self, repo: Made) -> None:
        repo.write(a="a = 2\n")
        assert found().words.startswith("the work tree against HEAD (")

    def test_what_origin_calls_its_head_is_the_default_branch(self, repo: Made, tmp_path: Path) -> None:
        repo.git("branch", "-m", "trunk")
        repo.git("clone", "-q", str(repo.path), str(tmp_path / "clone"))
        clone = Made(tmp_path / "clone")
        clone.git("checkout", "-q", "-b", "feature")
        clone.write(a="a = 2\n").commit()
        assert found(str(clone.path)).words.startswith("the work tree against origin/trunk (")
        clone.git("checkout", "-q", "trunk")
        assert found(str(clone.path)).words.startswith("the work tree against HEAD (")

    def test_a_base_is_where_the_work_parted_from_it(self, repo: Made) -> None:
        first = repo.git("rev-parse", "HEAD")
        repo.git("checkout", "-q", "-b", "side")
        repo.write(b="b = 9\n").commit()
        repo.git("checkout", "-q", "main")
        repo.write(a="a = 2\n").commit()
        it = found(base="side")
        assert it.words == f"the work tree against side ({first[:7]})"
        assert list(it.bundle.heads) == ["a.py"]

    def test_commits_alone(self, repo: Made) -> None:
        first = repo.git("rev-parse", "HEAD")
        second = repo.write(a="a = 2\n").commit()
        repo.write(a="a = 3\n", new="n = 1\n")
        it = found(base="HEAD~1", head="HEAD")
        assert (it.bundle.heads, it.fixable) == ({"a.py": b"a = 2\n"}, False)
        assert it.words == f"HEAD ({second[:7]}) against HEAD~1 ({first[:7]})"
        assert it.bundle.tree == {"b.py": b"b = 1\n"}

    def test_the_index_alone(self, repo: Made) -> None:
        repo.write(a="a = 2\n", c="c = 1\n").git("add", "--all")
        repo.write(a="a = 3\n", d="d = 1\n")
        it = found(staged=True)
        assert it.bundle.heads == {"a.py": b"a = 2\n", "c.py": b"c = 1\n"}
        assert it.words.startswith("the index against HEAD (")

    def test_a_repository_without_a_commit(self, tmp_path: Path) -> None:
        made = Made.at(tmp_path / "fresh").write(a="a = 1\n")
        made.git("add", "a.py")
        made.write(b="b = 1\n")
        it = found(str(made.path))
        assert it.words == "the work tree against nothing, for there is no commit yet"
        assert set(it.bundle.heads) == {"a.py", "b.py"}
        assert set(found(str(made.path), staged=True).bundle.heads) == {"a.py"}

    def test_a_detached_head(self, repo: Made) -> None:
        repo.write(a="a = 2\n").commit()
        repo.git("checkout", "-q", "--detach", "HEAD")
        repo.git("branch", "-f", "main", "HEAD~1")
        assert list(found().bundle.heads) == ["a.py"]

    def test_nothing_has_changed(self, repo: Made) -> None:
        assert (found().files, found().bundle.diff) == (0, b"")


class TestPaths:
    def test_only_what_is_named_is_reviewed(self, repo: Made) -> None:
        repo.put({"src/x.py": "x\n", "src/y.py": "y\n", "other/z.py": "z\n"}).write(a="a = 2\n")
        assert set(found("src", "a.py").bundle.heads) == {"src/x.py", "src/y.py", "a.py"}
        assert set(found("src/x.py").bundle.heads) == {"src/x.py"}

    def test_the_whole_repository_from_a_folder_in_it(self, repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.put({"src/x.py": "x\n"}).write(a="a = 2\n")
        monkeypatch.chdir(repo.path / "src")
        assert set(found().bundle.heads) == {"src/x.py", "a.py"}
        assert set(found(".").bundle.heads) == {"src/x.py"}

    def test_a_file_that_is_gone_can_be_named(self, repo: Made) -> None:
        (repo.path / "a.py").unlink()
        assert files(found("a.py").bundle) == {"a.py": "deleted"}

    def test_a_path_of_elsewhere_is_refused(self, repo: Made, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="is not in the repository at"):
            found("a.py", str(tmp_path))

    def test_a_name_is_no_pattern_and_no_option(self, repo: Made) -> None:
        repo.put({"*.py": "star\n", "-x.py": "dash\n"}).write(a="a = 2\n")
        assert set(found("*.py").bundle.heads) == {"*.py"}
        assert set(found("-x.py").bundle.heads) == {"-x.py"}


class TestEveryKindOfFile:
    def test_each_is_read_or_says_why_not(self, repo: Made, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret\n")
        old: dict[str, str | bytes] = {
            "moved.py": "".join(f"line{n} = {n}\n" for n in range(20)),
            "same.py": "".join(f"same{n} = {n}\n" for n in range(20)),
            "crlf.py": "a\r\nb\r\n",
            "bare.py": "a\nb",
            "mode.py": "m\n",
            "image.png": b"\x89PNG\0\1",
            "gone.py": "g\n",
            "becomes.py": "b\n",
            "latin.py": b"# \xe9\n",
            'q"uo\\te \u2603.py': "q\n",
        }
        repo.put(old).commit()
        for name, target in (("moved.py", "to/moved.py"), ("same.py", "to/same.py")):
            (repo.path / "to").mkdir(exist_ok=True)
            repo.git("mv", name, target)
        repo.put(
            {
                "to/moved.py": old["moved.py"].replace("line3", "changed"),  # type: ignore[dict-item, arg-type]
                "crlf.py": "a\r\nB\r\n",
                "bare.py": "a\nB",
                "image.png": b"\x89PNG\0\2",
                "latin.py": b"# \xe9\nx = 1\n",
                'q"uo\\te \u2603.py': "q\nr\n",
                "empty.py": "",
                "new image.png": b"\0",
                "large.py": "x = 1\n" * 200_000,
                "new bare.py": "x\ny",
            }
        )
        (repo.path / "gone.py").unlink()
        (repo.path / "mode.py").chmod(0o755)
        (repo.path / "becomes.py").unlink()
        (repo.path / "becomes.py").symlink_to("../secret")
        (repo.path / "link.py").symlink_to("/etc/passwd")
        os.mkfifo(repo.path / "pipe.py")
        Path(os.fsdecode(os.fsencode(repo.path) + b"/bad\xe9.py")).write_text("bad\n")
        it = found()
        assert files(it.bundle) == {
            "to/moved.py": "",
            "to/same.py": "",
            "crlf.py": "",
            "bare.py": "",
            "mode.py": "only its mode changed",
            "image.png": "binary",
            "gone.py": "deleted",
            "becomes.py": "symlink",
            "link.py": "symlink",
            "latin.py": "",
            'q"uo\\te \u2603.py': "",
            "empty.py": "empty",
            "new image.png": "binary",
            "large.py": "larger than 1 MB",
            "new bare.py": "",
            "bad\\xe9.py": "",
        }
        assert b"secret" not in pack(it.bundle)
        assert b"root:" not in b"".join(it.bundle.heads.values())
        repo.git("add", "--all")
        staged = files(found(staged=True).bundle)
        assert staged == files(it.bundle)
        repo.git("commit", "-qm", "x")
        assert files(found(base="HEAD~1", head="HEAD").bundle) == staged

    def test_line_ends_that_git_converts(self, repo: Made) -> None:
        repo.git("config", "core.autocrlf", "true")
        repo.put({"a.py": "a = 1\r\nb = 2\r\n"})
        assert files(found().bundle) == {"a.py": ""}

    def test_an_attribute_hides_no_text(self, repo: Made) -> None:
        repo.put({"moved.py": "".join(f"line{n} = {n}\n" for n in range(20)), "image.png": b"\0a"}).commit()
        repo.git("mv", "moved.py", "z.py")
        moved = (repo.path / "z.py").read_text()
        repo.put({".gitattributes": "* binary\n", "a.py": "a = 2\n", "new.py": "n\n", "z.py": moved + "more = 1\n"})
        repo.put({"image.png": b"\0b"})
        Path(os.fsdecode(os.fsencode(repo.path) + b"/bad\xe9.py")).write_text("bad\n")
        repo.git("add", "new.py", "bad*.py")
        told = {".gitattributes": "", "a.py": "", "new.py": "", "z.py": "", "image.png": "binary"}
        told["bad\\xe9.py"] = "the diff says that it is binary, and it is not"
        assert files(found().bundle) == told
        repo.git("add", "--all")
        assert files(found(staged=True).bundle) == told
        repo.git("commit", "-qm", "x")
        assert files(found(base="HEAD~1", head="HEAD").bundle) == told

    def test_a_conflict_is_reviewed_as_it_stands(self, repo: Made) -> None:
        repo.git("checkout", "-q", "-b", "side")
        repo.write(a="side = 1\n").commit()
        repo.git("checkout", "-q", "main")
        repo.write(a="main = 1\n").commit()
        with pytest.raises(Exception, match="merge"):
            repo.git("merge", "side")
        it = found()
        assert files(it.bundle) == {"a.py": ""}
        assert b"<<<<<<<" in it.bundle.heads["a.py"]
        assert files(found(staged=True).bundle) == {"a.py": "a merge conflict that is not resolved"}

    def test_submodules_are_told_and_not_entered(self, repo: Made, tmp_path: Path) -> None:
        inner = Made.at(tmp_path / "inner").write(x="x\n")
        inner.commit()
        repo.git("submodule", "--quiet", "add", str(inner.path), "sub")
        Made.at(repo.path / "nested").write(y="y\n").commit()
        told = files(found().bundle)
        assert {name: why for name, why in told.items() if name != ".gitmodules"} == {"sub": "submodule"}

    def test_files_that_a_sparse_checkout_lacks_have_not_changed(self, repo: Made) -> None:
        repo.put({"in/x.py": "x = 1\n", "out/y.py": "y = 1\n"}).commit()
        repo.git("sparse-checkout", "set", "in")
        repo.put({"in/x.py": "x = 2\n"})
        it = found()
        assert list(it.bundle.heads) == ["in/x.py"]
        assert it.bundle.tree["out/y.py"] == b"y = 1\n"

    def test_settings_and_config_are_those_of_the_base(self, repo: Made) -> None:
        old: dict[str, str | bytes] = {
            ".faultline.toml": "old",
            "pyproject.toml": "old",
            "sub/requirements-dev.txt": "o",
        }
        repo.put(old).commit()
        repo.put({".faultline.toml": "new", "pyproject.toml": "new"}).write(a="a = 2\n")
        it = found()
        assert it.bundle.config == b"old"
        assert it.bundle.tree == {"pyproject.toml": b"old", "sub/requirements-dev.txt": b"o", "b.py": b"b = 1\n"}


class TestSorts:
    def test_a_bare_repository_compares_commits(self, repo: Made, tmp_path: Path) -> None:
        repo.write(a="a = 2\n").commit()
        repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare"))
        bare = str(tmp_path / "bare")
        assert list(found(bare, base="main~1", head="main").bundle.heads) == ["a.py"]
        with pytest.raises(UsageError, match="has no work tree"):
            found(bare)

    def test_a_second_work_tree(self, repo: Made, tmp_path: Path) -> None:
        repo.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "second"))
        Made(tmp_path / "second").write(a="a = 2\n")
        it = found(str(tmp_path / "second"))
        assert (list(it.bundle.heads), it.top) == (["a.py"], tmp_path / "second")

    def test_a_shallow_clone_says_what_it_lacks(self, repo: Made, tmp_path: Path) -> None:
        repo.git("checkout", "-q", "-b", "feature")
        repo.write(a="a = 2\n").commit()
        repo.git("checkout", "-q", "main")
        repo.write(b="b = 2\n").commit()
        url = f"file://{repo.path}"
        repo.git("clone", "-q", "--depth=1", "--no-single-branch", url, str(tmp_path / "shallow"))
        with pytest.raises(GitFailed, match=r"this clone is shallow.*fetch --unshallow"):
            found(str(tmp_path / "shallow"), base="origin/feature")

    def test_histories_that_have_nothing_in_common(self, repo: Made) -> None:
        repo.git("checkout", "-q", "--orphan", "other")
        repo.write(c="c = 1\n").commit()
        with pytest.raises(GitFailed, match="no commit in common"):
            found()

    @pytest.mark.parametrize("name", ["nope", "--output=x", "HEAD:a.py", ""])
    def test_an_unknown_revision(self, repo: Made, name: str) -> None:
        with pytest.raises(GitFailed, match="is no commit of this repository"):
            Repository(repo.path, repo.path).commit(name)

    def test_no_repository_says_what_can_be_done(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        with pytest.raises(ArtifactRejected, match=r"is in no git repository.*--all reviews whole files"):
            found(str(tmp_path))
        with pytest.raises(ArtifactRejected, match="is in no git repository"):
            found(str(tmp_path / "nope" / "x.py"))

    def test_a_machine_without_git_says_so(self, repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(GitFailed, match="git is not installed"):
            found()

    def test_a_repository_of_somebody_else_says_what_helps(self) -> None:
        said = "fatal: detected dubious ownership in repository at '/x'\nTo add an exception ..."
        assert "git config --global --add safe.directory" in _words(said)
        assert _words("") == "git: git failed without a word"


def test_nothing_of_a_hostile_repository_runs(repo: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f'#!/bin/sh\necho ran >> {canary}\ncat "$1"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for name, value in {
        "diff.external": str(script),
        "diff.evil.command": str(script),
        "diff.evil.textconv": str(script),
        "core.fsmonitor": str(script),
        "core.pager": str(script),
        "pager.diff": str(script),
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.renames": "false",
        "diff.context": "0",
        "diff.orderFile": str(script),
        "diff.submodule": "diff",
        "diff.suppressBlankEmpty": "true",
        "color.ui": "always",
        "core.quotePath": "false",
    }.items():
        repo.git("config", name, value)
    hook = repo.path / ".git" / "hooks" / "post-index-change"
    hook.write_bytes(script.read_bytes())
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u0")
    monkeypatch.setenv("GIT_TRACE", str(canary))
    repo.put({".gitattributes": "*.py diff=evil\n", "a.py": "a = 1\n\nb = 2\n\u2603\n", "caf\u00e9.py": "x\n"})
    it = found()
    assert not canary.exists()
    assert files(it.bundle) == {".gitattributes": "", "a.py": "", "caf\u00e9.py": ""}
    assert it.bundle.diff
    assert it.bundle.diff.startswith(b"diff --git a/a.py b/a.py\n")


def test_git_gets_what_its_hooks_need_and_nothing_that_runs_programs() -> None:
    given = {
        "GIT_INDEX_FILE": "i",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "k",
        "GIT_EXTERNAL_DIFF": "e",
        "HOME": "h",
    }
    assert environment(given | {"GIT_PAGER": "p", "GIT_SSH_COMMAND": "s"}) == {
        "GIT_INDEX_FILE": "i",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "k",
        "HOME": "h",
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
    }
