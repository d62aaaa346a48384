"""Changes to real specifications: such as break clients, such as do not, and such as change nothing.

Every change is applied to a copy. A break says which rules may tell it and which operation has to feel it.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Spec = dict[str, Any]

METHODS: Final = ("get", "put", "post", "delete", "patch")
MAX_DEPTH: Final = 3


@dataclass(frozen=True, slots=True)
class Break:
    """A break that was planted: the rules that tell it, and the operation (none where it is gone)."""

    rules: tuple[str, ...]
    operation: str = ""


Change = Callable[[Spec, random.Random], Break | None]


def resolved(spec: Spec, value: Any) -> Any:
    """What a value stands for."""
    for _ in range(20):
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            return value
        found: Any = spec
        for part in value["$ref"].lstrip("#/").split("/"):
            part = part.replace("~1", "/").replace("~0", "~")
            found = found.get(part) if isinstance(found, dict) else None
        value = found
    return None


def operations(spec: Spec) -> list[tuple[str, str, Spec]]:
    """Path, method and operation of all."""
    found = []
    for path, item in spec.get("paths", {}).items():
        if isinstance(item, dict) and "$ref" not in item:
            found += [(path, method, item[method]) for method in METHODS if isinstance(item.get(method), dict)]
    return found


def symbol(path: str, method: str) -> str:
    """As findings name an operation."""
    return f"{method.upper()} {path}"


def parameters(spec: Spec, operation: Spec) -> list[Spec]:
    """The operation's own parameters, references followed."""
    listed = operation.get("parameters")
    found = [resolved(spec, each) for each in listed] if isinstance(listed, list) else []
    return [each for each in found if isinstance(each, dict)]


def request_schema(spec: Spec, operation: Spec) -> Any:
    """The schema of the body."""
    for each in parameters(spec, operation):
        if each.get("in") == "body":
            return each.get("schema")
    return _first_schema(resolved(spec, operation.get("requestBody")))


def response_schema(spec: Spec, operation: Spec) -> Any:
    """The schema of the first success."""
    responses = operation.get("responses")
    for code in sorted(responses if isinstance(responses, dict) else {}, key=str):
        if str(code).startswith("2"):
            response = resolved(spec, responses[code])
            if isinstance(response, dict):
                return response.get("schema") or _first_schema(response)
    return None


def _first_schema(owner: Any) -> Any:
    content = owner.get("content") if isinstance(owner, dict) else None
    for media in content.values() if isinstance(content, dict) else ():
        if isinstance(media, dict) and isinstance(media.get("schema"), dict):
            return media["schema"]
    return None


Site = tuple[Spec, str, Spec]


def properties(spec: Spec, schema: Any, unsent: str, depth: int = 0) -> Iterator[Site]:
    """The object, the name and the schema of every property that is surely sent or given, not within alternatives."""
    schema = resolved(spec, schema)
    if not isinstance(schema, dict) or depth > MAX_DEPTH or any(each in schema for each in ("allOf", "oneOf", "anyOf")):
        return
    if isinstance(schema.get("items"), dict) and schema.get("type") == "array":
        yield from properties(spec, schema["items"], unsent, depth + 1)
    named = schema.get("properties")
    if not isinstance(named, dict) or schema.get("type", "object") != "object":
        return
    for name, each in named.items():
        below = resolved(spec, each)
        plain = isinstance(below, dict) and not any(key in below for key in ("allOf", "oneOf", "anyOf", "not"))
        if plain and below.get(unsent) is not True:
            yield schema, name, below
            yield from properties(spec, below, unsent, depth + 1)


def _sites(
    spec: Spec, rng: random.Random, side: str, fits: Callable[[Site], bool]
) -> tuple[str, Spec, str, Spec] | None:
    """One property that fits, of one operation: its symbol, the object, the name, the schema."""
    schema_of, unsent = (request_schema, "readOnly") if side == "request" else (response_schema, "writeOnly")
    every = operations(spec)
    for path, method, operation in rng.sample(every, min(len(every), 60)):
        sites = [each for each in properties(spec, schema_of(spec, operation), unsent) if fits(each)]
        if sites:
            owner, name, schema = rng.choice(sites)
            return symbol(path, method), owner, name, schema
    return None


