"""Errors as the outside sees them: problem details (RFC 9457), `application/problem+json`.

`type` is `urn:faultline:problem:<code>`: it does not change with the address of the installation, and `code` is the
same word bare. `instance` is `urn:faultline:request:<request id>`, by which the logs can be searched.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultline.core.errors import FaultlineError

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 1000
MAX_ECHO = 100
MAX_FAULTS = 100
# Nobody reads an answer of 499; the number (nginx's) keeps hang-ups apart from our errors in the metrics.
CLIENT_CLOSED_REQUEST = 499

# C0, DEL, C1, line and paragraph separators, bidirectional controls, surrogates: nothing a sentence needs.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

log = structlog.get_logger(__name__)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    location: str = Field(description="Part of the request: body, query, path, header or cookie.")
    pointer: str = Field(description="JSON pointer (RFC 6901) within that part, as a fragment.", examples=["#/kind"])
    message: str = Field(description="What is wrong, in a sentence.")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="URI of the kind of problem.", examples=["urn:faultline:problem:quota-exceeded"])
    title: str = Field(description="The kind of problem in a few words.", examples=["Quota exceeded"])
    status: int = Field(description="The HTTP status.", examples=[402])
    detail: str | None = Field(default=None, description="What happened here, and what to do.")
    instance: str | None = Field(default=None, description="URI of this occurrence; it holds the request's id.")
    code: str = Field(description="The kind of problem as one stable word; programs should look at this.")
    errors: list[Fault] | None = Field(default=None, description="The faults one by one, when there can be several.")


class ProblemResponse(JSONResponse):
    """A problem on its way out."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """The JSON, in ASCII: no text that found its way in can make it unreadable."""
        return json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")


@dataclass(frozen=True, slots=True, order=True)
class CatalogueEntry:
    """One line of the catalogue: the code, its status, and the sentence that explains it."""

    code: str
    status: int
    summary: str


# The problems that are no FaultlineError: raised by the framework, or by nobody. The words are ours, for those of
# `http.HTTPStatus` change with Python (3.13 renamed 413). A status that is not here is `http-<status>`.
_BY_STATUS = {
    entry.status: entry
    for entry in (
        CatalogueEntry("bad-request", 400, "The request cannot be understood; often its body."),
        CatalogueEntry("unauthorized", 401, "The request carries no valid credentials."),
        CatalogueEntry("forbidden", 403, "The credentials do not allow this."),
        CatalogueEntry("not-found", 404, "There is nothing at this path, or nothing that you may see."),
        CatalogueEntry("method-not-allowed", 405, "The path has no such method; `Allow` names those it has."),
        CatalogueEntry("content-too-large", 413, "The body of the request is larger than it may be."),
        CatalogueEntry("unsupported-media-type", 415, "The body of the request is of a type that is not read here."),
        CatalogueEntry("range-not-satisfiable", 416, "The range asked for lies outside of the content."),
        CatalogueEntry("internal", 500, "Something broke on our side; the request id leads to it in the logs."),
    )
}
_INVALID = CatalogueEntry("invalid-request", 422, "The request does not have the documented form; `errors` says where.")


def code_catalogue() -> tuple[CatalogueEntry, ...]:
    """Every code an answer may carry, sorted: each subclass of FaultlineError that has been imported, and our own."""
    found = {entry.code: entry for entry in (*_BY_STATUS.values(), _INVALID)}
    for error in reversed(list(_subclasses(FaultlineError))):  # where a code is used again, its first owner explains it
        if error.__module__.startswith("faultline."):
            summary = (error.__doc__ or "").strip().partition("\n")[0]
            found[error.code] = CatalogueEntry(error.code, error.status, summary)
    return tuple(sorted(found.values()))


def problem_response(
    status: int,
    code: str,
    detail: str | None = None,
    *,
    request_id: str | None = None,
    errors: Sequence[Fault] | None = None,
    retry_after: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """A problem as a response.

    Args:
        status: the HTTP status.
        code: the stable word; title and type are made of it.
        detail: a sentence, made safe and cut at 1,000 characters here.
        request_id: makes `instance`.
        errors: the faults one by one.
        retry_after: seconds; the header gets whole ones, rounded up.
        headers: sent along.

    """
    problem = Problem(
        type=f"urn:faultline:problem:{code}",
        title=code.replace("-", " ").capitalize(),
        status=status,
        detail=printable(detail) if detail else None,
        instance=f"urn:faultline:request:{request_id}" if request_id else None,
        code=code,
        errors=list(errors) if errors else None,
    )
    sent = dict(headers or {})
    if retry_after is not None and math.isfinite(retry_after):
        sent["Retry-After"] = str(max(0, math.ceil(retry_after)))
    if status == 401:
        # RFC 9110, 11.6.1: an answer of 401 must name a scheme.
        sent.setdefault("WWW-Authenticate", "Bearer")
    return ProblemResponse(problem.model_dump(exclude_none=True), status_code=status, headers=sent)


def printable(text: str, limit: int = MAX_DETAIL) -> str:
    """The text as one safe line of at most `limit` characters."""
    text = _UNPRINTABLE.sub(" ", text[: 2 * limit]).strip()
    return text if len(text) <= limit else text[: limit - 3] + "..."


def install(app: FastAPI) -> None:
    """Make every error of the app a problem.

    Call it before other middlewares are added: each later one stands around the catch-all, and so adds its headers to
    an answer of 500 as well.
    """
    app.add_exception_handler(FaultlineError, _faultline_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(ClientDisconnect, _client_disconnect)
    app.add_exception_handler(Exception, _internal)
    app.add_middleware(_CatchAll)


class _CatchAll:
    """Answers what nobody handled, inside of the middlewares that add headers.

    Starlette's own handler for `Exception` stands outside of all middlewares; it still answers what one of them raises.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if started:
                raise  # the server must cut the connection: an answer that just ends would look whole
            response = await _internal(Request(scope), error)
            await response(scope, receive, send)


