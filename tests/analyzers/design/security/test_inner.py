"""Calls without TLS among encrypted ones, invokers and images of Terraform, the open read among closed ones."""

import pytest

from tests.analyzers.design.parts import findings

SERVICE = '  {0}: {{image: "{0}:1.0", environment: {{{1}}}{2}}}\n'
CERTIFICATE = ", secrets: [service_tls]"


def stack(*calls: str, certificate: str = "") -> dict[str, str]:
    """A stack in which one service calls others."""
    settings = ", ".join(f'URL_{place}: "{each}"' for place, each in enumerate(calls))
    called = "".join(SERVICE.format(name, "", certificate) for name in ("stock", "fares", "seats"))
    return {"compose.yaml": f"services:\n{SERVICE.format('web', settings, '')}{called}"}


def cloud(member: str, push: str = "", image: str = "registry.example.org/orders:1.0") -> dict[str, str]:
    """A service in the cloud and who may call it."""
    return {
        "main.tf": f"""
locals {{ release = "latest" }}
resource "google_cloud_run_v2_service" "orders" {{
  name = "orders"
  template {{
    containers {{
      image = "{image}"
    }}
  }}
}}
resource "google_cloud_run_v2_service_iam_member" "orders" {{
  name   = google_cloud_run_v2_service.orders.name
  role   = "roles/run.invoker"
  member = "{member}"
}}
{push}
"""
    }


PUSH = """
resource "google_pubsub_subscription" "orders" {
  topic = "orders"
  push_config {
    push_endpoint = "${google_cloud_run_v2_service.orders.uri}/events"
  }
}
"""


def api(**paths: str) -> dict[str, str]:
    """A specification of reads that need credentials, but for some."""
    written = "".join(
        f"  /{path.replace('__', '/')}:\n    get:\n      {said}\n"
        "      responses: {'200': {description: It is so}, '401': {description: Who are you}}\n"
        for path, said in paths.items()
    )
    return {
        "openapi.yaml": "openapi: 3.0.3\ninfo: {title: Runs, version: 1.0.0}\nsecurity: [{token: []}]\npaths:\n"
        f"{written}components:\n  securitySchemes:\n    token: {{type: http, scheme: bearer}}\n"
    }


OPEN = "security: []"
FOUND = {
    "one plain among encrypted": (
        stack("https://stock:8443", "https://fares:8443", "http://seats:8080"),
        "plain-http",
    ),
    "plain to who holds a certificate": (stack("http://stock:8080", certificate=CERTIFICATE), "plain-http"),
    "everybody where a queue pushes": (cloud("allUsers", PUSH), "no-authentication"),
    "whoever has an account": (cloud("allAuthenticatedUsers"), "no-authentication"),
    "latest behind an unknown registry": (cloud("user:a@b", image="${var.registry}/orders:latest"), "latest-tag"),
    "a local that is latest": (cloud("user:a@b", image="r.example.org/orders:${local.release}"), "latest-tag"),
    "no tag at all": (cloud("user:a@b", image="${var.registry}/orders"), "latest-tag"),
    "one open read": (api(runs="summary: a", runs__a="summary: b", runs__b="summary: c", runs__c=OPEN), "no-authent"),
}
SILENT = {
    "all plain": (stack("http://stock:8080", "http://fares:8080"), "plain-http"),
    "everybody may call a site": (cloud("allUsers"), "no-authentication"),
    "a release that is a variable": (cloud("user:a@b", image="${var.registry}/orders:${var.release}"), "latest-tag"),
    "an image that is a variable": (cloud("user:a@b", image="${var.image}"), "latest-tag"),
    "health is open": (api(runs="summary: a", runs__a="summary: b", runs__b="summary: c", health=OPEN), "no-authent"),
    "all reads are open": (api(titles=OPEN, titles__a=OPEN, lists="summary: c"), "no-authent"),
}


def told(files: dict[str, str], rule: str) -> list[str]:
    """What is told of one rule at the default level."""
    return [each.rule_id for each in findings(files, "low") if rule in each.rule_id]


@pytest.mark.parametrize("case", FOUND)
def test_what_is_otherwise_than_the_rest_is_told(case: str) -> None:
    assert len(told(*FOUND[case])) == 1


@pytest.mark.parametrize("case", SILENT)
def test_what_is_usual_is_not(case: str) -> None:
    assert told(*SILENT[case]) == []
