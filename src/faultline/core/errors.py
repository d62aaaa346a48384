"""The error tree of the analysis half.

    FaultlineError
    ├── ArtifactRejected     the input cannot be analyzed: missing, too large, not of this kind
    ├── UsageError           the request makes no sense: unknown kind, unknown option, unknown rule
    └── AnalyzerFailed       an analyzer broke its contract or crashed; a defect, not the user's fault

No HTTP here: the service maps `code` and `status` to problem details, the command line maps them to exit codes.
"""

from __future__ import annotations

from typing import Any, ClassVar


class FaultlineError(Exception):
    """Anything Faultline says no to. The message is one sentence a user can act on."""

    code: ClassVar[str] = "faultline-error"
    status: ClassVar[int] = 500

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors come from worker processes. Python would call the class with `args`, the finished message, alone.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[FaultlineError], args: tuple[Any, ...], state: dict[str, Any]) -> FaultlineError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class ArtifactRejected(FaultlineError):
    """The artifact cannot be analyzed.

    Args:
        reason: what is wrong and what to do, without the artifact's name.
        name: the artifact's name as the user gave it.
        limit: the limit that was passed, in words, when there is one.

    """

    code = "artifact-rejected"
    status = 422

    def __init__(self, reason: str, *, name: str = "", limit: str | None = None) -> None:
        self.reason = reason
        self.name = name
        self.limit = limit
        super().__init__(f"{name}: {reason}" if name else reason)


class UsageError(FaultlineError):
    """The request itself makes no sense."""

    code = "usage"
    status = 400


class AnalyzerFailed(FaultlineError):
    """An analyzer crashed or broke its contract."""

    code = "analyzer-failed"
    status = 500
