"""Whether somebody administers what an installation shows, as GitHub says it.

That GitHub lists an installation among a person's proves little: everybody is in the list who may read one repository
of it. So it must be the person's own account, or they must be an administrator of every repository that it shows.
"""

from __future__ import annotations

from typing import Any

from faultline.core.errors import FaultlineError
from faultline.service.github.app import GitHubApp
from faultline.service.github.errors import GitHubRefused, GitHubUnavailable
from faultline.service.github.wire import JSON, MAX_JSON, SECONDS
from faultline.service.settings import Settings

MAX_PAGES = 30


class NotProven(FaultlineError):
    """GitHub does not say that this person administers the installation."""

    code = "installation-not-yours"
    status = 403


class Administrator:
    """Somebody who comes back from GitHub with a code.

    Args:
        app: the App.
        settings: hold what the code is exchanged with.

    """

    def __init__(self, app: GitHubApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._authorization = ""

    async def prove(self, code: str, installation_id: int) -> None:
        """Insist that they administer an installation.

        Raises:
            NotProven: they do not, or the code is old.
            GitHubUnavailable: GitHub does not answer.

        """
        self._authorization = f"Bearer {await self._token(code)}"
        installation = await self._installation(installation_id)
        login = (await self._get("/user")).get("login")
        account = installation.get("account")
        if isinstance(account, dict) and login and account.get("login") == login:
            return
        theirs = await self._all(f"/user/installations/{installation_id}/repositories", "repositories")
        shown = await self._app.installation(installation_id).repository_count()
        ruled = sum(1 for each in theirs if (each.get("permissions") or {}).get("admin") is True)
        if not shown or ruled < shown:
            raise NotProven(
                "you must administer every repository that the installation shows; ask an owner of the account to do it"
            )

    async def _installation(self, installation_id: int) -> dict[str, Any]:
        for each in await self._all("/user/installations", "installations"):
            if each.get("id") == installation_id:
                return each
        raise NotProven("GitHub does not list this installation among yours")

    async def _token(self, code: str) -> str:
        site = self._settings.github_url.rstrip("/")
        answer = await self._app.wire.form(
            f"{site}/login/oauth/access_token",
            {
                "client_id": self._settings.github_client_id,
                "client_secret": self._settings.github_client_secret.get_secret_value(),
                "code": code,
            },
        )
        token = answer.get("access_token")  # an error comes with status 200
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise NotProven("GitHub does not accept this code any more; begin again")
        return token

    async def _get(self, path: str) -> dict[str, Any]:
        try:
            answer = await self._app.wire.send("GET", path, accept=JSON, authorization=self._authorization, lane=0)
        except GitHubRefused as refused:
            raise NotProven(f"GitHub does not tell: {refused}") from None
        return answer.object()

    async def _all(self, path: str, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        following: str | None = f"{path}?per_page=100"
        for _ in range(MAX_PAGES):
            if following is None:
                break
            try:
                answer = await self._app.wire.send(
                    "GET",
                    following,
                    accept=JSON,
                    authorization=self._authorization,
                    lane=0,
                    max_bytes=MAX_JSON,
                    seconds=SECONDS,
                )
            except GitHubRefused as refused:
                raise NotProven(f"GitHub does not tell: {refused}") from None
            entries = answer.object().get(key)
            if not isinstance(entries, list):
                raise GitHubUnavailable("GitHub's answer cannot be read; check FAULTLINE_GITHUB_API_URL")
            found += [each for each in entries if isinstance(each, dict)]
            following = answer.next
        return found
