"""What GitHub tells, turned into reviews: in the transaction that takes a delivery in, and once for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from faultline.platform.database import System, Tenant, UnitOfWork, insert_into, new_id
from faultline.service.analyses.service import Analyses
from faultline.service.errors import Conflict, NotFound
from faultline.service.github.events import (
    CommandGiven,
    Event,
    InstallationChanged,
    PullRequestChanged,
    PullRequestClosed,
    WorkflowFailed,
)
from faultline.service.github.tables import GitHubInstallation
from faultline.service.parts import Parts
from faultline.service.repositories.service import Repositories
from faultline.service.repositories.tables import Repository
from faultline.service.reviews import states
from faultline.service.reviews.states import ReviewStatus, Trigger
from faultline.service.reviews.store import ReviewStore
from faultline.service.reviews.tables import GitHubDelivery, Review
from faultline.service.texts import cleaned

MAX_PULLS: Final = 5
"""Pull requests of one failed workflow that are told of it; a commit is seldom the head of more than one."""
MAX_TEXT: Final = 500
"""Characters of a title or a reason that are kept."""
MAX_CHECKS: Final = 10
"""Checks of superseded heads that are still to be concluded; older heads nobody looks at."""
_DONE_WITH = (ReviewStatus.FAILED, ReviewStatus.CANCELLED)
"""A head whose last review ended so is looked at again when it is told of again."""


async def heard(unit: UnitOfWork, parts: Parts, event: Event) -> bool:
    """Take an event of GitHub's in: make what follows of it, in the transaction of the caller.

    Args:
        unit: in the system's scope, in which nothing was written yet; left in the tenant's.
        parts: of this process.
        event: what was told.

    Returns:
        Whether anything follows. Nothing does of a delivery that was heard before, of a head that was seen before, of a
        draft, and of an installation that belongs to no organization.

    """
    assert isinstance(unit.scope, System)
    whose = select(GitHubInstallation.id, GitHubInstallation.tenant_id, GitHubInstallation.suspended).where(
        GitHubInstallation.installation_id == event.installation_id
    )
    row = (await unit.session.execute(whose)).one_or_none()
    if row is None or (row.suspended and not isinstance(event, InstallationChanged)):
        return False
    await unit.close()
    unit.enter(Tenant(row.tenant_id))
    if not await _is_new(unit, parts, event):
        return False
    return await Intake(unit, parts, f"github:{row.id}").take(event)


async def _is_new(unit: UnitOfWork, parts: Parts, event: Event) -> bool:
    if not event.delivery:
        return True  # nothing says which it is
    noted = await unit.session.execute(
        insert_into(unit.session, GitHubDelivery)
        .values(
            id=new_id(),
            tenant_id=unit.tenant_id,
            delivery=cleaned(event.delivery, 100),
            event=type(event).__name__,
            received_at=parts.clock(),
        )
        .on_conflict_do_nothing()
        .returning(GitHubDelivery.id)
    )
    return noted.one_or_none() is not None


class Intake:
    """Makes reviews of the tenant that the unit of work is about.

    Args:
        unit: in the tenant's scope.
        parts: of this process.
        actor: on whose behalf, as `Principal.actor` has it.

    """

    def __init__(self, unit: UnitOfWork, parts: Parts, actor: str) -> None:
        self._unit = unit
        self._parts = parts
        self._actor = actor

    async def take(self, event: Event) -> bool:
        """See `heard`."""
        repositories = Repositories(self._unit, self._parts)
        if isinstance(event, InstallationChanged):
            return await self._installation(event)
        repository = await repositories.seen(event.repository, event.installation_id)
        if not repository.enabled:
            return False
        match event:
            case PullRequestChanged():
                return not event.draft and await self._pushed(repository, event)
            case PullRequestClosed():
                return bool(await self.end(repository.id, event.number, ReviewStatus.CANCELLED))
            case CommandGiven():
                return await self._command(repository, event)
            case WorkflowFailed():
                return repository.ci_comments and await self._workflow(repository, event)

    async def review(
        self, repository: Repository, number: int, trigger: Trigger, details: dict[str, Any], **columns: Any
    ) -> Review:
        """Queue a review; what is under way for the pull request ends, and leaves its commands and checks to it."""
        ended = await self.end(repository.id, number, ReviewStatus.SUPERSEDED)
        commands = [each for review in ended for each in review.details.get("commands", ())]
        commands += details.get("commands", ())
        last = await ReviewStore(self._unit.session).last(repository.id, number)
        checks = [each for review in ended for each in (*review.details.get("checks", ()), review.check_run_id) if each]
        kept = {
            "commands": commands,
            "checks": checks[-MAX_CHECKS:],
            "ignored_rules": last.details.get("ignored_rules", []) if last else [],
            "alone": not ended,
        }
        return await self._queued(repository, number, trigger, details | kept, **columns)

    async def end(self, repository_id: UUID, number: int, to: ReviewStatus) -> list[Review]:
        """End what is under way for a pull request, with the analyses that it waits for."""
        await self._unit.queue_up(f"pull:{repository_id}:{number}")
        now = await self._unit.now()
        ended = list(await states.supersede(self._unit, repository_id, number, now, to=to))
        await cancel_analyses(self._unit, self._parts, ended)
        return ended

    async def _pushed(self, repository: Repository, event: PullRequestChanged) -> bool:
        await self._unit.queue_up(f"pull:{repository.id}:{event.number}")
        last = await ReviewStore(self._unit.session).last(repository.id, event.number)
        if last is not None and last.head_sha == event.head_sha and last.status not in _DONE_WITH:
            return False
        await self.review(
            repository,
            event.number,
            Trigger.PUSH,
            {"action": event.action},
            head_sha=event.head_sha,
            base_sha=event.base_sha,
            title=event.title,
            author=event.author,
        )
        return True

    async def _command(self, repository: Repository, event: CommandGiven) -> bool:
        details: dict[str, Any] = {"asked_by": cleaned(event.author, MAX_TEXT)}
        if event.command == "help":
            return False
        if event.command == "ignore":
            if not event.argument and event.thread is None:
                return False
            told = {
                "rule": cleaned(event.argument, MAX_TEXT),
                "thread": event.thread,
                "reason": cleaned(event.reason, MAX_TEXT),
                "by": cleaned(event.author, MAX_TEXT),
            }
            details["commands"] = [told]
        await self.review(repository, event.number, Trigger.COMMAND, details)
        return True

    async def _workflow(self, repository: Repository, event: WorkflowFailed) -> bool:
        store = ReviewStore(self._unit.session)
        numbers = event.pull_numbers or await store.pulls_with(repository.id, event.head_sha)
        made = False
        for number in sorted(set(numbers))[:MAX_PULLS]:
            await self._unit.queue_up(f"pull:{repository.id}:{number}")
            if await store.explains(repository.id, number, event.run_id):
                continue
            details = {"run_id": event.run_id, "workflow": cleaned(event.name, MAX_TEXT)}
            await self._queued(repository, number, Trigger.WORKFLOW, details, head_sha=event.head_sha)
            made = True
        return made

    async def _installation(self, event: InstallationChanged) -> bool:
        repositories = Repositories(self._unit, self._parts)
        match event.action:
            case "created" | "added" | "resumed":
                for ref in event.repositories:
                    await repositories.seen(ref, event.installation_id)
            case "removed":
                await repositories.lost(event.installation_id, [ref.external_id for ref in event.repositories])
            case "deleted":
                await repositories.lost(event.installation_id)
            case "suspended":
                return False
        return True

    async def _queued(
        self, repository: Repository, number: int, trigger: Trigger, details: dict[str, Any], **columns: Any
    ) -> Review:
        words = {name: cleaned(columns.pop(name, ""), MAX_TEXT) for name in ("title", "author")}
        review = Review(
            id=new_id(),
            tenant_id=self._unit.tenant_id,
            repository_id=repository.id,
            number=number,
            trigger=trigger.value,
            requested_by=self._actor,
            details=details,
            stats={},
            attempts=0,
            outages=0,
            **{"head_sha": "", "base_sha": ""} | columns | words,
        )
        states.submit(self._unit, review, await self._unit.now())
        self._unit.after_commit(self._parts.reviews.nudge)
        return review


async def cancel_analyses(unit: UnitOfWork, parts: Parts, reviews: Iterable[Review]) -> None:
    """Cancel the analyses that some reviews, which have ended, waited for."""
    for review in reviews:
        if review.analysis_id is not None:
            try:
                await Analyses(unit, parts).cancel(review.analysis_id)
            except (Conflict, NotFound):
                continue  # it has ended by itself
