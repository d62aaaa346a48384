"""Plain transcripts: a line begins a message where it names who speaks, or when.

    Agent: Hello, how can I help?                     role or name, then the text
    [10:02] Anna (support): Hello                     a time before it, in brackets or not; a role behind the name
    2026-05-01 10:02 - Customer: Hi                   as messengers export it
    10:02 AM | Tom from Acme: Hi                      as help desks do
    Anna  10:02 AM                                    a heading of its own, the text below, as it is copied from Slack
    *** Tom has left the chat ***                     what the program says itself

Other lines go on with the message above them. A line of three dashes or more, or a heading such as `Conversation 17`,
`Ticket #4411`, `Chat started on ...`, begins the next conversation; a heading's number is its id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.analyzers.conversation.readers.fields import words
from faultline.analyzers.conversation.readers.roles import role_of
from faultline.analyzers.conversation.readers.source import Line
from faultline.analyzers.conversation.readers.times import parse_time

MAX_MESSAGES = 50_000
MAX_LABEL = 120
"""Columns in which a speaker has to have been named: no need to look further into a long line."""

_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?"
_DAY = (
    r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|(?:[A-Z][a-z]{2,8} \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}),? \d{4})"
)
_WHEN = (
    rf"(?:{_DAY}(?:(?:,? (?:at )?|T){_CLOCK}(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
    rf"|(?:Today|Yesterday) (?:at )?{_CLOCK}|{_CLOCK})"
)
# Invisible marks of direction, which messengers put before times and names.
_MARKS = r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_STAMPED = re.compile(
    rf"{_MARKS}(?:[>*-] )?(?:\[(?P<a>{_WHEN})\]|\((?P<b>{_WHEN})\)|(?P<c>{_WHEN}))"
    rf"(?P<gap>\s*[-|\u2013\u2014:]\s+|,\s+|\s+){_MARKS}"
)
_SPEAKER = re.compile(
    rf"{_MARKS}(?:[-*>•] )?(?P<bold>\*\*|__|<)?(?P<name>[^\s:<>\[\]{{}}()\"][^:\n<>\[\]{{}}()\"]{{0,58}}?)"
    r"\s*(?P<bold2>\*\*|__|>)?\s*(?:[(\[](?P<inside>[^()\[\]\n]{1,40})[)\]])?(?:\s*(?:\*\*|__|>))?\s*[:\uff1a](?:\*\*|__)?(?:\s+|$)(?!//)"
)
_HEADING = re.compile(
    rf"{_MARKS}(?P<name>[^\s:\[\](){{}}<>][^:\n\[\](){{}}<>]{{0,40}}?)(?:\s+\((?P<inside>[^()\n]{{1,40}})\))?"
    rf"(?:\s{{2,}}|\s+[\u2014\u2013|-]\s+|\t|\s+)\[?(?P<when>{_WHEN})\]?\s*$"
)
_PROGRAM = re.compile(r"\s*(?:\*{2,3}|={2,3}|-{2,3}>?|<-+)\s*(?P<text>\S.{2,200}?)\s*(?:\*{2,3}|={2,3}|-{2,3})?\s*$")
_RULE = re.compile(r"\s*(?:-{3,}|={3,}|\*{3,}|_{3,}|#{3,}|~{3,}|—{2,}|─{2,})\s*$")
_HEADER = re.compile(
    r"\s*(?:[#=*-]+\s*)?"
    r"(?:conversation|chat|ticket|case|session|dialog(?:ue)?|thread|transcript|call|gespräch|conversación)\b"
    r"(?:\s+(?:id|number|no\.?|nr\.?))?\s*[:#]*\s*(?P<id>[#A-Za-z]{0,8}[-_]?\d[\w-]{0,40}|[0-9a-fA-F-]{8,40})?\s*"
    r"(?P<rest>(?:started|began|opened|from|on|with|,|-|\u2013|\().{0,100})?(?:[=*#-]+)?\s*:?\s*$",
    re.IGNORECASE,
)
# Words before a colon that nobody is called.
_NO_SPEAKER = frozenset(
    words(
        "note notes ps nb re fw fwd aw wg subject order error warning total date from to cc bcc sent reply-to "
        "attachment attachments address phone tel email e-mail mail url link http https example update edit "
        "summary status price time invoice tracking name company version question answer q a steps step issue "
        "problem result expected actual reason details info tip hint important fyi eta id ref reference size "
        "color colour model serial account number amount item items quantity qty betreff datum von an bestellung "
        "hinweis objet sujet asunto fecha nota pedido delivered shipped yes no hi hello thanks thank ok okay hey "
        "dear also but and so because first second third finally next then"
    )
)
_PROSE = re.compile(
    r"\b(?:is|are|was|were|have|has|had|will|would|can|the|my|your|this|that|these|it|i|we|you|please)\b", re.I
)
_SALUTATION = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|day|afternoon|evening)|hallo|liebe[rs]?)\b", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){0,3}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that begins a message. `author` is None where the program speaks."""

    role: Role
    text: str
    time: datetime | None = None
    author: str | None = None
    stamped: bool = False
    sure: bool = True


