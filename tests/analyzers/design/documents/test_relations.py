"""What sentences say of one component and another."""

import pytest

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.relations import Relation


def relations(text: str) -> list[Relation]:
    return MarkdownDocument("a.md", text).relations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The order service calls the payment service over HTTP.", ("order service", "calls", "payment service", True)),
        ("Order Service stores orders in PostgreSQL.", ("Order Service", "stores", "PostgreSQL", None)),
        ("The API publishes order events to Kafka.", ("API", "publishes", "Kafka", False)),
        ("The worker consumes events from Kafka.", ("worker", "consumes", "Kafka", False)),
        ("The billing service depends on the ledger.", ("billing service", "depends", "ledger", None)),
        ("The gateway asynchronously calls the mailer.", ("gateway", "calls", "mailer", False)),
        ("The API (3 replicas) is stateless.", ("API", "replicas", "3", None)),
        ("The gateway runs with two instances.", ("gateway", "replicas", "2", None)),
        ("Redis runs as a single node.", ("Redis", "replicas", "1", None)),
        ("Payment service listens on port 8080.", ("Payment service", "port", "8080", None)),
        ("The API is written in Go.", ("API", "technology", "Go", None)),
        ("## Orders\n\n- Replicas: 2", ("Orders", "replicas", "2", None)),
    ],
)
def test_a_relation_is_read(text: str, expected: tuple[str, str, str, bool | None]) -> None:
    assert [(each.subject, each.verb, each.object, each.synchronous) for each in relations(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The web shop must not call the database.",
        "It calls the database.",
        "Should the API call Redis?",
        "Previously the API stored sessions in Redis.",
        "## Alternatives\n\nThe API stores sessions in Redis.",
    ],
)
def test_what_is_denied_asked_or_past_is_no_relation(text: str) -> None:
    assert relations(text) == []


def test_a_fallback_makes_it_optional() -> None:
    assert relations("Pricing reads prices from Redis and falls back to the last known price.")[0].optional


def test_a_table_of_services_gives_relations() -> None:
    text = (
        "| Service | Replicas | Depends on | Database |\n|---|---|---|---|\n| cart | one "
        "| order, pricing | Redis |\n| x | - | none | |\n"
    )
    assert [(each.subject, each.verb, each.object, each.line) for each in relations(text)] == [
        ("cart", "replicas", "1", 3),
        ("cart", "depends", "order", 3),
        ("cart", "depends", "pricing", 3),
        ("cart", "stores", "Redis", 3),
    ]
