"""Numbered lines of evidence, cut to what a person reads; programs get all of it from the data formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faultline.core.finding import Finding
from faultline.core.patterns import regex
from faultline.engine.render.untrusted import plain, plural, span

if TYPE_CHECKING:
    from faultline.core.results.ci import Excerpt

MAX_LINES = 40
MAX_COLUMNS = 240
_TELLING = regex(
    r"\b(?:errors?|fatal|fail(?:ed|ure|s)?|exception|panic(?:ked)?|traceback|cannot|denied|killed|timed out|not found"
    r"|\w+(?:Error|Exception))\b|^E  |^npm ERR!|[\u2717\u2718\u2716\u00d7\u25cf]",
    re.IGNORECASE,
)
_STAMP = regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?: |$)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row to show: its line number, None where that is unknown, and whether it tells the error.

    A row whose `text` says what was left out has `note` set.
    """

    number: int | None
    text: str
    telling: bool = False
    note: bool = False


def of_excerpts(excerpts: Iterable[Excerpt], limit: int = MAX_LINES) -> list[Row]:
    """Rows of a log's excerpts; a note stands between two that do not touch."""
    rows: list[Row] = []
    for excerpt in excerpts:
        if rows and rows[-1].number is not None and excerpt.start_line > rows[-1].number + 1:
            rows.append(Row(None, "...", note=True))
        rows += [
            Row(number, line, telling=number in excerpt.matched_lines)
            for number, line in enumerate(excerpt.text.split("\n"), excerpt.start_line)
        ]
    return list(_shown(rows, limit))


def of_finding(finding: Finding, limit: int = MAX_LINES) -> list[Row]:
    """Rows of a finding's evidence, numbered when it is exactly the lines of its location."""
    at = finding.location
    numbered = at is not None and at.end_line - at.start_line + 1 == len(finding.evidence)
    first = at.start_line if at is not None and numbered else None
    rows = [Row(None if first is None else first + n, line) for n, line in enumerate(finding.evidence)]
    return list(_shown(rows, limit))


def _shown(rows: Sequence[Row], limit: int) -> Iterator[Row]:
    texts = [plain(row.text).expandtabs(4) for row in rows]
    # A CI system's time stamp before every line costs 29 columns and tells nothing; the data formats keep it.
    if all(row.note or _STAMP.match(text) for row, text in zip(rows, texts, strict=True)):
        texts = [text if row.note else _STAMP.sub("", text, count=1) for row, text in zip(rows, texts, strict=True)]
    telling = [
        row.telling or (not row.note and bool(_TELLING.search(text))) for row, text in zip(rows, texts, strict=True)
    ]
    if texts and not any(telling):
        telling[0] = True
    # One row over the limit is shown rather than replaced by a note of the same height.
    shown = len(rows) if len(rows) <= limit + 1 else limit
    for row, text, tells in list(zip(rows, texts, telling, strict=True))[:shown]:
        yield Row(row.number, _cut(text), tells, row.note)
    hidden = [row for row in rows[shown:] if not row.note]
    if hidden:
        first, last = hidden[0].number, hidden[-1].number
        where = f" ({span(first, last)})" if first is not None and last is not None else ""
        yield Row(None, f"... {plural(len(hidden), 'more line')}{where}", note=True)


def _cut(text: str) -> str:
    if len(text) <= MAX_COLUMNS:
        return text
    return text[:MAX_COLUMNS] + f"... {plural(len(text) - MAX_COLUMNS, 'more character')}"
