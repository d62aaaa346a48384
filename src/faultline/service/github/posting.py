"""Bringing a plan to GitHub, so that doing it again changes nothing."""

from __future__ import annotations

from faultline.service.github.answers import Posted
from faultline.service.github.client import Installation
from faultline.service.github.comments import Plan


async def announce(installation: Installation, repo: str, head_sha: str) -> int | None:
    """Say at the commit that a review is under way; returns the check's id."""
    raise NotImplementedError


async def post(installation: Installation, repo: str, number: int, head_sha: str, plan: Plan) -> Posted:
    """Post a plan: the review with its comments, the summary, the check, and what is fixed.

    What is there already, by our hidden markers, is not posted again.
    """
    raise NotImplementedError
