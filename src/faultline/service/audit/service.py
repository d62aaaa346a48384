"""Writes the audit log, in the transaction of the change that it tells of, and verifies it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.audit.chain import Head, Verdict, fault, hash_of
from faultline.service.audit.store import AuditStore, Filter
from faultline.service.audit.tables import AuditEntry
from faultline.service.auth.principal import Origin, Principal
from faultline.service.parts import Parts

BATCH = 500
NOBODY = "service"
"""The actor of what happened by itself."""


class Audit:
    """The audit log of the tenant that the unit of work is about; in the system's scope, of whichever is named."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> AuditStore:
        return AuditStore(self._unit.session)

    async def record(
        self,
        action: str,
        entity: str,
        entity_id: UUID | str,
        *,
        by: Principal,
        origin: Origin,
        changes: dict[str, Any] | None = None,
    ) -> AuditEntry:
        """Write down what was done; it stands if and only if the change does.

        One transaction of a tenant at a time gets past this until it ends, so record last.

        Args:
            action: `<entity>.<what happened>`, as in `key.revoked`.
            entity: what kind of thing it was done to.
            entity_id: which one.
            by: who did it.
            origin: from where.
            changes: what is worth knowing: strings, whole numbers, booleans, lists of them. Never a secret.

        """
        return await self._add(action, entity, entity_id, by.tenant_id, by.actor, origin, changes)

    async def note(
        self, action: str, entity: str, entity_id: UUID | str, *, tenant_id: UUID, changes: dict[str, Any] | None = None
    ) -> AuditEntry:
        """Write down what happened by itself: nobody did it, and it came from nowhere. See `record`."""
        return await self._add(action, entity, entity_id, tenant_id, NOBODY, Origin("", "", ""), changes)

    async def _add(
        self,
        action: str,
        entity: str,
        entity_id: UUID | str,
        tenant_id: UUID,
        actor: str,
        origin: Origin,
        changes: dict[str, Any] | None,
    ) -> AuditEntry:
        await self._unit.queue_up(f"audit:{tenant_id}")
        head = await self._store.head(tenant_id)
        entry = AuditEntry(
            id=new_id(),
            tenant_id=tenant_id,
            sequence=head.sequence + 1,
            at=self._parts.clock(),
            actor=actor,
            action=action,
            entity=entity,
            entity_id=str(entity_id),
            address=origin.address,
            user_agent=origin.user_agent,
            request_id=origin.request_id,
            changes=changes or {},
            previous_hash=head.hash,
        )
        entry.hash = hash_of(entry)
        self._unit.session.add(entry)
        await self._unit.session.flush()
        return entry

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[AuditEntry]:
        """Some entries, newest first."""
        return await self._store.list(wanted, cursor=cursor, limit=limit)

    async def head(self, tenant_id: UUID) -> Head:
        """The end of a tenant's chain, to be kept elsewhere."""
        return await self._store.head(tenant_id)

    async def verify(self, tenant_id: UUID) -> Verdict:
        """Look at a tenant's chain from its first entry to its last, or to the first that is broken."""
        head = Head()
        while entries := await self._store.after(tenant_id, head.sequence, BATCH):
            for entry in entries:
                if reason := fault(head, entry):
                    return Verdict(tenant_id, head, entry.sequence, reason)
                head = Head(entry.sequence, entry.hash)
            self._unit.session.expunge_all()
        return Verdict(tenant_id, head)

    async def verify_all(self) -> Sequence[Verdict]:
        """Look at every tenant's chain; the unit's scope is the system's."""
        return [await self.verify(tenant) for tenant in await self._store.tenants()]
