"""Conversation and Message: what all parts of this analyzer look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `line` is where it stands in the file, 1-based; `text` is as it came, cleaned of nothing."""

    role: Role
    text: str
    line: int
    time: datetime | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages that belong together, in the order they were written.

    `id` is the sender's own (`external_id` over the wire), else one made of the content; it is untrusted text.
    """

    id: str
    messages: tuple[Message, ...]
    line: int
    end_line: int
    channel: str | None = None

    @property
    def customer(self) -> tuple[tuple[int, Message], ...]:
        """The customer's messages with their numbers; all but the agents' where nobody is marked as a customer."""
        numbered = tuple(enumerate(self.messages, start=1))
        said = tuple(pair for pair in numbered if pair[1].role is Role.CUSTOMER)
        return said or tuple(pair for pair in numbered if pair[1].role is Role.UNKNOWN) or numbered