def _of_type(*types: str) -> Callable[[Site], bool]:
    return lambda site: site[2].get("type") in types and "enum" not in site[2]


def _any(site: Site) -> bool:
    return bool(site[2].get("type"))


def _on_property(
    side: str, rules: tuple[str, ...], fits: Callable[[Site], bool], change: Callable[[Site, random.Random], None]
) -> Change:
    def apply(spec: Spec, rng: random.Random) -> Break | None:
        found = _sites(spec, rng, side, fits)
        if found is None:
            return None
        change(found[1:], rng)
        return Break(rules, found[0])

    return apply


def _other_type(site: Site, rng: random.Random) -> None:
    now = site[2]["type"]
    site[2]["type"] = rng.choice([each for each in ("string", "boolean", "array") if each != now])


def _remove(site: Site, _: random.Random) -> None:
    del site[0]["properties"][site[1]]
    if site[1] in site[0].get("required", []):
        site[0]["required"] = [each for each in site[0]["required"] if each != site[1]]


def _require(site: Site, _: random.Random) -> None:
    site[0]["required"] = [*site[0].get("required", []), site[1]]


def _require_new(site: Site, _: random.Random) -> None:
    site[0]["properties"]["plantedProperty"] = {"type": "string"}
    site[0]["required"] = [*site[0].get("required", []), "plantedProperty"]


def _optional(site: Site, _: random.Random) -> None:
    site[0]["required"] = [each for each in site[0]["required"] if each != site[1]]


def _drop_value(site: Site, rng: random.Random) -> None:
    gone = rng.randrange(len(site[2]["enum"]))
    site[2]["enum"] = [each for at, each in enumerate(site[2]["enum"]) if at != gone]


def _set(key: str, value: Any) -> Callable[[Site, random.Random], None]:
    def change(site: Site, _: random.Random) -> None:
        site[2][key] = value

    return change


def _close(site: Site, _: random.Random) -> None:
    site[0]["additionalProperties"] = False


def _open(site: Site) -> bool:
    return "additionalProperties" not in site[0] and "unevaluatedProperties" not in site[0]


def _values(site: Site) -> bool:
    listed = site[2].get("enum")
    return isinstance(listed, list) and len({str(each) for each in listed}) == len(listed) > 1


def _add_value(site: Site, _: random.Random) -> None:
    site[2]["enum"] = [*site[2]["enum"], "plantedValue"]


def _nullable(site: Site, _: random.Random) -> None:
    site[2]["x-nullable"] = True


def _not_null(site: Site) -> bool:
    return isinstance(site[2].get("type"), str) and not any(
        key in site[2] for key in ("nullable", "x-nullable", "enum")
    )


def _items_type(site: Site, _: random.Random) -> None:
    site[2]["items"] = {"type": "string", "pattern": "^planted$"} if "items" not in site[2] else {"type": "boolean"}


def _optional_site(site: Site) -> bool:
    return site[1] not in site[0].get("required", []) and site[2].get("readOnly") is not True


def _required_site(site: Site) -> bool:
    return site[1] in site[0].get("required", []) and site[2].get("writeOnly") is not True


def _on_parameter(
    rules: tuple[str, ...],
    fits: Callable[[Spec], bool],
    change: Callable[[Spec, Spec, random.Random], None],
    *,
    own: bool = False,
) -> Change:
    def apply(spec: Spec, rng: random.Random) -> Break | None:
        every = operations(spec)
        for path, method, operation in rng.sample(every, min(len(every), 80)):
            fitting = [
                each
                for each in parameters(spec, operation)
                if each.get("in") in ("query", "header")
                and isinstance(each.get("name"), str)
                and fits(each)
                and str(each["name"]).lower() not in ("accept", "content-type", "authorization")
                and not (own and not any(each is listed for listed in operation["parameters"]))
            ]
            if fitting:
                change(operation, rng.choice(fitting), rng)
                return Break(rules, symbol(path, method))
        return None

    return apply


