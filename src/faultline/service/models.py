"""Opens the model gateway, where models are configured; nothing of it is imported elsewhere."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from faultline.ai.ledger import Account
from faultline.core.errors import UsageError
from faultline.core.model import Brief, Cited
from faultline.platform.telemetry.metrics import Metrics
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.parts import Parts

if TYPE_CHECKING:
    from faultline.ai.reuse import Reused, SemanticReuse


async def open_models(parts: Parts) -> None:
    """Have the models of the settings asked, by keys of the environment; what that needs is imported in a thread.

    Raises:
        UsageError: a name makes no sense, a key is missing, or what asking needs is not installed.

    """
    settings = parts.settings
    if not settings.models:
        return
    from faultline.ai.gateway import open_gateway
    from faultline.ai.reuse import SemanticReuse
    from faultline.ai.reuse_memory import MemoryStore

    reuse = SemanticReuse(MemoryStore(), model=settings.models[0])
    try:
        gateway = open_gateway(
            settings.models,
            DatabaseLedger(parts),
            environment=os.environ,
            reuse=CountedReuse(reuse, parts.metrics),
            deadline=settings.model_seconds,
        )
    except UsageError as error:
        raise UsageError(f"FAULTLINE_MODELS: {error}") from error
    await gateway.load()
    parts.gateway = gateway


class CountedReuse:
    """Semantic reuse that tells the metrics what becomes of it. Implements `ai.gateway.Reuse`.

    Args:
        reuse: knows earlier answers.
        metrics: of this process.

    """

    def __init__(self, reuse: SemanticReuse, metrics: Metrics) -> None:
        self._reuse = reuse
        self._metrics = metrics
        self._told: Counter[str] = Counter()

    async def lookup(self, account: Account, brief: Brief) -> Reused | None:
        """An earlier answer that serves this brief."""
        try:
            return await self._reuse.lookup(account, brief)
        finally:
            self._tell()

    async def remember(self, account: Account, brief: Brief, said: Cited, model: str | None = None) -> None:
        """Keep an answer; `model` is who gave it."""
        try:
            await self._reuse.remember(account, brief, said, model)
        finally:
            self._tell()

    def _tell(self) -> None:
        counts = self._reuse.counts
        now = Counter(
            {
                "hit": counts.hits,
                "miss": sum(counts.refused.values()),
                "true-hit": counts.checked - counts.false,
                "false-hit": counts.false,
            }
        )
        for outcome, count in (now - self._told).items():
            self._metrics.semantic_reuse(outcome, count)
        self._told = now
