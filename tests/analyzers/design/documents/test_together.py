"""Faults that cues make together: in any order, where nothing protects."""

import pytest

from faultline.analyzers.design.documents.cues import Ear, cues
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.statements import statements
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

REPEATED = cues("retr*, repeat*, re-sent, send/sends/sent .. again")
AT_ONCE = cues("at once, immediately, right away, every #ms")
WAITS = cues("backoff, jitter")
WORDINGS = (Wording("resilience/no-backoff", (), "x.", (Together((REPEATED, AT_ONCE), spared=WAITS),)),)


def found(text: str) -> int:
    text = text if text.startswith(("-", "|")) else f"# D\n\n{text}\n"
    return sum(1 for _ in statements(MarkdownDocument("a.md", text), WORDINGS))


@pytest.mark.parametrize(
    ("written", "text", "heard"),
    [
        ("send/sends/sent .. again", "it is sent to all of them again", ["sent to all of them again"]),
        ("send/sends/sent .. again", "sent. again", []),
        ("retr*", "retries and re-tries", ["retries"]),
        ("re-sent", "re-sent, resent", ["re-sent"]),
        ("every #ms", "every 2.5 ms", ["every 2.5 ms"]),
        ("no .. limit", "no limit, no agreed upper limit", ["no limit", "no agreed upper limit"]),
    ],
)
def test_a_phrase_is_heard_with_its_endings_alternatives_gaps_and_numbers(
    written: str, text: str, heard: list[str]
) -> None:
    lexicon = cues(written)
    assert [text[first:last] for first, last in Ear([lexicon]).hear(text).of(lexicon)] == heard


def test_a_phrase_without_a_word_to_be_filed_under_is_refused() -> None:
    with pytest.raises(ValueError, match="no word"):
        Ear([cues(".. #")])


@pytest.mark.parametrize(
    "text",
    [
        "Failed calls are sent again right away.",
        "When a call fails, at once the client repeats it.",
        "Failed calls are repeated. This happens immediately.",
        "Calls are repeated immediately. There is no jitter.",
        "A message which was not acknowledged is re-sent every 10 ms.",
        "| Call | Retries |\n|---|---|\n| a | immediately, 5 |\n",
        "- Retries:\n\n  - at once\n",
    ],
)
def test_cues_make_a_fault_in_any_order_and_from_what_stands_around(text: str) -> None:
    assert found(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Nothing is repeated at once.",
        "Calls are repeated immediately. The second attempt has jitter.",
        "We avoid retrying immediately.",
        "If it were repeated at once, the call would fail.",
        "Retrying immediately was considered.",
        'The log says "retry at once" then.',
        "An answer comes immediately. Later calls are made. Nobody repeats them.",
        "| Call | Retries | Pause |\n|---|---|---|\n| a | immediately, 5 | with jitter |\n",
    ],
)
def test_what_is_denied_supposed_quoted_or_protected_is_none(text: str) -> None:
    assert found(text) == 0
