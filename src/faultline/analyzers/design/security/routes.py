"""Routes from the outside that lead to the administration: paths of ingresses, gateways, proxies and labels.

The path tells: `/admin/export`, `/actuator`, `/debug/pprof`. It is no fault where the route asks for a login, is for
some addresses only, or belongs to a gateway of the inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.apis.words import administers
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, KubernetesObject
from faultline.analyzers.design.documents.plain import at, strings
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_GUARDS: Final = regex(
    r"(?i)auth|whitelist|allowlist|source-range|middleware|plugins|inbound-cidrs|security-groups|client-cert|oidc"
    r"|sso|deny|jwt"
)
_INSIDE: Final = regex(r"(?i)intern|private|vpn|corp|intranet|\.(?:local|lan|svc|home)$|backoffice|staff|ops-?gw|mgmt")
_CLOSED: Final = regex(r"(?i)deny|block|forbid|blackhole|404|default-?backend|sso|oauth|auth|login")
_POLICIES: Final = ("SecurityPolicy", "AuthorizationPolicy", "AuthPolicy", "RequestAuthentication", "HTTPRouteFilter")
_PATHS: Final = regex(r"(?:PathPrefix|Path)\(\s*(?P<paths>[^()]{1,300})\)")
_QUOTED: Final = regex(r"[`'\"](?P<path>/[^`'\"]{0,200})[`'\"]")
_LOCATION: Final = regex(r"^\s*location\s+(?:[=~^*]{1,2}\s*)?(?P<path>\S{1,200})\s*\{")
_SERVES: Final = regex(r"\b(?:proxy_pass|fastcgi_pass|uwsgi_pass|grpc_pass|root|alias|try_files|stub_status)\b")
_NGINX_GUARDS: Final = regex(
    r"\b(?:auth_request|auth_basic|auth_jwt|allow|deny|internal|satisfy|access_by_lua\w*|ssl_verify_client"
    r"|return\s+[34]\d\d|proxy_pass\s+\S*(?:auth|sso))\b"
)


def check(design: Design) -> Iterator[Observation]:
    """Paths of the administration that are routed from the outside."""
    cluster = Cluster(design.of(KubernetesDocument))
    guarded = any(cluster.of(kind) for kind in _POLICIES)
    for each in cluster.objects:
        if each.kind == "Ingress":
            yield from _ingress(each)
        elif each.kind == "HTTPRoute" and not guarded:
            yield from _http_route(each)
        elif each.kind == "VirtualService" and not guarded:
            yield from _virtual_service(each)
        elif each.kind == "IngressRoute":
            yield from _ingress_route(each)
        elif each.kind == "ConfigMap":
            yield from _server(each)
    for document in design.of(ComposeDocument):
        if document.stage != "development":
            yield from _labels(document)


def _told(thing: KubernetesObject, path: str, *where: str | int) -> Observation:
    message = f"{thing.symbol} leads from the outside to {path}, and asks nobody who they are."
    return _open(thing.spot(*where), message, f"{thing.symbol} {path}")


def _open(spot: Spot, message: str, cause: str) -> Observation:
    return Observation("security/exposed-admin-interface", spot, message, cause=cause, severity=Severity.MEDIUM)


def _is_inside(thing: KubernetesObject, *said: object) -> bool:
    return any(_INSIDE.search(str(each)) for each in (thing.name, thing.namespace, *said) if each)


def _ingress(ingress: KubernetesObject) -> Iterator[Observation]:
    annotations = ingress.annotations
    inside = [*(value for name, value in annotations.items() if "scheme" in name or "class" in name)]
    if any(
        _GUARDS.search(f"{name.rpartition('/')[2]} {value if 'snippet' in name else ''}")
        for name, value in annotations.items()
    ):
        return
    for place, rule in enumerate(ingress.items("spec", "rules")):
        if _is_inside(ingress, ingress.get("spec", "ingressClassName"), at(rule, ("host",)), *inside):
            continue
        paths = at(rule, ("http", "paths"))
        for number, each in enumerate(paths if isinstance(paths, list) else ()):
            path, target = at(each, ("path",)), at(each, ("backend", "service", "name"))
            if isinstance(path, str) and administers(path) and not _CLOSED.search(str(target)):
                yield _told(ingress, path, "spec", "rules", place, "http", "paths", number, "path")


def _http_route(route: KubernetesObject) -> Iterator[Observation]:
    parents = [name for each in route.items("spec", "parentRefs") if (name := at(each, ("name",)))]
    if _is_inside(route, *parents, *route.items("spec", "hostnames")):
        return
    for place, rule in enumerate(route.items("spec", "rules")):
        if not isinstance(rule, dict) or rule.get("filters") or not rule.get("backendRefs"):
            continue
        for number, each in enumerate(rule["matches"] if isinstance(rule.get("matches"), list) else ()):
            path = at(each, ("path", "value"))
            if isinstance(path, str) and administers(path):
                yield _told(route, path, "spec", "rules", place, "matches", number, "path", "value")


def _virtual_service(service: KubernetesObject) -> Iterator[Observation]:
    gateways = [each for each in service.items("spec", "gateways") if each != "mesh"]
    if not gateways or _is_inside(service, *gateways, *service.items("spec", "hosts")):
        return
    for place, rule in enumerate(service.items("spec", "http")):
        matches = rule.get("match") if isinstance(rule, dict) and rule.get("route") else None
        for number, each in enumerate(matches if isinstance(matches, list) else ()):
            uri = each.get("uri") if isinstance(each, dict) else None
            for kind, path in uri.items() if isinstance(uri, dict) else ():
                if isinstance(path, str) and administers(path) and "headers" not in each:
                    yield _told(service, path, "spec", "http", place, "match", number, "uri", str(kind))


def _ingress_route(route: KubernetesObject) -> Iterator[Observation]:
    if _is_inside(route, *route.items("spec", "entryPoints")):
        return
    for place, rule in enumerate(route.items("spec", "routes")):
        match = rule.get("match") if isinstance(rule, dict) and not rule.get("middlewares") else None
        if isinstance(match, str) and (path := _matched(match)):
            yield _told(route, path, "spec", "routes", place, "match")


def _matched(rule: str) -> str | None:
    """The path of the administration that a rule of Traefik lets in; None where none, or for some addresses only."""
    if "ClientIP" in rule or "!Path" in rule or _INSIDE.search(rule):
        return None
    found = (each["path"] for group in _PATHS.finditer(rule[:4_000]) for each in _QUOTED.finditer(group["paths"]))
    return next(filter(administers, found), None)


def _labels(document: ComposeDocument) -> Iterator[Observation]:
    for service in document.services:
        labels = service.labels
        names = {each.name for each in labels}
        for each in labels:
            if not each.name.endswith(".rule") or f"{each.name.removesuffix('rule')}middlewares" in names:
                continue
            if each.spot.document is document and (path := _matched(each.value or "")):
                message = f"Service `{service.name}` is open to everybody at {path}."
                yield _open(each.spot, message, f"{service.name} {path}")


def _server(thing: KubernetesObject) -> Iterator[Observation]:
    """Locations of an nginx whose settings stand in a ConfigMap."""
    for name, text in strings(thing.get("data")).items():
        if "location" not in text or "\n" not in text or "listen 127." in text or _is_inside(thing):
            continue
        spot = thing.spot("data", name)
        if spot.tree is None or spot.pointer is None:
            continue
        start = spot.tree.key_line_of(spot.pointer)
        blocks = list(_locations(text.split("\n")[:5_000]))
        around = text
        for *_, body in blocks:
            around = around.replace(body, "")
        if _NGINX_GUARDS.search(around):
            continue
        for line, path, body in blocks:
            if administers(path) and _SERVES.search(body) and not _NGINX_GUARDS.search(body):
                where = Spot(spot.document, line=start + line, symbol=spot.symbol)
                yield _open(
                    where,
                    f"{thing.symbol} leads from the outside to {path}, and asks nobody who they are.",
                    f"{thing.symbol} {path}",
                )


def _locations(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """The outermost blocks `location`: line from 1, path, what stands in it."""
    opened: tuple[int, str] | None = None
    body: list[str] = []
    depth = 0
    for number, line in enumerate(lines, 1):
        found = _LOCATION.match(line) if opened is None else None
        if found:
            opened, body, depth = (number, found["path"]), [], 0
        if opened is not None:
            body.append(line)
            depth += line.count("{") - line.count("}")
            if depth <= 0:
                yield *opened, "\n".join(body)
                opened = None


CHECKS: tuple[Check, ...] = (check,)
