"""The OpenAPI document: what FastAPI finds in the routes, made whole.

FastAPI knows parameters, bodies and good answers. What it cannot know is the same for all of our routes and is added
here: problem details for everything that can go wrong, the headers of limits and of idempotency, names that a generated
client can be read with, an example for each body, and the events that go out by webhook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from faultline.platform.http.problems import MEDIA_TYPE, Problem
from faultline.service.conversations.schemas import ConversationIn
from faultline.service.conversations.taxonomy_routes import TaxonomyIn
from faultline.service.webhooks.events import CATALOGUE

Json = dict[str, Any]

_TAGS = {
    "analyses": ("analysis", "Submit content, follow what becomes of it, read the report."),
    "conversations": ("conversation", "Send what customers say; read what they want, how they feel, what comes up."),
    "uploads": ("upload", "Send large content in parts, and go on after an interruption."),
    "projects": ("project", "What an organization groups its analyses by."),
    "github": ("github_installation", "Which installations of the GitHub App belong to the organization."),
    "repositories": ("repository", "Where pull requests come from, how they are reviewed, which rules are silent."),
    "reviews": ("review", "Reviews of pull requests: follow them, judge what they found."),
    "auth": ("session", "Sign in as a person, and the keys that tokens are verified with."),
    "api-keys": ("api_key", "Keys for programs: make, rotate, revoke."),
    "organizations": ("organization", "Your organization, and who you are in it."),
    "members": ("member", "Who belongs to the organization, and who is invited."),
    "webhooks": ("webhook", "URLs that hear of events, and the log of what was sent to them."),
    "slack": ("slack_channel", "Channels of Slack that hear of finished reviews."),
    "usage": ("usage", "What was used of the month's quota."),
    "budgets": ("budget", "What may be spent."),
    "operations": ("operation", "Dead letters and the result cache."),
    "audit": ("audit_log", "Who did what, from where; each entry vouches for the one before."),
    "health": ("", "Whether the service is alive and ready, and its metrics."),
}
"""What each tag is called in the singular, and what it is about."""
_NAMED = {
    "github": "sign_in_by_github",
    "github_callback": "finish_sign_in_by_github",
    "key_set": "get_key_set",
    "list_entries": "list_audit_log",
    "live": "get_liveness",
    "logout": "sign_out",
    "me": "get_me",
    "ready": "get_readiness",
    "start": "sign_in_by_link",
    "switch": "switch_organization",
    "token": "create_token",
    "withdraw": "withdraw_invitation",
}
_VERBS = re.compile(
    "append|begin|cancel|change|complete|create|delete|forget|get|invite|list|redeliver|remove|rename|replace|retry|"
    "revoke|rotate|set|submit|test|update|verify|withdraw"
)
_COUNTED = ("analyses", "conversations")
"""Tags of what counts against the month's quota."""
_STREAMED: tuple[type[BaseModel], ...] = (ConversationIn, TaxonomyIn)
"""What is read by a route itself, so that FastAPI does not know of it."""
_SCHEMAS = "#/components/schemas/{model}"
_PUBLIC_TAG = "health"
_BY_CODE = ("/v1/auth/token",)
"""Where one becomes known by what is in the body."""
_PERHAPS = ("/auth/github", "/auth/github/callback")
"""Paths that are there only when they are set up."""
_SHARED_PATH = re.compile(r"^/v1/analyses/\{(kind|analysis_id)\}$")