@dataclass(slots=True)
class Manner:
    """How one transcript is written, as its beginning shows: every message with a time or not, and who speaks."""

    stamped: bool = False
    speakers: frozenset[str] = frozenset()
    headings: bool = False
    plain: bool = False
    """No transcript at all: nobody is named, and only lines of dashes divide it."""

    @classmethod
    def of(cls, lines: Iterable[str]) -> Manner:
        """Look at the beginning of a transcript."""
        stamped, names, headings = 0, Counter[str](), 0
        for line in lines:
            found = spoken(line)
            if found and found.author and found.text is not None:
                stamped += found.stamped
                names[found.author] += 1
            elif _heading(line):
                headings += 1
        total = sum(names.values())
        return cls(
            stamped=stamped >= 2 and stamped >= total / 2,
            speakers=frozenset(name for name, count in names.items() if count >= 2),
            headings=headings >= 2 and headings > total,
        )


PLAIN = Manner(plain=True)


def looks_like_one(head: str) -> bool:
    """Whether a text is a transcript: its lines name speakers, and its first line does so or is a heading."""
    lines = [line for line in head.split("\n") if line.strip()][:200]
    if not lines:
        return False
    manner = Manner.of(lines)
    begins = [found for line in lines if (found := _begins(line, manner)) and (found.author or found.stamped)]
    headings = sum(1 for line in lines if _heading(line)) if manner.headings else 0
    opening = lines[0] if not (_RULE.match(lines[0]) or _header(lines[0])) or len(lines) < 2 else lines[1]
    opens = bool(_begins(opening, manner)) or (manner.headings and bool(_heading(opening)))
    speakers = {found.author for found in begins}
    known = sum(1 for found in begins if found.role is not Role.UNKNOWN or found.stamped)
    return (
        opens and (headings >= 2 or known >= 1 or len(speakers) >= 2) and max(len(begins), headings) >= len(lines) / 12
    )


def messages_of(text: str, line: int) -> Iterator[Message]:
    """The messages of a transcript that stands in a field of a record on `line`."""
    for item in read_transcript((Line(line, each) for each in text.split("\n")), Manner.of(text.split("\n")[:400])):
        if isinstance(item, Conversation):
            yield from item.messages


@dataclass(slots=True)
class _Growing:
    """The conversation that is being read."""

    id: str = ""
    line: int = 0
    end_line: int = 0
    messages: list[Message] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    begun: Spoken | None = None
    at: int = 0
    full: bool = False

    def begin(self, found: Spoken, number: int) -> None:
        self.close_message()
        self.begun, self.at, self.text = found, number, [found.text] if found.text else []
        self.line = self.line or number
        self.end_line = number

    def go_on(self, line: str, number: int) -> None:
        if self.begun is None:
            self.begun, self.at, self.text = Spoken(Role.UNKNOWN, ""), number, []
            self.line = self.line or number
        self.text.append(line)
        if line.strip():
            self.end_line = number

    def close_message(self) -> None:
        if self.begun is not None and not self.full:
            text = "\n".join(self.text).strip("\n")
            self.messages.append(Message(self.begun.role, text, self.at, self.begun.time, self.begun.author))
        self.begun, self.text = None, []

    def closed(self) -> Conversation | None:
        self.close_message()
        if not any(message.text.strip() for message in self.messages):
            return None
        return Conversation(self.id, tuple(self.messages), self.line, max(self.end_line, self.line))


