"""The catalogue of events: what a webhook can hear of, and what each event carries.

The form is that of Standard Webhooks (standardwebhooks.com): `type`, `timestamp`, `data`. A kind of event is a member
of `EventType` and a model in `CATALOGUE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from faultline.service.analyses.schemas import AnalysisOut
from faultline.service.analyses.states import Status
from faultline.service.budgets.schemas import BudgetStand
from faultline.service.reviews.schemas import ReviewOut


class EventType(StrEnum):
    """What a webhook can hear of."""

    ANALYSIS_COMPLETED = "analysis.completed"
    ANALYSIS_FAILED = "analysis.failed"
    ANALYSIS_CANCELLED = "analysis.cancelled"
    ANALYSIS_SKIPPED = "analysis.skipped"
    TOPIC_EMERGING = "conversations.topic_emerging"
    REVIEW_COMPLETED = "review.completed"
    REVIEW_FAILED = "review.failed"
    BUDGET_ALERT = "budget.alert"
    BUDGET_EXHAUSTED = "budget.exhausted"
    TEST = "webhook.test"

    @property
    def summary(self) -> str:
        """When it is sent, in a sentence."""
        return (CATALOGUE[self].__doc__ or "").strip()


Moment = Annotated[datetime, Field(description="When it happened; a later attempt to deliver it says the same.")]


class AnalysisData(BaseModel):
    """The analysis that an event is about."""

    analysis: AnalysisOut


class AnalysisEvent(BaseModel):
    """What all events about analyses have."""

    timestamp: Moment
    data: AnalysisData


class AnalysisCompleted(AnalysisEvent):
    """An analysis has ended with a report."""

    type: Literal[EventType.ANALYSIS_COMPLETED] = EventType.ANALYSIS_COMPLETED


class AnalysisFailed(AnalysisEvent):
    """An analysis cannot succeed; `error` says why."""

    type: Literal[EventType.ANALYSIS_FAILED] = EventType.ANALYSIS_FAILED


class AnalysisCancelled(AnalysisEvent):
    """Somebody ended an analysis before it was done."""

    type: Literal[EventType.ANALYSIS_CANCELLED] = EventType.ANALYSIS_CANCELLED


class AnalysisSkipped(AnalysisEvent):
    """There was nothing to analyze in the content."""

    type: Literal[EventType.ANALYSIS_SKIPPED] = EventType.ANALYSIS_SKIPPED


class EmergingTopic(BaseModel):
    """A topic that is new, or of which there is significantly more than before."""

    id: str
    name: str
    recent: Annotated[int, Field(description="Conversations of the last seven days.")]
    factor: Annotated[
        float | None, Field(description="Its share of these over its share before; null for a topic that is new.")
    ]


class EmergingTopicData(BaseModel):
    """The topic that emerges; `GET /v1/conversations/topics/{id}` says more."""

    topic: EmergingTopic


class ConversationTopicEmerging(BaseModel):
    """Customers write about something more than they did; each wave of it is told of once."""

    type: Literal[EventType.TOPIC_EMERGING] = EventType.TOPIC_EMERGING
    timestamp: Moment
    data: EmergingTopicData


class ReviewedRepository(BaseModel):
    """The repository of a review."""

    id: UUID
    name: Annotated[str, Field(examples=["acme/shop"])]


class ReviewData(BaseModel):
    """The review that an event is about; `stats` counts what it found."""

    review: ReviewOut
    repository: ReviewedRepository


class ReviewEvent(BaseModel):
    """What all events about reviews have."""

    timestamp: Moment
    data: ReviewData


class ReviewCompleted(ReviewEvent):
    """A pull request was reviewed, or its failed workflow explained, and GitHub shows what was found."""

    type: Literal[EventType.REVIEW_COMPLETED] = EventType.REVIEW_COMPLETED


class ReviewFailed(ReviewEvent):
    """A pull request could not be reviewed; `error` says why."""

    type: Literal[EventType.REVIEW_FAILED] = EventType.REVIEW_FAILED


class BudgetData(BaseModel):
    """The budget that an event is about."""

    threshold: Annotated[int, Field(description="In percent of the budget.")]
    budget: BudgetStand


class BudgetEvent(BaseModel):
    """What all events about budgets have; there is one for each budget, period and threshold."""

    timestamp: Moment
    data: BudgetData


class BudgetAlert(BudgetEvent):
    """Models have cost 80 % of a budget."""

    type: Literal[EventType.BUDGET_ALERT] = EventType.BUDGET_ALERT


class BudgetExhausted(BudgetEvent):
    """A budget has no room for another call of a model until it begins anew."""

    type: Literal[EventType.BUDGET_EXHAUSTED] = EventType.BUDGET_EXHAUSTED


class WebhookTestData(BaseModel):
    """What a test carries."""

    message: str = "This is a test. Nothing has happened."


class WebhookTest(BaseModel):
    """Somebody tries out a webhook; it is sent whatever events the webhook asks for."""

    type: Literal[EventType.TEST] = EventType.TEST
    timestamp: Moment
    data: WebhookTestData = WebhookTestData()


Event = (
    AnalysisCompleted
    | AnalysisFailed
    | AnalysisCancelled
    | AnalysisSkipped
    | BudgetAlert
    | BudgetExhausted
    | ConversationTopicEmerging
    | ReviewCompleted
    | ReviewFailed
    | WebhookTest
)

CATALOGUE: Mapping[EventType, type[Event]] = MappingProxyType(
    {
        EventType.ANALYSIS_COMPLETED: AnalysisCompleted,
        EventType.ANALYSIS_FAILED: AnalysisFailed,
        EventType.ANALYSIS_CANCELLED: AnalysisCancelled,
        EventType.ANALYSIS_SKIPPED: AnalysisSkipped,
        EventType.TOPIC_EMERGING: ConversationTopicEmerging,
        EventType.REVIEW_COMPLETED: ReviewCompleted,
        EventType.REVIEW_FAILED: ReviewFailed,
        EventType.BUDGET_ALERT: BudgetAlert,
        EventType.BUDGET_EXHAUSTED: BudgetExhausted,
        EventType.TEST: WebhookTest,
    }
)

_ENDS: Mapping[Status, type[AnalysisCompleted | AnalysisFailed | AnalysisCancelled | AnalysisSkipped]] = (
    MappingProxyType(
        {
            Status.COMPLETED: AnalysisCompleted,
            Status.FAILED: AnalysisFailed,
            Status.CANCELLED: AnalysisCancelled,
            Status.SKIPPED: AnalysisSkipped,
        }
    )
)


def analysis_ended(analysis: AnalysisOut, status: Status, at: datetime) -> Event:
    """The event of an analysis' end.

    Args:
        analysis: as it stands now.
        status: how it ended, which is what the event says even if somebody has queued it again since.
        at: when.

    """
    return _ENDS[status](timestamp=at, data=AnalysisData(analysis=analysis.model_copy(update={"status": status})))


def budget_reached(threshold: int, budget: BudgetStand, at: datetime) -> Event:
    """The event of a budget that has reached a threshold, in percent."""
    kind = BudgetExhausted if threshold >= 100 else BudgetAlert
    return kind(timestamp=at, data=BudgetData(threshold=threshold, budget=budget))
