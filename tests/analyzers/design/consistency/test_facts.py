"""Figures of texts against what is deployed and specified: told where they surely differ, and only there."""

from collections.abc import Mapping

import pytest

from faultline.analyzers.design.consistency.facts.compared import mismatches
from faultline.analyzers.design.consistency.facts.fact import seconds, size
from tests.analyzers.design.parts import findings, seen

SPEC = """openapi: 3.0.3
info: {title: Orders, version: 1.0.0, description: Each client may send 100 requests per minute.}
paths:
  /orders:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100, default: 20}}
      responses: {"200": {description: The orders}}
"""
IMAGES = {"gateway": "nginx:1.25.3", "db": "postgres:15.4", "queue": "rabbitmq:3.13"}


def compose(settings: Mapping[str, Mapping[str, str]], more: str = "") -> str:
    """A compose file of six services with some variables; `more` stands below `payment`."""
    text = "services:\n"
    for name in ("gateway", "orders", "payment", "stock", "db", "queue"):
        text += f"  {name}:\n    image: {IMAGES.get(name, f'shop/{name}:1.0.0')}\n"
        if variables := settings.get(name):
            text += "    environment:\n" + "".join(f'      {key}: "{value}"\n' for key, value in variables.items())
        if name == "payment":
            text += more
    return text


def orders(**variables: str) -> dict[str, dict[str, str]]:
    """Variables of the service `orders`."""
    return {"orders": variables}


def gateway(**variables: str) -> dict[str, dict[str, str]]:
    """Variables of the service `gateway`."""
    return {"gateway": variables}


CALLS_OF_ORDERS = "# Shop\n\n## Orders\n\n"
TABLE = "| From | To | Timeout |\n|---|---|---|\n| orders | payment | 3 s |\n| orders | stock | 1 s |"
TOKENS = "Access tokens are valid for 15 minutes, refresh tokens for 30 days."
PAGES = "Lists return {} items per page by default and at most {}."

DIFFER: list[tuple[str, dict[str, dict[str, str]]]] = [
    ("Orders calls payment with a timeout of 3 s.", orders(PAYMENT_TIMEOUT="10s")),
    ("Orders calls payment with a timeout of 3 s.", orders(HTTP_CLIENT_TIMEOUT="30s")),
    ("The order service waits no longer than two seconds for payment.", orders(PAYMENT_TIMEOUT_MS="5000")),
    ("If payment does not answer within 2 seconds, orders goes on.", orders(PAYMENT_TIMEOUT="PT5S")),
    ("Calls to payment time out after 800 ms.", orders(PAYMENT_TIMEOUT_MS="8000")),
    (TABLE, orders(PAYMENT_TIMEOUT="9s", STOCK_TIMEOUT="1s")),
    (CALLS_OF_ORDERS + "- Timeout for payment: 3 s\n- Timeout for stock: 1 s", orders(STOCK_TIMEOUT="00:00:05")),
    ("The gateway cuts requests off after 30 seconds.", gateway(PROXY_READ_TIMEOUT="60s")),
    ("A statement in the database is cancelled after 2 s.", orders(DB_STATEMENT_TIMEOUT="20s")),
    (TOKENS, orders(JWT_EXPIRATION="60m", REFRESH_TOKEN_TTL="720h")),
    ("Prices are cached for five minutes.", orders(PRICE_CACHE_TTL="3600")),
    ("The gateway limits every API key to 50 requests/s.", gateway(RATE_LIMIT_RPS="500")),
    ("Rate limiting: 100 req/min per IP.", gateway(RATE_LIMIT="1000/minute")),
    ("Uploads are limited to 10 MB.", gateway(CLIENT_MAX_BODY_SIZE="1m")),
    ("Uploads are limited to 10 MB.", orders(MAX_UPLOAD_SIZE_MB="50")),
    ("Orders are kept for ten years.", orders(ORDER_RETENTION_DAYS="365")),
    ("Carts are deleted after 30 days.", orders(CART_RETENTION_DAYS="3")),
    ("Orders retries payment three times.", orders(PAYMENT_MAX_RETRIES="10")),
    ("Lists return 20 items per page by default.", orders(DEFAULT_PAGE_SIZE="50")),
    ("```mermaid\nflowchart LR\n  orders -->|timeout 2 s| payment\n```", orders(PAYMENT_TIMEOUT="9s")),
    ("JWTs expire after one hour.", orders(JWT_EXPIRES_IN="24h")),
    ("The read timeout of the gateway is 60 s.", gateway(PROXY_READ_TIMEOUT="15s")),
    ("Links for resetting a password are valid for one hour.", orders(PASSWORD_RESET_TTL="24h")),
]
AGREE: list[tuple[str, dict[str, dict[str, str]]]] = [
    ("Orders calls payment with a timeout of 3 s.", orders(PAYMENT_TIMEOUT="3")),
    ("Orders calls payment with a timeout of 3 s.", orders(PAYMENT_TIMEOUT="3000")),
    ("Orders calls payment with a timeout of 3 s.", orders(DB_TIMEOUT="10s", SHUTDOWN_TIMEOUT="30s")),
    ("Orders calls payment with a timeout of 3 s.", orders(REQUEST_TIMEOUT="30s")),
    ("Orders retries payment after 3 seconds.", orders(PAYMENT_TIMEOUT="10s")),
    ("Payment answers within 300 ms on average.", orders(PAYMENT_TIMEOUT="2s")),
    ("Orders used to give up on payment after 10 s.", orders(PAYMENT_TIMEOUT="2s")),
    (TABLE, orders(PAYMENT_TIMEOUT="3s", STOCK_TIMEOUT="1s")),
    (TOKENS, orders(ACCESS_TOKEN_TTL="15m", REFRESH_TOKEN_TTL="720h")),
    ("Logins are limited to 5 attempts per minute.", gateway(RATE_LIMIT_PER_MINUTE="100")),
    ("The system must handle up to 500 requests per second.", gateway(RATE_LIMIT_RPS="50")),
    ("Free plans may send 60 requests per minute, paid plans 600.", gateway(RATE_LIMIT_PER_MINUTE="600")),
    ("Avatars may have up to 2 MB.", gateway(CLIENT_MAX_BODY_SIZE="12m")),
    ("The image of orders has 80 MB.", orders(MAX_IMAGE_SIZE="20MB")),
    ("Logs are kept for 30 days and backups for 90.", orders(LOG_RETENTION_DAYS="30", BACKUP_RETENTION_DAYS="90")),
    ("Orders has been down three times this year.", orders(MAX_RETRIES="10")),
    ("Orders opens the circuit for 30 s after five failures.", orders(BREAKER_RESET_TIMEOUT="10s")),
    ("An order that is not paid within 30 minutes is cancelled.", orders(PAYMENT_TIMEOUT="3s")),
    ("We saw up to 900 requests per minute on Black Friday.", gateway(RATE_LIMIT_PER_MINUTE="6000")),
    ("Orders are archived after two years and deleted after ten.", orders(ORDER_RETENTION_DAYS="3650")),
    ("Wait 10 minutes before you page somebody.", gateway(UPSTREAM_TIMEOUT="30s")),
    ("The shop's front page shows 12 articles per page.", orders(DEFAULT_PAGE_SIZE="50")),
]


