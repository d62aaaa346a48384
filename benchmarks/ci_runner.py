"""Runs `faultline ci` over the labelled CI logs and reads them for the baselines.

The logs stay where they are: `../shared` from the project's root, or the folder that FAULTLINE_SHARED names.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FAULTLINE_SHARED", PROJECT.parent / "shared"))
LOGS = SHARED / "data" / "ci-logs"
LABELS = LOGS / "labels.jsonl"
SCORE = SHARED / "score" / "ci_logs.py"

# A log that is diagnosed has findings: the command then ends with 1, and that is no failure of the run.
FAULTLINE = (sys.executable, "-c", "import sys; from faultline.cli.main import main; sys.exit(main())")
EXIT_CODES = (0, 1)

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Report = dict[str, Any]


def present() -> bool:
    """Whether the data is there; says so when it is not."""
    if LABELS.is_file() and SCORE.is_file():
        return True
    print(f"{LABELS}: not present")
    return False


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read the objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write objects one a line; answers the path."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def log_lines(log: str) -> list[str]:
    """Read the lines of a log without colour codes; a carriage return ends a line too, as it does on a screen."""
    text = gzip.decompress((LOGS / log).read_bytes()).decode("utf-8", "replace")
    return ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")


def diagnose(logs: Sequence[str], workers: int) -> dict[str, Report]:
    """Make reports by log with as many processes as `workers`, each of which gets its share of logs in one call.

    A log that has no report is missing in the answer.

    Raises:
        SystemExit: a call printed nothing, or ended as it does only for bad input or a defect.
    """
    # Largest first, dealt out like cards: a share takes as long as the others.
    by_size = sorted(logs, key=lambda log: (-(LOGS / log).stat().st_size, log))
    shares = [[LOGS / log for log in share] for at in range(workers) if (share := by_size[at::workers])]
    return by_log(report for reports in map_calls(shares) for report in reports)


def run_faultline(paths: Sequence[Path], *options: str) -> list[Report]:
    """Make the reports of these files, in order, in one call with further options."""
    return map_calls([paths], *options)[0]


def map_calls(shares: Sequence[Sequence[Path]], *options: str) -> list[list[Report]]:
    """Run one call a share, side by side; raises SystemExit when one of them failed."""
    calls = [
        subprocess.Popen(
            [*FAULTLINE, "ci", "--format", "jsonl", "--no-cache", *options, *map(str, share)],
            stdout=subprocess.PIPE,
            cwd=PROJECT,
        )
        for share in shares
    ]
    printed = [call.communicate()[0].decode("utf-8") for call in calls]
    # Python ends with 1 too when it cannot start the command: a call that printed nothing is a failed one.
    if bad := [
        c.returncode for c, text in zip(calls, printed, strict=True) if c.returncode not in EXIT_CODES or not text
    ]:
        sys.exit(f"faultline ci ended with {bad[0]}")
    return [[json.loads(line) for line in text.splitlines() if line.strip()] for text in printed]


def by_log(reports: Iterable[Report]) -> dict[str, Report]:
    """Put reports under the name their log has in `labels.jsonl`: the last three parts of its path."""
    return {"/".join(Path(report["artifact"]["name"]).parts[-3:]): report for report in reports}
