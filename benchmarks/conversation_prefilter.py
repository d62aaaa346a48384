"""What the prefilter of conversations leaves out, against hand-labelled sets, and how fast it is.

Two sets: one that the rules were tuned on, and one of 100 that was written after them and is only measured. `keep` is
what somebody could want to know of; the others have the reason why nobody would. The baseline is what is often done:
leave out what is shorter than 20 characters.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.prefilter import Prefilter
from measure import row

LABELS = Path(__file__).parent / "labels"
SETS = {"tuned on": "conversation_prefilter.jsonl", "written later": "conversation_prefilter_second.jsonl"}
SHORT = 20
SPEED = 5_000
"""Conversations a CPU second at least: ten times what has to be understood in that time."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A conversation and what should become of it: `keep`, or the reason to leave it out."""

    verdict: str
    conversation: Conversation


def read(name: str) -> list[Labelled]:
    """The labelled conversations of a set."""
    rows = [json.loads(line) for line in (LABELS / name).read_text("utf-8").splitlines()]
    return [
        Labelled(
            each["verdict"],
            Conversation(str(n), tuple(Message(Role(m["role"]), m["text"], n) for m in each["messages"]), n, n),
        )
        for n, each in enumerate(rows, start=1)
    ]


def ours(conversation: Conversation) -> str:
    """The prefilter's verdict."""
    skipped = Prefilter().why_not(conversation)
    return skipped.reason.value if skipped else "keep"


def short(conversation: Conversation) -> str:
    """The baseline's."""
    said = sum(len(message.text.strip()) for message in conversation.messages)
    return "too-short" if said < SHORT else "keep"


def show(name: str, labelled: list[Labelled], judge: Callable[[Conversation], str]) -> int:
    """Print how a judge does, and return how much that matters it leaves out."""
    verdicts = [(each.verdict, judge(each.conversation)) for each in labelled]
    matters = [said for label, said in verdicts if label == "keep"]
    idle = [(label, said) for label, said in verdicts if label != "keep"]
    lost = sum(said != "keep" for said in matters)
    left_out = sum(said != "keep" for _, said in idle)
    row(f"  {name}: matters, left out", lost, f"of {len(matters)}")
    row(f"  {name}: idle, left out", left_out, f"of {len(idle)}")
    row(f"  {name}: for the right reason", sum(label == said for label, said in idle), f"of {len(idle)}")
    return lost


def speed(labelled: list[Labelled]) -> float:
    """Conversations a CPU second, each with three messages."""
    many = [
        Conversation(f"{turn}-{each.conversation.id}", each.conversation.messages * 3, 1, 1)
        for turn in range(50)
        for each in labelled
        if each.verdict == "keep"
    ]
    sieve = Prefilter()
    sieve.why_not(many[0])
    begun = time.process_time()
    for conversation in many:
        sieve.why_not(conversation)
    return len(many) / (time.process_time() - begun)


def main() -> int:
    """Print both sets for both judges."""
    kept = True
    for title, name in SETS.items():
        labelled = read(name)
        print(f"{len(labelled)} conversations, {title}")
        lost = show("faultline", labelled, ours)
        show(f"shorter than {SHORT}", labelled, short)
        kept &= lost == 0 or title != "tuned on"
    kept &= row("conversations judged", speed(read(SETS["tuned on"])), "/CPU-s", at_least=SPEED)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
