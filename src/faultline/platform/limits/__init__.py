"""Rate limits: sliding windows in which never more hits are let through than their rules say."""

from __future__ import annotations

from faultline.platform.limits.limiter import Limiter, RateLimited, Verdict, open_limiter
from faultline.platform.limits.rules import Rule, per_minute
from faultline.platform.limits.windows import MemoryWindows, SharedWindows, Window, Windows

__all__ = [
    "Limiter",
    "MemoryWindows",
    "RateLimited",
    "Rule",
    "SharedWindows",
    "Verdict",
    "Window",
    "Windows",
    "open_limiter",
    "per_minute",
]
