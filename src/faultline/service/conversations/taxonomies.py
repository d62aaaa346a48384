"""An organization's own intents: learned from labelled examples as a job, kept by version, one of them in use."""

from __future__ import annotations

import csv
import io
import json
from uuid import UUID

import zstandard
from sqlalchemy import delete, func, select

from faultline.core.errors import UsageError
from faultline.platform.database import Page, UnitOfWork, insert_into, new_id, page
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.conversations.tables import ConversationSettings, ConversationTaxonomy
from faultline.service.errors import Conflict, NotFound
from faultline.service.parts import Parts
from faultline.service.usage.service import Usage

MOST = 100
"""Versions that an organization may keep."""
_PACK = zstandard.ZstdCompressor(level=3)
Example = tuple[str, str]
"""A text and its label."""


class BadExamples(UsageError):
    """Labelled examples that nothing can be learned from."""

    code = "bad-examples"


class Taxonomies:
    """Taxonomies of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    async def create(
        self, name: str, examples: list[Example], size: int, *, by: Principal, origin: Origin
    ) -> ConversationTaxonomy:
        """Have a new version learned.

        Raises:
            Conflict: there are as many as there may be.
            QuotaExceeded: the month's submissions are used up.

        """
        session, now = self._unit.session, await self._unit.now()
        await self._unit.queue_up(f"taxonomies:{by.tenant_id}")
        counted = select(func.count(ConversationTaxonomy.id), func.coalesce(func.max(ConversationTaxonomy.number), 0))
        count, last = (await session.execute(counted)).one()
        if count >= MOST:
            raise Conflict(f"there are {MOST} taxonomies; delete one that you no longer need")
        await Usage(self._unit, self._parts).count_submission(by, size, now)
        row = ConversationTaxonomy(
            id=new_id(),
            tenant_id=by.tenant_id,
            number=last + 1,
            name=name,
            status="queued",
            examples=_PACK.compress(json.dumps(examples).encode()),
            example_count=len(examples),
            labels=sorted({label for _, label in examples}),
            attempts=0,
            available_at=now,
            created_by=by.actor,
            created_at=now,
        )
        session.add(row)
        await session.flush()
        await Audit(self._unit, self._parts).record("taxonomy.created", "taxonomy", row.id, by=by, origin=origin)
        self._unit.after_commit(self._parts.taxonomies.nudge)
        return row

    async def list(self, *, cursor: str | None, limit: int) -> Page[ConversationTaxonomy]:
        """Some taxonomies, the newest first."""
        query = select(ConversationTaxonomy)
        return await page(self._unit.session, query, ConversationTaxonomy.id, cursor=cursor, limit=limit)

    async def get(self, taxonomy_id: UUID) -> ConversationTaxonomy:
        """One taxonomy.

        Raises:
            NotFound: there is none of this id.

        """
        query = select(ConversationTaxonomy).where(ConversationTaxonomy.id == taxonomy_id)
        found: ConversationTaxonomy | None = (await self._unit.session.execute(query)).scalar_one_or_none()
        if found is None:
            raise NotFound(f"there is no taxonomy {taxonomy_id}")
        return found

    async def active(self) -> UUID | None:
        """The one that is in use; None for the built-in one."""
        query = select(ConversationSettings.taxonomy_id)
        return (await self._unit.session.execute(query)).scalar_one_or_none()

    async def use(self, taxonomy_id: UUID | None, *, by: Principal, origin: Origin) -> None:
        """Sort the conversations that come from now on by it; None for the built-in one.

        Raises:
            NotFound: there is none of this id.
            Conflict: it has not been learned.

        """
        if taxonomy_id is not None and (found := await self.get(taxonomy_id)).status != "ready":
            raise Conflict(f"this taxonomy is {found.status}; only one that is ready can be used")
        await self._unit.session.execute(
            insert_into(self._unit.session, ConversationSettings)
            .values(id=new_id(), tenant_id=by.tenant_id, taxonomy_id=taxonomy_id)
            .on_conflict_do_update(index_elements=["tenant_id"], set_={"taxonomy_id": taxonomy_id})
        )
        await Audit(self._unit, self._parts).record(
            "taxonomy.activated", "taxonomy", taxonomy_id or "built-in", by=by, origin=origin
        )

    async def delete(self, taxonomy_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Delete one; where it was in use, the built-in one takes its place.

        Raises:
            NotFound: there is none of this id.

        """
        await self.get(taxonomy_id)
        await self._unit.session.execute(
            delete(ConversationTaxonomy)
            .where(ConversationTaxonomy.id == taxonomy_id)
            .execution_options(synchronize_session=False)
        )
        await Audit(self._unit, self._parts).record("taxonomy.deleted", "taxonomy", taxonomy_id, by=by, origin=origin)


def examples_of_csv(body: bytes) -> list[Example]:
    """Labelled examples from CSV with the columns `text` and `label`.

    Raises:
        BadExamples: it is not that; names the line.

    """
    try:
        table = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        names = [name.strip().lower() for name in table.fieldnames or ()]
        table.fieldnames = names
        if not {"text", "label"} <= set(names):
            raise BadExamples("the first line must name the columns `text` and `label`")
        found = [((row["text"] or "").strip(), (row["label"] or "").strip()) for row in table]
    except UnicodeDecodeError:
        raise BadExamples("the table is not UTF-8") from None
    except csv.Error as error:
        raise BadExamples(f"the table cannot be read: {error}") from None
    return found
