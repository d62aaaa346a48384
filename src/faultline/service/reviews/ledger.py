"""The ledger: what is known of each pull request's findings, across pushes, rebases and renamed files.

A finding is known again by its fingerprint. What a review finds and the ledger lacks is new, and told. What both have
is remembered, and told no more; what the ledger calls fixed and is there again is told again. What the ledger has and
the review does not find is fixed, but only where the review would have found it, which the plan of what is posted says
(`github.comments`): an agent that failed, or a file that could not be read, says nothing about what was known before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from uuid import UUID

from sqlalchemy import Select, select

from faultline.core.finding import Finding
from faultline.platform.database import Page, UnitOfWork, new_id, page
from faultline.service.parts import Parts
from faultline.service.reviews.feedback import Feedback
from faultline.service.reviews.tables import Review, ReviewFinding
from faultline.service.texts import cleaned


class FindingState(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    FIXED = "fixed"
    IGNORED = "ignored"
    FALSE_POSITIVE = "false_positive"


_COUNT = {
    FindingState.FIXED: "accepted",
    FindingState.IGNORED: "ignored",
    FindingState.FALSE_POSITIVE: "false_positive",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A review, seen against the ledger."""

    new: Sequence[Finding]
    """To be told, with those that were fixed and are there again."""
    known: Sequence[Finding]
    """Open before, and still there."""
    silent: Sequence[Finding]
    """Somebody has said that they do not want to hear of them."""
    gone: Sequence[ReviewFinding]
    """Open before, and fixed now."""


def compare(rows: Mapping[str, ReviewFinding], findings: Sequence[Finding], fixed: Collection[str]) -> Difference:
    """See a review against the ledger.

    Args:
        rows: of the pull request's ledger, by fingerprint.
        findings: of the review.
        fixed: fingerprints that the review would have found, and has not.

    """
    new, known, silent, seen = [], [], [], set()
    for finding in findings:
        if finding.fingerprint in seen:
            continue
        seen.add(finding.fingerprint)
        row = rows.get(finding.fingerprint)
        match FindingState(row.state) if row else None:
            case None | FindingState.FIXED:
                new.append(finding)
            case FindingState.OPEN:
                known.append(finding)
            case _:
                silent.append(finding)
    gone = [rows[key] for key in fixed if key in rows and key not in seen and rows[key].state == FindingState.OPEN]
    return Difference(new, known, silent, gone)


