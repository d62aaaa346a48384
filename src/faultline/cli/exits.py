"""What the exit code of a call says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; of several that apply to one call the largest is given."""

    OK = 0
    FINDINGS = 1
    BAD_INPUT = 2
    INTERNAL = 70
    """EX_SOFTWARE of sysexits.h: our defect. Never 0 and never 1, so that no gate opens because an analyzer crashed."""
    INTERRUPTED = 130
    """128 + SIGINT, as shells report it."""
    BROKEN_PIPE = 141
    """128 + SIGPIPE: the reader of our output went away."""


MEANINGS = {
    Exit.OK: "nothing at or above --fail-on was found",
    Exit.FINDINGS: "something at or above --fail-on was found",
    Exit.BAD_INPUT: "bad input or usage; every other input was still analyzed",
    Exit.INTERNAL: "an analyzer crashed; FAULTLINE_DEBUG=1 shows where",
}

EPILOG = "Exit codes:\n\n\b\n" + "\n".join(f"  {code.value:<3} {words}" for code, words in MEANINGS.items())


def examples(*lines: str) -> str:
    """Epilog of a command: its examples, then the exit codes."""
    return "Examples:\n\n\b\n" + "\n".join(f"  {line}" for line in lines) + "\n\n" + EPILOG
