"""Of doors that a text speaks of, those that are open on purpose are no faults, nor are those that others speak of."""

import pytest

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.security.prose import faults

PAIRS = [
    ("A catalogue is meant for everybody: /records needs no login.", "/customers needs no login."),
    ("No authentication for readers, it is the people's result.", "No authentication for the back office."),
    ("Episodes of free shows are public, no token.", "Bookings are taken without a token."),
    ("The tide tables can be read by anybody without signing in.", "Prices can be set by anybody without signing in."),
    ("The gene lists are in a public bucket, read-only for the world.", "The invoices are in a public bucket."),
    ("The beacons are sent in clear, by licence.", "Orders are sent in clear to the warehouse."),
    ("The accounting system has no login there.", "The admin console has no login there, and is open to the internet."),
    ("Clerks need no password: they sign in with a smart card.", "Clerks need no password for the patient API."),
    ("Whoever is logged in gets new tokens.", "Whoever calls has their tokens logged."),
    ("The import log is exported without the passwords.", "The patient export is called without a password."),
    ("There's no shared admin login.", "There's no login for the admin API."),
    ("The column goes after the audit has signed off.", "There is no audit log of who changed a tariff."),
    ('"The dashboard has no password, so anyone can get in."', "The dashboard of operators has no password."),
    ("No password shall be part of the image of the orders API.", "No password is asked for by the orders API."),
    ("There's no sign-in from private devices.", "There's no sign-in on the page for refunds."),
    ("Shared accounts have been abolished since 2024.", "All nurses use a shared account since 2024."),
    ("Log files contained the one-time code. Removed in 5.2.", "Log files contain the one-time code. Kept for a year."),
    ("Ingest runs as three instances in one shared subscription.", "All instances log in with one shared key."),
    ("The boards cannot do TLS 1.3, 1.2 is enough.", "The boards cannot do TLS and send orders all the same."),
    ("Each shop kept its own card numbers.", "Card numbers are kept in the shop's database."),
    ("| Threat | Answer |\n|---|---|\n| Calls without a token to the orders API | 401 |",
     "| Rule | Where |\n|---|---|\n\nThe orders API takes calls without a token."),
    ("| Path | Authentication |\n|---|---|\n| GET /tides | none |",
     "| Path | Authentication |\n|---|---|\n| GET /orders | none |"),
]  # fmt: skip


def told(text: str) -> set[str]:
    return {each.wording.rule for each in faults(MarkdownDocument("a.md", f"# Design\n\n{text}\n"))}


@pytest.mark.parametrize(("clean", "fault"), PAIRS)
def test_a_door_that_is_meant_to_be_open_is_told_from_one_that_is_not(clean: str, fault: str) -> None:
    assert not told(clean)
    assert told(fault)


def test_the_reason_may_stand_in_the_sentence_beside() -> None:
    assert not told("GET /lines/{id} needs no token. The lines are open data.")
    assert told("GET /lines/{id} needs no token. The lines are known to staff.")


def test_a_contraction_says_what_its_words_say() -> None:
    assert told("Refresh tokens don't expire.") == told("Refresh tokens do not expire.") != set()
