"""The form of an API key: `flk_<prefix>_<secret>`.

The prefix (8 characters) finds the row and may be shown; the secret is 256 random bits. Of the whole only a keyed hash
is kept: a slow hash would protect nothing at 256 bits and cost every request.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field

from faultline.service.secrets import Secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_FORM = re.compile(r"flk_([a-z0-9]{8})_[A-Za-z0-9_-]{43}")
_PURPOSE = "api-key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as its owner sees it, once, and what is kept of it."""

    plain: str = field(repr=False)
    prefix: str
    hash: bytes = field(repr=False)


def make(vault: Secrets) -> NewKey:
    """A new key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    plain = f"flk_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(plain, prefix, vault.hash(_PURPOSE, plain))


def prefix_of(plain: str) -> str | None:
    """The prefix in what came as a key; None when it cannot be one."""
    match = _FORM.fullmatch(plain)
    return match.group(1) if match else None


def matches(vault: Secrets, plain: str, kept: bytes) -> bool:
    """Whether this is the key of which that hash was kept, in constant time."""
    return hmac.compare_digest(vault.hash(_PURPOSE, plain), kept)
