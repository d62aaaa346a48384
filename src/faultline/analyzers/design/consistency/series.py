"""Series: what a text lists side by side, each entry with the name that it begins with.

A list, the first column of a table, headings of one level below one heading, and paragraphs that begin in bold are all
the same to a reader: what stands in them is of one kind. So what holds for all entries but one is said of that one.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.documents.inline import plain
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.core.patterns import regex

MAX_LINES: Final = 20_000
MAX_NAME: Final = 60
MAX_NAMES: Final = 6
_ITEM: Final = regex(r"(\s{0,12}(?:[-*+]|\d{1,2}[.)]))\s{1,4}(?:\[[ xX]\] )?(.{1,400})")
_MARKED: Final = regex(r"(\*\*|__|`|\*\*`|_|\*)([^*`_]{1,60}(?:[_*][^*`_]{1,40})?)(?:`\*\*|\*\*|__|`|_|\*)(.{0,200})")
_PLAIN: Final = regex(r"([A-Za-z][\w./-]{0,40}(?: [\w./-]{1,30}){0,3}) ?(?::|\u2013|\u2014| - | \u2014 | \()")
_MARKS: Final = {"**": "bold", "__": "bold", "`": "code", "**`": "code", "_": "slanted", "*": "slanted"}
_LEADS: Final = regex(r" {0,3}(?:The |Our )?(?:\*\*|`)(?!``)")
_ARTICLE: Final = regex(r"(?:The|Our|A) ")
_ALSO: Final = regex(r",? (?:and|&|/) |, ")
_NUMBERED: Final = regex(r"^[\d.]{1,8}\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What begins with a name: the name, its line, and how it is written (`bold`, `code`, `slanted` or nothing)."""

    name: str
    line: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Entries of one kind; `head` is the heading of the column where it is one of a table, `line` where it begins."""

    kind: str
    line: int
    entries: tuple[Entry, ...]
    head: str = ""


def series_of(document: MarkdownDocument) -> Iterator[Series]:
    """The series of a text that have two entries or more."""
    for found in (*_tables(document), *_headings(document), *_lists(document), *_paragraphs(document)):
        if len(found.entries) > 1:
            yield found


def _tables(document: MarkdownDocument) -> Iterator[Series]:
    for table in document.tables:
        entries = tuple(
            Entry(row.cells[0].strip(), row.line, _mark(document.lines[row.line - 1]))
            for row in table.rows
            if row.cells and 0 < len(row.cells[0].strip()) <= MAX_NAME
        )
        yield Series("table", table.line, entries, table.headers[0] if table.headers else "")


def _mark(row: str) -> str:
    cell = row.strip().strip("|").split("|")[0].strip()
    return next((_MARKS[each] for each in ("**", "__", "`") if cell.startswith(each)), "")


def _headings(document: MarkdownDocument) -> Iterator[Series]:
    groups: dict[tuple[tuple[str, ...], int], list[Entry]] = {}
    for each in document.sections:
        title = _NUMBERED.sub("", plain(each.title)).strip()
        if each.level > 1 and 0 < len(title) <= MAX_NAME:
            groups.setdefault((each.trail[:-1], each.level), []).append(Entry(title, each.line))
    for entries in groups.values():
        yield Series("headings", entries[0].line, tuple(entries))


def _lists(document: MarkdownDocument) -> Iterator[Series]:
    groups: dict[int, dict[int, list[Entry]]] = {}
    for each in document.sentences:
        if each.list:
            groups.setdefault(each.list, {}).setdefault(each.item, _item(document.lines[each.line - 1], each.line))
    for items in groups.values():
        entries = tuple(one for each in items.values() for one in each)
        if entries and sum(map(bool, items.values())) >= len(items) - 1:
            yield Series("list", entries[0].line, entries)


def _item(line: str, number: int) -> list[Entry]:
    found = _ITEM.match(line)
    return _named(found[2], number) if found else []


def _named(text: str, line: int) -> list[Entry]:
    """The names that a text begins with: one, or several that are marked, `**a**, **b** and **c**`."""
    text = _ARTICLE.sub("", text.strip())
    found: list[Entry] = []
    while len(found) < MAX_NAMES and (marked := _MARKED.match(text)):
        found.append(Entry(marked[2].strip(" .:"), line, _MARKS[marked[1]]))
        following = _ALSO.match(marked[3])
        if not following:
            break
        text = marked[3][following.end() :]
    if not found and (named := _PLAIN.match(text)):
        found.append(Entry(named[1].strip(), line))
    return found


def _paragraphs(document: MarkdownDocument) -> Iterator[Series]:
    """Paragraphs that begin in bold or as code, and lines that do so one below the other; by section."""
    inside = {line for each in document.fences for line in range(each.line, each.line + each.text.count("\n") + 1)}
    starts = [each.line for each in document.sections]
    groups: dict[int, list[Entry]] = {}
    for number, line in enumerate(document.lines[:MAX_LINES], 1):
        if number not in inside and _LEADS.match(line):
            groups.setdefault(bisect(starts, number), []).extend(_named(line, number))
    for entries in filter(None, groups.values()):
        yield Series("paragraphs", entries[0].line, tuple(entries))
