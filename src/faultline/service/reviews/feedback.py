"""What people think of a rule in a repository, and when it falls silent for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from faultline.platform.database import Page, UnitOfWork, insert_into, new_id, page
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.parts import Parts
from faultline.service.reviews.tables import RuleFeedback

ENOUGH_SHOWN: Final = 5
"""Fewer say too little: of a good rule, of which people reject one finding in five, three of five are rejected by
chance in 5.8 % of repositories, two of three in 10.4 % (binomial); and a person can take it back."""
REJECTED_SHARE: Final = 0.6
"""A rule of which more than half is rejected costs its readers more than it gives them; 0.6 asks for three of five."""

COUNTS: Final = ("shown", "accepted", "ignored", "false_positive")
AUTO, PERSON = "auto", "person"


class Feedback:
    """Feedback about the rules of one repository of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts, repository_id: UUID) -> None:
        self._unit = unit
        self._parts = parts
        self._repository_id = repository_id

    async def count(self, changes: Counter[tuple[str, str]], tenant_id: UUID) -> None:
        """Add to the counts; mutes a rule that is rejected too often, and no more than that.

        Args:
            changes: by rule and name of the count, how much to add.
            tenant_id: whose repository it is.

        """
        now = self._parts.clock()
        for rule_id in sorted({rule for (rule, _), by in changes.items() if by}):
            by = {name: changes[rule_id, name] for name in COUNTS}
            row = {
                "id": new_id(),
                "tenant_id": tenant_id,
                "repository_id": self._repository_id,
                "rule_id": rule_id,
                "muted": False,
                "updated_at": now,
                **{name: max(0, value) for name, value in by.items()},
            }
            await self._unit.session.execute(
                insert_into(self._unit.session, RuleFeedback)
                .values(row)
                .on_conflict_do_update(
                    index_elements=["repository_id", "rule_id"],
                    set_={name: getattr(RuleFeedback, name) + value for name, value in by.items()}
                    | {"updated_at": now},
                )
            )
            await self._judge(rule_id, tenant_id)

    async def muted(self) -> frozenset[str]:
        """The rules that are silent here."""
        query = select(RuleFeedback.rule_id).where(
            RuleFeedback.repository_id == self._repository_id, RuleFeedback.muted.is_(True)
        )
        return frozenset((await self._unit.session.execute(query)).scalars())

    async def some(self, rule_ids: Collection[str]) -> Sequence[RuleFeedback]:
        """What is known of some rules."""
        query = select(RuleFeedback).where(
            RuleFeedback.repository_id == self._repository_id, RuleFeedback.rule_id.in_(rule_ids)
        )
        return (await self._unit.session.execute(query)).scalars().all()

    async def list(self, *, cursor: str | None, limit: int) -> Page[RuleFeedback]:
        """Some rules of which people saw findings, or which somebody muted; the newest first."""
        query = select(RuleFeedback).where(RuleFeedback.repository_id == self._repository_id)
        return await page(self._unit.session, query, RuleFeedback.id, cursor=cursor, limit=limit)

    async def mute(self, rule_id: str, muted: bool, *, by: Principal, origin: Origin) -> RuleFeedback:
        """Silence a rule, or let it speak; a person's word stands until a person changes it."""
        before = await self._find(rule_id)
        values = {"muted": muted, "muted_by": PERSON, "updated_at": self._parts.clock()}
        row = {
            "id": new_id(),
            "tenant_id": by.tenant_id,
            "repository_id": self._repository_id,
            "rule_id": rule_id,
            **dict.fromkeys(COUNTS, 0),
            **values,
        }
        await self._unit.session.execute(
            insert_into(self._unit.session, RuleFeedback)
            .values(row)
            .on_conflict_do_update(index_elements=["repository_id", "rule_id"], set_=values)
        )
        if before is None or before.muted != muted:
            await Audit(self._unit, self._parts).record(
                "rule.muted" if muted else "rule.unmuted",
                "repository",
                self._repository_id,
                by=by,
                origin=origin,
                changes={"rule": rule_id},
            )
        found = await self._find(rule_id)
        assert found
        return found

    async def _judge(self, rule_id: str, tenant_id: UUID) -> None:
        row = await self._find(rule_id)
        if row is None or row.muted_by == PERSON:
            return
        muted = is_rejected(row.shown, row.ignored + row.false_positive)
        if muted == row.muted:
            return
        await self._unit.session.execute(
            update(RuleFeedback)
            .where(RuleFeedback.id == row.id)
            .values(muted=muted, muted_by=AUTO if muted else None)
            .execution_options(synchronize_session=False)
        )
        await Audit(self._unit, self._parts).note(
            "rule.muted" if muted else "rule.unmuted",
            "repository",
            self._repository_id,
            tenant_id=tenant_id,
            changes={"rule": rule_id, "shown": row.shown, "rejected": row.ignored + row.false_positive},
        )

    async def _find(self, rule_id: str) -> RuleFeedback | None:
        query = (
            select(RuleFeedback)
            .where(RuleFeedback.repository_id == self._repository_id, RuleFeedback.rule_id == rule_id)
            .execution_options(populate_existing=True)
        )
        found: RuleFeedback | None = (await self._unit.session.execute(query)).scalar_one_or_none()
        return found


def is_rejected(shown: int, rejected: int) -> bool:
    """Whether so many rejections of so many findings silence a rule."""
    return shown >= ENOUGH_SHOWN and rejected >= REJECTED_SHARE * shown


def precision(row: RuleFeedback) -> float | None:
    """The share of the decided findings that were worth telling; None while nothing is decided."""
    decided = row.accepted + row.ignored + row.false_positive
    return row.accepted / decided if decided else None
