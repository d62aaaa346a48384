"""Sign-in by GitHub: OAuth 2 authorization code (RFC 6749) with state and PKCE S256 (RFC 7636).

State and verifier travel in a cookie that only we can read and write; it lives for ten minutes. An address counts only
when GitHub says that it is verified and primary: anybody can type anybody's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from faultline.core.errors import FaultlineError, UsageError
from faultline.service.errors import NotFound
from faultline.service.github.errors import GitHubUnavailable
from faultline.service.parts import Parts

COOKIE = "faultline_github"
CALLBACK = "/auth/github/callback"
LIFETIME = timedelta(minutes=10)
TIMEOUT = 10.0
"""Seconds for each of GitHub's answers."""
MAX_ANSWER = 1_000_000
_PURPOSE = "github-sign-in"


class SignInFailed(FaultlineError):
    """GitHub did not vouch for anybody, or the sign-in was not begun in this browser."""

    code = "sign-in-failed"
    status = 400


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was begun: where to send the browser, and what it must bring back."""

    location: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom GitHub vouches for."""

    id: str
    login: str
    name: str | None
    email: str | None
    """Verified, primary, in lower case."""


class GitHub:
    """GitHub, or a GitHub Enterprise server.

    Raises:
        NotFound: there is no OAuth app in the settings.

    """

    def __init__(self, parts: Parts, redirect_uri: str) -> None:
        self._settings = parts.settings
        self._secrets = parts.secrets
        self._clock = parts.clock
        self._redirect_uri = redirect_uri
        if not self._settings.github_client_id:
            raise NotFound("sign-in by GitHub is not set up; FAULTLINE_GITHUB_CLIENT_ID is unset")

    def begin(self) -> Attempt:
        """Begin a sign-in."""
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        expires_at = self._clock() + LIFETIME
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "client_id": self._settings.github_client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "read:user user:email",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        kept = json.dumps({"state": state, "verifier": verifier, "expires": expires_at.timestamp()}).encode()
        cookie = base64.urlsafe_b64encode(self._secrets.encrypt(_PURPOSE, kept)).decode()
        return Attempt(f"{_base(self._settings.github_url)}/login/oauth/authorize?{urlencode(query)}", cookie)

    async def finish(self, cookie: str | None, state: str | None, code: str | None, error: str | None) -> Profile:
        """Find out whom GitHub vouches for.

        Args:
            cookie: what `begin` gave the browser.
            state: what came back by way of GitHub.
            code: as well; None when GitHub or the person said no.
            error: why.

        Raises:
            SignInFailed: the sign-in was not begun in this browser, or GitHub said no.
            GitHubUnavailable: it does not answer.

        """
        verifier = self._verifier(cookie, state)
        if code is None:
            said = "you said no" if error == "access_denied" else "GitHub said no"
            raise SignInFailed(f"{said}; begin again at /auth/github")
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            token = await self._exchange(client, code, verifier)
            headers = {
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "User-Agent": "faultline",
            }
            api = _base(self._settings.github_api_url)
            user = _object(await _ask(client, "GET", f"{api}/user", headers=headers))
            emails = await _ask(client, "GET", f"{api}/user/emails", headers=headers)
        number, login, name = user.get("id"), user.get("login"), user.get("name")
        if not isinstance(number, int) or not isinstance(login, str):
            raise SignInFailed("GitHub's answer does not say who you are")
        return Profile(str(number), login, name if isinstance(name, str) else None, _verified(emails))

    def _verifier(self, cookie: str | None, state: str | None) -> str:
        """The verifier of the sign-in that was begun in this browser, and no other."""
        try:
            kept = json.loads(self._secrets.decrypt(_PURPOSE, base64.urlsafe_b64decode(cookie or "")))
        except (UsageError, ValueError):
            kept = {"state": "", "verifier": "", "expires": 0}
        same = hmac.compare_digest(str(kept["state"]).encode(), (state or "").encode("utf-8", "surrogatepass"))
        if not kept["state"] or not same or self._clock().timestamp() >= kept["expires"]:
            raise SignInFailed(
                "this sign-in was not begun in this browser, or too long ago; begin again at /auth/github"
            )
        return str(kept["verifier"])

    async def _exchange(self, client: httpx.AsyncClient, code: str, verifier: str) -> str:
        answer = _object(
            await _ask(
                client,
                "POST",
                f"{_base(self._settings.github_url)}/login/oauth/access_token",
                headers={"Accept": "application/json"},
                data={
                    "client_id": self._settings.github_client_id,
                    "client_secret": self._settings.github_client_secret.get_secret_value(),
                    "code": code,
                    "redirect_uri": self._redirect_uri,
                    "code_verifier": verifier,
                },
            )
        )
        token = answer.get("access_token")  # an error comes with status 200
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise SignInFailed(
                "GitHub does not accept this sign-in, perhaps it is too old; begin again at /auth/github"
            )
        return token


async def _ask(client: httpx.AsyncClient, method: str, url: str, **sent: Any) -> Any:
    try:
        answer = await client.request(method, url, **sent)
    except httpx.HTTPError:
        raise GitHubUnavailable("GitHub does not answer; try again in a moment") from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise GitHubUnavailable("GitHub is out of order; try again in a moment")
    if answer.status_code != 200 or len(answer.content) > MAX_ANSWER:
        raise SignInFailed(f"GitHub answered with status {answer.status_code}; begin again at /auth/github")
    try:
        return answer.json()
    except ValueError:
        raise SignInFailed("GitHub's answer cannot be read; check FAULTLINE_GITHUB_URL") from None


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise SignInFailed("GitHub's answer cannot be read; check FAULTLINE_GITHUB_URL")
    return answer


def _verified(emails: Any) -> str | None:
    for entry in emails if isinstance(emails, list) else ():
        if isinstance(entry, dict) and entry.get("primary") is True and entry.get("verified") is True:
            email = entry.get("email")
            return email.strip().lower() if isinstance(email, str) else None
    return None


def _base(url: str) -> str:
    return url.rstrip("/")
