"""Tokens: which ones are believed, and for how long."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from faultline.platform.database import SYSTEM
from faultline.service.auth.principal import Role
from faultline.service.auth.store import SigningKeyStore
from faultline.service.auth.tables import SigningKey
from faultline.service.auth.upkeep import tidy_sign_in
from faultline.service.parts import Parts
from tests.service.conftest import Key, MovableClock, Person, World

pytestmark = pytest.mark.usefixtures("unlimited")


async def status_of(client: httpx.AsyncClient, token: str) -> int:
    answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200 or answer.headers["www-authenticate"] == "Bearer"
    return answer.status_code


def segment(data: dict[str, Any] | bytes) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def signing_key(parts: Parts) -> SigningKey:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        found = await SigningKeyStore(unit.session).current()
    assert found
    return found


def claims_of(person: Person, parts: Parts, **changed: Any) -> dict[str, Any]:
    now = int(parts.clock().timestamp())
    claims = {
        "iss": "faultline",
        "aud": "faultline-api",
        "sub": str(person.id),
        "org": str(person.tenant_id),
        "iat": now,
        "nbf": now,
        "exp": now + 60,
    } | changed
    return {name: value for name, value in claims.items() if value is not None}


async def test_a_token_opens_the_door(client: httpx.AsyncClient, owner: Person) -> None:
    answer = (await client.get("/v1/me", headers=owner.headers)).json()
    assert answer["user"]["id"] == str(owner.id)
    assert answer["role"] == "owner"
    assert answer["key"] is None


async def test_an_api_key_may_come_as_bearer(client: httpx.AsyncClient, key: Key) -> None:
    assert await status_of(client, key.plain) == 200


async def test_a_token_is_valid_for_a_session(client: httpx.AsyncClient, owner: Person, clock: MovableClock) -> None:
    clock.move(hours=12, seconds=-1)
    assert await status_of(client, owner.token) == 200
    clock.move(seconds=1)
    assert await status_of(client, owner.token) == 401


async def test_a_token_without_signature_is_refused(client: httpx.AsyncClient, owner: Person, parts: Parts) -> None:
    kid = str((await signing_key(parts)).id)
    payload = segment(claims_of(owner, parts))
    for algorithm in ("none", "None", "NONE", ""):
        assert await status_of(client, f"{segment({'alg': algorithm, 'kid': kid})}.{payload}.") == 401
    header, body, _ = owner.token.split(".")
    assert await status_of(client, f"{header}.{body}.") == 401


async def test_the_public_key_is_no_shared_secret(client: httpx.AsyncClient, owner: Person, parts: Parts) -> None:
    row = await signing_key(parts)
    for algorithm, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
        signed = f"{segment({'alg': algorithm, 'kid': str(row.id)})}.{segment(claims_of(owner, parts))}"
        signature = hmac.new(row.public_key.encode(), signed.encode(), digest).digest()
        assert await status_of(client, f"{signed}.{segment(signature)}") == 401


async def test_a_key_of_somebody_else_signs_nothing(client: httpx.AsyncClient, owner: Person, parts: Parts) -> None:
    forged = generate_private_key(public_exponent=65537, key_size=2048)
    for kid in (str((await signing_key(parts)).id), str(uuid4()), "../../etc/passwd", None):
        headers = {} if kid is None else {"kid": kid}
        assert await status_of(client, jwt.encode(claims_of(owner, parts), forged, "RS256", headers=headers)) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-api"},
        {"aud": None},
        {"iss": "another"},
        {"iss": None},
        {"exp": None},
        {"exp": 0},
        {"exp": "soon"},
        {"exp": 10**30},
        {"iat": None},
        {"nbf": None},
        {"nbf": 10**11},
        {"sub": None},
        {"sub": "me"},
        {"sub": str(UUID(int=7))},
        {"org": None},
        {"org": str(UUID(int=7))},
    ],
    ids=str,
)
async def test_every_claim_counts(
    client: httpx.AsyncClient, owner: Person, parts: Parts, changed: dict[str, Any]
) -> None:
    row = await signing_key(parts)
    private: Any = serialization.load_pem_private_key(parts.secrets.decrypt("signing-key", row.private_key), None)

    def sign(claims: dict[str, Any]) -> str:
        header = segment({"alg": "RS256", "kid": str(row.id)})
        signed = f"{header}.{segment(claims)}"
        signature = private.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{segment(signature)}"

    assert await status_of(client, sign(claims_of(owner, parts))) == 200
    assert await status_of(client, sign(claims_of(owner, parts, **changed))) == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "Bearer " + "x" * 5000])
async def test_what_is_no_credential_is_refused(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not-signed-in"


async def test_a_lowered_role_counts_on_tokens_that_are_out(
    client: httpx.AsyncClient, world: World, owner: Person
) -> None:
    admin = await world.person(owner.tenant_id, Role.ADMIN)
    assert (await client.get("/v1/audit", headers=admin.headers)).status_code == 200
    lowered = {"role": "viewer"}
    path = f"/v1/members/{admin.member_id}"
    assert (await client.patch(path, json=lowered, headers=owner.headers)).status_code == 200
    assert (await client.get("/v1/audit", headers=admin.headers)).status_code == 403
    assert (await client.delete(path, headers=owner.headers)).status_code == 204
    assert (await client.get("/v1/audit", headers=admin.headers)).status_code == 401


async def test_what_another_process_takes_away_is_gone_after_five_seconds(
    client: httpx.AsyncClient, owner: Person, key: Key, parts: Parts, clock: MovableClock
) -> None:
    from faultline.service.api_keys.tables import ApiKey

    headers = key.headers
    assert (await client.get("/v1/me", headers=headers)).status_code == 200
    async with parts.database.unit(SYSTEM) as unit:
        row = await unit.session.get(ApiKey, key.id)
        assert row
        row.revoked_at = clock()
    clock.move(seconds=4.9)
    assert (await client.get("/v1/me", headers=headers)).status_code == 200
    clock.move(seconds=0.1)
    assert (await client.get("/v1/me", headers=headers)).status_code == 401


async def test_after_a_rotation_old_tokens_stay_valid_and_new_ones_name_the_new_key(
    client: httpx.AsyncClient, world: World, owner: Person, clock: MovableClock
) -> None:
    clock.move(hours=1)
    answer = await client.post("/v1/auth/signing-keys/rotate", headers=owner.headers)
    assert answer.status_code == 201
    published = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert published[0]["kid"] == answer.json()["id"]
    assert len(published) == 2
    newer = await world.person(owner.tenant_id, Role.MEMBER)
    assert jwt.get_unverified_header(newer.token)["kid"] == answer.json()["id"]
    for token in (owner.token, newer.token):
        assert await status_of(client, token) == 200
    assert (await client.post("/v1/auth/signing-keys/rotate", headers=owner.headers)).status_code == 409


async def test_a_stranger_can_verify_our_tokens_by_the_key_set(client: httpx.AsyncClient, owner: Person) -> None:
    keys = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    kid = jwt.get_unverified_header(owner.token)["kid"]
    claims = jwt.decode(
        owner.token, keys[kid], ["RS256"], audience="faultline-api", options={"verify_exp": False, "verify_nbf": False}
    )
    assert claims["sub"] == str(owner.id)


async def test_the_key_set_holds_nothing_private(client: httpx.AsyncClient, owner: Person) -> None:
    [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert set(key) == {"kty", "key_ops", "n", "e", "kid", "use", "alg"}


async def test_an_old_signing_key_is_rotated_by_itself_and_goes_when_it_verifies_nothing(
    parts: Parts, owner: Person, clock: MovableClock
) -> None:
    first = await signing_key(parts)
    await tidy_sign_in(parts)
    assert (await signing_key(parts)).id == first.id
    clock.move(days=30)
    await tidy_sign_in(parts)
    second = await signing_key(parts)
    assert second.id != first.id
    assert await parts.signing.verifying(first.id)
    clock.move(days=1)
    assert await parts.signing.verifying(first.id) is None
    await tidy_sign_in(parts)
    async with parts.database.unit(SYSTEM, write=False) as unit:
        assert await unit.session.get(SigningKey, first.id) is None


async def test_the_private_key_is_encrypted_where_it_lies(parts: Parts, owner: Person) -> None:
    row = await signing_key(parts)
    assert b"PRIVATE" not in row.private_key
    assert b"PRIVATE KEY" in parts.secrets.decrypt("signing-key", row.private_key)


async def test_nothing_that_lives_long_shows_a_secret(parts: Parts, owner: Person, key: Key) -> None:
    shown = repr(parts) + repr(parts.signing) + repr(parts.principals) + repr(parts.settings)
    for secret in (parts.settings.secret_key.get_secret_value(), owner.token, key.plain):
        assert secret not in shown


async def test_two_who_make_the_first_signing_key_at_once_make_one(parts: Parts) -> None:
    import asyncio

    from sqlalchemy import func, select

    from faultline.service.auth.signing import SigningKeys

    rings = [SigningKeys(parts.database, parts.secrets, parts.clock, timedelta(hours=1)) for _ in range(3)]
    await asyncio.gather(*(each.ready() for each in rings))
    async with parts.database.unit(SYSTEM, write=False) as unit:
        assert (await unit.session.execute(select(func.count()).select_from(SigningKey))).scalar_one() == 1
