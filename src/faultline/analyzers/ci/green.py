"""The green log: what a passing build of the same job writes as well is not why this one failed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from faultline.analyzers.ci.fingerprints import mask
from faultline.analyzers.ci.lines import split_lane, visible

MAX_LINES = 2_000_000
"""8 bytes a line are kept: 100 MB of set at the most; later lines of a longer green log are not read."""


class GreenLines:
    """Which lines, with what differs from run to run masked, stand in the green log."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._known: set[int] = set()
        seen: set[bytes] = set()
        for block in blocks:
            for raw in block.split(b"\n"):
                if raw not in seen:
                    self._known.add(_digest(split_lane(visible(raw[:8192]))[0]))
                    if len(seen) < MAX_LINES // 20:
                        seen.add(raw)
            if len(self._known) >= MAX_LINES:
                return

    def __call__(self, text: str) -> bool:
        """Whether the green log has this line, as a person sees it."""
        return _digest(text) in self._known


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(mask(text).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
