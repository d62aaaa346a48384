"""Holding work to a limit of CPU on machines that others use too."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 5


def within(seconds: float, work: Callable[[], object]) -> None:
    """Fail unless one of a few tries costs this thread at most so many seconds of CPU.

    One try alone would tell of the machine: a core that is shared or slowed down shows up in its clock of CPU. What is
    quadratic or worse stays too dear however often it is tried. Other threads are not counted, so the work must not
    hand itself to any.
    """
    costs = []
    for _ in range(TRIES):
        began = time.thread_time()
        work()
        costs.append(time.thread_time() - began)
        if costs[-1] <= seconds:
            return
    raise AssertionError(f"{min(costs):.3f} s of CPU at best, {seconds:g} allowed")