_PROBLEMS = {
    "400": ("BadRequest", "The request makes no sense: an unknown option, a cursor of another list."),
    "401": ("NotSignedIn", "No valid key or token came along."),
    "402": ("QuotaExceeded", "The month's quota is used up."),
    "403": ("NotAllowed", "The key or role may not do this."),
    "404": ("NotFound", "There is no such thing, or it is not yours."),
    "409": ("Conflict", "The thing is not in a state in which this can be done, or exists already."),
    "413": ("ContentTooLarge", "The body is larger than it may be."),
    "415": ("UnsupportedContent", "The body is packed in a way that is not read here."),
    "416": ("RangeNotSatisfiable", "The content ends before the range begins."),
    "422": ("InvalidRequest", "The request does not have the documented form; `errors` says where."),
    "429": ("TooManyRequests", "Too many requests; come again after `Retry-After` seconds."),
    "default": ("Unexpected", "Anything else that goes wrong; 503 and 507 say in `Retry-After` when to come again."),
}
_HEADERS: Json = {
    "RateLimit": {
        "description": "What is left of each limit, and the seconds until it is whole again.",
        "schema": {"type": "string"},
        "example": '"reads";r=99;t=60',
    },
    "RateLimit-Policy": {
        "description": "The limits that the request counted against.",
        "schema": {"type": "string"},
        "example": '"reads";q=100;w=60',
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}, "example": 30},
    "X-Request-Id": {
        "description": "The request's id, by which the logs can be searched.",
        "schema": {"type": "string"},
        "example": "0192e4a0-5b7c-7000-8000-000000000000",
    },
    "Idempotent-Replayed": {
        "description": "`true` when this is the answer of the first time.",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
}
_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A request that comes again with its key within 24 hours gets the answer of the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "build-4711",
}


def operation_id(route: APIRoute) -> str:
    """The name of an operation, as a generated client calls it: `create_project`, `get_webhook_secret`."""
    name = route.name
    noun = _TAGS.get(str(route.tags[0]), (str(route.tags[0]).replace("-", "_"), ""))[0] if route.tags else ""
    if name in _NAMED:
        return _NAMED[name]
    verb = name.partition("_")[0]
    if not _VERBS.fullmatch(verb):
        return "_".join(word for word in ("get", noun, name) if word)
    return f"{name}_{noun}" if name == verb and noun else name


def install(app: FastAPI, address: str | None) -> None:
    """Have the application describe itself so.

    Args:
        app: the application, which may get more routes until it is first asked.
        address: where its users reach it; None when only they know.

    """
    found = app.openapi

    def described() -> Json:
        if app.openapi_schema is None:
            _complete(found(), address)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _complete(document: Json, address: str | None) -> None:
    document["info"] |= {
        "contact": {"name": "Whoever runs this installation"},
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    }
    document["servers"] = [{"url": address.rstrip("/") if address else "/", "description": "This installation"}]
    schemas = _add_components(document)
    used = set()
    for path, method, operation in _operations(document):
        used |= set(operation["tags"])
        _say(operation)
        _parameters(operation, method)
        _answers(operation, path, method)
        _example(operation, schemas)
    document["tags"] = [{"name": tag, "description": words} for tag, (_, words) in _TAGS.items() if tag in used]
    document["paths"] = _merged(document["paths"])
    document["webhooks"] = {event.value: _event(event.value, model, schemas) for event, model in CATALOGUE.items()}


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _add_components(document: Json) -> Json:
    components = document.setdefault("components", {})
    schemas: Json = components.setdefault("schemas", {})
    for ours in ("HTTPValidationError", "ValidationError"):
        schemas.pop(ours, None)
    wanted: list[type[BaseModel]] = [Problem, *CATALOGUE.values()]
    modes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "serialization") for model in wanted),
        *((model, "validation") for model in _STREAMED),
    ]
    _, made = models_json_schema(modes, ref_template=_SCHEMAS)
    for name, schema in made["$defs"].items():
        schemas.setdefault(name, schema)
    components["schemas"] = dict(sorted(schemas.items()))
    components["headers"] = _HEADERS
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY}
    components["responses"] = {name: _problem(status, words) for status, (name, words) in _PROBLEMS.items()}
    return schemas


def _problem(status: str, words: str) -> Json:
    headers = ["X-Request-Id"]
    if status in ("402", "429", "default"):
        headers.append("Retry-After")
    if status == "429":
        headers += ["RateLimit", "RateLimit-Policy"]
    return {
        "description": words,
        "headers": _header_refs(*headers),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS.format(model="Problem")}}},
    }


def _header_refs(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _say(operation: Json) -> None:
    """The first sentence of the docstring is the summary."""
    words = " ".join(operation.get("description", "").split("\n\n")[0].split())
    if words:
        operation["summary"] = words.rstrip(".")
        operation["description"] = operation["description"].strip()


def _parameters(operation: Json, method: str) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and "description" not in parameter:
            parameter["description"] = f"Which {parameter['name'].removesuffix('_id').replace('_', ' ')}."
    if operation.get("security") and method == "post":
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})


