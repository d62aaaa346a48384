"""Lines that hold a secret are shown without it."""

from __future__ import annotations

import re
from typing import Final

from faultline.analyzers.review.security.secrets import mask
from faultline.core import privacy

CREDENTIALS: Final = frozenset({"security/hardcoded-secret", "security/hardcoded-credentials"})
"""Rules whose evidence holds a secret."""

_QUOTED: Final = re.compile(r"([\"'`])[^\"'`\n]{4,}\1")


def masked(text: str) -> str:
    """A line without the secret in it.

    Where nothing in it is shaped like one, as in `sign(claims, "our own key")`, every text that it quotes goes.
    """
    shown = mask(privacy.redact(text))
    return shown if shown != text else _QUOTED.sub(r"\1***\1", text)
