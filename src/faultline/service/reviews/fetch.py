"""From a pull request to the analysis of its change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime
from time import perf_counter
from typing import Any

from faultline.core.errors import FaultlineError
from faultline.platform.database import Tenant, UnitOfWork
from faultline.platform.jobs.lease import Lease
from faultline.service.analyses.content import keep_bytes
from faultline.service.analyses.service import Analyses, Submission
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.github import posting
from faultline.service.github.client import WRITERS
from faultline.service.github.fetching import bundle
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts
from faultline.service.reviews import states
from faultline.service.reviews.ledger import Ledger
from faultline.service.reviews.states import ReviewStatus, Trigger
from faultline.service.reviews.step import Ended, Place, Step, place_of
from faultline.service.reviews.tables import Review
from faultline.service.texts import cleaned

MAX_RULES = 100
"""Rules that may be ignored at one pull request."""
MAX_TEXT = 500
"""Characters of a stranger's words that are kept."""
HERE = Origin("github", "", "")
"""Where reviews come from, as analyses say it."""


async def fetch_change(parts: Parts, review: Review, lease: Lease) -> Step:
    """Fetch the change as a bundle, and say at the pull request that a review is under way.

    Raises:
        Ended: the pull request is closed, or out of reach, or a stranger asked.

    """
    start = perf_counter()
    place = await place_of(parts, review)
    pull = await place.installation.pull(place.name, review.number)
    if pull.state != "open":
        raise Ended("pull-request-closed", f"pull request {review.number} is closed", ReviewStatus.CANCELLED)
    review.head_sha = pull.head_sha
    if not await _may_ask(place, review, pull.author):
        message = "who asked may not write to the repository and has not opened the pull request"
        raise Ended("not-permitted", message, ReviewStatus.CANCELLED)
    await _obey(parts, place, review)
    # Both are seldom denied, and neither waits for the other: the check is there while the files still come.
    fetched, review.check_run_id = await asyncio.gather(
        bundle(place.installation, place.name, pull, tree_bytes=parts.settings.github_tree_bytes),
        posting.announce(place.installation, place.name, pull.head_sha),
    )
    await _conclude(place, review)
    parts.metrics.github_call("fetched")
    values = {
        "head_sha": pull.head_sha,
        "base_sha": pull.base_sha,
        "title": cleaned(pull.title, MAX_TEXT),
        "author": cleaned(pull.author, MAX_TEXT),
        "check_run_id": review.check_run_id,
        "stats": {"fetch_ms": round((perf_counter() - start) * 1000), "bytes": len(fetched.data)},
        # What the commands asked for is done.
        "details": review.details
        | {"left_out": [cleaned(each, MAX_TEXT) for each in fetched.left_out[:50]], "commands": [], "checks": []},
    }
    return submission(parts, review, lease, place, "review", f"{place.name}#{review.number}", fetched.data, values)


def submission(
    parts: Parts,
    review: Review,
    lease: Lease,
    place: Place,
    kind: str,
    name: str,
    content: bytes,
    values: Mapping[str, Any],
) -> Step:
    """What records that content was fetched: an analysis of it waits, and the review waits for that.

    Raises (when it is called):
        LeaseLost: it is not ours any more.
        QuotaExceeded: the month's submissions are used up.
        TooMuchWaits: the queue of analyses is full.
        ContentTooLarge: the tier allows no such change.

    """

    async def write(unit: UnitOfWork, now: datetime) -> str:
        tier = await Organizations(unit, parts).tier_of(review.tenant_id)
        who = Principal.acting(review.requested_by, review.tenant_id, tier)
        await states.check(unit, lease)
        wanted = Submission(
            kind=kind,
            name=name,
            content=await keep_bytes(content, unit, parts, who),
            project_id=place.repository.project_id,
        )
        analysis = await Analyses(unit, parts).submit(wanted, by=who, origin=HERE)
        await unit.session.flush()
        await states.analyze(unit, lease, analysis.id, now, **values)
        unit.after_commit(parts.relay.nudge)
        return ReviewStatus.ANALYZING

    return write


async def _conclude(place: Place, review: Review) -> None:
    """Conclude the checks of heads that this one has superseded; nothing hangs on it."""
    for check in review.details.get("checks", ()):
        if check != review.check_run_id:  # of the same head
            with contextlib.suppress(FaultlineError):
                await place.installation.update_check_run(
                    place.name, check, conclusion="cancelled", title="Superseded", summary="A newer push is reviewed."
                )


async def _may_ask(place: Place, review: Review, author: str) -> bool:
    """Whether a review may be had: each costs the organization one, and anybody can comment on a public repository.

    One that took the place of another is owed to that.
    """
    asked_by = review.details.get("asked_by", author)
    if review.trigger != Trigger.COMMAND or not review.details.get("alone") or asked_by == author:
        return True
    return await place.installation.permission(place.name, asked_by) in WRITERS


async def _obey(parts: Parts, place: Place, review: Review) -> None:
    """Do what the commands ask for that came with this review, of those who may; done twice, it is done once."""
    for told in review.details.get("commands", ()):
        if await place.installation.permission(place.name, told["by"]) not in WRITERS:
            continue
        if told["rule"]:
            rules = {*review.details.get("ignored_rules", ()), told["rule"]}
            review.details = review.details | {"ignored_rules": sorted(rules)[:MAX_RULES]}
        async with parts.database.unit(Tenant(review.tenant_id)) as unit:
            ledger = Ledger(unit, parts, review.repository_id, review.number)
            await ledger.queue_up()
            by = f"github:{told['by']}"
            count = await ledger.ignore(told["rule"], told["thread"], by, told["reason"], await unit.now())
            if count:
                await Audit(unit, parts).note(
                    "finding.ignored",
                    "pull-request",
                    f"{place.name}#{review.number}",
                    tenant_id=review.tenant_id,
                    changes={"by": told["by"], "rule": told["rule"], "findings": count},
                )
