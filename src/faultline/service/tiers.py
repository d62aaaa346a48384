"""Tiers: what an organization may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from faultline.platform.errors import ContentTooLarge


class Tier(StrEnum):
    """What an organization pays for."""

    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    ENTERPRISE = "enterprise"

    @property
    def allowance(self) -> Allowance:
        """What it may ask for."""
        return _ALLOWANCES[self]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Limits of a tier; None is no limit."""

    submissions_per_minute: int | None
    submissions_per_month: int | None
    artifact_bytes: int
    priority: int
    """The greatest goes first, and is the share of the workers when several tenants wait."""

    def check(self, size: int) -> None:
        """Refuse content that is too large.

        Raises:
            ContentTooLarge: with the limit in words.

        """
        if size > self.artifact_bytes:
            raise ContentTooLarge(self.artifact_bytes)

    @property
    def reads_per_minute(self) -> int | None:
        """Ten times the submissions."""
        return None if self.submissions_per_minute is None else 10 * self.submissions_per_minute


MB = 1_000_000
_ALLOWANCES = {
    Tier.FREE: Allowance(10, 1_000, 1 * MB, 1),
    Tier.STARTER: Allowance(100, 50_000, 50 * MB, 2),
    Tier.PRO: Allowance(1_000, 500_000, 500 * MB, 4),
    Tier.ENTERPRISE: Allowance(None, None, 5_000 * MB, 8),
}