def _schema(parameter: Spec) -> Spec:
    found = parameter.get("schema", parameter)
    return found if isinstance(found, dict) else {}


def _plain(parameter: Spec) -> bool:
    schema = _schema(parameter)
    # What stands beside a reference says nothing before 3.1.
    plain = not any(each in schema for each in ("enum", "$ref"))
    return isinstance(schema.get("type"), str) and plain and "content" not in parameter


def _parameter_type(_: Spec, parameter: Spec, __: random.Random) -> None:
    schema = _schema(parameter)
    schema["type"] = "boolean" if schema["type"] != "boolean" else "integer"


def _remove_parameter(operation: Spec, parameter: Spec, _: random.Random) -> None:
    operation["parameters"] = [each for each in operation["parameters"] if each is not parameter]


def _own(parameter: Spec) -> bool:
    return parameter.get("planted") is not True


def _add_required_parameter(spec: Spec, rng: random.Random) -> Break | None:
    path, method, operation = rng.choice(operations(spec))
    operation["parameters"] = [*operation.get("parameters", []), _planted(spec, required=True)]
    return Break(("required-parameter-added",), symbol(path, method))


def _planted(spec: Spec, *, required: bool) -> Spec:
    plain: Spec = {"name": "planted_parameter", "in": "query", "required": required}
    return plain | ({"type": "string"} if "swagger" in spec else {"schema": {"type": "string"}})


def _remove_operation(spec: Spec, rng: random.Random) -> Break | None:
    path, method, _ = rng.choice(operations(spec))
    del spec["paths"][path][method]
    return Break(("operation-removed", "base-path-changed"))


def _remove_path(spec: Spec, rng: random.Random) -> Break | None:
    path, _, _ = rng.choice(operations(spec))
    del spec["paths"][path]
    return Break(("operation-removed", "base-path-changed"))


def _rename_id(spec: Spec, rng: random.Random) -> Break | None:
    named = [each for each in operations(spec) if each[2].get("operationId")]
    if not named:
        return None
    path, method, operation = rng.choice(named)
    operation["operationId"] = "plantedName"
    return Break(("operation-id-changed",), symbol(path, method))


def _body_required(spec: Spec, rng: random.Random) -> Break | None:
    for path, method, operation in rng.sample(operations(spec), len(operations(spec))):
        bodies = [each for each in parameters(spec, operation) if each.get("in") == "body"]
        body = bodies[0] if bodies else resolved(spec, operation.get("requestBody"))
        if isinstance(body, dict) and body.get("required") is not True:
            body["required"] = True
            return Break(("request-body-required",), symbol(path, method))
    return None


def _request_media(spec: Spec, rng: random.Random) -> Break | None:
    for path, method, operation in rng.sample(operations(spec), len(operations(spec))):
        body = resolved(spec, operation.get("requestBody"))
        content = body.get("content") if isinstance(body, dict) else None
        if isinstance(content, dict) and content and not any("*" in each for each in content):
            name = next(iter(content))
            content["application/x-planted"] = content.pop(name)
            return Break(("request-media-type-removed",), symbol(path, method))
    return None


def _responses(spec: Spec, rng: random.Random) -> Iterator[tuple[str, str, Spec, Spec]]:
    for path, method, operation in rng.sample(operations(spec), len(operations(spec))):
        responses = operation.get("responses")
        for code in list(responses) if isinstance(responses, dict) else ():
            response = resolved(spec, responses[code])
            if str(code).startswith("2") and isinstance(response, dict):
                yield symbol(path, method), str(code), responses, response


def _status_removed(spec: Spec, rng: random.Random) -> Break | None:
    for name, code, responses, _ in _responses(spec, rng):
        if not any(str(each).lower() in ("2xx",) for each in responses):
            del responses[code if code in responses else int(code)]
            return Break(("response-status-removed",), name)
    return None


