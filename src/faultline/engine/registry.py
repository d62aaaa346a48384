"""Finds analyzers in the entry-point group `faultline.analyzers`, and loads one only when its kind is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from faultline.core.analyzer import ENTRY_POINT_GROUP, Analyzer, Options
from faultline.core.errors import AnalyzerFailed, UsageError
from faultline.core.report import Result
from faultline.engine.failure import describe

OURS = "faultline"
_STEPS = ("validate", "prefilter", "agents", "conclude")


@dataclass(frozen=True, slots=True)
class Registration:
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

    """

    def __init__(self, points: Iterable[EntryPoint]) -> None:
        found = [
            Registration(
                point.name, point.dist.name if point.dist else "", point.dist.version if point.dist else "", point
            )
            for point in points
        ]
        found.sort(key=lambda entry: (entry.kind, entry.distribution != OURS, entry.distribution))
        self._entries: dict[str, Registration] = {}
        for entry in found:
            self._entries.setdefault(entry.kind, entry)
        self._loaded: dict[str, Analyzer] = {}

    @staticmethod
    @cache
    def installed() -> Registry:
        """Everything installed beside Faultline, looked up once: the search costs some 10 ms."""
        return Registry(entry_points(group=ENTRY_POINT_GROUP))

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
            if kind not in self._entries:
                known = ", ".join(self._entries) or "none; is Faultline installed?"
                raise UsageError(f"no analyzer for kind '{kind}'; known kinds: {known}")
            self._loaded[kind] = _load(self._entries[kind])
        return self._loaded[kind]


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
