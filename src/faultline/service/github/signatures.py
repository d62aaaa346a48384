"""Whether GitHub has sent what came: HMAC-SHA256 over the raw body, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from faultline.core.errors import FaultlineError

HEADER = "X-Hub-Signature-256"


class BadSignature(FaultlineError):
    """The body is not signed with our secret."""

    code = "bad-signature"
    status = 401


def verify(body: bytes, signature: str | None, secrets: Sequence[str]) -> None:
    """Insist on a signature by any of the secrets; while they are changed over there are two.

    Raises:
        BadSignature: there is none, or it is another's.

    """
    given = (signature or "").encode("utf-8", "surrogatepass")
    matches = False
    for secret in secrets:
        if secret:
            expected = b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
            matches |= hmac.compare_digest(expected, given)
    if not matches:
        raise BadSignature(f"{HEADER} is missing or wrong; check FAULTLINE_GITHUB_WEBHOOK_SECRET")
