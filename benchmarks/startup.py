"""How much CPU time a one-shot command costs before it does anything: `faultline --help` against an empty Python."""

from __future__ import annotations

import sys
from pathlib import Path

from measure import median_cpu_s, row

LIMIT_S = 0.25


def main() -> int:
    """Print both medians and their ratio; 1 when the command line starts too slowly."""
    python = Path(sys.executable)
    bare = median_cpu_s([python, "-c", "pass"])
    row("python -c pass", bare, "s CPU")
    kept = row(
        "faultline --help",
        median_cpu_s([python.with_name("faultline"), "--help"]),
        "s CPU",
        against=bare,
        at_most=LIMIT_S,
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
