"""One transaction, one scope, one owner who commits; on SQLite and on PostgreSQL."""

import asyncio
import contextlib
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from faultline.platform.database import SYSTEM, Database, Tenant, UnitOfWork, new_id
from faultline.platform.errors import DatabaseBusy
from faultline.service.projects.tables import Project
from tests.fixtures.schema import NOON, TwoTenants


async def add(database: Database, tenant: UUID, *names: str) -> None:
    async with database.unit(Tenant(tenant)) as unit:
        unit.session.add_all(Project(name=name, created_at=NOON) for name in names)


async def names(database: Database, scope: Tenant | None) -> list[str]:
    async with database.unit(scope or SYSTEM, write=False) as unit:
        return sorted((await unit.session.execute(select(Project.name))).scalars())


async def test_a_tenant_sees_its_own_rows_and_the_system_sees_all(database: Database, tenants: TwoTenants) -> None:
    await add(database, tenants.ours, "a", "b")
    await add(database, tenants.theirs, "c")
    assert await names(database, Tenant(tenants.ours)) == ["a", "b"]
    assert await names(database, Tenant(tenants.theirs)) == ["c"]
    assert await names(database, None) == ["a", "b", "c"]


async def test_the_next_transaction_on_a_connection_holds_no_tenant_of_the_last(
    tenants: TwoTenants, database: Database
) -> None:
    await add(database, tenants.ours, "a")
    for _ in range(20):
        assert await names(database, Tenant(tenants.ours)) == ["a"]
        assert await names(database, Tenant(tenants.theirs)) == []


async def test_a_failed_transaction_leaves_no_tenant_behind(tenants: TwoTenants, database: Database) -> None:
    await add(database, tenants.ours, "a")
    for _ in range(10):
        with contextlib.suppress(ZeroDivisionError):
            async with database.unit(Tenant(tenants.ours)) as unit:
                await unit.session.execute(select(Project))
                raise ZeroDivisionError
        assert await names(database, Tenant(tenants.theirs)) == []


async def test_a_change_reaches_no_row_of_another_tenant(tenants: TwoTenants, database: Database) -> None:
    await add(database, tenants.ours, "a")
    await add(database, tenants.theirs, "b")
    async with database.unit(Tenant(tenants.ours)) as unit:
        await unit.session.execute(update(Project).values(name="changed"))
    assert await names(database, None) == ["b", "changed"]


async def test_a_count_counts_only_the_tenants_rows(tenants: TwoTenants, database: Database) -> None:
    await add(database, tenants.ours, "a")
    await add(database, tenants.theirs, "b", "c")
    async with database.unit(Tenant(tenants.theirs), write=False) as unit:
        assert (await unit.session.execute(select(func.count()).select_from(Project))).scalar_one() == 2


async def test_a_row_of_another_tenant_cannot_be_written(tenants: TwoTenants, database: Database) -> None:
    with pytest.raises(PermissionError, match="another tenant"):
        async with database.unit(Tenant(tenants.ours)) as unit:
            unit.session.add(Project(tenant_id=tenants.theirs, name="smuggled", created_at=NOON))
    assert await names(database, None) == []


async def test_what_was_not_committed_is_undone_and_calls_nobody(tenants: TwoTenants, database: Database) -> None:
    called: list[str] = []
    unit = UnitOfWork(database)
    unit.enter(Tenant(tenants.ours))
    unit.session.add(Project(name="a", created_at=NOON))
    await unit.session.flush()
    unit.after_commit(lambda: called.append("a"))
    await unit.close()
    assert await names(database, None) == []
    assert called == []


async def test_callbacks_come_after_the_change_is_certain(tenants: TwoTenants, database: Database) -> None:
    called: list[str] = []
    async with database.unit(Tenant(tenants.ours)) as unit:
        unit.session.add(Project(name="a", created_at=NOON))
        unit.after_commit(lambda: called.append("told"))
        await unit.session.flush()
        assert called == []
    assert called == ["told"]


async def test_there_is_no_session_without_a_scope(database: Database) -> None:
    with pytest.raises(RuntimeError, match="no scope"):
        _ = UnitOfWork(database).session


async def test_a_scope_cannot_be_changed_inside_a_transaction(database: Database) -> None:
    async with database.unit(SYSTEM) as unit:
        with pytest.raises(RuntimeError, match="already"):
            unit.enter(Tenant(new_id()))


async def test_fifty_writers_at_once_all_get_their_turn(tenants: TwoTenants, database: Database) -> None:
    await asyncio.gather(*(add(database, tenants.ours, f"project {number}") for number in range(50)))
    assert len(await names(database, None)) == 50


async def test_transactions_that_name_the_same_thing_pass_one_at_a_time(
    tenants: TwoTenants, database: Database
) -> None:
    inside = most = 0

    async def enter() -> None:
        nonlocal inside, most
        async with database.unit(Tenant(tenants.ours)) as unit:
            await unit.queue_up("door")
            inside += 1
            most = max(most, inside)
            await unit.session.execute(select(Project))
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(6)))
    assert most == 1


async def test_a_writer_that_waits_too_long_is_told_to_come_again(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faultline.platform.database.dialect.BUSY_SECONDS", 0.05)
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('busy') / 'x.db'}")
    async with database.unit(SYSTEM) as holder:
        await holder.session.execute(select(1))
        with pytest.raises(DatabaseBusy):
            async with database.unit(SYSTEM) as second:
                await second.session.execute(select(1))
    async with database.unit(SYSTEM) as third:
        await third.session.execute(select(1))
    await database.close()


async def test_another_process_that_holds_the_file_is_waited_for_and_then_named(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    monkeypatch.setattr("faultline.platform.database.dialect.BUSY_SECONDS", 0.05)
    path = tmp_path_factory.mktemp("busy") / "x.db"
    database = Database(f"sqlite:///{path}")
    async with database.unit(SYSTEM, write=False) as unit:
        await unit.session.execute(select(1))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        async with database.unit(SYSTEM) as unit:
            await unit.session.execute(select(1))
    other.execute("ROLLBACK")
    other.close()
    async with database.unit(SYSTEM) as unit:
        await unit.session.execute(select(1))
    await database.close()
