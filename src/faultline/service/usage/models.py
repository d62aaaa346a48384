"""What models were used and what that cost, and what the same calls would have cost with others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from faultline.core.errors import UsageError
from faultline.platform.database import UnitOfWork
from faultline.service.errors import Conflict
from faultline.service.parts import Parts
from faultline.service.usage.store import Dimension, ModelSums, UsageStore

MAX_DAYS = 366
_PEERS = (
    "openai:gpt-5",
    "openai:gpt-5-mini",
    "anthropic:claude-sonnet-4-5",
    "anthropic:claude-haiku-4-5",
    "google:gemini-2.5-pro",
    "google:gemini-2.5-flash",
    "grok:grok-4",
    "groq:llama-3.3-70b-versatile",
)
"""Models to compare with, beside those of the route."""


@dataclass(frozen=True, slots=True)
class Range:
    """Some days; the last one belongs to it."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the same tokens cost with another model."""

    model: str
    dollars: Decimal


class ModelUsage:
    """Calls of models of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    def days(self, since: date | None, until: date | None) -> Range:
        """The days that were asked for; up to today, from the beginning of the month, where nothing was said.

        Raises:
            UsageError: they end before they begin, or are too many.

        """
        last = until or self._parts.clock().date()
        first = since or last.replace(day=1)
        if not 0 <= (last - first).days < MAX_DAYS:
            raise UsageError(f"the range must be of 1 to {MAX_DAYS} days")
        return Range(first, last)

    async def sums(self, days: Range, by: Sequence[Dimension]) -> list[ModelSums]:
        """Calls on some days, added up by some dimensions."""
        return await UsageStore(self._unit.session).models(days.since, days.until, by)

    async def elsewhere(self, days: Range) -> tuple[ModelSums | None, list[Elsewhere]]:
        """What calls on some days have cost, and what they would have cost with other models, the cheapest first.

        Raises:
            Conflict: the price list is not installed.

        """
        total = next(iter(await self.sums(days, ())), None)
        if total is None:
            return None, []
        names = dict.fromkeys((*(name.partition("@")[0] for name in self._parts.settings.models), *_PEERS))
        return total, await asyncio.to_thread(_priced, list(names), total)


def _priced(names: list[str], total: ModelSums) -> list[Elsewhere]:
    """Models with a known price, the cheapest first. For a thread: to load the price list takes most of a second."""
    try:
        from faultline.ai.prices import elsewhere

        prices = elsewhere([total], names)
    except ImportError:
        raise Conflict("prices come with the extra `ai`, which is not installed here") from None
    found = [Elsewhere(name, dollars) for name, dollars in prices.items() if dollars is not None]
    return sorted(found, key=lambda each: (each.dollars, each.model))
