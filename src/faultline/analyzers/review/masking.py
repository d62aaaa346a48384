"""Lines that hold a secret are shown without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from faultline.core import privacy

CREDENTIALS: Final = frozenset(
    {"security/hardcoded-secret", "security/hardcoded-credentials", "security/credentials-in-url"}
)
"""Rules whose evidence holds a secret."""
_MAX_LINE: Final = 4_000
_LITERAL = re.compile(r"\"([^\"\n]{4,})\"|'([^'\n]{4,})'|`([^`\n]{4,})`")


def masked(text: str) -> str:
    """A line without what is known to be a secret."""
    from faultline.analyzers.review.security.secrets import mask  # here, for it brings its patterns along

    return privacy.redact(mask(text[:_MAX_LINE]))


def credentials(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines that hold a secret, without it; where none looks like one, without any text in quotes."""
    given = tuple(line[:_MAX_LINE] for line in lines)
    told = tuple(map(masked, given))
    return told if told != given else tuple(_LITERAL.sub(_hidden, line) for line in given)


def _hidden(found: re.Match[str]) -> str:
    return f"{found[0][0]}***{found[0][-1]}"
