"""Health and metrics over HTTP; nobody has to sign in for them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from faultline.service.health.schemas import Alive, Health
from faultline.service.health.service import NotReady, examine
from faultline.service.routing import PartsOf

routes = APIRouter(tags=["health"])


@routes.get("/health")
async def health(parts: PartsOf) -> Health:
    """How the service is: `degraded` still answers, but something that it stands on does not."""
    return await examine(parts)


@routes.get("/health/live")
async def live() -> Alive:
    """Whether the process answers; when it does not, restart it."""
    return Alive()


@routes.get("/health/ready")
async def ready(parts: PartsOf) -> Health:
    """Whether to send requests here; 503 when not."""
    found = await examine(parts)
    failed = [name for name, state in found.checks.items() if state == "failed"]
    if failed:
        raise NotReady(f"not ready: {', '.join(failed)} does not answer")
    return found


@routes.get(
    "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
async def metrics(parts: PartsOf) -> Response:
    """Metrics in Prometheus' text format."""
    body, media_type = await parts.metrics.scrape()
    return Response(body, media_type=media_type)
