"""What goes where it should not: secrets in addresses and answers, addresses into servers, rights into requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Access, Api, Call, Field, apis
from faultline.analyzers.design.apis.reach import FAILED, MADE, READ, container, reached
from faultline.analyzers.design.apis.words import singular, vocabulary, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security.access import is_admin
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_SECRET: Final = frozenset(("password", "passwd", "passphrase", "pwd", "secret", "apikey", "passcode"))
_SECRET_PAIRS: Final = (
    ("api", "key"), ("access", "token"), ("auth", "token"), ("refresh", "token"), ("id", "token"), ("private", "key"),
    ("secret", "key"), ("client", "secret"), ("session", "token"), ("bearer", "token"), ("access", "key"),
)  # fmt: skip
_TOKEN_FREE: Final = vocabulary(
    "page next previous continuation continue sync cursor pagination verification confirmation reset invitation "
    "invite unsubscribe activation csrf hint policy type id expiry length strength count request idempotency upload"
)
"""Words beside `token` or `secret` that make of it something which opens nothing, or only once."""
_PERSONAL: Final = frozenset(("ssn", "passport", "iban", "cvv", "cvc", "pan", "dob", "birthdate", "taxid", "nin"))
_PERSONAL_PAIRS: Final = (
    ("social", "security"), ("credit", "card"), ("card", "number"), ("national", "id"), ("tax", "id"),
    ("birth", "date"), ("date", "birth"), ("account", "number"), ("passport", "number"), ("driver", "license"),
    ("medical", "record"),
)  # fmt: skip
_CONTACT: Final = frozenset(("email", "phone", "mobile", "mail"))
_NEVER_ANSWERED: Final = frozenset(("password", "passwd", "passphrase", "pwd", "cvv", "cvc", "cvv2"))
_NEVER_PAIRS: Final = (
    ("password", "hash"), ("hashed", "password"), ("password", "salt"), ("private", "key"), ("secret", "key"),
    ("client", "secret"), ("mfa", "secret"), ("totp", "secret"), ("pin", "hash"), ("otp", "secret"),
)  # fmt: skip
_ABOUT_PASSWORDS: Final = vocabulary(
    "changed change reset expired expires expiry expiration updated age policy required length strength at last "
    "must min max is has enabled url link type protected hint set days rules requirements count"
)
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
_INTERNALS: Final = (
    ("stack", "trace"), ("stacktrace",), ("traceback",), ("sql", "query"), ("sql", "statement"), ("exception", "class"),
    ("inner", "exception"), ("call", "stack"), ("file", "path"), ("debug", "trace"), ("sql",),
)  # fmt: skip


def _has(spoken: tuple[str, ...], pairs: tuple[tuple[str, ...], ...]) -> bool:
    return any(all(each in spoken for each in pair) for pair in pairs)


def addresses(design: Design) -> Iterator[Observation]:
    """Secrets and what is known of people in paths and queries, which logs and proxies keep."""
    for api in apis(design):
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            for node in call.parameters:
                if node.value.get("in") not in ("query", "path") or (node.document.path, node.pointer) in told:
                    continue
                told.add((node.document.path, node.pointer))
                name = node.value.get("name")
                if isinstance(name, str) and (found := _parameter(call, node, name)):
                    yield found


def _parameter(call: Call, node: Node, name: str) -> Observation | None:
    spoken = words(name)
    schema: Any = node.value.get("schema", node.value)
    spot = Spot(node.document, (*node.pointer, "name"), symbol=f"parameter {name} of {call.path}")
    if not isinstance(schema, dict) or schema.get("type") in ("boolean", "object"):
        return None
    where = "query" if node.value["in"] == "query" else "path"
    if _is_secret(spoken):
        return Observation(
            "security/secret-in-url",
            spot,
            f"{call.symbol} takes `{name}` in the {where}.",
            many="{count} parameters put a secret into the address",
        )
    if not _PERSONAL.isdisjoint(spoken) or _has(spoken, _PERSONAL_PAIRS):
        return Observation(
            "security/personal-data-in-url",
            spot,
            f"{call.symbol} takes `{name}` in the {where}.",
            severity=Severity.MEDIUM,
            many="{count} parameters put personal data into the address",
        )
    if where == "query" and spoken and spoken[-1] in (*_CONTACT, "address", "number") and spoken[0] in _CONTACT:
        return Observation(
            "security/personal-data-in-url",
            spot,
            f"{call.symbol} takes `{name}` in the query.",
            many="{count} parameters put personal data into the address",
        )
    return None


def _is_secret(spoken: tuple[str, ...]) -> bool:
    if not _TOKEN_FREE.isdisjoint(spoken):
        return False
    return not _SECRET.isdisjoint(spoken) or spoken == ("token",) or _has(spoken, _SECRET_PAIRS)


def answers(design: Design) -> Iterator[Observation]:
    """Secrets that an answer gives away, and insides of the server that an error shows."""
    for api in apis(design):
        secrets = [each for name, places in api.properties.items() if _gives_away(words(name)) for each in places]
        insides = [each for name, places in api.properties.items() if _is_inside(words(name)) for each in places]
        if not secrets and not insides:
            continue
        answered = reached(api)
        for each in secrets:
            kinds = answered.get(container(each.within), {})
            schema = api.schema(each.node)
            if schema.get("writeOnly") is True or schema.get("type") in ("boolean", "object"):
                continue
            # A key that is made here is shown once, to whoever made it.
            once = words(each.name)[-1] in ("secret", "key", "password")
            answer = kinds.get(READ) or (None if once else kinds.get(MADE))
            if answer is not None:
                yield Observation(
                    "security/secret-in-answer",
                    each.spot,
                    f"{answer.call.symbol} answers with `{each.name}`.",
                    many="{count} properties of answers give a secret away",
                )
        for each in insides:
            kinds = answered.get(container(each.within), {})
            if (answer := kinds.get(FAILED)) is not None and READ not in kinds:
                yield Observation(
                    "security/internals-in-error",
                    each.spot,
                    f"The {answer.code} of {answer.call.symbol} shows `{each.name}`.",
                    many="{count} properties of errors show the inside of the server",
                )


def _gives_away(spoken: tuple[str, ...]) -> bool:
    if not spoken or not _ABOUT_PASSWORDS.isdisjoint(spoken):
        return False
    return spoken[-1] in _NEVER_ANSWERED or _has(spoken, _NEVER_PAIRS)


def _is_inside(spoken: tuple[str, ...]) -> bool:
    return 0 < len(spoken) <= 2 and any(all(word in spoken for word in known) for known in _INTERNALS)


def _property(each: Field) -> Spot:
    owner = next((str(part) for part in reversed(each.node.pointer[:-2]) if part not in ("schema", "items")), "")
    return Spot(each.node.document, each.node.pointer, symbol=f"property {each.name} of {owner}")


def requests(design: Design) -> Iterator[Observation]:
    """Rights that a caller may give himself, and addresses that the server is asked to open."""
    for api in apis(design):
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            if not call.writes:
                yield from _fetched_parameters(call, told)
                continue
            admin = is_admin(call)
            for _, body in call.bodies:
                for each in api.fields(body, nested=True):
                    key = (each.node.document.path, each.node.pointer)
                    if key not in told and each.schema.get("readOnly") is not True:
                        found = None if admin else _right(call, each)
                        found = found or _fetched(call, each)
                        if found:
                            told.add(key)
                            yield found
            yield from _fetched_parameters(call, told)


def _right(call: Call, each: Field) -> Observation | None:
    spoken = words(each.name)
    if each.node.value.get("readOnly") is True:
        return None
    nouns = frozenset(map(singular, call.words))
    about_people = not nouns.isdisjoint(
        ("user", "account", "profile", "member", "customer", "me", "register", "signup")
    )
    own = not call.words.isdisjoint(_SELF_SERVICE) or (call.access is Access.PUBLIC and about_people)
    scoped = "admin" in str(call.operation.node.value.get("security", ""))
    if scoped or not (about_people or own):
        return None
    if "".join(spoken) in _RIGHTS or _has(spoken, _RIGHT_PAIRS) or (own and len(spoken) == 1 and spoken[0] in _ROLES):
        return Observation(
            "security/mass-assignment",
            _property(each),
            f"{call.symbol} lets its caller set `{each.name}`.",
            many="{count} properties let callers give themselves rights",
        )
    return None


def _fetched_parameters(call: Call, told: set[tuple[str, Any]]) -> Iterator[Observation]:
    for name, node in call.names.items():
        key = (node.document.path, node.pointer)
        if key not in told and node.value.get("in") == "query" and not _ADDRESS.isdisjoint(words(name)):
            spot = Spot(node.document, (*node.pointer, "name"), symbol=f"parameter {name} of {call.path}")
            schema = node.value.get("schema", node.value)
            told.add(key)
            yield _server_side(call, name, schema if isinstance(schema, dict) else {}, spot)


def _fetched(call: Call, each: Field) -> Observation | None:
    spoken = words(each.name)
    if not spoken or spoken[-1] not in _ADDRESS:
        return None
    return _server_side(call, each.name, each.schema, _property(each))


def _server_side(call: Call, name: str, schema: dict[str, Any], spot: Spot) -> Observation:
    text = f"{call.prose} {schema.get('description', '')}".lower()
    doing = not _FETCHES.isdisjoint(call.words) or any(
        each in text
        for each in ("fetches", "is fetched", "downloads", "is downloaded", "server will fetch", "fetch the")
    )
    held = "pattern" in schema or "enum" in schema or any(each in text for each in _HELD)
    return Observation(
        "security/server-side-request",
        spot,
        f"The server opens the address in `{name}` of {call.symbol}."
        if doing
        else f"{call.symbol} takes an address in `{name}`.",
        cause="" if doing and not held else IN_DOUBT,
        severity=None if doing and not held else Severity.INFO,
        many="{count} inputs are addresses that the server may open",
    )


def origins(design: Design) -> Iterator[Observation]:
    """Answers that any page of the web may read."""
    for api in apis(design):
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            for node in call.operation.responses.values():
                if not (isinstance(node.value, dict) and isinstance(node.value.get("headers"), dict)):
                    continue
                for name, header in node.child("headers").items():
                    if str(name).lower() != "access-control-allow-origin":
                        continue
                    target = api.resolve(header)
                    key = (target.document.path, target.pointer)
                    if key not in told and _says_any(api, target):
                        told.add(key)
                        spot = Spot(target.document, target.pointer, symbol=f"{call.symbol} {name}")
                        guarded = call.access in (Access.SECURED, Access.OPTIONAL)
                        yield Observation(
                            "security/any-origin",
                            spot,
                            f"{call.symbol} lets the pages of every site read its answer.",
                            cause="" if guarded or call.writes else IN_DOUBT,
                            severity=None if guarded or call.writes else Severity.INFO,
                            many="{count} answers may be read by the pages of every site",
                        )


def _says_any(api: Api, header: Node) -> bool:
    value = header.value
    if not isinstance(value, dict):
        return False
    schema = api.schema(header.child("schema")) if "schema" in value else value
    said = [owner.get(key) for owner in (value, schema) for key in ("example", "default", "const")]
    said += [
        each for owner in (value, schema) for each in (owner.get("enum") or ()) if isinstance(owner.get("enum"), list)
    ]
    text = value.get("description")
    return "*" in said or (isinstance(text, str) and bool(re.search(r"[\"'`]\*[\"'`]", text)))


CHECKS: tuple[Check, ...] = (addresses, answers, requests, origins)
