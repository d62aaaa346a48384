"""Auth as a type in a route's signature: `who: Annotated[Principal, requires(Scope.KEYS_WRITE)]`."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from faultline.platform.database import Tenant
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.auth.service import authenticate
from faultline.service.errors import NotAllowed
from faultline.service.idempotency.service import replay
from faultline.service.routing import PartsOf, UnitOf

_READS = ("GET", "HEAD", "OPTIONS")
_api_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key `flk_<prefix>_<secret>`.")
_bearer = HTTPBearer(auto_error=False, description="A person's token, or an API key.")


def requires(scope: Scope) -> Any:
    """The dependency that lets in whoever has the scope, and enters their tenant.

    Raises:
        NotSignedIn: no valid key or token came along.
        NotAllowed: it lacks the scope.

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
        request.state.principal = who
        structlog.contextvars.bind_contextvars(tenant_id=str(who.tenant_id))
        tenant = Tenant(who.tenant_id)
        await replay(request, tenant)
        unit.enter(tenant, write=request.method not in _READS)
        return who

    return Depends(access)


def origin_of(request: Request) -> Origin:
    """Where the request came from."""
    client = request.client.host if request.client else ""
    return Origin(
        address=getattr(request.state, "client_address", client),
        user_agent=request.headers.get("user-agent", "")[:500],
        request_id=getattr(request.state, "request_id", ""),
    )


OriginOf = Depends(origin_of)
