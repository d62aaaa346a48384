from __future__ import annotations

from pathlib import Path

import pytest

import conversation_data
import conversation_intents
import conversation_sentiment
from conversation_data import area, divided
from faultline.analyzers.conversation.taxonomy import Verdict
from faultline.core.results.conversation import Tier


def test_what_is_held_out_does_not_depend_on_the_order_and_is_not_learned_from() -> None:
    rows = [(f"text {number}", "label") for number in range(100)]
    known, held_out = divided(rows)
    assert divided(rows[::-1]) == (known, held_out)
    assert len(held_out) == 20
    assert sorted(known + held_out) == sorted(rows)


@pytest.mark.parametrize(
    ("inside", "outside", "expected"),
    [([3.0, 4.0], [1.0, 2.0], 1.0), ([1.0, 2.0], [3.0, 4.0], 0.0), ([1.0, 1.0], [1.0], 0.5), ([1.0, 3.0], [2.0], 0.5)],
)
def test_the_area_is_how_often_one_from_inside_scores_higher(
    inside: list[float], outside: list[float], expected: float
) -> None:
    assert area(inside, outside) == expected


def test_no_intent_counts_where_the_label_says_none() -> None:
    verdicts = [Verdict(None, 1.0, Tier.STATIC, 0.0), Verdict("refund", 1.0, Tier.STATIC, 1.0)]
    assert conversation_intents.share(verdicts, [("a", "none"), ("b", "billing")]) == 0.5


def test_our_own_examples_of_intents_were_not_learned_from() -> None:
    from faultline.analyzers.conversation.examples import examples, parse

    asked = {text.casefold() for text, _ in parse(conversation_intents.OWN.read_text())}
    assert not asked & {text.casefold() for text, _ in examples("intents")}


@pytest.mark.usefixtures("static_table")
def test_missing_data_is_said_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(conversation_data, "DATA", tmp_path / "none")
    assert conversation_sentiment.main() == conversation_intents.main() == 0
    said = capsys.readouterr().out
    assert said.count("not present") == 2
    assert "built-in intents, cascade" in said
