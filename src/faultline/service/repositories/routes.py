"""Repositories over HTTP, with what people think of the rules there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from faultline.service.auth.access import OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.repositories.schemas import RepositoryChange, RepositoryOut, RepositoryPage
from faultline.service.repositories.service import Repositories
from faultline.service.reviews.feedback import Feedback
from faultline.service.reviews.schemas import MuteRequest, ReviewOut, ReviewRequest, RuleId, RuleOut, RulePage
from faultline.service.reviews.service import Reviews
from faultline.service.routing import PartsOf, UnitOf, router, service

routes = router("/v1/repositories", "repositories")

Reader = Annotated[Principal, requires(Scope.ANALYSES_READ)]
Submitter = Annotated[Principal, requires(Scope.ANALYSES_WRITE, limit="submissions")]
Chooser = Annotated[Principal, requires(Scope.OPERATIONS_WRITE)]
RepositoriesOf = Annotated[Repositories, service(Repositories)]
ReviewsOf = Annotated[Reviews, service(Reviews)]
From = Annotated[Origin, OriginOf]


@routes.get("")
async def list_repositories(
    _who: Reader, repositories: RepositoriesOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> RepositoryPage:
    """List repositories, newest first. GitHub tells of them; there is nothing to be made by hand."""
    found = await repositories.list(cursor=cursor, limit=limit)
    return RepositoryPage(items=[RepositoryOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/{repository_id}")
async def get(repository_id: UUID, _who: Reader, repositories: RepositoriesOf) -> RepositoryOut:
    """Get a repository, and how its pull requests are reviewed."""
    return RepositoryOut.of(await repositories.get(repository_id))


@routes.patch("/{repository_id}")
async def change(
    repository_id: UUID, wanted: RepositoryChange, who: Chooser, repositories: RepositoriesOf, origin: From
) -> RepositoryOut:
    """Have a repository's pull requests reviewed otherwise, from the next review on."""
    return RepositoryOut.of(await repositories.change(repository_id, wanted, by=who, origin=origin))


@routes.post("/{repository_id}/reviews", status_code=202)
async def submit_review(
    repository_id: UUID, wanted: ReviewRequest, who: Submitter, reviews: ReviewsOf, response: Response
) -> ReviewOut:
    """Have a pull request reviewed now; what is under way for it ends."""
    review = await reviews.request(repository_id, wanted.number, by=who)
    response.headers["Location"] = f"/v1/reviews/{review.id}"
    return ReviewOut.of(review)


@routes.get("/{repository_id}/rules")
async def list_rules(
    repository_id: UUID,
    _who: Reader,
    repositories: RepositoriesOf,
    unit: UnitOf,
    parts: PartsOf,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> RulePage:
    """List the rules that came up in a repository: how often they were right there, and which of them are silent."""
    await repositories.get(repository_id)
    found = await Feedback(unit, parts, repository_id).list(cursor=cursor, limit=limit)
    return RulePage(items=[RuleOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.put("/{repository_id}/rules/{rule_id}")
async def set_rule(
    repository_id: UUID,
    rule_id: Annotated[RuleId, Path()],
    wanted: MuteRequest,
    who: Chooser,
    repositories: RepositoriesOf,
    unit: UnitOf,
    parts: PartsOf,
    origin: From,
) -> RuleOut:
    """Silence a rule in a repository, or let it speak again; this stands whatever its findings come to."""
    await repositories.get(repository_id)
    return RuleOut.of(await Feedback(unit, parts, repository_id).mute(rule_id, wanted.muted, by=who, origin=origin))
