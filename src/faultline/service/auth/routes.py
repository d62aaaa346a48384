"""Sign-in over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from faultline.service.audit.service import Audit
from faultline.service.auth.access import Anybody, NoStore, OriginOf, requires, requires_user
from faultline.service.auth.credentials import (
    SESSION,
    cookie_name,
    drop_cookie,
    is_secure,
    origin_of_server,
    set_cookie,
)
from faultline.service.auth.github import CALLBACK, COOKIE, LIFETIME, GitHub
from faultline.service.auth.principal import Origin, Principal, Role, Scope
from faultline.service.auth.schemas import CodeRequest, KeySet, SigningKeyOut, SwitchRequest, TokenOut
from faultline.service.auth.service import origin_of, recognised
from faultline.service.auth.sign_in import SignIn
from faultline.service.auth.tokens import Session
from faultline.service.errors import NotAllowed, NotSignedIn
from faultline.service.parts import Parts
from faultline.service.routing import PartsOf, UnitOf, router, service

routes = router("", "auth")

Owner = Annotated[Principal, requires(Scope.ORGANIZATION_WRITE)]
Person = Annotated[Principal, requires_user()]
SignInOf = Annotated[SignIn, service(SignIn)]
From = Annotated[Origin, OriginOf]
Code = Annotated[str, Query(max_length=200)]
Echo = Annotated[str | None, Query(max_length=1_000)]


@routes.get("/auth/start", status_code=303, dependencies=[Anybody, NoStore], response_class=RedirectResponse)
async def start(token: Code, request: Request, sign_in: SignInOf, parts: PartsOf, origin: From) -> Response:
    """Sign in by a one-time link."""
    return _welcome(await sign_in.by_code(token, origin), request, parts)


@routes.post("/v1/auth/token", dependencies=[Anybody, NoStore])
async def token(wanted: CodeRequest, request: Request, sign_in: SignInOf, parts: PartsOf, origin: From) -> TokenOut:
    """Exchange the code of a one-time link for a token; who is signed in accepts an invitation so."""
    return _token(await sign_in.by_code(wanted.code, origin, who=await _perhaps(request, parts)))


@routes.post("/v1/auth/switch", dependencies=[NoStore])
async def switch(
    wanted: SwitchRequest,
    who: Person,
    sign_in: SignInOf,
    request: Request,
    response: Response,
    parts: PartsOf,
    origin: From,
) -> TokenOut:
    """Get a token for another of your organizations; a browser's session goes there too."""
    session = await sign_in.switch(who, wanted.organization_id, origin)
    if cookie_name(SESSION, is_secure(request, parts.settings)) in request.cookies:
        _set_session(response, request, parts, session)
    return _token(session)


@routes.post("/v1/auth/logout", status_code=204)
async def logout(_who: Annotated[Principal, requires()], request: Request, response: Response, parts: PartsOf) -> None:
    """Forget this browser's session; a token that was copied from it stays valid until it expires."""
    drop_cookie(response, request, parts.settings, SESSION)


@routes.post("/v1/auth/signing-keys/rotate", status_code=201)
async def rotate_signing_key(who: Owner, unit: UnitOf, parts: PartsOf, origin: From) -> SigningKeyOut:
    """Sign tokens with a new key; those that are out stay valid. For owners, at most once an hour."""
    if who.role is not Role.OWNER:
        raise NotAllowed("this is for an owner in person; an API key cannot do it")
    row = await parts.signing.rotate(unit)
    await Audit(unit, parts).record("signing-key.rotated", "signing-key", row.id, by=who, origin=origin)
    return SigningKeyOut.model_validate(row)


@routes.get("/.well-known/jwks.json")
async def key_set(parts: PartsOf, response: Response) -> KeySet:
    """Get the public keys that verify our tokens."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return KeySet(keys=await parts.signing.published())


@routes.get("/auth/github", status_code=303, dependencies=[NoStore], response_class=RedirectResponse)
async def github(request: Request, parts: PartsOf) -> Response:
    """Sign in by GitHub."""
    attempt = _github(request, parts).begin()
    response = _redirect(attempt.location)
    set_cookie(response, request, parts.settings, COOKIE, attempt.cookie, lifetime=LIFETIME)
    return response


@routes.get(CALLBACK, status_code=303, dependencies=[Anybody], response_class=RedirectResponse)
async def github_callback(
    request: Request,
    sign_in: SignInOf,
    parts: PartsOf,
    origin: From,
    code: Echo = None,
    state: Echo = None,
    error: Echo = None,
) -> Response:
    """Where GitHub sends the browser back to."""
    cookie = request.cookies.get(cookie_name(COOKIE, is_secure(request, parts.settings)))
    profile = await _github(request, parts).finish(cookie, state, code, error)
    response = _welcome(await sign_in.by_github(profile, origin), request, parts)
    drop_cookie(response, request, parts.settings, COOKIE)
    return response


async def _perhaps(request: Request, parts: Parts) -> Principal | None:
    try:
        who = await recognised(request, parts, origin_of(request, parts))
    except NotSignedIn:
        return None
    return who if who.user_id else None


def _github(request: Request, parts: Parts) -> GitHub:
    return GitHub(parts, origin_of_server(request, parts.settings) + CALLBACK)


def _welcome(session: Session, request: Request, parts: Parts) -> Response:
    response = _redirect("/")
    _set_session(response, request, parts, session)
    return response


def _redirect(location: str) -> Response:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(location, 303, headers)


def _set_session(response: Response, request: Request, parts: Parts, session: Session) -> None:
    set_cookie(response, request, parts.settings, SESSION, session.token, lifetime=parts.signing.lifetime)


def _token(session: Session) -> TokenOut:
    return TokenOut(access_token=session.token, expires_at=session.expires_at, organization_id=session.tenant_id)
