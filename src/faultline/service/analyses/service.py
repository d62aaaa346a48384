"""What can be done with analyses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

import zstandard
from pydantic import ValidationError
from sqlalchemy import insert

from faultline.core.artifact import Artifact, BytesContent
from faultline.core.errors import UsageError
from faultline.core.finding import Severity
from faultline.engine import Outcome, Registry, cache_key
from faultline.engine.render import renderer
from faultline.engine.stored import parse
from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.platform.jobs.lease import Lease
from faultline.service.analyses import states
from faultline.service.analyses.content import Kept
from faultline.service.analyses.examine import Examined
from faultline.service.analyses.store import AnalysisStore, Filter
from faultline.service.analyses.tables import AgentRun, Analysis, Finding, Report
from faultline.service.auth.principal import Origin, Principal
from faultline.service.errors import Conflict, NotFound
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts
from faultline.service.projects.service import Projects
from faultline.service.usage.service import Usage

MAX_LIFETIMES = 7
HITS_A_LIFETIME = 3
"""A report that answered three times more lives one lifetime longer, up to seven in all."""
_UNPACK = zstandard.ZstdDecompressor()


@dataclass(frozen=True, slots=True)
class Submission:
    """Something to analyze, whose content has come in."""

    kind: str
    name: str
    content: Kept
    project_id: UUID | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    callback_url: str | None = None
    fresh: bool = False
    """Whether a report that is there already must not be used."""


class Analyses:
    """Analyses of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> AnalysisStore:
        return AnalysisStore(self._unit.session)

    async def submit(self, wanted: Submission, *, by: Principal, origin: Origin) -> Analysis:
        """Queue an analysis, or answer it from the result cache.

        Raises:
            UsageError: the kind or its options are unknown.
            NotFound: there is no such project.
            QuotaExceeded: the month's submissions are used up.
            TooMuchWaits: the queue is full.
            UnsafeTarget: the callback URL is one that must not be called.
            ContentTooLarge: the tier allows less of this kind.

        """
        size = wanted.content.stored.size
        analysis = Analysis(
            id=new_id(),
            tenant_id=by.tenant_id,
            kind=wanted.kind,
            name=wanted.name,
            project_id=wanted.project_id,
            priority=by.tier.allowance.priority,
            blob=wanted.content.blob,
            content=wanted.content.inline,
            bytes=size,
            express=size < self._parts.settings.express_bytes,
            sha256=wanted.content.stored.sha256,
            options=by.tier.allowance.limited(wanted.kind, wanted.options, size),
            details=wanted.metadata,
            callback_url=wanted.callback_url,
            submitted_by=by.actor,
            submitted_from=origin.address,
            attempts=0,
            cached=False,
            cancel_requested=False,
            finding_count=0,
        )
        key = cache_key_of(analysis, await route_of(self._unit, self._parts, by.tenant_id))
        if wanted.callback_url:
            await self._parts.dialer.check(wanted.callback_url)
        now = await self._unit.now()
        await Usage(self._unit, self._parts).count_submission(by, size, now)
        if wanted.project_id:
            await Projects(self._unit, self._parts).get(wanted.project_id)
        report = None if wanted.fresh else await self._store.cached(key, now)
        self._parts.metrics.cache_lookup(wanted.kind, report is not None)
        if report is None:
            self._parts.backlog.admit()
            states.submit(self._unit, analysis, now)
        else:
            await self._reuse(analysis, report, now)
        self._unit.after_commit(self._parts.relay.nudge)
        return analysis

    async def get(self, analysis_id: UUID) -> Analysis:
        """One analysis.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(analysis_id)
        if found is None:
            raise NotFound(f"there is no analysis {analysis_id}")
        return found

    async def with_content(self, analysis_id: UUID) -> tuple[Analysis, bytes | None]:
        """One analysis, and its content when that is small.

        Raises:
            NotFound: there is none of this id.

        """
        analysis = await self.get(analysis_id)
        return analysis, await self._store.content(analysis_id) if analysis.blob is None else None

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[Analysis]:
        """Some analyses, newest first."""
        return await self._store.list(wanted, cursor=cursor, limit=limit)

    async def dead_letters(self, *, cursor: str | None, limit: int) -> Page[Analysis]:
        """Analyses that failed without an answer about their content, newest first."""
        return await self._store.dead_letters(cursor=cursor, limit=limit)

    async def findings(self, analysis_id: UUID, *, cursor: str | None, limit: int) -> Page[Finding]:
        """Some findings of an analysis, in the report's order."""
        await self.get(analysis_id)
        return await self._store.findings(analysis_id, cursor=cursor, limit=limit)

    async def runs(self, analysis_id: UUID) -> Sequence[AgentRun]:
        """What each agent did in an analysis."""
        return await self._store.runs(analysis_id)

    async def report_json(self, analysis: Analysis) -> bytes:
        """The report of an analysis that has one, as JSON.

        Raises:
            Conflict: it has none, and why.

        """
        body = await self._store.report_body(analysis.report_id) if analysis.report_id else None
        if body is None:
            raise Conflict(f"this analysis is {analysis.status} and has no report")
        data = _UNPACK.decompress(body)
        return parse(data, name=analysis.name).model_dump_json().encode() if analysis.cached else data

    async def cancel(self, analysis_id: UUID) -> Analysis:
        """End a waiting analysis; ask a running one to stop."""
        analysis = await self.get(analysis_id)
        await states.cancel(self._unit, analysis, await self._unit.now())
        self._unit.after_commit(self._parts.relay.nudge)
        self._unit.after_commit(lambda: self._parts.endings.ask_to_cancel(analysis_id))
        self._unit.after_commit(lambda: self._parts.endings.announce(analysis_id))
        await self._unit.session.refresh(analysis)
        return analysis

    async def retry(self, analysis_id: UUID) -> Analysis:
        """Queue an analysis again that failed or was cancelled."""
        analysis = await self.get(analysis_id)
        await states.retry(self._unit, analysis, await self._unit.now())
        self._unit.after_commit(self._parts.relay.nudge)
        await self._unit.session.refresh(analysis)
        return analysis

    async def forget_report(self, analysis_id: UUID) -> int:
        """Let the analysis' report answer for no new one."""
        analysis = await self.get(analysis_id)
        if analysis.report_id is None:
            return 0
        return await self._store.forget(await self._unit.now(), report_id=analysis.report_id)

    async def forget_reports(self) -> int:
        """Let no report of the tenant answer for a new analysis."""
        return await self._store.forget(await self._unit.now())

    async def record(self, analysis: Analysis, lease: Lease, found: Examined, now: datetime) -> states.Status:
        """Keep what a worker found, while its lease holds; returns how the analysis has ended.

        Raises:
            LeaseLost: somebody else works on it by now.
            StopRequested: somebody asked for its cancellation before.

        """
        row = {
            "id": new_id(),
            "tenant_id": lease.tenant_id,
            "cache_key": cache_key_of(analysis, found.route) if found.reusable else None,
            "body": found.body,
            "hits": 0,
            "created_at": now,
            "expires_at": now + self._parts.settings.cache_time,
        }
        await self._unit.session.execute(insert(Report), [row])
        status = states.Status.SKIPPED if found.status == "skipped" else states.Status.COMPLETED
        await states.complete(self._unit, lease, status, now, report_id=row["id"], **_columns(found))
        await self._note(analysis, found)
        for finding in found.findings:
            self._parts.metrics.finding(analysis.kind, list(Severity)[finding["severity"]].value)
        return status

    async def _reuse(self, analysis: Analysis, row: Report, now: datetime) -> None:
        found = Examined.of(parse(_UNPACK.decompress(row.body), name=analysis.name))
        lifetimes = min(1 + (row.hits + 1) // HITS_A_LIFETIME, MAX_LIFETIMES)
        row.expires_at = max(row.expires_at, row.created_at + lifetimes * self._parts.settings.cache_time)
        row.hits = Report.hits + 1  # added by the database: others may hit it at the same moment
        analysis.report_id = row.id
        for column, value in _columns(found).items():
            setattr(analysis, column, value)
        states.answer(self._unit, analysis, now)
        await self._unit.session.flush()
        await self._note(analysis, found)

    async def _note(self, analysis: Analysis, found: Examined) -> None:
        """Write the rows that make agent runs and findings searchable."""
        for table, rows in ((AgentRun, found.runs), (Finding, found.findings)):
            if rows:
                owned = {"tenant_id": analysis.tenant_id, "analysis_id": analysis.id}
                await self._unit.session.execute(insert(table), [{"id": new_id(), **owned, **row} for row in rows])


def _columns(found: Examined) -> dict[str, Any]:
    return {"summary": found.summary, "severity": found.severity, "finding_count": len(found.findings)}


async def route_of(unit: UnitOfWork, parts: Parts, tenant_id: UUID) -> str:
    """The models that may see what an organization has analyzed; empty for none."""
    if parts.gateway and await Organizations(unit, parts).models_on(tenant_id):
        return parts.gateway.route
    return ""


def cache_key_of(analysis: Analysis, route: str) -> str:
    """The result cache's key of an analysis; its own columns and the models' names are all that it depends on.

    Raises:
        UsageError: the kind or its options are unknown.

    """
    analyzer = Registry.installed().load(analysis.kind)
    try:
        options = analyzer.options_type.model_validate(analysis.options)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in fault["loc"])
        raise UsageError(f"options of kind '{analysis.kind}': {where}: {fault['msg']}") from None
    artifact = Artifact(
        analysis.kind,
        analysis.name,
        BytesContent(b""),
        metadata=analysis.details,
        _digest=(analysis.sha256, analysis.bytes),
    )
    return cache_key(artifact, analyzer, options, route)


async def rendered(report_json: bytes, output: str) -> str:
    """A report in one of the formats; the work is done in a thread."""

    def work() -> str:
        out = StringIO()
        renderer(output)(iter([Outcome(parse(report_json))]), out)
        return out.getvalue()

    return await asyncio.to_thread(work)
