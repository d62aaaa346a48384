"""What is limited: how many hits, in how many seconds, counted for whom."""

from __future__ import annotations

from dataclasses import dataclass

STEADY_SECONDS = 60
BURST_SECONDS = 10
_BURST_TIMES = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `limit` hits in any `seconds` seconds for each `key`.

    `name` stands in the answer's headers: letters, digits and `-`. `key` says whose hits are counted together: a
    tenant, a user, an address. Rules of the same name, key and seconds share their hits, whatever their limits are, so
    that a tenant that changes its tier keeps its history.
    """

    name: str
    key: str
    limit: int
    seconds: int


def per_minute(name: str, key: str, limit: int) -> tuple[Rule, Rule]:
    """So many a minute, of which a burst may take twice the steady rate for ten seconds (rounded up)."""
    burst = -(-_BURST_TIMES * limit * BURST_SECONDS // STEADY_SECONDS)
    return Rule(name, key, limit, STEADY_SECONDS), Rule(f"{name}-burst", key, burst, BURST_SECONDS)
