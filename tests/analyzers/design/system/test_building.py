"""One system out of many documents."""

from pathlib import Path

import pytest

from faultline.analyzers.design.system.failure import failures
from faultline.analyzers.design.system.model import System
from faultline.core.results.design import ComponentRole
from tests.analyzers.design.parts import design, findings

EXAMPLE = Path(__file__).parents[4] / "examples" / "design"
SPEC = """
openapi: 3.0.3
info: {{title: {title}, version: 1.0.0}}
servers: [{{url: "{server}"}}]
paths:
  /orders:
    get: {{responses: {{"200": {{description: ok}}}}}}
    post: {{description: "{said}", {more} responses: {{"200": {{description: ok}}}}}}
  /items/{{id}}:
    get: {{tags: [stock], responses: {{"200": {{description: ok}}}}}}
"""


def spec(title: str = "Orders", server: str = "/", said: str = "", more: str = "") -> str:
    """A specification of three operations."""
    return SPEC.format(title=title, server=server, said=said, more=more)


def calls(of: System) -> list[tuple[str, str, bool | None, bool]]:
    """The calls without their places."""
    return [(each.source, each.target, each.synchronous, each.optional) for each in of.calls]


def test_the_example_shows_what_was_planted() -> None:
    files = {
        path.relative_to(EXAMPLE).as_posix(): path.read_text("utf-8") for path in EXAMPLE.rglob("*") if path.is_file()
    }
    assert {
        (each.rule_id.partition("/")[2], each.location.path, each.location.start_line)
        for each in findings(files, "low")
        if each.location
    } >= {
        ("shared-database", "compose.yaml", 30),
        ("synchronous-cycle", "compose.yaml", 31),
        ("single-point-of-failure", "k8s/shop.yaml", 44),
        ("replicas-mismatch", "architecture.md", 10),
        ("technology-mismatch", "architecture.md", 14),
        ("undeployed-component", "architecture.md", 17),
        ("unknown-operation", "architecture.md", 31),
        ("port-mismatch", "compose.yaml", 23),
        ("undrawn-call", "compose.yaml", 30),
    }


COMPOSE = """
services:
  gateway: {image: "kong:3.7", depends_on: [orders, stock]}
  orders:
    image: orders:1
    environment: {STOCK_URL: "http://stock:80", DB: "postgres://db/orders", CACHE_URL: "redis://cache:6379", MQ: "amqp://mq"}
  stock:
    image: stock:1
    command: ["serve", "--sessions=redis://cache:6379/0"]
    environment: [MAIL_URL=https://api.mailgun.net/v3]
  db: {image: "postgres:16"}
  cache: {image: "redis:7"}
  mq: {image: "rabbitmq:3"}
"""


ALONE = COMPOSE.replace('  gateway: {image: "kong:3.7", depends_on: [orders, stock]}\n', "")


def test_settings_of_compose_files_are_calls() -> None:
    assert calls(design({"compose.yaml": COMPOSE}).system) == [
        ("gateway", "orders", None, False),
        ("gateway", "stock", None, False),
        ("orders", "cache", True, True),
        ("orders", "db", True, False),
        ("orders", "mq", False, False),
        ("orders", "stock", True, False),
        ("stock", "cache", True, True),
        ("stock", "mailgun", True, False),
    ]


def test_a_cache_that_holds_sessions_is_needed() -> None:
    files = {
        "a.md": "# A\n\n```mermaid\nflowchart LR\n  web[Web] -->|sessions| c[(Redis)]\n  api[Api] -->|rates| c\n```\n"
    }
    assert calls(design(files).system) == [("api", "redis", None, True), ("web", "redis", None, False)]


@pytest.mark.parametrize(
    ("path", "text", "served"),
    [
        ("openapi.yaml", spec("Stock API"), {"stock"}),
        ("specs/orders.yaml", spec("Public interface"), {"orders"}),
        ("stock/openapi.yaml", spec("Interface"), {"stock"}),
        ("openapi.yaml", spec("Interface", "http://orders:8080"), {"orders"}),
        ("openapi.yaml", spec("Shop"), {"orders", "stock"}),
    ],
)
def test_a_specification_belongs_to_the_component_that_it_names(path: str, text: str, served: set[str]) -> None:
    system = design({"compose.yaml": COMPOSE if len(served) > 1 else ALONE, path: text}).system
    assert {each.component for each in system.endpoints} == served


def test_a_specification_alone_is_a_component() -> None:
    system = design({"openapi.yaml": spec("Orders")}).system
    assert [(each.id, each.role) for each in system.components] == [("orders", ComponentRole.SERVICE)]
    assert [each.symbol for each in system.endpoints] == ["GET /orders", "POST /orders", "GET /items/{id}"]


@pytest.mark.parametrize("spec_", [spec(said="Takes it from the Stock service"), spec(more="x-depends-on: [stock],")])
def test_what_one_operation_says_it_needs_is_needed_by_that_one(spec_: str) -> None:
    system = design({"compose.yaml": ALONE, "openapi.yaml": spec_}).system
    gone = {each.component: each.endpoints for each in failures(system)}
    assert gone["stock"] == ("POST /orders",)
    assert gone["db"] == ("GET /orders", "POST /orders", "GET /items/{id}")


