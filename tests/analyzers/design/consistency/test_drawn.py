"""What is drawn and not deployed, and the reverse: told on evidence, and silent of what others run."""

import pytest

from faultline.analyzers.design.consistency import arrows, choices, claims, decisions, drawn
from faultline.analyzers.design.observation import Observation
from tests.analyzers.design.parts import design

STACK = """
services:
  orders:
    image: registry.example.org/orders:1.0
    environment: {STOCK_URL: "http://stock:8080", DB_HOST: pg.infra.local, DB_NAME: orders}
    deploy: {replicas: 3}
  stock:
    image: registry.example.org/stock:1.0
    deploy: {replicas: 2}
"""
ARROWS = ("gateway --> orders", "orders --> stock", "orders --> pg[(PostgreSQL cluster)]")

CHECKS = (*drawn.CHECKS, arrows.calls, *claims.CHECKS, *decisions.CHECKS, *choices.CHECKS)


def picture(*more: str, text: str = "`orders` takes orders, `stock` knows what there is.") -> dict[str, str]:
    """A stack with a text and its diagram."""
    arrows = "".join(f"  {each}\n" for each in (*ARROWS, *more))
    return {"compose.yaml": STACK, "README.md": f"# Shop\n\n```mermaid\nflowchart LR\n{arrows}```\n\n{text}\n"}


def told(files: dict[str, str]) -> list[Observation]:
    """What is told of components, counts and hosts."""
    of = design(files)
    return [each for check in CHECKS for each in check(of)]


@pytest.mark.parametrize(
    "more",
    [
        "orders --> coupons[coupon-service]",
        "orders --> rates[Rates API]",
        "orders --> loyalty",
        "subgraph stack\n  orders\n  stock\n  loyalty[Loyalty]\n  end\n  stock --> loyalty",
    ],
)
def test_a_service_that_is_only_drawn_is_told_at_its_box(more: str) -> None:
    (found,) = told(picture(more))
    assert found.rule == "consistency/undeployed-component"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ("desk[Front desk] --> gateway", ""),
        ("reader[Reader] --> gateway", ""),
        ("orders --> bank[Bank gateway]", ""),
        ("orders --> mail[Mail service of the city]", ""),
        ("orders --> rates[Rates API]", "The Rates API is run by the pricing team in another repository."),
        ("orders --> mq[[RabbitMQ cluster]]", "RabbitMQ is managed by the infrastructure team."),
    ],
)
def test_people_partners_and_what_others_run_are_not_expected_in_the_files(more: str, text: str) -> None:
    assert told(picture(more, text=f"`orders` takes orders, `stock` knows what there is. {text}")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Restart one `orders` container and look at its log.",
        "In 2021 `orders` ran as one instance.",
        "For trying it out there is a file with one instance of `orders`.",
        "## Failures\n\nOne instance of `orders` is gone: nothing happens.",
    ],
)
def test_one_of_several_is_no_count(text: str) -> None:
    assert told(picture(text=text)) == []


def test_a_sentence_of_an_item_speaks_of_whom_the_item_is_about() -> None:
    (found,) = told(picture(text="* **stock** knows what there is. Four containers."))
    assert found.rule == "consistency/replicas-mismatch"


def test_what_stands_behind_a_bucket_is_no_host() -> None:
    settings = 'EXPORT: "s3://orders-export/x", CACHE: "rediss://a.infra.local:6380,rediss://b.infra.local:6380"'
    files = {"compose.yaml": STACK.replace("DB_NAME: orders", settings)}
    assert told(files) == []


RECORD = (
    "# {0}. {1}\n\nStatus: accepted\n\n## Context\n\nWhy.\n\n## Decision\n\nWe do.\n\n## Consequences\n\nIt is so.\n"
)


def records(*numbers: int, text: str = "", last: str = "") -> dict[str, str]:
    """Records of some numbers; the last one may have another text."""
    files = {f"docs/adr/{each:04}-x.md": RECORD.format(each, "Something") for each in numbers}
    return (
        files | {"docs/README.md": f"# Shop\n\n{text}\n"} | ({f"docs/adr/{numbers[-1]:04}-x.md": last} if last else {})
    )


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        (records(1, 2, 3, text="See ADR 7."), ["decision-missing"]),
        (records(1, 2, 3, text="[a](adr/0001-x.md) [b](adr/0002-x.md)\n[c](adr/0003-y.md)"), ["decision-missing"]),
        (records(4, 9, text="See ADR 7."), []),
        (records(7, 8, 9, text="It replaces ADR 2."), []),
        (records(1, 2, 3, text="See the platform team's ADR 31."), []),
        (records(1, 2, last=RECORD.format(2, "B").replace("## Decision", "## What we went for")), []),
        (records(1, 2, last=RECORD.format(2, "B").replace("## Context", "## Half a year of it")), []),
        (records(1, 2, last=RECORD.format(2, "B").partition("## Decision")[0]), ["decision-incomplete"]),
    ],
)
def test_records_are_missing_only_where_the_others_are_there(files: dict[str, str], rules: list[str]) -> None:
    assert [each.rule.partition("/")[2] for each in told(files)] == rules
