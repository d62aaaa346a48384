"""Semantic reuse: what is lent, what never is, and how a wrong loan makes it stricter."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.ai import polarity, reuse
from faultline.ai.ledger import Account
from faultline.ai.reuse import Entry, SemanticReuse, upper_bound
from faultline.ai.reuse_memory import MemoryStore
from faultline.core.model import Brief, Cited, Evidence

DATA = Path(__file__).parent / "data"
POLARITY = [tuple(line.split("\t")[1:]) for line in (DATA / "polarity.tsv").read_text("utf-8").splitlines()]
PARAPHRASES = [tuple(line.split("\t")) for line in (DATA / "paraphrases.tsv").read_text("utf-8").splitlines()]
ACCOUNT = Account("conversation", tenant=UUID(int=1))


class Part(Cited):
    topic: str


class Said(Cited):
    intent: str
    sure: float = 0.5
    topics: tuple[Part, ...] = ()


class Bag:
    """Vectors of texts by their words: near where words are shared, as with the real model, and quick."""

    dims = 256

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dims), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
                row += np.random.default_rng(seed).normal(size=self.dims)
            row /= np.linalg.norm(row) or 1.0
        return rows


def brief(text: str, answer: type[Cited] = Said, question: str = "What is the intent?") -> Brief:
    return Brief(question, (Evidence(1, "Good morning."), Evidence(2, text)), answer, reuse=text)


def said(intent: str, **more: Any) -> Said:
    return Said(cites=(2,), intent=intent, **more)


def opened(**more: Any) -> SemanticReuse:
    return SemanticReuse(MemoryStore(**more), model="openai:gpt-5-mini", embedder=Bag)


FILLERS = (
    "a red",
    "the blue",
    "that green",
    "our nice",
    "my odd",
    "his plain",
    "its huge",
    "such tiny",
    "her big",
    "an old",
)


async def taught(lender: SemanticReuse, account: Account = ACCOUNT) -> SemanticReuse:
    """One that knows thirty ways to ask for each of three things."""
    subjects = {
        "refund": "please refund money for broken garden chair",
        "login": "website login page shows error with password",
        "parcel": "delivery parcel courier tracking shows old place",
    }
    for number in range(30):
        for intent, text in subjects.items():
            await lender.remember(account, brief(f"{text} {FILLERS[number % 10]} {'abc'[number // 10]}"), said(intent))
    return lender


async def unchecked(lender: SemanticReuse, text: str, account: Account = ACCOUNT) -> reuse.Reused | None:
    """What `lookup` gives where it does not draw the hit for a check."""
    for _ in range(12):
        if (found := await lender.lookup(account, brief(text))) is not None:
            return found
    return None


NEAR_REFUND = "please refund money for broken garden chair"


async def test_a_text_that_means_the_same_gets_the_answer() -> None:
    lender = await taught(opened())
    found = await unchecked(lender, NEAR_REFUND)
    assert found is not None
    assert isinstance(found.said, Said)
    assert (found.said.intent, found.model) == ("refund", "openai:gpt-5-mini")
    assert 0.75 < found.similarity < 1.0


async def test_what_is_lent_cites_the_brief_at_hand_also_inside() -> None:
    lender = opened()
    answer = said("refund", topics=(Part(cites=(7, 8), topic="chairs"),))
    await lender.remember(ACCOUNT, brief("my chair is broken"), answer, "anthropic:claude")
    other = Brief(
        "What is the intent?",
        (Evidence(4, "Hello"), Evidence(9, "well, my chair is broken!")),
        Said,
        reuse="my chair is broken",
    )
    for _ in range(12):
        if (found := await lender.lookup(ACCOUNT, other)) is not None:
            break
    assert found is not None
    assert found.model == "anthropic:claude"
    assert found.said == Said(cites=(9,), intent="refund", topics=(Part(cites=(9,), topic="chairs"),))


async def test_where_the_text_is_in_no_line_all_are_cited() -> None:
    lender = opened()
    await lender.remember(ACCOUNT, brief("my chair is broken"), said("refund"))
    other = Brief("What is the intent?", (Evidence(4, "x"), Evidence(9, "y")), Said, reuse="My chair is broken.")
    answers = [await lender.lookup(ACCOUNT, other) for _ in range(12)]
    assert {answer.said.cites for answer in answers if answer is not None} == {(4, 9)}


async def test_without_reuse_nothing_is_looked_up_or_kept() -> None:
    lender = opened()
    silent = Brief("What is the intent?", (Evidence(1, "x"),), Said)
    long = brief("x" * (reuse.LONGEST + 1))
    for asked in (silent, long, brief("")):
        await lender.remember(ACCOUNT, asked, said("x"))
        assert await lender.lookup(ACCOUNT, asked) is None
    assert lender.counts.lookups == 0


async def test_another_tenant_question_or_type_knows_nothing() -> None:
    lender = await taught(opened())

    class Other(Cited):
        intent: str

    stranger = Account("conversation", tenant=UUID(int=2))
    asked = [
        (stranger, brief(NEAR_REFUND)),
        (ACCOUNT, brief(NEAR_REFUND, answer=Other)),
        (ACCOUNT, brief(NEAR_REFUND, question="What is the topic?")),
    ]
    for account, one in asked:
        assert [await lender.lookup(account, one) for _ in range(5)] == [None] * 5
    assert lender.counts.refused == {"few": 15}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("do not refund money for broken garden chair please", "negation"),
        ("please refund money for broken garden chair 17", "number"),
        ("how is the weather in the mountains", "far"),
    ],
)
async def test_what_differs_is_refused_for_its_reason(text: str, reason: str) -> None:
    lender = await taught(opened())
    assert await lender.lookup(ACCOUNT, brief(text)) is None
    assert lender.counts.refused == {reason: 1}


async def test_neighbours_that_disagree_lend_nothing() -> None:
    lender = await taught(opened())
    await lender.remember(ACCOUNT, brief(f"{NEAR_REFUND} once"), said("complaint"))
    assert await lender.lookup(ACCOUNT, brief(NEAR_REFUND)) is None
    assert set(lender.counts.refused) <= {"disagreement", "margin"}


async def test_where_only_one_answer_is_known_nothing_is() -> None:
    lender = opened()
    for number in range(60):
        await lender.remember(ACCOUNT, brief(f"{NEAR_REFUND} {FILLERS[number % 10]} i{number}"), said("refund"))
    assert await lender.lookup(ACCOUNT, brief(NEAR_REFUND)) is None
    assert lender.counts.refused == {"one-sided": 1}


async def test_a_false_loan_that_a_check_finds_makes_it_stricter() -> None:
    lender = await taught(opened())
    before = lender.margin(ACCOUNT, brief(NEAR_REFUND))
    while lender.counts.checked == 0:
        if await lender.lookup(ACCOUNT, brief(NEAR_REFUND)) is None:
            await lender.remember(ACCOUNT, brief(NEAR_REFUND), said("something else"))
    assert (lender.counts.checked, lender.counts.false) == (1, 1)
    assert lender.margin(ACCOUNT, brief(NEAR_REFUND)) == pytest.approx(before + reuse.RAISE)
    assert lender.false_bound > 0.5


async def test_how_sure_the_model_was_is_no_difference() -> None:
    lender = await taught(opened())
    while lender.counts.checked == 0:
        if await lender.lookup(ACCOUNT, brief(NEAR_REFUND)) is None:
            await lender.remember(ACCOUNT, brief(NEAR_REFUND), said("refund", sure=0.99))
    assert lender.counts.false == 0


async def test_checks_that_agree_make_it_looser_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse, "CHECKED_AT_FIRST", 1.0)
    monkeypatch.setattr(reuse, "CHECKED", 1.0)
    monkeypatch.setattr(reuse, "TARGET", 0.05)
    lender = await taught(opened())
    start = lender.margin(ACCOUNT, brief(NEAR_REFUND))
    for _ in range(200):
        assert await lender.lookup(ACCOUNT, brief(NEAR_REFUND)) is None
        await lender.remember(ACCOUNT, brief(NEAR_REFUND), said("refund"))
    assert lender.margin(ACCOUNT, brief(NEAR_REFUND)) == pytest.approx(start - reuse.LOWER)
    standing = reuse._Standing()
    for _ in range(20_000):
        standing.learn(True)
    assert standing.margin == reuse.LOOSEST
    for _ in range(100):
        standing.learn(False)
    assert standing.margin == reuse.STRICTEST


async def test_a_check_that_nobody_answers_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse, "CHECKED_AT_FIRST", 1.0)
    monkeypatch.setattr(reuse, "MAX_PENDING", 3)
    monkeypatch.setattr(reuse, "MAX_SHELVES", 2)
    lender = await taught(opened())
    for number in range(9):
        await lender.lookup(ACCOUNT, brief(f"{NEAR_REFUND} {FILLERS[number]}"))
        lender.margin(Account("conversation", tenant=UUID(int=number)), brief("x"))
    assert len(lender._pending) == 3
    assert len(lender._standings) == 2


async def test_the_same_traffic_is_checked_the_same_way() -> None:
    first, second = await taught(opened()), await taught(opened())
    for number in range(40):
        text = f"{NEAR_REFUND} {FILLERS[number % 10]}"
        assert (await first.lookup(ACCOUNT, brief(text)) is None) == (await second.lookup(ACCOUNT, brief(text)) is None)
    assert first.counts == second.counts


async def test_personal_data_is_not_kept() -> None:
    store = MemoryStore()
    lender = SemanticReuse(store, model="openai:x", embedder=Bag)
    await lender.remember(ACCOUNT, brief("write to jane@example.org about my chair"), said("contact"))
    (shelf,) = store._shelves.values()
    assert "jane@example.org" not in repr(shelf._entries)


async def test_a_full_shelf_forgets_its_oldest_and_a_full_store_its_stalest() -> None:
    store = MemoryStore(per_shelf=100, altogether=250)
    for shelf in ("a", "b", "c"):
        for number in range(130):
            vector = Bag().encode([f"{shelf} {number}"])[0]
            await store.put(shelf, Entry(f"{shelf} {number}", vector, "{}", "m"))
    assert [await store.size(shelf) for shelf in ("a", "b", "c", "d")] == [0, 100, 100, 0]
    assert await store.same("c", "c 29") is None
    kept = await store.same("c", "C 30")
    assert kept is not None
    (best, *_rest) = await store.nearest("c", kept.vector, 64)
    assert best[1] is kept
    assert best[0] == pytest.approx(1.0)
    assert await store.nearest("d", kept.vector, 5) == ()
    await store.put("c", Entry("c 30", kept.vector, '{"new": 1}', "m"))
    again = await store.same("c", "c 30")
    assert again is not None
    assert again.answer == '{"new": 1}'
    assert await store.size("c") == 100


@given(st.lists(st.integers(0, 12), max_size=60), st.integers(1, 6))
def test_a_shelf_holds_the_latest_texts_and_finds_each(texts: list[int], most: int) -> None:
    from faultline.ai.reuse_memory import _Shelf

    shelf = _Shelf(most)
    order: list[int] = []
    for text in texts:
        shelf.put(Entry(str(text), np.eye(16, dtype=np.float32)[text], f"{text}", "m"))
        if text not in order:
            order = [*order, text][-most:]
    assert len(shelf) == len(order)
    for text in order:
        found = shelf.same(str(text))
        assert found is not None
        assert shelf.nearest(found.vector, 1)[0][1] is found


@pytest.mark.parametrize(("one", "other"), POLARITY)
def test_what_says_the_opposite_is_told_apart(one: str, other: str) -> None:
    assert polarity.differ(one, other) is not None
    assert polarity.differ(other, one) is not None


def test_most_paraphrases_are_not_taken_for_opposites() -> None:
    assert len(POLARITY) >= 200
    same = [polarity.differ(one, other) is None for one, other in PARAPHRASES]
    assert sum(same) >= 0.8 * len(same)


@given(st.text(max_size=200))
def test_no_text_differs_from_itself(text: str) -> None:
    assert polarity.differ(text, text) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_which_of_two_comes_first_makes_no_difference(one: str, other: str) -> None:
    assert (polarity.differ(one, other) is None) == (polarity.differ(other, one) is None)


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_the_bound_is_above_the_share_and_falls_with_more_checks(false: int, checks: int) -> None:
    false = min(false, checks)
    bound = upper_bound(false, checks)
    assert false / checks <= bound + 1e-9
    assert bound <= 1.0
    assert upper_bound(2 * false, 2 * checks) <= bound + 1e-9
    assert upper_bound(0, 0) == 1.0


async def test_with_minilm_a_paraphrase_hits_and_its_opposite_does_not() -> None:
    lender = SemanticReuse(MemoryStore(), model="openai:gpt-5-mini")
    ways = (
        *(
            "please cancel my order",
            "I want to cancel my order",
            "cancel the order I placed",
            "how do I cancel an order",
        ),
        *(
            "can you cancel my order",
            "I need my order cancelled",
            "my order should be cancelled",
            "cancel order please",
        ),
        *("order cancellation please", "I would like to cancel an order", "I'd like to cancel my order"),
    )
    others = ("how is the exchange rate made", "my card was stolen", "the app crashes", "which currencies are there")
    for way in ways:
        await lender.remember(ACCOUNT, brief(way), said("cancel"))
    for number in range(60):
        await lender.remember(ACCOUNT, brief(f"{others[number % 4]} {number}"), said(others[number % 4]))
    found = await unchecked(lender, "could you please cancel my order")
    assert found is not None
    assert isinstance(found.said, Said)
    assert found.said.intent == "cancel"
    assert await unchecked(lender, "please do not cancel my order") is None
    assert await unchecked(lender, "please keep my order") is None
