from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.servers.model import ModelServer, standing_in


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    """A provider that does as it is told."""
    async with standing_in() as server:
        yield server


@pytest.fixture
async def other() -> AsyncIterator[ModelServer]:
    """Another provider."""
    async with standing_in() as server:
        yield server
