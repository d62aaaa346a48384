from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from faultline.analyzers.conversation import mood_learning, sentiment
from faultline.analyzers.conversation.examples import digest, examples
from faultline.analyzers.conversation.mood_learning import Example
from faultline.analyzers.conversation.sentiment import Feeling, MoodModel, judge, plain
from faultline.core.results.conversation import Mood, Tier

pytestmark = pytest.mark.usefixtures("static_table")


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Thank you so much, that solved my problem!", Mood.POSITIVE),
        ("I am very happy with your support.", Mood.POSITIVE),
        ("This is terrible, I am really disappointed.", Mood.NEGATIVE),
        ("not good at all", Mood.NEGATIVE),
        ("My order number is 12345.", Mood.NEUTRAL),
        ("Which port does the service listen on?", Mood.NEUTRAL),
    ],
)
def test_plain_moods_are_told(text: str, mood: Mood) -> None:
    assert judge([text])[0].mood is mood


def test_the_score_lies_on_the_side_of_the_mood() -> None:
    good, bad = judge(["I love it, thank you!", "I hate it, this is awful."])
    assert -1 <= bad.score < 0 < good.score <= 1
    assert 1 / 3 <= good.confidence <= 1


def test_what_the_static_tier_is_sure_of_does_not_wait_for_minilm() -> None:
    tiers = {feeling.tier for feeling in judge([text for text, _ in examples("moods")])}
    assert tiers == {Tier.STATIC, Tier.MINILM}


@pytest.mark.parametrize("tier", [Tier.STATIC, Tier.MINILM])
def test_one_tier_can_be_asked_alone(tier: Tier) -> None:
    assert {feeling.tier for feeling in judge(["great", "hm", "awful"], tier=tier)} == {tier}


@pytest.mark.parametrize("text", ["", "  \n"])
def test_silence_is_neutral(text: str) -> None:
    assert judge([text]) == [Feeling(Mood.NEUTRAL, 0.0, 1.0, Tier.STATIC)]


def test_no_texts_give_no_feelings() -> None:
    assert judge([]) == []


@pytest.mark.parametrize("text", ["\ud800", "https://x.example", "@user", "🙂" * 500, "so bad " * 100_000, "\x00"])
def test_no_text_is_too_strange(text: str) -> None:
    feeling = judge([text])[0]
    assert -1 <= feeling.score <= 1


def test_addresses_and_mentions_have_no_mood() -> None:
    assert plain("@user see https://horrible.example/awful now") == "see now"
    assert plain("it\\u2019s") == "it\N{RIGHT SINGLE QUOTATION MARK}s"
    assert plain("@user") == "@user"


def test_many_texts_keep_their_order() -> None:
    moods = [feeling.mood for feeling in judge(["I love it", "I hate it"] * 600, tier=Tier.STATIC)]
    assert moods == [Mood.POSITIVE, Mood.NEGATIVE] * 600


def test_the_weights_were_learned_from_the_sentences_in_the_package() -> None:
    assert sentiment._shipped().source == digest("moods"), "run `make weights`"


def test_the_model_comes_back_from_its_bytes() -> None:
    data = sentiment._shipped().to_bytes()
    assert MoodModel.from_bytes(data).to_bytes() == data


def test_there_are_two_hundred_sentences_of_ours_and_none_twice() -> None:
    texts = [text.casefold() for text, _ in examples("moods")]
    assert len(set(texts)) == len(texts) >= 200


def test_learning_finds_moods_and_says_how_well() -> None:
    rows = examples("moods")
    ours = [Example(text, Mood(mood), 2.0 if index % 2 else 1.0) for index, (text, mood) in enumerate(rows)]
    emotions = [
        ("what a wonderful day", True),
        ("i am so sad", False),
        ("such joy", True),
        ("this makes me mad", False),
    ]
    model, scores = mood_learning.learn(ours, emotions, source="here")
    assert model.source == "here"
    assert 0.5 < scores.minilm <= 1
    assert 0.5 < scores.cascade <= 1
    assert 0.5 < scores.own <= 1


@pytest.mark.parametrize("name", ["intents.bin", "moods.bin"])
def test_the_documentation_names_the_weights(name: str) -> None:
    page = Path(__file__).parents[3].joinpath("docs", "dependencies.md").read_text()
    data = Path(sentiment.__file__).with_name("weights").joinpath(name).read_bytes()
    assert sha256(data).hexdigest() in page
