"""Names evened out, and which of them are one component."""

import pytest

from faultline.analyzers.design.system import roles
from faultline.analyzers.design.system.addresses import addresses, outside
from faultline.analyzers.design.system.naming import slug, stem, words
from faultline.analyzers.design.system.technologies import in_text, of_image, of_name
from faultline.core.results.design import ComponentRole
from tests.analyzers.design.parts import design


@pytest.mark.parametrize(
    "name",
    ["order-service", "Order Service", "OrderService", "orders", "orders-api", "order_svc", "Orders (Go)", "ORDERS"],
)
def test_names_of_one_service_are_one(name: str) -> None:
    assert stem(words(name)) == ("order",)


@pytest.mark.parametrize("name", ["orders-db", "Orders DB", "OrdersDatabase", "order_database"])
def test_the_database_of_a_service_is_not_the_service(name: str) -> None:
    assert stem(words(name)) == ("order", "database")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PostgreSQL 15", ("postgresql", "15")),
        ("pg", ("postgresql", "")),
        ("postgres", ("postgresql", "")),
        ("Apache Kafka", ("kafka", "")),
        ("Amazon S3", ("s3", "")),
        ("Orders", None),
    ],
)
def test_products_are_known_by_their_names(name: str, expected: tuple[str, str] | None) -> None:
    known, version = of_name(name)
    assert (known and (known.id, version)) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("postgres:16.4-alpine", ("postgresql", "16.4")),
        ("registry.example:5000/library/redis:7", ("redis", "7")),
        ("bitnami/rabbitmq@sha256:00", ("rabbitmq", "")),
        ("prom/postgres-exporter:1.0", None),
        ("shop/orders:5.0", None),
    ],
)
def test_products_are_known_by_their_images(image: str, expected: tuple[str, str] | None) -> None:
    known, version = of_image(image)
    assert (known and (known.id, version)) == expected


def test_products_are_found_in_sentences_with_their_versions() -> None:
    found = [
        (each.id, version) for each, version, _ in in_text("It moved from MySQL 5.7 to Postgres 16, beside Redis.")
    ]
    assert found == [("mysql", "5.7"), ("postgresql", "16"), ("redis", "")]
    assert in_text("An oracle is elastic.") == []


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("API Gateway", ComponentRole.GATEWAY),
        ("Payment Gateway", None),
        ("orders-db", ComponentRole.STORE),
        ("Order events topic", ComponentRole.QUEUE),
        ("email-worker", ComponentRole.JOB),
        ("Mobile App", ComponentRole.CLIENT),
        ("Customer Service", None),
        ("Stripe API", ComponentRole.EXTERNAL),
        ("SMS Provider", ComponentRole.EXTERNAL),
        ("", None),
    ],
)
def test_a_name_says_what_a_component_is_for(name: str, role: ComponentRole | None) -> None:
    assert roles.by_name(name) == role


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("URL", "jdbc:postgresql://db:5432/orders?currentSchema=sales", [("db", "postgresql", 5432, "orders.sales")]),
        ("MONGO", "mongodb://a:27017,b:27018/shop", [("a", "mongodb", 27017, "shop"), ("b", "mongodb", 27018, "shop")]),
        ("BROKERS", "kafka-1:9092,kafka-2:9092", [("kafka-1", "", 9092, ""), ("kafka-2", "", 9092, "")]),
        ("NODES", "rediss://a:6379,rediss://b:6379", [("a", "rediss", 6379, ""), ("b", "rediss", 6379, "")]),
        ("TARGET", "s3://copies/daily", []),
        ("PAYMENTS_HOST", "payments", [("payments", "", 0, "")]),
        ("PUBLIC_URL", "http://localhost:8080", []),
        ("GREETING", "hello world", []),
        ("URL", "http://user:secret@orders/", [("orders", "http", 0, "")]),
    ],
)
def test_addresses_are_found_in_settings(key: str, value: str, expected: list[tuple[str, str, int, str]]) -> None:
    assert [(each.host, each.scheme, each.port, each.database) for each in addresses(key, value)] == expected


def test_hosts_of_others_have_their_names() -> None:
    assert [outside(each) for each in ("api.stripe.com", "mail.shop.co.uk", "orders", "10.0.0.1", "db.internal")] == [
        "stripe",
        "shop",
        "",
        "",
        "",
    ]


def test_an_id_is_the_name_in_small_letters() -> None:
    assert (slug("OrderService"), slug("Orders DB (main)"), slug("!")) == ("order-service", "orders-db", "component")


COMPOSE = """
services:
  shop-orders: {image: "shop/orders:1"}
  shop-orders-db: {image: "postgres:16"}
  shop-billing: {image: "shop/billing:1"}
  shop-worker: {image: "shop/worker:1"}
  cache: {image: "redis:7"}
"""
DRAWN = """
# Shop

```mermaid
flowchart LR
  o[Order Service] --> d[(Orders)]
  o --> b[BillingSvc]
  o --> c[(Redis)]
  o -.-> w[Email worker]
  o --> x[Refund API]
```
"""


def test_the_parts_of_different_documents_are_joined_where_that_is_plain() -> None:
    system = design({"compose.yaml": COMPOSE, "a.md": DRAWN}).system
    named = {each.id: [mention.name for mention in each.mentions if mention.defines] for each in system.components}
    assert named == {
        "cache": ["cache", "Redis"],
        "refund-api": ["Refund API"],
        "shop-billing": ["shop-billing", "BillingSvc"],
        "shop-orders": ["shop-orders", "Order Service"],
        "shop-orders-db": ["shop-orders-db", "Orders"],
        "shop-worker": ["shop-worker", "Email worker"],
    }


def test_two_of_one_file_are_never_one() -> None:
    files = {
        "compose.yaml": 'services:\n  orders: {image: "a:1"}\n  orders-api: {image: "b:1"}\n',
        "a.md": "# A\n\n```mermaid\nflowchart LR\n  a[Orders] --> b[Orders API]\n```\n",
    }
    system = design(files).system
    assert [
        (each.id, len([1 for mention in each.mentions if mention.source == "diagram"])) for each in system.components
    ] == [
        ("orders", 1),
        ("orders-api", 1),
    ]


def test_databases_of_different_folders_are_different() -> None:
    files = {f"{name}/compose.yaml": 'services:\n  db: {image: "postgres:16"}\n' for name in ("orders", "billing")}
    assert [each.id for each in design(files).system.components] == ["db", "db-2"]
