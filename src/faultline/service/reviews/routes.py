"""Reviews over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from faultline.service.analyses.routes import REPORT_ANSWERS, shown
from faultline.service.analyses.schemas import FormatName
from faultline.service.auth.access import OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.reviews.ledger import FindingState
from faultline.service.reviews.schemas import (
    AgentRunList,
    FindingChange,
    ReviewFindingOut,
    ReviewFindingPage,
    ReviewOut,
    ReviewPage,
)
from faultline.service.reviews.service import Reviews
from faultline.service.reviews.states import ReviewStatus
from faultline.service.reviews.store import Filter
from faultline.service.routing import router, service

routes = router("/v1/reviews", "reviews")

Reader = Annotated[Principal, requires(Scope.ANALYSES_READ)]
Submitter = Annotated[Principal, requires(Scope.ANALYSES_WRITE, limit="submissions")]
Writer = Annotated[Principal, requires(Scope.ANALYSES_WRITE)]
ReviewsOf = Annotated[Reviews, service(Reviews)]
From = Annotated[Origin, OriginOf]


@routes.get("")
async def list_reviews(
    _who: Reader,
    reviews: ReviewsOf,
    repository: UUID | None = None,
    number: Annotated[int | None, Query(ge=1, le=2_147_483_647, description="Of the pull request.")] = None,
    status: ReviewStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ReviewPage:
    """List reviews, newest first."""
    found = await reviews.list(Filter(repository, number, status), cursor=cursor, limit=limit)
    return ReviewPage(items=[ReviewOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/{review_id}")
async def get(review_id: UUID, _who: Reader, reviews: ReviewsOf) -> ReviewOut:
    """Get a review as it stands."""
    return ReviewOut.of(await reviews.get(review_id))


@routes.get("/{review_id}/findings")
async def findings(
    review_id: UUID,
    _who: Reader,
    reviews: ReviewsOf,
    state: Annotated[FindingState | None, Query(description="In this state.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ReviewFindingPage:
    """List the findings of the review's pull request as they stand now, in the order in which they came up."""
    found = await reviews.findings(review_id, state, cursor=cursor, limit=limit)
    return ReviewFindingPage(items=[ReviewFindingOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.patch("/{review_id}/findings/{finding_id}")
async def change_finding(
    review_id: UUID, finding_id: UUID, wanted: FindingChange, who: Writer, reviews: ReviewsOf, origin: From
) -> ReviewFindingOut:
    """Say that a finding is to be ignored, is none, or is open after all.

    It counts for its rule: one that a repository rejects too often falls silent there.
    """
    state = FindingState(wanted.state)
    return ReviewFindingOut.of(await reviews.judge(review_id, finding_id, state, wanted.reason, by=who, origin=origin))


@routes.get("/{review_id}/agents")
async def agents(review_id: UUID, _who: Reader, reviews: ReviewsOf) -> AgentRunList:
    """Get what each agent did: what it ran on, what it could not read; empty while there is no report."""
    return AgentRunList.of(await reviews.agents(review_id))


@routes.get("/{review_id}/report", response_class=Response, responses=REPORT_ANSWERS)
async def report(
    review_id: UUID,
    _who: Reader,
    reviews: ReviewsOf,
    output: Annotated[FormatName, Query(alias="format", description="How to show it.")] = "json",
) -> Response:
    """Get the report of a review, in any format that the command line knows."""
    return await shown(await reviews.report_json(review_id), output)


@routes.post("/{review_id}/cancel")
async def cancel(review_id: UUID, _who: Writer, reviews: ReviewsOf) -> ReviewOut:
    """End a review that has not ended; nothing is posted any more."""
    return ReviewOut.of(await reviews.cancel(review_id))


@routes.post("/{review_id}/retry")
async def retry(review_id: UUID, _who: Submitter, reviews: ReviewsOf) -> ReviewOut:
    """Queue a review again that failed or was cancelled."""
    return ReviewOut.of(await reviews.retry(review_id))
