"""What deployments carry as text, where their routes lead, and what the trade of a workload needs."""

import pytest

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.security import kubernetes, routes, shown, written
from faultline.analyzers.design.security.disclosed import disclosed
from faultline.core.finding import Severity
from tests.analyzers.design.parts import seen

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shipper}\ndata:\n  app.yaml: |\n    # the file\n    %s\n"
LABEL = "traefik.http.routers.a"
COMPOSE = "services:\n  web:\n    image: a/web:1\n    %s\n"
INGRESS = (
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: forms\n  annotations: {%s}\nspec:\n  rules:\n"
    "    - host: forms.example\n      http: {paths: [{path: %s, backend: {service: {name: forms}}}]}\n"
)
ROUTE = (
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: forms}\nspec:\n  parentRefs: "
    "[{name: %s}]\n"
    "  rules:\n    - matches: [{path: {value: /admin}}]\n      backendRefs: [{name: forms}]\n%s"
)
VIRTUAL = (
    "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: forms}\nspec:\n  gateways: [%s]\n"
    "  http: [{match: [{uri: {prefix: /admin}}], route: [{destination: {host: forms}}]}]\n"
)
TRAEFIK = (
    "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: forms}\nspec:\n  routes:\n"
    "    - match: Host(`a.example`) && PathPrefix(`/admin`)\n      services: [{name: forms}]\n%s"
)
NGINX = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  nginx.conf: "
    "|\n    server {\n      location / { proxy_pass"
    " http://a; }\n      location /admin/ {\n        %s\n        proxy_pass http://a;\n      }\n    }\n"
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CONFIG % "endpoint: http://logs.example.org", 7),
        (CONFIG % "loki: {url: http://logs.example.org/push, batch: 5}", 7),
        (CONFIG % "hosts:\n      - http://search.example.org:9200", 8),
        (CONFIG % "proxy_pass http://api.example.org;", 7),
        (CONFIG % "endpoint: https://logs.example.org", 0),
        (CONFIG % "endpoint: http://logs.obs.svc:3100", 0),
        (CONFIG % "# endpoint: http://logs.example.org", 0),
        (CONFIG % "license: http://www.example.org/license", 0),
        (COMPOSE % 'command: [serve, "--upstream=http://api.example.org"]', 4),
        (COMPOSE % 'command: [serve, --upstream, "http://api.example.org"]', 4),
        (COMPOSE % "command: sh -c 'curl -s http://api.example.org/run'", 4),
        (COMPOSE % 'command: [serve, "--allowed-origin=http://shop.example.org"]', 0),
        (COMPOSE % "expose: ['80']\nconfigs:\n  a:\n    content: |\n      push = \"http://api.example.org\"", 8),
    ],
)
def test_an_address_in_carried_settings_is_told_at_its_line(text: str, line: int) -> None:
    told = seen(written.check, {"compose.yaml" if text.startswith("services") else "a.yaml": text})
    assert [each.at.lines[0] for each in told if each.rule == "security/plain-http"] == [line] * bool(line)


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        (INGRESS % ("", "/admin/export"), True),
        (INGRESS % ("", "/actuator"), True),
        (INGRESS % ("", "/apply"), False),
        (INGRESS % ("nginx.ingress.kubernetes.io/auth-url: https://sso.example", "/admin"), False),
        (INGRESS % ("alb.ingress.kubernetes.io/scheme: internal", "/admin"), False),
        (ROUTE % ("public", ""), True),
        (ROUTE % ("internal", ""), False),
        (ROUTE % ("public", "      filters: [{type: ExtensionRef}]\n"), False),
        (VIRTUAL % "edge", True),
        (VIRTUAL % "mesh", False),
        (TRAEFIK % "", True),
        (TRAEFIK % "      middlewares: [{name: login}]\n", False),
        (NGINX % "proxy_read_timeout 5s;", True),
        (NGINX % "auth_basic on;", False),
        (COMPOSE % f"labels: ['{LABEL}.rule=PathPrefix(`/admin`)']", True),
        (COMPOSE % f"labels: ['{LABEL}.rule=PathPrefix(`/admin`)', '{LABEL}.middlewares=b']", False),
    ],
)  # fmt: skip
def test_a_route_to_the_administration_is_open_where_nothing_asks(text: str, open_: bool) -> None:
    told = seen(routes.check, {"compose.yaml" if text.startswith("services") else "a.yaml": text})
    assert bool(told) == open_


AGENT = (
    "apiVersion: apps/v1\nkind: %s\nmetadata: {name: shipper}\nspec:\n  template:\n    spec:\n      "
    "automountServiceAccountToken: false\n"
    "      containers:\n        - name: a\n          image: timberio/vector:0.39\n          securityContext: "
    "{capabilities: {add: [DAC_READ_SEARCH]}}\n"
    "          volumeMounts: [{name: v, mountPath: /x, readOnly: true}]\n      volumes: [{name: v, hostPath: {path: "
    "%s}}]\n"
)


@pytest.mark.parametrize(
    ("kind", "path", "told"),
    [
        ("DaemonSet", "/var/log/pods", set()),
        ("DaemonSet", "/var/lib/vector", set()),
        ("DaemonSet", "/", {"security/host-path"}),
        ("Deployment", "/var/log", {"security/dangerous-capability"}),
        ("Deployment", "/var/lib/kubelet", {"security/host-path", "security/dangerous-capability"}),
    ],
)
def test_an_agent_of_nodes_may_read_what_it_is_there_for(kind: str, path: str, told: set[str]) -> None:
    found = seen(kubernetes.check, {"a.yaml": AGENT % (kind, path)})
    watched = {"security/host-path", "security/dangerous-capability"}
    assert {each.rule for each in found if each.rule in watched and each.severity is not Severity.INFO} == told


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("- database: user identity_rw, password: Wg7!quay-Harbour22 (same on staging)", True),
        ("The API key of the SMS provider is `zq_live_93hfKq02mZpQ7x`.", True),
        ("DB login: orders / T4ub3nschl4g!", True),
        ("| For | Password |\n|---|---|\n| db | Zu7-kraft-Werk! |", True),
        ("Passwords are hashed with Argon2id-v19.", False),
        ("The secret is kept in Vault under kv/orders/db-2.", False),
        ("Secret: `orders-db-v3` (rotated 2025-06-01).", False),
        ("Credentials: SCRAM-SHA-512", False),
    ],
)
def test_a_password_that_prose_writes_out_is_seen_by_its_shape(text: str, secret: bool) -> None:
    assert bool(list(disclosed(MarkdownDocument("a.md", f"# Design\n\n{text}\n")))) == secret


@pytest.mark.parametrize(
    ("language", "line", "told"),
    [
        ("yaml", "token: x\nserver: http://beacon.acme.org/v1", True),
        ("yaml", "level: info\nserver: http://beacon.acme.org/v1", False),
        ("yaml", "token: x\nserver: http://your-server.acme.org/v1", False),
        ("sh", "curl -H 'Authorization: Bearer x' http://beacon.acme.org/v1", True),
        ("sh", "curl http://beacon.acme.org/v1", False),
    ],
)
def test_a_block_that_sends_a_credential_in_the_clear_is_told(language: str, line: str, told: bool) -> None:
    assert bool(seen(shown.shown, {"README.md": f"# Beacon\n\n```{language}\n{line}\n```\n"})) == told
