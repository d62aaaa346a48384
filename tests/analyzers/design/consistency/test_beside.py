"""What texts, diagrams, records and deployments say of one thing, each case with its twin that agrees."""

import pytest

from faultline.analyzers.design.consistency import ruled, started, typed, waited
from faultline.analyzers.design.resilience import kubernetes, topology
from tests.analyzers.design.parts import design, seen

CHECKS = (*waited.CHECKS, *ruled.CHECKS, *started.CHECKS, *typed.CHECKS, topology.synchronous_cycles, kubernetes.check)
DRAWN = """# Shop

```mermaid
flowchart LR
  web[Shop web] --> orders[Order service]
  orders -->|HTTPS, 3 s| pay[Payment service]
  orders -->|plain HTTP| stock[Stock service]
  orders --> queue[[Kafka]] --> mail[Mail service]
```

"""
RECORD = (
    "# {title}\n\n## Status\n\nAccepted\n\n## Context\n\nA\n\n{more}## Decision\n\n{decision}\n\n## Consequences\n\nB\n"
)
SPEC = """openapi: 3.0.3
info: {title: Orders, version: '1'}
paths: {}
components:
  schemas:
    Order:
      type: object
      properties:
        total: {type: string}
        status: {type: string, enum: [new, paid, shipped]}
"""
NESTED = "```mermaid\nsequenceDiagram\n  orders->>stock: reserve\n{inner}  stock-->>orders: reserved\n```\n"
STORE = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {{name: orders-pg}}\nspec:\n  instances: {count}\n"


def _record(title: str, decision: str, more: str = "") -> dict[str, str]:
    return {"adr/0001-it.md": RECORD.format(title=title, decision=decision, more=more)}


PLAIN = {"compose.yaml": "services:\n  api: {image: a:1}\n  worker: {image: a:1}\n"}
OPTIONS = "## Considered options\n\n- Kafka\n- an outbox\n\n"
ARROWS = "```mermaid\nflowchart LR\n  orders --> {box}\n```\n"


@pytest.mark.parametrize(
    ("rule", "around", "wrong", "right"),
    [
        (
            "consistency/timeout-mismatch",
            {},
            DRAWN + "The order service calls the payment service with a timeout of 10 s.",
            DRAWN + "The order service calls the payment service with a timeout of 3 s.",
        ),
        (
            "consistency/timeout-mismatch",
            {},
            DRAWN + "| Call | Timeout |\n|---|---|\n| Order service to Payment service | 10 s |\n",
            DRAWN + "| Call | Timeout |\n|---|---|\n| Order service to Stock service | 10 s |\n",
        ),
        (
            "consistency/timeout-mismatch",
            {},
            DRAWN + "There is a deadline of 900 ms on the call.",
            DRAWN + "The payment service waits at most 20 s for the bank.",
        ),
        (
            "consistency/encryption-mismatch",
            {},
            DRAWN + "All connections between services use mTLS.",
            DRAWN + "All connections of the payment service to the bank, but no others, use mTLS.",
        ),
        (
            "consistency/protocol-mismatch",
            {},
            DRAWN + "The order service calls the mail service directly and waits for its answer.",
            DRAWN + "The order service never calls the mail service directly.",
        ),
        (
            "consistency/decision-broken",
            _record("MySQL rather than MongoDB for the catalogue", "We use MySQL."),
            "| Part | Store |\n|---|---|\n| catalogue | MongoDB, three members |\n",
            "| Part | Store |\n|---|---|\n| reviews | MongoDB, three members |\n",
        ),
        (
            "consistency/decision-broken",
            _record("Keep carts in Redis", "They live for a day."),
            "Carts are stored in PostgreSQL.",
            "Orders are stored in PostgreSQL.",
        ),
        (
            "consistency/decision-broken",
            _record("Poll the outbox", "Option 2, as the volume is small.", OPTIONS),
            ARROWS.format(box="kafka[[Kafka]]"),
            ARROWS.format(box="outbox[(Outbox)]"),
        ),
        (
            "consistency/decision-broken",
            _record("Billing stands alone", "Only billing reads and writes the billing database."),
            "The reporting job reads the billing database every night.",
            "The billing service reads the billing database, the reporting job its own.",
        ),
        (
            "consistency/undeployed-component",
            PLAIN,
            "Both `api` and `worker` talk. `worker` takes jobs from the `redis` container.",
            "Both `api` and `worker` talk. No `redis` container is needed; restart the `worker` container.",
        ),
        (
            "consistency/undeployed-component",
            PLAIN,
            "The stack runs these services:\n\n- `api` answers\n- `worker` works\n- `redis` keeps\n",
            "The stack runs these services:\n\n- `api` answers\n- `worker` works\n",
        ),
        (
            "consistency/representation-mismatch",
            {"openapi.yaml": SPEC},
            "The field `total` is an integer.",
            "The field `total` is a decimal string.",
        ),
        (
            "consistency/representation-mismatch",
            {},
            "The field `weight` is a number.\n\nEvents carry `weight` (decimal string).",
            "The field `weight` is a number.\n\nEvents carry `weight` (integer).",
        ),
        (
            "consistency/enum-drift",
            {"openapi.yaml": SPEC},
            "An order starts as `new`, becomes `paid` and ends as `sent` or `returned`.",
            "An order starts as `new`, becomes `paid` and ends as `shipped`.",
        ),
        (
            "resilience/synchronous-cycle",
            {},
            NESTED.format(inner="  stock->>orders: order details\n  orders-->>stock: details\n"),
            NESTED.format(inner=""),
        ),
        ("resilience/single-replica", {"pg.yaml": STORE.format(count=1)}, "", {"pg.yaml": STORE.format(count=3)}),
    ],
)
def test_what_contradicts_is_told_and_what_agrees_is_not(
    rule: str, around: dict[str, str], wrong: str, right: str | dict[str, str]
) -> None:
    twin = {**around, "notes.md": right} if isinstance(right, str) else right
    told = [
        {each.rule for check in CHECKS for each in seen(check, files)}
        for files in ({**around, "notes.md": wrong}, twin)
    ]
    assert rule in told[0]
    assert rule not in told[1]


@pytest.mark.parametrize(
    ("kind", "spec", "counts"),
    [
        ("acid.zalan.do/v1|postgresql", "numberOfInstances: 2", [2]),
        ("postgres-operator.crunchydata.com/v1beta1|PostgresCluster", "instances: [{replicas: 2}, {}]", [3]),
        ("elasticsearch.k8s.elastic.co/v1|Elasticsearch", "nodeSets: [{count: 3}, {count: many}]", [None]),
        ("kafka.strimzi.io/v1|Kafka", "kafka: {replicas: 5}", [5]),
        ("example.org/v1|Cluster", "instances: 1", []),
    ],
)
def test_how_many_instances_an_operator_runs_is_read(kind: str, spec: str, counts: list[int | None]) -> None:
    version, _, name = kind.partition("|")
    text = f"apiVersion: {version}\nkind: {name}\nmetadata: {{name: main}}\nspec: {{{spec}}}\n"
    assert [each.replicas for each in design({"it.yaml": text}).system.components] == counts


def test_a_participant_of_plantuml_is_called_by_its_name_and_not_by_its_alias() -> None:
    text = "@startuml\nparticipant orders as A\nparticipant stock as B\nA -> B : reserve\nB --> A : ok\n@enduml\n"
    assert [each.name for each in design({"it.puml": text}).system.components] == ["orders", "stock"]
