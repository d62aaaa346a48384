"""What the pool's tests have done in child processes: functions that a child can import by name."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from faultline.core.errors import ArtifactRejected

_warmed: list[str] = []


def warm(word: str = "warm") -> None:
    _warmed.append(word)


def warmed() -> tuple[list[str], int]:
    return _warmed, os.getpid()


def cold() -> None:
    raise ArtifactRejected("no warmth to be had", name="oven")


def process() -> int:
    return os.getpid()


def niceness_and_interrupt() -> tuple[int, bool]:
    return os.nice(0), signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def square(number: int) -> int:
    return number * number


def tell(began: Path) -> None:
    """Leave this process' id in a file, which is whole as soon as it is there."""
    unfinished = began.with_suffix(".unfinished")
    unfinished.write_text(str(os.getpid()))
    unfinished.rename(began)


def stay(began: Path) -> None:
    """Tell who works here, then never end."""
    tell(began)
    threading.Event().wait()


def wait_for(signal_file: Path, began: Path) -> str:
    tell(began)
    while not signal_file.exists():
        time.sleep(0.005)
    return "done"


def leave(code: int) -> None:
    os._exit(code)


def leave_politely() -> None:
    sys.exit("enough")


def reject() -> None:
    raise ArtifactRejected("too large", name="build.log", limit="1 MB")


class Stubborn(Exception):
    """Cannot be unpickled: it wants two arguments and remembers one."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} {why}")


def fail_stubbornly() -> None:
    raise Stubborn("will", "not")


def unreadable() -> object:
    return threading.Lock()


def much(size: int) -> bytes:
    return bytes(size)
