"""From a finished review to the messages that channels get; they go the way of webhooks: log, retries, redelivery."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from faultline.core.errors import UsageError
from faultline.core.finding import Severity
from faultline.platform.database import UnitOfWork, insert_into, new_id
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.service.parts import Parts
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.ledger import FindingState
from faultline.service.reviews.states import ReviewStatus
from faultline.service.reviews.tables import Review, ReviewFinding
from faultline.service.slack.message import Line, Told, message_of, trial
from faultline.service.slack.service import SlackChannels
from faultline.service.slack.store import SlackStore
from faultline.service.slack.tables import SlackChannel
from faultline.service.webhooks.events import EventType
from faultline.service.webhooks.fanout import event_id_of
from faultline.service.webhooks.states import DeliveryStatus
from faultline.service.webhooks.tables import WebhookDelivery

_SEVERITIES = list(Severity)


async def tell_slack(unit: UnitOfWork, parts: Parts, message: OutboxMessage) -> int:
    """Leave the messages that a review's end asks for; returns how many are new.

    Handed over twice, an outbox message makes each of them once: their ids are made of its id and the channel's.

    Args:
        unit: in the system's scope, as the relay's is.
        parts: of this process.
        message: of the topic `review.finished`.

    """
    if message.payload["status"] != ReviewStatus.COMPLETED.value:
        return 0
    assert message.tenant_id
    channels = await SlackStore(unit.session).enabled(message.tenant_id)
    if not channels:
        return 0
    query = (
        select(Review, Repository.name)
        .join(Repository, Repository.id == Review.repository_id)
        .where(Review.id == UUID(message.payload["review_id"]), Review.tenant_id == message.tenant_id)
    )
    row = (await unit.session.execute(query)).one_or_none()
    if row is None or row.Review.details.get("run_id"):  # the failed workflow of a pull request is no review of it
        return 0
    findings = await _findings(unit, row.Review)
    url = f"{parts.settings.github_url.rstrip('/')}/{row.name}/pull/{row.Review.number}"
    now, made = await unit.now(), []
    for channel in channels:
        told = _told(channel, row.Review, row.name, url, findings)
        if told is not None:
            key = uuid5(message.id, str(channel.id))
            made += _rows(unit, parts, channel, key, event_id_of(message.id), message_of(told), now)
    if not made:
        return 0
    left = await unit.session.execute(
        insert_into(unit.session, WebhookDelivery).values(made).on_conflict_do_nothing().returning(WebhookDelivery.id)
    )
    return len(left.all())


async def send_trial(unit: UnitOfWork, parts: Parts, channel: SlackChannel) -> WebhookDelivery:
    """Leave a test message for a channel."""
    key = new_id()
    rows = _rows(unit, parts, channel, key, event_id_of(key), trial(), await unit.now(), EventType.TEST)
    if not rows:
        raise UsageError("FAULTLINE_SECRET_KEY is not the one that the channel's address was encrypted with")
    delivery = WebhookDelivery(**rows[0])
    unit.session.add(delivery)
    await unit.session.flush()
    unit.after_commit(parts.deliveries.nudge)
    return delivery


def _told(
    channel: SlackChannel, review: Review, repository: str, url: str, findings: Sequence[ReviewFinding]
) -> Told | None:
    """What a channel is told; None where it does not want to hear of it."""
    if channel.repositories and not any(fnmatchcase(repository, glob) for glob in channel.repositories):
        return None
    least = Severity(channel.minimum_severity)
    counted = [
        each
        for each in findings
        if _SEVERITIES[each.severity].at_least(least) and (not channel.only_new or each.first_review_id == review.id)
    ]
    everything = least is Severity.INFO and not channel.only_new
    if not counted and not everything:
        return None
    return Told(
        repository=repository,
        number=review.number,
        title=review.title,
        author=review.author,
        url=url,
        counts=Counter(_SEVERITIES[each.severity] for each in counted),
        fixed=int(review.stats.get("fixed", 0)),
        lines=[Line(_SEVERITIES[each.severity], each.title, each.path, each.line) for each in counted],
    )


async def _findings(unit: UnitOfWork, review: Review) -> Sequence[ReviewFinding]:
    query = (
        select(ReviewFinding)
        .where(
            ReviewFinding.tenant_id == review.tenant_id,
            ReviewFinding.repository_id == review.repository_id,
            ReviewFinding.number == review.number,
            ReviewFinding.last_review_id == review.id,
            ReviewFinding.state == FindingState.OPEN,
        )
        .order_by(ReviewFinding.severity, ReviewFinding.id)
    )
    return (await unit.session.execute(query)).scalars().all()


def _rows(
    unit: UnitOfWork,
    parts: Parts,
    channel: SlackChannel,
    key: UUID,
    event_id: str,
    message: dict[str, Any],
    now: datetime,
    event: EventType = EventType.REVIEW_COMPLETED,
) -> list[dict[str, Any]]:
    try:
        host = SlackChannels(unit, parts).host_of(channel)
    except UsageError:
        return []  # of another secret key: nobody can send it
    return [
        {
            "id": key,
            "tenant_id": channel.tenant_id,
            "endpoint_id": None,
            "slack_channel_id": channel.id,
            "url": host,
            "event_id": event_id,
            "event": event.value,
            "body": json.dumps(message),
            "status": DeliveryStatus.PENDING.value,
            "log": [],
            "created_at": now,
            "attempts": 0,
            "available_at": now,
        }
    ]
