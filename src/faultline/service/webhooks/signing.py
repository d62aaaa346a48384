"""The headers that a webhook's secret signs (Standard Webhooks, symmetric scheme v1: HMAC-SHA256)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

from faultline import __version__

PURPOSE = "webhook-secret"
"""What the secrets of endpoints are encrypted for."""


def signed(event_id: str, body: str, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The headers of one attempt.

    Args:
        event_id: the same at every attempt, by which a receiver knows what it has seen before.
        body: what is sent.
        secrets: each makes a signature; there are two while a secret is rotated.
        at: when the attempt is made; a receiver refuses one that is older than its tolerance.

    """
    return {
        "Content-Type": "application/json",
        "User-Agent": f"faultline/{__version__}",
        "Webhook-Id": event_id,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": " ".join(Webhook(secret).sign(event_id, at, body) for secret in secrets),
    }
