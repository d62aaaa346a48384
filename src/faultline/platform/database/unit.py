"""Database and UnitOfWork: one transaction, one scope, one owner who commits.

A request or a task opens the unit, services work in it, the owner commits. What must happen only once the change is
certain (a nudge to the relay) is left with `after_commit`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from faultline.platform.clock import Clock, utc_now
from faultline.platform.database.base import TenantOwned
from faultline.platform.database.dialect import WRITE, dialect_of, translated
from faultline.platform.database.scope import Scope, Tenant

POOL_SIZE = 8


class ScopedSession(Session):
    """A session that adds its tenant to every query and refuses to write another tenant's row."""


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

    @contextlib.asynccontextmanager
    async def unit(self, scope: Scope, *, write: bool = True) -> AsyncIterator[UnitOfWork]:
        """A unit of work that is committed when the body ends and rolled back when it raises."""
        unit = UnitOfWork(self)
        try:
            await unit.begin(scope, write=write)
            yield unit
            await unit.commit()
        finally:
            await unit.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


class UnitOfWork:
    """One transaction with a scope. `begin` may come late; a second `begin` in the same scope changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stack = contextlib.AsyncExitStack()
        self._session: AsyncSession | None = None
        self._callbacks: list[Callable[[], Any]] = []
        self.scope: Scope | None = None

    @property
    def session(self) -> AsyncSession:
        """The session; asking for it before `begin` is a defect."""
        if self._session is None:
            raise RuntimeError("the unit of work has not begun: no scope was set")
        return self._session

    @property
    def begun(self) -> bool:
        """Whether there is a transaction."""
        return self._session is not None

    async def begin(self, scope: Scope, *, write: bool = True) -> None:
        """Open the transaction.

        Raises:
            DatabaseBusy: no connection or no write lock could be had in time.
            DatabaseUnavailable: the database does not answer.

        """
        if self._session is not None:
            if scope != self.scope:
                raise RuntimeError("the unit of work has begun in another scope")
            return
        with translating():
            if write:
                await self._stack.enter_async_context(self._database.dialect.writing())
            connection: AsyncConnection = await self._stack.enter_async_context(self._database.engine.connect())
            await connection.execution_options(**{WRITE: write})
            await self._database.dialect.enter(connection, scope, write=write)
        self.scope = scope
        self._session = AsyncSession(
            connection, sync_session_class=ScopedSession, expire_on_commit=False, info={"scope": scope}
        )
        self._connection = connection

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

    async def commit(self) -> None:
        """Make the change certain, end the transaction, then call back."""
        if self._session is not None:
            with translating():
                await self._session.flush()
                await self._connection.commit()
        await self.close()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    async def close(self) -> None:
        """End the transaction; what was not committed is undone."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._stack.aclose()


@contextlib.contextmanager
def translating() -> Any:
    """Turn what a database fails with into an error of our tree, where it is no defect of ours."""
    try:
        yield
    except Exception as error:
        known = translated(error)
        if known is None:
            raise
        raise known from error
