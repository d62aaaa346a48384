"""Auth as a type in a route's signature: `who: Annotated[Principal, requires(Scope.KEYS_WRITE)]`."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from faultline.platform.database import Tenant
from faultline.platform.http.clients import client_address
from faultline.service.auth.limits import Limit, count
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.auth.service import authenticate
from faultline.service.errors import NotAllowed
from faultline.service.idempotency.service import replay
from faultline.service.routing import PartsOf, UnitOf

_READS = ("GET", "HEAD", "OPTIONS")
_api_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key `flk_<prefix>_<secret>`.")
_bearer = HTTPBearer(auto_error=False, description="A person's token, or an API key.")


def requires(scope: Scope, *, limit: Limit = "reads") -> Any:
    """The dependency that lets in whoever has the scope and is within the limits, and enters their tenant.

    Args:
        scope: what the key or the role must be allowed to do.
        limit: which limit the request counts against.

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
        who = await authenticate(request, parts)
        if scope not in who.scopes:
            raise NotAllowed(f"this needs the scope {scope.value}, which the key or role does not have")
        await count(request, parts, who, limit)
        request.state.principal = who
        request.state.tenant_id = str(who.tenant_id)
        structlog.contextvars.bind_contextvars(tenant_id=request.state.tenant_id)
        tenant = Tenant(who.tenant_id)
        await replay(request, tenant)
        unit.enter(tenant, write=request.method not in _READS)
        return who

    return Depends(access)


def origin_of(request: Request, parts: PartsOf) -> Origin:
    """Where the request came from."""
    return Origin(
        address=client_address(request.scope, parts.settings.trusted_proxies),
        user_agent=request.headers.get("user-agent", "")[:500],
        request_id=getattr(request.state, "request_id", ""),
    )


OriginOf = Depends(origin_of)
