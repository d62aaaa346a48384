"""What deployments show beyond one file: overlays, overrides, and settings that switch a protection off."""

import pytest

from faultline.analyzers.design.resilience import compose, kubernetes
from faultline.analyzers.design.resilience.settings import fault_of
from tests.analyzers.design.parts import seen


def test_what_an_override_adds_is_not_missed_in_the_base() -> None:
    base = "services:\n  api:\n    image: acme/api:1\n    ports: ['127.0.0.1:80:80']\n"
    more = (
        "services:\n  api:\n    restart: always\n    mem_limit: 1g\n    stop_grace_period: 5s\n"
        "    healthcheck: {test: 'true'}\n    logging: {driver: local}\n"
    )
    check = compose.CHECKS[0]
    assert {each.rule for each in seen(check, {"compose.yaml": base})} >= {
        "resilience/no-health-check",
        "resilience/no-restart-policy",
        "resilience/no-resource-limits",
    }
    assert seen(check, {"compose.yaml": base, "compose.prod.yaml": more}) == []


def test_what_all_services_lack_is_one_finding() -> None:
    text = "services:\n" + "".join(f"  s{n}:\n    image: acme/s{n}:1\n    restart: always\n" for n in range(4))
    lacking = [each for each in seen(compose.CHECKS[0], {"compose.yaml": text}) if "limits" in each.rule]
    assert [each.cause for each in lacking] == [""] * 4
    assert [each.at.lines[0] for each in lacking] == [2, 5, 8, 11]


OVERLAY = {
    "base/api.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - {name: api, image: "acme/api:1", ports: [{containerPort: 80}]}
""",
    "overlays/prod/api.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 3
""",
}


def test_the_replicas_of_an_overlay_count() -> None:
    def rules(files: dict[str, str]) -> set[str]:
        return {each.rule for each in seen(kubernetes.CHECKS[0], files)}

    assert "resilience/single-replica" not in rules(OVERLAY)
    assert "resilience/single-replica" in rules({"base/api.yaml": OVERLAY["base/api.yaml"]})


def test_an_overlay_is_not_asked_for_what_its_base_says() -> None:
    assert seen(kubernetes.CHECKS[0], {"api.yaml": OVERLAY["overlays/prod/api.yaml"]}) == []


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("HTTP_TIMEOUT", "0", "resilience/no-timeout"),
        ("upstream.timeout.ms", "-1", "resilience/no-timeout"),
        ("DB_CONNECT_TIMEOUT", "infinite", "resilience/no-timeout"),
        ("RETRY_BACKOFF_MS", "0", "resilience/no-backoff"),
        ("RECONNECT_RETRY_DELAY", "0s", "resilience/no-backoff"),
        ("MAX_RETRIES", "unlimited", "resilience/no-backoff"),
        ("EVENT_QUEUE_SIZE", "unbounded", "resilience/unbounded-queue"),
        ("RATE_LIMIT_ENABLED", "false", "resilience/no-rate-limit"),
    ],
)
def test_a_protection_that_is_switched_off_is_seen(name: str, value: str, rule: str) -> None:
    fault = fault_of(name, value)
    assert fault is not None
    assert fault.rule == rule


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_TIMEOUT", "5"),
        ("KEEPALIVE_TIMEOUT", "0"),
        ("IDLE_TIMEOUT", "none"),
        ("MAX_RETRIES", "0"),
        ("MAX_RETRIES", "3"),
        ("RETRY_BACKOFF_MS", "200"),
        ("QUEUE_URL", "none"),
        ("QUEUE_SIZE", "1000"),
        ("RATE_LIMIT_ENABLED", "true"),
        ("TIMEOUT", "x" * 100),
    ],
)
def test_a_sensible_setting_is_none(name: str, value: str) -> None:
    assert fault_of(name, value) is None
