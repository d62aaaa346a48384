"""From the bytes of a file to its text, or to why it has none that a check could read."""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF8

from faultline.analyzers.review.language import language_of

MAX_LINE = 20_000
"""Characters of one line. Nobody writes a longer one by hand; trees and patterns over it cost seconds."""
BINARY_BYTES = 8_000
"""A NUL among so many first bytes makes a file binary, as in git."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_PLAIN = re.compile(r"^(?:utf-?8|us-ascii|ascii|latin-?1|iso-?8859-?\d+|cp125\d|windows-125\d|koi8-[ru])$")
"""Encodings in which a line feed is a line feed and nothing else is: what is read is what runs."""


class Unreadable(ValueError):
    """There is no text; says why."""


def is_binary(content: bytes) -> bool:
    """Whether git takes it for binary."""
    return b"\0" in content[:BINARY_BYTES]


def longest(content: bytes) -> int:
    """Bytes of the longest line."""
    return max(map(len, content.split(b"\n")))


def text_of(path: str, content: bytes) -> str:
    r"""The text with `\n` for every newline, line for line as git counts them.

    Raises:
        Unreadable: the language would count other lines than git does, or read other text than we do.

    """
    content = content.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n")
    # A carriage return in the last place is a newline whose line feed is missing; anywhere else Python and others take
    # it for the end of a line: what git shows as a comment may be code. Where nothing is code it is a character.
    content = content.removesuffix(b"\r")
    if b"\r" in content and language_of(path) is not None:
        line = content[: content.index(b"\r")].count(b"\n") + 1
        raise Unreadable(f"line {line} holds a carriage return, so that nobody can say which line is which")
    encoding = _encoding(content) if path.endswith((".py", ".pyi", ".pyw")) else "utf-8"
    return content.decode(encoding, "replace")


def _encoding(content: bytes) -> str:
    """The encoding that a Python file names."""
    for line in content[:1_000].split(b"\n", 2)[:2]:
        if match := _COOKIE.match(line):
            name = match[1].decode("ascii", "replace").lower().replace("_", "-")
            if not _PLAIN.match(name):
                raise Unreadable(f"its encoding {name!r} is not read: it may turn one text into another")
            try:
                return codecs.lookup(name).name
            except LookupError:
                raise Unreadable(f"its encoding {name!r} is unknown") from None
    return "utf-8"
