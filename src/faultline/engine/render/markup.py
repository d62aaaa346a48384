"""Markdown that untrusted text cannot break out of (CommonMark 0.31, GitHub's extensions)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from faultline.core.patterns import regex
from faultline.engine.render.excerpts import Row
from faultline.engine.render.untrusted import one_line

# What can start a construct in the middle of a line: emphasis, links, HTML, tables, maths, and the colon and the dot of
# addresses that would link themselves. Block markers need the start of a line, and ours always stands there.
_SPECIAL = regex(r"([\\`*_\[\]<>|~$&:]|(?<=www)\.)")
# GitHub looks for mentions and issue numbers after rendering, so a backslash does not help; a zero-width space does.
_REFERENCE = regex(r"([@#])(?=\w)")
_TICKS = regex(r"`+")
_QUOTED = regex(r"(?<!`)`([^`]+)`(?!`)")


def prose(text: str) -> str:
    """One line of text that renders as it stands: no markup but code between backticks, no link, nobody mentioned."""
    parts = _QUOTED.split(one_line(text, 2_000))  # text, code, text, code, ...
    return "".join(code(part) if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(text: str) -> str:
    return _REFERENCE.sub("\\1\u200b", _SPECIAL.sub(r"\\\1", text))


def html(text: str) -> str:
    """One line for the inside of an HTML tag, where Markdown means nothing: no tag, no link, nobody mentioned."""
    line = _REFERENCE.sub("\\1\u200b", one_line(text)).replace("://", ":\u200b//").replace("www.", "www\u200b.")
    return escape(line)


def code(text: str) -> str:
    """A code span around any text (CommonMark section 6.1)."""
    line = one_line(text).replace("|", "\u2502")  # a bar would end a table's cell even in code
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fence(rows: Sequence[Row], mark: str = ">") -> str:
    """A fenced block of numbered rows, its fence longer than any run of backticks inside (section 4.5).

    Rows that tell have the mark before them.
    """
    width = max((len(str(row.number)) for row in rows if row.number is not None), default=0)
    lines = []
    for row in rows:
        number = "" if row.number is None else str(row.number)
        gutter = "" if row.note or not width else f"{number:>{width}} | "
        lines.append(f"{mark if row.telling else ' '} {gutter}{row.text}".rstrip())
    body = "\n".join(lines)
    ticks = "`" * max(3, _longest_run(body) + 1)
    return f"{ticks}text\n{body}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
