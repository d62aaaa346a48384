"""The limiter: asks the windows, lets everybody in when they fail, and says in headers where one stands.

The headers are those of draft-ietf-httpapi-ratelimit-headers (structured fields, RFC 9651):

    RateLimit-Policy: "submissions";q=10;w=60, "submissions-burst";q=4;w=10
    RateLimit: "submissions";r=5;t=30, "submissions-burst";r=3;t=9
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from limits.aio.storage import Storage
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from faultline.core.errors import FaultlineError
from faultline.platform.limits.rules import Rule
from faultline.platform.limits.windows import MemoryWindows, SharedWindows, Window, Windows

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a hit was let through, and where its rules stand now; no windows when the store of them failed."""

    allowed: bool
    windows: tuple[Window, ...] = ()

    @property
    def tightest(self) -> Window | None:
        """The rule that leaves least; among those that leave the same, the one that frees something last."""
        return min(self.windows, key=lambda window: (window.remaining, -window.reset), default=None)

    @property
    def retry_after(self) -> float:
        """In how many seconds the hit would succeed; 0 when it did."""
        full = [window.reset for window in self.windows if not window.remaining]
        return 0.0 if self.allowed else max(full, default=1.0)

    def headers(self) -> dict[str, str]:
        """The answer's headers; times in whole seconds, rounded up so that who waits that long is let through."""
        if not self.windows:
            return {}
        headers = {
            "RateLimit-Policy": ", ".join(
                f'"{window.rule.name}";q={window.rule.limit};w={window.rule.seconds}' for window in self.windows
            ),
            "RateLimit": ", ".join(
                f'"{window.rule.name}";r={window.remaining};t={math.ceil(window.reset)}' for window in self.windows
            ),
        }
        if not self.allowed:
            headers["Retry-After"] = str(math.ceil(self.retry_after))
        return headers


class RateLimited(FaultlineError):
    """Too many requests in too short a time."""

    code = "rate-limited"
    status = 429

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.retry_after = verdict.retry_after
        tightest = verdict.tightest
        limit = f" {tightest.rule.limit} in {tightest.rule.seconds} seconds are allowed;" if tightest else ""
        super().__init__(f"too many requests:{limit} try again in {math.ceil(self.retry_after)} s")


class Limiter:
    """Counts hits against rules.

    Args:
        windows: where they are remembered.
        on_failure: called for every hit that was let through because the windows failed; a counter.

    """

    def __init__(self, windows: Windows, on_failure: Callable[[], None] = lambda: None) -> None:
        self._windows = windows
        self._on_failure = on_failure
        self._failing = False

    async def hit(self, rules: Sequence[Rule]) -> Verdict:
        """Count one hit for all rules, or for none when one of them has no room for it.

        When the windows fail the hit is let through: a limit that is not kept for a while does less harm than a service
        that is down because its limiter is.
        """
        try:
            allowed, windows = await self._windows.hit(rules)
        except Exception as error:
            self._on_failure()
            if not self._failing:  # one line an outage, not one a request
                _log.warning("rate limits are not kept: their store fails (%s: %s)", type(error).__name__, error)
            self._failing = True
            return Verdict(True)
        if self._failing:
            _log.warning("rate limits are kept again")
        self._failing = False
        return Verdict(allowed, tuple(windows))


def open_limiter(url: str, on_failure: Callable[[], None] = lambda: None) -> Limiter:
    """Open the limiter whose windows lie where a URL says.

    Args:
        url: `memory://`, or `redis://host:port/n` (`rediss`, `redis+sentinel`, ...) for several processes.
        on_failure: see Limiter.

    Raises:
        ValueError: nothing is known that answers to the URL, or its client is not installed.

    """
    if url == "memory://":
        return Limiter(MemoryWindows(), on_failure)
    try:
        storage = storage_from_string(f"async+{url}", implementation="redispy")
    except ConfigurationError as error:
        raise ValueError(f"rate limits cannot be kept at that address: {error}") from error
    assert isinstance(storage, Storage)
    return Limiter(SharedWindows(storage), on_failure)
