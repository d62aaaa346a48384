"""The keys that sign tokens: made when first needed, rotated without signing anybody out.

A new key signs; the one before verifies until the last token made with it has expired. Processes look for a new key
every `REFRESH`, so one of them may sign with the old key for that long: `expires_at` leaves room for it. Making a key
of 2,048 bits takes about 100 ms of CPU and happens in a thread.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from faultline.platform.clock import Clock
from faultline.platform.database import SYSTEM, Database, UnitOfWork, new_id
from faultline.service.auth.store import SigningKeyStore
from faultline.service.auth.tables import SigningKey
from faultline.service.errors import Conflict
from faultline.service.secrets import Secrets

ALGORITHM = "RS256"
PURPOSE = "signing-key"
REFRESH = timedelta(minutes=1)
YOUNGEST = timedelta(hours=1)
"""A key must be this old before a person may rotate it: keys serve all organizations."""
OLDEST = timedelta(days=30)
"""A key of this age is rotated by itself."""
_LOCK = "signing-keys"


def generate() -> RSAPrivateKey:
    """A new private key."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class _Current:
    id: UUID
    key: RSAPrivateKey = field(repr=False)
    since: datetime


class SigningKeys:
    """The signing keys as this process knows them."""

    def __init__(self, database: Database, secrets: Secrets, clock: Clock, lifetime: timedelta) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock
        self.lifetime = lifetime
        """How long a token is valid."""
        self._current: _Current | None = None
        self._public: dict[UUID, tuple[RSAPublicKey, datetime | None, datetime]] = {}

    async def ready(self) -> None:
        """Have a key to sign with. It has a unit of work of its own: call it before yours has written anything."""
        now = self._clock()
        if self._current is not None and timedelta(0) <= now - self._current.since < REFRESH:
            return
        async with self._database.unit(SYSTEM, write=False) as unit:
            row = await SigningKeyStore(unit.session).current()
        if row is None:
            made = await asyncio.to_thread(generate)
            async with self._database.unit(SYSTEM) as unit:
                await unit.queue_up(_LOCK)
                row = await SigningKeyStore(unit.session).current() or self._add(unit, made, now)
        pem = self._secrets.decrypt(PURPOSE, row.private_key)
        key = await asyncio.to_thread(serialization.load_pem_private_key, pem, None)
        assert isinstance(key, RSAPrivateKey)
        self._current = _Current(row.id, key, now)

    def sign(self, claims: dict[str, Any]) -> str:
        """A token; `ready` was awaited before."""
        assert self._current
        return jwt.encode(claims, self._current.key, ALGORITHM, headers={"kid": str(self._current.id)})

    async def verifying(self, key_id: UUID) -> RSAPublicKey | None:
        """The public key of a token's `kid`; None when there is none that is valid still."""
        now = self._clock()
        known = self._public.get(key_id)
        if known is None or not timedelta(0) <= now - known[2] < REFRESH:
            self._public.pop(key_id, None)
            async with self._database.unit(SYSTEM, write=False) as unit:
                row = await SigningKeyStore(unit.session).find(key_id)
            if row is None:
                return None
            key = serialization.load_pem_public_key(row.public_key.encode())
            assert isinstance(key, RSAPublicKey)
            known = self._public[key_id] = (key, row.expires_at, now)
        key, expires_at, _ = known
        return key if expires_at is None or now < expires_at else None

    async def published(self) -> list[dict[str, Any]]:
        """All keys that verify, as a JWK set has them (RFC 7517)."""
        async with self._database.unit(SYSTEM, write=False) as unit:
            rows = await SigningKeyStore(unit.session).valid(self._clock())
        return [
            jwt.algorithms.RSAAlgorithm.to_jwk(_public(row), as_dict=True)
            | {"kid": str(row.id), "use": "sig", "alg": ALGORITHM, "key_ops": ["verify"]}
            for row in rows
        ]

    async def rotate(self, unit: UnitOfWork, *, youngest: timedelta = YOUNGEST) -> SigningKey:
        """Sign with a new key from now on.

        Raises:
            Conflict: the present key is younger than `youngest`.

        """
        made = await asyncio.to_thread(generate)
        now = self._clock()
        await unit.queue_up(_LOCK)
        store = SigningKeyStore(unit.session)
        current = await store.current()
        if current is not None and now - current.created_at < youngest:
            raise Conflict("the signing key was rotated within the last hour; it serves all organizations")
        await store.retire(now, now + self.lifetime + 2 * REFRESH)
        row = self._add(unit, made, now)
        await unit.session.flush()
        unit.after_commit(self.forget)
        return row

    async def keep_fresh(self) -> bool:
        """Rotate a key that has grown old and drop those that verify nothing any more; True when it rotated."""
        now = self._clock()
        async with self._database.unit(SYSTEM) as unit:
            store = SigningKeyStore(unit.session)
            await store.drop_expired(now)
            current = await store.current()
        if current is None or now - current.created_at < OLDEST:
            return False
        try:
            async with self._database.unit(SYSTEM) as unit:
                await self.rotate(unit, youngest=OLDEST)
        except Conflict:  # another process was faster
            return False
        return True

    def forget(self) -> None:
        """Read the keys anew when they are needed next."""
        self._current = None
        self._public.clear()

    def _add(self, unit: UnitOfWork, made: RSAPrivateKey, now: datetime) -> SigningKey:
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = made.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        row = SigningKey(
            id=new_id(),
            private_key=self._secrets.encrypt(PURPOSE, pem),
            public_key=public.decode(),
            created_at=now,
        )
        unit.session.add(row)
        return row


def _public(row: SigningKey) -> RSAPublicKey:
    key = serialization.load_pem_public_key(row.public_key.encode())
    assert isinstance(key, RSAPublicKey)
    return key
