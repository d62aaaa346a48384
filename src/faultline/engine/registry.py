"""Finds analyzers in the entry-point group `faultline.analyzers`, and loads one only when its kind is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Final, NamedTuple

from faultline import __version__
from faultline.core.analyzer import ENTRY_POINT_GROUP, Analyzer, Options
from faultline.core.errors import AnalyzerFailed, UsageError
from faultline.core.report import Result
from faultline.engine.failure import describe

OURS = "faultline"
BUILT_IN: Final = MappingProxyType(
    {
        "ci": "faultline.analyzers.ci.analyzer:CiAnalyzer",
        "conversation": "faultline.analyzers.conversation.analyzer:ConversationAnalyzer",
        "design": "faultline.analyzers.design.analyzer:DesignAnalyzer",
        "review": "faultline.analyzers.review.analyzer:ReviewAnalyzer",
    }
)
"""What our own entry points say. They go before those of others, so that nobody has to search for them."""
_STEPS = ("validate", "prefilter", "agents", "conclude")


class Registration(NamedTuple):
    """A kind and who provides it: the distribution's name and version, both empty when it was not installed."""

    kind: str
    distribution: str
    distribution_version: str
    entry_point: EntryPoint


class Registry:
    """The analyzers that can be had.

    Two distributions may offer one kind: ours wins, then the first by name, so that a plugin never replaces a
    built-in analyzer unseen and the choice does not depend on the order of `sys.path`.

    Args:
        points: the entry points to choose from.
        known: by kind those that are chosen before any of them; where one is asked for, nobody looks at `points`.

    """

    def __init__(self, points: Iterable[EntryPoint], known: Mapping[str, str] = MappingProxyType({})) -> None:
        self._points = points
        self._known = known
        self._loaded: dict[str, Analyzer] = {}

    @cached_property
    def _entries(self) -> dict[str, Registration]:
        found = [
            Registration(
                point.name, point.dist.name if point.dist else "", point.dist.version if point.dist else "", point
            )
            for point in self._points
        ]
        found.sort(key=lambda entry: (entry.kind, entry.distribution != OURS, entry.distribution))
        entries: dict[str, Registration] = {}
        for entry in found:
            entries.setdefault(entry.kind, entry)
        return entries

    @staticmethod
    @cache
    def installed() -> Registry:
        """Everything installed beside Faultline, looked up once and when it is needed: the search costs some 10 ms."""
        return Registry(_installed(), BUILT_IN)

    def registrations(self) -> tuple[Registration, ...]:
        """Every kind with its provider, sorted by kind; imports no analyzer."""
        return tuple(self._entries.values())

    def load(self, kind: str) -> Analyzer:
        """Import the analyzer of a kind; one instance serves every later call.

        Raises:
            UsageError: nobody provides this kind.
            AnalyzerFailed: its code cannot be imported or does not keep the contract.

        """
        if kind not in self._loaded:
            self._loaded[kind] = _load(self._entry(kind))
        return self._loaded[kind]

    def _entry(self, kind: str) -> Registration:
        if kind in self._known:
            return Registration(kind, OURS, __version__, EntryPoint(kind, self._known[kind], ENTRY_POINT_GROUP))
        if kind not in self._entries:
            known = ", ".join(self._entries) or "none; is Faultline installed?"
            raise UsageError(f"no analyzer for kind '{kind}'; known kinds: {known}")
        return self._entries[kind]


def _installed() -> Iterator[EntryPoint]:
    yield from entry_points(group=ENTRY_POINT_GROUP)


def _load(entry: Registration) -> Analyzer:
    whose = f"the analyzer of kind '{entry.kind}'" + (f" (from {entry.distribution})" if entry.distribution else "")
    try:
        analyzer = entry.entry_point.load()()
    except Exception as error:
        raise AnalyzerFailed(f"{whose} cannot be loaded: {describe(error)}") from error
    broken = _broken_promise(analyzer, entry.kind)
    if broken:
        raise AnalyzerFailed(f"{whose} breaks its contract: {broken}")
    loaded: Analyzer = analyzer
    return loaded


def _broken_promise(analyzer: object, kind: str) -> str | None:
    """Which part of the contract is missing; None when all stands."""
    if getattr(analyzer, "kind", None) != kind:
        return f"it is registered as '{kind}' but says its kind is {getattr(analyzer, 'kind', None)!r}"
    version = getattr(analyzer, "version", None)
    if not isinstance(version, str) or not version:
        return "it has no version"
    for name, base in (("options_type", Options), ("result_type", Result)):
        offered = getattr(analyzer, name, None)
        if not (isinstance(offered, type) and issubclass(offered, base)):
            return f"its {name} is not a subclass of {base.__name__}"
    missing = [step for step in _STEPS if not callable(getattr(analyzer, step, None))]
    return f"it lacks {', '.join(missing)}" if missing else None
