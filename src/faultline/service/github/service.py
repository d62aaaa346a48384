"""What can be done with installations.

An installation is linked to an organization by a person who is signed in there and proves to GitHub's satisfaction that
they administer it. The state that travels by way of GitHub names both, and is good only in a browser that is signed in
as the same person: nobody can have somebody else's installation linked to his own organization
by sending them a link.

Where one organization is the whole server and nobody signs in by GitHub, an installation belongs to it by itself: only
who runs the server has the App's secret.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from faultline.core.errors import FaultlineError, UsageError
from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.errors import Conflict, NotAllowed, NotFound
from faultline.service.github.events import InstallationChanged
from faultline.service.github.proof import Administrator
from faultline.service.github.store import InstallationStore
from faultline.service.github.tables import GitHubInstallation
from faultline.service.parts import Parts
from faultline.service.repositories.service import Repositories

LIFETIME = timedelta(minutes=30)
_PURPOSE = "github-installation"


class LinkFailed(FaultlineError):
    """What came back from GitHub was not begun here, or too long ago."""

    code = "link-failed"
    status = 400


class Installations:
    """Installations of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> InstallationStore:
        return InstallationStore(self._unit.session)

    def begin(self, by: Principal) -> tuple[str, datetime]:
        """Where to install the App so that the installation becomes the tenant's, and until when.

        Raises:
            NotFound: there is no App.
            NotAllowed: it is a key that asks; it has no browser to come back with.

        """
        if by.user_id is None:
            raise NotAllowed("this is for people: an installation is linked in the browser")
        url = self._parts.github.install_url
        expires_at = self._parts.clock() + LIFETIME
        kept = {"tenant": str(by.tenant_id), "user": str(by.user_id), "expires": expires_at.timestamp()}
        sealed = self._parts.secrets.encrypt(_PURPOSE, json.dumps(kept).encode())
        state = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return f"{url}?{urlencode({'state': state})}", expires_at

    async def complete(
        self, installation_id: int, state: str | None, code: str | None, *, by: Principal, origin: Origin
    ) -> GitHubInstallation:
        """Link an installation to the organization that its person began for.

        Raises:
            LinkFailed: it was begun by somebody else, for another organization, or too long ago.
            NotProven: GitHub does not say that they administer it.
            Conflict: it belongs to another organization.

        """
        self._parts.github.require()
        self._verify(state, by)
        if not code or not self._parts.settings.github_client_id:
            raise LinkFailed(
                "GitHub sent no code along; have the App request user authorization during installation, "
                "and set FAULTLINE_GITHUB_CLIENT_ID to its client id"
            )
        # Before the first statement: GitHub may take its time, and nobody shall wait for our transaction.
        await Administrator(self._parts.github, self._parts.settings).prove(code, installation_id)
        account = await self._parts.github.account_of(installation_id)
        row = await self._linked(by.tenant_id, installation_id, account)
        await Audit(self._unit, self._parts).record(
            "github-installation.linked",
            "github-installation",
            row.id,
            by=by,
            origin=origin,
            changes={"account": account, "installation": installation_id},
        )
        return row

    async def list(self, *, cursor: str | None, limit: int) -> Page[GitHubInstallation]:
        """Some installations, newest first."""
        return await self._store.list(cursor=cursor, limit=limit)

    async def unlink(self, row_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Hear no more of an installation; at GitHub it stays until somebody there removes it.

        Raises:
            NotFound: there is none of this id.

        """
        row = await self._store.find(row_id)
        if row is None:
            raise NotFound(f"there is no installation {row_id}")
        await self._unit.session.delete(row)
        await Repositories(self._unit, self._parts).lost(row.installation_id)
        await Audit(self._unit, self._parts).record(
            "github-installation.unlinked",
            "github-installation",
            row_id,
            by=by,
            origin=origin,
            changes={"account": row.account, "installation": row.installation_id},
        )

    async def came(self, event: InstallationChanged) -> bool:
        """Link a new installation to the only organization there is; in the system's scope.

        Returns:
            Whether it was: not where people sign in by GitHub, nor where there are several organizations.

        """
        if self._parts.settings.github_client_id or await self._store.numbered(event.installation_id):
            return False
        tenant_id = await self._store.only_organization()
        if tenant_id is None:
            return False
        row = await self._linked(tenant_id, event.installation_id, event.account)
        await Audit(self._unit, self._parts).note(
            "github-installation.linked",
            "github-installation",
            row.id,
            tenant_id=tenant_id,
            changes={"account": event.account, "installation": event.installation_id},
        )
        return True

    async def changed(self, event: InstallationChanged) -> None:
        """Note what has become of an installation."""
        if event.action == "deleted":
            await self._store.remove(event.installation_id)
        elif event.action in ("suspended", "resumed"):
            await self._store.set_suspended(event.installation_id, event.action == "suspended")

    async def _linked(self, tenant_id: UUID, installation_id: int, account: str) -> GitHubInstallation:
        row = await self._store.numbered(installation_id)
        if row is not None:
            return row
        row = GitHubInstallation(
            id=new_id(),
            tenant_id=tenant_id,
            installation_id=installation_id,
            account=account,
            suspended=False,
            created_at=self._parts.clock(),
        )
        self._unit.session.add(row)
        try:
            await self._unit.session.flush()
        except IntegrityError:
            raise Conflict("this installation is linked to another organization; unlink it there first") from None
        return row

    def _verify(self, state: str | None, by: Principal) -> None:
        try:
            padded = (state or "") + "=" * (-len(state or "") % 4)
            kept = json.loads(self._parts.secrets.decrypt(_PURPOSE, base64.urlsafe_b64decode(padded)))
        except (UsageError, ValueError):
            kept = {"tenant": "", "user": "", "expires": 0}
        same = (kept["tenant"], kept["user"]) == (str(by.tenant_id), str(by.user_id))
        if not same or self._parts.clock().timestamp() >= kept["expires"]:
            raise LinkFailed(
                "this was not begun by you in this organization, or too long ago; "
                "begin again with POST /v1/github/installations"
            )
