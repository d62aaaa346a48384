"""The worker: everything that runs beside the requests.

Loops, each woken by a nudge or by its interval: the relay of the outbox, the runner that takes analyses from the queue,
its heartbeats, the same for conversations and reviews, the sender of webhooks, and the periodic chores.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.platform.jobs.periodic import Periodic
from faultline.platform.jobs.pool import ProcessSlots
from faultline.platform.jobs.relay import Relay
from faultline.service.analyses import states
from faultline.service.analyses.reaper import reap_lost
from faultline.service.analyses.retention import forget_old_analyses
from faultline.service.analyses.tasks import Lane, Runner
from faultline.service.auth.upkeep import INTERVAL_SECONDS as TIDY_SECONDS
from faultline.service.auth.upkeep import tidy_sign_in
from faultline.service.budgets import alerts
from faultline.service.budgets.reaper import INTERVAL_SECONDS as REAP_SECONDS
from faultline.service.budgets.reaper import reap_holds
from faultline.service.conversations.reaper import reap_lost_conversations
from faultline.service.conversations.retention import forget_old_conversations
from faultline.service.conversations.tasks import BatchRunner
from faultline.service.conversations.topic_task import EMERGING, TopicFinder
from faultline.service.conversations.training import Trainer
from faultline.service.idempotency.expired import remove_expired_keys
from faultline.service.operations.orphans import sweep_orphan_blobs
from faultline.service.parts import Parts
from faultline.service.reviews import states as reviews
from faultline.service.reviews.reaper import reap_lost_reviews
from faultline.service.reviews.retention import forget_old_reviews
from faultline.service.reviews.tasks import ReviewRunner
from faultline.service.slack.telling import tell_slack
from faultline.service.uploads.abandoned import sweep_abandoned_uploads
from faultline.service.usage.old_calls import forget_old_calls
from faultline.service.usage.requests import FLUSH_SECONDS
from faultline.service.usage.service import flush_requests
from faultline.service.webhooks.fanout import tell_of_budget, tell_of_end, tell_of_review, tell_of_topic
from faultline.service.webhooks.tasks import Sender, remove_old_deliveries

PRELOAD = (
    "faultline.service.analyses.examine",
    "faultline.service.conversations.understanding",
    "faultline.analyzers.ci.analyzer",
    "faultline.analyzers.review.analyzer",
)
"""Of the last one each child is ready 0.13 s sooner; the 4 MB are shared by all of them."""
MAINTENANCE_SECONDS = 2.0
POLL_SECONDS = 1.0
"""How long a lost nudge can delay anything."""
GATHER_SECONDS = 0.02
"""How long messages gather: one transaction for all holds up SQLite's one writer less than one for each."""
MEASURE_SECONDS = 2.0
TOPIC_SECONDS = 10.0
CHORE_SECONDS = 600.0
ORPHAN_SECONDS = 86_400.0
SWEEP_SECONDS = 3600.0


