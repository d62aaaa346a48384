"""A conversation's messages: as they come, as they are stored, and as an analyzer reads them.

Stored, they are one text that can be searched and a list of turns: role, author, time, length of each part of the text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

END = "\n"
"""Ends each message in the stored text, so that no search finds what no message says."""

Turn = list[Any]
"""Role, author or None, time in ISO 8601 or None, characters of text."""


class Said(NamedTuple):
    """One message."""

    role: str
    text: str
    time: datetime | None = None
    author: str | None = None


def packed(messages: Iterable[Said]) -> tuple[str, list[Turn]]:
    """The text and the turns of some messages."""
    texts, turns = [], []
    for said in messages:
        texts.append(said.text + END)
        turns.append([said.role, said.author, said.time.isoformat() if said.time else None, len(said.text)])
    return "".join(texts), turns


def unpacked(text: str, turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The messages that were packed, as JSON has them."""
    messages, start = [], 0
    for role, author, time, length in turns:
        messages.append({"role": role, "author": author, "time": time, "text": text[start : start + length]})
        start += length + len(END)
    return messages


def content_hash(messages: Iterable[Said]) -> str:
    """SHA-256 over who said what and when, as 64 hexadecimal digits."""
    parts = [[said.role, said.author, said.time.isoformat() if said.time else None, said.text] for said in messages]
    return _digest(parts)


def identity(channel: str, external_id: str | None, content: str) -> str:
    """What makes a conversation the same one when it comes again, as 64 hexadecimal digits.

    Args:
        channel: where it was held.
        external_id: what the sender calls it; within a channel it names one conversation.
        content: its content hash, which counts where it has no name.

    """
    return _digest(["named", channel, external_id] if external_id is not None else ["unnamed", channel, content])


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def jsonl(conversations: Iterable[tuple[str, str, str, Sequence[Turn]]]) -> bytes:
    """Conversations as the artifact that the analyzer reads, one a line.

    Args:
        conversations: id, channel, stored text and turns of each.

    """
    lines = []
    for key, channel, text, turns in conversations:
        messages = [
            {name: value for name, value in each.items() if value is not None} for each in unpacked(text, turns)
        ]
        line: dict[str, Any] = {"id": key, "messages": messages}
        if channel:
            line["channel"] = channel
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines).encode()
