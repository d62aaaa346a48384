"""From an event to its deliveries: one for each endpoint that wants to hear of it, and one for the callback URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select

from faultline.platform.database import UnitOfWork, insert_into, new_id
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.service.analyses.schemas import AnalysisOut
from faultline.service.analyses.states import Status
from faultline.service.analyses.tables import Analysis
from faultline.service.budgets.schemas import BudgetStand
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.schemas import ReviewOut
from faultline.service.reviews.tables import Review
from faultline.service.webhooks.events import (
    ConversationTopicEmerging,
    EmergingTopic,
    EmergingTopicData,
    Event,
    ReviewCompleted,
    ReviewData,
    ReviewedRepository,
    ReviewFailed,
    analysis_ended,
    budget_reached,
)
from faultline.service.webhooks.states import DeliveryStatus
from faultline.service.webhooks.store import WebhookStore
from faultline.service.webhooks.tables import WebhookDelivery, WebhookEndpoint

DeliveryTarget = tuple[UUID, UUID | None, str]
"""Id of the delivery that is to be made, the endpoint (None for a callback), and the URL."""


def event_id_of(message_id: UUID) -> str:
    """The `webhook-id` of what an outbox message, or any other UUID of its own, tells of."""
    return f"msg_{message_id.hex}"


# Every analysis that ends is asked about, and most have nobody who listens: one small query, made once.
_SOMEBODY_LISTENS = select(
    or_(
        Analysis.callback_url.is_not(None),
        exists().where(WebhookEndpoint.tenant_id == bindparam("tenant"), WebhookEndpoint.enabled.is_(True)),
    )
).where(Analysis.id == bindparam("analysis"), Analysis.tenant_id == bindparam("tenant"))


async def tell_of_end(unit: UnitOfWork, message: OutboxMessage) -> int:
    """Leave the deliveries that an analysis' end asks for; returns how many are new.

    Handed over twice, a message makes each of them once: the event's id is made of the message's, an endpoint takes an
    event once, and the delivery to the callback URL has the message's own id.

    Args:
        unit: in the system's scope, as the relay's is.
        message: of the topic `analysis.finished`.

    """
    which = {"analysis": UUID(message.payload["analysis_id"]), "tenant": message.tenant_id}
    if not (await unit.session.execute(_SOMEBODY_LISTENS, which)).scalar_one_or_none():
        return 0
    query = select(Analysis).where(Analysis.id == which["analysis"], Analysis.tenant_id == which["tenant"])
    analysis = (await unit.session.execute(query)).scalar_one()
    event = analysis_ended(
        AnalysisOut.of(analysis), Status(message.payload["status"]), analysis.finished_at or await unit.now()
    )
    targets = await _listening(unit, event, message.tenant_id)
    if analysis.callback_url:
        targets.append((message.id, None, analysis.callback_url))
    return await _leave(unit, event, message, targets)


async def tell_of_budget(unit: UnitOfWork, message: OutboxMessage) -> int:
    """Leave the deliveries that an alert about a budget asks for; returns how many are new.

    Args:
        unit: in the system's scope, as the relay's is.
        message: of the topic `budget.raised`.

    """
    payload = message.payload
    stand, at = BudgetStand.model_validate(payload["budget"]), datetime.fromisoformat(payload["at"])
    event = budget_reached(payload["threshold"], stand, at)
    return await _leave(unit, event, message, await _listening(unit, event, message.tenant_id))


async def _listening(unit: UnitOfWork, event: Event, tenant_id: UUID) -> list[DeliveryTarget]:
    endpoints = await WebhookStore(unit.session).enabled(tenant_id)
    return [
        (new_id(), endpoint.id, endpoint.url)
        for endpoint in endpoints
        if not endpoint.events or event.type in endpoint.events
    ]


async def _leave(unit: UnitOfWork, event: Event, message: OutboxMessage, targets: Sequence[DeliveryTarget]) -> int:
    if not targets:
        return 0
    rows = delivery_rows(event, event_id_of(message.id), message.tenant_id, targets, await unit.now())
    made = await unit.session.execute(
        insert_into(unit.session, WebhookDelivery).values(rows).on_conflict_do_nothing().returning(WebhookDelivery.id)
    )
    return len(made.all())


async def tell_of_topic(unit: UnitOfWork, message: OutboxMessage) -> int:
    """Leave the deliveries that an emerging topic asks for; returns how many are new.

    Args:
        unit: in the system's scope, as the relay's is.
        message: of the topic `conversations.topic_emerging`.

    """
    said = message.payload
    topic = EmergingTopic(id=said["id"], name=said["name"], recent=said["recent"], factor=said["factor"])
    event = ConversationTopicEmerging(timestamp=datetime.fromisoformat(said["at"]), data=EmergingTopicData(topic=topic))
    return await _leave(unit, event, message, await _listening(unit, event, message.tenant_id))


async def tell_of_review(unit: UnitOfWork, message: OutboxMessage) -> int:
    """Leave the deliveries that a review's end asks for; returns how many are new.

    Args:
        unit: in the system's scope, as the relay's is.
        message: of the topic `review.finished`.

    """
    kind = _REVIEWS.get(message.payload["status"])
    query = (
        select(Review, Repository.id, Repository.name)
        .join(Repository, Repository.id == Review.repository_id)
        .where(Review.id == UUID(message.payload["review_id"]), Review.tenant_id == message.tenant_id)
    )
    row = (await unit.session.execute(query)).one_or_none()
    if kind is None or row is None:
        return 0
    repository = ReviewedRepository(id=row.id, name=row.name)
    event = kind(
        timestamp=row.Review.finished_at or await unit.now(),
        data=ReviewData(review=ReviewOut.of(row.Review), repository=repository),
    )
    return await _leave(unit, event, message, await _listening(unit, event, message.tenant_id))


_REVIEWS: Mapping[str, type[ReviewCompleted | ReviewFailed]] = {"completed": ReviewCompleted, "failed": ReviewFailed}
"""A review that was cancelled by hand, or superseded, is told to nobody."""


def delivery_rows(
    event: Event, event_id: str, tenant_id: UUID, targets: Sequence[DeliveryTarget], now: datetime
) -> list[dict[str, Any]]:
    """The rows of deliveries that are due at once.

    Args:
        event: what is sent.
        event_id: its id, the same for all.
        tenant_id: whose they are.
        targets: where it goes.
        now: the time.

    """
    body = event.model_dump_json()
    return [
        {
            "id": delivery_id,
            "tenant_id": tenant_id,
            "endpoint_id": endpoint_id,
            "url": url,
            "event_id": event_id,
            "event": event.type.value,
            "body": body,
            "status": DeliveryStatus.PENDING.value,
            "log": [],
            "created_at": now,
            "attempts": 0,
            "available_at": now,
        }
        for delivery_id, endpoint_id, url in targets
    ]
