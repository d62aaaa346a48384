"""What texts promise of a deployment, and say of an interface, against what there is."""

import pytest

from faultline.analyzers.design.consistency import interfaces, promises
from faultline.analyzers.design.consistency.claims import replicas, technologies
from faultline.analyzers.design.observation import Check
from tests.analyzers.design.parts import design

COMPOSE = """services:
  gateway: {image: "nginx:1.25.3", ports: ["443:8443"]}
  orders:
    image: shop/orders:1.0.0
    environment: {PAYMENT_URL: "http://payment:8080"}
    deploy: {replicas: 2}
  payment: {image: "shop/payment:1.0.0", ports: ["8081:8080"], volumes: ["files:/data"]}
  stock: {image: "shop/stock:1.0.0", ports: ["127.0.0.1:8082:8080"], volumes: ["./a.toml:/etc/a.toml:ro"]}
  db: {image: "postgres:15.4", expose: ["5432"]}
"""
SPEC = """openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
servers: [{url: https://shop.example.com/api/v1}]
security: [{who: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: The orders}}
    post:
      responses: {"202": {description: Accepted}}
  /orders/{id}:
    get:
      responses: {"200": {description: The order}, "404": {description: None}}
  /export:
    get:
      security: []
      responses: {"200": {description: All}}
  /health:
    get:
      security: []
      responses: {"200": {description: Fine}}
components:
  securitySchemes:
    who: {type: http, scheme: bearer}
"""
FLOW = "```mermaid\nsequenceDiagram\n  A->>orders: POST /orders\n  orders->>B: charge\n  B-->>orders: 200\n  {}\n```"
OAUTH = "# 3. Tokens\n\nStatus: {}\n\n## Decision\n\nPartners authenticate to the API with {}.\n"

SAID: list[tuple[str, Check, int]] = [
    ("The database is not reachable from outside.", promises.exposed, 0),
    ("Stock is internal only.", promises.exposed, 0),
    ("Payment is internal only.", promises.exposed, 1),
    ("Payment cannot be reached from the internet.", promises.exposed, 1),
    ("Only the gateway is exposed to the internet.", promises.exposed, 1),
    ("The gateway is the only public entry point.", promises.exposed, 1),
    ("Payment will not be reachable from outside.", promises.exposed, 0),
    ("Prices are not published before Monday.", promises.exposed, 0),
    ("Payment is stateless.", promises.stateless, 1),
    ("All services are stateless; state lives in PostgreSQL.", promises.stateless, 1),
    ("Stock is stateless.", promises.stateless, 0),
    ("Payment is not stateless: it keeps receipts on its disk.", promises.stateless, 0),
    ("All traffic between services is encrypted with TLS.", promises.encrypted, 1),
    ("All traffic from clients is encrypted with TLS.", promises.encrypted, 0),
    ("All traffic between services is encrypted by the service mesh.", promises.encrypted, 0),
    ("Orders tells payment asynchronously through the queue.", promises.handed, 1),
    ("Payment is never called synchronously.", promises.handed, 1),
    ("Orders tells stock asynchronously through the queue.", promises.handed, 0),
    ("Clients authenticate with an API key.", interfaces.authentication, 1),
    ("Clients authenticate with a JWT.", interfaces.authentication, 0),
    ("We call Stripe with an API key.", interfaces.authentication, 0),
    ("API clients use OAuth 2.0; nobody uses API keys any more.", interfaces.authentication, 0),
    (OAUTH.format("Accepted", "API keys"), interfaces.authentication, 1),
    (OAUTH.format("Superseded by 4", "API keys"), interfaces.authentication, 0),
    ("All requests must carry a bearer token.", interfaces.guarded, 1),
    ("All requests but those to /export must carry a bearer token.", interfaces.guarded, 0),
    ("`POST /orders` answers 202.", interfaces.codes, 0),
    ("`POST /api/v1/orders` returns `201 Created`.", interfaces.codes, 1),
    ("`GET /orders/{id}` answers 410 when it is gone.", interfaces.codes, 0),
    (FLOW.format("orders-->>A: 202 Accepted"), interfaces.codes, 0),
    (FLOW.format("orders-->>A: 201 Created"), interfaces.codes, 1),
    ("| Operation | Answer |\n|---|---|\n| `POST /orders` | 201 |", interfaces.codes, 1),
    ("| Method | Path | Status |\n|---|---|---|\n| POST | /orders | 202 |", interfaces.codes, 0),
    ("```yaml\n" + SPEC.replace('"202"', '"201"') + "```", interfaces.codes, 1),
    ("The admin interface of payment is internal only.", promises.exposed, 0),
    ("All paths start with `/api/v1`.", interfaces.versions, 0),
    ("The API is versioned in the path (/v2).", interfaces.versions, 1),
    ("Breaking changes get a new prefix, /v2.", interfaces.versions, 0),
    ("The gateway spreads requests over three instances of orders.", replicas, 1),
    ("We run one replica of stock and two of orders.", replicas, 0),
    ("Orders scales between 2 and 6 replicas.", replicas, 0),
    ("Orders are stored in MongoDB.", technologies, 1),
    ("We moved from MySQL to PostgreSQL last year.", technologies, 0),
]


@pytest.mark.parametrize(("words", "check", "count"), SAID, ids=[f"{n} {each[0][:40]}" for n, each in enumerate(SAID)])
def test_what_a_text_says_is_told_where_the_files_are_otherwise(words: str, check: Check, count: int) -> None:
    text = words if words.startswith("#") else f"# Shop\n\n{words}\n"
    path = "adr/0003-tokens.md" if "Status:" in text else "a.md"
    told = list(check(design({path: text, "compose.yaml": COMPOSE, "openapi.yaml": SPEC})))
    assert len(told) == count
    assert all(each.at.document.path == path and each.also for each in told)


def test_a_key_in_another_header_than_the_text_names_is_told() -> None:
    scheme = SPEC.replace("{type: http, scheme: bearer}", "{type: apiKey, in: header, name: X-Shop-Key}")
    for header, count in (("X-API-Key", 1), ("X-Shop-Key", 0)):
        text = f"# Shop\n\nClients send an API key in the header `{header}`.\n"
        assert len(list(interfaces.authentication(design({"a.md": text, "openapi.yaml": scheme})))) == count


def test_ways_into_a_cluster_are_services_with_an_address_and_routes() -> None:
    cluster = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: store, image: "x/store:1"}]}
  volumeClaimTemplates: [{metadata: {name: d}}]
---
apiVersion: v1
kind: Service
metadata: {name: store}
spec: {type: KIND, selector: {app: store}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: NAME, port: {number: 80}}}}]}}]}
"""
    text = "# A\n\nThe store is cluster-internal.\n\nThe store keeps no local state.\n"
    for kind, name, count in (("LoadBalancer", "x", 1), ("ClusterIP", "store", 1), ("ClusterIP", "x", 0)):
        files = {"a.md": text, "k.yaml": cluster.replace("KIND", kind).replace("NAME", name)}
        assert len(list(promises.exposed(design(files)))) == count
        assert len(list(promises.stateless(design(files)))) == 1
