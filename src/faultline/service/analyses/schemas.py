"""What goes over the wire about analyses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from faultline.core.finding import Severity
from faultline.service.analyses.states import Status
from faultline.service.analyses.tables import Analysis, Finding
from faultline.service.texts import JsonObject, Text

MAX_METADATA = 32
"""Entries in an analysis' metadata."""

Name = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]
Kind = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$", examples=["ci"])]
Metadata = Annotated[
    dict[Annotated[Text, Field(max_length=100)], Annotated[Text, Field(max_length=1000)]],
    Field(max_length=MAX_METADATA),
]
FormatName = Literal["json", "jsonl", "text", "markdown", "sarif", "github"]


class AnalysisRequest(BaseModel):
    """Something to analyze: its content inline, or an upload."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "ci", "name": "build.log", "content": "##[error]Process completed with exit code 1.\n"}
            ]
        },
    )

    kind: Kind
    content: Annotated[str | None, Field(description="The content as text.")] = None
    upload_id: Annotated[UUID | None, Field(description="A complete upload, in place of `content`.")] = None
    name: Name = "artifact"
    project_id: UUID | None = None
    metadata: Annotated[
        Metadata, Field(description="Your own words on it; they are given back, and are searchable.")
    ] = {}
    options: Annotated[JsonObject, Field(description="Options of the kind's analyzer.")] = {}
    callback_url: Annotated[
        Text | None, Field(max_length=2000, description="Is told of the end, signed as webhooks are.")
    ] = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.content is None) == (self.upload_id is None):
            raise ValueError("give either content or upload_id")
        return self


class AnalysisError(BaseModel):
    """Why an analysis failed."""

    code: str
    detail: str


class AnalysisOut(BaseModel):
    """An analysis as it stands."""

    id: UUID
    kind: str
    name: str
    project_id: UUID | None
    status: Status
    cached: Annotated[bool, Field(description="Whether the report was there already, for the same content.")]
    bytes: int
    sha256: str
    summary: str | None
    severity: Annotated[Severity | None, Field(description="Of the worst finding.")]
    finding_count: int
    error: AnalysisError | None
    metadata: dict[str, str]
    options: dict[str, Any]
    callback_url: str | None
    attempts: int
    cancel_requested: bool
    submitted_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: Analysis, **more: Any) -> Self:
        """From its row."""
        return cls(
            id=row.id,
            kind=row.kind,
            name=row.name,
            project_id=row.project_id,
            status=Status(row.status),
            cached=row.cached,
            bytes=row.bytes,
            sha256=row.sha256,
            summary=row.summary,
            severity=None if row.severity is None else list(Severity)[row.severity],
            finding_count=row.finding_count,
            error=AnalysisError(code=row.error_code, detail=row.error_detail or "") if row.error_code else None,
            metadata=row.details,
            options=row.options,
            callback_url=row.callback_url,
            attempts=row.attempts,
            cancel_requested=row.cancel_requested,
            submitted_by=row.submitted_by,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            **more,
        )


class AnalysisAnswer(AnalysisOut):
    """An analysis that has ended within the time its sender waited, with the report."""

    report: Annotated[
        dict[str, Any] | None, Field(description="As `report.schema.json` says; null when there is none.")
    ] = None


class AnalysisPage(BaseModel):
    """Some analyses, newest first."""

    items: list[AnalysisOut]
    next_cursor: str | None


class FindingOut(BaseModel):
    """One finding of an analysis."""

    id: UUID
    agent: str
    rule_id: str
    severity: Severity
    title: str
    description: str
    suggested_fix: str | None
    confidence: float
    path: str | None
    start_line: int | None
    end_line: int | None
    evidence: list[str]
    fingerprint: str
    proven: Annotated[bool, Field(description="Whether the suggested fix was tried out.")]
    cwe: Annotated[list[str], Field(description="Weaknesses as CWE numbers them, the closest first.")]

    @classmethod
    def of(cls, row: Finding) -> Self:
        """From its row."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "severity"}
        return cls(**fields, severity=list(Severity)[row.severity])


class FindingPage(BaseModel):
    """Some findings, in the report's order."""

    items: list[FindingOut]
    next_cursor: str | None
