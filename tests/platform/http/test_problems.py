import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar, Literal

import httpx
import pytest
from fastapi import Body, FastAPI, HTTPException, Query, Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, StreamingResponse
from structlog.testing import capture_logs

from faultline.core.errors import AnalyzerFailed, ArtifactRejected, FaultlineError
from faultline.platform.http.headers import RequestId, SecurityHeaders
from faultline.platform.http.problems import Fault, code_catalogue, install, problem_response

Client = httpx.AsyncClient


class Busy(FaultlineError):
    """Something is busy."""

    code: ClassVar[str] = "busy"
    status: ClassVar[int] = 503

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Log(BaseModel):
    kind: Literal["log"]
    lines: int


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["document"]
    pages: dict[str, int]


class Submission(BaseModel):
    artifact: Annotated[Log | Document, Field(discriminator="kind")]
    name: str = Field(default="", max_length=150)

    @field_validator("name")
    @classmethod
    def known(cls, name: str) -> str:
        if name.startswith("secret"):
            raise ValueError(f"no such name: {name}")
        return name


def application() -> FastAPI:
    app = FastAPI()
    install(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestId)

    @app.get("/busy")
    async def busy(retry_after: float | None = None) -> None:
        raise Busy("Everything is busy.", retry_after)

    @app.post("/said")
    async def said(words: Annotated[Any, Body()]) -> None:
        raise ArtifactRejected(words)

    @app.get("/crash")
    async def crash() -> None:
        raise ZeroDivisionError("postgresql://faultline:hunter2@db/faultline")

    @app.get("/broken")
    async def broken() -> None:
        raise AnalyzerFailed("The analyzer broke its contract.")

    @app.get("/half")
    async def half() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            yield b"half"
            raise ZeroDivisionError

        return StreamingResponse(body())

    @app.get("/status/{status}")
    async def status(status: int) -> None:
        raise HTTPException(status, headers={"X-Kept": "yes"})

    @app.get("/gone")
    async def gone() -> None:
        raise ClientDisconnect

    @app.post("/submit")
    async def submit(submission: Submission, limit: Annotated[int, Query(le=10)] = 1) -> None: ...

    @app.get("/id")
    async def request_id(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.state.request_id)

    return app


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(transport=httpx.ASGITransport(application()), base_url="http://testserver") as client:
        yield client


def problem(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == response.status_code
    assert found["type"] == f"urn:faultline:problem:{found['code']}"
    if "x-request-id" in response.headers:
        assert found.pop("instance") == f"urn:faultline:request:{response.headers['x-request-id']}"
    return found


async def test_an_error_of_ours_is_a_problem_with_its_own_code(client: Client) -> None:
    with capture_logs():
        response = await client.get("/busy")
    assert problem(response) == {
        "type": "urn:faultline:problem:busy",
        "title": "Busy",
        "status": 503,
        "detail": "Everything is busy.",
        "code": "busy",
    }
    assert "retry-after" not in response.headers


@pytest.mark.parametrize(
    ("seconds", "header"),
    [("0", "0"), ("0.01", "1"), ("5", "5"), ("5.2", "6"), ("-3", "0"), ("inf", None), ("nan", None)],
)
async def test_retry_after_is_whole_seconds_rounded_up(client: Client, seconds: str, header: str | None) -> None:
    response = await client.get("/busy", params={"retry_after": seconds})
    assert response.headers.get("retry-after") == header


async def test_a_crash_says_nothing_of_what_is_inside_and_is_logged_whole(client: Client) -> None:
    with capture_logs() as logs:
        response = await client.get("/crash")
    found = problem(response)
    assert (response.status_code, found["code"]) == (500, "internal")
    assert not any(word in response.text for word in ("hunter2", "ZeroDivision", "Traceback", "crash"))
    assert [entry["event"] for entry in logs] == ["request crashed"]
    assert isinstance(logs[0]["exc_info"], ZeroDivisionError)


async def test_a_crash_carries_the_headers_that_every_answer_carries(client: Client) -> None:
    with capture_logs():
        response = await client.get("/crash", headers={"X-Request-Id": "abc-1"})
    assert response.headers["x-request-id"] == "abc-1"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json()["instance"] == "urn:faultline:request:abc-1"


async def test_a_crash_of_a_middleware_is_a_problem_too() -> None:
    app = application()

    @app.middleware("http")
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("inside")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    with capture_logs():
        async with Client(transport=transport, base_url="http://testserver") as client:
            response = await client.get("/busy")
    assert problem(response)["code"] == "internal"


async def test_an_answer_that_breaks_half_way_is_cut_and_not_ended(client: Client) -> None:
    with capture_logs(), pytest.raises(ZeroDivisionError):
        await client.get("/half")


async def test_a_defect_of_ours_is_logged_although_it_has_a_code(client: Client) -> None:
    with capture_logs() as logs:
        assert problem(await client.get("/broken"))["code"] == "analyzer-failed"
    assert [entry["log_level"] for entry in logs] == ["error"]


async def test_an_outage_is_logged_in_one_line_for_each_request(client: Client) -> None:
    with capture_logs() as logs:
        await client.get("/busy", params={"retry_after": "5"})
    assert [(entry["log_level"], "exc_info" in entry) for entry in logs] == [("warning", False)]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("DELETE", "/busy", 405, "method-not-allowed"),
        ("GET", "/status/401", 401, "unauthorized"),
        ("GET", "/status/418", 418, "http-418"),
        ("GET", "/status/413", 413, "content-too-large"),
        ("GET", "/status/599", 599, "http-599"),
        ("GET", "/gone", 499, "client-closed-request"),
    ],
)
async def test_what_the_framework_refuses_is_a_problem(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, problem(response)["code"]) == (status, code)


