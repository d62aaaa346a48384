"""An agent's checks over one version of a file: none can take the review down, or hold it up for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Source

MAX_SECONDS: Final = 10.0
"""One file's checks may take so long; a check that has begun is not interrupted."""
MAX_OBSERVATIONS: Final = 2_000
"""Of one version of a file; what is so full of them is not read by anybody."""


class Looking:
    """The checks of an agent.

    Args:
        checks: what it looks with.
        clock: seconds of this thread, which a busy machine does not change.

    """

    def __init__(self, checks: Sequence[Check], clock: Callable[[], float] = time.thread_time) -> None:
        self._checks = checks
        self._clock = clock
        self.unread: dict[str, dict[str, str]] = {}
        """By path and check what this agent could not look at; nothing of what the file says."""
        self._failed: set[int] = set()
        self._seen: dict[int, tuple[Source, list[Observation]]] = {}

    def at(self, source: Source) -> list[Observation]:
        """All that is to be seen in a version of a file, in the order of its lines; looked at once."""
        if id(source) not in self._seen:
            self._seen[id(source)] = source, self._look(source)
        return self._seen[id(source)][1]

    def _look(self, source: Source) -> list[Observation]:
        started = self._clock()
        seen: list[Observation] = []
        for check in self._checks:
            if self._clock() - started > MAX_SECONDS:
                self.fail(source, "time", f"its checks took more than {MAX_SECONDS:.0f} s; not all of them were run")
                break
            try:
                seen += (each for each in check(source) if each.line >= 1)
            except Exception as error:
                name = name_of(check)
                self.fail(source, name, f"the check {name} crashed: {type(error).__name__}")
            if len(seen) > MAX_OBSERVATIONS:
                self.fail(source, "too much", f"more than {MAX_OBSERVATIONS:,} things were seen in it")
                del seen[MAX_OBSERVATIONS:]
                break
        known = catalogue()
        return sorted((each for each in seen if each.rule in known), key=_order)

    def fail(self, source: Source, check: str, reason: str) -> None:
        """Note that something could not be looked at."""
        self._failed.add(id(source))
        self.unread.setdefault(source.path, {}).setdefault(check, reason)

    def afresh(self) -> Looking:
        """The same checks, which have seen nothing and know of no failure."""
        return Looking(self._checks, self._clock)

    def failed(self, source: Source) -> bool:
        """Whether a check could not look at this version."""
        return id(source) in self._failed

    def understood(self, source: Source) -> bool:
        """Whether what was not seen in this version was not there."""
        return not self.failed(source) and (source.language is not Language.PYTHON or source.python is not None)


def name_of(check: Callable[..., Iterable[object]]) -> str:
    """A check's name, as in `security.python.cookies`."""
    module = getattr(check, "__module__", "").partition("faultline.analyzers.review.")[2]
    name = getattr(check, "__qualname__", type(check).__name__)
    return f"{module}.{name}".strip(".")


def _order(each: Observation) -> tuple[object, ...]:
    return (each.line, each.rule, each.end_line, each.code or "", each.message)
