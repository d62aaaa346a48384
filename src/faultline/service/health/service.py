"""Finds out how the service is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from faultline import __version__
from faultline.core.errors import FaultlineError
from faultline.platform.blobs import BlobNotFound
from faultline.platform.database import SYSTEM
from faultline.platform.errors import TryAgainLater
from faultline.platform.telemetry.metrics import QueueState
from faultline.service.analyses.queue import Depth, depth
from faultline.service.conversations import queue as conversations
from faultline.service.health.schemas import Health
from faultline.service.parts import Parts
from faultline.service.reviews.store import ReviewStore

CHECK_SECONDS = 2.0


class NotReady(TryAgainLater):
    """What the service stands on does not answer, or it is about to stop."""

    code = "not-ready"


async def queue_depth(parts: Parts) -> Depth:
    """How much waits."""
    async with parts.database.unit(SYSTEM, write=False) as unit:
        return await depth(unit.session)


async def queue_states(parts: Parts) -> Mapping[str, QueueState]:
    """How much waits, for the metrics."""
    found = await queue_depth(parts)
    async with parts.database.unit(SYSTEM, write=False) as unit:
        talk = await conversations.depth(unit.session)
        reviews, oldest = await ReviewStore(unit.session).backlog()
    return {
        "analyses": _state(parts, found.waiting, found.oldest),
        "conversations": _state(parts, talk.waiting, talk.oldest),
        "reviews": _state(parts, reviews, oldest),
    }


def _state(parts: Parts, waiting: int, oldest: datetime | None) -> QueueState:
    return QueueState(waiting, max(0.0, (parts.clock() - oldest).total_seconds()) if oldest else 0.0)


async def examine(parts: Parts) -> Health:
    """How the service is, found out within two seconds."""
    waiting: int | None = None
    conversations_waiting: int | None = None
    checks = {"database": "ok", "storage": "ok"}
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            waiting = (await queue_depth(parts)).waiting
            async with parts.database.unit(SYSTEM, write=False) as unit:
                conversations_waiting = await conversations.waiting(unit.session)
    except (FaultlineError, TimeoutError):
        checks["database"] = "failed"
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await parts.blobs.size("health")
    except BlobNotFound:
        pass
    except (FaultlineError, TimeoutError):
        checks["storage"] = "failed"
    well = parts.worker_runs and "failed" not in checks.values()
    return Health.model_validate(
        {
            "status": "ok" if well else "degraded",
            "version": __version__,
            "queue_size": waiting,
            "conversation_queue_size": conversations_waiting,
            "worker_running": parts.worker_runs,
            "checks": checks,
        }
    )