def _response_media(spec: Spec, rng: random.Random) -> Break | None:
    for name, _, _, response in _responses(spec, rng):
        content = response.get("content")
        if isinstance(content, dict) and content and not any("*" in each for each in content):
            content["application/x-planted"] = content.pop(next(iter(content)))
            return Break(("response-media-type-removed",), name)
    return None


def _response_body(spec: Spec, rng: random.Random) -> Break | None:
    for name, _, _, response in _responses(spec, rng):
        key = "content" if "content" in response else "schema"
        if response.get(key):
            del response[key]
            return Break(("response-media-type-removed",), name)
    return None


def _header_removed(spec: Spec, rng: random.Random) -> Break | None:
    for name, _, _, response in _responses(spec, rng):
        headers = response.get("headers")
        known = [each for each in headers if each.lower() != "content-type"] if isinstance(headers, dict) else []
        if known:
            del headers[rng.choice(known)]
            return Break(("response-header-removed",), name)
    return None


def _authenticated(spec: Spec, rng: random.Random) -> Break | None:
    """A credential of another kind for one operation."""
    scheme = {"type": "apiKey", "in": "header", "name": "X-Planted"}
    if "swagger" in spec:
        spec.setdefault("securityDefinitions", {})["planted"] = scheme
    else:
        spec.setdefault("components", {}).setdefault("securitySchemes", {})["planted"] = scheme
    path, method, operation = rng.choice(operations(spec))
    operation["security"] = [{"planted": []}]
    return Break(("authentication-added", "authentication-changed"), symbol(path, method))


def _base_path(spec: Spec, _: random.Random) -> Break | None:
    if "swagger" in spec:
        spec["basePath"] = "/planted" + str(spec.get("basePath", ""))
    else:
        listed = spec.get("servers")
        items = [each for each in spec["paths"].values() if isinstance(each, dict)]
        if not isinstance(listed, list) or not listed or any("servers" in each for each in items):
            return None
        for each in listed:
            each["url"] = each["url"].rstrip("/") + "/planted"
    return Break(("base-path-changed",))


def _wrap(site: Site, _: random.Random) -> None:
    """A property that may be one thing more."""
    old = dict(site[2])
    site[2].clear()
    site[2]["oneOf"] = [old, {"type": "object", "properties": {"planted": {"type": "string"}}}]


