"""What is decided and stated of settings, pages, money and brokers, against what the other files have."""

import pytest

from faultline.analyzers.design.consistency import claims, decided, titles
from faultline.analyzers.design.consistency.facts import compared, named
from tests.analyzers.design.parts import design

CHECKS = (
    *decided.CHECKS,
    *titles.CHECKS,
    *named.CHECKS,
    *compared.CHECKS,
    claims.replicas,
)
RECORD = "# 1. {title}\n\n## Status\n\nAccepted\n\n## Context\n\nThe old one lost messages.\n\n## Decision\n\n{text}\n"
COMPOSE = """services:
  desk:
    image: acme/desk:1.4.0
    command: ["serve", "--carrier-deadline=50ms"]
    deploy: {replicas: 3}
    environment:
      HOLD_TTL_SECONDS: "600"
  carrier:
    image: acme/carrier:1.0.0
    deploy: {replicas: 2}
  cache:
    image: redis:7.2.4
    command: redis-server --maxmemory-policy noeviction
  bus:
    image: rabbitmq:3.13.0
"""
KUBERNETES = """apiVersion: apps/v1
kind: Deployment
metadata: {name: desk}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - {name: desk, image: "acme/desk:1.4.0", args: ["--carrier-deadline=50ms"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: carrier}
spec: {replicas: 2, template: {spec: {containers: [{name: carrier, image: "acme/carrier:1.0.0"}]}}}
"""
TERRAFORM = """resource "aws_sqs_queue" "jobs" {
  name                      = "jobs"
  message_retention_seconds = 345600
  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:eu-west-1:1:jobs-dlq"
    maxReceiveCount     = 5
  })
}
"""
SPEC = """openapi: 3.0.3
info: {title: Desk, version: 1.0.0}
paths:
  /orders:
    get:
      parameters: [{name: cursor, in: query, schema: {type: string}}]
      responses: {"200": {description: Orders}}
components:
  schemas:
    Order:
      type: object
      properties: {id: {type: string}, amount: {type: integer}, created_at: {type: string}}
"""
NOTED = "Holding a seat puts a key with a TTL of ten minutes into the cache."
OPTIONS = (
    "---\nstatus: accepted\n---\n\n# Fan out orders\n\n## Considered Options\n\n* RabbitMQ with a worker\n"
    '* Redis Pub/Sub\n\n## Decision Outcome\n\nChosen option: "{}", because it is fast.\n'
)


def told(text: str, record: str = "", **files: str) -> list[str]:
    """The rules of what is seen in a text, a record and a deployment."""
    paths = {"README.md": f"# System\n\n{text}\n", **{name.replace("_", "."): body for name, body in files.items()}}
    made = design({**paths, **({"docs/adr/0001-it.md": record} if record else {})})
    return [each.rule.partition("/")[2] for check in CHECKS for each in check(made)]


def recorded(title: str, text: str) -> str:
    """A record in force."""
    return RECORD.format(title=title, text=text)


WRONG = [
    ("timeout-mismatch", "", recorded("Go on without it", "The desk gives the carrier 500 ms and one retry."), "k8s"),
    ("lifetime-mismatch", NOTED, recorded("Holds", "Every hold gets a TTL of thirty minutes."), "compose"),
    ("setting-mismatch", "", recorded("Cache", "`maxmemory-policy` is `allkeys-lru`; we cap it."), "compose"),
    ("setting-mismatch", "The eviction policy is `allkeys-lru`.", "", "compose"),
    ("retry-mismatch", "After three failed receives a message of jobs goes to `jobs-dlq`.", "", "terraform"),
    ("retention-mismatch", "Retention is twelve hours. Visibility timeout is 60 s.", "", "terraform"),
    ("replicas-mismatch", "**desk** takes the orders. It runs with two replicas.", "", "k8s"),
    ("replicas-mismatch", "**desk** takes the orders. It is small. It runs with two replicas.", "", "k8s"),
    ("technology-mismatch", "", recorded("PostgreSQL as the job queue", "The queue is a list in Redis."), "compose"),
    (
        "technology-mismatch",
        "",
        recorded("NATS between the services", "The services keep talking to each other by synchronous REST calls."),
        "compose",
    ),
    ("decision-broken", "", OPTIONS.format("Redis Pub/Sub"), "compose"),
    ("pagination-mismatch", "", recorded("REST", "Lists stay flat and paged by page number."), "spec"),
    ("representation-mismatch", "", recorded("Money", "Money is always a decimal string, never an object."), "spec"),
    ("representation-mismatch", "All ids are sequential integers.", "", "spec"),
    ("representation-mismatch", "Timestamps are Unix milliseconds.", "", "spec"),
]
FILES = {
    "compose": {"compose_yaml": COMPOSE},
    "k8s": {"k8s_yaml": KUBERNETES},
    "terraform": {"main_tf": TERRAFORM},
    "spec": {"openapi_yaml": SPEC},
}


