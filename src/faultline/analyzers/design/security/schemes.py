"""How callers prove who they are, and what is encrypted on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Access, Api, apis
from faultline.analyzers.design.apis.schemes import flows
from faultline.analyzers.design.apis.servers import address_spot, host_of, is_inside, servers
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security.access import is_admin
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_OUTDATED: Final = frozenset(("negotiate", "ntlm", "oauth", "digest"))
_URLS: Final = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")
_UNSIGNED: Final = regex(
    r"alg(?:orithm)?[\"'`]?\s{0,3}[:=]?\s{0,3}[\"'`]?none\b|\bunsigned (?:jwt|token)|"
    r"signatures? (?:is|are) (?:not|never) (?:verified|checked|validated)|"
    r"(?:without|not|never) (?:verifying|checking|validating|verify|check|validate) the signature",
    re.IGNORECASE,
)
_USERINFO: Final = regex(r"[a-z]{2,10}://[^/@\s:]{1,100}:[^/@\s]{1,100}@", re.IGNORECASE)
_OLD_FLOWS: Final = {"implicit": "implicit", "password": "password"}


def addresses(design: Design) -> Iterator[Observation]:
    """Servers over plain http, and those that say a password."""
    for api in apis(design):
        for node, url in servers(api):
            spot = address_spot(node)
            if _USERINFO.match(url):
                yield Observation("security/secret-in-url", spot, "The address of the server holds credentials.")
            if url.lower().startswith(("http://", "ws://")) and (host := host_of(url)) and not is_inside(host):
                both = api.document.version == "2.0" and "https" in api.root.get("schemes", ())
                yield Observation(
                    "security/plain-http",
                    spot,
                    f"{host} is offered over plain http{' beside https' if both else ''}.",
                    severity=Severity.LOW if both else None,
                    many="{count} addresses are plain http",
                )


def mechanisms(design: Design) -> Iterator[Observation]:
    """Security schemes that are weak by themselves."""
    for api in apis(design):
        for name, node in api.schemes.items():
            yield from _scheme(api, name, node)


def _scheme(api: Api, name: str, node: Node) -> Iterator[Observation]:
    value: dict[str, Any] = node.value
    kind = value.get("type")
    scheme = str(value.get("scheme", "")).lower()

    def at(*below: str) -> Spot:
        return Spot(node.document, (*node.pointer, *below), symbol=f"security scheme {name}")

    if kind == "basic" or (kind == "http" and scheme == "basic"):
        yield Observation(
            "security/basic-auth",
            at("type" if kind == "basic" else "scheme"),
            f"`{name}` sends the password itself with every request.",
        )
    elif kind == "http" and scheme in _OUTDATED:
        yield Observation("security/outdated-auth-scheme", at("scheme"), f"`{name}` uses {value['scheme']}.")
    elif kind == "apiKey" and value.get("in") == "query":
        yield Observation(
            "security/api-key-in-url",
            at("in"),
            f"`{name}` takes the key from the query parameter `{value.get('name')}`.",
        )
    text = value.get("description")
    if isinstance(text, str) and _UNSIGNED.search(text[:10_000]):
        yield Observation("security/unsigned-token", at("description"), f"`{name}` accepts tokens without a signature.")
    elif str(value.get("bearerFormat", "")).lower() in ("none", "jwt-none", "unsigned"):
        yield Observation(
            "security/unsigned-token", at("bearerFormat"), f"`{name}` accepts tokens without a signature."
        )
    if isinstance(url := value.get("openIdConnectUrl"), str) and _is_plain(url):
        yield _plain(at("openIdConnectUrl"), url)
    for flow, flow_node in flows(api, node):
        if flow in _OLD_FLOWS:
            spot = Spot(flow_node.document, flow_node.pointer, symbol=f"security scheme {name}")
            yield Observation("security/outdated-oauth-flow", spot, f"`{name}` offers the {flow} flow.")
        for key in _URLS:
            if isinstance(url := flow_node.value.get(key), str) and _is_plain(url):
                spot = Spot(node.document, _below(flow_node, key), symbol=f"security scheme {name} {key}")
                yield _plain(spot, url)


def _below(node: Node, key: str) -> tuple[str | int, ...]:
    # In 2.0 the flow is named by a key of the scheme, beside its addresses.
    return (*(node.pointer[:-1] if node.pointer[-1] == "flow" else node.pointer), key)


def _is_plain(url: str) -> bool:
    return url.lower().startswith("http://") and not is_inside(host_of(url))


def _plain(spot: Spot, url: str) -> Observation:
    return Observation("security/plain-http", spot, f"Credentials go to {host_of(url)} over plain http.")


def use(design: Design) -> Iterator[Observation]:
    """Schemes that nothing requires, scopes that nobody asks for, and administrators who are like users."""
    for api in apis(design):
        used = {name for each in api.calls for name in _names(each.operation.security)}
        if api.schemes and api.calls and not used and all(each.access is Access.UNSAID for each in api.calls):
            for name, node in api.schemes.items():
                yield Observation(
                    "security/scheme-never-required",
                    Spot(node.document, node.pointer, symbol=f"security scheme {name}"),
                    f"`{name}` is defined, and no operation requires it.",
                )
        yield from _scopes(api)
        yield from _administrators(api)


def _names(held: Node | None) -> Iterator[str]:
    for each in held.value if held is not None and isinstance(held.value, list) else ():
        if isinstance(each, dict):
            yield from map(str, each)


def _scopes(api: Api) -> Iterator[Observation]:
    offered = {
        name: scopes
        for name, node in api.schemes.items()
        if node.value.get("type") == "oauth2" and (scopes := _offered(api, node))
    }
    if not offered:
        return
    asked = 0
    without = []
    for call in api.calls:
        held = call.operation.node.value.get("security", api.security)
        for each in held if isinstance(held, list) else ():
            for name, scopes in each.items() if isinstance(each, dict) else ():
                if name in offered:
                    asked += bool(scopes)
                    if not scopes and call.writes:
                        without.append((call, name))
    for call, name in without:
        yield Observation(
            "security/no-scope",
            call.security_spot(),
            f"{call.symbol} asks for no scope of `{name}`, which offers {len(offered[name])}.",
            cause="" if asked else IN_DOUBT,
            severity=None if asked else Severity.INFO,
            many="{count} writes ask for no scope",
        )


def _offered(api: Api, node: Node) -> set[str]:
    if api.document.version == "2.0":
        return set(node.value["scopes"]) if isinstance(node.value.get("scopes"), dict) else set()
    found: set[str] = set()
    for _, flow in flows(api, node):
        if isinstance(scopes := flow.value.get("scopes"), dict):
            found.update(map(str, scopes))
    return found


def _administrators(api: Api) -> Iterator[Observation]:
    plain: dict[str, Any] = {}
    admin = []
    for call in api.calls:
        if call.access is Access.SECURED:
            held = repr(call.operation.node.value.get("security", api.security))
            if is_admin(call):
                admin.append((call, held))
            else:
                plain.setdefault(held, call)
    for call, held in admin:
        if (other := plain.get(held)) is not None:
            yield Observation(
                "security/admin-like-users",
                call.security_spot(),
                f"{call.symbol} requires the same as {other.symbol}.",
                also=(other.security_spot(),),
                # Requirements with scopes are meant to tell callers apart; without scopes roles may do that unseen.
                severity=Severity.LOW if "['" in held.partition(":")[2] else None,
                many="{count} operations of the administration require what ordinary ones do",
            )


CHECKS: tuple[Check, ...] = (addresses, mechanisms, use)
