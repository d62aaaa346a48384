"""Sentences of messages, with offsets that are exact in the text as it came.

What is matched against is not what is quoted: `plain` has no zero-width characters and straight quotes, and `folded` is
in small letters without accents, so that "U\u200brgent" and "U R G E N T" written in full-width letters are still
read. A quote is always a slice of the message itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.words import data
from faultline.core.results.conversation import Quote

MAX_SENTENCE = 400
"""Characters; what goes on for longer without a full stop is cut at a space."""
MAX_LOOKED_AT = 8_000
"""Characters of one message that are looked at: 20 times what a long message has; the rest is a pasted log."""
FIRST_MESSAGES, LAST_MESSAGES = 60, 140
"""Of a conversation with more messages than both, only its first and its last ones are looked at."""

_END = re.compile(r"[.!?\u2026]+[\"')\]\u201d\u2019]*(?=\s|$)|[\u3002\uff01\uff1f\uff61\u0964\u061f\u06d4]+|\s*\n\s*")
_LAST_WORD = re.compile(r"([^\W_][\w.]*)$")
_ABBREVIATIONS = frozenset(data("sentence")["abbreviations"].split())
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0]
)
_STRAIGHT = {0x2018: "'", 0x2019: "'", 0x201B: "'", 0x2032: "'", 0xB4: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-",
             0x2014: "-", 0x2011: "-", 0xA0: " ", 0x202F: " ", 0x2009: " "}  # fmt: skip
_CLEAN = {**_INVISIBLE, **_STRAIGHT}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` is `message.text[start:end]`; `message` counts from 1."""

    message: int
    role: Role
    start: int
    end: int
    text: str
    plain: str
    folded: str

    @property
    def quote(self) -> Quote:
        """The sentence as the report names it."""
        return Quote.model_construct(message=self.message, start=self.start, end=self.end, text=self.text)


def plain(text: str) -> str:
    """The text without what cannot be seen, with straight quotes."""
    return text if text.isascii() else text.translate(_CLEAN)


def fold(text: str) -> str:
    """Small letters without accents, full-width and ornamental letters as plain ones."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.translate(_CLEAN))
    folded = "".join(char for char in apart if not unicodedata.combining(char)).lower()
    return folded.replace("\u00df", "ss").replace("\u0131", "i").replace("\u0142", "l")


def split(text: str) -> Iterator[tuple[int, int]]:
    """Half-open offsets of each sentence, in order, none of them empty and none with a space at an end."""
    start = 0
    for found in _END.finditer(text):
        if text[found.start()] == "." and not _ends(text, start, found):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence: not after an abbreviation, an initial or a list's number."""
    after = text[found.end() : found.end() + 3].lstrip()
    if found.end() - found.start() > 1:
        return not after[:1].islower()
    before = _LAST_WORD.search(text, max(start, found.start() - 24), found.start())
    word = before.group(1).lower() if before else ""
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and after):
        return False
    return not (word.isdigit() and before and not text[start : before.start()].strip())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        space = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = space if space > 0 else start + MAX_SENTENCE
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _parts(text: str) -> tuple[tuple[int, int, str, str, str], ...]:
    found = []
    for start, end in split(text):
        piece = text[start:end]
        clean = plain(piece)
        if clean.strip():
            found.append((start, end, piece, clean, fold(clean)))
    return tuple(found)


_remembered = lru_cache(maxsize=2048)(_parts)
"""For short texts: agents and bots say the same again and again."""


def of_message(number: int, message: Message) -> list[Sentence]:
    """The sentences of one message, of its first `MAX_LOOKED_AT` characters."""
    text = message.text[:MAX_LOOKED_AT]
    parts = _remembered(text) if len(text) <= MAX_SENTENCE else _parts(text)
    return [Sentence(number, message.role, *part) for part in parts]


def window(conversation: Conversation) -> list[tuple[int, Message]]:
    """The messages that are looked at, with their numbers."""
    numbered = list(enumerate(conversation.messages, start=1))
    if len(numbered) <= FIRST_MESSAGES + LAST_MESSAGES:
        return numbered
    return numbered[:FIRST_MESSAGES] + numbered[-LAST_MESSAGES:]


def unread(conversation: Conversation) -> list[str]:
    """What of the conversation was not looked at, in a sentence each."""
    told = []
    if (count := len(conversation.messages)) > FIRST_MESSAGES + LAST_MESSAGES:
        told.append(
            f"line {conversation.line}: of {count:,} messages only the first {FIRST_MESSAGES} "
            f"and the last {LAST_MESSAGES} were looked at"
        )
    long = [message for _, message in window(conversation) if len(message.text) > MAX_LOOKED_AT]
    if long:
        told.append(
            f"line {long[0].line}: of {'a message' if len(long) == 1 else f'{len(long)} messages'} only the first "
            f"{MAX_LOOKED_AT:,} characters were looked at"
        )
    return told
