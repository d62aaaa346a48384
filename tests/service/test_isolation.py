"""The database itself keeps tenants apart, whoever forgets a filter: forced row-level security on PostgreSQL."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection, sql

from faultline.platform.database import SYSTEM, Base, Database, Tenant, TenantOwned, new_id
from faultline.service import tables
from faultline.service.projects.tables import Project
from tests.fixtures.schema import NOON
from tests.servers.postgres import DatabaseUrls, Postgres

OWNED = [table for table in tables.TABLES if issubclass(table, TenantOwned)]
GLOBAL = {"users", "signing_keys"}
"""Tables that belong to nobody: people, who are members of several organizations, and the keys that sign tokens."""


@pytest.fixture
def urls(postgres_server: Postgres, postgres_template: str) -> DatabaseUrls:
    return postgres_server.new_database(template=postgres_template)


@pytest.fixture
def app(urls: DatabaseUrls) -> Iterator[Connection]:
    """Raw SQL as the role that the service connects as."""
    with psycopg.connect(urls.app.replace("+psycopg", "")) as connection:
        yield connection


def table_names(app: Connection) -> set[str]:
    rows = app.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {row[0] for row in rows} - {"alembic_version"}


def test_every_table_forces_row_level_security_or_belongs_to_nobody(app: Connection) -> None:
    forced = {
        row[0]
        for row in app.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
        )
    }
    assert table_names(app) - forced == GLOBAL
    assert {table.__tablename__ for table in OWNED} | {"organizations"} == forced


def test_the_app_role_owns_nothing_and_cannot_pass_by_the_policies(app: Connection) -> None:
    owned = app.execute("SELECT relname FROM pg_class WHERE relowner = current_user::regrole").fetchall()
    assert owned == []
    rights = app.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert rights == (False, False, False, False)


@pytest.mark.parametrize("table", [*(t.__tablename__ for t in OWNED), "organizations"])
async def test_without_a_tenant_raw_sql_sees_no_row_of_any_table(
    table: str, urls: DatabaseUrls, app: Connection
) -> None:
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as owner:
        owner.execute("SELECT set_config('faultline.system', 'on', true)")
        assert fill(owner, table) == 2
        owner.commit()
    name = sql.Identifier(table)
    assert app.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone() == (0,)
    column = "id" if table == "organizations" else "tenant_id"
    tenant = "00000000-0000-7000-8000-000000000001"
    app.execute("SELECT set_config('faultline.tenant', %s, true)", [tenant])
    seen = app.execute(sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column), name)).fetchall()
    assert [str(row[0]) for row in seen] == [tenant]
    app.rollback()
    assert app.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone() == (0,)


def fill(owner: Connection, table: str) -> int:
    """Put one row of each of two tenants into a table, and whatever it refers to; returns how many there are."""
    metadata = Base.metadata.tables
    for tenant in (1, 2):
        _insert(owner, metadata[table].name, tenant, set())
    found = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert found
    return int(found[0])


def _key(tenant: int) -> str:
    return f"00000000-0000-7000-8000-{tenant:012d}"


def _insert(owner: Connection, table: str, tenant: int, done: set[str]) -> None:
    if table in done:
        return
    done.add(table)
    description = Base.metadata.tables[table]
    for constraint in description.foreign_key_constraints:
        if constraint.referred_table.name != table:
            _insert(owner, constraint.referred_table.name, tenant, done)
    values = {}
    for column in description.columns:
        kind = column.type.python_type.__name__ if column.name not in ("tenant_id", "id") else "UUID"
        if column.nullable:
            continue
        values[column.name] = {
            "UUID": _key(tenant),
            "str": f"{column.name}-{tenant}",
            "int": tenant,
            "float": 1.0,
            "bool": True,
            "bytes": f"{tenant}".encode(),
            "datetime": NOON,
            "date": NOON.date(),
            "Decimal": 1,
            "object": "{}",
        }[kind]
    columns = sql.SQL(", ").join(map(sql.Identifier, values))
    places = sql.SQL(", ").join(sql.Placeholder() * len(values))
    owner.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
            sql.Identifier(table), columns, places
        ),
        list(values.values()),
    )


def test_raw_sql_cannot_write_a_row_for_another_tenant(urls: DatabaseUrls, app: Connection) -> None:
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as owner:
        owner.execute("SELECT set_config('faultline.system', 'on', true)")
        fill(owner, "organizations")
        owner.commit()
    app.execute("SELECT set_config('faultline.tenant', %s, true)", [_key(1)])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute(
            "INSERT INTO projects (id, tenant_id, name, created_at) VALUES (%s, %s, 'x', now())", [_key(9), _key(2)]
        )


async def test_a_tenants_unit_of_work_sees_nothing_of_others_even_without_our_own_filter(urls: DatabaseUrls) -> None:
    """The policy alone: text() carries no criterion of ours."""
    from sqlalchemy import text

    database = Database(urls.app)
    ours, theirs = new_id(), new_id()
    async with database.unit(SYSTEM) as unit:
        from faultline.service.organizations.tables import Organization

        for key in (ours, theirs):
            unit.session.add(
                Organization(id=key, name="o", slug=key.hex, tier="free", callback_secret=b"x", created_at=NOON)
            )
            await unit.session.flush()
            unit.session.add(Project(tenant_id=key, name=key.hex, created_at=NOON))
    async with database.unit(Tenant(ours), write=False) as unit:
        assert (await unit.session.execute(text("SELECT name FROM projects"))).scalars().all() == [ours.hex]
    await database.close()
