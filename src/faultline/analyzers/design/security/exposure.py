"""What goes where it should not: secrets in addresses and answers, answers to the pages of other sites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Access, Api, Call, apis
from faultline.analyzers.design.apis.reach import FAILED, MADE, READ, container, reached
from faultline.analyzers.design.apis.words import vocabulary, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
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
_INTERNALS: Final = frozenset(("stacktrace", "traceback", "sql"))
_INTERNAL_PAIRS: Final = (
    ("stack", "trace"), ("exception", "class"), ("inner", "exception"), ("call", "stack"), ("file", "path"),
    ("debug", "trace"),
)  # fmt: skip


def has_all(spoken: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether all words of one of the pairs are spoken."""
    if len(spoken) > 1:
        for first, second in pairs:  # thousands of names: a generator would take twice as long
            if first in spoken and second in spoken:
                return True
    return False


def addresses(design: Design) -> Iterator[Observation]:
    """Secrets and what is known of people in paths and queries, which logs and proxies keep."""
    for api in apis(design):
        told: set[int] = set()
        for call in api.calls:
            for node in call.parameters:
                if id(node.value) in told or node.value.get("in") not in ("query", "path"):
                    continue
                told.add(id(node.value))
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
    # An account goes by its number in many a path, and is looked for by it in a query only for want of a better idea.
    of_a_path = where == "path" and not {"iban", "account", "tax", "vat"}.isdisjoint(spoken)
    if _is_personal(spoken) and not of_a_path:
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


@lru_cache(8192)
def _is_personal(spoken: tuple[str, ...]) -> bool:
    return not _PERSONAL.isdisjoint(spoken) or has_all(spoken, _PERSONAL_PAIRS)


@lru_cache(8192)
def _is_secret(spoken: tuple[str, ...]) -> bool:
    if not _TOKEN_FREE.isdisjoint(spoken):
        return False
    return not _SECRET.isdisjoint(spoken) or spoken == ("token",) or has_all(spoken, _SECRET_PAIRS)


def answers(design: Design) -> Iterator[Observation]:
    """Secrets that an answer gives away, and insides of the server that an error shows."""
    for api in apis(design):
        secrets = [each for name in api.property_names if _gives_away(words(name)) for each in api.properties(name)]
        insides = [each for name in api.property_names if _is_inside(words(name)) for each in api.properties(name)]
        if not secrets and not insides:
            continue
        answered = reached(api)
        for each in secrets:
            kinds = answered.get(container(each.within), {})
            schema = api.schema(each.node)
            if schema.get("writeOnly") is True or schema.get("type") in ("boolean", "object"):
                continue
            # A key that is made here is shown once, to whoever made it.
            once = words(each.name)[-1] in ("secret", "key")
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


@lru_cache(8192)
def _gives_away(spoken: tuple[str, ...]) -> bool:
    if not spoken or not _ABOUT_PASSWORDS.isdisjoint(spoken):
        return False
    return spoken[-1] in _NEVER_ANSWERED or has_all(spoken, _NEVER_PAIRS)


@lru_cache(8192)
def _is_inside(spoken: tuple[str, ...]) -> bool:
    return len(spoken) <= 2 and (not _INTERNALS.isdisjoint(spoken) or has_all(spoken, _INTERNAL_PAIRS))


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


CHECKS: tuple[Check, ...] = (addresses, answers, origins)
