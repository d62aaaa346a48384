"""What came with a request: an API key, a token, or a session cookie; and whether a cookie may be believed.

A browser sends a cookie along with whatever page caused the request. So a request that changes something and is
authenticated by the cookie must name our own origin in `Origin`, which a page cannot forge; browsers send it with every
POST, PUT, PATCH and DELETE. `SameSite=Lax` is the second wall.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from faultline.core.errors import FaultlineError
from faultline.service.errors import NotSignedIn
from faultline.service.settings import Settings

SESSION = "faultline_session"
READS = ("GET", "HEAD", "OPTIONS")
MAX_CREDENTIAL = 4_096
"""Characters; a token of ours has about 700."""


class CrossOrigin(FaultlineError):
    """A page of another origin tried to act with this browser's session."""

    code = "cross-origin"
    status = 403


@dataclass(frozen=True, slots=True)
class Credential:
    """An API key or a token as it came."""

    text: str = field(repr=False)

    @property
    def is_key(self) -> bool:
        """Whether it calls itself an API key."""
        return self.text.startswith("flk_")


def credential_of(request: Request, settings: Settings) -> Credential:
    """What the request is authenticated by: `X-API-Key`, else `Authorization`, else the session cookie.

    Raises:
        NotSignedIn: nothing came along, or nothing that can be one.
        CrossOrigin: the cookie came along with another site's request.

    """
    text = request.headers.get("x-api-key")
    if text is None and (header := request.headers.get("authorization")) is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("send an API key in X-API-Key, or a token as `Authorization: Bearer ...`")
    if text is None:
        text = request.cookies.get(cookie_name(SESSION, is_secure(request, settings)))
        if text is not None and request.method not in READS:
            _same_origin(request, settings)
    text = (text or "").strip()
    if not text:
        raise NotSignedIn("send an API key in X-API-Key, or a token as `Authorization: Bearer ...`")
    if len(text) > MAX_CREDENTIAL:
        raise NotSignedIn("this is no API key and no token")
    return Credential(text)


def origin_of_server(request: Request, settings: Settings) -> str:
    """Scheme and host that the outside reaches us at."""
    if settings.public_url is None:
        return f"{request.url.scheme}://{request.url.netloc}"
    url = urlsplit(str(settings.public_url))
    return f"{url.scheme}://{url.netloc}"


def is_secure(request: Request, settings: Settings) -> bool:
    """Whether the outside reaches us by https."""
    return origin_of_server(request, settings).startswith("https:")


def cookie_name(name: str, secure: bool) -> str:
    """The name of a cookie; with `__Host-` no other host and no plain connection can have set it (RFC 6265bis)."""
    return f"__Host-{name}" if secure else name


def set_cookie(
    response: Response, request: Request, settings: Settings, name: str, value: str, *, lifetime: timedelta
) -> None:
    """Give the browser a cookie that scripts cannot read."""
    secure = is_secure(request, settings)
    response.set_cookie(
        cookie_name(name, secure),
        value,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, request: Request, settings: Settings, name: str) -> None:
    """Take a cookie away."""
    secure = is_secure(request, settings)
    response.delete_cookie(cookie_name(name, secure), path="/", secure=secure, httponly=True, samesite="lax")


def _same_origin(request: Request, settings: Settings) -> None:
    own = {origin_of_server(request, settings), f"{request.url.scheme}://{request.url.netloc}", *settings.cors_origins}
    if request.headers.get("origin") not in own:
        raise CrossOrigin("a session cookie acts only for our own pages; set FAULTLINE_PUBLIC_URL behind a proxy")