class Worker:
    """All that runs later, in this process and its children."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self._parts = parts
        self._slots = ProcessSlots(settings.workers, preload=PRELOAD)
        self._express_slots = ProcessSlots(1, preload=PRELOAD)
        self._runner = Runner(parts, [Lane(self._express_slots, express=True), Lane(self._slots)])
        self._conversation_slots = ProcessSlots(settings.workers, preload=PRELOAD)
        self._conversations = BatchRunner(parts, self._conversation_slots)
        self._topics = TopicFinder(parts, self._conversation_slots)
        self._training_slots = ProcessSlots(1, preload=PRELOAD)
        self._train = Periodic("learn taxonomies", POLL_SECONDS, Trainer(parts, self._training_slots).train)
        topics = {
            states.WAITING: self._on_waiting,
            states.FINISHED: self._on_finished,
            alerts.RAISED: self._on_budget,
            EMERGING: self._on_emerging,
            reviews.FINISHED: self._on_review,
        }
        self._relay = Relay(parts.database, topics)
        self._sender = Sender(parts)
        self._send = Periodic("send webhooks", POLL_SECONDS, self._sender.send)
        self._take = Periodic("take analyses", POLL_SECONDS, self._runner.take)
        self._understand = Periodic("take conversations", POLL_SECONDS, self._conversations.take)
        self._reviews = ReviewRunner(parts)
        self._review = Periodic("take reviews", POLL_SECONDS, self._reviews.take)
        self._loops = [
            Periodic("relay the outbox", POLL_SECONDS, self._relay_when_quiet),
            self._take,
            self._send,
            self._understand,
            self._train,
            self._review,
            Periodic("maintain the database", MAINTENANCE_SECONDS, parts.database.maintain),
            Periodic("renew leases", settings.lease_seconds / 3, self._runner.beat),
            Periodic("renew leases of conversations", settings.lease_seconds / 3, self._conversations.beat),
            Periodic("renew leases of reviews", settings.lease_seconds / 3, self._reviews.beat),
            Periodic("measure the queue", MEASURE_SECONDS, self._runner.measure),
            Periodic("measure the queue of conversations", MEASURE_SECONDS, self._conversations.measure),
            Periodic("reap lost analyses", settings.lease_seconds / 3, lambda: reap_lost(parts)),
            Periodic("reap lost conversations", settings.lease_seconds / 3, lambda: reap_lost_conversations(parts)),
            Periodic("reap lost reviews", settings.lease_seconds / 3, lambda: reap_lost_reviews(parts)),
            Periodic("reap holds of budgets", REAP_SECONDS, lambda: reap_holds(parts)),
            Periodic("store request counts", FLUSH_SECONDS, lambda: flush_requests(parts)),
            Periodic("tidy sign-in", TIDY_SECONDS, lambda: tidy_sign_in(parts)),
            Periodic("remove old deliveries", SWEEP_SECONDS, lambda: remove_old_deliveries(parts)),
            Periodic("sweep abandoned uploads", CHORE_SECONDS, lambda: sweep_abandoned_uploads(parts)),
            Periodic("remove expired idempotency keys", CHORE_SECONDS, lambda: remove_expired_keys(parts)),
            Periodic("forget old analyses", CHORE_SECONDS, lambda: forget_old_analyses(parts)),
            Periodic("find topics", TOPIC_SECONDS, self._topics.find),
            Periodic("forget old conversations", CHORE_SECONDS, lambda: forget_old_conversations(parts)),
            Periodic("forget old reviews", CHORE_SECONDS, lambda: forget_old_reviews(parts)),
            Periodic("forget old calls of models", SWEEP_SECONDS, lambda: forget_old_calls(parts)),
            Periodic("sweep orphan blobs", ORPHAN_SECONDS, lambda: sweep_orphan_blobs(parts)),
        ]
        self._runner.freed.hear(self._take.nudge)
        self._conversations.freed.hear(self._understand.nudge)
        self._reviews.freed.hear(self._review.nudge)
        parts.reviews.hear(self._review.nudge)
        parts.taxonomies.hear(self._train.nudge)
        parts.conversations.hear(self._understand.nudge)
        self._sender.on_free(self._send.nudge)
        parts.deliveries.hear(self._send.nudge)
        self._relay_soon: asyncio.TimerHandle | None = None
        parts.relay.hear(self._something_waits)

    @property
    def busy(self) -> int:
        """How many analyses, batches of conversations and turns at reviews run here."""
        return len(self._runner.jobs) + len(self._conversations.batches) + self._reviews.busy

    async def start(self) -> None:
        """Start the loops."""
        self._runner.start()
        for loop in self._loops:
            loop.start()
        self._parts.worker_runs = True

    async def stop(self, seconds: float) -> None:
        """Take nothing new; let what runs end, for so long; give the rest back to the queue."""
        self._parts.worker_runs = False
        await self._take.stop()
        await self._send.stop()
        await self._understand.stop()
        await self._review.stop()
        await asyncio.gather(
            self._sender.stop(seconds),
            self._runner.stop(seconds),
            self._conversations.stop(seconds),
            self._reviews.stop(seconds),
        )
        for loop in self._loops:
            await loop.stop()
        if self._relay_soon:
            self._relay_soon.cancel()
        await self._relay.relay()
        await flush_requests(self._parts)
        await self._slots.close()
        await self._express_slots.close()
        await self._conversation_slots.close()
        await self._training_slots.close()

    def _something_waits(self) -> None:
        """Look at the queue at once, and hand over the outbox's messages a moment later, all that come meanwhile."""
        self._take.nudge()
        if self._relay_soon is None:
            self._relay_soon = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._relay_now)

    def _relay_now(self) -> None:
        self._relay_soon = None
        self._loops[0].nudge()

    async def _relay_when_quiet(self) -> None:
        await self._parts.courtesy.wait()
        await self._relay.relay()

    async def _on_waiting(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        self._runner.heard_of(message.tenant_id)
        unit.after_commit(self._take.nudge)

    async def _on_finished(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        """Webhooks hear of it, and a review that waited for it goes on."""
        if await tell_of_end(unit, message):
            unit.after_commit(self._send.nudge)
        if await reviews.analyzed(unit, UUID(message.payload["analysis_id"]), await unit.now()):
            unit.after_commit(self._review.nudge)

    async def _on_review(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        """Webhooks and channels of Slack hear of it."""
        told = await tell_of_review(unit, message)
        told += await tell_slack(unit, self._parts, message)
        if told:
            unit.after_commit(self._send.nudge)

    async def _on_emerging(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        """Webhooks hear of it."""
        if await tell_of_topic(unit, message):
            unit.after_commit(self._send.nudge)

    async def _on_budget(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        """Webhooks hear of it."""
        if await tell_of_budget(unit, message):
            unit.after_commit(self._send.nudge)
