"""Fetching a pull request as a bundle, without running anything of it."""

from __future__ import annotations

from dataclasses import dataclass

from faultline.service.github.answers import Pull
from faultline.service.github.client import Installation


@dataclass(frozen=True, slots=True)
class Fetched:
    """A pull request as the artifact of a review (`analyzers.review.bundle`); `left_out` says what is not in it."""

    data: bytes
    left_out: tuple[str, ...] = ()


async def bundle(installation: Installation, repo: str, pull: Pull, *, tree_bytes: int = 50_000_000) -> Fetched:
    """Fetch a pull request.

    Args:
        installation: that sees it.
        repo: where the pull request is, `owner/name`.
        pull: which.
        tree_bytes: largest archive that is fetched for the import graph; `Settings.github_tree_bytes`.

    """
    raise NotImplementedError
