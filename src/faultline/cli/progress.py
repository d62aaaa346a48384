"""A spinner on standard error, for people who wait; logs and pipes never see it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

DELAY_SECONDS = 1.0


@contextmanager
def waiting(words: str, delay: float = DELAY_SECONDS) -> Iterator[None]:
    """Show `words` beside a spinner while the body runs, once it has run for `delay` seconds."""
    if not sys.stderr.isatty():
        yield
        return
    lock, stack, done = threading.Lock(), ExitStack(), False

    def show() -> None:
        from rich.console import Console

        with lock:
            if not done:
                stack.enter_context(Console(stderr=True).status(words, spinner="line"))

    timer = threading.Timer(delay, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            done = True
            stack.close()
