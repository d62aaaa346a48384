"""Auth as a type in a route's signature: `who: Annotated[Principal, requires(Scope.KEYS_WRITE)]`."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from faultline.platform.database import SYSTEM, Tenant
from faultline.service.auth.credentials import READS
from faultline.service.auth.limits import Limit, count, count_anonymous
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.auth.service import authenticate, origin_of
from faultline.service.errors import NotAllowed
from faultline.service.idempotency.service import replay
from faultline.service.routing import PartsOf, UnitOf

_api_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key `flk_<prefix>_<secret>`.")
_bearer = HTTPBearer(auto_error=False, description="A person's token, or an API key.")


async def _origin(request: Request, parts: PartsOf) -> Origin:
    return origin_of(request, parts)


# Asynchronous although nothing is waited for: FastAPI runs the others in a thread, which costs more than they do.
OriginOf = Depends(_origin)


def requires(scope: Scope | None = None, *, limit: Limit = "reads", write: bool | None = None) -> Any:
    """The dependency that lets in whoever has the scope and is within the limits, and enters their tenant.

    Args:
        scope: what they must be allowed to do; None lets in everybody that we know.
        limit: which limit the request counts against.
        write: whether the unit of work will change anything; None goes by the method.

    Raises:
        NotSignedIn: no valid key or token came along.
        NotAllowed: it lacks the scope.
        RateLimited: too many requests came.

    """

    async def access(
        request: Request,
        parts: PartsOf,
        unit: UnitOf,
        _key: Annotated[str | None, Security(_api_key)],
        _token: Annotated[Any, Security(_bearer)],
    ) -> Principal:
        who = await authenticate(request, parts, origin_of(request, parts))
        if scope is not None and scope not in who.scopes:
            raise NotAllowed(f"this needs the scope {scope.value}, which the key or role does not have")
        await count(request, parts, who, limit)
        request.state.principal = who
        request.state.tenant_id = str(who.tenant_id)
        structlog.contextvars.bind_contextvars(tenant_id=request.state.tenant_id)
        tenant = Tenant(who.tenant_id)
        await replay(request, tenant)
        unit.enter(tenant, write=request.method not in READS if write is None else write)
        return who

    return Depends(access)


def requires_user() -> Any:
    """The dependency that lets in a person, not a key, and enters the scope of all their organizations.

    Raises:
        NotSignedIn: no valid token came along.
        NotAllowed: it is a key.

    """

    async def access(
        request: Request, parts: PartsOf, unit: UnitOf, _token: Annotated[Any, Security(_bearer)]
    ) -> Principal:
        who = await authenticate(request, parts, origin_of(request, parts))
        if who.user_id is None:
            raise NotAllowed("this is for people; an API key belongs to one organization")
        await count(request, parts, who, "reads")
        request.state.principal = who
        unit.enter(SYSTEM)
        return who

    return Depends(access)


async def _anybody(request: Request, parts: PartsOf, unit: UnitOf, origin: Annotated[Origin, OriginOf]) -> None:
    await count_anonymous(request, parts, origin.address)
    unit.enter(SYSTEM)


Anybody = Depends(_anybody)
"""For the routes by which one becomes known; few requests a minute from one address."""


async def _no_store(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


NoStore = Depends(_no_store)
"""For answers that hold a secret: nothing on the way may keep them."""
