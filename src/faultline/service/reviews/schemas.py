"""What goes over the wire about reviews, their findings and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from faultline.core.finding import Severity
from faultline.service.analyses.schemas import AnalysisError
from faultline.service.analyses.tables import AgentRun
from faultline.service.reviews.feedback import precision
from faultline.service.reviews.ledger import FindingState
from faultline.service.reviews.states import ReviewStatus, Trigger
from faultline.service.reviews.tables import Review, ReviewFinding, RuleFeedback
from faultline.service.texts import Text

Number = Annotated[int, Field(ge=1, le=2_147_483_647, description="Of the pull request.", examples=[17])]
RuleId = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


class ReviewRequest(BaseModel):
    """A pull request to be reviewed now."""

    model_config = ConfigDict(extra="forbid")

    number: Number


class ReviewOut(BaseModel):
    """A review as it stands."""

    id: UUID
    repository_id: UUID
    number: int
    status: ReviewStatus
    trigger: Trigger
    head_sha: Annotated[str, Field(description="Empty until GitHub was asked.")]
    base_sha: str
    title: str
    author: str
    workflow: Annotated[str | None, Field(description="The failed workflow that is explained; null for a review.")]
    analysis_id: UUID | None
    stats: Annotated[
        dict[str, Any],
        Field(description="Counts (findings, new, known, fixed, comments, by severity and agent) and milliseconds."),
    ]
    attempts: int
    next_attempt_at: Annotated[datetime | None, Field(description="When it is taken further at the earliest.")]
    error: AnalysisError | None
    requested_by: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, row: Review) -> Self:
        """From its row."""
        status = ReviewStatus(row.status)
        waits = status in (ReviewStatus.QUEUED, ReviewStatus.PUBLISHING) and row.lease_token is None
        return cls(
            id=row.id,
            repository_id=row.repository_id,
            number=row.number,
            status=status,
            trigger=Trigger(row.trigger),
            head_sha=row.head_sha,
            base_sha=row.base_sha,
            title=row.title,
            author=row.author,
            workflow=row.details.get("workflow"),
            analysis_id=row.analysis_id,
            stats=row.stats,
            attempts=row.attempts,
            next_attempt_at=row.available_at if waits else None,
            error=AnalysisError(code=row.error_code, detail=row.error_detail or "") if row.error_code else None,
            requested_by=row.requested_by,
            created_at=row.created_at,
            updated_at=row.updated_at,
            finished_at=row.finished_at,
        )


class ReviewPage(BaseModel):
    """Some reviews, newest first."""

    items: list[ReviewOut]
    next_cursor: str | None


class ReviewFindingOut(BaseModel):
    """A finding in the ledger of a pull request."""

    id: UUID
    fingerprint: str
    rule_id: str
    agent: str
    severity: Severity
    confidence: float
    path: str | None
    line: int | None
    title: str
    description: str
    suggested_fix: str | None
    proven: bool
    cwe: list[str]
    state: FindingState
    state_by: Annotated[str | None, Field(description="Who set it so; null where the reviews did.")]
    state_reason: str | None
    shown: Annotated[bool, Field(description="Whether it was told at the pull request.")]
    comment_id: Annotated[int | None, Field(description="Its inline comment at GitHub.")]
    first_review_id: UUID
    last_review_id: Annotated[UUID, Field(description="The last review that saw it.")]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: ReviewFinding) -> Self:
        """From its row."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "severity"}
        return cls(**fields, severity=list(Severity)[row.severity])


class ReviewFindingPage(BaseModel):
    """Some findings of a pull request, in the order in which they came up."""

    items: list[ReviewFindingOut]
    next_cursor: str | None


class FindingChange(BaseModel):
    """What a finding is, in a person's eyes."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "ignored", "false_positive"]
    reason: Annotated[Text, Field(max_length=500)] = ""


class AgentRunOut(BaseModel):
    """What one agent did in a review."""

    model_config = ConfigDict(from_attributes=True)

    agent: str
    version: str
    status: str
    findings: int
    metrics: dict[str, Any]
    unread: list[str]
    error: str | None


class AgentRunList(BaseModel):
    """The agents of a review."""

    items: list[AgentRunOut]

    @classmethod
    def of(cls, rows: Sequence[AgentRun]) -> Self:
        """From their rows."""
        return cls(items=[AgentRunOut.model_validate(row) for row in rows])


class RuleOut(BaseModel):
    """What became of a rule's findings in a repository."""

    rule_id: str
    shown: Annotated[int, Field(description="Findings that were told at a pull request.")]
    accepted: Annotated[int, Field(description="Of these, fixed.")]
    ignored: int
    false_positive: int
    precision: Annotated[float | None, Field(description="Accepted among those that were decided; null while none is.")]
    muted: bool
    muted_by: Annotated[
        Literal["auto", "person"] | None, Field(description="A person's word stands until a person changes it.")
    ]
    updated_at: datetime

    @classmethod
    def of(cls, row: RuleFeedback) -> Self:
        """From its row."""
        names = set(cls.model_fields) - {"precision"}
        return cls(precision=precision(row), **{name: getattr(row, name) for name in names})


class RulePage(BaseModel):
    """Some rules, those that came up last first."""

    items: list[RuleOut]
    next_cursor: str | None


class MuteRequest(BaseModel):
    """Whether a rule is silent in a repository."""

    model_config = ConfigDict(extra="forbid")

    muted: bool
