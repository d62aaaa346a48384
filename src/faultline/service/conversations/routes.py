"""Conversations over HTTP: sending, reading, deleting. Topics, trends and taxonomies have routes of their own."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from faultline.core.errors import FaultlineError
from faultline.platform.bodies import decoded
from faultline.service.auth.access import OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.conversations.filters import FilterOf
from faultline.service.conversations.intake import MAX_BYTES, Intake
from faultline.service.conversations.lines import lines
from faultline.service.conversations.schemas import (
    BulkReceipt,
    ConversationOut,
    ConversationPage,
    ConversationWhole,
    Deleted,
    Receipt,
)
from faultline.service.conversations.service import Conversations
from faultline.service.conversations.states import ConversationStatus
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service

routes = router("/v1/conversations", "conversations")

Reader = Annotated[Principal, requires(Scope.ANALYSES_READ)]
Submitter = Annotated[Principal, requires(Scope.ANALYSES_WRITE, limit="submissions")]
Writer = Annotated[Principal, requires(Scope.ANALYSES_WRITE)]
ConversationsOf = Annotated[Conversations, service(Conversations)]
IntakeOf = Annotated[Intake, service(Intake)]
From = Annotated[Origin, OriginOf]

NDJSON = "application/x-ndjson"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/ConversationIn"}},
            NDJSON: {
                "schema": {"type": "string", "description": "One conversation a line."},
                "example": '{"messages": [{"role": "customer", "text": "Where is my order?"}]}\n',
            },
        },
    }
}


class UnsupportedBody(FaultlineError):
    """The body is neither JSON nor NDJSON."""

    code = "unsupported-media-type"
    status = 415


@routes.post(
    "",
    status_code=202,
    openapi_extra=BODY,
    responses={
        200: {"model": Receipt, "description": "It was there already."},
        202: {"model": Receipt | BulkReceipt, "description": "Taken; it will be understood."},
    },
)
async def submit(request: Request, who: Submitter, intake: IntakeOf) -> Response:
    """Send a conversation, or many of them as NDJSON, one a line.

    Of a bulk the lines that can be taken are taken, and the answer names the others. It is streamed, and may be as
    large as your tier allows; it may be packed with gzip or zstd.
    """
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    limit = who.tier.allowance.artifact_bytes
    if media in (NDJSON, "application/jsonl", "application/ndjson"):
        bulk = await intake.take_bulk(lines(body_of(request, limit), MAX_BYTES), by=who)
        return JSONResponse(bulk.model_dump(mode="json"), 202)
    if media != "application/json":
        raise UnsupportedBody(f"send one conversation as application/json, or one a line as {NDJSON}")
    body = b"".join([piece async for piece in body_of(request, min(limit, MAX_BYTES))])
    try:
        taken = await intake.take(body, by=who)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None
    known = not taken.created and taken.status is not ConversationStatus.QUEUED
    location = {"Location": f"/v1/conversations/{taken.id}"}
    return JSONResponse(taken.model_dump(mode="json"), 200 if known else 202, location)


@routes.get("")
async def list_conversations(
    _who: Reader,
    conversations: ConversationsOf,
    wanted: FilterOf,
    status: Annotated[ConversationStatus | None, Query(description="In this state.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ConversationPage:
    """List conversations, the last to come in first."""
    found = await conversations.list(replace(wanted, status=status), cursor=cursor, limit=limit)
    return ConversationPage(items=[ConversationOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.delete("")
async def delete_conversations(
    who: Writer,
    conversations: ConversationsOf,
    origin: From,
    external_id: Annotated[str, Query(min_length=1, max_length=300, description="What you call it.")],
    channel: Annotated[str | None, Query(max_length=100, description="In this channel; left out, in all.")] = None,
) -> Deleted:
    """Delete the conversations that you call so, with all that they said."""
    return Deleted(deleted=await conversations.delete_external(external_id, channel, by=who, origin=origin))


@routes.get("/{conversation_id:uuid}")
async def get(conversation_id: UUID, _who: Reader, conversations: ConversationsOf) -> ConversationWhole:
    """Get a conversation with its messages and what was understood, each statement with the sentence it comes from."""
    return ConversationWhole.whole(await conversations.get(conversation_id))


@routes.delete("/{conversation_id:uuid}", status_code=204)
async def delete(conversation_id: UUID, who: Writer, conversations: ConversationsOf, origin: From) -> None:
    """Delete a conversation with all that it said."""
    await conversations.delete(conversation_id, by=who, origin=origin)


async def body_of(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body, unpacked while it comes; its hash is left for the idempotency key."""
    digest = hashlib.sha256()

    async def wire() -> AsyncIterator[bytes]:
        async for chunk in request.stream():
            digest.update(chunk)
            yield chunk

    async for piece in decoded(wire(), request.headers.get("content-encoding"), max_bytes=limit):
        yield piece
    request.state.content_sha256 = digest.hexdigest()
