"""What a step of a review comes to: something to be recorded, or one of the ways in which it does not go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from faultline.platform.database import Tenant, UnitOfWork
from faultline.service.github.client import Installation
from faultline.service.parts import Parts
from faultline.service.repositories.service import Repositories
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.states import ReviewStatus
from faultline.service.reviews.tables import Review

Step = Callable[[UnitOfWork, datetime], Awaitable[str]]
"""Writes in a unit of the review's tenant, at a time, what has come of a step; answers with the outcome in a word. It
may be called again where the database did not take it."""


class Held(Exception):
    """It cannot go on now, and nobody is to blame.

    Args:
        pause: how long it shall wait.

    """

    def __init__(self, pause: timedelta) -> None:
        self.pause = pause
        super().__init__(f"wait {pause}")


class Ended(Exception):
    """There is nothing (more) to be reviewed.

    Args:
        code: why, stable.
        message: why, for people.
        status: how the review ends for it.

    """

    def __init__(self, code: str, message: str, status: ReviewStatus = ReviewStatus.FAILED) -> None:
        self.code = code
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a review's pull request is."""

    installation: Installation
    repository: Repository

    @property
    def name(self) -> str:
        """`owner/name`."""
        return self.repository.name


async def place_of(parts: Parts, review: Review) -> Place:
    """Where a review's pull request is.

    Raises:
        Ended: the App does not see it any more.
        NotFound: the settings name no App.

    """
    async with parts.database.unit(Tenant(review.tenant_id), write=False) as unit:
        repository = await Repositories(unit, parts).get(review.repository_id)
    if repository.installation_id is None:
        raise Ended("not-connected", f"the GitHub App does not see {repository.name} any more")
    return Place(parts.github.installation(repository.installation_id), repository)
