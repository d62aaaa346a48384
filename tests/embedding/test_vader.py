from __future__ import annotations

import pytest

from faultline.embedding import MissingExtra, extra, vader


def test_scores_follow_the_mood() -> None:
    good, bad, plain = vader.scores(["I love it, great!", "I hate it, terrible.", "It is a table."])
    assert good[3] > 0.5
    assert bad[3] < -0.5
    assert plain[3] == 0


def test_no_texts_give_no_rows() -> None:
    assert vader.scores([]).shape == (0, 4)


def test_a_text_of_a_megabyte_is_read_to_its_limit() -> None:
    assert (vader.scores(["bad " * 300_000]) == vader.scores(["bad " * 512])).all()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    vader._analyzer.cache_clear()
    with pytest.raises(MissingExtra):
        vader.scores(["hello"])
