"""Errors of the machinery that a caller may see: what is out of order, and when to come again."""

from __future__ import annotations

from faultline.core.errors import FaultlineError


class TryAgainLater(FaultlineError):
    """Something the service stands on is out of order for now.

    `retry_after` is in seconds.
    """

    code = "unavailable"
    status = 503
    retry_after: float = 5.0


class DatabaseUnavailable(TryAgainLater):
    """The database does not answer."""

    code = "database-unavailable"


class DatabaseBusy(TryAgainLater):
    """Others hold the database for too long."""

    code = "database-busy"
    retry_after = 1.0


class StorageUnavailable(TryAgainLater):
    """The place where artifacts are kept does not answer."""

    code = "storage-unavailable"


class StorageFull(TryAgainLater):
    """There is no room left for what was sent."""

    code = "storage-full"
    status = 507
    retry_after = 60.0


class ContentTooLarge(FaultlineError):
    """What was sent passes the limit; `limit` is in bytes."""

    code = "content-too-large"
    status = 413

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the content is larger than the limit of {limit:,} bytes")
