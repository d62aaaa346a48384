"""Migrations go up and down with data in the tables, and end at what the code expects."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, column, create_engine, insert, inspect, select, text
from sqlalchemy import table as table_of

from faultline.platform.database import Base, new_id
from faultline.platform.database.dialect import dialect_of
from faultline.platform.database.migrate import migrate, revisions
from faultline.service import tables
from faultline.service.budgets.tables import Budget
from faultline.service.organizations.tables import Organization
from faultline.service.projects.tables import Project
from faultline.service.usage.tables import ModelCall
from tests.fixtures.schema import NOON, SCRIPTS
from tests.servers.postgres import APP, DatabaseUrls


def opened(url: str) -> Engine:
    return create_engine(dialect_of(url).sync_url)


def app_role(url: str) -> str | None:
    return APP if url.startswith("postgresql") else None


def see_all(connection: Connection) -> None:
    """Policies let nobody see anything who does not say whose it is."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('faultline.system', 'on', true)"))


def test_migrations_end_at_what_the_code_expects(service_urls: DatabaseUrls) -> None:
    engine = opened(service_urls.owner)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_every_revision_goes_down_and_up_again_and_the_rows_stay(database_urls: DatabaseUrls) -> None:
    owner = database_urls.owner
    known = revisions(SCRIPTS)
    migrate(owner, SCRIPTS, to=known[0], app_role=app_role(owner))
    engine = opened(owner)
    tenant = new_id()
    with engine.begin() as connection:
        connection.execute(
            insert(Organization).values(
                id=tenant, name="o", slug="o", tier="free", callback_secret=b"x", created_at=NOON
            )
        )
        connection.execute(insert(Project).values(id=new_id(), tenant_id=tenant, name="p", created_at=NOON))
    for revision in [*known[1:], *known[-2::-1], *known[1:]]:
        migrate(owner, SCRIPTS, to=revision, app_role=app_role(owner))
        with engine.begin() as connection:
            see_all(connection)
            assert connection.execute(text("SELECT name FROM projects")).scalars().all() == ["p"]
    migrate(owner, SCRIPTS, to="base", app_role=app_role(owner))
    assert inspect(engine).get_table_names() in ([], ["alembic_version"])
    migrate(owner, SCRIPTS, app_role=app_role(owner))
    assert {table.__tablename__ for table in tables.TABLES} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_calls_that_were_there_before_days_were_kept_have_theirs_afterwards(database_urls: DatabaseUrls) -> None:
    owner = database_urls.owner
    migrate(owner, SCRIPTS, to="0002", app_role=app_role(owner))
    engine = opened(owner)
    tenant, late = new_id(), datetime(2026, 5, 18, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    call = {
        "tenant_id": tenant, "agent": "a", "provider": "openai", "model": "m", "tokens_in": 1, "tokens_out": 1,
        "dollars": Decimal("0.5"), "latency_ms": 1, "outcome": "answered", "cached": False, "created_at": late,
    }  # fmt: skip
    budget = {"tenant_id": tenant, "period": "daily", "unit": "dollars", "amount": Decimal(5), "created_at": NOON}
    with engine.begin() as connection:
        see_all(connection)
        connection.execute(
            insert(Organization).values(
                id=tenant, name="o", slug="o", tier="free", callback_secret=b"x", created_at=NOON
            )
        )
        for table, row in ((ModelCall, call), (Budget, budget)):
            columns = [Base.metadata.tables[table.__tablename__].c[name] for name in ("id", *row)]
            bare = table_of(table.__tablename__, *(column(each.name, each.type) for each in columns))
            connection.execute(insert(bare).values(id=new_id(), **row))
    for revision in ("head", "0002", "head"):
        migrate(owner, SCRIPTS, to=revision, app_role=app_role(owner))
    with engine.begin() as connection:
        see_all(connection)
        found = connection.execute(select(ModelCall.day, ModelCall.kind, ModelCall.dollars)).one()
        assert found == (date(2026, 5, 17), "ci", Decimal("0.5"))
        assert connection.execute(select(Budget.at_limit, Budget.amount)).one() == ("embedded", 5)
    engine.dispose()


def test_a_migration_that_ran_already_changes_nothing(service_urls: DatabaseUrls) -> None:
    migrate(service_urls.owner, SCRIPTS, app_role=app_role(service_urls.owner))


def test_every_table_of_the_folder_is_in_the_list() -> None:
    assert {mapper.class_ for mapper in Base.registry.mappers} == set(tables.TABLES)


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: str(table.__tablename__))
def test_every_index_says_which_query_it_serves(table: type[Base]) -> None:
    for index in Base.metadata.tables[table.__tablename__].indexes:
        assert index.info.get("serves"), index.name


def test_the_folder_of_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'deep' / 'faultline.db'}", SCRIPTS)
    assert (tmp_path / "deep").stat().st_mode & 0o077 == 0
