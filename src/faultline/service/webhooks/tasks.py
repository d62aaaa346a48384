"""What runs later: the sender of deliveries, and the sweeper of old ones."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from faultline.core.errors import UsageError
from faultline.platform.database import SYSTEM, Tenant, UnitOfWork
from faultline.platform.http.dialer import Delivery
from faultline.platform.http.problems import printable
from faultline.platform.jobs.lease import LeaseLost
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts
from faultline.service.slack.service import NO_CHANNEL, SlackChannels
from faultline.service.webhooks import states
from faultline.service.webhooks.schedule import delay_after
from faultline.service.webhooks.signing import PURPOSE, signed
from faultline.service.webhooks.states import Claim, DeliveryStatus, LogEntry
from faultline.service.webhooks.store import Due, Full, Target, WebhookStore

AT_A_TIME = 32
PER_TENANT = 16
"""Half of all, so that one tenant's dead receivers leave room for the others'."""
PER_TARGET = 4
LEASE = timedelta(seconds=90)
"""Three times what the dialer gives a receiver."""
DISABLED_AFTER = timedelta(days=5)
ANSWER_CHARACTERS = 500
GONE = 410
_BATCH = 1_000
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Signed:
    """One attempt as it goes out."""

    url: str
    headers: dict[str, str]


class Sender:
    """Sends what is due, a few at a time to each target, so that a slow one delays nobody but itself.

    Args:
        parts: of this process.
        chance: a number in [0, 1) that places each delay within its jitter.

    """

    def __init__(self, parts: Parts, *, chance: Callable[[], float] = random.random) -> None:
        self._parts = parts
        self._chance = chance
        self._running: dict[asyncio.Task[None], tuple[UUID, Target]] = {}
        self._stopping = False
        self._wake: Callable[[], None] = lambda: None

    @property
    def busy(self) -> int:
        """How many deliveries are on their way."""
        return len(self._running)

    async def send(self) -> int:
        """Begin as much of what is due as may be on its way at a time; returns how many deliveries that was."""
        begun = 0
        while not self._stopping and (free := AT_A_TIME - self.busy) > 0:
            async with self._parts.database.unit(SYSTEM, write=False) as unit:
                due = await WebhookStore(unit.session).due(await unit.now(), free, self._full())
            wanted = self._admitted(due)
            if not wanted:
                break
            claims: list[tuple[Claim, Target]] = []
            async with self._parts.database.unit(SYSTEM) as unit:
                now = await unit.now()
                for each in wanted:
                    if held := await states.claim(unit, each.id, LEASE, now):
                        claims.append((held, each.target))
            for held, target in claims:
                task = asyncio.create_task(self._see_through(held))
                self._running[task] = (held.tenant_id, target)
                task.add_done_callback(self._ended)
            begun += len(claims)
        return begun

    def on_free(self, callback: Callable[[], None]) -> None:
        """Call back whenever a delivery has ended."""
        self._wake = callback

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._running:
            await asyncio.wait(self._running)

    async def stop(self, seconds: float) -> None:
        """Begin nothing new; let what is on its way end, for so long; the rest is due again at once."""
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in self._running:
            task.cancel()
        await self.idle()

    def _full(self) -> Full:
        tenants = Counter(tenant for tenant, _ in self._running.values())
        return Full(
            tenants=[tenant for tenant, count in tenants.items() if count >= PER_TENANT],
            targets=[target for target, count in self._targets().items() if count >= PER_TARGET],
        )

    def _targets(self) -> Counter[Target]:
        return Counter(target for _, target in self._running.values())

    def _admitted(self, due: Sequence[Due]) -> list[Due]:
        """Those for which there is room; never none of some, for what is full was not asked for."""
        tenants, targets = Counter(tenant for tenant, _ in self._running.values()), self._targets()
        admitted = []
        for each in due:
            if tenants[each.tenant_id] < PER_TENANT and targets[each.target] < PER_TARGET:
                tenants[each.tenant_id] += 1
                targets[each.target] += 1
                admitted.append(each)
        return admitted

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._wake()
        if not task.cancelled() and (error := task.exception()):
            _log.error("a delivery was left to the end of its lease", exc_info=error)

    async def _see_through(self, held: Claim) -> None:
        structlog.contextvars.bind_contextvars(delivery_id=str(held.id), tenant_id=str(held.tenant_id))
        try:
            outcome = await self._attempt(held)
        except LeaseLost:
            outcome = "late"
            _log.warning("a late outcome of a delivery was refused: the lease was lost")
        except asyncio.CancelledError:
            outcome = "released"
            async with self._parts.database.unit(Tenant(held.tenant_id)) as unit:
                await states.release(unit, held, await unit.now())
        self._parts.metrics.webhook(outcome)

    async def _attempt(self, held: Claim) -> str:
        """Make one attempt and record what became of it; answers with the outcome in one word."""
        async with self._parts.database.unit(Tenant(held.tenant_id), write=False) as unit:
            now = await unit.now()
            ready: _Signed | UsageError | None
            try:
                ready = await self._signed(unit, held, now)
            except UsageError as error:
                ready = error
        if not isinstance(ready, _Signed):
            return await self._unsent(held, now, ready)
        answer = await self._parts.dialer.post(ready.url, content=held.body.encode(), headers=ready.headers)
        return await self._record(held, answer, _entry(now, answer))

    async def _signed(self, unit: UnitOfWork, held: Claim, now: datetime) -> _Signed | None:
        """The attempt as it goes out; None when the endpoint wants nothing any more.

        Raises:
            UsageError: the secret cannot be decrypted.

        """
        if held.slack_channel_id is not None:
            address = await SlackChannels(unit, self._parts).address(held.slack_channel_id)
            return _Signed(address, {"Content-Type": "application/json"}) if address else None
        if held.endpoint_id is None:
            secrets = [await Organizations(unit, self._parts).signing_secret(held.tenant_id)]
            return _Signed(held.url, signed(held.event_id, held.body, secrets, now))
        endpoint = await WebhookStore(unit.session).find(held.endpoint_id)
        if endpoint is None or not endpoint.enabled:
            return None
        sealed = [endpoint.secret]
        if endpoint.old_secret and endpoint.old_secret_expires_at and now < endpoint.old_secret_expires_at:
            sealed.append(endpoint.old_secret)
        secrets = [self._parts.secrets.decrypt(PURPOSE, each).decode() for each in sealed]
        # The endpoint's URL as it is now: what led nowhere may have been mended since the event.
        return _Signed(endpoint.url, signed(held.event_id, held.body, secrets, now))

    async def _unsent(self, held: Claim, now: datetime, error: UsageError | None) -> str:
        """Record an attempt that could not be made: nothing of it is the receiver's fault."""
        if error is None:
            async with self._parts.database.unit(Tenant(held.tenant_id)) as unit:
                await states.end(unit, held, DeliveryStatus.FAILED, _note(now, "disabled"), now)
            return "disabled"
        _log.error("a webhook could not be signed", error=str(error))
        async with self._parts.database.unit(Tenant(held.tenant_id)) as unit:
            return await self._put_off_or_end(unit, held, _note(now, "unsigned"), None, now)

    async def _record(self, held: Claim, answer: Delivery, entry: LogEntry) -> str:
        disabled: str | None = None
        async with self._parts.database.unit(Tenant(held.tenant_id)) as unit:
            now, store = await unit.now(), WebhookStore(unit.session)
            if answer.delivered:
                await states.end(unit, held, DeliveryStatus.DELIVERED, entry, now)
                outcome = "delivered"
            elif answer.status == GONE or (held.slack_channel_id and answer.status in NO_CHANNEL):
                await states.end(unit, held, DeliveryStatus.FAILED, entry, now)
                outcome = "failed"
            else:
                outcome = await self._put_off_or_end(unit, held, entry, answer.retry_after, now)
            if held.slack_channel_id is not None:
                gone = answer.status if outcome == "failed" and answer.status in NO_CHANNEL else None
                error = None if answer.delivered else answer.error or f"it answered with status {answer.status}"
                await SlackChannels(unit, self._parts).note(held.slack_channel_id, error, gone is not None, now)
            if held.endpoint_id is not None:
                disabled = await _judge(store, held.endpoint_id, answer, outcome, now)
        if disabled:
            _log.warning("a webhook was disabled", webhook_id=str(held.endpoint_id), reason=disabled)
        return outcome

    async def _put_off_or_end(
        self, unit: UnitOfWork, held: Claim, entry: LogEntry, retry_after: float | None, now: datetime
    ) -> str:
        delay = delay_after(held.attempt, retry_after, self._chance())
        if delay is None:
            await states.end(unit, held, DeliveryStatus.FAILED, entry, now)
            return "failed"
        await states.put_off(unit, held, entry, now + delay)
        return "retried"


