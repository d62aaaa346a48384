"""What can be done with projects."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from faultline.platform.database import Page, UnitOfWork, insert_into, new_id
from faultline.service.errors import Conflict, NotFound
from faultline.service.parts import Parts
from faultline.service.projects.store import ProjectStore
from faultline.service.projects.tables import Project


class Projects:
    """Projects of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> ProjectStore:
        return ProjectStore(self._unit.session)

    async def create(self, name: str) -> Project:
        """A new project.

        Raises:
            Conflict: there is one of this name.

        """
        project = Project(id=new_id(), name=name, created_at=self._parts.clock())
        self._unit.session.add(project)
        try:
            await self._unit.session.flush()
        except IntegrityError:
            raise Conflict(f"there is a project named {name} already") from None
        return project

    async def named(self, name: str) -> Project:
        """The project of this name, which is made if there is none."""
        row = {"id": new_id(), "tenant_id": self._unit.tenant_id, "name": name, "created_at": self._parts.clock()}
        await self._unit.session.execute(insert_into(self._unit.session, Project).values(row).on_conflict_do_nothing())
        found = await self._store.find_named(name)
        assert found
        return found

    async def get(self, project_id: UUID) -> Project:
        """One project.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(project_id)
        if found is None:
            raise NotFound(f"there is no project {project_id}")
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[Project]:
        """Some projects, newest first."""
        return await self._store.list(cursor=cursor, limit=limit)

    async def rename(self, project_id: UUID, name: str) -> Project:
        """Give a project another name.

        Raises:
            NotFound: there is none of this id.
            Conflict: another one has this name.

        """
        project = await self.get(project_id)
        project.name = name
        try:
            await self._unit.session.flush()
        except IntegrityError:
            raise Conflict(f"there is a project named {name} already") from None
        return project

    async def delete(self, project_id: UUID) -> None:
        """Remove a project; its analyses stay, without one.

        Raises:
            NotFound: there is none of this id.

        """
        await self._unit.session.delete(await self.get(project_id))
