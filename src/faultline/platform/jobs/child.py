"""The child's side of the process pool: take a call, make it, answer; go when nobody asks any more.

A frame is eight bytes of length, big-endian, and as many bytes of pickle. The child says one frame when it is ready,
then one for each that it is sent: `(True, value)`, or `(False, failure)` with a `Failure`. The end of the stream ends
the child. This module is what every child imports, so it imports little.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any, BinaryIO, NamedTuple

LENGTH = struct.Struct(">Q")
NICENESS = 19
"""Children yield the processor to the process that answers requests; on a machine with few cores it stays quick."""
_PR_SET_PDEATHSIG = 1
_MAX_TRACEBACK = 10_000


class Failure(NamedTuple):
    """What a call raised: the pickled error, None when it does not survive pickling; its kind; where it happened."""

    pickled: bytes | None
    summary: str
    trace: str


def serve(channel: socket.socket, initializer: Callable[..., object] | None, arguments: tuple[Any, ...]) -> None:
    """Be a child of the pool until the other end of the channel is closed.

    Args:
        channel: the connected stream to the parent.
        initializer: called once before the child says that it is ready; when it fails, the child says so and ends.
        arguments: what the initializer is called with.

    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what ends when
    end_with_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with channel, channel.makefile("rb") as questions, channel.makefile("wb") as answers:
        ready, answer = call((initializer, arguments) if initializer else (int, ()))
        put(answers, answer)
        while ready and (question := get(questions)) is not None:
            _, answer = call(question)
            put(answers, answer)


def call(question: bytes | tuple[Callable[..., object], tuple[Any, ...]]) -> tuple[bool, bytes]:
    """Make one call, pickled or not; answers whether it went well and what to tell the parent."""
    try:
        function, arguments = pickle.loads(question) if isinstance(question, bytes) else question  # noqa: S301 the parent's
        return True, pickle.dumps((True, function(*arguments)), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # also SystemExit: a job ends itself, not its worker
        return False, pickle.dumps((False, described(error)), pickle.HIGHEST_PROTOCOL)


def described(error: BaseException) -> Failure:
    """The error in a form that reaches the parent whatever it holds."""
    try:
        pickled = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        survives = type(pickle.loads(pickled)) is type(error)  # noqa: S301 our own bytes
    except Exception:
        survives = False
    summary = "".join(traceback.format_exception_only(error)).strip()
    trace = "".join(traceback.format_exception(error))
    return Failure(pickled if survives else None, summary[:_MAX_TRACEBACK], trace[-_MAX_TRACEBACK:])


def put(stream: BinaryIO, data: bytes) -> None:
    """Write one frame."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def get(stream: BinaryIO) -> bytes | None:
    """Read one frame; None when the stream has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def end_with_parent() -> None:
    """See to it that this process ends when its parent does, also by `kill -9` and also in the middle of a call.

    Everywhere a thread waits for the parent's end. A call that holds the interpreter's lock would keep it waiting, so
    on Linux the kernel is asked as well: it kills us with the fork server, which ends with the parent.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), name="parent", daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
