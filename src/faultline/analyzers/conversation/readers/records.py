"""Records, from JSON or a table, as conversations and as messages that belong to one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.readers import fields, transcript
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.analyzers.conversation.readers.roles import role_of
from faultline.analyzers.conversation.readers.source import mended
from faultline.analyzers.conversation.readers.times import parse_time

MAX_ID = 200
MAX_CHANNEL = 80
MAX_AUTHOR = 120
_TRUE, _FALSE = frozenset({"true", "1", "yes", "y", "t"}), frozenset({"false", "0", "no", "n", "f"})

Record = Mapping[str, object]
Locate = Callable[[str], int]
"""The line on which a text of the record stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message, and the conversation that its record says it belongs to; None where it says nothing."""

    message: Message
    end_line: int
    conversation: str | None = None
    own_id: str | None = None
    channel: str | None = None


def read_record(value: object, line: int, end_line: int, locate: Locate | None = None) -> Conversation | Row | Fault:
    """Make of one record what it is: a whole conversation, or a message of one.

    Args:
        value: what JSON or a table's row holds.
        line: where it begins.
        end_line: where it ends.
        locate: finds the line of a message in a record of several lines; all of it stands on `line` without.

    """
    if isinstance(value, str):
        return Row(Message(Role.UNKNOWN, mended(value), line), end_line)
    if isinstance(value, list):
        value = {"messages": value}
    if not isinstance(value, dict):
        return Fault(line, f"is {_called(value)}, neither a conversation nor a message")
    said = _messages(value, line)
    if said is not None:
        return _conversation(value, said, line, end_line, locate or (lambda _: line))
    text = _text_of(value)
    if text is None:
        names = ", ".join(list(map(str, value))[:6]) or "none"
        return Fault(line, f"has no text; its fields are: {names}")
    return Row(
        _message(value, text, line),
        end_line,
        fields.pick(value, fields.CONVERSATION, _identifier),
        fields.pick(value, fields.OWN_ID, _identifier),
        fields.pick(value, fields.CHANNEL, _channel),
    )


def _called(value: object) -> str:
    return {type(None): "null", bool: "true or false", int: "a number", float: "a number"}.get(type(value), "no object")


def _conversation(
    record: Record, said: Sequence[object], line: int, end_line: int, locate: Locate
) -> Conversation | Fault:
    messages: list[Message] = []
    missing = 0
    for each in said:
        if isinstance(each, Message):
            messages.append(each)
            continue
        text = each if isinstance(each, str) else _text_of(each) if isinstance(each, dict) else None
        if text is None:
            missing += 1
            continue
        text = mended(text)
        messages.append(_message(each, text, locate(text)) if isinstance(each, dict) else _spoken(text, locate(text)))
    if missing and not messages:
        return Fault(line, f"has {missing:,} messages, and none of them has a text")
    name = fields.pick(record, fields.OWN_ID, _identifier)
    return Conversation(name or "", tuple(messages), line, end_line, fields.pick(record, fields.CHANNEL, _channel))


def _spoken(text: str, line: int) -> Message:
    """A message that is only a text, as in `["Agent: hello", "Customer: hi"]`."""
    found = transcript.spoken(text)
    if found is None or found.role is Role.UNKNOWN:
        return Message(Role.UNKNOWN, text, line)
    return Message(found.role, found.text, line, found.time, found.author)


def _messages(record: Record, line: int) -> Sequence[object] | None:
    for name in fields.fields_of(record).of(fields.MESSAGES):
        value = record[name]
        if isinstance(value, str):
            value = _written(value, line)
        if isinstance(value, dict):  # {"conversation_parts": {"conversation_parts": [...]}}
            value = next((inner for inner in value.values() if isinstance(inner, list)), None)
        if isinstance(value, list) and all(isinstance(each, (dict, str, Message)) for each in value):
            first = record.get("source")  # Intercom keeps the first message apart
            if isinstance(first, dict) and _text_of(first) is not None:
                return [first, *value]
            return value
    return None


def _written(text: str, line: int) -> list[object] | None:
    """The messages of a conversation that stands in one text, as JSON or as a transcript."""
    head = text.lstrip()[:1]
    if head in ("[", "{"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, list):
            return value
    return list(transcript.messages_of(text, line)) if "\n" in text and transcript.looks_like_one(text) else None


def _message(record: Record, text: str, line: int) -> Message:
    author = _author(record)
    role = _role(record, author)
    return Message(role, mended(text), line, _time(record), mended(author)[:MAX_AUTHOR] if author else None)


def _time(record: Record) -> datetime | None:
    return fields.pick(record, fields.TIME, parse_time)


def _author(record: Record) -> str | None:
    return fields.pick(record, fields.AUTHOR, _person)


def _person(value: object) -> str | None:
    if isinstance(value, dict):
        return fields.pick(value, fields.NAMES_OF_A_PERSON, _person)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).strip() or None


def _role(record: Record, author: str | None) -> Role:
    if (role := fields.pick(record, fields.ROLE, _named_role)) is not None:
        return role
    for name in fields.fields_of(record).of(fields.AUTHOR):
        person = record[name]
        if isinstance(person, dict) and (role := fields.pick(person, fields.ROLES_OF_A_PERSON, _named_role)):
            return role
    if (incoming := fields.pick(record, fields.INCOMING, _truth)) is not None:
        return Role.CUSTOMER if incoming else Role.AGENT
    for name in fields.fields_of(record).of(fields.OUTGOING):
        outgoing = _truth(record[name])
        if outgoing:
            return Role.BOT if fields.folded(name) == "isbot" else Role.AGENT
        if outgoing is False and fields.folded(name) != "isbot":
            return Role.CUSTOMER
    return role_of(author) if author else Role.UNKNOWN


def _named_role(value: object) -> Role | None:
    role = role_of(value) if isinstance(value, str) else Role.UNKNOWN
    return None if role is Role.UNKNOWN else role


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _text_of(record: Record) -> str | None:
    return fields.pick(record, fields.TEXT, _text)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return _text_of(value)
    if isinstance(value, list):  # the parts of a message, as language models write them
        parts = [part for part in (_text(each) for each in value) if part]
        return "\n".join(parts) if parts else None
    return None


def _identifier(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = mended(str(value)).strip()
    return text if 0 < len(text) <= MAX_ID else None


def _channel(value: object) -> str | None:
    if isinstance(value, dict):
        return fields.pick(value, (*fields.CHANNEL, "name", "type"), _channel)
    text = mended(value).strip() if isinstance(value, str) else ""
    return text if 0 < len(text) <= MAX_CHANNEL else None


class Gathering:
    """Puts messages together that name the same conversation, however far apart their rows stand.

    What waits for more of its kind is bounded to some 130 MB; beyond that the conversation that was silent longest is
    given out, and what comes for it later is a part of its own. Rows that name none are each a conversation, unless
    their first 50 are visibly the talk of two: an agent or a bot and one customer.
    """

    MAX_WAITING = 128 << 20
    WEIGHT = 400
    """Bytes of a message beside its text, which is counted as a byte a character."""
    MAX_MESSAGES = 50_000
    LOOSE = 50
    MAX_PARTS = 1 << 18
    """So many of those that were given out are remembered, to number what comes for them later."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._loose: list[Row] = []
        self._apart: bool | None = None
        self._parts: dict[str, int] = {}
        self._waiting = 0

    def add(self, item: Conversation | Row | Fault) -> Iterator[Conversation | Fault]:
        """Take what a record was, and give out what is finished."""
        if not isinstance(item, Row):
            yield item
        elif item.conversation is not None:
            yield from self._join(item.conversation, item)
        elif self._apart:
            yield _alone(item)
        elif self._apart is False:
            yield from self._join("", item)
        else:
            self._loose.append(item)
            if len(self._loose) >= self.LOOSE:
                yield from self._decide()

    def rest(self) -> Iterator[Conversation | Fault]:
        """Give out all that waits, in the order in which it began."""
        if self._loose:
            yield from self._decide()
        for name in sorted(self._open, key=lambda name: self._open[name].line):
            yield self._open[name].closed(self._named(name))
        self._open.clear()

    def _decide(self) -> Iterator[Conversation | Fault]:
        rows, self._loose = self._loose, []
        roles = {row.message.role for row in rows}
        customers = {row.message.author for row in rows if row.message.role is Role.CUSTOMER}
        talk = len(rows) > 1 and bool(roles & {Role.AGENT, Role.BOT}) and len(customers) == 1
        self._apart = not talk
        for row in rows:
            yield from (self._join("", row) if talk else [_alone(row)])

    def _join(self, name: str, row: Row) -> Iterator[Conversation | Fault]:
        waiting = self._open.pop(name, None) or _Open(row.message.line)
        self._open[name] = waiting  # the last in the dictionary is the one heard last
        if len(waiting.messages) >= self.MAX_MESSAGES:
            if not waiting.full:
                waiting.full = True
                yield Fault(row.message.line, f"is past the {self.MAX_MESSAGES:,} messages a conversation may have")
            return
        size = len(row.message.text) + self.WEIGHT
        waiting.messages.append(row.message)
        waiting.end_line = row.end_line
        waiting.size += size
        waiting.channel = waiting.channel or row.channel
        self._waiting += size
        while self._waiting > self.MAX_WAITING and self._open:
            oldest = next(iter(self._open))
            self._waiting -= self._open[oldest].size
            yield self._open.pop(oldest).closed(self._named(oldest))
            self._parts[oldest] = self._parts.pop(oldest, 1) + 1
            if len(self._parts) > self.MAX_PARTS:
                del self._parts[next(iter(self._parts))]

    def _named(self, name: str) -> str:
        part = self._parts.get(name, 1)
        return name if part == 1 or not name else f"{name} (part {part})"


class _Open:
    """A conversation that may go on."""

    __slots__ = ("channel", "end_line", "full", "line", "messages", "size")

    def __init__(self, line: int) -> None:
        self.line, self.end_line = line, line
        self.messages: list[Message] = []
        self.channel: str | None = None
        self.size = 0
        self.full = False

    def closed(self, name: str) -> Conversation:
        return Conversation(name, tuple(self.messages), self.line, self.end_line, self.channel)


def _alone(row: Row) -> Conversation:
    return Conversation(row.own_id or "", (row.message,), row.message.line, row.end_line, row.channel)