def _answers(operation: Json, path: str, method: str) -> None:
    tag, body = operation["tags"][0], operation.get("requestBody", {}).get("content", {})
    secured = bool(operation.setdefault("security", []))
    names = {parameter.get("name") for parameter in operation.get("parameters", ())}
    possible = {
        "400": tag != _PUBLIC_TAG,
        "401": secured or bool(names & {"token"}) or path in _BY_CODE,
        "402": "402" in operation["responses"] or (tag in _COUNTED and bool(body)),
        "403": secured,
        "404": "{" in path or "404" in operation["responses"] or path in _PERHAPS or (tag == "analyses" and bool(body)),
        "409": secured and method in ("post", "put", "patch"),
        "413": bool(body),
        "415": bool(body),
        "416": "416" in operation["responses"],
        "422": bool(body) or "422" in operation["responses"],
        "429": tag != _PUBLIC_TAG,
        "default": True,
    }
    for status, answer in operation["responses"].items():
        if status[0] in "23":
            extra = ["RateLimit", "RateLimit-Policy"] if secured else []
            extra += ["Idempotent-Replayed"] if secured and method == "post" else []
            answer["headers"] = answer.get("headers", {}) | _header_refs("X-Request-Id", *extra)
            if answer.get("description") == "Successful Response":
                answer["description"] = "It is done." if status == "204" else "As asked for."
    for status, (name, _) in _PROBLEMS.items():
        operation["responses"].pop(status, None)
        if possible[status]:
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _example(operation: Json, schemas: Json) -> None:
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        if "example" in media or "examples" in media:
            continue
        if media_type == "application/json":
            media["example"] = sample(media["schema"], schemas)
        else:
            media["example"] = "##[error]Process completed with exit code 1.\n"


def sample(schema: Json, schemas: Json) -> Any:
    """A value that a schema allows: its own example where it has one, else little more than what is required."""
    if examples := schema.get("examples"):
        return examples[0]
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return sample(choices[0], schemas) if choices else _sample_of_type(schema, schemas)


def _sample_of_type(schema: Json, schemas: Json) -> Any:
    match schema.get("type"):
        case "object":
            required, properties = schema.get("required", ()), schema.get("properties", {})
            return {
                name: sample(each, schemas)
                for name, each in properties.items()
                if name in required or "examples" in each or each.get("default")
            }
        case "array":
            return [sample(schema["items"], schemas)] if schema.get("minItems", 0) else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            formats = {"uuid": "0192e4a0-5b7c-7000-8000-000000000000", "date-time": "2026-05-17T12:00:00Z"}
            return formats.get(schema.get("format", ""), "text")


def _merged(paths: Json) -> Json:
    """Paths that differ by nothing but the name of their parameter are one (OpenAPI 3.1, 4.8.8.2)."""
    merged: Json = {}
    for path, item in paths.items():
        if match := _SHARED_PATH.match(path):
            path = path.replace(match.group(1), "kind_or_id")
            for operation in item.values():
                for parameter in operation.get("parameters", ()):
                    if parameter.get("name") == match.group(1):
                        parameter["name"] = "kind_or_id"
        merged.setdefault(path, {}).update(item)
    return merged


def _event(name: str, model: type[BaseModel], schemas: Json) -> Json:
    schema = {"$ref": _SCHEMAS.format(model=model.__name__)}
    words = schemas[model.__name__]["description"]
    return {
        "post": {
            "operationId": f"on_{name.replace('.', '_')}",
            "summary": words.rstrip("."),
            "description": f"{words}\n\nSigned as Standard Webhooks are: `webhook-id`, `webhook-timestamp`, "
            "`webhook-signature`.",
            "tags": ["webhooks"],
            "security": [],
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
            "responses": {
                "204": {"description": "Any answer from 200 to 299 says that it was taken."},
                "410": {"description": "Send nothing here any more: the webhook is disabled."},
                "default": {"description": "It is sent again, on the documented schedule."},
            },
        }
    }
