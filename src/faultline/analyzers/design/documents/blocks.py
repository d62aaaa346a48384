"""From the text of a Markdown file to its sections, sentences, tables and fences.

markdown-it-py finds the blocks (CommonMark 0.31 and GitHub's tables) with their lines; its inline parser stays off, for
no check needs emphasis, and it is half of the time. What stands in for it, `plain`, is linear and keeps line ends, so
that each sentence knows its lines.

Other markups are brought into shape line by line first: underlined titles of reStructuredText, `==` of AsciiDoc.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from faultline.analyzers.design.documents.inline import checked, plain, split
from faultline.analyzers.design.documents.markdown import Content, Fence, Row, Section, Sentence, Table

MAX_TEXT = 4_000_000
"""Characters that are read of a text; 300 KB take 0.2 s, so this much takes three."""
MAX_SENTENCE = 2_000
"""Characters of a sentence that are kept: beyond it is data, not prose."""
MAX_COLUMNS = 60
"""Columns of a table that are kept."""
_NESTING = 30
_FRONT = re.compile(r"([A-Za-z][\w -]{0,40}):[ \t]*(.{0,500})")
_UNDERLINE = re.compile(r"([=\-~^\"'#*+.`])\1{2,}\s*$")
_ASCIIDOC = re.compile(r"(={1,6}) (?=\S)")


@cache
def _parser(code: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table").disable(["inline", "reference"])
    return parser if code else parser.disable(["code"])


def content(path: str, text: str) -> Content:
    """Read a text."""
    problems = []
    if len(text) > MAX_TEXT:
        problems.append(f"only the first {MAX_TEXT:,} characters were read")
        text = text[:MAX_TEXT]
    suffix = PurePosixPath(path).suffix.lower()
    front, text = _front_matter(text)
    if suffix in (".rst", ".adoc", ".asciidoc"):
        text = _as_markdown(text)
    reading = _Reading(last=text.count("\n") + 1)
    reading.read(_parser(suffix not in (".txt", "")).parse(text))
    return Content(reading.sections(), reading.sentences, reading.tables, reading.fences, front, problems)


def _front_matter(text: str) -> tuple[dict[str, tuple[str, int]], str]:
    found: dict[str, tuple[str, int]] = {}
    fence = next((each for each in ("---", "+++") if text.startswith(each + "\n")), None)
    if fence is None:
        return found, text
    lines = text.split("\n", 400)
    end = next((at for at, line in enumerate(lines[1:400], 1) if line.rstrip() in (fence, "...")), None)
    if end is None:
        return found, text
    for number, line in enumerate(lines[1:end], 2):
        if match := _FRONT.fullmatch(line.replace(" = ", ": ", 1) if fence == "+++" else line):
            found[match[1].strip().lower()] = match[2].strip().strip("\"'"), number
    return found, "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def _as_markdown(text: str) -> str:
    lines = text.split("\n")
    levels: dict[str, int] = {}
    for at, line in enumerate(lines):
        if heading := _ASCIIDOC.match(line):
            lines[at] = "#" * len(heading[1]) + line[len(heading[1]) :]
        elif (underline := _UNDERLINE.match(line)) and at and lines[at - 1].strip():
            title = lines[at - 1]
            if not title.startswith((" ", "#")) and len(line.rstrip()) >= len(title.rstrip()):
                if at > 1 and _UNDERLINE.match(lines[at - 2]):
                    lines[at - 2] = ""
                lines[at - 1] = "#" * min(levels.setdefault(underline[1], len(levels) + 1), 6) + " " + title
                lines[at] = ""
    return "\n".join(lines)


@dataclass
class _Item:
    """An open list item; `text` is its first paragraph, which introduces the lists inside it."""

    lead: str
    list: int
    item: int
    text: str = ""


@dataclass
class _Reading:
    """Goes over the tokens once."""

    last: int
    sentences: list[Sentence] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    _heads: list[tuple[str, int, int, tuple[str, ...]]] = field(default_factory=list)
    _trail: list[tuple[int, str]] = field(default_factory=list)
    _titles: tuple[str, ...] = ()
    _lists: list[tuple[str, int]] = field(default_factory=list)
    _lists_seen: int = 0
    _items_seen: int = 0
    _blocks_seen: int = 0
    _items: list[_Item] = field(default_factory=list)
    _before: str = ""
    """The paragraph right before, which may introduce a list."""

    def sections(self) -> list[Section]:
        """The sections, each up to the next heading."""
        ends = [*(line - 1 for _, _, line, _ in self._heads[1:]), self.last][: len(self._heads)]
        return [
            Section(title, level, line, max(end, line), trail)
            for (title, level, line, trail), end in zip(self._heads, ends, strict=False)
        ]

    def read(self, tokens: Sequence[Token]) -> None:
        """Read all tokens."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            kind = token.type
            if kind == "heading_open":
                self._heading(token, tokens[at + 1])
                at += 2
            elif kind == "table_open":
                at = self._table(tokens, at)
            elif kind == "inline":
                self._paragraph(token)
            elif kind == "fence" and token.map:
                self.fences.append(
                    Fence((token.info.split() or [""])[0].lower(), token.map[0] + 2, token.content, self._section)
                )
            elif kind == "code_block" and token.map:
                self.fences.append(Fence("indented", token.map[0] + 1, token.content, self._section))
            elif kind == "html_block" and token.map:
                self._lines(token.content, token.map[0] + 1)
            elif kind in ("bullet_list_open", "ordered_list_open"):
                self._lists_seen += 1
                self._lists.append((self._items[-1].text if self._items else self._before, self._lists_seen))
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
                self._before = ""
            elif kind == "list_item_open":
                self._items_seen += 1
                self._items.append(_Item(*self._lists[-1], self._items_seen))
            elif kind == "list_item_close":
                self._items.pop()
            at += 1

    @property
    def _section(self) -> str:
        return self._titles[-1] if self._titles else ""

    def _heading(self, token: Token, inline: Token) -> None:
        level = int(token.tag[1:])
        title = " ".join(plain(inline.content).split()).rstrip("# ")[:300]
        while self._trail and self._trail[-1][0] >= level:
            self._trail.pop()
        self._trail.append((level, title))
        self._titles = tuple(each for _, each in self._trail)
        self._heads.append((title, level, token.map[0] + 1 if token.map else 1, self._titles))
        self._before = ""

    def _paragraph(self, token: Token) -> None:
        if not token.map:
            return
        item = self._items[-1] if self._items else None
        first = token.content.lstrip()
        done, text = checked(token.content)
        stripped = plain(text)
        whole = " ".join(stripped.split())[:MAX_SENTENCE]
        lead = item.lead if item else ""
        if item and not item.text:
            item.text = whole if whole.endswith(":") or len(whole) < 120 else ""
            if item.lead and not whole.endswith(":") and item.text:
                item.text = f"{item.lead} {whole}"[:300]
        elif not item:
            leads = whole.endswith((":", "\uff1a")) or (first.startswith("**") and len(whole) < 80)
            self._before = whole if leads else ""
        self._add(stripped, token.map[0] + 1, lead=lead, done=done)

    def _add(self, text: str, line: int, lead: str = "", done: bool | None = None) -> None:
        self._blocks_seen += 1
        for sentence, start, end, mark in split(text):
            self.sentences.append(
                Sentence(
                    text=sentence[:MAX_SENTENCE],
                    line=line + start,
                    end_line=line + end,
                    section=self._section,
                    trail=self._titles,
                    lead=lead,
                    list=self._items[-1].list if self._items else 0,
                    item=self._items[-1].item if self._items else 0,
                    block=self._blocks_seen,
                    checked=mark if mark is not None else done,
                )
            )

    def _lines(self, html: str, line: int) -> None:
        if not html.lstrip().lower().startswith(("<!--", "<script", "<style", "<svg", "<?")):
            self._add(plain(html), line)

    def _table(self, tokens: Sequence[Token], at: int) -> int:
        headers: list[str] = []
        rows: list[Row] = []
        cells: list[str] = []
        start = (tokens[at].map or [0])[0] + 1
        line = start
        header = True
        while tokens[at].type != "table_close":
            token = tokens[at]
            if token.type == "tr_open":
                cells, line = [], (token.map or [line - 1])[0] + 1
            elif token.type == "inline":
                if len(cells) < MAX_COLUMNS:
                    cells.append(" ".join(plain(token.content).split()))
            elif token.type == "thead_close":
                headers, header = cells, False
            elif token.type == "tr_close" and not header:
                rows.append(Row(line, tuple(cells)))
            at += 1
        table = Table(start, tuple(headers), tuple(rows), self._section, self._titles)
        self.tables.append(table)
        for row in rows:
            self._cells(table, row)
        self._before = ""
        return at

    def _cells(self, table: Table, row: Row) -> None:
        self._blocks_seen += 1
        for column, cell in enumerate(row.cells):
            done, text = checked(cell)
            for sentence, _, _, mark in split(text):
                self.sentences.append(
                    Sentence(
                        text=sentence[:MAX_SENTENCE],
                        line=row.line,
                        end_line=row.line,
                        section=self._section,
                        row=row.cells,
                        headers=table.headers,
                        column=column,
                        trail=self._titles,
                        block=self._blocks_seen,
                        checked=mark if mark is not None else done,
                    )
                )
