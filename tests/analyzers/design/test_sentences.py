"""What sentences say of components, decisions and calls, held against diagrams and files."""

import pytest

from faultline.analyzers.design.consistency.drawn import undeployed, undocumented
from faultline.analyzers.design.consistency.titles import beside_the_title
from faultline.analyzers.design.resilience.circles import told_circles
from faultline.analyzers.design.resilience.topology import lonely_queues, synchronous_cycles
from tests.analyzers.design.parts import seen

COMPOSE = """services:
  gateway: {image: "nginx:1.27"}
  orders: {image: "shop/orders:1.0"}
  stock: {image: "shop/stock:1.0"}
  mailer: {image: "shop/mailer:1.0"}
"""
DRAWN = """# Shop

```mermaid
flowchart LR
  gateway --> orders
  gateway --> stock
  orders --> stock
  orders --> mailer
  %s
```

%s
"""


@pytest.mark.parametrize(
    ("arrow", "text", "names"),
    [
        ("orders --> coupons[coupon-service]", "", ["coupon-service"]),
        ("depot[Depot] --> orders", "", []),
        ("orders --> rates[Rate Table Service]", "", ["Rate Table Service"]),
        ("orders --> bank[Bank Desk]", "Bank Desk is run for us by the group.", []),
    ],
)
def test_what_is_drawn_and_not_deployed_is_missing_unless_it_only_calls_or_others_run_it(
    arrow: str, text: str, names: list[str]
) -> None:
    told = seen(undeployed, {"compose.yaml": COMPOSE, "docs/shop.md": DRAWN % (arrow, text)})
    assert [name for name in names for each in told if name in each.message] == names
    assert len(told) == len(names)


def test_the_replica_of_a_store_that_is_drawn_need_not_be_drawn() -> None:
    database = 'resource "aws_db_instance" "%s" {\n  identifier = "%s"\n  engine = "postgres"\n}\n'
    files = {
        "main.tf": database % ("db", "shop-db") + database % ("replica", "shop-db-replica"),
        "docs/shop.md": DRAWN % ("orders --> db[(shop-db)]", ""),
        "compose.yaml": COMPOSE,
    }
    assert not seen(undocumented, files)


@pytest.mark.parametrize(
    ("title", "decision", "told"),
    [
        ("Kafka for events", "We use RabbitMQ with confirms, because the team can run it from the first day.", 1),
        ("Kinesis instead of SQS for telemetry", "SQS FIFO by serial; Kinesis was too much to learn.", 1),
        ("NATS as bus", "Redis pub/sub on the Redis of the build system.", 1),
        ("Kafka for events", "We use Kafka, and RabbitMQ stays for mails.", 0),
        ("RabbitMQ or Kafka", "We use Kafka.", 0),
        ("Replace RabbitMQ by Kafka", "Kafka, run by the group.", 0),
        ("Kafka for events", "We did not choose RabbitMQ.", 0),
    ],
)
def test_a_decision_for_another_product_than_its_title_is_told(title: str, decision: str, told: int) -> None:
    record = (
        f"# 7. {title}\n\nStatus: accepted\n\n## Context\n\nA.\n\n## Decision\n\n{decision}\n\n## Consequences\n\nB.\n"
    )
    several = f"# Decisions\n\n## D-1: {title}\n\nDecision: {decision}\n\n## D-2: Logs\n\nDecision: JSON.\n"
    assert len(seen(beside_the_title, {"docs/adr/0007-a.md": record})) == told
    assert len(seen(beside_the_title, {"docs/decisions.md": several})) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tariffs asks billing, and billing asks tariffs for the usage.", 1),
        ("1. `orders` calls `stock` and waits.\n2. `stock` calls `orders` to read the quantity.", 1),
        ("1. `orders` calls `stock`.\n2. `stock` calls `orders` later by a webhook.", 0),
        ("The client calls the api. The api calls the client.", 0),
        ("Orders calls stock.\n\n" + "A line.\n\n" * 10 + "Stock calls orders.", 0),
    ],
)
def test_a_circle_that_only_sentences_tell_is_found_within_a_passage(text: str, told: int) -> None:
    assert len(seen(told_circles, {"docs/flow.md": f"# Flow\n\n{text}\n"})) == told


@pytest.mark.parametrize(("label", "told"), [("gRPC, who drives?", 1), ("202 accepted", 0), ("HTTP 200", 0)])
def test_an_arrow_back_is_a_call_where_it_asks(label: str, told: int) -> None:
    both = "component trips\ncomponent rides\ntrips --> rides : gRPC, reserve"
    drawn = f"@startuml\n{both}\nrides --> trips : {label}\n@enduml\n"
    assert len(seen(synchronous_cycles, {"a.puml": drawn})) == told


def test_dead_letters_need_no_consumer() -> None:
    drawn = "flowchart LR\n  a[orders] --> q[[%s]]\n"
    assert seen(lonely_queues, {"a.mmd": drawn % "mails queue"})
    assert not seen(lonely_queues, {"a.mmd": drawn % "mails queue dlq"})
