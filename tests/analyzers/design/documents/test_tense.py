"""What a sentence tells of the past is no fault of the design as it is."""

import pytest

from faultline.analyzers.design.documents.tense import past


@pytest.mark.parametrize(
    "text",
    [
        "May 2024: clients reconnected every second.",
        "2023-06: relay on one box.",
        "Thundering herd, May 2024: every client at once.",
        "The broker had one node.",
        "The deploy lost the events of an hour.",
        "Previously, calls had no timeout.",
        "v1 had one broker and no replication.",
    ],
)
def test_what_was_is_told_from_what_is(text: str) -> None:
    assert past(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "The broker has one node.",
        "A message that was delivered before is booked again.",
        "We decided to run one instance.",
        "No limit was set.",
        "Since March 2024: one instance.",
        "Failed calls go back at once.",
        "The second node was removed, and one is left.",
    ],
)
def test_what_holds_since_then_is_not_past(text: str) -> None:
    assert not past(text.lower())
