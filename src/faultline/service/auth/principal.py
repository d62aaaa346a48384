"""Principal, roles and scopes: who is asking, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from faultline.platform.database import Tenant
from faultline.service.tiers import Tier


class Scope(StrEnum):
    """One thing that a key or a role may do."""

    ANALYSES_READ = "analyses:read"
    ANALYSES_WRITE = "analyses:write"
    PROJECTS_WRITE = "projects:write"
    USAGE_READ = "usage:read"
    KEYS_WRITE = "keys:write"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    WEBHOOKS_WRITE = "webhooks:write"
    BUDGETS_WRITE = "budgets:write"
    """Budgets, and whether models are asked at all."""
    AUDIT_READ = "audit:read"
    OPERATIONS_WRITE = "operations:write"
    """Dead letters, the result cache."""
    ORGANIZATION_WRITE = "organization:write"


class Role(StrEnum):
    """What a member is: viewer < member < admin < owner."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """0 for viewer up to 3 for owner."""
        return list(Role).index(self)

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the role may do; each may do all that the one below it may."""
        return _SCOPES[self]


_VIEWER = frozenset({Scope.ANALYSES_READ, Scope.USAGE_READ, Scope.MEMBERS_READ})
_MEMBER = _VIEWER | {Scope.ANALYSES_WRITE, Scope.PROJECTS_WRITE}
_ADMIN = frozenset(Scope) - {Scope.ORGANIZATION_WRITE}
_SCOPES = {Role.VIEWER: _VIEWER, Role.MEMBER: _MEMBER, Role.ADMIN: _ADMIN, Role.OWNER: frozenset(Scope)}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a key or a user, in one organization."""

    tenant_id: UUID
    tier: Tier
    scopes: frozenset[Scope]
    key_id: UUID | None
    user_id: UUID | None
    role: Role | None
    """A user's role; a key has scopes only."""
    installation: UUID | None = None
    """Where an event of GitHub's asks: the row of the App's installation that it came from."""

    @classmethod
    def acting(cls, actor: str, tenant_id: UUID, tier: Tier) -> Principal:
        """Whoever an actor's name means, for what runs later on their behalf; with no scopes, for nobody asks any more.

        Raises:
            ValueError: it is nobody's name.

        """
        kind, _, text = actor.partition(":")
        ids = {"key": None, "user": None, "github": None} | {kind: UUID(text)}
        return cls(tenant_id, tier, frozenset(), ids["key"], ids["user"], None, ids["github"])

    @property
    def id(self) -> UUID:
        """The key's id, or the user's, or the installation's."""
        found = self.key_id or self.user_id or self.installation
        assert found
        return found

    @property
    def tenant(self) -> Tenant:
        """The scope of a unit of work on their behalf."""
        return Tenant(self.tenant_id)

    @property
    def actor(self) -> str:
        """How the audit log names them: `key:<id>`, `user:<id>`, `github:<id>`."""
        if self.installation:
            return f"github:{self.installation}"
        return f"key:{self.key_id}" if self.key_id else f"user:{self.user_id}"

    def may_grant(self, role: Role) -> bool:
        """Whether they may make somebody that, or take it away: all that the role may do, they may do themselves."""
        return role.scopes <= self.scopes


def caller_of(actor: str) -> UUID | None:
    """The id of the key or the user that `Principal.actor` names; None where it names neither."""
    kind, _, key = actor.partition(":")
    return UUID(key) if kind in ("key", "user") else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, for the audit log."""

    address: str
    user_agent: str
    request_id: str
