"""Decision records: in the forms that people write them, and what is wrong between them."""

import pytest

from faultline.analyzers.design.documents.adr import parts_of
from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument
from tests.analyzers.design.parts import findings

PARTS = "\n## Context\n\nA.\n\n## Decision\n\n{}\n\n## Consequences\n\nB.\n"


def record(number: int, title: str, status: str = "accepted", decision: str = "") -> str:
    return f"# {number}. {title}\n\nStatus: {status}\n" + PARTS.format(decision or f"{title}.")


def told(files: dict[str, str], level: str = "low") -> list[tuple[str, str, int]]:
    return [
        (each.rule_id.removeprefix("consistency/"), each.location.path, each.location.start_line)
        for each in findings(files, level)
        if each.location and each.rule_id.startswith("consistency/")
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "doc/adr/0003-use-kafka.md",
            "# 3. Use Kafka\n\nDate: 2024-01-01\n\n## Status\n\nAccepted\n\nSupersedes [2. Use RabbitMQ"
            "](0002-use-rabbitmq.md)\n" + PARTS,
            Adr(3, "Use Kafka", "accepted", 7, (2,)),
        ),
        (
            "docs/decisions/0004-rest.md",
            "---\nstatus: superseded by ADR-0007\ndate: 2024-01-01\n---\n# Use REST\n\n## Context and P"
            "roblem Statement\n\nA\n\n"
            "## Considered Options\n\n* REST\n\n## Decision Outcome\n\nChosen option: REST.\n",
            Adr(4, "Use REST", "superseded", 2, (), (7,)),
        ),
        (
            "ADR-012.md",
            "# ADR-012: Soft deletion\n\n* Status: **Proposed**\n* Deciders: x\n" + PARTS,
            Adr(12, "Soft deletion", "proposed", 3),
        ),
        (
            "adr/0005-y.md",
            "# Y\n\nStatus: accepted\n\nIn the context of orders, facing load, we decided for Kafka and"
            " against RabbitMQ to achieve speed, accepting cost.\n",
            Adr(5, "Y", "accepted", 3),
        ),
        (
            "notes/storage.md",
            "# Storage\n\n| Status | Accepted |\n|---|---|\n| Date | x "
            "|\n\n**Status:** accepted by all\n\n## Decision\n\nX\n",
            Adr(None, "Storage", "accepted", 7),
        ),
    ],
)
def test_a_record_is_read_in_the_forms_that_people_write(path: str, text: str, expected: Adr) -> None:
    assert MarkdownDocument(path, text).adr == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "# Project\n\nStatus: beta\n"),
        ("adr/template.md", "# NNNN. Title\n\n## Status\n\nproposed\n"),
        ("docs/design.md", "# Design\n\n## Decision\n\nX.\n"),
        ("docs/a.md", "no heading"),
        ("wiki/intake.md", "# Intake: solution design\n\nStatus: approved\n\n## Solution\n\nX.\n"),
    ],
)
def test_another_text_is_no_record(path: str, text: str) -> None:
    assert MarkdownDocument(path, text).adr is None


def test_the_parts_of_a_record_are_found_where_they_are_filled() -> None:
    document = MarkdownDocument("adr/0001-a.md", "# 1. A\n\n## Context\n\n## Decision\n\nX.\n\nConsequences: none.\n")
    assert parts_of(document) == {"decision": 5, "consequences": 9}


def test_a_record_that_lacks_a_part_is_told_once_with_all_that_is_missing() -> None:
    files = {"adr/0001-a.md": "# 1. A\n\n## Status\n\n## Decision\n\nX.\n"}
    here = [each for each in findings(files, "low") if each.rule_id == "consistency/decision-incomplete"]
    assert [each.location.start_line for each in here if each.location] == [1]
    assert here[0].description.startswith(
        "The record does not say its status, why (its context) and what follows (consequences)."
    )
    assert told({"adr/0001-a.md": "# 1. A\n\nStatus: draft\n\n## Decision\n\nX.\n"}) == []


def test_a_record_that_was_superseded_and_does_not_say_so_is_told_with_both_lines() -> None:
    files = {"adr/0001-a.md": record(1, "A"), "adr/0002-b.md": record(2, "B", "accepted, supersedes ADR-0001")}
    finding = next(each for each in findings(files, "low") if each.rule_id == "consistency/decision-superseded")
    assert [(each.path, each.start_line) for each in finding.places] == [("adr/0001-a.md", 3), ("adr/0002-b.md", 3)]
    files["adr/0001-a.md"] = record(1, "A", "superseded by ADR-0002")
    assert told(files) == []


def test_a_reference_to_a_record_that_is_not_there_is_told() -> None:
    files = {"adr/0001-a.md": record(1, "A", "superseded by ADR-0009"), "adr/0002-b.md": record(2, "B")}
    files["design.md"] = "# D\n\nSee ADR-0002 and ADR-0042.\n"
    assert told(files) == [("decision-missing", "adr/0001-a.md", 3), ("decision-missing", "design.md", 3)]
    assert told({"adr/0001-a.md": files["adr/0001-a.md"]}) == []


