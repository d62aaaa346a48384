"""Artifacts: what becomes of every sort of bad input, and that nothing is left out in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review import reading
from faultline.analyzers.review.bundle import Bundle, pack
from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.reading import read
from faultline.analyzers.review.source import Role
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

DIFF = (
    b"diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n@@ -2,2 +2,3 @@\n same\n-old\n+new\n+more\n"
)
BASE, HEAD = b"first\nsame\nold\nlast\n", b"first\nsame\nnew\nmore\nlast\n"


def change(source: bytes | Bundle) -> Change:
    data = source if isinstance(source, bytes) else pack(source)
    return read(Artifact.from_bytes("review", "change", data))


def only(source: bytes | Bundle) -> ChangedFile:
    (file,) = change(source).files
    return file


def added(path: str, text: bytes) -> bytes:
    """A diff that adds a file."""
    lines = text.split(b"\n")
    bare = b"" if not lines[-1] else b"\n\\ No newline at end of file"
    if not lines[-1]:
        lines.pop()
    return b"--- /dev/null\n+++ b/%s\n@@ -0,0 +1,%d @@\n%s%s\n" % (
        path.encode(),
        len(lines),
        b"\n".join(b"+" + line for line in lines),
        bare,
    )


class TestABareDiff:
    def test_known_lines_stand_in_their_place_and_others_are_empty(self) -> None:
        file = only(DIFF)
        assert file.head
        assert file.base
        assert (file.head.partial, file.head.text) == (True, "\nsame\nnew\nmore\n")
        assert file.base.text == "\nsame\nold\n"
        assert file.added == {3, 4}

    def test_a_new_file_is_known_whole(self) -> None:
        file = only(added("x.py", b"a\nb"))
        assert file.head
        assert (file.change, file.head.text, file.head.partial, file.base) == ("added", "a\nb", False, None)

    def test_lines_beyond_all_reason_are_not_made_up(self) -> None:
        file = only(DIFF.replace(b"-2,2 +2,3", b"-900000000,2 +900000000,3"))
        assert file.head is None
        assert file.unread == "it has changed beyond line 100,000 and its content is not known"

    def test_lines_that_nobody_knows_are_bounded_in_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MAX_UNKNOWN", 1_000)
        near, far = DIFF, DIFF.replace(b"x.py", b"y.py").replace(b"-2,2 +2,3", b"-5000,2 +5000,3")
        told = change(near + far)
        assert [file.path for file in told.files] == ["x.py"]
        assert told.left_out[0].startswith("1 of 2 files were left out")


class TestABundle:
    def test_contents_are_read_whole(self) -> None:
        file = only(Bundle(diff=DIFF, bases={"x.py": BASE}, heads={"x.py": HEAD}))
        assert file.head
        assert file.base
        assert (file.head.text, file.base.text, file.head.partial) == (HEAD.decode(), BASE.decode(), False)

    def test_an_old_version_that_is_missing_is_made_from_the_new_one(self) -> None:
        file = only(Bundle(diff=DIFF, heads={"x.py": HEAD}))
        assert file.base
        assert file.base.text == BASE.decode()

    @pytest.mark.parametrize(
        ("base", "head", "why"),
        [
            (BASE, HEAD.replace(b"new", b"other"), "its content is not what the diff says of line 2"),
            (BASE.replace(b"old", b"other"), HEAD, "the old version is not what the diff says of its line 2"),
            (BASE, HEAD + b"evil()\n", "it has changed after line 4, which the diff does not say"),
            (BASE, b"", "its content is not what the diff says of line 2"),
        ],
    )
    def test_contents_that_are_not_what_the_diff_says_are_reported_and_not_reviewed(
        self, base: bytes, head: bytes, why: str
    ) -> None:
        told = change(Bundle(diff=DIFF, bases={"x.py": base}, heads={"x.py": head}))
        assert (told.files[0].unread, told.files[0].head, list(told.heads)) == (why, None, [])

    def test_a_file_that_was_not_packed_says_why(self) -> None:
        assert only(Bundle(diff=DIFF, absent={"x.py": "larger than 1 MB"})).skipped == "larger than 1 MB"

    def test_the_config_of_the_base_excludes_files(self) -> None:
        bundle = Bundle(diff=DIFF, heads={"x.py": HEAD}, config=b'[review]\nexclude = ["x.py"]\n')
        assert only(bundle).skipped == "excluded by .faultline.toml"

    def test_a_config_that_is_wrong_is_told(self) -> None:
        told = change(Bundle(diff=DIFF, heads={"x.py": HEAD}, config=b"[review"))
        assert ".faultline.toml" in told.left_out[0]

    def test_whole_files_have_no_base_and_no_hunks(self) -> None:
        told = change(Bundle(whole=True, heads={"b.py": b"x\n", "a.py": b"y\n"}, absent={"c.bin": "binary"}))
        assert told.whole
        assert [(file.path, file.skipped) for file in told.files] == [
            ("a.py", None),
            ("b.py", None),
            ("c.bin", "binary"),
        ]

    def test_a_bundle_that_is_too_large_is_refused_with_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MAX_DIFF_BYTES", 10)
        with pytest.raises(ArtifactRejected) as refused:
            change(DIFF)
        assert (refused.value.reason, refused.value.limit) == ("is too large for one review", "0 MB")


@pytest.mark.parametrize(
    ("diff", "why"),
    [
        (b"diff --git a/x b/x\nindex 1..2\nBinary files a/x and b/x differ\n", "binary"),
        (b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", "only its name changed"),
        (b"diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n", "a copy without a change"),
        (b"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", "only its mode changed"),
        (b"diff --git a/x b/x\nnew file mode 100644\nindex 000..e69\n", "empty"),
        (b"--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n", "deleted"),
        (b"diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n", "symlink"),
        (b"diff --git a/x b/x\nindex 1..2 160000\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-S 1\n+S 2\n", "submodule"),
        (added("vendor/x.py", b"x\n"), "vendored: it is in vendor/"),
        (added("x.py", b"# @generated\n"), "generated: it says `@generated`"),
        (added("x.py", b"x\0y\n"), "binary"),
        (added("x.py", b"x" * 20_001 + b"\n"), "a line of 20,001 characters: nobody wrote it by hand"),
        (added("x.py", b"x = 1\n" * 180_000), "larger than 1 MB"),
        (added("d/" * 2_100 + "x.py", b"x\n"), "its name is longer than 4,096 bytes"),
    ],
)
def test_what_nobody_reviews_says_why(diff: bytes, why: str) -> None:
    file = only(diff)
    assert (file.skipped, file.head) == (why, None)


def test_a_file_that_was_moved_is_reviewed_at_its_new_place_if_it_is_known() -> None:
    diff = b"diff --git a/x.py b/y.py\nsimilarity index 100%\nrename from x.py\nrename to y.py\n"
    file = only(Bundle(diff=diff, bases={"y.py": HEAD}, heads={"y.py": HEAD}))
    assert file.head
    assert file.base
    assert (file.head.path, file.base.path, file.skipped, file.added) == ("y.py", "x.py", None, frozenset())


def test_code_that_a_diff_calls_binary_is_told() -> None:
    diff = b"diff --git a/x.py b/x.py\nindex 1..2\nBinary files a/x.py and b/x.py differ\n"
    assert only(diff).unread == "the diff says that it is binary, which code is not"
    assert only(Bundle(diff=diff, heads={"x.py": HEAD})).unread == "the diff says that it is binary, and it is not"
    assert only(Bundle(diff=diff, heads={"x.py": b"\0"})).skipped == "binary"
    gone = diff.replace(b"index", b"deleted file mode 100644\nindex")
    assert only(gone).skipped == "binary"


def test_a_mark_that_the_change_brings_itself_keeps_nobody_away() -> None:
    diff = b"--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n+# @generated\n import os\n"
    file = only(Bundle(diff=diff, bases={"x.py": b"import os\n"}, heads={"x.py": b"# @generated\nimport os\n"}))
    assert (file.skipped, file.head and file.head.role) == (None, Role.CODE)


class TestTexts:
    def test_crlf_is_a_line_feed_and_a_missing_last_newline_stays_missing(self) -> None:
        file = only(added("x.py", b"a\r\nb\r\n"))
        assert file.head
        assert file.head.lines == ["a", "b", ""]
        bare = only(added("x.py", b"a\nb"))
        assert bare.head
        assert bare.head.lines == ["a", "b"]

    def test_a_carriage_return_that_hides_code_from_git_is_not_read_over(self) -> None:
        file = only(added("x.py", b"a\n# harmless\rimport os\n"))
        assert file.unread == "line 2 holds a carriage return, so that nobody can say which line is which"

    def test_a_carriage_return_in_what_is_no_code_is_a_character(self) -> None:
        file = only(added("x.txt", b"a\rb\nc\n"))
        assert file.head
        assert file.head.lines == ["a\rb", "c", ""]

    def test_other_line_separators_do_not_shift_lines(self) -> None:
        file = only(added("x.py", "a\x0cb\u2028c\x85d\ne\n".encode()))
        assert file.head
        assert len(file.head.lines) == 3

    def test_a_byte_order_mark_is_no_text(self) -> None:
        file = only(added("x.py", b"\xef\xbb\xbfa\n"))
        assert file.head
        assert file.head.text == "a\n"

    def test_the_encoding_that_python_names_is_used(self) -> None:
        file = only(added("x.py", b"# -*- coding: latin-1 -*-\nx = '\xe9'\n"))
        assert file.head
        assert "é" in file.head.text
        other = only(added("x.js", b"x = '\xe9'\n"))
        assert other.head
        assert "\ufffd" in other.head.text

    @pytest.mark.parametrize("name", ["utf-7", "unicode_escape", "rot13", "no-such"])
    def test_an_encoding_that_may_hide_code_is_not_read(self, name: str) -> None:
        file = only(added("x.py", f"# coding: {name}\n+AG8-\n".encode()))
        assert file.unread
        assert "its encoding" in file.unread


class TestMonsters:
    def test_a_diff_of_100_000_lines_is_bounded_and_says_what_it_left_out(self) -> None:
        large = b"".join(added(f"large{n}.py", b"x = 1\n" * 25_000) for n in range(4))
        told = change(large + added("small.py", b"y = 2\n"))
        assert [file.path for file in told.files] == ["large2.py", "large3.py", "small.py"]
        assert told.left_out == (
            "2 of 5 files were left out, the largest first, for a review takes 3,000 files and 60,000 new lines:"
            " large0.py, large1.py",
        )

    def test_too_many_files_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MAX_FILES", 10)
        monkeypatch.setattr(reading, "MAX_LISTED", 15)
        files = [added(f"f{n:02}.py", b"x\n") for n in range(40)]
        files += [b"diff --git a/m%d b/m%d\nold mode 1\nnew mode 2\n" % (n, n) for n in range(9)]
        told = change(b"".join(files))
        assert len(told.files) == 15
        assert told.left_out[0].startswith("30 of 40 files were left out")
        assert told.left_out[0].endswith("f18.py, f19.py and 10 more")
        assert told.left_out[1] == "4 more files were not to be reviewed: m5, m6, m7, m8"

    def test_files_come_in_the_order_of_their_paths(self) -> None:
        told = change(added("z.py", b"x\n") + added("a.py", b"x\n"))
        assert [file.path for file in told.files] == ["a.py", "z.py"]


@settings(deadline=None)
@given(st.data())
def test_no_bytes_break_the_reading(data: st.DataObject) -> None:
    bundle = Bundle(
        diff=DIFF, heads={"x.py": HEAD}, bases={"x.py": BASE}, tree={".gitattributes": b"* x"}, config=b"[a]"
    )
    mutated = bytearray(data.draw(st.sampled_from([DIFF, pack(bundle), added("a.py", b"x\n") + DIFF])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        mutated[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    try:
        told = change(bytes(mutated))
    except ArtifactRejected:
        return
    for file in told.files:
        last = len(file.head.lines) if file.head else 0
        assert all(line <= last for line in file.added if file.head)


def test_hostile_names_are_only_text() -> None:
    names = ["../../etc/passwd", "/etc/passwd", "c:\\x.py", "a\x1b[2Jb.py", "CON", ".git/config", "\u202egnp.py"]
    told = change(b"".join(added(name, b"x\n") for name in names))
    assert {file.path for file in told.files} == set(names)
