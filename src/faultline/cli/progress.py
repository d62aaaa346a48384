"""A spinner on standard error, for people who wait; logs and pipes never see it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status

DELAY_SECONDS = 1.0


def unheard(_: str) -> None:
    """Say something to nobody."""


@contextmanager
def waiting(words: str, delay: float = DELAY_SECONDS) -> Iterator[Callable[[str], None]]:
    """Show `words` beside a spinner while the body runs, once it has run for `delay` seconds.

    The body gets a function that changes the words.
    """
    if not sys.stderr.isatty():
        yield unheard
        return
    lock, stack, done = threading.Lock(), ExitStack(), False
    status: Status | None = None

    def show() -> None:
        from rich.console import Console

        nonlocal status
        with lock:
            if not done:
                status = stack.enter_context(Console(stderr=True).status(words, spinner="line"))

    def say(now: str) -> None:
        nonlocal words
        with lock:
            words = now
            if status is not None:
                status.update(now)

    timer = threading.Timer(delay, show)
    timer.daemon = True
    timer.start()
    try:
        yield say
    finally:
        timer.cancel()
        with lock:
            done = True
            stack.close()
