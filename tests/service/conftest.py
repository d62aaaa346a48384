"""The service for tests: its parts over both databases, a client, and people and keys made in a line.

`parts` runs over SQLite and PostgreSQL; a test that does not look at the database says
`@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from faultline.platform.database import SYSTEM, new_id
from faultline.service.api_keys.service import ApiKeys
from faultline.service.app import create_app
from faultline.service.auth import tokens
from faultline.service.auth.principal import Role, Scope
from faultline.service.members.tables import Membership, User
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.tiers import Tier
from tests.servers.postgres import DatabaseUrls
from tests.until import PATIENCE

BASE = "http://faultline.test"


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> MovableClock:
    """The time of the service: noon of a day in May."""
    return MovableClock(datetime(2026, 5, 17, 12, 0, tzinfo=UTC))


@pytest.fixture
def make_settings(tmp_path: Path, service_urls: DatabaseUrls) -> Callable[..., Settings]:
    """Settings for this test's database, with others changed."""

    def make(**changed: Any) -> Settings:
        fixed: dict[str, Any] = {
            "data_dir": tmp_path,
            "database_url": service_urls.app,
            "secret_key": SecretStr("s" * 40),
            "max_wait_seconds": PATIENCE,
        }
        return Settings(**(fixed | changed))

    return make


@pytest.fixture
async def parts(make_settings: Callable[..., Settings], clock: MovableClock) -> AsyncIterator[Parts]:
    """The parts of one process, over a database of this test's own."""
    made = Parts.of(make_settings(), clock)
    yield made
    await made.close()


@pytest.fixture
def app(parts: Parts) -> FastAPI:
    return create_app(parts)


def client_of(app: FastAPI, base: str = BASE) -> httpx.AsyncClient:
    """A client of an application in this process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is not signed in; pass the headers of a `Key` or a `Person` along."""
    async with client_of(app) as made:
        yield made


@dataclass(frozen=True)
class Key:
    id: UUID
    tenant_id: UUID
    plain: str

    @property
    def headers(self) -> dict[str, str]:
        return {"X-API-Key": self.plain}


@dataclass(frozen=True)
class Person:
    id: UUID
    tenant_id: UUID
    member_id: UUID
    role: Role
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class World:
    """Makes organizations, people and keys."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def organization(self, name: str = "Acme", *, tier: Tier = Tier.ENTERPRISE) -> Person:
        """A new organization's owner."""
        async with self.parts.database.unit(SYSTEM) as unit:
            user = await self._user(unit, name)
            made = await Organizations(unit, self.parts).create(name, user, tier=tier)
        return await self._person(user.id, made.id)

    async def person(self, tenant_id: UUID, role: Role, *, email: str | None = None) -> Person:
        """A new member."""
        async with self.parts.database.unit(SYSTEM) as unit:
            user = await self._user(unit, role.value, email)
        return await self.join(user.id, tenant_id, role)

    async def join(self, user_id: UUID, tenant_id: UUID, role: Role) -> Person:
        """Somebody in one more organization."""
        async with self.parts.database.unit(SYSTEM) as unit:
            unit.session.add(
                Membership(id=new_id(), tenant_id=tenant_id, user_id=user_id, role=role, created_at=self.parts.clock())
            )
        return await self._person(user_id, tenant_id)

    async def key(
        self, tenant_id: UUID, scopes: frozenset[Scope] = frozenset(Scope), *, expires_at: datetime | None = None
    ) -> Key:
        """A new API key."""
        async with self.parts.database.unit(SYSTEM) as unit:
            made = ApiKeys(unit, self.parts).add(
                tenant_id, "key of a test", scopes, created_by="test", expires_at=expires_at
            )
        return Key(made.row.id, tenant_id, made.plain)

    async def _user(self, unit: Any, name: str, email: str | None = None) -> User:
        user = User(id=new_id(), name=name, email=email, created_at=self.parts.clock())
        unit.session.add(user)
        await unit.session.flush()
        return user

    async def _person(self, user_id: UUID, tenant_id: UUID) -> Person:
        from faultline.service.members.store import PeopleStore

        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            row = await PeopleStore(unit.session).membership(user_id, tenant_id)
        assert row
        await self.parts.signing.ready()
        token = tokens.issue(self.parts.signing, user_id, tenant_id, self.parts.clock()).token
        return Person(user_id, tenant_id, row.id, Role(row.role), token)


@pytest.fixture
def world(parts: Parts) -> World:
    return World(parts)


@pytest.fixture
async def owner(world: World) -> Person:
    """The owner of an organization, signed in."""
    return await world.organization()


@pytest.fixture
async def key(world: World, owner: Person) -> Key:
    """An API key of the owner's organization that may do everything."""
    return await world.key(owner.tenant_id)


@pytest.fixture
async def stranger(world: World) -> Person:
    """The owner of another organization."""
    return await world.organization("Other")
