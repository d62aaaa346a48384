"""What passes between an agent and a language model: a Brief, and an Answer that cites it.

A model sees nothing of an artifact but the numbered evidence lines of a brief, and whatever it says has to name the
lines that show it (`Cited`). What cites nothing that is there is dropped before an agent hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from faultline.core.finding import Noun


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line that a model may see, under the number it is cited by. The text is untrusted.

    Where there is no room for all lines, the heavier ones stay, and of those that weigh the same the first.
    """

    number: int
    text: str
    weight: int = 0


class Cited(Noun):
    """Something a model says. `cites` are numbers of evidence lines; a statement that cites none is dropped."""

    cites: Annotated[tuple[int, ...], Field(description="Numbers of the evidence lines that show this.")]


@dataclass(frozen=True, slots=True)
class Brief:
    """The small evidence a model may see, and the type it must answer with.

    Args:
        question: what is asked, in our own words.
        evidence: what it may look at and cite.
        answer: what it must return; statements inside it that derive from `Cited` too are resolved one by one.
        facts: what we have found, by name; text of the artifact in them is as untrusted as the evidence.
        answer_tokens: the most it may say; what a budget has to have room for.
        reuse: the text whose nearest neighbour may lend its answer, where every field of the answer is safe to lend.

    """

    question: str
    evidence: tuple[Evidence, ...]
    answer: type[Cited]
    facts: Mapping[str, str] = field(default_factory=dict)
    answer_tokens: int = 800
    reuse: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered, with only those citations that resolve.

    `model` is its name, as in `openai:gpt-5-mini`; `dropped` counts the citations and statements that went.
    """

    said: Cited
    model: str
    dropped: int = 0
    reused: bool = False


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What asking has cost."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: Decimal = Decimal(0)

    def __add__(self, other: ModelUse) -> ModelUse:
        return ModelUse(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.dollars + other.dollars,
        )


@dataclass(frozen=True, slots=True)
class Consultation:
    """The answers to some briefs, in their order: None where no model gave one that holds.

    `notes` say in a sentence each why there is no answer; they go into the report.
    """

    answers: Sequence[Answer | None]
    notes: tuple[str, ...] = ()
    use: ModelUse = field(default_factory=ModelUse)
