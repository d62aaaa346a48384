from __future__ import annotations

import pytest

from faultline.engine.failure import MAX_CHARS, describe


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError(), "ValueError"),
        (
            FileNotFoundError(2, "No such file or directory", "/home/me/x"),
            "FileNotFoundError: No such file or directory",
        ),
        (RuntimeError("bad '/home/my files/x.log' here"), "RuntimeError: bad <path> here"),
        (RuntimeError("bad /home/me/x.log:7"), "RuntimeError: bad <path>:7"),
        (RuntimeError(r"bad C:\Users\me\x.log"), "RuntimeError: bad <path>"),
        (RuntimeError("1/2 of a/b"), "RuntimeError: 1/2 of a/b"),
        (RuntimeError("two\nlines"), "RuntimeError: two lines"),
        (RuntimeError("half \ud800 a character"), "RuntimeError: half ? a character"),
    ],
)
def test_an_exception_is_one_line_without_paths(error: Exception, words: str) -> None:
    assert describe(error) == words


def test_an_endless_message_is_cut() -> None:
    assert len(describe(ValueError("x" * 10_000))) == MAX_CHARS