def test_a_number_twice_in_one_folder_is_told() -> None:
    files = {"adr/0001-a.md": record(1, "A"), "adr/0001-b.md": record(1, "B"), "web/adr/0001-c.md": record(1, "C")}
    assert told(files) == [("decision-number-twice", "adr/0001-b.md", 1)]


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("Use PostgreSQL", "Use MySQL", True),
        ("Use PostgreSQL for orders", "Store orders in MongoDB for orders", True),
        ("Use PostgreSQL for orders", "Use MongoDB for the catalogue", False),
        ("Use PostgreSQL instead of MySQL", "Use PostgreSQL over MongoDB", False),
        ("Services talk REST", "Services talk gRPC", True),
        ("REST for public APIs", "gRPC for internal communication", False),
        ("Build a modular monolith", "Split into microservices", True),
        ("Use Kafka as message broker", "Use RabbitMQ as message broker", True),
        ("Use Kafka as message broker", "Use PostgreSQL as database", False),
        ("Run on Kubernetes", "Run everything on AWS", False),
    ],
)
def test_two_decisions_contradict_where_they_choose_two_ways_for_one_thing(
    one: str, other: str, contradict: bool
) -> None:
    files = {"adr/0001-a.md": record(1, one), "adr/0002-b.md": record(2, other)}
    assert told(files) == ([("decisions-contradict", "adr/0002-b.md", 1)] if contradict else [])
    files["adr/0001-a.md"] = record(1, one, "superseded by ADR-0002")
    assert told(files) == []


def test_a_deployment_that_breaks_a_decision_is_told_with_both_lines() -> None:
    files = {
        "adr/0001-a.md": record(1, "Use PostgreSQL as the database"),
        "compose.yaml": "services:\n  db:\n    image: mysql:8.4\n",
    }
    finding = next(each for each in findings(files, "low") if each.rule_id == "consistency/decision-broken")
    assert [(each.path, each.start_line) for each in finding.places] == [("compose.yaml", 3), ("adr/0001-a.md", 1)]
    files["adr/0001-a.md"] = record(1, "Use MySQL as the database")
    assert told(files) == []


@pytest.mark.parametrize(
    "words",
    [
        "The web shop must not call the payment service directly.",
        "There are no direct calls between the web shop and the payment service.",
    ],
)
def test_a_call_that_is_forbidden_is_told_where_it_is_drawn(words: str) -> None:
    drawn = "# D\n\n```mermaid\nflowchart LR\n  web[Web shop] {} pay[Payment service]\n  web --> mq[(Orders)]\n```\n"
    files = {"adr/0001-a.md": record(1, "Talk by events", decision=words), "design.md": drawn.format("-->")}
    assert ("decision-broken", "design.md", 5) in told(files)
    files["design.md"] = drawn.format("-.->|events|")
    assert ("decision-broken", "design.md", 5) not in told(files)


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (
            "The gateway allows 100 requests per second per client.",
            "The gateway accepts up to 6,000 requests per minute per client.",
            False,
        ),
        (
            "The gateway allows 100 requests per second per client.",
            "The gateway accepts up to 500 requests/s per client; more get 429.",
            True,
        ),
        (
            "The gateway allows 100 requests per second per client.",
            "The gateway accepts bursts of 500 requests per second per client.",
            False,
        ),
        ("Access tokens expire after 15 minutes.", "Access tokens are valid for 60 minutes.", True),
        ("Access tokens expire after 15 minutes.", "Refresh tokens expire after 30 days.", False),
        ("Backups are kept for 30 days.", "Backups are retained for 7 days.", True),
        ("Uploads are limited to 10 MB.", "Uploads larger than 50 MB are rejected.", True),
        ("Uploads are limited to 10 MB.", "Uploads larger than 10 MB are rejected.", False),
        ("Calls to the bank time out after 2 s.", "The timeout for calls to the bank is 5 seconds.", True),
        ("Calls to the bank time out after 2 s.", "Previously, calls to the bank timed out after 5 s.", False),
        ("The availability target of the shop is 99.9 %.", "The SLO of the shop is 99.5 % availability.", True),
        ("A page has at most 100 entries.", "A page has at most 50 entries.", True),
    ],
)
def test_two_figures_for_one_thing_contradict(one: str, other: str, contradict: bool) -> None:
    files = {"a.md": f"# A\n\n{one}\n", "b.md": f"# B\n\n{other}\n"}
    assert told(files) == ([("statements-contradict", "b.md", 3)] if contradict else [])


def test_states_that_nothing_leaves_or_enters_are_told() -> None:
    drawn = (
        "stateDiagram-v2\n[*] --> New\nNew --> Paid\nNew --> Checking\nOrphan --> Paid\nPaid --> [*]\nNew --> Failed\n"
    )
    assert [
        (each.rule_id, each.location.start_line) for each in findings({"a.mmd": drawn}, "low") if each.location
    ] == [
        ("resilience/dead-end-state", 4),
        ("resilience/unreachable-state", 5),
    ]
