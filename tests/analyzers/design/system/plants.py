"""Faults planted into the clean designs of `twins/`: one change, the rule that must see it, and the line it must show.

They were written before the rules ran on them (53 of 59 were seen then). A change is a text of one file and what
stands in its place; the line is a part of its text, and any of the finding's places may be it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.analyzers.design.system.more_plants import MORE

TWINS = Path(__file__).parent / "twins"
POINT, CYCLE = "resilience/single-point-of-failure", "resilience/synchronous-cycle"
SHARED, CONSUMER = "resilience/shared-database", "resilience/queue-without-consumer"
UNDEPLOYED, UNDOCUMENTED = "consistency/undeployed-component", "consistency/undocumented-component"
UNDRAWN, UNSUPPORTED = "consistency/undrawn-call", "consistency/unsupported-call"
REPLICAS, TECHNOLOGY = "consistency/replicas-mismatch", "consistency/technology-mismatch"
VERSION, PORT = "consistency/version-mismatch", "consistency/port-mismatch"
PROTOCOL, HOST = "consistency/protocol-mismatch", "consistency/unknown-host"
OPERATION = "consistency/unknown-operation"


@dataclass(frozen=True)
class Plant:
    """One fault."""

    design: str
    path: str
    old: str
    new: str
    rule: str
    line: str

    def files(self) -> dict[str, str]:
        """The design with the fault in it."""
        files = dict(clean(self.design))
        assert self.old == "" or files[self.path].count(self.old) >= 1, self
        text = files.get(self.path, "")
        files[self.path] = text.replace(self.old, self.new, 1) if self.old else text + self.new
        return files


def clean(design: str) -> Mapping[str, str]:
    """A clean design, text by path."""
    root = TWINS / design
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*")) if path.is_file()
    }


DESIGNS = sorted(each.name for each in TWINS.iterdir())
PLANTS = [
    # Kubernetes and C4.
    Plant("bank", "k8s/ledger.yaml", "replicas: 2", "replicas: 1", POINT, "replicas: 1"),
    Plant("bank", "k8s/ledger.yaml", "replicas: 2", "replicas: 1", REPLICAS, "replicas: 1"),
    Plant("bank", "docs/containers.md", "three replicas", "five replicas", REPLICAS, "five replicas"),
    Plant("bank", "docs/containers.md", '"PostgreSQL 15"', '"MySQL 8"', TECHNOLOGY, "MySQL 8"),
    Plant("bank", "k8s/accounts.yaml", "postgres:15.6", "postgres:12.19", VERSION, "postgres:12.19"),
    Plant("bank", "k8s/accounts.yaml", "cluster.local:9000", "cluster.local:9090", PORT, "9090"),
    Plant("bank", "docs/flows.md", "GET /accounts/{iban}/balance", "GET /accounts/{iban}/limits", OPERATION, "/limits"),
    Plant("bank", "docs/flows.md", "GET /accounts", "POST /accounts", OPERATION, "POST /accounts"),
    Plant(
        "bank",
        "k8s/ledger.yaml",
        "value: mongodb://ledger-store:27017/ledger",
        "value: postgresql://accounts-db:5432/accounts",
        SHARED,
        "accounts-db:5432",
    ),
    Plant(
        "bank",
        "docs/containers.md",
        "    ContainerDb(accountsDb",
        '    Container(fraud, "Fraud Scoring", "Python", "Scores movements")\n    ContainerDb(accountsDb',
        UNDEPLOYED,
        "Fraud Scoring",
    ),
    Plant(
        "bank",
        "k8s/ledger.yaml",
        "            - name: MONGO_URL\n",
        "            - name: ACCOUNTS_URL\n              value: http://accounts-service:8080\n"
        "            - name: MONGO_URL\n",
        CYCLE,
        "accounts-service:8080",
    ),
    Plant("bank", "k8s/accounts.yaml", "http://ledger-service.bank", "http://ledgers.bank", HOST, "ledgers.bank"),
    Plant("bank", "docs/containers.md", '"JSON/HTTP"', '"gRPC"', PROTOCOL, "gRPC"),
    # Terraform, a table, a flowchart.
    Plant("media", "infra/main.tf", "desired_count   = 2", "desired_count   = 1", REPLICAS, "desired_count   = 1"),
    Plant("media", "infra/main.tf", 'engine         = "postgres"', 'engine         = "mysql"', TECHNOLOGY, '"mysql"'),
    Plant("media", "infra/main.tf", '"16.3"', '"13.9"', VERSION, "13.9"),
    Plant(
        "media",
        "docs/overview.md",
        "    q -. job .-> transcoder[Transcoder]\n",
        "    transcoder[Transcoder]\n    q -. job .-> thumbs[Thumbnailer]\n",
        UNDEPLOYED,
        "Thumbnailer",
    ),
    Plant(
        "media",
        "docs/overview.md",
        "If the transcode queue",
        "Clients poll `GET /films/{filmId}/progress`.\n\nIf the transcode queue",
        OPERATION,
        "/progress",
    ),
    Plant("media", "docs/overview.md", "| 2 |", "| 3 |", REPLICAS, "| 3 |"),
    # Compose with replicas, PlantUML, two specifications.
    Plant(
        "travel",
        "docker-compose.prod.yml",
        "replicas: 2\n    environment:\n      - REDIS",
        "replicas: 1\n    environment:\n      - REDIS",
        POINT,
        "replicas: 1",
    ),
    Plant(
        "travel",
        "docker-compose.prod.yml",
        "PRICING_SERVICE_URL=http://pricing-api:3000\n      - KAFKA",
        "PRICING_SERVICE_URL=http://pricing-api:8080\n      - KAFKA",
        PORT,
        "pricing-api:8080",
    ),
    Plant("travel", "docker-compose.prod.yml", "mysql:8.4", "mariadb:11.4", TECHNOLOGY, "mariadb:11.4"),
    Plant("travel", "docker-compose.prod.yml", "image: mysql:8.4", "image: postgres:16", TECHNOLOGY, "postgres:16"),
    Plant(
        "travel",
        "docker-compose.prod.yml",
        "REDIS_URL=redis://redis:6379/1",
        "REDIS_URL=redis://redis:6379/1\n      - BOOKING_URL=http://booking-api:3000",
        CYCLE,
        "BOOKING_URL",
    ),
    Plant(
        "travel",
        "docker-compose.prod.yml",
        "ELASTIC_URL=http://elasticsearch:9200",
        "ELASTIC_URL=http://elastic:9200",
        HOST,
        "elastic:9200",
    ),
    Plant(
        "travel",
        "docker-compose.prod.yml",
        "  elasticsearch:\n",
        "  loyalty-api:\n    image: travel/loyalty:1.0.0\n    deploy:\n      replicas: 2\n  elasticsearch:\n",
        UNDOCUMENTED,
        "loyalty-api",
    ),
    Plant(
        "travel",
        "docs/components.puml",
        'component "Invoice worker" as invoices',
        'component "Invoice worker" as invoices\ncomponent "Seat maps" as seats',
        UNDEPLOYED,
        "Seat maps",
    ),
    Plant(
        "travel",
        "docs/components.puml",
        "booking --> mysql",
        "booking --> mysql\nsearch --> mysql",
        UNSUPPORTED,
        "search --> mysql",
    ),
    Plant("travel", "docs/components.puml", "booking --> pricing : HTTP\n", "", UNDRAWN, "PRICING_SERVICE_URL"),
    Plant(
        "travel", "docs/components.puml", "booking --> pricing : HTTP", "booking --> pricing : HTTPS", PROTOCOL, "HTTPS"
    ),
    Plant("travel", "docs/architecture.md", "`POST /bookings`", "`PUT /bookings`", OPERATION, "PUT /bookings"),
    Plant("travel", "docs/architecture.md", "MySQL 8.4", "MySQL 5.7", VERSION, "5.7"),
    Plant("travel", "docs/components.puml", "kafka ..> invoices\n", "", UNDRAWN, "KAFKA_BROKERS"),
    Plant(
        "travel",
        "docker-compose.prod.yml",
        "      - REDIS_URL=redis://redis:6379/1",
        "      - REDIS_URL=redis://redis:6379/1\n      - DB_DSN=mysql://pricing:x@mysql:3306/booking",
        SHARED,
        "pricing:x@mysql",
    ),
    # Kubernetes with an autoscaler and a ConfigMap.
    Plant(
        "iot",
        "deploy/platform.yaml",
        "metadata: {name: device-registry}\nspec:\n  replicas: 2",
        "metadata: {name: device-registry}\nspec:\n  replicas: 1",
        POINT,
        "replicas: 1",
    ),
    Plant("iot", "deploy/ingest.yaml", "maxReplicas: 12", "maxReplicas: 4", REPLICAS, "between 3 and 12"),
    Plant("iot", "deploy/ingest.yaml", "http://device-registry:8080", "http://device-registry:8081", PORT, "8081"),
    Plant(
        "iot",
        "deploy/ingest.yaml",
        "http://device-registry:8080",
        "http://device-registries:8080",
        HOST,
        "device-registries",
    ),
    Plant(
        "iot",
        "README.md",
        "        pg[(Registry Postgres)]",
        "        pg[(Registry Postgres)]\n        rules[Rule engine]",
        UNDEPLOYED,
        "Rule engine",
    ),
    Plant("iot", "README.md", "kafka[[Kafka]]", "kafka[[RabbitMQ]]", TECHNOLOGY, "RabbitMQ"),
    Plant(
        "iot", "README.md", "    alerting -->|names of devices| registry\n", "", UNDRAWN, "http://device-registry:8080"
    ),
    Plant("iot", "README.md", "runs 2 replicas", "runs 4 replicas", REPLICAS, "4 replicas"),
    Plant(
        "iot",
        "deploy/platform.yaml",
        "            - {name: PGDATABASE",
        '            - {name: INGEST_URL, value: "http://ingest:8883"}\n            - {name: PGDATABASE',
        CYCLE,
        "INGEST_URL",
    ),
    # One program in four processes.
    Plant("saas", "docker-compose.yml", "image: postgres:16-alpine", "image: mysql:8.4", TECHNOLOGY, "mysql:8.4"),
    Plant("saas", "docker-compose.yml", '"8080:80"', '"9000:80"', PORT, "9000:80"),
    Plant("saas", "openapi.yaml", "localhost:8080", "localhost:8000", PORT, "localhost:8000"),
    Plant(
        "saas",
        "docs/architecture.md",
        "`POST /api/tickets`",
        "`DELETE /api/tickets/{id}`",
        OPERATION,
        "DELETE /api/tickets",
    ),
    Plant("saas", "docker-compose.yml", "@db:5432/app", "@db:5433/app", PORT, "5433"),
    Plant("saas", "docker-compose.yml", "@db:5432/app", "@database:5432/app", HOST, "database:5432"),
    Plant(
        "saas",
        "docker-compose.yml",
        "  db:\n    image",
        "  thumbnails:\n    image: desk/thumbnails:1.0\n  db:\n    image",
        UNDOCUMENTED,
        "thumbnails",
    ),
    Plant(
        "saas",
        "docs/architecture.md",
        "    worker --> db\n",
        "    worker --> db\n    web --> search[(Elasticsearch)]\n",
        UNDEPLOYED,
        "Elasticsearch",
    ),
    # Structurizr.
    Plant(
        "clinic",
        "workspace.dsl",
        '"Event Bus" "Events" "RabbitMQ"',
        '"Event Bus" "Events" "Kafka"',
        TECHNOLOGY,
        '"Kafka"',
    ),
    Plant(
        "clinic",
        "workspace.dsl",
        '"Records DB" "Files" "PostgreSQL 16"',
        '"Records DB" "Files" "PostgreSQL 14"',
        VERSION,
        "PostgreSQL 14",
    ),
    Plant("clinic", "workspace.dsl", '"reads the file of" "gRPC"', '"reads the file of" "HTTPS"', PROTOCOL, '"HTTPS"'),
    Plant("clinic", "k8s/all.yaml", "grpc://records-svc:50051", "grpc://records-svc:50052", PORT, "50052"),
    Plant(
        "clinic",
        "k8s/all.yaml",
        "postgres://records-db:5432/records",
        "postgres://appointment-db:5432/appointments",
        SHARED,
        "postgres://appointment-db:5432",
    ),
    Plant(
        "clinic",
        "workspace.dsl",
        "      bus = container",
        '      billing = container "Billing Service" "Bills" "Java"\n      bus = container',
        UNDEPLOYED,
        "Billing Service",
    ),
    Plant(
        "clinic",
        "k8s/all.yaml",
        "image: clinic/records:8.3\n              ports: [{containerPort: 50051}]\n              env:\n",
        "image: clinic/records:8.3\n              ports: [{containerPort: 50051}]\n              env:\n"
        '                - {name: APPOINTMENTS_URL, value: "https://appointment-svc:8443"}\n',
        CYCLE,
        "APPOINTMENTS_URL",
    ),
    Plant(
        "clinic",
        "k8s/all.yaml",
        "metadata: {name: records-svc}\n    spec:\n      replicas: 2",
        "metadata: {name: records-svc}\n    spec:\n      replicas: 1",
        POINT,
        "replicas: 1",
    ),
]
PLANTS += [Plant(*each) for each in MORE]
