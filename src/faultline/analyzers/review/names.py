"""File names as diffs write them: quoted as in C where they hold anything unusual."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faultline.core.patterns import regex

MAX_LISTED = 20
"""Names that a sentence holds."""

_ESCAPED = regex(rb"\\(?:([0-3][0-7]{2})|(.))", re.DOTALL)
_LETTERS = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}
_OF_BYTE = {value: b"\\" + letter for letter, value in _LETTERS.items()}
_UNUSUAL = regex(rb'[\x00-\x1f"\\\x7f-\xff]')


def unquoted(name: bytes) -> bytes:
    """A name without the quotes that git writes around it; one without quotes is itself."""
    if len(name) < 2 or not name.startswith(b'"') or not name.endswith(b'"'):
        return name
    return _ESCAPED.sub(_byte, name[1:-1])


def _byte(match: re.Match[bytes]) -> bytes:
    octal, letter = match.groups()
    if octal is not None:
        return bytes([int(octal, 8)])
    return bytes([_LETTERS[letter]]) if letter in _LETTERS else match.group()


def quoted(name: bytes) -> bytes:
    """A name as git writes it into a diff: as it is, or in quotes."""
    if not _UNUSUAL.search(name):
        return name
    return b'"' + _UNUSUAL.sub(_escape, name) + b'"'


def _escape(match: re.Match[bytes]) -> bytes:
    value = match.group()[0]
    return _OF_BYTE.get(value) or b"\\%03o" % value


def listed(paths: Sequence[str]) -> str:
    """Names in a sentence, the first twenty of them."""
    more = f" and {len(paths) - MAX_LISTED:,} more" if len(paths) > MAX_LISTED else ""
    return ", ".join(path[:200] for path in paths[:MAX_LISTED]) + more


def shown(name: bytes) -> str:
    r"""A name as text; bytes that are not UTF-8 stand there as `\xe9`."""
    return name.decode("utf-8", "backslashreplace")
