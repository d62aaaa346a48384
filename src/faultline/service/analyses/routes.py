"""Analyses over HTTP."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from faultline.core.errors import UsageError
from faultline.core.finding import Severity
from faultline.platform.database import Tenant
from faultline.service.analyses.content import Kept, keep_body, keep_text, opened
from faultline.service.analyses.ranges import Span, requested_span
from faultline.service.analyses.schemas import (
    AnalysisAnswer,
    AnalysisOut,
    AnalysisPage,
    AnalysisRequest,
    FindingOut,
    FindingPage,
    FormatName,
    Name,
)
from faultline.service.analyses.service import Analyses, Submission, rendered
from faultline.service.analyses.states import Status
from faultline.service.analyses.store import Filter
from faultline.service.analyses.tables import Analysis
from faultline.service.auth.access import OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.idempotency.service import amend, settle
from faultline.service.json_bodies import takes_content
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.parts import Parts
from faultline.service.routing import PartsOf, UnitOf, router, service
from faultline.service.uploads.service import Uploads

routes = router("/v1/analyses", "analyses")

Reader = Annotated[Principal, requires(Scope.ANALYSES_READ)]
Submitter = Annotated[Principal, requires(Scope.ANALYSES_WRITE, limit="submissions")]
Writer = Annotated[Principal, requires(Scope.ANALYSES_WRITE)]
AnalysesOf = Annotated[Analyses, service(Analyses)]
UploadsOf = Annotated[Uploads, service(Uploads)]
From = Annotated[Origin, OriginOf]

Prefer = Annotated[
    str | None,
    Header(description="`respond-async`: do not wait. `wait=N`: wait for the end, N seconds at most (RFC 7240)."),
]
Output = Annotated[
    FormatName | None,
    Query(alias="format", description="Answer with the report alone, shown like this, once it is there."),
]
KindPath = Annotated[str, Path(max_length=50, pattern=r"^[a-z][a-z0-9_-]*$", examples=["ci"])]
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?(?:$|[,;\s])", re.IGNORECASE)
_ASYNC = re.compile(r"(?:^|[,;\s])respond-async(?:$|[,;\s])", re.IGNORECASE)
_MEDIA = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "sarif": "application/sarif+json",
    "github": "text/plain; charset=utf-8",
}
REPORT_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media.partition(";")[0]: {} for media in _MEDIA.values()}}
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": AnalysisAnswer, "description": "It has ended; the report is in the answer."},
    202: {"model": AnalysisOut, "description": "It is queued; `Location` says where to look."},
}


@routes.post("", responses=_ANSWERS)
@takes_content
async def submit(
    wanted: AnalysisRequest,
    request: Request,
    who: Submitter,
    analyses: AnalysesOf,
    uploads: UploadsOf,
    origin: From,
    parts: PartsOf,
    prefer: Prefer = None,
    cache_control: Annotated[str | None, Header(description="`no-cache`: analyze anew.")] = None,
    output: Output = None,
) -> Response:
    """Analyze content that is in the request, or was uploaded before.

    Content under 10 KB is analyzed while you wait; else the answer is 202 and a place to look.
    """
    if wanted.upload_id is not None:
        kept = await uploads.take(wanted.upload_id)
    else:
        assert wanted.content is not None
        kept = await keep_text(wanted.content, request, parts, who)
    submission = Submission(
        kind=wanted.kind,
        name=wanted.name,
        content=kept,
        project_id=wanted.project_id,
        metadata=wanted.metadata,
        options=wanted.options,
        callback_url=wanted.callback_url,
        fresh=_fresh(cache_control),
    )
    analysis = await analyses.submit(submission, by=who, origin=origin)
    return await _answer(request, analysis, kept, parts, prefer, output)


@routes.post(
    "/{kind}",
    responses=_ANSWERS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def submit_body(
    kind: KindPath,
    request: Request,
    who: Submitter,
    analyses: AnalysesOf,
    origin: From,
    parts: PartsOf,
    name: Annotated[Name, Query(description="What to call it.")] = "artifact",
    project: Annotated[UUID | None, Query(description="The project it belongs to.")] = None,
    callback_url: Annotated[str | None, Query(max_length=2000)] = None,
    prefer: Prefer = None,
    cache_control: Annotated[str | None, Header(description="`no-cache`: analyze anew.")] = None,
    output: Output = None,
) -> Response:
    """Analyze the request's body, as with `curl --data-binary @build.log`.

    It is streamed, so it may be as large as your tier allows, and may be packed with gzip or zstd.
    """
    kept = await keep_body(request, parts, who)
    submission = Submission(
        kind=kind,
        name=name,
        content=kept,
        project_id=project,
        metadata=_metadata(request),
        callback_url=callback_url,
        fresh=_fresh(cache_control),
    )
    analysis = await analyses.submit(submission, by=who, origin=origin)
    return await _answer(request, analysis, kept, parts, prefer, output)


@routes.get("")
async def list_analyses(
    _who: Reader,
    analyses: AnalysesOf,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    status: Status | None = None,
    project: UUID | None = None,
    severity: Annotated[Severity | None, Query(description="With a finding at least as bad.")] = None,
    fingerprint: Annotated[str | None, Query(max_length=64, description="With a finding of this fingerprint.")] = None,
    text: Annotated[str | None, Query(max_length=200, description="In the name or the summary.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> AnalysisPage:
    """List analyses, newest first."""
    wanted = Filter(kind, status, project, severity, fingerprint, text)
    found = await analyses.list(wanted, cursor=cursor, limit=limit)
    return AnalysisPage(items=[AnalysisOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/{analysis_id}")
async def get(
    analysis_id: UUID, who: Reader, analyses: AnalysesOf, unit: UnitOf, parts: PartsOf, prefer: Prefer = None
) -> AnalysisOut:
    """Get an analysis; with `Prefer: wait=N` as soon as it has ended, or as it stands after N seconds."""
    seconds = _seconds(prefer, parts)
    with parts.endings.expected(analysis_id) as ending:
        analysis = await analyses.get(analysis_id)
        if seconds and not Status(analysis.status).is_final:
            await unit.close()
            with parts.courtesy.resting():
                await ending.wait(seconds)
            unit.enter(Tenant(who.tenant_id), write=False)
            analysis = await analyses.get(analysis_id)
    return AnalysisOut.of(analysis)


@routes.get("/{analysis_id}/findings")
async def findings(
    analysis_id: UUID, _who: Reader, analyses: AnalysesOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> FindingPage:
    """List the findings of an analysis, the worst first."""
    found = await analyses.findings(analysis_id, cursor=cursor, limit=limit)
    return FindingPage(items=[FindingOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get(
    "/{analysis_id}/report",
    response_class=Response,
    responses=REPORT_ANSWERS,
)
async def report(
    analysis_id: UUID,
    _who: Reader,
    analyses: AnalysesOf,
    output: Annotated[FormatName, Query(alias="format", description="How to show it.")] = "json",
) -> Response:
    """Get the report of an analysis, in any format that the command line knows."""
    return await shown(await analyses.report_json(await analyses.get(analysis_id)), output)


@routes.get(
    "/{analysis_id}/artifact",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        206: {"description": "The range that was asked for."},
        416: {"description": "The content ends before the range begins."},
    },
)
async def artifact(
    analysis_id: UUID,
    _who: Reader,
    analyses: AnalysesOf,
    parts: PartsOf,
    range_: Annotated[str | None, Header(alias="Range", description="`bytes=START-END`, one range.")] = None,
) -> Response:
    """Get the content that was analyzed, whole or in part."""
    analysis, inline = await analyses.with_content(analysis_id)
    span = requested_span(range_, analysis.bytes)
    file = analysis.name.rstrip("/").rpartition("/")[2] or "artifact"
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file, safe='')}",
        "ETag": f'"{analysis.sha256}"',
    }
    if span is None:
        span = Span(0, analysis.bytes)
        status = 200
    else:
        status = 206
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{analysis.bytes}"
    headers["Content-Length"] = str(span.end - span.start)
    content = await opened(parts.blobs, analysis.blob, inline, span.start, span.end)
    return StreamingResponse(content, status, headers, "application/octet-stream")


@routes.post("/{analysis_id}/cancel")
async def cancel(analysis_id: UUID, _who: Writer, analyses: AnalysesOf) -> AnalysisOut:
    """End an analysis that waits; ask the worker of one that runs to stop."""
    return AnalysisOut.of(await analyses.cancel(analysis_id))


@routes.post("/{analysis_id}/retry")
async def retry(analysis_id: UUID, _who: Writer, analyses: AnalysesOf) -> AnalysisOut:
    """Queue an analysis again that failed or was cancelled."""
    return AnalysisOut.of(await analyses.retry(analysis_id))


async def _answer(
    request: Request, analysis: Analysis, kept: Kept, parts: Parts, prefer: str | None, output: FormatName | None
) -> Response:
    """Commit, then wait for the end as long as the sender likes: 200 with the report, or 202 and where to look."""
    location = {"Location": f"/v1/analyses/{analysis.id}"}
    queued = JSONResponse(AnalysisOut.of(analysis).model_dump(mode="json"), 202, location)
    final = Status(analysis.status).is_final
    seconds = _seconds(prefer, parts)
    if seconds is None:
        seconds = parts.settings.wait_seconds if kept.stored.size < parts.settings.express_bytes else 0
    with parts.endings.expected(analysis.id) as ending:
        settled = await settle(request, queued)
        if settled is not queued or not (final or seconds):
            return settled
        with parts.courtesy.resting():
            if not (final or await ending.wait(seconds)):
                return settled
    unit, tenant = request.state.unit, analysis.tenant_id
    unit.enter(Tenant(tenant), write=False)
    analyses = Analyses(unit, parts)
    ended = await analyses.get(analysis.id)
    if not Status(ended.status).is_final:
        return settled
    body = await analyses.report_json(ended) if ended.report_id else b"null"
    await unit.close()
    if output is not None and ended.report_id:
        return await amend(request, await shown(body, output, location), tenant)
    stand = AnalysisAnswer.of(ended).model_dump_json(exclude={"report"}).encode()
    answer = Response(stand[:-1] + b',"report":' + body + b"}", 200, location, "application/json")
    return await amend(request, answer, tenant)


async def shown(body: bytes, output: FormatName, headers: dict[str, str] | None = None) -> Response:
    """A report's JSON, as somebody wants to see it."""
    content = body if output == "json" else (await rendered(body, output)).encode("utf-8", "replace")
    return Response(content, 200, headers, _MEDIA[output])


def _seconds(prefer: str | None, parts: Parts) -> float | None:
    """How long the sender is ready to wait; None when they did not say."""
    if prefer is None:
        return None
    if match := _WAIT.search(prefer):
        return min(float(match.group(1)), parts.settings.max_wait_seconds)
    return 0 if _ASYNC.search(prefer) else None


def _fresh(cache_control: str | None) -> bool:
    return cache_control is not None and "no-cache" in cache_control.lower()


def _metadata(request: Request) -> dict[str, str]:
    """The query's `metadata.NAME=VALUE` pairs.

    Raises:
        UsageError: there are too many of them, or one is too long.

    """
    pairs = {
        name.removeprefix("metadata."): value
        for name, value in request.query_params.items()
        if name.startswith("metadata.")
    }
    if len(pairs) > 32 or any(len(name) > 100 or len(value) > 1000 for name, value in pairs.items()):
        raise UsageError("metadata may have 32 entries, names of 100 characters and values of 1000")
    return pairs
