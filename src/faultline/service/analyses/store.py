"""Queries of analyses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from faultline.core.finding import Severity
from faultline.platform.database import Page, page
from faultline.service.analyses.states import DEAD_LETTERS, Status
from faultline.service.analyses.tables import AgentRun, Analysis, Finding, Report

# Made once: building it would be a tenth of a submission.
_CACHED = (
    select(Report)
    .where(Report.cache_key == bindparam("cache_key"), Report.expires_at > bindparam("now"))
    .order_by(Report.id.desc())
    .limit(1)
    .options(undefer(Report.body))
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which analyses are wanted; None is all."""

    kind: str | None = None
    status: Status | None = None
    project_id: UUID | None = None
    severity: Severity | None = None
    """With a finding at least as bad."""
    fingerprint: str | None = None
    """With a finding of this fingerprint."""
    text: str | None = None
    """In the name or the summary, in any case of letters."""


class AnalysisStore:
    """Reads and writes analyses in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, analysis_id: UUID) -> Analysis | None:
        """One analysis."""
        found: Analysis | None = (
            await self._session.execute(select(Analysis).where(Analysis.id == analysis_id))
        ).scalar_one_or_none()
        return found

    async def content(self, analysis_id: UUID) -> bytes | None:
        """The content of an analysis that has it in its row."""
        found: bytes | None = (
            await self._session.execute(select(Analysis.content).where(Analysis.id == analysis_id))
        ).scalar_one_or_none()
        return found

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[Analysis]:
        """Some analyses, newest first."""
        query = select(Analysis)
        if wanted.kind:
            query = query.where(Analysis.kind == wanted.kind)
        if wanted.status:
            query = query.where(Analysis.status == wanted.status)
        if wanted.project_id:
            query = query.where(Analysis.project_id == wanted.project_id)
        if wanted.severity:
            query = query.where(Analysis.severity <= wanted.severity.rank)
        if wanted.fingerprint:
            same = select(Finding.analysis_id).where(Finding.fingerprint == wanted.fingerprint)
            query = query.where(Analysis.id.in_(same))
        if wanted.text:
            query = query.where(
                or_(
                    Analysis.name.icontains(wanted.text, autoescape=True),
                    Analysis.summary.icontains(wanted.text, autoescape=True),
                )
            )
        return await page(self._session, query, Analysis.id, cursor=cursor, limit=limit)

    async def findings(self, analysis_id: UUID, *, cursor: str | None, limit: int) -> Page[Finding]:
        """Some findings of an analysis, in the report's order."""
        query = select(Finding).where(Finding.analysis_id == analysis_id)
        return await page(self._session, query, Finding.id, cursor=cursor, limit=limit, newest_first=False)

    async def runs(self, analysis_id: UUID) -> Sequence[AgentRun]:
        """The agent runs of an analysis, in the report's order."""
        query = select(AgentRun).where(AgentRun.analysis_id == analysis_id).order_by(AgentRun.id)
        return (await self._session.execute(query)).scalars().all()

    async def report_body(self, report_id: UUID) -> bytes | None:
        """The compressed JSON of a report."""
        found: bytes | None = (
            await self._session.execute(select(Report.body).where(Report.id == report_id))
        ).scalar_one_or_none()
        return found

    async def cached(self, cache_key: str, now: datetime) -> Report | None:
        """The newest report that answers for this content."""
        answer = await self._session.execute(_CACHED, {"cache_key": cache_key, "now": now})
        found: Report | None = answer.scalar_one_or_none()
        return found

    async def forget(self, now: datetime, *, report_id: UUID | None = None) -> int:
        """Let one report, or all of them, answer for no new analysis; returns how many did until now."""
        query = update(Report).where(Report.expires_at > now).values(expires_at=now).returning(Report.id)
        if report_id:
            query = query.where(Report.id == report_id)
        return len((await self._session.execute(query)).all())

    async def blobs_among(self, keys: Collection[str]) -> set[str]:
        """Which of some blobs are the content of an analysis."""
        found = await self._session.execute(select(Analysis.blob).where(Analysis.blob.in_(keys)))
        return {blob for blob in found.scalars() if blob}

    async def dead_letters(self, *, cursor: str | None, limit: int) -> Page[Analysis]:
        """Analyses that failed without an answer about their content, newest first."""
        query = select(Analysis).where(Analysis.status == Status.FAILED, Analysis.error_code.in_(DEAD_LETTERS))
        return await page(self._session, query, Analysis.id, cursor=cursor, limit=limit)
