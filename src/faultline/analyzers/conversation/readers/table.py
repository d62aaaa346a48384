"""Tables: comma, semicolon, tab or bar between the columns, quotes doubled or escaped, with a header or without."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from faultline.analyzers.conversation.conversation import Conversation, Role
from faultline.analyzers.conversation.readers import fields
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.analyzers.conversation.readers.records import Gathering, read_record
from faultline.analyzers.conversation.readers.roles import role_of
from faultline.analyzers.conversation.readers.source import Line
from faultline.analyzers.conversation.readers.times import parse_time

DELIMITERS = ",;\t|"
MAX_RECORD_LINES = 20_000
MAX_RECORD_CHARACTERS = 32 << 20
SAMPLE = 50
SAMPLE_LINES = 2_000
"""Rows, and lines of them, that tell how a table is written."""
MAX_HEADER_CELL = 40
_ESCAPED = re.compile(r'\\"(?!"|[ \t]*(?:$|[\r\n,;|\t]))')
"""A quote behind a backslash that neither ends its cell nor is half of a doubled one."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a table is written. `columns` are the names of its header, or those we gave them where it has none."""

    delimiter: str
    columns: tuple[str, ...]
    header: bool
    escaped: bool = False


def with_header(head: str) -> Form | None:
    """The form of a table whose first line is a header that we understand; None for anything else."""
    first = _records(head, ",", limit=1)
    for delimiter in DELIMITERS:
        rows = _records(head, delimiter, limit=3)
        if not rows or len(rows[0]) < 2:
            continue
        if _understood(rows[0]) and (len(rows) == 1 or len(rows[1]) >= 2):
            return Form(delimiter, _unique(rows[0]), header=True, escaped=bool(_ESCAPED.search(head)))
    # One column of texts under its name.
    if first and len(first[0]) == 1 and fields.folded(first[0][0]) in fields.TEXT and "\n" in head.strip():
        return Form(",", (first[0][0],), header=True)
    return None


def without_header(head: str) -> Form | None:
    """The form of a table of nothing but data: the same two columns or more in every row; None for anything else."""
    best: tuple[int, str, list[list[str]]] | None = None
    for delimiter in DELIMITERS:
        rows = _records(head, delimiter, limit=SAMPLE)
        widths = Counter(len(row) for row in rows)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        if width >= 2 and len(rows) >= 2 and count == len(rows) and (best is None or width > best[0]):
            best = (width, delimiter, rows)
    if best is None:
        return None
    width, delimiter, rows = best
    names = _guessed(rows, width)
    return Form(delimiter, names, header=False, escaped=bool(_ESCAPED.search(head))) if names else None


