"""The audit log: whole while nobody touches it, and seen to be broken when somebody does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from faultline.cli.main import main
from faultline.platform.database import SYSTEM, UnitOfWork
from faultline.platform.database.dialect import dialect_of
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal, Role
from faultline.service.parts import Parts
from faultline.service.tiers import Tier
from tests.servers.postgres import DatabaseUrls
from tests.service.conftest import MovableClock, Person, World

HERE = Origin("203.0.113.9", "a browser", "request-1")
Tamper = Callable[..., None]


def principal(person: Person) -> Principal:
    return Principal(person.tenant_id, Tier.FREE, person.role.scopes, None, person.id, person.role)


async def write(parts: Parts, person: Person, count: int, action: str = "thing.done") -> None:
    for number in range(count):
        async with parts.database.unit(SYSTEM) as unit:
            await Audit(unit, parts).record(
                action, "thing", str(number), by=principal(person), origin=HERE, changes={"number": number, "ü": ["é"]}
            )


async def verdict(client: httpx.AsyncClient, who: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/v1/audit/verify", headers=who.headers)).json()
    return found


@pytest.fixture
def tamper(service_urls: DatabaseUrls) -> Tamper:
    """Does what only the owner of the tables can do: takes the guards down and changes what was written."""

    def change(statement: str, **values: Any) -> None:
        engine = create_engine(dialect_of(service_urls.owner).sync_url)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER USER"))
                connection.execute(text("ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY"))
            else:
                for event in ("UPDATE", "DELETE"):
                    connection.execute(text(f"DROP TRIGGER audit_log_{event}"))
            connection.execute(text(statement), values)
        engine.dispose()

    return change


async def test_what_was_done_is_written_with_who_and_from_where(
    client: httpx.AsyncClient, parts: Parts, owner: Person, clock: MovableClock
) -> None:
    await write(parts, owner, 2)
    found = (await client.get("/v1/audit", headers=owner.headers)).json()["items"]
    assert [each["sequence"] for each in found] == [2, 1]
    newest, first = found
    assert newest["previous_hash"] == first["hash"]
    assert first["previous_hash"] == ""
    assert (first["actor"], first["action"], first["address"]) == (f"user:{owner.id}", "thing.done", "203.0.113.9")
    assert (first["user_agent"], first["request_id"]) == ("a browser", "request-1")
    assert first["changes"] == {"number": 0, "ü": ["é"]}


async def test_a_request_is_written_with_its_own_address_and_id(client: httpx.AsyncClient, owner: Person) -> None:
    headers = owner.headers | {"User-Agent": "curl/8", "X-Request-Id": "mine-1"}
    await client.patch("/v1/organization", json={"name": "New"}, headers=headers)
    [entry] = (await client.get("/v1/audit", headers=owner.headers)).json()["items"]
    assert (entry["address"], entry["user_agent"], entry["request_id"]) == ("127.0.0.1", "curl/8", "mine-1")


async def test_what_is_undone_was_never_written(parts: Parts, client: httpx.AsyncClient, owner: Person) -> None:
    unit = UnitOfWork(parts.database)
    unit.enter(SYSTEM)
    await Audit(unit, parts).record("thing.done", "thing", "1", by=principal(owner), origin=HERE)
    await unit.close()
    await write(parts, owner, 1)
    assert (await verdict(client, owner))["head"]["sequence"] == 1


async def test_entries_written_at_once_make_one_chain(
    client: httpx.AsyncClient, parts: Parts, owner: Person, stranger: Person
) -> None:
    import asyncio

    await asyncio.gather(*(write(parts, person, 5) for person in (owner, owner, stranger, owner)))
    assert (await verdict(client, owner))["head"]["sequence"] == 15
    assert (await verdict(client, stranger)) | {"head": None} == {
        "intact": True,
        "head": None,
        "broken_at": None,
        "reason": None,
    }


async def test_the_log_is_filtered(
    client: httpx.AsyncClient, world: World, parts: Parts, owner: Person, clock: MovableClock
) -> None:
    admin = await world.person(owner.tenant_id, Role.ADMIN)
    await write(parts, owner, 1)
    clock.move(hours=1)
    middle = clock()
    await write(parts, admin, 1, "key.revoked")
    clock.move(hours=1)
    await write(parts, owner, 1)

    async def count(**params: str) -> int:
        return len((await client.get("/v1/audit", params=params, headers=owner.headers)).json()["items"])

    assert await count() == 3
    assert await count(action="key.revoked") == 1
    assert await count(actor=f"user:{admin.id}") == 1
    assert await count(**{"from": middle.isoformat()}) == 2
    assert await count(to=middle.isoformat()) == 1
    later = (middle + timedelta(seconds=1)).isoformat()
    assert await count(**{"from": middle.isoformat(), "to": later}) == 1
    for wrong in ({"from": "2026-05-17T12:00:00"}, {"actor": "x"}, {"action": "A"}):
        assert (await client.get("/v1/audit", params=wrong, headers=owner.headers)).status_code == 422


async def test_nobody_reads_another_organizations_log(
    client: httpx.AsyncClient, parts: Parts, owner: Person, stranger: Person
) -> None:
    await write(parts, owner, 1)
    assert (await client.get("/v1/audit", headers=stranger.headers)).json()["items"] == []
    assert (await client.get("/v1/audit/head", headers=stranger.headers)).json() == {"sequence": 0, "hash": ""}


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET actor = 'user:nobody'", "DELETE FROM audit_log"], ids=["update", "delete"]
)
async def test_the_database_refuses_to_change_the_log(parts: Parts, owner: Person, statement: str) -> None:
    await write(parts, owner, 1)
    with pytest.raises(DBAPIError):
        async with parts.database.unit(SYSTEM) as unit:
            await unit.session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = 'user:nobody'", "DELETE FROM audit_log"])
async def test_not_even_the_owner_of_the_tables_changes_the_log(
    service_urls: DatabaseUrls, parts: Parts, owner: Person, statement: str
) -> None:
    await write(parts, owner, 1)
    engine = create_engine(dialect_of(service_urls.owner).sync_url)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
    engine.dispose()


CHANGES = {
    "actor": "'user:nobody'",
    "action": "'x'",
    "entity": "'x'",
    "entity_id": "'x'",
    "address": "'198.51.100.1'",
    "user_agent": "''",
    "request_id": "''",
    "changes": "'{}'",
    "at": "'2026-05-17 12:00:01+00:00'",
}


@pytest.mark.parametrize("column", CHANGES)
async def test_a_changed_field_is_found(
    client: httpx.AsyncClient, parts: Parts, owner: Person, tamper: Tamper, column: str
) -> None:
    await write(parts, owner, 3)
    value = CHANGES[column]
    if column == "at" and parts.database.dialect.name == "sqlite":
        value = "'2026-05-17 12:00:01.000000'"
    tamper(f"UPDATE audit_log SET {column} = {value} WHERE sequence = 2")
    found = await verdict(client, owner)
    assert (found["intact"], found["broken_at"], found["head"]["sequence"]) == (False, 2, 1)
    assert "changed" in found["reason"]


async def test_a_removed_entry_is_found(client: httpx.AsyncClient, parts: Parts, owner: Person, tamper: Tamper) -> None:
    await write(parts, owner, 3)
    tamper("DELETE FROM audit_log WHERE sequence = 2")
    found = await verdict(client, owner)
    assert (found["intact"], found["broken_at"], found["reason"]) == (False, 3, "entry 2 is missing")


async def test_an_entry_that_was_written_anew_with_a_fitting_hash_is_found(
    client: httpx.AsyncClient, parts: Parts, owner: Person, tamper: Tamper
) -> None:
    await write(parts, owner, 3)
    tamper("UPDATE audit_log SET hash = :hash WHERE sequence = 2", hash="0" * 64)
    found = await verdict(client, owner)
    assert found["broken_at"] == 2


async def test_a_cut_off_end_shows_only_against_a_head_kept_elsewhere(
    client: httpx.AsyncClient, parts: Parts, owner: Person, tamper: Tamper
) -> None:
    await write(parts, owner, 3)
    kept = (await client.get("/v1/audit/head", headers=owner.headers)).json()
    assert kept == (await verdict(client, owner))["head"]
    tamper("DELETE FROM audit_log WHERE sequence = 3")
    found = await verdict(client, owner)
    assert found["intact"] is True
    assert found["head"] != kept


async def test_a_long_chain_is_verified_in_batches(
    client: httpx.AsyncClient, parts: Parts, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faultline.service.audit.service.BATCH", 2)
    await write(parts, owner, 5)
    assert (await verdict(client, owner))["head"]["sequence"] == 5


@pytest.fixture
def environment(parts: Parts, service_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the service, as the command finds them."""
    monkeypatch.setenv("FAULTLINE_DATA_DIR", str(parts.settings.data_dir))
    monkeypatch.setenv("FAULTLINE_DATABASE_URL", service_urls.app)


@pytest.mark.usefixtures("environment")
async def test_the_command_verifies_every_organization(
    parts: Parts, owner: Person, stranger: Person, tamper: Tamper, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    await write(parts, owner, 2)
    await write(parts, stranger, 3)
    assert await asyncio.to_thread(main, ["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert f"{owner.tenant_id}  whole, 2 entries" in said
    assert f"{stranger.tenant_id}  whole, 3 entries" in said
    tamper("UPDATE audit_log SET actor = 'x' WHERE sequence = 3")
    assert await asyncio.to_thread(main, ["audit", "verify"]) == 1
    assert f"{stranger.tenant_id}  BROKEN at entry 3" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["audit", "verify", "--json"]) == 1
    found = {UUID(each["organization"]): each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found[owner.tenant_id]["intact"] is True
    assert found[stranger.tenant_id]["broken_at"] == 3
