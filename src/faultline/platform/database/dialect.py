"""All that differs between SQLite and PostgreSQL. Nothing else in Faultline asks which database it is on.

SQLite has one writer. A unit of work that writes begins with BEGIN IMMEDIATE, so that it never has to upgrade a read
lock and fail; within a process the writers queue at a lock of ours, since SQLite's own waiting is polling with growing
pauses (up to 100 ms) and serves nobody in order.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from faultline.core.errors import FaultlineError, UsageError
from faultline.platform.database.scope import Scope, Tenant
from faultline.platform.database.sqlite_driver import PromptConnection, connect
from faultline.platform.database.turnstile import Turnstile
from faultline.platform.errors import DatabaseBusy, DatabaseUnavailable, StorageFull

WRITE = "faultline_write"
URGENT = "faultline_urgent"
_HOLDS_LOCK = "faultline_holds_lock"
BUSY_SECONDS = 5.0
"""How long a unit of work waits for the others to finish writing."""
RETRY_SECONDS = 0.01
OVERDUE_PAGES = 20_000
"""80 MB of the write-ahead log."""
READ_BUSY_SECONDS = 0.05
"""How long one statement waits, in the rare moments in which SQLite locks readers out."""
_CHANGES = ("UPDATE", "DELETE")
POOL_SECONDS = 5.0
"""How long a request waits for a connection before it is told to come again."""


class Dialect(Protocol):
    """What a database has to be asked in its own words."""

    name: str
    sync_url: URL

    def engine(self, pool_size: int) -> AsyncEngine:
        """A pool of connections."""
        ...

    def enter(self, connection: Connection, scope: Scope) -> None:
        """Tell the database whose rows the transaction that has just begun may see."""
        ...

    async def now(self, session: AsyncSession) -> datetime | None:
        """The database's clock, which all nodes share; None where the machine's own clock is that clock."""
        ...

    async def queue_up(self, session: AsyncSession, name: str) -> None:
        """Let one transaction at a time pass that names the same thing, until it ends."""
        ...

    async def maintain(self, engine: AsyncEngine) -> None:
        """What has to be done every few seconds, if anything."""
        ...

    @staticmethod
    def guard(owned: Mapping[str, str], append_only: str | None, app_role: str | None) -> list[str]:
        """The statements that make the database itself keep tenants apart and the audit log as it was written.

        Args:
            owned: the tables whose rows belong to a tenant, each with the column that names it.
            append_only: the table whose rows are never changed or deleted; None where only some tables are new, which
                are then all that the app's role is let into.
            app_role: the role that the service connects as; None when it is the owner.

        """
        ...

    @staticmethod
    def unguard(owned: Mapping[str, str], append_only: str | None) -> list[str]:
        """The statements that undo `guard`."""
        ...


class Sqlite:
    """A file on this machine, in WAL mode."""

    name = "sqlite"

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise UsageError("the database must be a file: sqlite:////folder/faultline.db")
        self._url = url.set(drivername="sqlite+aiosqlite")
        self.sync_url = url.set(drivername="sqlite")
        self._turnstile = Turnstile()

    def engine(self, pool_size: int) -> AsyncEngine:
        """See Dialect."""
        path = Path(str(self._url.database))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_async_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            async_creator=lambda: connect(path, READ_BUSY_SECONDS),
        )
        event.listen(engine.sync_engine, "connect", prepare_sqlite)
        event.listen(engine.sync_engine, "connect", self._checkpoint_elsewhere)
        event.listen(engine.sync_engine, "begin", self._begin)
        event.listen(engine.sync_engine, "checkin", self._checkin)
        return engine

    def enter(self, connection: Connection, scope: Scope) -> None:
        """SQLite has no policies; the criterion on every query is all there is."""

    @staticmethod
    def _checkpoint_elsewhere(connection: Any, _record: object) -> None:
        """Leave the copying of the log into the file, which waits for the disk, to `maintain` until it is overdue."""
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA wal_autocheckpoint={OVERDUE_PAGES}")
        cursor.close()

    async def maintain(self, engine: AsyncEngine) -> None:
        """Copy the write-ahead log into the file, in a thread; writers go on meanwhile."""
        async with engine.execution_options(**{WRITE: False}).connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, PromptConnection)
            await driver.elsewhere(lambda: driver.raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())

    def _begin(self, connection: Connection) -> None:
        """Begin a transaction that writes; a read needs none, each statement sees one state of the file."""
        if not connection.get_execution_options().get(WRITE, True):
            return
        await_only(self._queue(connection.get_execution_options().get(URGENT, False)))
        connection.connection.record_info[_HOLDS_LOCK] = True  # type: ignore[index]
        driver: PromptConnection = connection.connection.driver_connection  # type: ignore[assignment]
        driver.writing = True
        await_only(self._become_writer(driver))

    async def _queue(self, urgent: bool) -> None:
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await self._turnstile.acquire(urgent=urgent)
        except TimeoutError:
            raise DatabaseBusy("the database is busy; try again in a moment") from None

    async def _become_writer(self, driver: PromptConnection) -> None:
        """Begin, and wait for a writer in another process without holding up the event loop."""
        deadline = asyncio.get_running_loop().time() + BUSY_SECONDS
        while True:
            try:
                driver.raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _SQLITE_LOCKED.search(str(error)):
                    raise
                if asyncio.get_running_loop().time() > deadline:
                    raise DatabaseBusy("the database is busy; try again in a moment") from error
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    def _checkin(self, connection: Any, record: ConnectionPoolEntry) -> None:
        if record.record_info.pop(_HOLDS_LOCK, False):  # type: ignore[union-attr]
            if connection is not None:
                connection.driver_connection.writing = False
            self._turnstile.release()

    async def now(self, session: AsyncSession) -> datetime | None:
        """See Dialect."""
        return None

    async def queue_up(self, session: AsyncSession, name: str) -> None:
        """There is one writer anyway; become it."""
        await session.connection()

    @staticmethod
    def guard(owned: Mapping[str, str], append_only: str | None, app_role: str | None) -> list[str]:
        """See Dialect; there are no roles and no policies, but triggers."""
        return [
            f"CREATE TRIGGER {append_only}_{event} BEFORE {event} ON {append_only} "
            f"BEGIN SELECT RAISE(ABORT, '{append_only} is append-only'); END"
            for event in _CHANGES
            if append_only
        ]

    @staticmethod
    def unguard(owned: Mapping[str, str], append_only: str | None) -> list[str]:
        """See Dialect."""
        return [f"DROP TRIGGER {append_only}_{event}" for event in _CHANGES if append_only]


class Postgresql:
    """PostgreSQL through psycopg."""

    name = "postgresql"

    def __init__(self, url: URL) -> None:
        self.sync_url = self._url = url.set(drivername="postgresql+psycopg")

    def engine(self, pool_size: int) -> AsyncEngine:
        """See Dialect."""
        return create_async_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_SECONDS,
            pool_pre_ping=True,
            pool_recycle=1800,
            # Disks have no arms to move any more. With PostgreSQL's default of 4 a table without statistics yet is read
            # whole and sorted where an index has the order: 1,400 ms instead of 35 for the head of a queue of 100,000.
            connect_args={"connect_timeout": 5, "options": "-c random_page_cost=1.1"},
        )

    def enter(self, connection: Connection, scope: Scope) -> None:
        """Set the scope for this transaction alone, so that a pooled connection cannot carry it to the next one."""
        tenant = str(scope.id) if isinstance(scope, Tenant) else ""
        system = "" if isinstance(scope, Tenant) else "on"
        connection.execute(_SET_SCOPE, {"tenant": tenant, "system": system})

    async def now(self, session: AsyncSession) -> datetime | None:
        """See Dialect."""
        answer: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return answer

    async def queue_up(self, session: AsyncSession, name: str) -> None:
        """See Dialect."""
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    async def maintain(self, engine: AsyncEngine) -> None:
        """PostgreSQL looks after itself."""

    @staticmethod
    def guard(owned: Mapping[str, str], append_only: str | None, app_role: str | None) -> list[str]:
        """See Dialect.

        The system scope is a setting of its own: without a tenant nothing is seen.
        """
        statements = []
        for table, column in owned.items():
            rule = (
                f"{column} = nullif(current_setting('faultline.tenant', true), '')::uuid "
                "OR current_setting('faultline.system', true) = 'on'"
            )
            statements += [
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY tenant ON {table} USING ({rule}) WITH CHECK ({rule})",
            ]
        if append_only:
            statements += [
                f"CREATE FUNCTION {append_only}_guard() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{append_only} is append-only'; END $$",
                f"CREATE TRIGGER {append_only}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {append_only} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {append_only}_guard()",
            ]
        if app_role:
            role = '"' + app_role.replace('"', '""') + '"'
            tables = "ALL TABLES IN SCHEMA public" if append_only else ", ".join(owned)
            statements.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {role}")
            if append_only:
                statements.append(f"REVOKE UPDATE, DELETE ON {append_only} FROM {role}")
        return statements

    @staticmethod
    def unguard(owned: Mapping[str, str], append_only: str | None) -> list[str]:
        """See Dialect."""
        statements = []
        if append_only:
            statements += [f"DROP TRIGGER {append_only}_guard ON {append_only}", f"DROP FUNCTION {append_only}_guard()"]
        for table in owned:
            statements += [
                f"DROP POLICY tenant ON {table}",
                f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            ]
        return statements


_SET_SCOPE = text("SELECT set_config('faultline.tenant', :tenant, true), set_config('faultline.system', :system, true)")


def dialect_of(url: str) -> Dialect:
    """The dialect of a database URL.

    Raises:
        UsageError: it is neither SQLite's nor PostgreSQL's.

    """
    try:
        parsed = make_url(url)
    except Exception:
        raise UsageError("FAULTLINE_DATABASE_URL cannot be read; write sqlite:///FILE or postgresql://...") from None
    match parsed.get_backend_name():
        case "sqlite":
            return Sqlite(parsed)
        case "postgresql":
            return Postgresql(parsed)
        case other:
            raise UsageError(f"FAULTLINE_DATABASE_URL names {other}; Faultline knows sqlite and postgresql")


def dialect_named(name: str) -> type[Sqlite] | type[Postgresql]:
    """The dialect that SQLAlchemy calls by this name."""
    return Postgresql if name == "postgresql" else Sqlite


def insert_into(session: AsyncSession, table: Any) -> Any:
    """An INSERT that can say what to do on conflict (`on_conflict_do_nothing`, `on_conflict_do_update`)."""
    return inserting(session.get_bind().dialect.name)(table)


def inserting(name: str) -> Any:
    """The function that makes such an INSERT, for the dialect that SQLAlchemy calls by this name."""
    return postgresql.insert if name == "postgresql" else sqlite.insert


def prepare_sqlite(connection: Any, _record: object = None) -> None:
    """Set up one SQLite connection: WAL, foreign keys, and transactions that begin where we say so."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_SQLITE_FULL = re.compile(r"database or disk is full|disk I/O error")
_SQLITE_LOCKED = re.compile(r"database (table )?is locked")
_TRANSIENT = ("40001", "40P01")
"""serialization_failure and deadlock_detected."""


def translated(error: Exception) -> FaultlineError | None:
    """The error of our tree for what a database failed with; None when it is a defect of ours."""
    if isinstance(error, PoolTimeout):
        return DatabaseBusy("all connections to the database are in use; try again in a moment")
    if not isinstance(error, DBAPIError):
        return None
    words = str(error.orig)
    if getattr(error.orig, "sqlstate", None) in _TRANSIENT or _SQLITE_LOCKED.search(words):
        return DatabaseBusy("the database is busy; try again in a moment")
    if getattr(error.orig, "sqlstate", None) == "53100" or _SQLITE_FULL.search(words):
        return StorageFull("there is no room left on the database's disk; nothing was stored")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return DatabaseUnavailable("the database does not answer; try again in a moment")
    return None
