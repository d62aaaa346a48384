"""Readings: what is read of an artifact once, and shared by all that look at it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from faultline.core.artifact import Artifact

T = TypeVar("T")


class Reading(Generic[T]):
    """What is read of one artifact when it is first asked for; whoever asks meanwhile waits.

    Args:
        read: reads it; what it raises, every call raises.
        artifact: what is read.

    """

    def __init__(self, read: Callable[[Artifact], T], artifact: Artifact) -> None:
        self._read = read
        self._artifact = artifact
        self._lock = threading.Lock()
        self._found: tuple[T] | None = None

    def __call__(self) -> T:
        """What was read."""
        with self._lock:
            if self._found is None:
                self._found = (self._read(self._artifact),)
            return self._found[0]


class Readings(Generic[T]):
    """The last reading: where one analysis happens in one process, all its steps get the same one.

    One, for whoever analyzes several at once pays with reading again, not with memory.

    Args:
        read: reads an artifact.

    """

    def __init__(self, read: Callable[[Artifact], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._last: tuple[object, Reading[T]] | None = None

    def of(self, artifact: Artifact) -> Reading[T]:
        """What is read of an artifact, or is going to be: the same for the same name, bytes and metadata."""
        key = (artifact.name, artifact.sha256, sorted(artifact.metadata.items()))
        with self._lock:
            if self._last is None or self._last[0] != key:
                self._last = (key, Reading(self._read, artifact))
            return self._last[1]

    def over(self) -> None:
        """Keep nothing any longer."""
        with self._lock:
            self._last = None

    @property
    def holds(self) -> bool:
        """Whether one is kept."""
        return self._last is not None