async def _judge(store: WebhookStore, endpoint_id: UUID, answer: Delivery, outcome: str, now: datetime) -> str | None:
    """Note how an endpoint does; answers with the reason when it was disabled for it.

    Silence is judged only when a whole schedule has failed: two events, days apart, whose receiver was away for a
    second each are no reason.
    """
    reason = None
    if outcome == "delivered":
        await store.went_well(endpoint_id)
        return None
    await store.went_wrong(endpoint_id, now)
    if answer.status == GONE:
        reason = "it answered 410 Gone"
        return reason if await store.disable(endpoint_id, reason) else None
    if outcome == "failed":
        reason = f"everything sent to it failed for {DISABLED_AFTER.days} days"
        return reason if await store.disable(endpoint_id, reason, failing_before=now - DISABLED_AFTER) else None
    return None


async def remove_old_deliveries(parts: Parts) -> int:
    """Remove what ended longer ago than analyses are kept; returns how many deliveries it was."""
    removed = 0
    while True:
        async with parts.database.unit(SYSTEM) as unit:
            before = await unit.now() - timedelta(days=parts.settings.retention_days)
            gone = await WebhookStore(unit.session).remove_ended(before, _BATCH)
        removed += gone
        if gone < _BATCH:
            return removed


def _entry(at: datetime, answer: Delivery) -> LogEntry:
    return {
        "at": at.isoformat(),
        "status": answer.status,
        "error": answer.error,
        "ms": round(answer.duration * 1000),
        "answer": printable(answer.body.decode("utf-8", "replace"), ANSWER_CHARACTERS),
    }


def _note(at: datetime, error: str) -> LogEntry:
    return {"at": at.isoformat(), "status": None, "error": error, "ms": 0, "answer": ""}
