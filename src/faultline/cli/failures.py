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


def exit_code(error: Exception) -> Exit:
    """The exit code for an error: the user's to mend, or ours."""
    return Exit.BAD_INPUT if isinstance(error, (ArtifactRejected, UsageError)) else Exit.INTERNAL


def sentence(error: Exception) -> str:
    """What went wrong, in one line."""
    if not isinstance(error, FaultlineError):
        return f"internal error: {one_line(describe(error))}; {HINT}"
    words = one_line(str(error), 600)
    return words if exit_code(error) is Exit.BAD_INPUT else f"{words}; {HINT}"


def report_error(error: Exception) -> Exit:
    """Say an error in one line on standard error and return its exit code."""
    if os.environ.get("FAULTLINE_DEBUG"):
        traceback.print_exception(error)
    print(f"faultline: {sentence(error)}", file=sys.stderr)
    return exit_code(error)
