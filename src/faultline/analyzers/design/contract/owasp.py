"""The OWASP API Security Top 10 (2023), as far as a specification shows it and no other agent says it.

The 32 rules of Stoplight's spectral-owasp-ruleset by their meaning; `catalog/owasp.toml` and the `same_as` of
`catalog/api.toml` say which of ours is which of theirs. What stands here wants completeness of every node: bounds of
every text, a 401 of every operation. That gives a thousand findings for a specification of 400 KB, so all of it is of
severity `info`; what of it can hurt is told by the agents `security` and `resilience` where it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import Call, apis, types_of
from faultline.analyzers.design.apis.schemes import flows
from faultline.analyzers.design.apis.servers import servers
from faultline.analyzers.design.apis.words import words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

_ENVIRONMENT: Final = regex(
    r"local|sandbox|alpha|beta|test|stag|prod|next|preview|demo|develop|integration|acceptance|\b(?:dev|uat|qa|live)\b",
    re.IGNORECASE,
)
_RATE_HEADERS: Final = ("ratelimit", "x-ratelimit", "x-rate-limit")


def _of_schema(value: dict[str, Any]) -> Iterator[str]:
    """The rules that a schema breaks by itself."""
    kinds = types_of(value)
    if "string" in kinds:
        if "maxLength" not in value and "enum" not in value and "const" not in value:
            yield "contract/unbounded-string"
        if not value.keys() & {"format", "pattern", "enum", "const"}:
            yield "contract/unrestricted-string"
    if "array" in kinds and "maxItems" not in value:
        yield "contract/unbounded-array"
    if "integer" in kinds:
        if "format" not in value:
            yield "contract/integer-without-format"
        low = value.keys() & {"minimum", "exclusiveMinimum"}
        if not (low and value.keys() & {"maximum", "exclusiveMaximum"}) and not value.keys() & {"enum", "const"}:
            yield "contract/unbounded-integer"
    for key in ("additionalProperties", "unevaluatedProperties"):
        more = value.get(key)
        if more is True or (more == {} and isinstance(more, dict)):
            yield "contract/additional-properties"
        elif isinstance(more, dict) and "maxProperties" not in value:
            yield "contract/unbounded-properties"


_MANY: Final = {
    "contract/unbounded-string": "{count} texts have no largest length",
    "contract/unrestricted-string": "{count} texts may hold anything",
    "contract/unbounded-array": "{count} arrays have no largest length",
    "contract/integer-without-format": "{count} numbers do not say how wide they are",
    "contract/unbounded-integer": "{count} numbers have no bounds",
    "contract/additional-properties": "{count} objects take properties that nobody declared",
    "contract/unbounded-properties": "{count} objects take any number of properties",
    "contract/no-rate-limit-header": "{count} answers do not say what is left of the limit",
    "contract/no-allowed-origin": "{count} answers do not say which pages may read them",
    "contract/no-input-error": "{count} operations do not say what a wrong request is answered with",
    "contract/no-unauthorized-answer": "{count} operations do not say what a caller without credentials gets",
    "contract/no-server-error-answer": "{count} operations do not say what a failure is answered with",
    "security/sequential-id": "{count} ids are numbers that can be guessed",
}


def schemas(design: Design) -> Iterator[Observation]:
    """Bounds that schemas lack."""
    wanted = {each for each in _MANY if each.startswith("contract/") and design.tells(each)}
    for api in apis(design) if wanted else ():
        for node in api.document.index.schemas:
            for rule in _of_schema(node.value):
                if rule in wanted:
                    yield Observation(rule, Spot(node.document, node.pointer, symbol=_name(node)), many=_MANY[rule])


def _name(node: Node) -> str:
    named = [
        str(each) for each in node.pointer if each not in ("components", "schemas", "properties", "schema", "paths")
    ]
    return "schema " + " ".join(named[-4:])


def _of_response(code: str, value: dict[str, Any]) -> Iterator[str]:
    held = value.get("headers")
    headers = [str(each).lower() for each in held] if isinstance(held, dict) else []
    if code.startswith(("2", "4")) and not any(each.startswith(_RATE_HEADERS) for each in headers):
        yield "contract/no-rate-limit-header"
    if isinstance(held, dict) and "access-control-allow-origin" not in headers:
        yield "contract/no-allowed-origin"


def _of_call(call: Call) -> Iterator[str]:
    if not call.codes & {"400", "422", "4XX"}:
        yield "contract/no-input-error"
    if not call.answers("401"):
        yield "contract/no-unauthorized-answer"
    if not call.answers("500"):
        yield "contract/no-server-error-answer"


def answers(design: Design) -> Iterator[Observation]:
    """Answers that operations do not declare, and headers that answers do not."""
    if not any(design.tells(each) for each in _MANY if each.startswith("contract/no-")):
        return
    for api in apis(design):
        told: set[tuple[str, Any, str]] = set()
        for call in api.calls:
            for rule in _of_call(call):
                yield Observation(rule, call.spot(), f"{call.symbol} is one.", many=_MANY[rule])
            for code, node in call.operation.responses.items():
                if not isinstance(node.value, dict):
                    continue
                for rule in _of_response(code, node.value):
                    if (key := (node.document.path, node.pointer, rule)) not in told:
                        told.add(key)
                        yield Observation(rule, call.at(node, code), f"The {code} of {call.symbol}.", many=_MANY[rule])


def ids(design: Design) -> Iterator[Observation]:
    """Ids in paths that are numbers."""
    rule = "security/sequential-id"
    for api in apis(design) if design.tells(rule) else ():
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            for node in call.parameters:
                name = node.value.get("name")
                schema = api.schema(node.child("schema")) if "schema" in node.value else node.value
                key = (node.document.path, node.pointer)
                if key in told or node.value.get("in") == "body" or not isinstance(name, str):
                    continue
                told.add(key)
                if words(name)[-1:] == ("id",) and "integer" in types_of(schema):
                    spot = call.at(node, f"parameter {name}")
                    yield Observation(rule, spot, f"`{name}` of {call.symbol} is a number.", many=_MANY[rule])


def tokens(design: Design) -> Iterator[Observation]:
    """What is not said of tokens."""
    for api in apis(design):
        for name, node in api.schemes.items():
            spot = Spot(node.document, node.pointer, symbol=f"security scheme {name}")
            text = str(node.value.get("description", "")).lower().replace(" ", "")
            is_token = node.value.get("type") == "oauth2" or str(node.value.get("bearerFormat", "")).lower() == "jwt"
            if is_token and "rfc8725" not in text:
                yield Observation("contract/token-practice-unstated", spot, f"`{name}` does not say it.")
            for flow, each in flows(api, node):
                if api.document.version != "2.0" and not each.value.get("refreshUrl"):
                    at = Spot(each.document, each.pointer, symbol=f"security scheme {name} {flow}")
                    yield Observation("contract/no-refresh-url", at, f"The flow {flow} of `{name}` has none.")


def inventory(design: Design) -> Iterator[Observation]:
    """What is not said of servers."""
    for api in apis(design):
        if api.document.version == "2.0":
            continue
        for node, url in servers(api):
            spot = Spot(node.document, node.pointer, symbol=f"server {url}")
            if "x-internal" not in node.value:
                yield Observation("contract/server-audience-unstated", spot, f"{url} does not say it.")
            if not _ENVIRONMENT.search(str(node.value.get("description", ""))):
                yield Observation("contract/server-environment-unstated", spot, f"{url} does not say it.")


CHECKS: tuple[Check, ...] = (schemas, answers, ids, tokens, inventory)
