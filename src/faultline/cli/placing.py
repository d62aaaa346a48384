"""How paths of a report are told: as the user wrote them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faultline.core.finding import Noun
from faultline.core.report import Report


def renamed(report: Report, name: Callable[[str], str]) -> Report:
    """A report with other names for its paths: what any noun of ours calls `path` or `old_path`."""
    told = {field: _renamed(getattr(report, field), name) for field in ("findings", "result")}
    return report.model_copy(update=told)


def _renamed(value: Any, name: Callable[[str], str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(each, name) for each in value) if value and isinstance(value[0], Noun) else value
    if not isinstance(value, Noun):
        return value
    changes: dict[str, Any] = {}
    for field in type(value).model_fields:
        old = getattr(value, field)
        if field in ("path", "old_path"):
            new = old if old is None or name(old) == old else name(old)
        else:
            new = _renamed(old, name)
        if new is not old:
            changes[field] = new
    return value.model_copy(update=changes) if changes else value
