import gc

import structlog
from hypothesis import HealthCheck, settings

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""What hypothesis says of time it says of the machine: it takes the wall's, on cores that others use too."""
settings.register_profile("quick", PATIENT, max_examples=30)
"""Of `make test`, which names it: so no test says a number of its own that would count there too."""
settings.register_profile("thorough", PATIENT, max_examples=200)
settings.load_profile("thorough")

pytest_plugins = [
    "tests.fixtures.learning",
    "tests.fixtures.database",
    "tests.fixtures.schema",
    "tests.fixtures.front_door",
    "tests.fixtures.embedded",
]

structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
"""Where a test leaves logging as it is, structlog has rich draw every traceback: half a second of CPU for each one."""


def pytest_collection_finish() -> None:
    """Take the thousands of collected tests out of the garbage collector's sight, and let it look less often.

    It took a third of the suite's time: a full collection of a worker's 1.5 GB takes 2 s, and came every few tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
