"""Which limits a request counts against."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Literal

from fastapi import Request

from faultline.platform.limits import RateLimited, Rule, per_minute
from faultline.service.auth.principal import Principal
from faultline.service.parts import Parts

Limit = Literal["reads", "submissions", "uploads", "exports"]

UPLOADS_PER_MINUTE = 10
EXPORTS_PER_MINUTE = 5
ANONYMOUS_PER_MINUTE = 5
GLOBAL_PER_MINUTE = {"reads": 600_000, "submissions": 60_000, "uploads": 1_000, "exports": 500}
"""What one process takes from everybody together, so that no number of tenants can bring it down."""


def rules(who: Principal, limit: Limit) -> list[Rule]:
    """The rules for a request: the tier's, or the user's own, and the cap on everybody."""
    allowance = who.tier.allowance
    per_tenant = {"reads": allowance.reads_per_minute, "submissions": allowance.submissions_per_minute}
    per_user = {"uploads": UPLOADS_PER_MINUTE, "exports": EXPORTS_PER_MINUTE}
    found: list[Rule] = []
    if limit in per_user:
        found += per_minute(limit, str(who.id), per_user[limit])
    elif (number := per_tenant[limit]) is not None:
        found += per_minute(limit, str(who.tenant_id), number)
    return [*found, Rule(f"all-{limit}", "all", GLOBAL_PER_MINUTE[limit], 60)]


async def count(request: Request, parts: Parts, who: Principal, limit: Limit) -> None:
    """Count the request; the answer's headers will say where its sender stands.

    Raises:
        RateLimited: it is one too many.

    """
    await _hit(request, parts, rules(who, limit))


async def count_anonymous(request: Request, parts: Parts, address: str) -> None:
    """Count a request of somebody unknown, by address; an IPv6 address by its /64, which is one customer's.

    Raises:
        RateLimited: it is one too many.

    """
    try:
        parsed = ip_address(address)
        key = address if parsed.version == 4 else str(ip_network(f"{address}/64", strict=False))
    except ValueError:
        key = "unknown"
    await _hit(request, parts, list(per_minute("anonymous", key, ANONYMOUS_PER_MINUTE)))


async def _hit(request: Request, parts: Parts, wanted: list[Rule]) -> None:
    verdict = await parts.limiter.hit(wanted)
    request.state.rate_limit = verdict.headers()
    if not verdict.allowed:
        tightest = verdict.tightest
        parts.metrics.rate_limited(tightest.rule.name if tightest else "unknown")
        raise RateLimited(verdict)
