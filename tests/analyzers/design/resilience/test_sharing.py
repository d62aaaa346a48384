"""Who shares a database and who does not: settings are sure, a diagram is not."""

import pytest

from faultline.analyzers.design.resilience import sharing
from faultline.core.finding import Severity
from tests.analyzers.design.parts import design


def compose(**services: str) -> str:
    """A compose file of services, each with its image and settings in flow style."""
    return "services:\n" + "".join(f"  {name.replace('_', '-')}: {{{said}}}\n" for name, said in services.items())


def env(image: str, **settings: str) -> str:
    """An image with its settings."""
    return f"image: '{image}', environment: {{{', '.join(f'{key}: {value!r}' for key, value in settings.items())}}}"


def workload(name: str, secret: str, image: str = "") -> str:
    """A Deployment that opens a database by a secret."""
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: {name}
          image: {image or name}:1.0
          env: [{{name: DATABASE_URL, valueFrom: {{secretKeyRef: {{name: {secret}, key: dsn}}}}}}]
---"""


def picture(*arrows: str, text: str = "") -> str:
    """A text with a diagram."""
    return "# Shop\n\n```mermaid\nflowchart LR\n" + "".join(f"  {each}\n" for each in arrows) + f"```\n\n{text}\n"


URL = "postgres://{0}@{1}:5432/{2}"
PG = "image: 'postgres:16'"
FAR = "pg.infra.example"
SCHEMAS = "Each service has a schema of its own."
CLOUD = """
resource "google_sql_database_instance" "main" { database_version = "POSTGRES_16" }
resource "google_sql_database" "orders" { instance = google_sql_database_instance.main.name }
resource "google_sql_database" "stock" { instance = google_sql_database_instance.main.name }
""" + "".join(
    f"""
resource "google_cloud_run_v2_service" "{name}" {{
  name = "{name}"
  template {{
    containers {{
      image = "registry/{name}:1.0"
      env {{
        name  = "DB_NAME"
        value = google_sql_database.DATABASE_OF_{name}.name
      }}
    }}
  }}
}}
"""
    for name in ("orders", "stock")
)


SHARED = {
    "one database of a server": {
        "compose.yaml": compose(
            orders=env("orders:1", DATABASE_URL=URL.format("o", "db", "shop")),
            stock=env("stock:1", DATABASE_URL=URL.format("s", "db", "shop")),
            db=PG,
        )
    },
    "one database of a server elsewhere": {
        "compose.yaml": compose(
            orders=env("orders:1", DB_HOST=FAR, DB_NAME="orders"), stock=env("stock:1", DB_HOST=FAR, DB_NAME="orders")
        )
    },
    "one schema behind a pooler": {
        "compose.yaml": compose(
            orders=env("orders:1", DB_URL="jdbc:postgresql://pooler:5432/shop?currentSchema=orders"),
            stock=env("stock:1", DB_URL="jdbc:postgresql://pooler:5432/shop?currentSchema=orders"),
            pooler="image: 'pgbouncer:1.23'",
        ),
        "README.md": f"# Shop\n\n{SCHEMAS}\n",
    },
    "one secret": {"k8s.yaml": workload("orders", "orders-db") + workload("stock", "orders-db")},
    "one database of Terraform": {
        "main.tf": CLOUD.replace("DATABASE_OF_orders", "orders").replace("DATABASE_OF_stock", "orders")
    },
    "drawn to the store of another one": {
        "design.md": picture("orders --> odb[(orders-db)]", "stock --> sdb[(stock-db)]", "stock --> odb")
    },
    "an arrow that writes": {
        "design.md": picture("orders --> db[(PostgreSQL)]", "stock -- writes counts --> db", "web --> orders")
    },
}
APART = {
    "two databases of a server": {
        "compose.yaml": compose(
            orders=env("orders:1", DATABASE_URL=URL.format("o", "db", "orders")),
            stock=env("stock:1", DATABASE_URL=URL.format("s", "db", "stock")),
            db=PG,
        ),
        "design.md": picture("orders --> db[(PostgreSQL)]", "stock --> db"),
    },
    "two schemas, as a text says": {
        "compose.yaml": compose(
            orders=env("orders:1", DB_HOST=FAR, DB_NAME="shop"), stock=env("stock:1", DB_HOST=FAR, DB_NAME="shop")
        ),
        "README.md": f"# Shop\n\n{SCHEMAS}\n",
    },
    "an API and its worker of one image": {
        "compose.yaml": compose(
            orders=env("shop/orders:1", DB_HOST=FAR, DB_NAME="orders"),
            relay=env("shop/orders:1", DB_HOST=FAR, DB_NAME="orders"),
        )
    },
    "processes by their names": {"k8s.yaml": workload("orders-api", "db-url") + workload("orders-outbox", "db-url")},
    "one code base, as a text says": {
        "k8s.yaml": workload("orders", "orders-db") + workload("intake", "orders-db"),
        "README.md": "# Shop\n\n`orders` and `intake` are one code base and released together.\n",
    },
    "two databases of Terraform": {
        "main.tf": CLOUD.replace("DATABASE_OF_orders", "orders").replace("DATABASE_OF_stock", "stock")
    },
    "a reader of a replica": {
        "design.md": picture("writer --> db[(orders-db)]", "tracking -- reader endpoint --> db", "web --> tracking")
    },
    "two arrows into a server": {"design.md": picture("orders --> db[(PostgreSQL cluster)]", "stock --> db")},
    "two arrows, and a table of schemas": {
        "design.md": picture(
            "orders --> db[(orders-db)]",
            "stock --> db",
            text="| Service | Data |\n|---|---|\n| orders | schema `orders` |\n| stock | schema `stock` |",
        )
    },
}


def told(files: dict[str, str]) -> list[str]:
    """What is told at the default level."""
    return [
        each.message for each in sharing.shared_databases(design(files)) if each.severity in (None, Severity.MEDIUM)
    ]


@pytest.mark.parametrize("case", SHARED)
def test_a_database_that_two_programs_open_is_told_once(case: str) -> None:
    (message,) = told(SHARED[case])
    assert "stock" in message
    assert "orders" in message


@pytest.mark.parametrize("case", APART)
def test_what_belongs_together_or_is_apart_shares_nothing(case: str) -> None:
    assert told(APART[case]) == []
