"""Every operation of the API against everything that a caller can get wrong: never a 5xx, never anything internal."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from faultline.service.app import create_app
from faultline.service.conversations.intake import MAX_BYTES as CONVERSATION_BYTES
from faultline.service.conversations.taxonomy_routes import MAX_BYTES as TAXONOMY_BYTES
from faultline.service.json_bodies import MAX_BYTES, MAX_CONTENT_BYTES
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.tiers import Tier
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.service.conftest import Key, Person, World

pytestmark = pytest.mark.usefixtures("unlimited")
OPEN = re.compile(r"/(health|metrics|auth|\.well-known|v1/auth/token)")
"""Paths for which nobody has to sign in."""
INTERNAL = re.compile(r"Traceback|sqlalchemy|psycopg|sqlite|asyncpg|\.py\b|site-packages|SELECT |INSERT |/work/|/tmp/")
TEXTS = [
    "\0",
    "a\0b",
    "\ud800",
    "\U0001f600" * 3,
    "x" * 100_000,
    "'; DROP TABLE users; --",
    "../../etc/passwd",
    " ",
    "",
]
VALUES: list[Any] = [None, True, -1, 0, 10**400, -(10**30), 1.5, 1e308, [], {}, [[]], {"a": {"b": []}}, *TEXTS]
STORED_OTHERWISE: list[Any] = [-1, 10**400, -(10**30), 1e308, *TEXTS[:5]]
"""What databases differ about, if they get to see it; the rest is tried over one of them."""


def described() -> dict[str, Any]:
    """The document that describes every operation; making it takes 0.3 s, so it is made once."""
    with tempfile.TemporaryDirectory() as folder:
        return create_app(Parts.of(Settings(data_dir=Path(folder)))).openapi()


DOCUMENT = described()
OPERATIONS = sorted((method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods)
WITH_PATH = [pair for pair in OPERATIONS if "{" in pair[1]]
WITH_BODY = [pair for pair in OPERATIONS if pair[0] in ("POST", "PUT", "PATCH")]
LIMITS = {
    "/v1/analyses": MAX_CONTENT_BYTES,
    "/v1/conversations": CONVERSATION_BYTES,
    "/v1/conversations/taxonomies": TAXONOMY_BYTES,
}
"""Of the bodies that may be larger than others."""


def shared_out(operations: list[tuple[str, str]]) -> pytest.MarkDecorator:
    """Four tests over all operations: a service of its own for each operation took a quarter of the whole suite."""
    return pytest.mark.parametrize("operations", [operations[each::4] for each in range(4)], ids=range(4))


each_operation = shared_out(OPERATIONS)
each_with_path = shared_out(WITH_PATH)
each_with_body = shared_out(WITH_BODY)
GARBAGE = ("x", "%00", "..%2f..", "%ff%fe", "0" * 36, "%F0%9F%98%80", "a" * 5_000, "-1", "%7B%7D")
QUERIES = ("", "%00", "%ff", "x" * 3000, "-1", "9" * 400, "%F0%9F%98%80", "a&{name}=b", "%D8%00", "null")
QUERIES_STORED_OTHERWISE = ("", "%00", "%ff", "-1", "9" * 400, "%F0%9F%98%80", "%D8%00")
NO_JSON = (
    b"",
    b"{",
    b"nothing",
    b'{"kind": "\xff\xfe"}',
    b'{"a": NaN}',
    b"[" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b"[" * 900 + b"]" * 900,
    b"1" * 5_000,
    b'{"a": 1' + b" " * 1000,
)


def filled(path: str, value: str = NOWHERE) -> str:
    return re.sub(r"\{\w+\}", value, path)


def well(answer: httpx.Response) -> None:
    """The answer is of our making, whatever it says."""
    assert answer.status_code < 500, said(answer)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", said(answer)
        assert not INTERNAL.search(answer.text), said(answer)


def said(answer: httpx.Response) -> str:
    """What was asked and what came back."""
    return f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"


def schema_of(method: str, path: str) -> dict[str, Any]:
    """The JSON schema of an operation's body; empty when it has none."""
    content = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    if reference := schema.get("$ref"):
        schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    return schema


def wrong_bodies(schema: dict[str, Any], values: Sequence[Any]) -> Iterator[Any]:
    """Bodies of a wrong form: none of the fields, each field with each wrong value, and more besides."""
    yield from values
    right = {"kind": "ci", "content": "x", "name": "a", "url": "https://example.com/", "events": ["analysis.completed"]}
    fields = schema.get("properties", {})
    whole = {name: right.get(name, "x") for name in fields if name in schema.get("required", ()) or name == "content"}
    for name in fields:
        for value in values:
            yield {**whole, name: value}
    yield {**whole, "surprise": 1}


