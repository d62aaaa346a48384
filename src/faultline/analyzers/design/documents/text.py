"""Text: from the bytes of a file to text, or to the one sentence that says why not and where."""

from __future__ import annotations

import codecs
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, which it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Fault(NamedTuple):
    """Why a file cannot be read: where, and in a sentence without its full stop what is wrong and what to do.

    `line` and `column` are from 1; the column counts characters. `opened` is the line of the bracket or the quote that
    is not closed; 0 where there is none.
    """

    line: int
    column: int
    reason: str
    opened: int = 0

    @property
    def sentence(self) -> str:
        """With the place."""
        return f"line {self.line}, column {self.column}: {self.reason}"


class Unreadable(Exception):
    """A text cannot be read."""

    def __init__(self, line: int, column: int, reason: str, opened: int = 0) -> None:
        self.fault = Fault(line, column, reason, opened)
        super().__init__(self.fault.sentence)


class Unsure(Exception):
    """A text has a form in which places are not found by offset."""


def decode(data: bytes) -> str:
    r"""The text of a file, without its byte order mark, every end of a line as `\n`.

    UTF-8, or UTF-16 and UTF-32 with a byte order mark.

    Raises:
        Unreadable: it is in another encoding, or is no text.

    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        if encoding == "utf-8" and b"\0" in data[:4]:
            raise Unreadable(1, 1, "it seems to be UTF-16 without a byte order mark; save it as UTF-8") from None
        bad = f"the byte 0x{body[error.start]:02X} is no {encoding.upper()}"
        raise _at(before, len(before), f"{bad}; save the file as UTF-8") from None
    text = lines(text)
    if (nul := text.find("\0")) >= 0:
        if nul < 4 and encoding == "utf-8":
            raise Unreadable(1, 1, "it seems to be UTF-16 without a byte order mark; save it as UTF-8")
        raise _at(text, nul, "there is a NUL character; a text has none, so remove it or leave the file out")
    return text


def lines(text: str) -> str:
    r"""The text with every end of a line as `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _at(text: str, index: int, reason: str) -> Unreadable:
    text = lines(text[:index])
    return Unreadable(text.count("\n") + 1, len(text) - text.rfind("\n"), reason)
