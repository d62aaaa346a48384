"""Heard: a conversation in sentences, each with the cues in it; what all the rules look at, made once."""

from __future__ import annotations

from dataclasses import dataclass

from faultline.analyzers.conversation import sentences
from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.cues import cues
from faultline.analyzers.conversation.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and the kinds of cues in it, as its speaker means them."""

    sentence: Sentence
    cues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; `customer` says whether it is the customer's. A notice of the system is nobody's and is no turn."""

    number: int
    message: Message
    customer: bool
    told: tuple[Told, ...]
    cues: frozenset[str]
    """Those of all its sentences."""

    @property
    def automatic(self) -> bool:
        """Whether no person wrote it."""
        return self.message.role is Role.BOT

    def first(self, *kinds: str) -> Sentence | None:
        """The first sentence with a cue of one of these kinds; the earlier kind goes first."""
        for kind in kinds:
            for told in self.told:
                if kind in told.cues:
                    return told.sentence
        return None


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation in turns."""

    conversation: Conversation
    turns: tuple[Turn, ...]
    customer: tuple[Turn, ...]
    """The customer's turns."""
    others: tuple[Turn, ...]
    """The turns of those who help."""


def hear(conversation: Conversation) -> Heard:
    """Split into sentences and find their cues; bounded by what `sentences.window` looks at."""
    customers = {number for number, _ in conversation.customer}
    turns = []
    for number, message in sentences.window(conversation):
        is_customer = number in customers
        if message.role is Role.SYSTEM and not is_customer:
            continue
        told = tuple(Told(each, cues(each, customer=is_customer)) for each in sentences.of_message(number, message))
        if told:
            turns.append(Turn(number, message, is_customer, told, frozenset().union(*(each.cues for each in told))))
    return Heard(
        conversation,
        tuple(turns),
        tuple(turn for turn in turns if turn.customer),
        tuple(turn for turn in turns if not turn.customer),
    )
