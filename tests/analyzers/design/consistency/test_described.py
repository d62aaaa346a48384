"""What a text describes, lists, counts or times all but one of, or otherwise than another text."""

import pytest

from faultline.analyzers.design.consistency import described, failures, overviews
from faultline.analyzers.design.resilience import waiting
from tests.analyzers.design.parts import design

CHECKS = (*described.CHECKS, *overviews.CHECKS, *failures.CHECKS, *waiting.CHECKS)
DRAWN = """# Shop

```mermaid
flowchart LR
  user([Shopper]) --> desk[Order desk]
  desk --> stock[Stock keeper]
  desk --> bill[Billing]
  desk --> post[Parcel post]{more}
```

**Order desk** takes orders.

**Stock keeper** counts. Dead letters go to a person.

**Billing**: three instances.

**Parcel post** brings them.
{text}"""
STACK = "services:\n" + "".join(
    f"  {name}:\n    image: acme/{name}:1.0.0\n    deploy: {{replicas: 2}}\n"
    for name in ("desk", "stock", "post", "bill")
)
TABLE = "# What runs\n\n| Service | Job |\n|---|---|\n| desk | orders |\n| stock | counts |\n| post | parcels |\n"
RECORD = "# 1. {title}\n\n{status}\n\n## Context\n\nIt was one.\n\n## Decision\n\n{text}\n"
DECIDED = "# System\n\n- **desk** (three instances): takes orders.\n- **{product}** carries orders; {count} nodes.\n"
CALLS = "# Calls\n\n- web → desk: timeout 2 s\n- desk → stock: timeout {time}\n"
ERRORS = "# API\n\n**Errors.** Orders answer with `application/problem+json`. Refunds answer with `{body}`.\n"

CASES = {
    "a box that no text names": (
        {"a.md": DRAWN.format(more="\n  desk --> dun[Dunning letters]", text="")},
        "shows `Dunning letters`",
    ),
    "a box that the text names by a word of its name": (
        {
            "a.md": DRAWN.format(
                more="\n  desk --> dun[Dunning letters]", text="\nDunning happens after 30 days by letter.\n"
            )
        },
        "",
    ),
    "a person and what stands outside": (
        {"a.md": DRAWN.format(more="\n  post --> carrier[Carrier]\n  desk --> idp[Identity provider]", text="")},
        "",
    ),
    "an entry that nobody draws, with instances": (
        {"a.md": DRAWN.format(more="", text="\n**Gift wrapping** makes bows. Two instances.\n")},
        "lists `Gift wrapping`",
    ),
    "an entry that is a topic": ({"a.md": DRAWN.format(more="", text="\n**Backups** are made at night.\n")}, ""),
    "a row that nothing runs": (
        {"compose.yaml": STACK, "a.md": TABLE + "| bill | money |\n| gifts | bows |\n"},
        "lists `gifts`",
    ),
    "a service that no row has": ({"compose.yaml": STACK, "a.md": TABLE}, "deploys `bill`"),
    "a table of all that runs": ({"compose.yaml": STACK, "a.md": TABLE + "| bill | money |\n"}, ""),
    "another product than was decided": (
        {
            "adr/0001-broker.md": RECORD.format(
                title="RabbitMQ for orders", status="Accepted, 2024-02-01", text="RabbitMQ."
            ),
            "a.md": DECIDED.format(product="Kafka", count="three"),
        },
        "names kafka",
    ),
    "fewer than were decided": (
        {
            "adr/0001-desk.md": RECORD.format(
                title="Several desks", status="Accepted", text="The desk runs as five pods."
            ),
            "a.md": DECIDED.format(product="RabbitMQ", count="three"),
        },
        "five pods",
    ),
    "what was decided": (
        {
            "adr/0001-broker.md": RECORD.format(
                title="RabbitMQ for orders", status="Accepted", text="RabbitMQ. The desk runs as three pods."
            ),
            "a.md": DECIDED.format(product="RabbitMQ", count="three"),
        },
        "",
    ),
    "a callee that waits longer": ({"a.md": CALLS.format(time="5 s")}, "waits 5 s for `stock`"),
    "a callee that waits less long": ({"a.md": CALLS.format(time="900 ms")}, ""),
    "errors of two shapes": ({"a.md": ERRORS.format(body='{"err": 17, "msg": "no"}')}, "another shape"),
    "errors of one shape": ({"a.md": ERRORS.format(body='{"title": "no", "status": 409}')}, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_only_the_odd_one_is_told(case: str) -> None:
    files, words = CASES[case]
    of = design(files)
    told = [each.message for check in CHECKS for each in check(of)]
    assert [words in each for each in told] == ([True] if words else []), told
