"""The error tree as the command line shows it: one sentence, one exit code."""

from __future__ import annotations

import os
import sys
import traceback

from faultline.cli.exits import Exit
from faultline.core.errors import ArtifactRejected, FaultlineError, UsageError
from faultline.engine.failure import describe
from faultline.engine.render.untrusted import one_line

HINT = "set FAULTLINE_DEBUG=1 to see where"


class ServerRefused(UsageError):
    """A server said no, could not be reached, or is none of ours; the message says what to do."""


class ServerFailed(FaultlineError):
    """A server could not do what it should, through no fault of the request."""

    code = "server-failed"


def exit_code(error: Exception) -> Exit:
    """The exit code for an error: the user's to mend, or ours."""
    return Exit.BAD_INPUT if isinstance(error, (ArtifactRejected, UsageError)) else Exit.INTERNAL


def sentence(error: Exception) -> str:
    """What went wrong, in one line."""
    if not isinstance(error, FaultlineError):
        return f"internal error: {one_line(describe(error))}; {HINT}"
    words = one_line(str(error), 600)
    here = exit_code(error) is Exit.INTERNAL and not isinstance(error, ServerFailed)
    return f"{words}; {HINT}" if here else words


def report_error(error: Exception) -> Exit:
    """Say an error in one line on standard error and return its exit code."""
    if os.environ.get("FAULTLINE_DEBUG"):
        traceback.print_exception(error)
    print(f"faultline: {sentence(error)}", file=sys.stderr)
    return exit_code(error)