def text_of(words: str) -> str:
    """A document of a sentence, or as it is where it has a title."""
    return words if words.startswith("#") else f"# Shop\n\n{words}\n"


@pytest.mark.parametrize(("words", "settings"), DIFFER, ids=[f"{n} {each[0][:40]}" for n, each in enumerate(DIFFER)])
def test_a_figure_that_a_setting_contradicts_is_told_with_both_places(
    words: str, settings: dict[str, dict[str, str]]
) -> None:
    (told,) = seen(mismatches, {"a.md": text_of(words), "compose.yaml": compose(settings)})
    assert told.at.document.path == "a.md"
    assert [each.document.path for each in told.also] == ["compose.yaml"]


@pytest.mark.parametrize(("words", "settings"), AGREE, ids=[f"{n} {each[0][:40]}" for n, each in enumerate(AGREE)])
def test_a_figure_of_something_else_or_the_same_is_not_told(words: str, settings: dict[str, dict[str, str]]) -> None:
    assert seen(mismatches, {"a.md": text_of(words), "compose.yaml": compose(settings)}) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (PAGES.format(20, 100), 0),
        (PAGES.format(50, 100), 1),
        (PAGES.format(20, 500), 1),
        ("Orders are listed in pages of 50.", 1),
        ("Orders are listed in pages of 20.", 0),
        ("`GET /orders` takes `limit` (default 20, maximum 250).", 1),
        ("Each client may send 60 requests per minute.", 1),
        ("Each client may send 100 requests per minute.", 0),
    ],
)
def test_pages_and_rates_of_a_text_are_held_against_the_specification(words: str, told: int) -> None:
    assert len(seen(mismatches, {"a.md": text_of(words), "openapi.yaml": SPEC})) == told


def test_limits_of_memory_are_those_of_the_component_that_is_named() -> None:
    limited = compose({}, "    mem_limit: 1g\n")
    for words, told in (
        ("Payment may use 256 MB of memory.", 1),
        ("Payment may use 1 GB of memory.", 0),
        ("Every service is limited to 512 MB of memory.", 1),
        ("Payment needs 200 MB of memory on average.", 0),
        ("| Service | Memory limit |\n|---|---|\n| payment | 256 MiB |", 1),
    ):
        assert len(seen(mismatches, {"a.md": text_of(words), "compose.yaml": limited})) == told, words