BREAKS: Final[dict[str, Change]] = {
    "operation removed": _remove_operation,
    "path removed": _remove_path,
    "operationId changed": _rename_id,
    "required parameter added": _add_required_parameter,
    "parameter became required": _on_parameter(
        ("parameter-became-required",),
        lambda each: each.get("required") is not True,
        lambda _, each, __: each.update(required=True),
    ),
    "parameter removed": _on_parameter(("parameter-removed",), _own, _remove_parameter, own=True),
    "parameter moved": _on_parameter(
        ("parameter-moved",),
        _own,
        lambda _, each, __: each.update({"in": "header" if each["in"] == "query" else "query"}),
    ),
    "parameter type": _on_parameter(("request-type-changed",), _plain, _parameter_type),
    "parameter limited to values": _on_parameter(
        ("request-value-removed",),
        lambda each: _plain(each) and _schema(each)["type"] == "string",
        lambda _, each, __: _schema(each).update(enum=["planted"]),
    ),
    "parameter pattern": _on_parameter(
        ("request-pattern-changed",),
        lambda each: _plain(each) and _schema(each)["type"] == "string",
        lambda _, each, __: _schema(each).update(pattern="^planted$"),
    ),
    "parameter maximum": _on_parameter(
        ("request-limit-tightened",),
        lambda each: _plain(each) and _schema(each)["type"] in ("integer", "number"),
        lambda _, each, __: _schema(each).update(maximum=-(10**7)),
    ),
    "parameter default": _on_parameter(
        ("default-changed",),
        lambda each: isinstance(_schema(each).get("default"), str),
        lambda _, each, __: _schema(each).update(default="planted"),
    ),
    "body became required": _body_required,
    "request media type": _request_media,
    "request property required": _on_property("request", ("request-property-required",), _optional_site, _require),
    "request property added, required": _on_property("request", ("request-property-required",), _any, _require_new),
    "request property removed": _on_property("request", ("request-property-removed",), _open, _remove),
    "request property type": _on_property(
        "request", ("request-type-changed",), _of_type("integer", "number", "object"), _other_type
    ),
    "request value removed": _on_property("request", ("request-value-removed",), _values, _drop_value),
    "request limited to values": _on_property(
        "request", ("request-value-removed",), _of_type("string"), _set("enum", ["planted"])
    ),
    "request length": _on_property("request", ("request-limit-tightened",), _of_type("string"), _set("maxLength", 0)),
    "request pattern": _on_property(
        "request", ("request-pattern-changed",), _of_type("string"), _set("pattern", "^planted$")
    ),
    "request format": _on_property(
        "request", ("request-format-changed",), _of_type("string"), _set("format", "planted")
    ),
    "request closed": _on_property("request", ("request-additional-properties-refused",), _open, _close),
    "request property read-only": _on_property(
        "request", ("request-property-read-only",), _any, _set("readOnly", True)
    ),
    "request not": _on_property("request", ("schema-undecided",), _of_type("string"), _set("not", {"maxLength": 1})),
    "success removed": _status_removed,
    "response media type": _response_media,
    "response body removed": _response_body,
    "response header": _header_removed,
    "response property removed": _on_property("response", ("response-property-removed",), _any, _remove),
    "response property optional": _on_property("response", ("response-property-optional",), _required_site, _optional),
    "response property type": _on_property(
        "response", ("response-type-changed",), _of_type("integer", "number", "object", "string"), _other_type
    ),
    "response property null": _on_property("response", ("response-null-added",), _not_null, _nullable),
    "response value added": _on_property("response", ("response-value-added",), _values, _add_value),
    "response format": _on_property(
        "response",
        ("response-format-changed",),
        lambda site: site[2].get("format") in ("date", "date-time", "uuid", "uri"),
        _set("format", "planted"),
    ),
    "response items": _on_property(
        "response",
        ("response-type-changed",),
        lambda site: (
            site[2].get("type") == "array"
            and (resolved({}, site[2].get("items")) or {}).get("type") in ("string", "object", "integer")
            and "enum" not in site[2]["items"]
        ),
        _items_type,
    ),
    "response alternative": _on_property(
        "response",
        ("response-alternative-added", "response-type-changed"),
        _of_type("string", "integer", "boolean"),
        _wrap,
    ),
    "other credential": _authenticated,
    "base path": _base_path,
}


def _everywhere(spec: Any, change: Callable[[dict[str, Any]], None]) -> None:
    todo = [spec]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            change(each)
        todo.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())


def _describe(spec: Spec, _: random.Random) -> Break | None:
    def change(each: dict[str, Any]) -> None:
        if isinstance(each.get("description"), str):
            each["description"] += " Planted."

    _everywhere(spec, change)
    return Break(())


def _optional_parameter(spec: Spec, rng: random.Random) -> Break | None:
    _, _, operation = rng.choice(operations(spec))
    operation["parameters"] = [*operation.get("parameters", []), _planted(spec, required=False)]
    return Break(())


def _new_operation(spec: Spec, _: random.Random) -> Break | None:
    spec["paths"]["/planted/new/path"] = {"get": {"responses": {"200": {"description": "Planted"}}}}
    return Break(())


def _add_property(site: Site, _: random.Random) -> None:
    site[0]["properties"]["plantedProperty"] = {"type": "string"}


def _loosen(site: Site, _: random.Random) -> None:
    for key in ("maxLength", "minLength", "pattern", "maximum", "minimum"):
        site[2].pop(key, None)


