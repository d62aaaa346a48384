from __future__ import annotations

from tests.analyzers.review.languages.scoring import Score, scores


def test_the_samples_are_told_apart() -> None:
    every = list(scores())
    expected = sum(len(score.expected) for score in every)
    missed = sum(len(score.missed) for score in every)
    clean = [score for score in every if not score.expected]
    flagged = [score for score in clean if score.false]
    print(f"found {expected - missed} of {expected}, flagged {len(flagged)} of {len(clean)} clean files")
    assert [_said(score) for score in every if score.missed or score.false] == []


def _said(score: Score) -> str:
    return f"{score.path.name}: missed {score.missed}, in vain {score.false}"