async def send(
    client: httpx.AsyncClient, who: Any, method: str, path: str, body: Any, **headers: str
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {**who.headers, "Content-Type": "application/json", "Prefer": "wait=0", "Upload-Offset": "0", **headers}
    answer = await client.request(method, path, content=content, headers=sent)
    well(answer)
    return answer


@each_with_body
async def test_a_body_of_a_wrong_form_is_refused(
    operations: list[tuple[str, str]], client: httpx.AsyncClient, owner: Person, parts: Parts
) -> None:
    values = VALUES if parts.database.dialect.name == "sqlite" else STORED_OTHERWISE
    for method, path in operations:
        for body in wrong_bodies(schema_of(method, path), values):
            await send(client, owner, method, filled(path), body)


@SQLITE
@each_with_body
async def test_what_is_no_json_is_refused(
    operations: list[tuple[str, str]], client: httpx.AsyncClient, owner: Person
) -> None:
    for (method, path), body in product(operations, NO_JSON):
        answer = await send(client, owner, method, filled(path), body)
        assert answer.status_code in (400, 404, 422) or not schema_of(method, path), said(answer)


@SQLITE
@pytest.mark.parametrize("field", ["options", "metadata"])
@pytest.mark.parametrize("depth", [25, 200, 900])
async def test_deep_json_is_refused_where_any_json_goes(
    field: str, depth: int, client: httpx.AsyncClient, owner: Person
) -> None:
    deep: Any = 1
    for _ in range(depth):
        deep = {"a": deep}
    body = {"kind": "ci", "content": "x", field: deep}
    # 400 where the parser itself gives up, which depends on how deep the stack is already.
    assert (await send(client, owner, "POST", "/v1/analyses", body)).status_code in (400, 422)


@SQLITE
@each_with_body
async def test_json_over_its_limit_is_refused(
    operations: list[tuple[str, str]], client: httpx.AsyncClient, owner: Person
) -> None:
    for method, path in operations:
        if schema_of(method, path):
            body = b'{"content": "' + b"x" * LIMITS.get(path, MAX_BYTES) + b'"}'
            problem(await send(client, owner, method, filled(path), body), 413, "content-too-large")


@SQLITE
async def test_inline_content_may_be_as_large_as_the_tier_allows(client: httpx.AsyncClient, world: World) -> None:
    poor = await world.organization(tier=Tier.FREE)
    for size, status in ((1_000_000, 202), (1_000_001, 413), (3_100_000, 413)):
        body = {"kind": "ci", "content": "\n" * size}
        assert (await send(client, poor, "POST", "/v1/analyses", body)).status_code == status


@SQLITE
async def test_a_stranger_cannot_make_us_hold_more_than_a_megabyte(client: httpx.AsyncClient) -> None:
    body = b'{"content": "' + b"x" * MAX_BYTES + b'"}'
    problem(await client.post("/v1/analyses", content=body), 401, "not-signed-in")


@each_with_path
async def test_garbage_in_a_path_is_refused(
    operations: list[tuple[str, str]], client: httpx.AsyncClient, owner: Person
) -> None:
    for (method, path), value in product(operations, GARBAGE):
        answer = await send(client, owner, method, filled(path, value), {})
        assert answer.status_code in (400, 404, 405, 422), said(answer)


@each_operation
async def test_garbage_in_a_query_is_refused(
    operations: list[tuple[str, str]], client: httpx.AsyncClient, owner: Person, parts: Parts
) -> None:
    queries = QUERIES if parts.database.dialect.name == "sqlite" else QUERIES_STORED_OTHERWISE
    for method, path in operations:
        described = parameters_of(method, path)
        names = [parameter["name"] for parameter in described if parameter["in"] == "query"]
        for name, value in product((*names, "surprise"), queries):
            query = f"{name}={value.format(name=name)}"
            await send(client, owner, method, f"{filled(path)}?{query}", {"kind": "ci", "content": "x"})
        headers = [parameter["name"] for parameter in described if parameter["in"] == "header"]
        for name, value in product(headers, ("", "\xff", "-1", "9" * 400, "x" * 3000)):
            await send(client, owner, method, filled(path), {}, **{name: value.encode("latin-1")})  # type: ignore[arg-type]


def parameters_of(method: str, path: str) -> list[dict[str, Any]]:
    """The parameters of an operation, references followed."""
    shared = DOCUMENT["components"]["parameters"]
    return [
        shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in DOCUMENT["paths"][path][method.lower()].get("parameters", ())
    ]


@SQLITE
async def test_nobody_gets_in_without_a_valid_key(client: httpx.AsyncClient, key: Key) -> None:
    closed = [operation for operation in OPERATIONS if not OPEN.match(operation[1])]
    for (method, path), headers in product(
        closed,
        (
            {},
            {"X-API-Key": "flk_aaaaaaaa_" + "b" * 43},
            {"X-API-Key": key.plain[:-3]},
            {"X-API-Key": "\xff".encode("latin-1")},
            {"Authorization": "Bearer " + "x" * 5000},
            {"Authorization": "Basic abc"},
            {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
        ),
    ):
        answer = await client.request(method, filled(path), headers=headers)
        problem(answer, 401, "not-signed-in")
        assert answer.headers["www-authenticate"]


@SQLITE
@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/nothing", "/v1/analyses/", "//v1/analyses", "/v1/analyses/x/y/z", "/%00"]
)
async def test_there_is_nothing_at_other_paths(path: str, client: httpx.AsyncClient, owner: Person) -> None:
    answer = await client.get(path, headers=owner.headers)
    well(answer)
    assert answer.status_code in (307, 400, 404, 422), answer.text


@SQLITE
async def test_another_method_is_refused(client: httpx.AsyncClient, owner: Person) -> None:
    for path, other in product({path for _, path in OPERATIONS}, ("TRACE", "BREW")):
        answer = await client.request(other, filled(path), headers=owner.headers)
        problem(answer, 405, "method-not-allowed")
