"""Tiers: what an organization may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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
    options: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By kind the options of its analyzer that are limits, and how much they may be at most."""

    def check(self, size: int) -> None:
        """Refuse content that is too large.

        Raises:
            ContentTooLarge: with the limit in words.

        """
        if size > self.artifact_bytes:
            raise ContentTooLarge(self.artifact_bytes)

    def limited(self, kind: str, options: Mapping[str, Any], size: int) -> dict[str, Any]:
        """The options of an analysis, with limits that nobody can raise; who wants lower ones may have them.

        Args:
            kind: what is analyzed.
            options: as they came; what makes no sense is left to the analyzer's own check.
            size: of the content, in bytes.

        Raises:
            ContentTooLarge: it is larger than this kind may be.

        """
        limited = dict(options)
        for name, most in self.options.get(kind, {}).items():
            given = limited.get(name)
            if given is None or (isinstance(given, int) and given > most):
                limited[name] = most
        largest = limited.get("max_bytes")
        if kind in self.options and isinstance(largest, int) and size > largest:
            raise ContentTooLarge(largest)
        return limited

    @property
    def reads_per_minute(self) -> int | None:
        """Ten times the submissions."""
        return None if self.submissions_per_minute is None else 10 * self.submissions_per_minute


MB = 1_000_000


def _design(max_bytes: int, max_endpoints: int, max_components: int, max_sections: int) -> Mapping[str, int]:
    return {
        "max_bytes": max_bytes,
        "max_endpoints": max_endpoints,
        "max_components": max_components,
        "max_sections": max_sections,
    }


_ALLOWANCES = {
    Tier.FREE: Allowance(10, 1_000, 1 * MB, 1, {"design": _design(500_000, 100, 50, 50)}),
    Tier.STARTER: Allowance(100, 50_000, 50 * MB, 2, {"design": _design(5 * MB, 1_000, 500, 500)}),
    Tier.PRO: Allowance(1_000, 500_000, 500 * MB, 4, {"design": _design(50 * MB, 10_000, 5_000, 5_000)}),
    Tier.ENTERPRISE: Allowance(None, None, 5_000 * MB, 8),
}
