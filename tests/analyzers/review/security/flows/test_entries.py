"""Which parameters of a handler come from the request."""

from __future__ import annotations

from faultline.analyzers.review.security.flows import check
from faultline.analyzers.review.source import Source

INJECTED = """
from typing import Annotated
from uuid import UUID
from fastapi import APIRouter, Depends
from .installations import Installations, Unit
routes = APIRouter()
InstallationsOf = Annotated[Installations, Depends(Installations)]

@routes.delete("/installations/{number}")
async def delete(number: UUID, installations: InstallationsOf, unit: Unit) -> None:
    await installations.unlink(number)
    await unit.execute("DELETE FROM x WHERE y = " + unit.name)
"""
BODY = """
from fastapi import APIRouter
from .schemas import SearchRequest
routes = APIRouter()

@routes.post("/search")
async def search(wanted: SearchRequest, term: str) -> None:
    cursor.execute("SELECT * FROM x WHERE y = '" + wanted.term + term + "'")
"""
UNROUTED = """
from flask import Flask
app = Flask(__name__)

@app.get("/rates")
def rates(cache=None):
    return "<p>" + cache
"""
ROUTED = UNROUTED.replace("/rates", "/rates/<cache>")
HOSTLESS = """
from urllib.parse import urlsplit
from flask import Flask, redirect, request
app = Flask(__name__)

@app.get("/next")
def go():
    target = request.args["url"]
    parts = urlsplit(target)
    if parts.netloc or parts.scheme:
        target = "/"
    return redirect(target)
"""
LOGGED = """
import structlog
from flask import Flask, request
app = Flask(__name__)
log = structlog.get_logger()

@app.get("/x")
def x():
    log.info("asked", term=request.args["term"])
    return ""
"""


def seen(text: str) -> list[str]:
    return [each.rule for each in check(Source("app.py", text))]


def test_what_a_dependency_fills_is_not_the_requests() -> None:
    assert seen(INJECTED) == []


def test_a_body_and_a_text_are_the_requests() -> None:
    assert seen(BODY) == ["security/sql-injection"]


def test_flask_fills_only_what_the_route_names() -> None:
    assert seen(UNROUTED) == []
    assert seen(ROUTED) == ["security/xss"]


def test_an_address_without_a_host_leads_to_this_site() -> None:
    assert seen(HOSTLESS) == []
    assert seen(HOSTLESS.replace("if parts.netloc or parts.scheme:", "if parts.query:")) == ["security/open-redirect"]


def test_a_field_of_a_structured_log_stays_a_field() -> None:
    assert seen(LOGGED) == []
    assert seen(LOGGED.replace('"asked", term=', '"asked " + ')) == ["security/log-injection"]
