"""The web application."""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from faultline import __version__
from faultline.platform.http import problems
from faultline.platform.http.deadlines import BodyDeadline
from faultline.platform.http.headers import RequestId, SecurityHeaders
from faultline.platform.jobs.courtesy import CountRequests
from faultline.platform.limits.headers import RateLimitHeaders
from faultline.platform.telemetry.requests import RequestTelemetry
from faultline.service import openapi
from faultline.service.analyses.routes import routes as analyses
from faultline.service.api_keys.routes import routes as api_keys
from faultline.service.audit.routes import routes as audit
from faultline.service.auth.routes import routes as auth
from faultline.service.budgets.routes import routes as budgets
from faultline.service.conversations.routes import routes as conversations
from faultline.service.conversations.settings_routes import routes as conversation_settings
from faultline.service.conversations.taxonomy_routes import routes as conversation_taxonomies
from faultline.service.conversations.topic_routes import routes as conversation_topics
from faultline.service.conversations.trend_routes import routes as conversation_trends
from faultline.service.github.routes import routes as github
from faultline.service.health.routes import routes as health
from faultline.service.health.service import queue_states
from faultline.service.members.routes import routes as members
from faultline.service.operations.routes import routes as operations
from faultline.service.organizations.routes import routes as organizations
from faultline.service.parts import Parts
from faultline.service.projects.routes import routes as projects
from faultline.service.repositories.routes import routes as repositories
from faultline.service.reviews.routes import routes as reviews
from faultline.service.slack.routes import routes as slack
from faultline.service.uploads.routes import routes as uploads
from faultline.service.usage.routes import routes as usage
from faultline.service.webhooks.routes import routes as webhooks

DESCRIPTION = "Reads what a software team produces and says where it is broken, or will break."
SHOWN_HEADERS = ("Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "Idempotent-Replayed")


@cache
def _routes() -> list[BaseRoute]:
    """All routes, which know no part: making them ready takes 0.07 s, once a process."""
    app = FastAPI(generate_unique_id_function=openapi.operation_id)
    before = len(app.router.routes)
    for routes in (
        analyses,
        conversation_topics,
        conversation_taxonomies,
        conversation_trends,
        conversation_settings,
        conversations,
        uploads,
        projects,
        github,
        repositories,
        reviews,
        usage,
        budgets,
        auth,
        api_keys,
        organizations,
        members,
        webhooks,
        slack,
        audit,
        operations,
        health,
    ):
        app.include_router(routes)
    return app.router.routes[before:]


def create_app(parts: Parts) -> FastAPI:
    """The application over the parts of this process; whoever made the parts starts and closes them."""
    app = FastAPI(
        title="Faultline",
        version=__version__,
        description=DESCRIPTION,
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.parts = parts
    problems.install(app)
    # From the inside out: what is added last sees a request first and an answer last.
    app.add_middleware(BodyDeadline)
    app.add_middleware(RateLimitHeaders)
    if parts.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=parts.settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
            expose_headers=SHOWN_HEADERS,
        )
    app.add_middleware(RequestTelemetry, metrics=parts.metrics)
    app.add_middleware(RequestId)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CountRequests, courtesy=parts.courtesy)
    app.router.routes.extend(_routes())
    app.add_api_route("/", lambda: RedirectResponse("/docs"), include_in_schema=False)
    address = parts.settings.public_url
    openapi.install(app, str(address) if address else None)
    parts.metrics.probe_queues(lambda: queue_states(parts))
    return app
