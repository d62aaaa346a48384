"""Principals: who was found out to be asking, kept for a few seconds.

A request would otherwise cost a look-up in the database (0.5 ms and more) and, for a token, a signature check (0.3 ms).
What is kept is found by a keyed hash of the credential, so that no credential lies in memory for longer than its
request. Whatever takes rights away in this process is seen at once: it calls `forget` after its commit, and a look-up
that was under way meanwhile is not kept. Other processes see it after `KEEP` at the latest.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from faultline.service.auth.principal import Principal

KEEP = timedelta(seconds=5)
SIZE = 10_000
REFUSAL_PAUSE = timedelta(hours=1)
"""A key that is tried in vain is written into the audit log this often at most, however often it is tried."""


@dataclass(frozen=True, slots=True)
class _Kept:
    who: Principal
    since: datetime
    until: datetime


class Principals:
    """The principals of the last few seconds, and the keys that were refused in the last hour."""

    def __init__(self, *, size: int = SIZE) -> None:
        self._salt = os.urandom(32)
        self._size = size
        self._kept: dict[bytes, _Kept] = {}
        self._refused: dict[UUID, datetime] = {}
        self._generation = 0

    @property
    def generation(self) -> int:
        """Grows with each `forget`; read it before a look-up and hand it to `keep`."""
        return self._generation

    def find(self, credential: str, now: datetime) -> Principal | None:
        """Who came with this credential a moment ago."""
        key = self._hash(credential)
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.since <= now < kept.until:
            return kept.who
        del self._kept[key]
        return None

    def keep(
        self, credential: str, who: Principal, now: datetime, expires_at: datetime | None, *, generation: int
    ) -> None:
        """Keep what a look-up found, unless something was forgotten since it began."""
        if generation != self._generation:
            return
        until = now + KEEP if expires_at is None else min(now + KEEP, expires_at)
        key = self._hash(credential)
        self._kept.pop(key, None)
        if len(self._kept) >= self._size:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = _Kept(who, now, until)

    def forget(self, concerned: Callable[[Principal], bool]) -> None:
        """Forget those whose rights may have changed."""
        self._generation += 1
        self._kept = {key: kept for key, kept in self._kept.items() if not concerned(kept.who)}

    def forget_key(self, key_id: UUID) -> None:
        """Forget an API key."""
        self.forget(lambda who: who.key_id == key_id)

    def forget_user(self, user_id: UUID) -> None:
        """Forget a user."""
        self.forget(lambda who: who.user_id == user_id)

    def first_refusal(self, key_id: UUID, now: datetime) -> bool:
        """Whether this is the first time within `REFUSAL_PAUSE` that the key was tried in vain."""
        last = self._refused.get(key_id)
        if last is not None and now - last < REFUSAL_PAUSE:
            return False
        self._refused.pop(key_id, None)
        if len(self._refused) >= self._size:
            del self._refused[next(iter(self._refused))]
        self._refused[key_id] = now
        return True

    def _hash(self, credential: str) -> bytes:
        return hashlib.blake2b(credential.encode("utf-8", "surrogatepass"), digest_size=32, key=self._salt).digest()
