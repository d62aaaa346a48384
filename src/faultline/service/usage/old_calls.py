"""Forgets calls of models that no question about use can reach any more."""

from __future__ import annotations

from datetime import timedelta

from faultline.service.parts import Parts
from faultline.service.retention import due_ids, forget
from faultline.service.usage.tables import ModelCall

KEEP = timedelta(days=400)
"""Over a year, so that a month can be compared with that of the year before."""
BATCH = 1000


async def forget_old_calls(parts: Parts) -> int:
    """Forget everything that is due, in batches; returns how many calls it was. The months' sums stay."""
    return await forget(parts, ModelCall, due_ids(ModelCall, ModelCall.created_at, parts.clock() - KEEP, BATCH))
