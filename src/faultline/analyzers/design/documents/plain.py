"""Plain data as YAML and JSON hold it: what lies at a path, and mappings and lists as texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def strings(data: Any) -> dict[str, str]:
    """A mapping as text to text; numbers and truth values as YAML writes them."""
    return {str(key): _word(value) for key, value in data.items()} if isinstance(data, dict) else {}


def words(data: Any) -> list[str]:
    """A list as texts; empty where it is none."""
    return [str(each) for each in data] if isinstance(data, list) else []


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def at(data: Any, path: Iterable[str | int], otherwise: Any = None) -> Any:
    """The value at a path of keys and places; None, or what is given instead, where there is none."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part, otherwise)
        elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
            data = data[part]
        else:
            return otherwise
    return data


def has(data: Any, path: Iterable[str | int]) -> bool:
    """Whether there is a value at a path, be it null."""
    return at(data, path, _NOTHING) is not _NOTHING


_NOTHING = object()
