"""What can be done with repositories."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from faultline.platform.database import Page, UnitOfWork, insert_into, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.errors import NotFound
from faultline.service.github.events import RepositoryRef
from faultline.service.parts import Parts
from faultline.service.projects.service import Projects
from faultline.service.repositories.schemas import RepositoryChange
from faultline.service.repositories.store import RepositoryStore
from faultline.service.repositories.tables import Repository

GITHUB = "github"


class Repositories:
    """Repositories of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> RepositoryStore:
        return RepositoryStore(self._unit.session)

    async def get(self, repository_id: UUID) -> Repository:
        """One repository.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(repository_id)
        if found is None:
            raise NotFound(f"there is no repository {repository_id}")
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[Repository]:
        """Some repositories, newest first."""
        return await self._store.list(cursor=cursor, limit=limit)

    async def change(
        self, repository_id: UUID, wanted: RepositoryChange, *, by: Principal, origin: Origin
    ) -> Repository:
        """Have its pull requests reviewed otherwise.

        Raises:
            NotFound: there is no such repository, or no such project.

        """
        row = await self.get(repository_id)
        asked = {name: value for name in wanted.model_fields_set if (value := getattr(wanted, name)) is not None}
        if "project_id" in asked:
            await Projects(self._unit, self._parts).get(asked["project_id"])
        changes = {name: [getattr(row, name), value] for name, value in asked.items() if getattr(row, name) != value}
        if changes:
            for name, (_, value) in changes.items():
                setattr(row, name, value)
            await self._unit.session.flush()
            await Audit(self._unit, self._parts).record(
                "repository.changed",
                "repository",
                row.id,
                by=by,
                origin=origin,
                changes={
                    name: [each if isinstance(each, bool | int) else str(each) for each in pair]
                    for name, pair in changes.items()
                },
            )
        return row

    async def seen(self, ref: RepositoryRef, installation_id: int) -> Repository:
        """A repository as GitHub tells of it now; it is made if it is new, in the project of its account."""
        row = await self._store.known_as(GITHUB, ref.external_id)
        if row is None:
            project = await Projects(self._unit, self._parts).named(ref.full_name.partition("/")[0] or GITHUB)
            values = {
                "id": new_id(),
                "tenant_id": self._unit.tenant_id,
                "project_id": project.id,
                "provider": GITHUB,
                "external_id": ref.external_id,
                "name": ref.full_name,
                "default_branch": ref.default_branch,
                "private": ref.private,
                "installation_id": installation_id,
                "created_at": self._parts.clock(),
            }
            await self._unit.session.execute(
                insert_into(self._unit.session, Repository).values(values).on_conflict_do_nothing()
            )
            row = await self._store.known_as(GITHUB, ref.external_id)
            assert row
        row.name, row.private, row.installation_id = ref.full_name, ref.private, installation_id
        row.default_branch = ref.default_branch or row.default_branch
        return row

    async def lost(self, installation_id: int, external_ids: Collection[str] | None = None) -> None:
        """The App does not see some repositories any more; None for all that this installation showed."""
        await self._store.disconnect(installation_id, external_ids)
