"""The web application."""

from __future__ import annotations

from fastapi import FastAPI

from faultline import __version__
from faultline.service.analyses.routes import routes as analyses
from faultline.service.api_keys.routes import routes as api_keys
from faultline.service.audit.routes import routes as audit
from faultline.service.auth.routes import routes as auth
from faultline.service.members.routes import routes as members
from faultline.service.organizations.routes import routes as organizations
from faultline.service.parts import Parts
from faultline.service.projects.routes import routes as projects
from faultline.service.uploads.routes import routes as uploads

DESCRIPTION = "Reads what a software team produces and says where it is broken, or will break."


def create_app(parts: Parts) -> FastAPI:
    """The application over the parts of this process; whoever made the parts starts and closes them."""
    app = FastAPI(title="Faultline", version=__version__, description=DESCRIPTION, redoc_url=None)
    app.state.parts = parts
    for routes in (analyses, projects, uploads, auth, api_keys, organizations, members, audit):
        app.include_router(routes)
    return app
