"""JSON: a record a line, or one document of any size.

A document is read value by value: an array is opened and each of its elements is a record; so is the array of
conversations or messages inside an object, such as `{"conversations": [...]}`. What is broken is named by its line, and
reading goes on at the next element that stands where the first one stood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from faultline.analyzers.conversation.conversation import Conversation, Role
from faultline.analyzers.conversation.readers import fields
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.analyzers.conversation.readers.records import Gathering, Locate, Row, read_record
from faultline.analyzers.conversation.readers.source import Line

MAX_VALUE = 64 << 20
"""Characters of one element; what does not end within them is broken."""
_CONTAINERS = frozenset(
    (*fields.MESSAGES, "data", "results", "records", "rows", "tickets", "chats", "threads", "sessions")
)
_AMBIGUOUS = frozenset(("conversations", "items", "posts", "history", "events", "entries", "log"))
"""Lists of messages, or of conversations of one text each: messages are those that somebody wrote."""
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[\s,\ufeff]*")
_KEY = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*:\s*')


def read_lines(lines: Iterable[Line | Fault]) -> Iterator[Conversation | Fault]:
    """Read one record a line; a line that is no JSON is a Fault, blank ones are passed over."""
    gathering = Gathering()
    for line in lines:
        if isinstance(line, Fault):
            yield line
            continue
        text = line.text.strip().removesuffix(",")
        if not text or text in "[]":
            continue
        try:
            value = _DECODER.decode(text)
        except (ValueError, RecursionError) as error:
            yield Fault(line.number, f"is not JSON: {_why(error)}")
            continue
        yield from gathering.add(read_record(value, line.number, line.number))
    yield from gathering.rest()


def read_document(chunks: Iterable[str]) -> Iterator[Conversation | Fault]:
    """Read the records of a document, or of several one after the other."""
    text = _Text(iter(chunks))
    gathering = Gathering()
    while text.skip_blank():
        mark = text.peek()
        if mark == "[":
            text.advance(1)
            yield from _elements(text, gathering)
        elif mark == "{":
            yield from _object(text, gathering)
        else:
            yield from gathering.add(_record(text))
            if text.broken:
                break
    yield from gathering.rest()


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{_words(error)} at column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number in it is too long"


def _words(error: json.JSONDecodeError) -> str:
    return error.msg.rstrip(":").removesuffix(" starting at").lower()


def _elements(text: _Text, gathering: Gathering, own: list[Row] | None = None) -> Iterator[Conversation | Fault]:
    """The elements of an array that has been opened; messages that name no conversation go into `own`."""
    indent: str | None = None
    first = True
    while text.skip_blank():
        if text.peek() == "]":
            text.advance(1)
            return
        if first:
            indent, first = text.indent, False
        item = _record(text)
        if own is not None and isinstance(item, Row) and item.conversation is None:
            own.append(item)
        else:
            yield from gathering.add(item)
        if text.broken and not text.resume(indent):
            text.drain()
            return
    yield Fault(text.line, "ends in the middle of an array")


def _record(text: _Text) -> Conversation | Row | Fault:
    start = text.line
    value, raw = text.value()
    if isinstance(value, Fault):
        return value
    end = start + raw.count("\n")
    return read_record(value, start, end, _locator(raw, start) if end > start else None)


def _locator(raw: str, start: int) -> Locate:
    """Find the line of each message of an element, which come in the order in which they stand there."""
    at = 0
    line = start

    def locate(said: str) -> int:
        nonlocal at, line
        for form in (json.dumps(said, ensure_ascii=False), json.dumps(said)):
            if (found := raw.find(form, at)) >= 0:
                line += raw.count("\n", at, found)
                at = found
                return line
        return line

    return locate


def _object(text: _Text, gathering: Gathering) -> Iterator[Conversation | Fault]:
    """One object; an array of conversations in it is not held in memory, all else is."""
    start, streamed = text.line, False
    record: dict[str, object] = {}
    text.advance(1)
    while text.skip_blank() and text.peek() != "}":
        key = text.key()
        if key is None:
            yield Fault(text.line, "is not JSON: a field's name was expected")
            text.drain()
            return
        if text.peek() == "[" and fields.folded(key) in _CONTAINERS and text.peek_next() in "{[":
            text.advance(1)
            own: list[Row] = []
            mine = fields.folded(key) in fields.MESSAGES
            for item in _elements(text, gathering, own if mine else None):
                streamed = True
                yield item
            streamed = streamed or not own
            if own and fields.folded(key) in _AMBIGUOUS and not any(_written_by_somebody(row) for row in own):
                streamed = True
                for row in own:
                    yield from gathering.add(row)
            elif own:
                record[key] = [row.message for row in own]
        else:
            record[key], _ = text.value()
            if isinstance(fault := record[key], Fault):
                yield fault
                text.drain()
                return
    if not text.peek():
        yield Fault(text.line, "ends in the middle of an object")
    text.advance(1)
    if record and not streamed:
        yield from gathering.add(read_record(record, start, text.line))


def _written_by_somebody(row: Row) -> bool:
    return row.message.role is not Role.UNKNOWN or row.message.author is not None


class _Text:
    """The text of a document, of which no more is held than the value that is being read."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._held = ""
        self._at = 0
        self._ended = False
        self.line = 1
        self.broken = False
        self.indent: str | None = None
        """What stands before the next value on its line, None where something else does."""

    def _more(self) -> bool:
        if self._ended:
            return False
        size = max(1, len(self._held) - self._at)  # as much again, so that a large element is tried few times
        parts = []
        while size > 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
                break
            parts.append(chunk)
            size -= len(chunk)
        self._held = self._held[self._at :] + "".join(parts)
        self._at = 0
        return bool(parts)

    def peek(self) -> str:
        return self._held[self._at : self._at + 1]

    def peek_next(self) -> str:
        """The first character that is no space behind the one we stand before."""
        while True:
            at = self._at + 1
            while at < len(self._held) and self._held[at].isspace():
                at += 1
            if at < len(self._held):
                return self._held[at]
            if not self._more():
                return " "

    def advance(self, count: int) -> None:
        self.line += self._held.count("\n", self._at, self._at + count)
        self._at += count

    def skip_blank(self) -> bool:
        """Step over spaces and commas; False at the end."""
        self.indent = None
        while True:
            found = _BLANK.match(self._held, self._at)
            assert found
            newline = self._held.rfind("\n", self._at, found.end())
            if newline >= 0:
                self.indent = self._held[newline + 1 : found.end()]
            elif self.indent is not None:
                self.indent += self._held[self._at : found.end()]
            self.advance(found.end() - self._at)
            if self._at < len(self._held):
                return True
            if not self._more():
                return False

    def key(self) -> str | None:
        while True:
            found = _KEY.match(self._held, self._at)
            if found and found.end() < len(self._held):
                self.advance(found.end() - self._at)
                return str(json.loads(found.group(1), strict=False))
            if len(self._held) - self._at > 10_000 or not self._more():
                return None

    def value(self) -> tuple[Any, str]:
        """The value that begins here, and its text; a Fault where there is none."""
        self.broken = False
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                unfinished = error.msg.startswith("Unterminated") or error.pos >= len(self._held) - 12
                if unfinished and len(self._held) - self._at < MAX_VALUE and self._more():
                    continue
                line = self.line + self._held.count("\n", self._at, error.pos)
                self.broken = True
                return Fault(line, f"is not JSON: {_words(error)}"), ""
            except (ValueError, RecursionError) as error:
                self.broken = True
                return Fault(self.line, f"is not JSON: {_why(error)}"), ""
            if end >= len(self._held) and isinstance(value, (int, float)) and self._more():
                continue  # a number that may go on
            raw = self._held[self._at : end]
            self.advance(end - self._at)
            return value, raw

    def resume(self, indent: str | None) -> bool:
        """After something broken: go to the next line that begins as the first element did; False where none does.

        Where that one stood behind the bracket, the others begin their lines.
        """
        indent = indent or ""
        start = re.compile(r"\n" + re.escape(indent) + r"(?=[\[{\"])")
        while True:
            if found := start.search(self._held, self._at + 1):
                self.advance(found.end() - self._at)
                return True
            keep = len(indent) + 2
            step = len(self._held) - self._at - keep
            if step > 0:
                self.advance(step)
            if not self._more():
                return False

    def drain(self) -> None:
        """Give up on the rest."""
        self._at = len(self._held)
        self._ended = True
