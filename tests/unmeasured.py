"""Processes in which coverage is not counted, as what they run is counted elsewhere: it would double their CPU."""

from __future__ import annotations

import os


def environment() -> dict[str, str]:
    """This process' environment, without what makes coverage follow into others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
