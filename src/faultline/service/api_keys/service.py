"""What can be done with API keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from faultline.core.errors import UsageError
from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.api_keys import keys
from faultline.service.api_keys.store import ApiKeyStore
from faultline.service.api_keys.tables import ApiKey
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.errors import Conflict, NotAllowed, NotFound
from faultline.service.parts import Parts


@dataclass(frozen=True, slots=True)
class Created:
    """A new key and its secret, which nobody sees again."""

    row: ApiKey
    plain: str = field(repr=False)


class ApiKeys:
    """API keys of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> ApiKeyStore:
        return ApiKeyStore(self._unit.session)

    async def create(
        self, name: str, scopes: Iterable[Scope], *, expires_at: datetime | None, by: Principal, origin: Origin
    ) -> Created:
        """A new key.

        Raises:
            NotAllowed: it would have a scope that its maker lacks.
            UsageError: it would have expired already.

        """
        wanted = frozenset(scopes)
        _only_own(wanted, by)
        if expires_at is not None and expires_at <= self._parts.clock():
            raise UsageError("expires_at must lie in the future")
        made = self.add(by.tenant_id, name, wanted, created_by=by.actor, expires_at=expires_at)
        await self._unit.session.flush()
        await Audit(self._unit, self._parts).record(
            "key.created", "key", made.row.id, by=by, origin=origin, changes={"name": name, "scopes": sorted(wanted)}
        )
        return made

    def add(
        self,
        tenant_id: UUID,
        name: str,
        scopes: frozenset[Scope],
        *,
        created_by: str,
        expires_at: datetime | None = None,
    ) -> Created:
        """A new key that nobody asked for through the API: the first of an organization."""
        made = keys.make(self._parts.secrets)
        row = ApiKey(
            id=new_id(),
            tenant_id=tenant_id,
            name=name,
            prefix=made.prefix,
            hash=made.hash,
            scopes=sorted(scopes),
            created_by=created_by,
            created_at=self._parts.clock(),
            expires_at=expires_at,
        )
        self._unit.session.add(row)
        return Created(row, made.plain)

    async def get(self, key_id: UUID) -> ApiKey:
        """One key.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(key_id)
        if found is None:
            raise NotFound(f"there is no API key {key_id}")
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[ApiKey]:
        """Some keys, newest first."""
        return await self._store.list(cursor=cursor, limit=limit)

    async def revoke(self, key_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Let a key work no more; nothing happens to one that was revoked before.

        Raises:
            NotFound: there is none of this id.

        """
        row = await self.get(key_id)
        if row.revoked_at is not None:
            return
        row.revoked_at = self._parts.clock()
        self._unit.after_commit(lambda: self._parts.principals.forget_key(key_id))
        await Audit(self._unit, self._parts).record(
            "key.revoked", "key", key_id, by=by, origin=origin, changes={"name": row.name}
        )

    async def rotate(self, key_id: UUID, overlap: timedelta, *, by: Principal, origin: Origin) -> Created:
        """Put a new key with the same scopes in a key's place; the old one goes on for the overlap.

        A key that expires gets a successor that lives as long as it did.

        Raises:
            NotFound: there is none of this id.
            NotAllowed: it has a scope that the asker lacks, who would gain it with the new key.
            Conflict: it works no more, or has a successor already.

        """
        old, now = await self.get(key_id), self._parts.clock()
        scopes = _scopes_of(old)
        _only_own(scopes, by)
        if not _works(old, now):
            raise Conflict("this key works no more; make a new one")
        expires_at = None if old.expires_at is None else now + (old.expires_at - old.created_at)
        ends = now + overlap if old.expires_at is None else min(now + overlap, old.expires_at)
        made = self.add(by.tenant_id, old.name, scopes, created_by=by.actor, expires_at=expires_at)
        await self._unit.session.flush()
        if not await self._store.retire(key_id, made.row.id, ends):
            raise Conflict("this key has a successor already; rotate that one")
        self._unit.after_commit(lambda: self._parts.principals.forget_key(key_id))
        await Audit(self._unit, self._parts).record(
            "key.rotated",
            "key",
            key_id,
            by=by,
            origin=origin,
            changes={"name": old.name, "rotated_to": str(made.row.id), "ends": ends.isoformat()},
        )
        return made

    async def note_used(self, last: Mapping[UUID, datetime]) -> None:
        """Say when keys were used last; the unit's scope is the system's."""
        await self._store.note_used(last)

    async def recognise(self, plain: str) -> tuple[ApiKey | None, bool]:
        """The key that something calls itself, and whether it is that key and works; the scope is the system's."""
        prefix = keys.prefix_of(plain)
        row = None if prefix is None else await self._store.with_prefix(prefix)
        if row is None:
            return None, False
        return row, keys.matches(self._parts.secrets, plain, row.hash) and _works(row, self._parts.clock())


def _works(row: ApiKey, now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _scopes_of(row: ApiKey) -> frozenset[Scope]:
    return frozenset(Scope(scope) for scope in row.scopes)


def _only_own(wanted: frozenset[Scope], by: Principal) -> None:
    if missing := sorted(wanted - by.scopes):
        raise NotAllowed(f"a key may do only what its maker may do; you lack {', '.join(missing)}")