KUBERNETES = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          args: ["--stock=http://stock.shop.svc.cluster.local:80"]
          env: [{name: RATES, valueFrom: {configMapKeyRef: {name: settings, key: rates}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {rates: "http://rates"}
---
apiVersion: v1
kind: Service
metadata: {name: rates}
spec: {type: ExternalName, externalName: rates.example.net}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock}
spec:
  template:
    metadata: {labels: {app: stock}}
    spec: {containers: [{name: stock, image: "stock:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: stock}
spec: {selector: {app: stock}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: old}
spec: {defaultBackend: {service: {name: stock}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: mesh}
spec: {http: [{route: [{destination: {host: stock}}]}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: more}
spec: {routes: [{services: [{name: web}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: n, image: "n:1"}]}}}}}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: stock}
spec: {scaleTargetRef: {name: stock}, minReplicaCount: 2, maxReplicaCount: 5}
"""


def test_settings_routes_and_autoscalers_of_a_cluster_are_read() -> None:
    system = design({"all.yaml": KUBERNETES}).system
    assert calls(system) == [
        ("ingress", "stock", True, False),
        ("ingress", "web", True, False),
        ("web", "rates", True, False),
        ("web", "stock", True, False),
    ]
    assert [(each.id, each.role.value, each.replicas) for each in system.components] == [
        ("ingress", "gateway", None),
        ("nightly", "job", None),
        ("rates", "external", None),
        ("stock", "service", 2),
        ("web", "service", 1),
    ]


TERRAFORM = """
variable "tasks" { default = 3 }
resource "aws_ecs_service" "api" {
  name          = "api"
  desired_count = var.tasks
  task_definition = aws_ecs_task_definition.api.arn
}
resource "aws_ecs_task_definition" "api" {
  container_definitions = jsonencode([{ environment = [{ name = "DB", value = aws_db_instance.main.address }] }])
}
resource "aws_lambda_function" "mail" {
  function_name = "mail"
  environment {
    variables = { QUEUE = aws_sqs_queue.mail.url }
  }
}
resource "aws_sqs_queue" "mail" { name = "mail-jobs" }
resource "aws_sqs_queue" "mail_dlq" { name = "mail-dead" }
resource "aws_db_instance" "main" {
  engine   = "mysql"
  multi_az = false
}
resource "google_sql_database_instance" "reports" {
  database_version = "POSTGRES_15"
  settings { availability_type = "REGIONAL" }
}
resource "aws_elasticache_cluster" "c" { num_cache_nodes = 2 }
"""


def test_what_terraform_creates_and_refers_to_is_read() -> None:
    system = design({"main.tf": TERRAFORM}).system
    assert calls(system) == [("api", "main", None, False), ("mail", "mail-jobs", False, False)]
    assert [(each.id, each.technology, each.replicas, each.managed) for each in system.components] == [
        ("api", "", 3, False),
        ("c", "redis", 2, True),
        ("mail", "", None, True),
        ("mail-jobs", "sqs", None, True),
        ("main", "mysql", 1, False),
        ("reports", "postgresql", None, True),
    ]


def test_sentences_and_tables_say_how_many_and_who_calls_whom() -> None:
    text = """
# Shop

## Order Service

It runs 3 replicas and listens on port 8080. The order service calls the stock service synchronously.

| Service | Instances |
|---|---|
| Stock | 2-4 |

The order service may get 9 replicas later.

```mermaid
flowchart LR
  o[Order Service] --> s[Stock Service<br/>x2 :9000]
```
"""
    system = design({"a.md": text}).system
    orders, stock = (system.by_id[each] for each in ("order-service", "stock-service"))
    assert {(each.about, each.value) for each in orders.claims} == {("replicas", "3"), ("port", "8080")}
    assert {(each.about, each.low, each.high) for each in stock.claims if each.about == "replicas"} == {
        ("replicas", 2, 2),
        ("replicas", 2, 4),
    }
    assert [each.synchronous for each in system.calls] == [True]


def test_what_only_uses_the_system_is_a_client() -> None:
    files = {
        "compose.yaml": 'services:\n  ingest: {image: "i:1"}\n  rules: {image: "r:1"}\n',
        "a.md": "# A\n\n```mermaid\nflowchart LR\n  s[Sensors] --> ingest[Ingest] --> rules[Rules]\n```\n",
    }
    assert design(files).system.by_id["sensors"].role == ComponentRole.CLIENT


def test_broken_values_are_no_parts() -> None:
    files = {
        "compose.yaml": "services:\n  orders: {image: 3, environment: 4, ports: x, depends_on: 5, deploy: 6}\n  b: 1\n",
        "k.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: 1, ports: 2}\n",
        "openapi.yaml": "openapi: 3.0.3\ninfo: 1\nservers: [1, {url: 'http://[x'}, {url: 3}]\n"
        "paths: {/a: {get: {tags: 1, x-calls: 2}}}\n",
        "main.tf": 'resource "aws_ecs_service" "orders" { desired_count = "x" }\n',
    }
    system = design(files).system
    assert [each.id for each in system.components] == ["orders"]
    assert len(system.endpoints) == 1


@pytest.mark.parametrize(
    "drawn",
    [
        "flowchart TD\n  a[Validate input] --> b[Charge card] --> c[Send receipt] --> a",
        "flowchart TD\n  a[Order] --> b{Paid?} --> a",
        "stateDiagram-v2\n  New --> Paid\n  Paid --> New",
        "flowchart LR\n  shop[Shop] <--> stock[Stock]",
        "sequenceDiagram\n  Shop->>Stock: reserve\n  Stock->>Shop: reserved",
        "flowchart LR\n  shop[Shop] -->|HTTPS| pay[Stripe] -->|webhook| shop",
    ],
)
def test_steps_answers_and_callbacks_are_no_circle_of_calls(drawn: str) -> None:
    files = {"a.md": f"# A\n\n```mermaid\n{drawn}\n```\n"}
    assert "resilience/synchronous-cycle" not in {each.rule_id for each in findings(files, "low")}
