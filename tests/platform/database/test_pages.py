"""Pages by keyset: no row twice, none left out."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from faultline.core.errors import UsageError
from faultline.platform.database import Database, Tenant, page
from faultline.platform.database.pages import decode_cursor, encode_cursor
from faultline.service.projects.tables import Project
from tests.fixtures.schema import NOON, TwoTenants


@given(st.uuids())
def test_a_cursor_comes_back_as_the_key_it_was_made_of(key: UUID) -> None:
    assert decode_cursor(encode_cursor(key)) == key


@given(st.text(max_size=40))
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    try:
        key = decode_cursor(text)
    except UsageError:
        return
    assert encode_cursor(key) == text


@pytest.mark.parametrize("newest_first", [True, False])
async def test_pages_hold_every_row_once_and_in_order(
    database: Database, tenants: TwoTenants, newest_first: bool
) -> None:
    async with database.unit(Tenant(tenants.ours)) as unit:
        unit.session.add_all(Project(name=str(number), created_at=NOON) for number in range(7))
    seen, cursor = [], None
    while True:
        async with database.unit(Tenant(tenants.ours), write=False) as unit:
            found = await page(
                unit.session, select(Project), Project.id, cursor=cursor, limit=3, newest_first=newest_first
            )
        seen += [int(row.name) for row in found.items]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == sorted(range(7), reverse=newest_first)


async def test_a_row_that_comes_between_two_pages_moves_nothing(database: Database, tenants: TwoTenants) -> None:
    async def add(*names: str) -> None:
        async with database.unit(Tenant(tenants.ours)) as unit:
            unit.session.add_all(Project(name=name, created_at=NOON) for name in names)

    await add("a", "b", "c")
    async with database.unit(Tenant(tenants.ours), write=False) as unit:
        first = await page(unit.session, select(Project), Project.id, cursor=None, limit=2)
    await add("new")
    async with database.unit(Tenant(tenants.ours), write=False) as unit:
        second = await page(unit.session, select(Project), Project.id, cursor=first.next_cursor, limit=2)
    assert [row.name for row in first.items + second.items] == ["c", "b", "a"]
    assert second.next_cursor is None
