"""Waiting for something to become true, instead of sleeping and hoping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds until a test gives up waiting. It is children that are waited for, and they yield to everybody else: two busy
loops beside the tests leave them 1.5 % of a core."""


async def until(condition: Callable[[], object]) -> None:
    """Return once the condition holds; fails when it does not for too long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE:g} s in vain"
        await asyncio.sleep(0.005)
