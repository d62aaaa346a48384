"""An organization's own intents over HTTP."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.conversations.routes import From, Reader, UnsupportedBody, body_of
from faultline.service.conversations.schemas import ConversationError
from faultline.service.conversations.tables import ConversationTaxonomy
from faultline.service.conversations.taxonomies import BadExamples, Taxonomies, examples_of_csv
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service
from faultline.service.texts import Text

routes = router("/v1/conversations", "conversations")
TaxonomiesOf = Annotated[Taxonomies, service(Taxonomies)]
Trainer = Annotated[Principal, requires(Scope.ANALYSES_WRITE, limit="submissions")]
Chooser = Annotated[Principal, requires(Scope.OPERATIONS_WRITE)]

MAX_EXAMPLES = 50_000
MAX_BYTES = 16_000_000
Label = Annotated[Text, Field(min_length=1, max_length=100)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]


class LabelledExample(BaseModel):
    """What a customer says, and what they want by it."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[Text, Field(min_length=1, max_length=2000)]
    label: Label


class TaxonomyIn(BaseModel):
    """Labelled examples to learn intents from: two labels or more, five examples each or more."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "orders",
                    "examples": [
                        {"text": text.format(n), "label": label}
                        for text, label in (("Where is parcel {}?", "delivery"), ("Refund order {}", "refund"))
                        for n in range(1, 6)
                    ],
                }
            ]
        },
    )

    name: Name = "taxonomy"
    examples: Annotated[list[LabelledExample], Field(min_length=10, max_length=MAX_EXAMPLES)]


class TaxonomyOut(BaseModel):
    """One version of an organization's own intents."""

    id: UUID
    version: Annotated[int, Field(description="Counts up from 1.")]
    name: str
    status: Literal["queued", "running", "ready", "failed"]
    active: Annotated[bool, Field(description="Whether new conversations are sorted by it.")]
    examples: int
    labels: list[str]
    scores: Annotated[
        dict[str, Any] | None,
        Field(description="What cross-validation found: accuracy, macro F1, each label's own, and warnings."),
    ]
    error: ConversationError | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, row: ConversationTaxonomy, active: UUID | None) -> Self:
        """From its row."""
        return cls.model_validate(
            {
                "id": row.id,
                "version": row.number,
                "name": row.name,
                "status": row.status,
                "active": row.id == active,
                "examples": row.example_count,
                "labels": row.labels,
                "scores": row.scores,
                "error": {"code": row.error_code, "detail": row.error_detail or ""} if row.error_code else None,
                "created_at": row.created_at,
                "finished_at": row.finished_at,
            }
        )


class TaxonomyPage(BaseModel):
    """Some taxonomies, the newest first."""

    items: list[TaxonomyOut]
    next_cursor: str | None


class ActiveTaxonomy(BaseModel):
    """The taxonomy that new conversations are sorted by."""

    model_config = ConfigDict(extra="forbid")

    taxonomy_id: Annotated[UUID | None, Field(description="Null: the built-in one.")]


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/TaxonomyIn"}},
            "text/csv": {
                "schema": {"type": "string", "description": "A table with the columns `text` and `label`."},
                "example": "text,label\nWhere is my parcel?,delivery\n",
            },
        },
    }
}


@routes.post("/taxonomies", status_code=202, openapi_extra=BODY)
async def create_taxonomy(
    request: Request,
    who: Trainer,
    taxonomies: TaxonomiesOf,
    origin: From,
    name: Annotated[Name, Query(description="What to call it, where the body is a table.")] = "taxonomy",
) -> TaxonomyOut:
    """Have your own intents learned from labelled examples, as JSON or as CSV.

    It takes from seconds to some minutes. The scores say how well it does; it is used once you say so.
    """
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media not in ("application/json", "text/csv"):
        raise UnsupportedBody("send labelled examples as application/json or text/csv")
    limit = min(who.tier.allowance.artifact_bytes, MAX_BYTES)
    body = b"".join([piece async for piece in body_of(request, limit)])
    try:
        wanted = await asyncio.to_thread(_read, body, media, name)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None
    pairs = [(each.text, each.label) for each in wanted.examples]
    return TaxonomyOut.of(await taxonomies.create(wanted.name, pairs, len(body), by=who, origin=origin), None)


@routes.get("/taxonomies")
async def list_taxonomies(
    _who: Reader, taxonomies: TaxonomiesOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> TaxonomyPage:
    """List your own taxonomies with their scores, the newest first."""
    found, active = await taxonomies.list(cursor=cursor, limit=limit), await taxonomies.active()
    return TaxonomyPage(items=[TaxonomyOut.of(row, active) for row in found.items], next_cursor=found.next_cursor)


@routes.put("/taxonomies/active", responses={404: {"description": "There is no such taxonomy."}})
async def set_active_taxonomy(
    wanted: ActiveTaxonomy, who: Chooser, taxonomies: TaxonomiesOf, origin: From
) -> ActiveTaxonomy:
    """Choose the taxonomy that conversations are sorted by from now on; what was understood before stays as it is."""
    await taxonomies.use(wanted.taxonomy_id, by=who, origin=origin)
    return wanted


@routes.get("/taxonomies/{taxonomy_id}")
async def get_taxonomy(taxonomy_id: UUID, _who: Reader, taxonomies: TaxonomiesOf) -> TaxonomyOut:
    """Get one of your taxonomies."""
    return TaxonomyOut.of(await taxonomies.get(taxonomy_id), await taxonomies.active())


@routes.delete("/taxonomies/{taxonomy_id}", status_code=204)
async def delete_taxonomy(taxonomy_id: UUID, who: Chooser, taxonomies: TaxonomiesOf, origin: From) -> None:
    """Delete one of your taxonomies; where it was in use, the built-in one takes its place."""
    await taxonomies.delete(taxonomy_id, by=who, origin=origin)


def _read(body: bytes, media: str, name: str) -> TaxonomyIn:
    if media == "application/json":
        return TaxonomyIn.model_validate_json(body)
    pairs = examples_of_csv(body)
    if len(pairs) > MAX_EXAMPLES:
        raise BadExamples(f"there are more than {MAX_EXAMPLES:,} examples")
    for number, (text, label) in enumerate(pairs, start=1):
        try:
            LabelledExample(text=text, label=label)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_context=False)[0]
            raise BadExamples(f"example {number}: {fault['loc'][0]}: {fault['msg']}") from None
    examples = [LabelledExample(text=text, label=label) for text, label in pairs]
    return TaxonomyIn(name=name, examples=examples)