async def test_the_headers_of_a_refusal_are_kept(client: Client) -> None:
    assert (await client.delete("/busy")).headers["allow"] == "GET"
    assert (await client.get("/status/409")).headers["x-kept"] == "yes"


async def test_unauthorized_names_the_scheme(client: Client) -> None:
    assert (await client.get("/status/401")).headers["www-authenticate"] == "Bearer"


async def test_a_status_without_a_body_has_none(client: Client) -> None:
    response = await client.get("/status/304")
    assert (response.status_code, response.content) == (304, b"")


async def test_every_fault_of_a_request_has_its_place(client: Client) -> None:
    body = {"artifact": {"kind": "document", "pages": {"a/b~c": "x"}, "more": 1}, "name": "n"}
    found = problem(await client.post("/submit?limit=99", json=body))
    assert (found["status"], found["code"]) == (422, "invalid-request")
    places = [(fault["location"], fault["pointer"]) for fault in found["errors"]]
    assert places == [
        ("query", "#/limit"),
        ("body", "#/artifact/document/pages/a~1b~0c"),
        ("body", "#/artifact/document/more"),
    ]
    assert all(fault["message"] for fault in found["errors"])


@pytest.mark.parametrize("body", [b"{", b'{"artifact": }', b"[" * 100_000, b'"\xff"', b"", b"null", b"7", b'"\\ud800"'])
async def test_a_body_that_is_no_json_is_a_fault_of_the_body(client: Client, body: bytes) -> None:
    response = await client.post("/submit", content=body, headers={"content-type": "application/json"})
    found = problem(response)
    assert response.status_code in (400, 422)
    assert [(fault["location"], fault["pointer"]) for fault in found.get("errors", [])] in ([], [("body", "#")])


LONG = "Zq7\n\t'\"\\" * 1000


@pytest.mark.parametrize(
    "body",
    [
        {"artifact": {"kind": LONG}},
        {"artifact": LONG},
        {"artifact": {"kind": "log", "lines": LONG}},
        {"artifact": {"kind": "log", "lines": 1}, "name": LONG},
        {"artifact": {"kind": "log", "lines": 1}, "name": "secret" + "Zq7 '" * 25},
        {"artifact": {"kind": "document", "pages": {LONG: LONG}}},
        {"artifact": {"kind": "document", "pages": {}, LONG: 1}},
        {LONG: 1},
    ],
    ids=["tag", "union", "number", "length", "validator", "key", "extra-key", "missing"],
)
async def test_a_wrong_value_is_never_echoed_beyond_a_hundred_characters(client: Client, body: dict[str, Any]) -> None:
    response = await client.post("/submit", json=body)
    assert response.status_code == 422
    for fault in problem(response)["errors"]:
        assert len(fault["message"]) <= 300
        assert fault["message"].count("Zq7") <= 20
        assert fault["pointer"].count("Zq7") <= 20


async def test_a_thousand_faults_make_an_answer_of_a_hundred(client: Client) -> None:
    pages = {str(number): "x" for number in range(1000)}
    response = await client.post("/submit", json={"artifact": {"kind": "document", "pages": pages}})
    assert len(problem(response)["errors"]) == 100


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_makes_the_json_unreadable(text: str) -> None:
    fault = Fault(location="body", pointer="#", message=text) if text.isprintable() else None
    response = problem_response(422, "invalid-request", text, errors=[fault] if fault else None)
    detail = json.loads(bytes(response.body)).get("detail", "")
    assert not any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in detail)
    assert len(detail) <= 1000


async def test_a_detail_is_one_safe_line(client: Client) -> None:
    words = json.dumps("a\x00b\r\nSet-Cookie: x\x1b[31m\u202e\u2028\ud800c")
    response = await client.post("/said", content=words, headers={"content-type": "application/json"})
    assert problem(response)["detail"] == "a b Set-Cookie: x [31m c"
    response = await client.post("/said", json="x" * 5000)
    assert problem(response)["detail"] == "x" * 997 + "..."


def test_the_catalogue_lists_every_code_with_its_sentence() -> None:
    entries = code_catalogue()
    assert list(entries) == sorted(entries)
    assert len({entry.code for entry in entries}) == len(entries)
    assert len(entries) > 10
    assert {"artifact-rejected", "usage", "unsafe-target", "request-timeout", "internal", "invalid-request"} <= {
        entry.code for entry in entries
    }
    assert "busy" not in {entry.code for entry in entries}, "errors of tests and plugins are none of ours"
    assert all(entry.summary.endswith(".") for entry in entries)
    assert all(400 <= entry.status < 600 for entry in entries)
