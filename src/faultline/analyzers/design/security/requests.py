"""What a caller sends and should not: rights that he gives himself, and addresses that the server opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Access, Api, Call, Field, apis
from faultline.analyzers.design.apis.words import singular, vocabulary, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security.access import is_admin
from faultline.analyzers.design.security.exposure import has_all
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_RIGHTS: Final = frozenset(("isadmin", "superuser", "isstaff", "issuperuser", "is_admin", "sudo"))
_RIGHT_PAIRS: Final = (
    ("is", "admin"), ("is", "staff"), ("is", "superuser"), ("is", "verified"), ("email", "verified"), ("is", "root"),
    ("is", "administrator"), ("account", "balance"), ("credit", "balance"), ("kyc", "verified"),
)  # fmt: skip
_ROLES: Final = frozenset(("role", "roles", "permissions", "admin", "privileges", "scopes"))
_SELF_SERVICE: Final = vocabulary("register registration signup me profile self registrations")
_FETCHES: Final = vocabulary(
    "fetch import proxy preview download scrape crawl screenshot render unfurl mirror thumbnail convert ingest "
    "transcode snapshot pull"
)
_ADDRESS: Final = frozenset(("url", "uri", "href", "link"))
_HELD: Final = (
    "allowlist",
    "allow-list",
    "allow list",
    "whitelist",
    "allowed host",
    "allowed domain",
    "private address",
)
_FETCHED: Final = ("fetches", "is fetched", "downloads", "is downloaded", "server will fetch", "fetch the")
_PEOPLE: Final = frozenset(("user", "account", "profile", "member", "customer", "me", "register", "signup"))


def check(design: Design) -> Iterator[Observation]:
    """Rights that a caller may give himself, and addresses that the server is asked to open."""
    for api in apis(design):
        rights = {name for name in api.property_names if _is_right(words(name), roles=True)}
        links = {name for name in api.property_names if words(name)[-1:] and words(name)[-1] in _ADDRESS}
        # What only might be opened is told of severity info: most bodies need not be looked into.
        aloud = design.level is not Severity.INFO and not any(_is_said_to_be_opened(api, name) for name in links)
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            if call.writes:
                wanted = set(rights) if rights and not is_admin(call) and _is_about_people(call) else set()
                if links and not (aloud and _FETCHES.isdisjoint(call.words) and not _says_fetched(call.prose)):
                    wanted |= links
                yield from _bodies(call, wanted, told)
            yield from _parameters(call, told)


def _bodies(call: Call, wanted: set[str], told: set[tuple[str, Any]]) -> Iterator[Observation]:
    for _, body in call.bodies if wanted else ():
        for each in call.api.fields(body, nested=True):
            if (
                each.name not in wanted
                or each.schema.get("readOnly") is True
                or each.node.value.get("readOnly") is True
            ):
                continue
            key = (each.node.document.path, each.node.pointer)
            if key in told:
                continue
            found = _right(call, each)
            if found is None and words(each.name)[-1] in _ADDRESS:
                found = _server_side(call, each.name, each.schema, _property(each))
            if found is not None:
                told.add(key)
                yield found


def _property(each: Field) -> Spot:
    owner = next((str(part) for part in reversed(each.node.pointer[:-2]) if part not in ("schema", "items")), "")
    return Spot(each.node.document, each.node.pointer, symbol=f"property {each.name} of {owner}")


def _is_right(spoken: tuple[str, ...], *, roles: bool) -> bool:
    if "".join(spoken) in _RIGHTS or has_all(spoken, _RIGHT_PAIRS):
        return True
    return roles and len(spoken) == 1 and spoken[0] in _ROLES


def _is_about_people(call: Call) -> bool:
    return not _PEOPLE.isdisjoint(map(singular, call.words)) or not _SELF_SERVICE.isdisjoint(call.words)


def _right(call: Call, each: Field) -> Observation | None:
    if not _is_about_people(call) or is_admin(call) or "admin" in str(call.operation.node.value.get("security", "")):
        return None
    # A role is given by others, unless who calls makes or changes his own account.
    own = not call.words.isdisjoint(_SELF_SERVICE) or call.access is Access.PUBLIC
    if not _is_right(words(each.name), roles=own):
        return None
    return Observation(
        "security/mass-assignment",
        _property(each),
        f"{call.symbol} lets its caller set `{each.name}`.",
        many="{count} properties let callers give themselves rights",
    )


def _parameters(call: Call, told: set[tuple[str, Any]]) -> Iterator[Observation]:
    for name, node in call.names.items():
        if node.value.get("in") != "query" or _ADDRESS.isdisjoint(words(name)):
            continue
        key = (node.document.path, node.pointer)
        if key not in told:
            told.add(key)
            spot = Spot(node.document, (*node.pointer, "name"), symbol=f"parameter {name} of {call.path}")
            schema = node.value.get("schema", node.value)
            yield _server_side(call, name, schema if isinstance(schema, dict) else {}, spot)


def _is_said_to_be_opened(api: Api, name: str) -> bool:
    return any(_says_fetched(str(each.schema.get("description", "")).lower()) for each in api.properties(name))


def _says_fetched(text: str) -> bool:
    return any(each in text for each in _FETCHED)


def _server_side(call: Call, name: str, schema: dict[str, Any], spot: Spot) -> Observation:
    text = f"{call.prose} {schema.get('description', '')}".lower()
    opens = not _FETCHES.isdisjoint(call.words) or _says_fetched(text)
    held = "pattern" in schema or "enum" in schema or any(each in text for each in _HELD)
    sure = opens and not held
    return Observation(
        "security/server-side-request",
        spot,
        f"The server opens the address in `{name}` of {call.symbol}."
        if opens
        else f"{call.symbol} takes an address in `{name}`.",
        cause="" if sure else IN_DOUBT,
        severity=None if sure else Severity.INFO,
        many="{count} inputs are addresses that the server may open",
    )


CHECKS: tuple[Check, ...] = (check,)