SAFE: Final[dict[str, Change]] = {
    "descriptions": _describe,
    "optional parameter added": _optional_parameter,
    "operation added": _new_operation,
    "response property added": _on_property("response", (), _open, _add_property),
    "request property added": _on_property("request", (), _open, _add_property),
    "request value added": _on_property("request", (), _values, _add_value),
    "request limits dropped": _on_property("request", (), _of_type("string", "integer"), _loosen),
    "parameter became optional": _on_parameter(
        (), lambda each: each.get("required") is True, lambda _, each, __: each.update(required=False)
    ),
}


def reordered(spec: Spec) -> Spec:
    """All keys in the opposite order."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turn(each) for key, each in reversed(value.items())}
        return [turn(each) for each in value] if isinstance(value, list) else value

    found: Spec = turn(spec)
    return found


def renamed(spec: Spec) -> Spec:
    """All schemas with another name."""
    spec = copy.deepcopy(spec)
    base = "#/definitions/" if "swagger" in spec else "#/components/schemas/"
    holder = spec if "swagger" in spec else spec.get("components", {})
    key = "definitions" if "swagger" in spec else "schemas"
    if not isinstance(holder.get(key), dict):
        return spec
    holder[key] = {f"{name}Renamed": each for name, each in holder[key].items()}

    def change(each: dict[str, Any]) -> None:
        reference = each.get("$ref")
        if isinstance(reference, str) and reference.startswith(base):
            name, slash, rest = reference.removeprefix(base).partition("/")
            each["$ref"] = f"{base}{name}Renamed{slash}{rest}"

    _everywhere(spec, change)
    return spec


def inlined(spec: Spec) -> Spec:
    """Every reference to a schema replaced by what it leads to, one level deep."""
    base = "#/definitions/" if "swagger" in spec else "#/components/schemas/"

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and reference.startswith(base):
                found = resolved(spec, value)
                return copy.deepcopy(found) if isinstance(found, dict) and "$ref" not in found else value
            return {key: turn(each) for key, each in value.items()}
        return [turn(each) for each in value] if isinstance(value, list) else value

    found: Spec = turn(spec)
    return found


def wrapped(spec: Spec) -> Spec:
    """Every reference to a schema in an `allOf` of its own."""
    base = "#/definitions/" if "swagger" in spec else "#/components/schemas/"

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and reference.startswith(base):
                return {"allOf": [value]}
            return {key: turn(each) for key, each in value.items()}
        return [turn(each) for each in value] if isinstance(value, list) else value

    found: Spec = turn(spec)
    return found


def modern(spec: Spec) -> Spec:
    """3.0 written in 3.1: `nullable` as a type, bounds that exclude as numbers; others stay as they are."""
    if not str(spec.get("openapi", "")).startswith("3.0"):
        return spec
    spec = copy.deepcopy(spec)
    spec["openapi"] = "3.1.0"

    def change(each: dict[str, Any]) -> None:
        if each.get("nullable") is True:
            del each["nullable"]
            if isinstance(each.get("type"), str):
                each["type"] = [each["type"], "null"]
                if isinstance(each.get("enum"), list) and None not in each["enum"]:
                    each["enum"] = [*each["enum"], None]
                for group in ("oneOf", "anyOf"):
                    if isinstance(each.get(group), list):
                        each[group] = [*each[group], {"type": "null"}]
            elif "allOf" in each or "oneOf" in each or "anyOf" in each:
                old = dict(each)
                each.clear()
                each["anyOf"] = [old, {"type": "null"}]
        for strict, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(each.get(strict), bool) and each.pop(strict) and bound in each:
                each[strict] = each.pop(bound)

    _everywhere(spec, change)
    return spec


REWRITES: Final[dict[str, Callable[[Spec], Spec]]] = {
    "itself": copy.deepcopy,
    "keys in another order": reordered,
    "schemas renamed": renamed,
    "references replaced": inlined,
    "references in allOf": wrapped,
    "3.0 written in 3.1": modern,
}
