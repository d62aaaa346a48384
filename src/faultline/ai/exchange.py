"""What passes between a route and a wire: what was heard, or what went wrong and when to ask again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from faultline.ai.ledger import CallOutcome


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back from one request: a text that should be JSON, and what it took.

    Tokens are None where the server did not count them. `cut` says that it ran into the limit, `declined` that the
    provider's filter has withheld the answer.
    """

    text: str
    tokens_in: int | None
    tokens_out: int | None
    cut: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer that did not hold, and what was said to that."""

    answer: str
    objection: str


class Again(Enum):
    """When to ask the same model again."""

    AT_ONCE = auto()
    """The request has been changed to what the model takes."""
    SOON = auto()
    """After a pause that grows."""
    LATER = auto()
    """When the provider said, or when its breaker lets a probe through."""
    NOT_THIS = auto()
    """Not about this brief."""
    NEVER = auto()
    """Not in this consultation: no key, no such model, no credit."""


class Trouble(Exception):
    """One call of a model did not lead to an answer.

    Args:
        words: what it did, going on from the model's name: "refused the key (HTTP 401)". Nothing the provider said is
            in it, for providers quote keys and prompts.
        outcome: how the call is put down.
        again: when to ask again.
        after: for LATER, in how many seconds; None where the provider did not say.

    """

    def __init__(self, words: str, outcome: CallOutcome, again: Again, *, after: float | None = None) -> None:
        self.words = words
        self.outcome = outcome
        self.again = again
        self.after = after
        super().__init__(words)

    @property
    def sick(self) -> bool:
        """Whether it tells against the model's health, for its breaker to count."""
        return self.outcome in (CallOutcome.FAILED, CallOutcome.TIMED_OUT) or self.again is Again.NEVER