def read_table(lines: Iterable[Line | Fault], form: Form) -> Iterator[Conversation | Fault]:
    """Read a table: rows that share a conversation's id are one conversation, others each their own."""
    gathering = Gathering()
    for item in records(lines, form):
        if isinstance(item, Fault):
            yield item
        else:
            yield from gathering.add(read_record(item.cells, item.line, item.end_line))
    yield from gathering.rest()


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a row by the names of their columns, and the lines on which it stands.

    An empty cell says nothing and is left out; an empty text is kept, for the row was written.
    """

    line: int
    end_line: int
    cells: dict[str, str]


def records(lines: Iterable[Line | Fault], form: Form) -> Iterator[Record | Fault]:
    """The rows of a table without its header and without blank ones."""
    awaits_header = form.header
    for item in _rows(lines, form):
        if isinstance(item, Fault):
            yield item
            continue
        number, end, cells = item
        if awaits_header:
            awaits_header = False
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) == 1 and len(form.columns) > 1:
            yield Fault(number, f"has 1 column where the header has {len(form.columns)}")
            continue
        if any(cell.strip() for cell in cells[len(form.columns) :]):
            cells = _rejoined(cells, form)
        named = zip(form.columns, cells, strict=False)
        told = {name: cell for name, cell in named if cell.strip() or fields.folded(name) in fields.TEXT}
        yield Record(number, end, told)


def _rejoined(cells: list[str], form: Form) -> list[str]:
    """A row with too many columns: delimiters that nobody quoted are part of its last text column."""
    at = max(
        (index for index, name in enumerate(form.columns) if fields.folded(name) in fields.TEXT),
        default=len(form.columns) - 1,
    )
    extra = len(cells) - len(form.columns)
    return [*cells[:at], form.delimiter.join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]


def _rows(lines: Iterable[Line | Fault], form: Form) -> Iterator[tuple[int, int, list[str]] | Fault]:
    """Each row with its first and last line. A quote that is never closed costs its own line only."""
    again: list[Line] = []
    source = iter(lines)
    held: list[Line] = []
    inside: bool | None = False
    size = 0
    while True:
        line = again.pop() if again else next(source, None)
        if isinstance(line, Fault):
            yield line
            continue
        if line is not None:
            held.append(line)
            size += len(line.text)
            inside = _still_open(line.text, form, bool(inside))
            if inside and len(held) < MAX_RECORD_LINES and size < MAX_RECORD_CHARACTERS:
                continue
        elif not held:
            return
        if inside or (inside is None and len(held) > 1):
            yield Fault(held[0].number, "has a quote that is never closed")
            again += reversed(held[1:])
        elif (cells := _cells("\n".join(each.text for each in held), form)) is None:
            yield Fault(held[0].number, "is no row of a table")
        else:
            yield held[0].number, held[-1].number, cells
        held, inside, size = [], False, 0


def _cells(text: str, form: Form) -> list[str] | None:
    if '"' not in text:
        return text.split(form.delimiter)
    options = {"doublequote": False, "escapechar": "\\"} if form.escaped else {}
    csv.field_size_limit(MAX_RECORD_CHARACTERS)  # of the process, and not less than anybody else would want
    for each in (text, text.replace("\r", " ")):  # it takes a lone carriage return for the end of a row
        try:
            return next(csv.reader([each], delimiter=form.delimiter, **options), [])  # type: ignore[arg-type]
        except csv.Error:
            continue
    return None


def _still_open(text: str, form: Form, inside: bool) -> bool | None:
    """Whether a quoted cell goes on behind the end of this line; None where its closing quote closes no cell.

    The last is the sign of an earlier quote that was never closed: everything since then is inside out.
    """
    if '"' not in text:
        return inside
    at, size = 0, len(text)
    while at < size:
        if not inside and text[at] == '"':
            inside, at = True, at + 1
        elif not inside:
            found = text.find(form.delimiter, at)
            if found < 0:
                return False
            at = found + 1
        else:
            at = text.find('"', at)
            if at < 0:
                return True
            if form.escaped and text[at - 1 : at] == "\\":
                at += 1
            elif not form.escaped and text[at + 1 : at + 2] == '"':
                at += 2
            else:
                inside, rest = False, text[at + 1 :].lstrip(" ")
                if rest and not rest.startswith(form.delimiter):
                    return None
                at = size - len(rest) + 1
    return inside


def _records(head: str, delimiter: str, limit: int) -> list[list[str]]:
    form = Form(delimiter, (), header=False, escaped=bool(_ESCAPED.search(head)))
    lines = (Line(number, text) for number, text in enumerate(head.split("\n", SAMPLE_LINES)[:SAMPLE_LINES], 1))
    rows: list[list[str]] = []
    for item in _rows(lines, form):
        if isinstance(item, Fault):
            continue
        if any(cell.strip() for cell in item[2]):
            rows.append(item[2])
        if len(rows) >= limit:
            break
    return rows


def _understood(cells: Sequence[str]) -> bool:
    """Whether a row is a header: short, unlike each other, and at least one of them names a text or all are known."""
    names = [fields.folded(cell) for cell in cells]
    if any(len(cell) > MAX_HEADER_CELL for cell in cells):
        return False
    telling = sum(name in fields.TEXT or name in fields.MESSAGES for name in names)
    known = sum(name in fields.KNOWN for name in names)
    return (telling >= 1 and known >= min(2, len(names))) or (
        telling >= 1 and all(_like_a_name(cell) for cell in cells)
    )


def _like_a_name(cell: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][\w .#/()-]{0,39}", cell.strip())) or not cell.strip()


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, no two the same."""
    seen: Counter[str] = Counter()
    names = []
    for index, cell in enumerate(cells):
        name = cell.strip() or f"column {index + 1}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return tuple(names)


def _guessed(rows: list[list[str]], width: int) -> tuple[str, ...]:
    """Names for the columns of a table without a header, by what stands in them; empty where none holds texts."""
    columns = [[row[index].strip() for row in rows] for index in range(width)]
    names = [f"column {index + 1}" for index in range(width)]
    free = set(range(width))
    words = {index: sum(len(cell.split()) for cell in columns[index]) / len(rows) for index in free}
    text = max(free, key=lambda index: words[index])
    if words[text] < 2:
        return ()
    names[text] = "text"
    free.discard(text)
    for name, fits in (("time", _is_time), ("role", _is_role)):
        for index in sorted(free):
            if all(map(fits, columns[index])):
                names[index] = name
                free.discard(index)
                break
    for index in sorted(free):
        distinct = len(set(columns[index]))
        if distinct < len(rows) and all(cell and " " not in cell and len(cell) <= 60 for cell in columns[index]):
            names[index] = "conversation_id" if "role" in names else "column"
            break
    return tuple(names)


def _is_time(cell: str) -> bool:
    return parse_time(cell) is not None


def _is_role(cell: str) -> bool:
    return role_of(cell) is not Role.UNKNOWN