def read_transcript(lines: Iterable[Line | Fault], manner: Manner) -> Iterator[Conversation | Fault]:
    """Read conversations from the lines of a transcript.

    Args:
        lines: all of them in order.
        manner: how it is written.

    """
    growing = _Growing()
    blank = True
    for each in lines:
        if isinstance(each, Fault):
            yield each
            continue
        text = each.text
        if not text.strip():
            blank = True
            if growing.begun is not None:
                growing.go_on("", each.number)
            continue
        header = _header(text) if blank and not manner.plain else None
        if header is not None or _RULE.match(text):
            if (done := growing.closed()) is not None:
                yield done
                growing = _Growing()
            if header:
                growing.id = header
            blank = True
            continue
        blank = False
        if (found := _begins(text, manner)) is not None:
            growing.begin(found, each.number)
            if len(growing.messages) >= MAX_MESSAGES and not growing.full:
                growing.full = True
                yield Fault(each.number, f"is past the {MAX_MESSAGES:,} messages a conversation may have")
        elif manner.headings and (found := _heading(text)) is not None:
            growing.begin(found, each.number)
        else:
            growing.go_on(text, each.number)
    if (done := growing.closed()) is not None:
        yield done


def spoken(line: str) -> Spoken | None:
    """Who speaks in a line, when, and what; None where the line does not say."""
    head = line[: MAX_LABEL + 60]
    time, rest_at, stamped = None, 0, False
    if (stamp := _STAMPED.match(head)) is not None:
        time = parse_time(stamp.group("a") or stamp.group("b") or stamp.group("c"))
        rest_at, stamped = stamp.end(), True
    rest = head[rest_at:]
    found = _SPEAKER.match(rest)
    if found is None:
        if stamped and (stamp is not None and (stamp.group("a") or stamp.group("gap").strip())):
            # A line with a time and nobody's name: the program's own, as `Messages are end-to-end encrypted`.
            return Spoken(Role.SYSTEM, line[rest_at:].strip(), time, None, stamped=True, sure=False)
        return None
    name, inside = found.group("name").strip(" *_"), found.group("inside")
    text = line[rest_at + found.end() :]
    inner_time = parse_time(inside) if inside else None
    timed = bool(inside and re.fullmatch(_WHEN, inside))
    role = role_of(inside) if inside and not timed else Role.UNKNOWN
    role = role if role is not Role.UNKNOWN else _role_in(name)
    if not stamped and (name.casefold() in _NO_SPEAKER or _SALUTATION.match(name)):
        return None
    if role is Role.UNKNOWN and not stamped and not timed and (len(name.split()) > 4 or _PROSE.search(name)):
        return None
    sure = stamped or timed or role is not Role.UNKNOWN
    return Spoken(role, text, time or inner_time, name, stamped=stamped or timed, sure=sure)


def _role_in(name: str) -> Role:
    words = name.split()
    if len(words) > 5 or (len(words) > 1 and _PROSE.search(name)):
        return Role.UNKNOWN
    return role_of(name)


def _begins(line: str, manner: Manner) -> Spoken | None:
    if manner.plain:
        return None
    found = spoken(line)
    if found is None:
        found = _program(line)
    if found is None:
        return None
    if manner.stamped and not found.stamped and found.author is not None:
        return None
    if found.sure or found.author is None or found.author in manner.speakers:
        return found
    shaped = _NAME.fullmatch(found.author) and all(
        word[:1].isupper() or not word[:1].islower() for word in found.author.split()
    )
    return found if shaped else None


def _program(line: str) -> Spoken | None:
    if line.lstrip()[:2] not in ("**", "==", "--", "<-"):
        return None
    found = _PROGRAM.match(line)
    if found is None or _RULE.match(line):
        return None
    return Spoken(Role.SYSTEM, found.group("text"), None, None)


def _heading(line: str) -> Spoken | None:
    found = _HEADING.match(line) if len(line) <= MAX_LABEL else None
    if found is None or _PROSE.search(found.group("name")):
        return None
    role = role_of(found.group("inside") or "")
    role = role if role is not Role.UNKNOWN else role_of(found.group("name"))
    return Spoken(role, "", parse_time(found.group("when")), found.group("name").strip(), stamped=True)


def _header(line: str) -> str | None:
    """The id that a heading between conversations gives, empty where it gives none; None for any other line."""
    if len(line) > 160 or not (found := _HEADER.match(line)):
        return None
    return (found.group("id") or "").strip("#")
