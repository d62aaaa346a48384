"""Projects over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.projects.schemas import ProjectOut, ProjectPage, ProjectRequest
from faultline.service.projects.service import Projects
from faultline.service.routing import router, service

routes = router("/v1/projects", "projects")

Reader = Annotated[Principal, requires(Scope.ANALYSES_READ)]
Writer = Annotated[Principal, requires(Scope.PROJECTS_WRITE)]
ProjectsOf = Annotated[Projects, service(Projects)]


@routes.post("", status_code=201)
async def create(wanted: ProjectRequest, _who: Writer, projects: ProjectsOf) -> ProjectOut:
    """Make a project."""
    return ProjectOut.model_validate(await projects.create(wanted.name))


@routes.get("")
async def list_projects(
    _who: Reader, projects: ProjectsOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> ProjectPage:
    """List projects, newest first."""
    found = await projects.list(cursor=cursor, limit=limit)
    return ProjectPage(items=[ProjectOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/{project_id}")
async def get(project_id: UUID, _who: Reader, projects: ProjectsOf) -> ProjectOut:
    """Get a project."""
    return ProjectOut.model_validate(await projects.get(project_id))


@routes.put("/{project_id}")
async def rename(project_id: UUID, wanted: ProjectRequest, _who: Writer, projects: ProjectsOf) -> ProjectOut:
    """Rename a project."""
    return ProjectOut.model_validate(await projects.rename(project_id, wanted.name))


@routes.delete("/{project_id}", status_code=204)
async def delete(project_id: UUID, _who: Writer, projects: ProjectsOf) -> None:
    """Remove a project; its analyses stay."""
    await projects.delete(project_id)
