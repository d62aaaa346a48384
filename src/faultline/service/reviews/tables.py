"""Tables of reviews: the reviews themselves, the ledger of each pull request, and what people think of the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.platform.jobs.lease import Leased
from faultline.service.owned import Owned


class Review(Leased, Owned, Base):
    """One look at one pull request, or at a workflow of it that failed. Its status is changed by `states.py` alone."""

    __tablename__ = "reviews"

    repository_id: Mapped[UUID] = mapped_column(ForeignKey("repositories.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Of the pull request."""
    status: Mapped[str]
    trigger: Mapped[str]
    requested_by: Mapped[str]
    """As `Principal.actor` has it; `github:<installation's row>` where an event asked for it."""
    head_sha: Mapped[str]
    """Empty until GitHub was asked, for a review that a person wanted."""
    base_sha: Mapped[str]
    title: Mapped[str]
    author: Mapped[str]
    details: Mapped[dict[str, Any]]
    """What is to be done besides: a command's rule and reason, a workflow's run."""
    analysis_id: Mapped[UUID | None] = mapped_column(ForeignKey("analyses.id", ondelete="SET NULL"))
    outages: Mapped[int] = mapped_column(default=0)
    """How often in a row GitHub could not be reached; no attempts, they only set the pause."""
    stats: Mapped[dict[str, Any]]
    """What came of it: counts, and the milliseconds that each step took."""
    posted_review_id: Mapped[int | None] = mapped_column(BigInteger)
    summary_comment_id: Mapped[int | None] = mapped_column(BigInteger)
    check_run_id: Mapped[int | None] = mapped_column(BigInteger)
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    """When it began to wait, the last time that it did so from the start."""
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_reviews_tenant", "tenant_id", "id", info={"serves": "the list, newest first"}),
        Index("ix_reviews_status", "tenant_id", "status", "id", info={"serves": "the list of one status"}),
        Index(
            "ix_reviews_pull",
            "repository_id",
            "number",
            "id",
            info={"serves": "the reviews of a repository or a pull request, and whether a head was seen"},
        ),
        Index("ix_reviews_analysis", "analysis_id", info={"serves": "the review that waits for an analysis"}),
        Index(
            "ix_reviews_due",
            "available_at",
            sqlite_where=text("finished_at IS NULL AND lease_token IS NULL"),
            postgresql_where=text("finished_at IS NULL AND lease_token IS NULL"),
            info={"serves": "the worker: what to take next"},
        ),
        Index(
            "ix_reviews_running",
            "lease_expires_at",
            sqlite_where=text("lease_token IS NOT NULL"),
            postgresql_where=text("lease_token IS NOT NULL"),
            info={"serves": "the reaper of lost work"},
        ),
    )


class ReviewFinding(Owned, Base):
    """One finding in the ledger of a pull request: it is known again by its fingerprint, whatever is pushed."""

    __tablename__ = "review_findings"

    repository_id: Mapped[UUID] = mapped_column(ForeignKey("repositories.id", ondelete="CASCADE"))
    number: Mapped[int]
    fingerprint: Mapped[str]
    rule_id: Mapped[str]
    agent: Mapped[str]
    severity: Mapped[int]
    """Rank: 0 critical to 4 info."""
    confidence: Mapped[float]
    path: Mapped[str | None]
    line: Mapped[int | None]
    title: Mapped[str]
    description: Mapped[str]
    suggested_fix: Mapped[str | None]
    proven: Mapped[bool]
    cwe: Mapped[list[str]]
    state: Mapped[str]
    state_by: Mapped[str | None]
    """Who set it so, as the audit log names them; None where the review did."""
    state_reason: Mapped[str | None]
    first_review_id: Mapped[UUID]
    last_review_id: Mapped[UUID]
    """Of the last review that saw it."""
    comment_id: Mapped[int | None] = mapped_column(BigInteger)
    """Its inline comment; None where it stands in the summary."""
    thread: Mapped[str | None]
    shown: Mapped[bool] = mapped_column(default=False)
    """Whether people have seen it, inline or in the summary."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_review_findings_pull_fingerprint",
            "repository_id",
            "number",
            "fingerprint",
            unique=True,
            info={"serves": "the ledger of a pull request, with each problem once"},
        ),
        Index("ix_review_findings_age", "updated_at", info={"serves": "forgetting what nobody pushes to any more"}),
    )


class RuleFeedback(Owned, Base):
    """What became of the findings of one rule in one repository."""

    __tablename__ = "rule_feedback"

    repository_id: Mapped[UUID] = mapped_column(ForeignKey("repositories.id", ondelete="CASCADE"))
    rule_id: Mapped[str]
    shown: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    """Fixed."""
    ignored: Mapped[int] = mapped_column(default=0)
    false_positive: Mapped[int] = mapped_column(default=0)
    muted: Mapped[bool] = mapped_column(default=False)
    muted_by: Mapped[str | None]
    """`auto`, or `person`; a person's word stands, also that it shall not be muted."""
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_rule_feedback_repository_rule",
            "repository_id",
            "rule_id",
            unique=True,
            info={"serves": "the rules of a repository"},
        ),
    )


class GitHubDelivery(Owned, Base):
    """A delivery of GitHub's that was heard; one that comes again is not."""

    __tablename__ = "github_deliveries"

    delivery: Mapped[str]
    event: Mapped[str]
    received_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_github_deliveries_tenant_delivery",
            "tenant_id",
            "delivery",
            unique=True,
            info={"serves": "hearing each delivery once"},
        ),
    )