async def _faultline_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FaultlineError)
    retry_after: float | None = getattr(error, "retry_after", None)
    if error.status >= 500 and retry_after is None:
        log.error("request failed", code=error.code, path=request.url.path, exc_info=error)
    elif error.status >= 500:
        # An outage of what we stand on, as many times as there are requests: no traceback for each.
        log.warning("request put off", code=error.code, path=request.url.path, reason=str(error))
    return problem_response(
        error.status,
        error.code,
        str(error),
        request_id=_request_id(request),
        retry_after=retry_after,
        headers=getattr(error, "headers", None),
    )


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_fault(entry) for entry in error.errors()[:MAX_FAULTS]]
    return problem_response(
        422,
        "invalid-request",
        "The request does not have the documented form.",
        request_id=_request_id(request),
        errors=faults,
    )


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code < 200 or error.status_code in (204, 304):
        return Response(status_code=error.status_code, headers=headers)
    known = _BY_STATUS.get(error.status_code)
    code = known.code if known else f"http-{error.status_code}"
    detail = error.detail if isinstance(error.detail, str) else None
    return problem_response(error.status_code, code, detail, request_id=_request_id(request), headers=headers)


async def _client_disconnect(request: Request, _: Exception) -> Response:
    return problem_response(CLIENT_CLOSED_REQUEST, "client-closed-request", request_id=_request_id(request))


async def _internal(request: Request, error: Exception) -> Response:
    log.exception("request crashed", method=request.method, path=request.url.path, exc_info=error)
    detail = "Something broke on our side. It has been logged under the request's id."
    return problem_response(500, "internal", detail, request_id=_request_id(request))


def _request_id(request: Request) -> str | None:
    # As set by `headers.RequestId`. Read from the scope: request.state would make the attribute's absence an error.
    found = request.scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else None


def _fault(entry: Mapping[str, Any]) -> Fault:
    """One entry of pydantic's, without the value that was wrong."""
    location, *path = entry.get("loc") or ("body",)
    if entry.get("type") == "json_invalid":
        path = []  # pydantic puts the offset here; the message tells it
    context = entry.get("ctx") or {}
    message = str(entry.get("msg", "is not valid"))
    if entry.get("type") == "json_invalid" and "error" in context:
        message = f"Not valid JSON: {context['error']} at character {(entry.get('loc') or (0, 0))[-1]}"
    # Some messages quote the value (a union's tag, a validator of ours); what is quoted is cut, the sentence is not.
    for value in (entry.get("input"), *context.values()):
        if isinstance(value, str) and len(value) > MAX_ECHO:
            for quoted in (value, repr(value)[1:-1]):
                message = message.replace(quoted, value[: MAX_ECHO - 3] + "...")
    segments = (printable(str(segment), MAX_ECHO).replace("~", "~0").replace("/", "~1") for segment in path)
    return Fault(
        location=printable(str(location), MAX_ECHO),
        pointer="#" + "".join(f"/{segment}" for segment in segments),
        message=printable(message),
    )


def _subclasses(root: type[FaultlineError]) -> Iterator[type[FaultlineError]]:
    direct: Iterable[type[FaultlineError]] = root.__subclasses__()
    for error in direct:
        yield error
        yield from _subclasses(error)
