"""GitHub over HTTP: what it tells us, and linking installations to organizations."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from faultline.platform.database import SYSTEM
from faultline.platform.errors import ContentTooLarge
from faultline.service.auth.access import NoStore, OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.errors import NotFound
from faultline.service.github.events import CommandGiven, InstallationChanged
from faultline.service.github.help import answer_help
from faultline.service.github.payloads import KINDS, read
from faultline.service.github.schemas import InstallationList, InstallationOut, InstallationStart
from faultline.service.github.service import Installations
from faultline.service.github.signatures import HEADER, verify
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.parts import Parts
from faultline.service.reviews.intake import heard
from faultline.service.routing import PartsOf, UnitOf, router, service

routes = router("", "github")

MAX_PAYLOAD = 25_000_000
"""Bytes; GitHub sends no larger ones."""
MAX_DELIVERY = 100

Admin = Annotated[Principal, requires(Scope.OPERATIONS_WRITE)]
Returning = Annotated[Principal, requires(Scope.OPERATIONS_WRITE, write=True)]
InstallationsOf = Annotated[Installations, service(Installations)]
From = Annotated[Origin, OriginOf]
Echo = Annotated[str | None, Query(max_length=1_000)]


@routes.post("/webhooks/github", include_in_schema=False)
async def hear(request: Request, unit: UnitOf, parts: PartsOf) -> Response:
    """Hear of what happened at GitHub.

    What is of interest is stored and queued in one transaction and answered with 202; anything else with 204. A
    delivery that comes again has no further effect.
    """
    secrets = _secrets(parts)
    body = await _body(request)
    verify(body, request.headers.get(HEADER), secrets)
    kind = request.headers.get("x-github-event", "")
    delivery = request.headers.get("x-github-delivery", "")[:MAX_DELIVERY]
    event = read(kind, body, delivery) if kind in KINDS else None
    if event is None:
        return Response(status_code=204)
    if isinstance(event, InstallationChanged) and event.action in ("created", "resumed", "added"):
        async with parts.database.unit(SYSTEM) as linking:
            await Installations(linking, parts).came(event)
    unit.enter(SYSTEM)
    taken = await heard(unit, parts, event)
    if isinstance(event, InstallationChanged):
        await Installations(unit, parts).changed(event)
    if isinstance(event, CommandGiven) and event.command == "help":
        return Response(status_code=202, background=BackgroundTask(answer_help, parts, event))
    return Response(status_code=202 if taken else 204)


@routes.post("/v1/github/installations", dependencies=[NoStore])
async def begin(who: Admin, installations: InstallationsOf) -> InstallationStart:
    """Get the address at which the App is installed for your organization.

    Open it in the browser that you are signed in with; GitHub sends you back, and the installation is linked.
    """
    url, expires_at = installations.begin(who)
    return InstallationStart(install_url=url, expires_at=expires_at)


@routes.get("/v1/github/installations")
async def list_installations(
    _who: Admin, installations: InstallationsOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> InstallationList:
    """List the installations that are linked to the organization, newest first."""
    found = await installations.list(cursor=cursor, limit=limit)
    return InstallationList(
        items=[InstallationOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor
    )


@routes.delete("/v1/github/installations/{installation_id}", status_code=204)
async def delete(installation_id: UUID, who: Admin, installations: InstallationsOf, origin: From) -> None:
    """Unlink an installation: nothing is reviewed for it any more. At GitHub it stays."""
    await installations.unlink(installation_id, by=who, origin=origin)


@routes.get("/github/installed", include_in_schema=False)
async def installed(
    who: Returning,
    installations: InstallationsOf,
    origin: From,
    installation_id: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    state: Echo = None,
    code: Echo = None,
) -> Response:
    """Where GitHub sends the browser back to."""
    # Who may only ask for an installation comes without one: an owner at GitHub will decide.
    if installation_id is not None:
        await installations.complete(installation_id, state, code, by=who, origin=origin)
    return RedirectResponse("/", 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _secrets(parts: Parts) -> list[str]:
    """What GitHub may have signed with.

    Raises:
        NotFound: there is no App, or no secret.

    """
    parts.github.require()
    new, old = parts.settings.github_webhook_secret, parts.settings.github_webhook_secret_old
    if not new.get_secret_value():
        raise NotFound("GitHub is not set up; FAULTLINE_GITHUB_WEBHOOK_SECRET is unset")
    return [new.get_secret_value(), old.get_secret_value()]


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_PAYLOAD:
            raise ContentTooLarge(MAX_PAYLOAD)
    return bytes(body)