def test_a_cluster_s_ingress_and_the_configuration_of_its_proxy_are_read() -> None:
    cluster = """apiVersion: apps/v1
kind: Deployment
metadata: {name: booking}
spec:
  selector: {matchLabels: {app: booking}}
  template:
    metadata: {labels: {app: booking}}
    spec: {containers: [{name: booking, image: "x/booking:1", resources: {limits: {cpu: 500m}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "30"
    nginx.ingress.kubernetes.io/limit-rpm: "600"
spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: booking, port: {number: 80}}}}]}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: proxy}
data:
  nginx.conf: |
    server {
      client_max_body_size 2m;
      proxy_read_timeout 30s;
    }
    limit_req_zone $binary_remote_addr zone=a:10m rate=10r/s;
"""
    text = text_of(
        "The ingress waits up to 60 s for booking before it answers 504.\n\n"
        "Guests may upload photographs of up to 5 MB.\n\n"
        "The ingress lets each guest do 20 requests per second.\n\nEach pod of booking gets 2 CPUs."
    )
    told = seen(mismatches, {"a.md": text, "k8s.yaml": cluster})
    assert sorted((each.also[0].lines[0], each.rule.partition("/")[2]) for each in told) == [
        (8, "resource-limit-mismatch"),
        (15, "timeout-mismatch"),
        (16, "rate-limit-mismatch"),
        (25, "size-limit-mismatch"),
    ]


def test_limits_that_labels_of_a_proxy_set_are_read() -> None:
    labels = "    labels:\n      - traefik.http.middlewares.a.ratelimit.average=600\n"
    labels += "      - traefik.http.middlewares.a.ratelimit.period=1m\n"
    files = {"a.md": text_of("Each client may send 20 requests per second."), "compose.yaml": compose({}, labels)}
    (told,) = seen(mismatches, files)
    assert told.also[0].lines[0] == 9


def test_what_terraform_keeps_is_held_against_the_text() -> None:
    files = {
        "a.md": text_of("Backups of the database are kept for 35 days.\n\nThe worker gives up after 10 seconds."),
        "main.tf": """resource "aws_db_instance" "main" {
  identifier = "shop"
  engine = "postgres"
  backup_retention_period = 7
}
resource "aws_lambda_function" "worker" {
  function_name = "worker"
  timeout = 60
  environment {
    variables = { PAYMENT_TIMEOUT_MS = "3000" }
  }
}
""",
    }
    assert [each.also[0].lines[0] for each in seen(mismatches, files)] == [4, 8]


def test_what_a_text_shows_in_fences_is_held_against_the_files_and_not_asked_for_what_it_leaves_out() -> None:
    text = """# Shop

It is deployed so:

```yaml
services:
  payment:
    image: shop/payment:1.0.0
    environment: {STOCK_TIMEOUT_MS: "5000"}
    deploy: {replicas: 4}
  db: {image: "postgres:13"}
```

Locally, this is enough:

```yaml
services:
  payment:
    image: shop/payment:1.0.0
    environment: {STOCK_TIMEOUT_MS: "9000"}
```

```yaml
environment: {STOCK_TIMEOUT_MS: "7000"}
```
"""
    settings = {"payment": {"STOCK_TIMEOUT_MS": "2000"}}
    files = {"a.md": text, "compose.yaml": compose(settings, "    deploy: {replicas: 2}\n")}
    told = {(each.rule_id, each.location and each.location.start_line) for each in findings(files, "low")}
    assert {each for each in told if each[0].startswith("consistency/")} == {
        ("consistency/timeout-mismatch", 9),
        ("consistency/replicas-mismatch", 10),
        ("consistency/version-mismatch", 11),
    }
    assert not [each for each in findings({"a.md": text}, "low") if each.agent != "consistency"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3s", (3.0,)),
        ("1m30s", (90.0,)),
        ("PT3M", (180.0,)),
        ("P30D", (2_592_000.0,)),
        ("00:01:00", (60.0,)),
        ("soon", ()),
        ("3 parsecs", ()),
        ("P", ()),
    ],
)
def test_spans_of_time_are_read_as_settings_write_them(written: str, meant: tuple[float, ...]) -> None:
    assert seconds(written) == meant


def test_sizes_are_read_as_settings_write_them() -> None:
    assert (size("5MB"), size("5m"), size("5", "mb"), size("large")) == ((5e6,), (5 * 2**20,), (5e6,), ())
