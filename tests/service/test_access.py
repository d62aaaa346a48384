"""Every role and every scope against every endpoint of identity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from faultline.service.auth.principal import Role, Scope
from tests.service.conftest import Person, World

NOBODY = UUID(int=9)
KEY_BODY: dict[str, Any] = {"name": "x", "scopes": ["members:read"]}
ENDPOINTS: list[tuple[str, str, Any, Scope | None]] = [
    ("GET", "/v1/me", None, None),
    ("GET", "/v1/organization", None, None),
    ("PATCH", "/v1/organization", {"name": "Acme"}, Scope.ORGANIZATION_WRITE),
    ("GET", "/v1/organization/callback-secret", None, Scope.WEBHOOKS_WRITE),
    ("POST", "/v1/organization/callback-secret/rotate", None, Scope.WEBHOOKS_WRITE),
    ("GET", "/v1/organization/models", None, None),
    ("PUT", "/v1/organization/models", {"enabled": True}, Scope.BUDGETS_WRITE),
    ("GET", "/v1/budgets", None, Scope.USAGE_READ),
    ("POST", "/v1/budgets", {"period": "daily", "unit": "tokens", "amount": 1}, Scope.BUDGETS_WRITE),
    ("GET", f"/v1/budgets/{NOBODY}", None, Scope.USAGE_READ),
    ("PATCH", f"/v1/budgets/{NOBODY}", {"amount": 1}, Scope.BUDGETS_WRITE),
    ("DELETE", f"/v1/budgets/{NOBODY}", None, Scope.BUDGETS_WRITE),
    ("GET", "/v1/usage/models", None, Scope.USAGE_READ),
    ("GET", "/v1/usage/models/comparison", None, Scope.USAGE_READ),
    ("POST", "/v1/auth/logout", None, None),
    ("POST", "/v1/auth/signing-keys/rotate", None, Scope.ORGANIZATION_WRITE),
    ("GET", "/v1/api-keys", None, Scope.KEYS_WRITE),
    ("POST", "/v1/api-keys", KEY_BODY, Scope.KEYS_WRITE),
    ("GET", f"/v1/api-keys/{NOBODY}", None, Scope.KEYS_WRITE),
    ("DELETE", f"/v1/api-keys/{NOBODY}", None, Scope.KEYS_WRITE),
    ("POST", f"/v1/api-keys/{NOBODY}/rotate", None, Scope.KEYS_WRITE),
    ("GET", "/v1/members", None, Scope.MEMBERS_READ),
    ("POST", "/v1/members", {"email": "a@b.c", "role": "viewer"}, Scope.MEMBERS_WRITE),
    ("GET", "/v1/members/invitations", None, Scope.MEMBERS_WRITE),
    ("DELETE", f"/v1/members/invitations/{NOBODY}", None, Scope.MEMBERS_WRITE),
    ("GET", f"/v1/members/{NOBODY}", None, Scope.MEMBERS_READ),
    ("PATCH", f"/v1/members/{NOBODY}", {"role": "viewer"}, Scope.MEMBERS_WRITE),
    ("DELETE", f"/v1/members/{NOBODY}", None, Scope.MEMBERS_WRITE),
    ("GET", "/v1/audit", None, Scope.AUDIT_READ),
    ("GET", "/v1/audit/head", None, Scope.AUDIT_READ),
    ("GET", "/v1/audit/verify", None, Scope.AUDIT_READ),
]
OPEN = {
    ("GET", "/auth/start"),
    ("POST", "/v1/auth/token"),
    ("POST", "/v1/auth/switch"),
    ("GET", "/auth/github"),
    ("GET", "/auth/github/callback"),
    ("GET", "/.well-known/jwks.json"),
}
NOUNS = (
    "/v1/me",
    "/v1/organization",
    "/v1/auth",
    "/auth",
    "/.well-known",
    "/v1/api-keys",
    "/v1/members",
    "/v1/budgets",
    "/v1/usage/models",
    "/v1/audit",
)
"""Those whose endpoints must all stand in one of the two lists."""

pytestmark = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


@pytest.mark.parametrize("role", Role)
async def test_a_role_may_do_what_its_scopes_say_and_no_more(
    client: httpx.AsyncClient, world: World, owner: Person, role: Role
) -> None:
    person = owner if role is Role.OWNER else await world.person(owner.tenant_id, role)
    for method, path, body, scope in ENDPOINTS:
        answer = await client.request(method, path, json=body, headers=person.headers)
        allowed = scope is None or scope in role.scopes
        assert (answer.status_code != 403) == allowed, f"{role} {method} {path}: {answer.status_code} {answer.text}"
        assert answer.status_code in (200, 201, 204, 403, 404, 409), f"{method} {path}: {answer.text}"


async def test_a_key_may_do_what_its_scopes_say_and_no_more(
    client: httpx.AsyncClient, world: World, owner: Person
) -> None:
    for scope in Scope:
        key = await world.key(owner.tenant_id, frozenset({scope}))
        for method, path, body, needed in ENDPOINTS:
            if needed is None or needed is scope:
                continue
            answer = await client.request(method, path, json=body, headers=key.headers)
            assert answer.status_code == 403, f"{scope} {method} {path}: {answer.status_code}"


@pytest.mark.usefixtures("unlimited")
async def test_without_a_key_every_door_is_shut(client: httpx.AsyncClient) -> None:
    for method, path, body, _ in ENDPOINTS:
        answer = await client.request(method, path, json=body)
        assert answer.status_code == 401, f"{method} {path}"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_no_endpoint_is_missing_here(client: httpx.AsyncClient) -> None:
    listed = {(method, path.replace(str(NOBODY), "{id}")) for method, path, *_ in ENDPOINTS} | OPEN
    paths = (await client.get("/openapi.json")).json()["paths"]
    there = {
        (method.upper(), "/".join("{id}" if part.startswith("{") else part for part in path.split("/")))
        for path, methods in paths.items()
        for method in methods
        if path.startswith(NOUNS)
    }
    assert there == listed
