"""Tables of analyses, their reports, agent runs and findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from faultline.platform.database import Base, Json
from faultline.platform.jobs.lease import Leased
from faultline.service.owned import Owned


class Report(Owned, Base):
    """A finished report, and the result cache at once: the same content asked for again finds it by its key.

    `body` is the report's JSON, compressed with zstd. Past `expires_at` it serves the analyses that have it, and no new
    one.
    """

    __tablename__ = "reports"

    cache_key: Mapped[str | None]
    """SHA-256 over content, analyzer version and options; None for a report that must not be reused."""
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    hits: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_reports_cache", "tenant_id", "cache_key", "expires_at", info={"serves": "the result cache"}),
    )


class Analysis(Leased, Owned, Base):
    """One artifact and what became of it. Its status is changed by the functions of `states.py` alone."""

    __tablename__ = "analyses"

    kind: Mapped[str]
    name: Mapped[str]
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"))
    status: Mapped[str]
    priority: Mapped[int]
    """The tenant's tier as a number; the greatest goes first."""
    blob: Mapped[str | None]
    """Where the content lies in the blob store; None for small content, which is in `content`."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    bytes: Mapped[int] = mapped_column(BigInteger)
    express: Mapped[bool] = mapped_column(default=False)
    """Whether it is small enough to be analyzed ahead of the queue."""
    sha256: Mapped[str]
    options: Mapped[dict[str, Any]]
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    """The caller's own words on it, as `metadata` over the wire."""
    callback_url: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"))
    cached: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str | None]
    severity: Mapped[int | None]
    """Rank of the worst finding: 0 critical to 4 info."""
    finding_count: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None]
    submitted_by: Mapped[str]
    submitted_from: Mapped[str]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_analyses_tenant", "tenant_id", "id", info={"serves": "the list, newest first"}),
        Index("ix_analyses_kind", "tenant_id", "kind", "id", info={"serves": "the list of one kind"}),
        Index("ix_analyses_status", "tenant_id", "status", "id", info={"serves": "the list of one status"}),
        Index("ix_analyses_project", "tenant_id", "project_id", "id", info={"serves": "the list of one project"}),
        Index(
            "ix_analyses_queue",
            "tenant_id",
            "express",
            "id",
            "status",  # else SQLite reads every row, or all that has ended
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
            info={"serves": "the worker: what to take next, and the depth and age of the queue"},
        ),
        Index("ix_analyses_report", "report_id", info={"serves": "whether a report is still somebody's"}),
        Index(
            "ix_analyses_blob",
            "blob",
            sqlite_where=text("blob IS NOT NULL"),
            postgresql_where=text("blob IS NOT NULL"),
            info={"serves": "the sweeper of content that belongs to nothing"},
        ),
        Index(
            "ix_analyses_running",
            "lease_expires_at",
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
            info={"serves": "the reaper of lost work, and how much each tenant has running"},
        ),
    )


class AgentRun(Owned, Base):
    """What one agent did in an analysis."""

    __tablename__ = "agent_runs"

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"))
    agent: Mapped[str]
    version: Mapped[str]
    status: Mapped[str]
    findings: Mapped[int]
    metrics: Mapped[dict[str, Any]]
    unread: Mapped[list[str]]
    error: Mapped[str | None]

    __table_args__ = (
        Index("ix_agent_runs_analysis", "analysis_id", "id", info={"serves": "the agent runs of an analysis"}),
    )


class Finding(Owned, Base):
    """One finding of an analysis; keys are in the report's order."""

    __tablename__ = "findings"

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"))
    agent: Mapped[str]
    rule_id: Mapped[str]
    severity: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    suggested_fix: Mapped[str | None]
    confidence: Mapped[float]
    path: Mapped[str | None]
    start_line: Mapped[int | None]
    end_line: Mapped[int | None]
    evidence: Mapped[list[str]]
    fingerprint: Mapped[str]
    proven: Mapped[bool] = mapped_column(default=False)
    cwe: Mapped[list[str]] = mapped_column(Json, default=list)

    __table_args__ = (
        Index("ix_findings_analysis", "analysis_id", "id", info={"serves": "the findings of an analysis"}),
        Index(
            "ix_findings_fingerprint",
            "tenant_id",
            "fingerprint",
            "analysis_id",
            info={"serves": "the analyses with the same trouble"},
        ),
    )
