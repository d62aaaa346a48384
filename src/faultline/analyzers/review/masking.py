"""Lines that hold a secret are shown without it."""

from __future__ import annotations

from typing import Final

from faultline.core import privacy

CREDENTIALS: Final = frozenset({"security/hardcoded-secret", "security/hardcoded-credentials"})
"""Rules whose evidence holds a secret."""


def masked(text: str) -> str:
    """A line without the secret in it."""
    return privacy.redact(text)
