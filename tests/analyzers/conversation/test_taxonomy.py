from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faultline.analyzers.conversation import learning, taxonomy
from faultline.analyzers.conversation.examples import digest, examples
from faultline.analyzers.conversation.learning import Trained
from faultline.analyzers.conversation.taxonomy import NotATaxonomy, Taxonomy, Verdict
from faultline.core.errors import UsageError
from faultline.core.results.conversation import Tier

pytestmark = pytest.mark.usefixtures("static_table")

PARCEL = [
    "where is my parcel",
    "my package has not arrived",
    "the tracking number does not work",
    "when will my order be delivered",
    "the courier never came with my box",
    "my shipment is late",
]
PASSWORD = [
    "i forgot my password",
    "cannot log in to my account",
    "please reset my login",
    "the sign in code is not accepted",
    "my account is locked",
    "it says wrong password",
]
CHATTER = [
    "what is the weather",
    "tell me a joke",
    "who won the match",
    "my cat is asleep",
    "play some music",
    "how tall is the tower",
]
FEW = [*((text, "parcel") for text in PARCEL), *((text, "password") for text in PASSWORD)]


def learn(rows: list[tuple[str, str]]) -> Trained:
    return taxonomy.train([text for text, _ in rows], [label for _, label in rows])


@pytest.fixture(scope="module")
def trained(static_table: None) -> Trained:
    return learn(FEW)


@pytest.fixture(scope="module")
def with_none(static_table: None) -> Trained:
    return learn([*FEW, *((text, "oos") for text in CHATTER)])


class TestLearning:
    def test_five_examples_an_intent_are_enough_to_begin_with(self, static_table: None) -> None:
        made = learn([*((t, "parcel") for t in PARCEL[:5]), *((t, "password") for t in PASSWORD[:5])]).taxonomy
        asked = ["has my package been shipped", "i can't remember my password"]
        assert [verdict.label for verdict in made.judge(asked)] == ["parcel", "password"]

    def test_the_scores_are_of_examples_held_out(self, trained: Trained) -> None:
        scores = trained.scores
        assert scores.examples == len(FEW)
        assert scores.folds == 5
        assert 0.5 < scores.accuracy <= 1
        assert {each.label: each.examples for each in scores.labels} == {"parcel": 6, "password": 6}
        for share in (scores.macro_f1, scores.static_accuracy, scores.minilm_accuracy, scores.escalated):
            assert 0 <= share <= 1

    def test_labels_that_no_text_can_tell_apart_score_badly(self, static_table: None) -> None:
        texts = [*PARCEL, *PASSWORD]
        assert learn([(text, "ab"[index % 2]) for index, text in enumerate(texts)]).scores.accuracy < 0.8

    def test_the_same_examples_give_the_same_bytes(self, trained: Trained) -> None:
        again = learn(FEW).taxonomy
        assert again.to_bytes() == trained.taxonomy.to_bytes()
        assert again.version == trained.taxonomy.version

    def test_other_examples_give_another_version(self, trained: Trained, with_none: Trained) -> None:
        assert trained.taxonomy.version != with_none.taxonomy.version

    def test_of_many_examples_a_quarter_is_held_out_once(
        self, static_table: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(learning, "MANY", len(FEW))
        scores = learn(FEW).scores
        assert scores.folds == 1
        assert scores.examples == len(FEW)

    def test_it_warns_of_labels_that_are_thin(self, trained: Trained) -> None:
        assert "parcel has only 6 examples: its scores say little." in trained.warnings

    def test_a_label_with_too_few_examples_is_left_out_with_a_warning(self, static_table: None) -> None:
        made = learn([*FEW, ("send me the invoice", "billing")])
        assert made.taxonomy.labels == ("parcel", "password")
        assert "billing has 1 examples and was left out: 5 are needed." in made.warnings

    def test_examples_that_contradict_each_other_are_left_out_with_a_warning(self, static_table: None) -> None:
        made = learn([*FEW, ("Where is  my PARCEL", "password")])
        assert "'where is my parcel' is labelled parcel and password; it was left out." in made.warnings
        assert made.scores.examples == len(FEW) - 1

    def test_the_same_example_twice_counts_once(self, static_table: None) -> None:
        assert learn([*FEW, FEW[0]]).scores.examples == len(FEW)

    def test_examples_without_text_are_left_out_with_a_warning(self, static_table: None) -> None:
        assert "2 examples have no text and were left out." in learn([*FEW, ("", "parcel"), (" \n", "parcel")]).warnings

    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            ([], "At least two labels with 5 examples"),
            (FEW[:6], "At least two labels with 5 examples"),
            ([("hello", "")], "printable"),
            ([("hello", "a\nb")], "printable"),
            ([("hello", "x" * 101)], "printable"),
        ],
    )
    def test_what_cannot_be_learned_from_is_said(self, rows: list[tuple[str, str]], why: str) -> None:
        with pytest.raises(UsageError, match=why):
            learn(rows)

    def test_each_text_needs_a_label(self) -> None:
        with pytest.raises(UsageError, match="2 texts and 1 labels"):
            taxonomy.train(["a", "b"], ["x"])

    def test_more_than_the_limits_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(learning, "MAX_LABELS", 1)
        with pytest.raises(UsageError, match="2 labels, and at most 1"):
            learn(FEW)
        monkeypatch.setattr(learning, "MAX_EXAMPLES", 3)
        with pytest.raises(UsageError, match="12 examples, and at most 3"):
            learn(FEW)


