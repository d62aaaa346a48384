"""Errors of the service that any noun may raise."""

from __future__ import annotations

from faultline.core.errors import FaultlineError


class NotFound(FaultlineError):
    """There is no such thing, or it is not yours: the answer is the same."""

    code = "not-found"
    status = 404


class Conflict(FaultlineError):
    """The thing is not in a state in which this can be done, or exists already."""

    code = "conflict"
    status = 409


class NotSignedIn(FaultlineError):
    """No valid key or token came with the request."""

    code = "not-signed-in"
    status = 401


class NotAllowed(FaultlineError):
    """The key or the role may not do this."""

    code = "not-allowed"
    status = 403


class QuotaExceeded(FaultlineError):
    """The month's quota is used up."""

    code = "quota-exceeded"
    status = 402

    def __init__(self, message: str, *, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(message)
