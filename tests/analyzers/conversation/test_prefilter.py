"""What the prefilter leaves out, and that nothing that matters is among it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cost import within

from faultline.analyzers.conversation import prefilter
from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.prefilter import Prefilter
from faultline.core.results.conversation import SkipReason

LABELS = Path(__file__).parents[3] / "benchmarks" / "labels"


def talk(*messages: tuple[Role, str] | str, name: str = "c", time: datetime | None = None) -> Conversation:
    return Conversation(
        name,
        tuple(
            Message(Role.CUSTOMER, each, 1, time, "Ann" if time else None)
            if isinstance(each, str)
            else Message(each[0], each[1], 1, time)
            for each in messages
        ),
        7,
        9,
    )


def why(*messages: tuple[Role, str] | str) -> str | None:
    skipped = Prefilter().why_not(talk(*messages))
    return skipped.reason.value if skipped else None


def labelled(name: str) -> list[tuple[str, Conversation]]:
    rows = [json.loads(line) for line in (LABELS / name).read_text("utf-8").splitlines()]
    return [
        (row["verdict"], talk(*((Role(m["role"]), m["text"]) for m in row["messages"]), name=str(n)))
        for n, row in enumerate(rows)
    ]


def test_nothing_that_matters_is_left_out() -> None:
    rows = labelled("conversation_prefilter.jsonl")
    assert len(rows) >= 300
    verdicts = [(label, Prefilter().why_not(conversation), conversation) for label, conversation in rows]
    lost = [conversation.messages[0].text for label, skip, conversation in verdicts if label == "keep" and skip]
    assert lost == []
    idle = [verdict for verdict in verdicts if verdict[0] != "keep"]
    found = [skip.reason.value == label for label, skip, _ in idle if skip]
    assert sum(found) >= 0.98 * len(idle)


@pytest.mark.parametrize(
    "text", ["help", "refund?!", "DOWN", "cancel", "no", "it's broken 😡", "退款", "😡", "4711", "???"]
)
def test_a_word_that_matters_is_enough(text: str) -> None:
    assert why(text) is None


def test_one_message_that_matters_is_enough() -> None:
    assert why("hi", "👍", "https://example.com") == "only-emoji"
    assert why("hi", "👍", "https://example.com", "it broke") is None


def test_courtesy_after_an_answer_says_how_it_ended() -> None:
    assert why("thanks") == "too-short"
    assert why((Role.AGENT, "Your refund is on its way."), "thanks") is None
    assert why((Role.AGENT, "Hello, how can I help?"), "hi") == "too-short"


def test_nobody_said_anything() -> None:
    assert why("", "\u200b \u2060") == "empty"
    assert why((Role.SYSTEM, "Visitor has joined")) == "empty"
    assert why((Role.BOT, "Choose a topic, please: billing or delivery")) is None


def test_invisible_characters_hide_nothing_and_make_nothing() -> None:
    assert why("h\u200bi") == "too-short"
    assert why("re\u200bfund") is None


def test_the_answer_names_the_conversation_and_its_line() -> None:
    skipped = Prefilter().why_not(talk("hi", name="x"))
    assert skipped
    assert (skipped.id, skipped.line, skipped.reason, skipped.detail) == ("x", 7, SkipReason.TOO_SHORT, "")


class TestDuplicates:
    LONG = "My order has not arrived and nobody answers the phone."

    def test_the_same_id_is_the_same_conversation(self) -> None:
        sieve = Prefilter()
        assert sieve.why_not(talk("my order is late", name="a")) is None
        skipped = sieve.why_not(talk("something else", name="a"))
        assert skipped
        assert (skipped.reason, skipped.detail) == (SkipReason.DUPLICATE, "a")

    def test_the_same_words_are_one_message_sent_twice(self) -> None:
        sieve = Prefilter()
        assert sieve.why_not(talk(self.LONG, name="a")) is None
        skipped = sieve.why_not(talk("MY ORDER has  not\u200b arrived and nobody answers the phone. ", name="b"))
        assert skipped
        assert (skipped.reason, skipped.detail) == (SkipReason.DUPLICATE, "a")

    def test_two_people_may_use_the_same_few_words(self) -> None:
        sieve = Prefilter()
        assert [sieve.why_not(talk("cancel my order", name=str(n))) for n in range(3)] == [None] * 3

    def test_the_same_words_at_another_time_are_another_message(self) -> None:
        sieve = Prefilter()
        first, second = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
        assert sieve.why_not(talk(self.LONG, name="a", time=first)) is None
        assert sieve.why_not(talk(self.LONG, name="b", time=second)) is None
        assert sieve.why_not(talk(self.LONG, name="c", time=first)) is not None
        assert sieve.why_not(talk("cancel", name="d", time=first)) is None
        assert sieve.why_not(talk("cancel", name="e", time=first)) is not None

    def test_memory_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(prefilter, "MEMORY", 2)
        sieve = Prefilter()
        names = ["a", "b", "c", "a"]
        assert [sieve.why_not(talk(f"order {n} is late", name=name)) for n, name in enumerate(names)] == [None] * 4


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Role), st.text(max_size=60)), min_size=1, max_size=4))
def test_any_text_is_judged(messages: list[tuple[Role, str]]) -> None:
    Prefilter().why_not(talk(*messages))


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "but " * 250_000, "( " * 500_000, "👍" * 200_000, "https://x.io " * 80_000]
)
def test_a_megabyte_takes_a_moment(text: str) -> None:
    within(2, lambda: why(text))