class Ledger:
    """The ledger of one pull request of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts, repository_id: UUID, number: int) -> None:
        self._unit = unit
        self._repository_id = repository_id
        self._number = number
        self._feedback = Feedback(unit, parts, repository_id)

    async def queue_up(self) -> None:
        """Let one transaction at a time change this ledger."""
        await self._unit.queue_up(f"pull:{self._repository_id}:{self._number}")

    async def rows(self) -> dict[str, ReviewFinding]:
        """Everything in it, by fingerprint."""
        found = await self._unit.session.execute(self._query())
        return {row.fingerprint: row for row in found.scalars()}

    async def list(self, state: FindingState | None, *, cursor: str | None, limit: int) -> Page[ReviewFinding]:
        """Some of it, in the order in which it came up."""
        query = self._query()
        if state:
            query = query.where(ReviewFinding.state == state.value)
        return await page(self._unit.session, query, ReviewFinding.id, cursor=cursor, limit=limit, newest_first=False)

    async def find(self, finding_id: UUID) -> ReviewFinding | None:
        """One finding of it."""
        query = self._query().where(ReviewFinding.id == finding_id)
        found: ReviewFinding | None = (await self._unit.session.execute(query)).scalar_one_or_none()
        return found

    async def record(
        self,
        review: Review,
        difference: Difference,
        *,
        comments: Mapping[str, int],
        shown: Collection[str],
        now: datetime,
    ) -> None:
        """Write down what a review has found, once it is posted.

        Args:
            review: which.
            difference: to what was known.
            comments: ids of inline comments, by fingerprint.
            shown: fingerprints of what people can see now, inline or in the summary.
            now: the time.

        """
        rows, counts = await self.rows(), Counter[tuple[str, str]]()
        for finding in (*difference.new, *difference.known, *difference.silent):
            row = rows.get(finding.fingerprint)
            if row is None:
                row = self._added(review, finding, now)
            elif finding in difference.new and row.state == FindingState.FIXED.value:
                _move(row, FindingState.OPEN, counts, None, "", now)
                row.comment_id = None
            _refresh(row, finding, review, now)
            row.comment_id = comments.get(finding.fingerprint, row.comment_id)
            if finding.fingerprint in shown and not row.shown:
                row.shown = True
                counts[row.rule_id, "shown"] += 1
        for gone in difference.gone:
            row = rows.get(gone.fingerprint)
            if row is not None and row.state == FindingState.OPEN.value:
                _move(row, FindingState.FIXED, counts, None, "", now)
        await self._unit.session.flush()
        await self._feedback.count(counts, review.tenant_id)

    async def set_state(self, row: ReviewFinding, state: FindingState, by: str, reason: str, now: datetime) -> None:
        """Somebody says what a finding is."""
        counts = Counter[tuple[str, str]]()
        _move(row, state, counts, by, reason, now)
        await self._unit.session.flush()
        await self._feedback.count(counts, row.tenant_id)

    async def ignore(self, rule_id: str, comment_id: int | None, by: str, reason: str, now: datetime) -> int:
        """Ignore the open findings of a rule, or of those that a pattern means (`style/*`); returns how many.

        Without a rule it is the finding of an inline comment.
        """
        chosen = [
            row
            for row in (await self.rows()).values()
            if row.state == FindingState.OPEN.value
            and (
                fnmatchcase(row.rule_id, rule_id)
                if rule_id
                else comment_id is not None and row.comment_id == comment_id
            )
        ]
        counts = Counter[tuple[str, str]]()
        for row in chosen:
            _move(row, FindingState.IGNORED, counts, by, reason, now)
        if chosen:
            await self._unit.session.flush()
            await self._feedback.count(counts, chosen[0].tenant_id)
        return len(chosen)

    def _query(self) -> Select[ReviewFinding]:
        return select(ReviewFinding).where(
            ReviewFinding.repository_id == self._repository_id, ReviewFinding.number == self._number
        )

    def _added(self, review: Review, finding: Finding, now: datetime) -> ReviewFinding:
        row = ReviewFinding(
            id=new_id(),
            tenant_id=review.tenant_id,
            repository_id=self._repository_id,
            number=self._number,
            fingerprint=finding.fingerprint,
            rule_id=finding.rule_id,
            agent=finding.agent,
            state=FindingState.OPEN.value,
            first_review_id=review.id,
            shown=False,
            created_at=now,
        )
        self._unit.session.add(row)
        return row


def _refresh(row: ReviewFinding, finding: Finding, review: Review, now: datetime) -> None:
    """What may be otherwise than the last time: the lines have moved, the file has another name."""
    place = finding.location
    row.severity, row.confidence = finding.severity.rank, finding.confidence
    row.path, row.line = cleaned(place.path) if place else None, place.end_line if place else None
    row.title, row.description = cleaned(finding.title), cleaned(finding.description)
    row.suggested_fix = cleaned(finding.suggested_fix) if finding.suggested_fix is not None else None
    row.proven, row.cwe = finding.proven, list(finding.cwe)
    row.last_review_id, row.updated_at = review.id, now


def _move(
    row: ReviewFinding, to: FindingState, counts: Counter[tuple[str, str]], by: str | None, reason: str, now: datetime
) -> None:
    """Change a state and its rule's counts; only what people saw counts."""
    if row.shown:
        for state, change in ((FindingState(row.state), -1), (to, 1)):
            if name := _COUNT.get(state):
                counts[row.rule_id, name] += change
    row.state, row.state_by, row.state_reason, row.updated_at = to.value, by, cleaned(reason) or None, now
