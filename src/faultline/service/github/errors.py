"""What can go wrong between us and GitHub."""

from __future__ import annotations

from datetime import datetime

from faultline.core.errors import FaultlineError
from faultline.platform.errors import TryAgainLater


class GitHubUnavailable(TryAgainLater):
    """GitHub does not answer, or wants us to wait.

    `retry_at` is when to come again, where GitHub says so, by our clock; `retry_after` is the same in seconds.
    """

    code = "github-unavailable"

    def __init__(self, message: str, *, retry_at: datetime | None = None, retry_after: float = 5.0) -> None:
        self.retry_at = retry_at
        self.retry_after = retry_after
        super().__init__(message)


class Gone(FaultlineError):
    """There is no such thing at GitHub, not any more, or the App may not see it."""

    code = "github-gone"
    status = 404


class GitHubRefused(FaultlineError):
    """GitHub understood and said no.

    `answered` is the status of its answer: 422 for what it cannot accept, 403 for a permission that the App lacks.
    """

    code = "github-refused"
    status = 502

    def __init__(self, message: str, *, answered: int) -> None:
        self.answered = answered
        super().__init__(message)


class AnswerTooLarge(FaultlineError):
    """GitHub's answer is longer than we read; `limit` is in bytes."""

    code = "github-answer-too-large"
    status = 502

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"GitHub's answer is longer than {limit:,} bytes")


class HeadMoved(FaultlineError):
    """Somebody pushed while a pull request was fetched; what was fetched does not belong together."""

    code = "head-moved"
    status = 409
