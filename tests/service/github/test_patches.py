"""Reading diffs, and taking them back, against git itself."""

from __future__ import annotations

import difflib
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.service.github.patches import Mismatch, new_spans, patches, reversed_onto
from tests.servers.git_repository import SYMLINK, Content, GitRepository

LINE = st.text(st.sampled_from("ab+- @\\\r\t"), max_size=4)


def text_of(lines: list[str], ended: bool) -> bytes:
    return ("\n".join(lines) + ("\n" if ended and lines else "")).encode()


def diff_of(old: bytes, new: bytes) -> bytes:
    """A unified diff as git writes it, by Python's own means."""
    sides = [text.decode().split("\n") for text in (old, new)]
    marked = []
    for lines in sides:
        last = lines.pop()
        marked.append([line + "\n" for line in lines] + ([last + "\n\\ No newline at end of file\n"] if last else []))
    return "".join(list(difflib.unified_diff(*marked, n=3))[2:]).encode()


@settings(deadline=None)
@given(st.lists(LINE, max_size=12), st.lists(LINE, max_size=12), st.booleans(), st.booleans())
def test_a_patch_taken_back_gives_the_old_version(old: list[str], new: list[str], one: bool, two: bool) -> None:
    before, after = text_of(old, one), text_of(new, two)
    if before == after:
        return
    assert reversed_onto(after, diff_of(before, after)) == before


def test_patches_of_git_are_read_and_taken_back(tmp_path: Path) -> None:
    chance = random.Random(5)
    git = GitRepository(tmp_path / "git")
    before: dict[str, Content] = {}
    for number in range(40):
        lines = [f"{chance.choice(['a', 'diff --git a/x b/x', '@@ -1 +1 @@', '-- x', '++ y'])} {n}" for n in range(30)]
        before[f"f{number} x.py" if number % 5 else f'q"\t{number}.py'] = "\n".join(lines) + "\n" * (number % 3 > 0)
    after: dict[str, Content] = {}
    for path, text in before.items():
        lines = str(text).split("\n")
        for _ in range(chance.randrange(1, 6)):
            lines[chance.randrange(len(lines)) :][:1] = chance.choice([[], ["new"], ["--- a/x", "+++ b/x"]])
            del lines[chance.randrange(len(lines))]
        after[path] = "\n".join(lines)
    after |= {"new.py": "x\n", "empty.py": "", "link": (SYMLINK, "new.py"), "binary": b"\0\1\2" * 99}
    before["gone.py"] = "this\nwas\nhere\nonce\n"
    git.commit("main", before)
    git.commit("topic", {**after, "gone.py": None}, onto="main")
    found = {each.new_path or each.old_path: each for each in patches(git.diff("main", "topic"))}
    assert set(found) == {path for path in before | after if before.get(path) != after.get(path)}
    assert found["gone.py"].new_path is None
    assert found["new.py"].old_path is None
    assert found["link"].special
    assert found["binary"].binary
    for path in before.keys() & after.keys() & found.keys():
        assert reversed_onto(str(after[path]).encode(), found[path].hunks) == str(before[path]).encode(), path


@pytest.mark.parametrize(
    "hunks",
    [
        b"@@ -1,2 +1,2 @@\n a\n-b\n+x\n",  # another line stands there
        b"@@ -1,2 +1,2 @@\n a\n",  # it ends too soon
        b"@@ -9,1 +9,1 @@\n-b\n+c\n",  # beyond the end
        b"nothing\n",
        b"@@ -1 +1 @@\n?b\n",
    ],
)
def test_a_patch_of_another_text_is_refused(hunks: bytes) -> None:
    with pytest.raises(Mismatch):
        reversed_onto(b"a\nc\n", hunks)


def test_the_lines_that_a_patch_shows() -> None:
    patch = "@@ -1,3 +1,4 @@\n a\n+b\n c\n d\n@@ -9,2 +10,0 @@\n-x\n-y\n@@ -20 +19 @@ def f():\n-a\n+b"
    assert [(each.start_line, each.end_line) for each in new_spans(patch)] == [(1, 4), (19, 19)]