class TestJudging:
    def test_a_verdict_says_its_tier_and_a_confidence(self, trained: Trained) -> None:
        for verdict in trained.taxonomy.judge(["where is my parcel", "password", "hmm"]):
            assert verdict.tier in (Tier.STATIC, Tier.MINILM)
            assert 0 <= verdict.confidence <= 1
            assert 0 <= verdict.scope <= 1

    @pytest.mark.parametrize("tier", [Tier.STATIC, Tier.MINILM])
    def test_one_tier_can_be_asked_alone(self, trained: Trained, tier: Tier) -> None:
        verdicts = trained.taxonomy.judge(["where is my parcel", "reset my password"], tier=tier)
        assert [verdict.tier for verdict in verdicts] == [tier, tier]
        assert [verdict.label for verdict in verdicts] == ["parcel", "password"]

    def test_what_the_static_tier_is_sure_of_does_not_wait_for_minilm(self) -> None:
        verdicts = taxonomy.builtin().judge(["I want a refund, please give me my money back.", "the colour of it all"])
        assert [verdict.tier for verdict in verdicts] == [Tier.STATIC, Tier.MINILM]

    def test_examples_of_no_intent_teach_what_is_out_of_scope(self, with_none: Trained) -> None:
        assert with_none.taxonomy.labels == ("parcel", "password")
        asked = ["who won the football match", "tell me a story about a tower", "where is the package i ordered"]
        first, second, inside = with_none.taxonomy.judge(asked, tier=Tier.MINILM)
        assert max(first.scope, second.scope) < inside.scope
        assert inside.label == "parcel"

    def test_a_text_without_words_has_no_intent(self, trained: Trained) -> None:
        assert trained.taxonomy.judge(["", " \n"]) == [Verdict(None, 1.0, Tier.STATIC, 0.0)] * 2

    def test_no_texts_give_no_verdicts(self, trained: Trained) -> None:
        assert trained.taxonomy.judge([]) == []

    def test_a_verdict_does_not_depend_on_its_neighbours(self) -> None:
        texts = [text for text, _ in examples("intents")][::40]
        together = taxonomy.builtin().judge(texts)
        for text, expected in zip(texts, together, strict=True):
            alone = taxonomy.builtin().judge([text])[0]
            assert (alone.label, alone.tier) == (expected.label, expected.tier)
            assert alone.confidence == pytest.approx(expected.confidence, abs=1e-3)

    def test_more_texts_than_fit_in_a_chunk_keep_their_order(self, trained: Trained) -> None:
        texts = ["where is my parcel", "i forgot my password"] * 600
        labels = [verdict.label for verdict in trained.taxonomy.judge(texts, tier=Tier.STATIC)]
        assert labels == ["parcel", "password"] * 600

    def test_judging_needs_no_scikit_learn(self) -> None:
        code = (
            "import sys; from faultline.analyzers.conversation import taxonomy; "
            "print(taxonomy.builtin().judge(['I want my money back'])[0].label, 'sklearn' in sys.modules)"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert ran.stdout.split() == ["refund", "False"]


def packed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def edited(data: bytes, **changes: object) -> bytes:
    """The bytes of a taxonomy with other things in its header."""
    content = zstandard.ZstdDecompressor().decompress(data)
    end = 12 + int.from_bytes(content[8:12], "little")
    header = json.dumps({**json.loads(content[12:end]), **changes}).encode()
    return packed(content[:8] + len(header).to_bytes(4, "little") + header + content[end:])


class TestBytes:
    def test_a_round_trip_changes_nothing(self, trained: Trained) -> None:
        back = Taxonomy.from_bytes(trained.taxonomy.to_bytes())
        texts = ["where is my parcel", "password", "what a day"]
        assert back.version == trained.taxonomy.version
        assert back.labels == trained.taxonomy.labels
        assert back.judge(texts) == trained.taxonomy.judge(texts)

    @pytest.mark.parametrize("data", [b"", b"hello", b"\x80\x04.", packed(b""), packed(b"FLTAXO01"), packed(b"x" * 99)])
    def test_anything_else_is_refused(self, data: bytes) -> None:
        with pytest.raises(NotATaxonomy, match="train it again"):
            Taxonomy.from_bytes(data)

    @pytest.mark.parametrize(
        "changes",
        [
            {"labels": ["parcel", "parcel"]},
            {"labels": ["parcel"]},
            {"labels": ["parcel", "password", "third"]},
            {"labels": ["parcel", ""]},
            {"buckets": 1 << 30},
            {"buckets": 7},
            {"sure": "yes"},
            {"static": {"sharpness": 1e300}},
            {"more": 1},
        ],
    )
    def test_a_header_that_does_not_fit_is_refused(self, trained: Trained, changes: dict[str, object]) -> None:
        with pytest.raises(NotATaxonomy):
            Taxonomy.from_bytes(edited(trained.taxonomy.to_bytes(), **changes))

    def test_a_bomb_is_refused_before_it_is_unpacked(self) -> None:
        with pytest.raises(NotATaxonomy):
            Taxonomy.from_bytes(packed(bytes(taxonomy.MAX_BYTES + 1)))

    @pytest.mark.parametrize("number", [np.nan, np.inf, 1e30])
    def test_weights_that_no_training_gives_are_refused(self, trained: Trained, number: float) -> None:
        content = bytearray(zstandard.ZstdDecompressor().decompress(trained.taxonomy.to_bytes()))
        content[-4:] = np.float32(number).tobytes()
        with pytest.raises(NotATaxonomy):
            Taxonomy.from_bytes(packed(bytes(content)))

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(at=st.integers(0, 10**6), value=st.integers(0, 255))
    def test_one_other_byte_gives_a_refusal_or_a_taxonomy_that_judges(
        self, trained: Trained, at: int, value: int
    ) -> None:
        content = bytearray(zstandard.ZstdDecompressor().decompress(trained.taxonomy.to_bytes()))
        content[at % len(content)] = value
        try:
            found = Taxonomy.from_bytes(packed(bytes(content)))
        except NotATaxonomy:
            return
        assert len(found.judge(["where is my parcel"], tier=Tier.STATIC)) == 1


class TestBuiltIn:
    def test_it_was_learned_from_the_examples_in_the_package(self) -> None:
        assert taxonomy.builtin().source == digest("intents"), "run `make weights`"

    def test_it_knows_every_label_of_the_examples(self) -> None:
        labels = {label for _, label in examples("intents")}
        assert {*taxonomy.builtin().labels, "none"} == labels

    def test_every_label_has_thirty_examples(self) -> None:
        labels = [label for _, label in examples("intents")]
        assert min(labels.count(label) for label in set(labels)) >= 30

    def test_no_example_stands_there_twice(self) -> None:
        texts = [text.casefold() for text, _ in examples("intents")]
        assert len(set(texts)) == len(texts)

    @pytest.mark.slow
    def test_learning_again_gives_the_same_answers(self) -> None:
        rows = examples("intents")
        again = learn(rows).taxonomy
        texts = [text for text, _ in rows]
        pairs = zip(again.judge(texts), taxonomy.builtin().judge(texts), strict=True)
        assert sum(a.label == b.label for a, b in pairs) >= 0.99 * len(texts)


def test_a_verdict_is_plain_data() -> None:
    verdict = Verdict("refund", 0.9, Tier.STATIC, 1.0)
    assert replace(verdict, label=None) != verdict
