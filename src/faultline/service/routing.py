"""How a route runs: in one unit of work, committed before the answer leaves, and once for each idempotency key.

A route finds its unit of work in `request.state.unit`; the type that says who is asking has entered the tenant's scope.
Routers of the service are made with `router()`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from faultline.core.errors import UsageError
from faultline.platform.database import UnitOfWork, translating
from faultline.service.idempotency.service import Replay, settle
from faultline.service.json_bodies import with_body
from faultline.service.parts import Parts


class NulCharacter(UsageError):
    """The address contains a NUL character, which no stored text has."""

    code = "nul-character"


class UnitRoute(APIRoute):
    """A route that owns a unit of work."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            parts: Parts = request.app.state.parts
            unit = request.state.unit = UnitOfWork(parts.database, urgent=True)
            try:
                if b"%00" in request.scope.get("query_string", b"") or "\0" in request.url.path:
                    raise NulCharacter("an address may not contain NUL characters")
                if self.body_field is not None:
                    request = await with_body(request, parts, self.endpoint)
                with translating():
                    response = await original(request)
                    return await settle(request, response)
            except Replay as replay:
                return replay.response
            finally:
                await unit.close()

        return handle


def router(prefix: str, tag: str) -> APIRouter:
    """A router of one noun."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=UnitRoute)


async def parts_of(request: Request) -> Parts:
    """The process' parts."""
    parts: Parts = request.app.state.parts
    return parts


async def unit_of(request: Request) -> UnitOfWork:
    """The request's unit of work."""
    unit: UnitOfWork = request.state.unit
    return unit


PartsOf = Annotated[Parts, Depends(parts_of)]
UnitOf = Annotated[UnitOfWork, Depends(unit_of)]

Noun = TypeVar("Noun")


def service(noun: Callable[[UnitOfWork, Parts], Noun]) -> Any:
    """Make a noun's service anew for each request; a route asks for it in its signature."""

    async def make(unit: UnitOf, parts: PartsOf) -> Noun:
        return noun(unit, parts)

    return Depends(make)
