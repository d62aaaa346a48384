"""The App: who we are at GitHub.

A JSON Web Token that our private key signs says which App asks (RS256; `iat` a minute back for clocks that differ,
`exp` ten minutes after it, which is as long as GitHub accepts). For it GitHub gives a token of one installation that
is good for an hour; it is kept in memory until shortly before, and asked for once however many need it at a time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import jwt

from faultline.core.errors import FaultlineError, UsageError
from faultline.platform.clock import Clock
from faultline.service.errors import NotFound
from faultline.service.github.client import Installation
from faultline.service.github.errors import GitHubUnavailable
from faultline.service.github.wire import JSON, Wire, time_of
from faultline.service.settings import Settings

BACKDATED = timedelta(seconds=60)
LIFETIME = timedelta(minutes=9)
RENEWED_BEFORE = timedelta(minutes=5)
"""What a token must be good for at least: longer than any single call of ours."""


@dataclass(slots=True)
class _Token:
    text: str = field(default="", repr=False)
    expires_at: datetime | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class GitHubApp:
    """The GitHub App of the settings; one a process: `parts.github`.

    Args:
        settings: nothing is asked of them before something is to be done.
        clock: the time.

    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._tokens: dict[int, _Token] = {}
        self._key: str | None = None
        self._login: str | None = None
        self.wire = Wire(settings.github_api_url.rstrip("/"), clock)

    @property
    def is_set_up(self) -> bool:
        """Whether the settings name an App."""
        return bool(self._settings.github_app_id)

    def require(self) -> None:
        """Insist on an App.

        Raises:
            NotFound: the settings name none.

        """
        if not self.is_set_up:
            raise NotFound("GitHub is not set up; FAULTLINE_GITHUB_APP_ID is unset")

    def installation(self, installation_id: int) -> Installation:
        """One installation of it.

        Raises:
            NotFound: the settings name no App.

        """
        self.require()
        return Installation(self, installation_id)

    @property
    def install_url(self) -> str:
        """Where somebody installs the App.

        Raises:
            NotFound: the settings name no App, or not its slug.

        """
        self.require()
        if not self._settings.github_app_slug:
            raise NotFound("GitHub is not set up; FAULTLINE_GITHUB_APP_SLUG is unset")
        site = self._settings.github_url.rstrip("/")
        # On an Enterprise server Apps have another address than at github.com.
        folder = "apps" if site == "https://github.com" else "github-apps"
        return f"{site}/{folder}/{quote(self._settings.github_app_slug, safe='')}/installations/new"

    def signed(self) -> str:
        """A token that says which App asks.

        Raises:
            UsageError: the private key is none.

        """
        now = self._clock()
        claims = {"iat": now - BACKDATED, "exp": now + LIFETIME, "iss": self._settings.github_app_id}
        try:
            return jwt.encode(claims, self._private_key(), algorithm="RS256")
        except (ValueError, TypeError, jwt.exceptions.PyJWTError):
            raise UsageError("FAULTLINE_GITHUB_PRIVATE_KEY is no private key in PEM form") from None

    async def token(self, installation_id: int, *, instead_of: str | None = None) -> str:
        """A token of an installation that is good for some minutes at least.

        Args:
            installation_id: which.
            instead_of: one that GitHub did not accept, although it should be good.

        Raises:
            Gone: the App is not installed there any more.
            GitHubUnavailable: GitHub gives none now.

        """
        kept = self._tokens.setdefault(installation_id, _Token())
        async with kept.lock:  # the first one asks, the others wait for its answer
            fresh = kept.expires_at is not None and self._clock() + RENEWED_BEFORE < kept.expires_at
            if fresh and kept.text != instead_of:
                return kept.text
            answer = await self.wire.send(
                "POST",
                f"/app/installations/{installation_id}/access_tokens",
                accept=JSON,
                authorization=f"Bearer {self.signed()}",
                repeatable=True,  # a second token does no harm
                lane=-installation_id,
            )
            said = answer.object()
            text, expires_at = said.get("token"), time_of(said.get("expires_at"))
            if not isinstance(text, str) or not text.isascii() or not text.isprintable() or expires_at is None:
                raise GitHubUnavailable("GitHub's answer holds no token; check FAULTLINE_GITHUB_API_URL")
            kept.text, kept.expires_at = text, expires_at
            return text

    async def account_of(self, installation_id: int) -> str:
        """The login of the user or the organization that an installation belongs to.

        Raises:
            Gone: there is no such installation.
            GitHubUnavailable: GitHub does not answer.

        """
        answer = await self.wire.send(
            "GET",
            f"/app/installations/{installation_id}",
            accept=JSON,
            authorization=f"Bearer {self.signed()}",
            lane=-installation_id,
        )
        account = answer.object().get("account")
        login = account.get("login") if isinstance(account, dict) else None
        return login if isinstance(login, str) else ""

    async def login(self) -> str:
        """Under which name the App comments: `SLUG[bot]`.

        Raises:
            GitHubUnavailable: GitHub does not answer.

        """
        if self._login is None:
            slug: object = self._settings.github_app_slug
            if not slug:
                bearer = f"Bearer {self.signed()}"
                slug = (
                    (await self.wire.send("GET", "/app", accept=JSON, authorization=bearer, lane=0))
                    .object()
                    .get("slug")
                )
            if not isinstance(slug, str):
                raise GitHubUnavailable("GitHub does not say what the App is called; set FAULTLINE_GITHUB_APP_SLUG")
            self._login = f"{slug}[bot]"
        return self._login

    async def close(self) -> None:
        """Let the connections go."""
        await self.wire.close()

    def _private_key(self) -> str:
        if self._key is None:
            given = self._settings.github_private_key.get_secret_value().strip()
            if not given:
                raise _unset("FAULTLINE_GITHUB_PRIVATE_KEY")
            if "-----BEGIN" in given:
                # Where a variable cannot hold line breaks they are written as `\n`.
                self._key = given.replace("\\n", "\n")
            else:
                try:
                    self._key = Path(given).read_text()
                except OSError as error:
                    raise UsageError(f"FAULTLINE_GITHUB_PRIVATE_KEY cannot be read: {error.strerror}") from None
        return self._key


def _unset(name: str) -> FaultlineError:
    return NotFound(f"GitHub is not set up; {name} is unset")
