"""What is told when a deployment closes a door that others use."""

from __future__ import annotations

from faultline.analyzers.design.evolution.deployments import CHECKS
from tests.analyzers.design.parts import design

SERVICE = """apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
    - {port: 80}
    - {port: 81}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - host: shop.example.com
      http: {paths: [{path: /orders}]}
"""


def told(name: str, old: str, new: str) -> list[tuple[str, int, str]]:
    files = design({name: new, f"against/{name}": old})
    seen = [each for check in CHECKS for each in check(files)]
    return [(each.rule.removeprefix("evolution/"), each.at.lines[0], each.cause) for each in seen]


def test_a_port_that_nobody_publishes_any_longer_is_told_at_its_service() -> None:
    old = "services:\n  web:\n    image: web\n    ports: ['80:80', '127.0.0.1:90:90', '9']\n"
    assert told("compose.yaml", old, "services:\n  web:\n    image: web\n") == [("published-port-removed", 2, "web 80")]
    assert told("compose.yaml", old, "services:\n  app:\n    image: web\n    ports: ['80:81']\n") == []
    assert told("compose.yaml", old, "services:\n  app:\n    image: web\n") == [("published-port-removed", 1, "web 80")]


def test_a_port_of_a_service_and_a_route_are_told() -> None:
    new = SERVICE.replace("    - {port: 81}\n", "").replace("/orders", "/sales")
    assert told("k8s.yaml", SERVICE, new) == [
        ("published-port-removed", 4, "web 81"),
        ("route-removed", 11, "shop.example.com/orders"),
    ]
    assert told("k8s.yaml", SERVICE, SERVICE) == []


def test_a_file_that_is_not_there_says_nothing() -> None:
    files = design({"a.yaml": SERVICE, "b.yaml": SERVICE, "against/c.yaml": SERVICE.replace("81", "82")})
    assert [each for check in CHECKS for each in check(files)] == []
