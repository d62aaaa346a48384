"""Database and UnitOfWork: one transaction, one scope, one owner who commits.

A request or a task makes the unit and enters a scope, services work in it, the owner commits. The transaction begins
with the first statement, so that nobody holds a lock while a body is still on its way in. What must happen only once
the change is certain (a nudge to the relay) is left with `after_commit`, and what must not stay without the change (a
blob) is taken away again by what was left with `unless_committed`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from faultline.core.errors import FaultlineError
from faultline.platform.clock import Clock, utc_now
from faultline.platform.database.base import TenantOwned
from faultline.platform.database.dialect import URGENT, WRITE, Dialect, dialect_of, translated
from faultline.platform.database.scope import Scope, Tenant

POOL_SIZE = 8


class ScopedSession(Session):
    """A session that adds its tenant to every query and refuses to write another tenant's row."""


@event.listens_for(ScopedSession, "after_begin")
def _enter(session: Session, _transaction: object, connection: Connection) -> None:
    dialect: Dialect = session.info["dialect"]
    dialect.enter(connection, session.info["scope"])


@event.listens_for(ScopedSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    scope = state.session.info["scope"]
    if isinstance(scope, Tenant) and (state.is_select or state.is_update or state.is_delete):
        tenant = scope.id
        state.statement = state.statement.options(
            with_loader_criteria(TenantOwned, lambda table: table.tenant_id == tenant, include_aliases=True)
        )


@event.listens_for(ScopedSession, "before_flush")
def _own(session: Session, _context: object, _instances: object) -> None:
    scope = session.info["scope"]
    for row in session.new:
        if isinstance(row, TenantOwned) and isinstance(scope, Tenant):
            if row.tenant_id is None:
                row.tenant_id = scope.id
            if row.tenant_id != scope.id:
                raise PermissionError("a unit of work wrote a row of another tenant")


class Database:
    """The connections of this process.

    Args:
        url: `sqlite:///FILE` or `postgresql://...`; a driver in it is replaced by ours.
        clock: the machine's clock; leases use the database's own where machines share one.

    """

    def __init__(self, url: str, *, pool_size: int = POOL_SIZE, clock: Clock = utc_now) -> None:
        self.dialect = dialect_of(url)
        self.clock = clock
        self.engine: AsyncEngine = self.dialect.engine(pool_size)
        self._engines = {
            (write, urgent): self.engine.execution_options(**{WRITE: write, URGENT: urgent})
            for write in (True, False)
            for urgent in (True, False)
        }

    @contextlib.asynccontextmanager
    async def unit(self, scope: Scope, *, write: bool = True) -> AsyncIterator[UnitOfWork]:
        """A unit of work that is committed when the body ends and rolled back when it raises."""
        unit = UnitOfWork(self)
        unit.enter(scope, write=write)
        try:
            with translating():
                yield unit
            await unit.commit()
        finally:
            await unit.close()

    def session(self, scope: Scope, *, write: bool, urgent: bool) -> AsyncSession:
        """A session in a scope; `UnitOfWork` is the way to get one."""
        return AsyncSession(
            self._engines[write, urgent],
            sync_session_class=ScopedSession,
            expire_on_commit=False,
            info={"scope": scope, "dialect": self.dialect},
        )

    async def maintain(self) -> None:
        """What the database wants done every few seconds."""
        await self.dialect.maintain(self.engine)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


class UnitOfWork:
    """One transaction in one scope at a time; after a commit another scope may be entered.

    Args:
        database: where.
        urgent: whether somebody waits for it; where writers have to queue, it goes before those of jobs.

    """

    def __init__(self, database: Database, *, urgent: bool = False) -> None:
        self._database = database
        self._urgent = urgent
        self._session: AsyncSession | None = None
        self._callbacks: list[Callable[[], Any]] = []
        self._undo: list[Callable[[], Awaitable[Any]]] = []
        self._scope: Scope | None = None

    @property
    def session(self) -> AsyncSession:
        """The session; asking for it before a scope was entered is a defect."""
        if self._session is None:
            raise RuntimeError("the unit of work has no scope yet")
        return self._session

    @property
    def scope(self) -> Scope | None:
        """Whose rows may be seen; None before a scope was entered."""
        return self._scope

    @property
    def tenant_id(self) -> UUID:
        """Whose rows this unit is about; asking for it in the system's scope is a defect."""
        if not isinstance(self._scope, Tenant):
            raise TypeError("the unit of work is about no tenant")
        return self._scope.id

    def enter(self, scope: Scope, *, write: bool = True) -> None:
        """Say whose rows this unit is about, and whether it will change any."""
        if self._session is not None:
            raise RuntimeError("the unit of work is in a scope already")
        self._scope, self._session = scope, self._database.session(scope, write=write, urgent=self._urgent)

    async def now(self) -> datetime:
        """The time that leases go by: the database's where machines share one, unless a test moved the clock."""
        if self._database.clock is utc_now and (answer := await self._database.dialect.now(self.session)):
            return answer
        return self._database.clock()

    async def queue_up(self, name: str) -> None:
        """Let one transaction at a time pass that names the same thing, until it ends."""
        await self._database.dialect.queue_up(self.session, name)

    def after_commit(self, callback: Callable[[], Any]) -> None:
        """Call back once the change is certain; the callback must neither block nor raise."""
        self._callbacks.append(callback)

    def unless_committed(self, callback: Callable[[], Awaitable[Any]]) -> None:
        """Call back when the unit ends and nothing was committed: to undo what was done outside of the database."""
        self._undo.append(callback)

    async def commit(self) -> None:
        """Make the change certain, leave the scope, then call back."""
        self._undo = []  # also when it fails: nobody knows then whether the database has it
        if self._session is not None:
            with translating():
                await self._session.commit()
        callbacks, self._callbacks = self._callbacks, []
        await self.close()
        for callback in callbacks:
            callback()

    async def close(self) -> None:
        """Leave the scope; what was not committed is undone, and its callbacks are forgotten."""
        session, self._session, self._scope = self._session, None, None
        self._callbacks = []
        undo, self._undo = self._undo, []
        if session is not None:
            await session.close()
        for callback in undo:
            with contextlib.suppress(FaultlineError):
                await callback()


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Turn what a database fails with into an error of our tree, where it is no defect of ours."""
    try:
        yield
    except Exception as error:
        known = translated(error)
        if known is None:
            raise
        raise known from error
