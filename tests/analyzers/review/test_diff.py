"""Diffs: what git says about real trees is read exactly, and what is no such diff is refused in words."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.change import Hunk
from faultline.analyzers.review.contents import applied, disagreement, reverted, shown_of
from faultline.analyzers.review.diff import BINARY, CONFLICT, NOT_SHOWN, SUBMODULE, SYMLINK, parse
from faultline.analyzers.review.names import quoted, shown, unquoted
from faultline.core.errors import ArtifactRejected

ONE = b"--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n"

Tree = Mapping[bytes, bytes]

# Lines that look like parts of a diff, and names that git quotes.
LINES = st.sampled_from(
    [
        *(b"x = 1", b"-- gone", b"++ new", b"@@ -1,2 +3,4 @@", b"diff --git a/x b/x", b"", b" ", b"-- ", b"--- a/x"),
        *(b"+++ b/x", b"\xff\xfe", b"ended\r", b"\\ No newline at end of file", b"def f():", b"\ttab", b"\x0c\x85"),
    ]
)
NAMES = [b"a.py", b"with space.py", b'q"uote.py', b"tab\tin.py", b"caf\xc3\xa9.py", b"bad\xe9.py", b"back\\slash"]
NAMES += [b"deep/er/a.py", b"b/b.py", b"x b/x.py", b"-dash.py", b"line\nfeed.py", b"a b/a b.py"]
TEXTS = st.builds(
    lambda lines, ended: b"\n".join(lines) + (b"\n" if lines and ended else b""),
    st.lists(LINES, max_size=30),
    st.booleans(),
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Tree, Tree]:
    """A tree and what has become of it: files edited, moved, removed, added."""
    old = {name: draw(TEXTS) for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5))}
    new: dict[bytes, bytes] = {}
    for name, text in old.items():
        fate = draw(st.sampled_from(["kept", "edited", "edited", "edited", "removed", "moved"]))
        lines = text.split(b"\n")
        if fate in ("edited", "moved"):
            for _ in range(draw(st.integers(0, 4))):
                at = draw(st.integers(0, len(lines)))
                lines[at : at + draw(st.integers(0, 2))] = draw(st.lists(LINES, max_size=2))
        target = b"moved/" + name if fate == "moved" else name
        if fate != "removed":
            new[target] = b"\n".join(lines)
    return old, new | draw(st.dictionaries(st.sampled_from([b"new.py", b"n ew.py"]), TEXTS, max_size=1))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], env=ENVIRONMENT, check=True)
    return folder


NUMBERS = count()
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
ENVIRONMENT["GIT_CONFIG_GLOBAL"] = os.devnull


def diff_of(repository: Path, old: Tree, new: Tree, *options: str) -> bytes:
    """What git says, of two commits that are made for it."""
    branch = f"refs/heads/b{next(NUMBERS)}"
    stream = b""
    for tree in (old, new):
        stream += b"commit %s\ncommitter a <a@b> 0 +0000\ndata 0\n\ndeleteall\n" % branch.encode()
        for name, text in tree.items():
            path = quoted(name) if name != b"-dash.py" else b'"-dash.py"'
            stream += b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(text), text)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repository, env=ENVIRONMENT, input=stream, check=True)
    command = ["git", "diff", *options, f"{branch}~1", branch]
    return subprocess.run(command, cwd=repository, env=ENVIRONMENT, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "options",
    [["--find-renames"], ["-U0", "--no-prefix"], ["--find-copies-harder", "--src-prefix=x/", "--dst-prefix=y/", "-U8"]],
    ids=["git's own", "no context, no prefix", "copies, other prefixes"],
)
def test_both_versions_are_rebuilt_from_what_git_says(repository: Path, options: list[str]) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(edits())
    def check(trees: tuple[Tree, Tree]) -> None:
        old, new = trees
        before, after = ({shown(name): text for name, text in tree.items()} for tree in trees)
        told = set()
        for file in parse(diff_of(repository, old, new, *options)):
            told |= {file.path, file.old_path or file.path}
            base = None if file.change == "added" else before[file.old_path or file.path]
            head = None if file.change == "deleted" else after[file.path]
            assert disagreement(file, base, head) is None
            if base is not None and head is not None:
                assert (applied(file, base), reverted(file, head)) == (head, base)
                lines_before, lines_after = base.split(b"\n"), head.split(b"\n")
                for block in file.blocks:
                    hunk = block.hunk
                    gone = [line[1:] for line in block.lines if line[:1] == b"-"]
                    come = [line[1:] for line in block.lines if line[:1] == b"+"]
                    assert [lines_before[line - 1] for line in hunk.removed] == gone
                    assert [lines_after[line - 1] for line in hunk.added] == come
            else:
                whole = head if base is None else base
                assert shown_of(file.blocks, new=base is None) == whole
        differ = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        assert differ <= told

    check()


@given(st.binary(min_size=1, max_size=30).filter(lambda name: b"\0" not in name))
def test_a_quoted_name_is_the_name(name: bytes) -> None:
    assert unquoted(quoted(name)) == name


class TestForms:
    def test_added_and_removed_lines_have_their_numbers(self) -> None:
        (file,) = parse(b"--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ def f():\n a\n-b\n+B\n+C\n c\n@@ -9 +10,0 @@\n-z\n")
        assert file.hunks == (Hunk(3, 3, 3, 4, (4, 5), (4,)), Hunk(9, 1, 11, 0, (), (9,)))
        assert (file.path, file.change, file.added) == ("x", "modified", 2)

    def test_a_hunk_of_nothing_starts_where_its_first_line_would_be(self) -> None:
        (file,) = parse(b"--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n")
        assert file.hunks == (Hunk(1, 0, 1, 2, (1, 2)),)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (b"rename from old.py\nrename to new.py\n", ("new.py", "old.py", "renamed", "")),
            (b'rename from "t\\303\\251.py"\nrename to b.py\n', ("b.py", "té.py", "renamed", "")),
            (b"copy from old.py\ncopy to new.py\n", ("new.py", "old.py", "copied", "")),
            (b"old mode 100644\nnew mode 100755\n", ("x.py", None, "mode", "")),
            (b"new file mode 100644\nindex 0000000..e69de29\n", ("x.py", None, "added", "")),
            (b"deleted file mode 100644\nindex e69de29..0000000\n", ("x.py", None, "deleted", "")),
            (b"index 1..2 100644\nBinary files a/x.py and b/x.py differ\n", ("x.py", None, "modified", BINARY)),
            (b"index 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ\n\n", ("x.py", None, "modified", BINARY)),
            (
                b"new file mode 120000\n--- /dev/null\n+++ b/x.py\n@@ -0,0 +1 @@\n+/etc/passwd\n"
                b"\\ No newline at end of file\n",
                ("x.py", None, "added", SYMLINK),
            ),
            (
                b"index 1..2 160000\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n",
                ("x.py", None, "modified", SUBMODULE),
            ),
        ],
        ids=lambda value: value[2] + " " + value[3] if isinstance(value, tuple) else "",
    )
    def test_gits_headers(self, text: bytes, expected: tuple[str, str | None, str, str]) -> None:
        (file,) = parse(b"diff --git a/x.py b/x.py\n" + text)
        assert (file.path, file.old_path, file.change, file.kind) == expected

    @pytest.mark.parametrize(
        ("names", "path"),
        [
            (b"a/x y.py b/x y.py", "x y.py"),
            (b"x.py x.py", "x.py"),
            (b"old/x.py newer/x.py", "x.py"),
            (b'"a/t\\tx" "b/t\\tx"', "t\tx"),
            (b"a/b/x b/x b/b/x b/x", "b/x b/x"),
        ],
    )
    def test_names_are_found_where_only_the_first_line_has_them(self, names: bytes, path: str) -> None:
        (file,) = parse(b"diff --git %s\nold mode 100644\nnew mode 100755\n" % names)
        assert file.path == path

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            (b"x.py\t2026-01-01 00:00:00.0 +0000", b"x.py\t2026-01-02 00:00:00.0 +0000", "x.py"),
            (b"pkg-1.0/src/x.py", b"pkg-1.1/src/x.py", "src/x.py"),
            (b"x.py.orig", b"x.py", "x.py"),
            (b"./x.py", b"./x.py", "x.py"),
            (b"/dev/null", b"b/x.py", "x.py"),
            (b"a/x.py", b"/dev/null", "x.py"),
            (b"trunk/x.py\t(revision 1)", b"trunk/x.py\t(working copy)", "trunk/x.py"),
            (b'"a/caf\\303\\251.py"', b'"b/caf\\303\\251.py"', "café.py"),
            (b"a/../../etc/passwd", b"b/../../etc/passwd", "../../etc/passwd"),
        ],
    )
    def test_diffs_without_gits_header(self, old: bytes, new: bytes, path: str) -> None:
        (file,) = parse(b"--- %s\n+++ %s\n@@ -1 +1 @@\n-a\n+b\n" % (old, new))
        assert file.path == path

    def test_what_diff_says_in_words(self) -> None:
        told = b"Only in new/pkg: extra.py\nBinary files old/a.png and new/a.png differ\n"
        assert [(file.path, file.kind) for file in parse(told)] == [("new/pkg/extra.py", NOT_SHOWN), ("a.png", BINARY)]

    def test_a_submodule_that_is_told_as_a_log(self) -> None:
        (file,) = parse(b"Submodule libs/x 0123456..789abcd:\n  > a commit\n")
        assert (file.path, file.kind) == ("libs/x", SUBMODULE)

    def test_a_conflict_is_told_once(self) -> None:
        (file,) = parse(b"* Unmerged path x.py\n")
        assert file.kind == CONFLICT
        (file,) = parse(b"* Unmerged path x.py\n" + ONE)
        assert file.kind == ""

    def test_a_file_that_becomes_a_link_is_one_change(self) -> None:
        gone = b"diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        link = b"diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n"
        (file,) = parse(gone + link)
        assert (file.path, file.kind) == ("x", SYMLINK)

    def test_the_text_of_a_mail_around_a_diff_is_none_of_it(self) -> None:
        mail = b"From 1 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n---\n x.py | 2 +-\n\ndiff --git a/x.py b/x.py\n"
        (file,) = parse(mail + ONE + b"-- \n2.39.5\n\n")
        assert file.hunks == (Hunk(1, 2, 1, 2, (2,), (2,)),)

    @pytest.mark.parametrize(
        "changed",
        [
            lambda diff: diff.replace(b"\n", b"\r\n"),
            lambda diff: b"\xef\xbb\xbf" + diff,
            lambda diff: diff.decode().encode("utf-16"),
            lambda diff: b"".join(b"\x1b[1m%s\x1b[m\n" % line for line in diff.splitlines()),
            lambda diff: diff.replace(b" same", b""),
            lambda diff: diff.removesuffix(b"\n"),
        ],
        ids=["CRLF", "BOM", "PowerShell", "coloured", "stripped space", "no newline"],
    )
    def test_what_became_of_a_diff_on_its_way_does_not_matter(self, changed: object) -> None:
        text = b"diff --git a/x.py b/x.py\nindex 1..2 100644\n" + ONE.replace(b" same", b" ")
        (file,) = parse(changed(text))  # type: ignore[operator]
        assert (file.path, file.hunks) == ("x.py", (Hunk(1, 2, 1, 2, (2,), (2,)),))

    @pytest.mark.parametrize("nothing", [b"", b"\n", b" \n\n"])
    def test_an_empty_diff_is_no_file(self, nothing: bytes) -> None:
        assert parse(nothing) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"hello\nworld\n", "is no unified diff: no line begins with `diff --git`"),
        (b"\0\1\2", "is no unified diff"),
        (b"diff --cc x.py\nindex 1,2..3\n", "line 1 of the diff is of a combined diff"),
        (ONE + b"+more\n", "line 7 of the diff is more than the hunk before it says"),
        (
            ONE.removesuffix(b"+new\n"),
            "line 5 of the diff ends, but the hunk of line 3 says that it has 2 old and 2 new",
        ),
        (ONE.replace(b"-old", b"*old"), "line 5 of the diff is none of its lines, but the hunk of line 3"),
        (ONE.replace(b"1,2 +1,2", b"1,9 +1,9"), "but the hunk of line 3 says that it has 9 old and 9 new lines"),
        (ONE.replace(b"-1,2 +1,2 @@", b"-x +y"), "line 3 of the diff should begin a hunk"),
        (ONE.replace(b"-1,2", b"-0,2"), "line 3 of the diff begins a hunk at line 0"),
        (ONE.replace(b"1,2 +1,2", b"1,0 +1,0"), "line 3 of the diff begins a hunk without a line"),
        (ONE + ONE[ONE.index(b"@@") :], "line 7 of the diff begins a hunk that lies before the end of the last one"),
        (ONE + b"\n" + ONE, "line 8 changes 'x.py' a second time, so this is a series of changes"),
        (ONE[ONE.index(b"@@") :], "line 1 of the diff begins a hunk and no file has been named"),
        (b"diff --git a/x b/x\n--- a/x\n@@ -1 +1 @@\n", "line 3 of the diff should name the new version"),
        (ONE.replace(b"x.py", b"x" * 16_400), "line 1 of the diff names a file in more than 16,384 bytes"),
        (b"diff --git nothing\nold mode 1\nnew mode 2\n", "line 1 of the diff does not say which file it is about"),
    ],
)
def test_a_diff_that_cannot_be_right_is_refused_with_the_line(text: bytes, words: str) -> None:
    with pytest.raises(ArtifactRejected) as refused:
        parse(text)
    assert words in str(refused.value)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ONE.splitlines(), b"diff --git a/x b/y", b"@@ -0,0 +1 @@", b"\\", b"rename to y"])))
def test_no_text_breaks_the_reader(lines: list[bytes]) -> None:
    try:
        files = parse(b"\n".join(lines))
    except ArtifactRejected:
        return
    assert all(hunk.new_start > 0 and hunk.old_start > 0 for file in files for hunk in file.hunks)


@pytest.mark.parametrize("what", ["lines", "files", "hunks"])
def test_a_diff_of_nearly_nothing_many_times_over_is_refused(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"faultline.analyzers.review.diff.MAX_{what.upper()}", 3)
    text = {
        "lines": b"\n" * 4,
        "files": b"".join(b"diff --git a/%d b/%d\n" % (n, n) for n in range(4)),
        "hunks": b"--- a/x\n+++ b/x\n" + b"".join(b"@@ -%d +%d,0 @@\n-\n" % (n, n) for n in range(1, 5)),
    }
    with pytest.raises(ArtifactRejected) as refused:
        parse(text[what])
    assert str(refused.value) == f"is too large for one review: it has too many {what}"
    assert refused.value.limit == f"3 {what}"


class TestContents:
    def test_a_line_that_is_another_is_named(self) -> None:
        (file,) = parse(ONE)
        assert disagreement(file, b"same\nold\n", b"same\nnew\n") is None
        assert disagreement(file, b"same\nold\n", b"same\nNEW\n") == "its content is not what the diff says of line 1"
        assert disagreement(file, b"SAME\nold\n", None) == "the old version is not what the diff says of its line 1"

    def test_a_change_that_the_diff_does_not_tell_is_noticed(self) -> None:
        (file,) = parse(ONE)
        assert disagreement(file, b"same\nold\na\n", b"same\nnew\nb\n") == (
            "it has changed after line 2, which the diff does not say"
        )
        (later,) = parse(ONE.replace(b"-1,2 +1,2", b"-2,2 +2,2"))
        assert disagreement(later, b"a\nsame\nold\n", b"b\nsame\nnew\n") == (
            "it has changed before line 2, which the diff does not say"
        )

    def test_line_ends_may_differ(self) -> None:
        (file,) = parse(ONE)
        assert disagreement(file, b"same\nold\n", b"same\r\nnew\r\n") is None
        assert disagreement(file, b"same\r\nold", b"same\r\nnew\r") is None

    def test_what_does_not_fit_is_not_applied(self) -> None:
        (file,) = parse(ONE)
        assert applied(file, b"other\nold\n") is None
        assert reverted(file, b"same\nother\n") is None
        (bare,) = parse(ONE.replace(b"-old\n", b"-old\n\\ No newline at end of file\n"))
        assert applied(bare, b"same\nold\nmore\n") is None

    def test_lines_that_nobody_knows_are_bounded(self) -> None:
        (file,) = parse(ONE.replace(b"-1,2 +1,2", b"-999999999,2 +999999999,2"))
        assert shown_of(file.blocks, new=True) is None
