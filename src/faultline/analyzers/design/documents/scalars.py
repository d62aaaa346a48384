"""Where scalars, gaps and properties end in the text of a YAML document."""

from __future__ import annotations

import re
from typing import Final

from faultline.analyzers.design.documents.text import Unsure
from faultline.core.patterns import regex

_GAP: Final = regex(rb"(?:[ \t\n]++|#[^\n]*+)*+")
_PROPERTY: Final = regex(rb"[&!][^\s,\[\]{}]*+")
_ALIAS: Final = regex(rb"\*[^\s,\[\]{}]++")
_DOUBLE: Final = regex(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SINGLE: Final = regex(rb"'(?:[^']++|'')*+'")
_FLOW_PLAIN: Final = regex(
    rb"(?:[^\s,\[\]{}:#]++|:(?![\s,\[\]{}])|(?<![\s])#|[ \t\n]++(?![,\[\]{}#])(?!:[\s,\[\]{}]))*+"
)
_BLOCK_PLAIN: Final = regex(rb"(?:[^\s:#]++|:(?!\s)|(?<!\s)#|[ \t]++(?![#\n]))*+")
_SPACES: Final = regex(rb" *+")


def gap(source: bytes, offset: int) -> int:
    """Behind blanks and comments."""
    found = _GAP.match(source, offset)
    assert found is not None
    return found.end()


def properties(source: bytes, offset: int) -> int:
    """Behind anchor and tag."""
    while found := _PROPERTY.match(source, offset):
        offset = gap(source, found.end())
    return offset


def quoted_end(source: bytes, start: int) -> int:
    """Behind a text in quotes.

    Raises:
        Unsure: they are not closed.

    """
    found = (_DOUBLE if source[start] == 0x22 else _SINGLE).match(source, start)
    if found is None:
        raise Unsure
    return found.end()


def alias_end(source: bytes, start: int) -> int:
    """Behind an alias."""
    found = _ALIAS.match(source, start)
    return found.end() if found else start


def flow_end(source: bytes, start: int) -> int:
    """Behind a text without quotes that stands in brackets."""
    found = _FLOW_PLAIN.match(source, start)
    assert found is not None
    return start + len(found.group().rstrip())


def plain_end(source: bytes, start: int, indent: int) -> int:
    """Behind a text without quotes that stands in no brackets; `indent` is the column of what holds it."""
    found = _BLOCK_PLAIN.match(source, start)
    assert found is not None
    end = at = found.end()
    while (line := source.find(b"\n", at)) != -1 and not source[at:line].strip(b" \t"):
        at = line + 1
        spaces = _SPACES.match(source, at)
        assert spaces is not None
        text = spaces.end()
        if source[text : text + 1] in (b"\n", b""):
            continue
        while source[text : text + 1] == b"\t":
            text += 1
        if spaces.end() - at <= indent or source[text : text + 1] == b"#":
            break
        found = _BLOCK_PLAIN.match(source, text)
        assert found is not None
        end = at = found.end()
    return end


def block_end(source: bytes, start: int, indent: int) -> int:
    """Behind a literal or folded text; `indent` is the column of what holds it."""
    line = source.find(b"\n", start)
    end = len(source) if line == -1 else line
    header = re.match(rb"[|>][+-]?([1-9]?)", source[start : start + 3])
    wanted = max(indent, 0) + int(header.group(1)) if header and header.group(1) else 0
    end = start + len(source[start:end].rstrip())
    while line != -1:
        at = line + 1
        spaces = _SPACES.match(source, at)
        assert spaces is not None
        line = source.find(b"\n", at)
        content = source[at : line if line != -1 else len(source)]
        if not content.strip(b" "):
            continue
        wide = spaces.end() - at
        wanted = wanted or max(wide, indent + 1, 1)
        if wide < wanted:
            break
        end = at + len(content)
    return end
