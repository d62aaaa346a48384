"""What can be done with reviews and their findings."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from faultline.platform.database import Page, UnitOfWork
from faultline.service.analyses.service import Analyses
from faultline.service.analyses.tables import AgentRun
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.errors import Conflict, NotFound
from faultline.service.parts import Parts
from faultline.service.repositories.service import Repositories
from faultline.service.reviews import states
from faultline.service.reviews.intake import Intake, cancel_analyses
from faultline.service.reviews.ledger import FindingState, Ledger
from faultline.service.reviews.states import Trigger
from faultline.service.reviews.store import Filter, ReviewStore
from faultline.service.reviews.tables import Review, ReviewFinding


class Reviews:
    """Reviews of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> ReviewStore:
        return ReviewStore(self._unit.session)

    async def request(self, repository_id: UUID, number: int, *, by: Principal) -> Review:
        """Have a pull request reviewed now; what is under way for it ends.

        Raises:
            NotFound: there is no such repository, or no GitHub App.
            Conflict: the App does not see the repository.

        """
        repository = await Repositories(self._unit, self._parts).get(repository_id)
        self._parts.github.require()
        if repository.installation_id is None:
            raise Conflict(f"the GitHub App does not see {repository.name}")
        review = await Intake(self._unit, self._parts, by.actor).review(repository, number, Trigger.API, {})
        await self._unit.session.flush()
        return review

    async def get(self, review_id: UUID) -> Review:
        """One review.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(review_id)
        if found is None:
            raise NotFound(f"there is no review {review_id}")
        return found

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[Review]:
        """Some reviews, newest first."""
        return await self._store.list(wanted, cursor=cursor, limit=limit)

    async def cancel(self, review_id: UUID) -> Review:
        """End a review that has not ended, with the analysis that it waits for.

        Raises:
            NotFound: there is none of this id.
            Conflict: it has ended already.

        """
        review = await self.get(review_id)
        await states.cancel(self._unit, review, await self._unit.now())
        await cancel_analyses(self._unit, self._parts, [review])
        await self._unit.session.refresh(review)
        return review

    async def retry(self, review_id: UUID) -> Review:
        """Queue a review again that failed or was cancelled.

        Raises:
            NotFound: there is none of this id.
            Conflict: it is in another state.

        """
        review = await self.get(review_id)
        await states.retry(self._unit, review, await self._unit.now())
        self._unit.after_commit(self._parts.reviews.nudge)
        await self._unit.session.refresh(review)
        return review

    async def findings(
        self, review_id: UUID, state: FindingState | None, *, cursor: str | None, limit: int
    ) -> Page[ReviewFinding]:
        """Some of the ledger of a review's pull request, as it stands."""
        return await self._ledger(await self.get(review_id)).list(state, cursor=cursor, limit=limit)

    async def judge(
        self, review_id: UUID, finding_id: UUID, state: FindingState, reason: str, *, by: Principal, origin: Origin
    ) -> ReviewFinding:
        """Say what a finding is.

        Raises:
            NotFound: there is no such review, or no such finding in the ledger of its pull request.
            Conflict: it is fixed.

        """
        ledger = self._ledger(await self.get(review_id))
        await ledger.queue_up()
        row = await ledger.find(finding_id)
        if row is None:
            raise NotFound(f"there is no finding {finding_id} in the ledger of this pull request")
        before = FindingState(row.state)
        if before is FindingState.FIXED:
            raise Conflict("this finding is fixed")
        if before is not state:
            await ledger.set_state(row, state, by.actor, reason, await self._unit.now())
            await Audit(self._unit, self._parts).record(
                f"finding.{state.value.replace('_', '-')}",
                "finding",
                row.id,
                by=by,
                origin=origin,
                changes={"rule": row.rule_id, "state": [before.value, state.value]},
            )
        return row

    async def agents(self, review_id: UUID) -> Sequence[AgentRun]:
        """What each agent did; none while there is no report."""
        review = await self.get(review_id)
        return await Analyses(self._unit, self._parts).runs(review.analysis_id) if review.analysis_id else []

    async def report_json(self, review_id: UUID) -> bytes:
        """The report of a review that has one, as JSON.

        Raises:
            NotFound: there is none of this id.
            Conflict: it has no report.

        """
        review = await self.get(review_id)
        if review.analysis_id is None:
            raise Conflict(f"this review is {review.status} and has no report")
        analyses = Analyses(self._unit, self._parts)
        return await analyses.report_json(await analyses.get(review.analysis_id))

    def _ledger(self, review: Review) -> Ledger:
        return Ledger(self._unit, self._parts, review.repository_id, review.number)
