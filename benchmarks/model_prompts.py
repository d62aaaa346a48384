"""What `faultline ci --model` would send for real logs: its size, what building it costs, and what was taken out.

No model is asked. The limit is the guide's: 2,000 tokens whatever the size of the log.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from statistics import median

from ci_runner import LOGS, present
from faultline.ai.prompt import MAX_PROMPT_TOKENS, render
from faultline.analyzers.ci.analyzer import LogReader
from faultline.core import privacy
from faultline.core.artifact import Artifact

LOGS_READ = 200
MILLISECONDS_AT_MOST = 150.0
"""For the slowest prompt: 400 lines of up to 8 KiB each."""
HARMLESS = ("analysis completed", "POST /v1/analyses", "2026-11-21T10:03:03.123456Z", "took 12 ms of 200")
MICROSECONDS_AT_MOST = 20.0
"""For a harmless text of a log line, which is looked at for every field that is logged."""


def main() -> int:
    """Print the figures; 1 when one misses its limit."""
    missed = cost_of_a_harmless_text() > MICROSECONDS_AT_MOST
    if not present():
        return int(missed)
    tokens: list[int] = []
    milliseconds: list[float] = []
    marks: Counter[str] = Counter()
    logs = sorted(LOGS.rglob("*.log.gz"))
    reader = LogReader()
    for path in logs[:: max(len(logs) // LOGS_READ, 1)][:LOGS_READ]:
        artifact = Artifact.from_path("ci", path)
        for brief in reader.briefs(artifact, reader.analyze(artifact)):
            began = time.process_time()
            prompt = render(brief)
            milliseconds.append(1_000 * (time.process_time() - began))
            tokens.append(prompt.tokens)
            marks.update(mark for kind in privacy.KINDS if (mark := f"[{kind}]") in prompt.user)
    print(f"prompts: {len(tokens)}, tokens (upper bound): median {median(tokens):,.0f}, most {max(tokens):,}", end="")
    print(f" (limit {MAX_PROMPT_TOKENS:,})")
    print(f"building one: median {median(milliseconds):.1f} ms, most {max(milliseconds):.1f} ms of CPU", end="")
    print(f" (limit {MILLISECONDS_AT_MOST:.0f})")
    print("prompts with something taken out:", ", ".join(f"{mark} {count}" for mark, count in marks.most_common()) or 0)
    missed |= max(tokens) > MAX_PROMPT_TOKENS or max(milliseconds) > MILLISECONDS_AT_MOST
    return int(missed)


def cost_of_a_harmless_text() -> float:
    """Microseconds of CPU, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(2_000):
            for text in HARMLESS:
                privacy.find(text)
        best = min(best, (time.process_time() - began) / (2_000 * len(HARMLESS)) * 1e6)
    print(f"a harmless text of a log line: {best:.1f} us (limit {MICROSECONDS_AT_MOST:.0f})")
    return best


if __name__ == "__main__":
    sys.exit(main())