@pytest.mark.parametrize(("rule", "text", "record", "files"), WRONG)
def test_what_is_laid_down_and_not_so_is_told(rule: str, text: str, record: str, files: str) -> None:
    assert told(text, record, **FILES[files]) == [rule]


RIGHT = [
    "The desk gives the carrier 50 ms and one retry.",
    "The desk gives the customer 20 s to pay.",
    "Every hold gets a TTL of ten minutes.",
    "A cached price has a TTL of thirty minutes.",
    "`maxmemory-policy` is `noeviction`.",
    "`maxmemory-policy` was `allkeys-lru` before May.",
    "In staging `maxmemory-policy` is `allkeys-lru`.",
    "We do not use `allkeys-lru`: `maxmemory-policy` is not `allkeys-lru` here.",
    "After five failed receives a message of jobs goes to `jobs-dlq`.",
    "Messages of mails go to their own dead letter queue after three receives.",
    "Retention is four days. Visibility timeout is 60 s.",
    "Backups are made at night. Retention is twelve hours.",
    "**desk** takes the orders. It runs with three replicas.",
    "**desk** calls the carrier. The latter runs with two replicas.",
    "Orders go to desk. It runs with two replicas of its data.",
    "Lists are paged by cursor, not by page number.",
    "We considered paging by page number.",
    "The printed lists are paged by hand; page numbers are in the footer.",
    "Money is always an integer in minor units.",
    "Money is never a decimal string.",
    "Ids are opaque.",
    "Times are in RFC 3339.",
    "Times are short in summer.",
]
KEPT = [
    ("PostgreSQL as the job queue", "The queue is a table in PostgreSQL. Redis would need a second store."),
    ("PostgreSQL as the job queue", "The queue is not a list in Redis any more."),
    ("NATS between the services", "The services talk through NATS only, never by synchronous calls."),
    ("RabbitMQ between the services", "Services talk through RabbitMQ; reads go over REST where an answer is needed."),
    ("Kafka for payments", "We take Kafka.\n\n### Consequences\n\nRabbitMQ is given up."),
]


def test_what_is_so_and_what_speaks_of_other_things_is_not_told() -> None:
    everything = {"compose_yaml": COMPOSE, "main_tf": TERRAFORM, "openapi_yaml": SPEC}
    assert [(text, found) for text in RIGHT if (found := told(text, **everything))] == []
    assert [(text, found) for text in RIGHT if (found := told(text, k8s_yaml=KUBERNETES))] == []
    quiet = {"openapi_yaml": SPEC}
    assert [(one, found) for one in KEPT if (found := told("", recorded(*one), **quiet))] == []
    assert told("", OPTIONS.format("RabbitMQ with a worker"), compose_yaml=COMPOSE) == []
    both = "Orders are fanned out by Redis Pub/Sub."
    assert told(both, OPTIONS.format("Redis Pub/Sub"), compose_yaml=COMPOSE) == []
    closed = recorded("Money", "Money is always a decimal string.").replace("Accepted", "Superseded by ADR 2")
    assert told("", closed, openapi_yaml=SPEC) == []
