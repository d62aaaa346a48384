"""Words of identifiers and of paths, and how an identifier is written."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from faultline.core.patterns import regex


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, between its spaces."""
    return frozenset(text.split())


_WORD: Final = regex(r"[A-Z]{1,40}(?![a-z])|[A-Z]?[a-z]{1,40}|[0-9]{1,10}")
_CASES: Final = (
    ("camelCase", regex(r"[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+")),
    ("snake_case", regex(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")),
    ("kebab-case", regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")),
    ("PascalCase", regex(r"(?:[A-Z][a-z0-9]+){2,}")),
    ("CONSTANT_CASE", regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")),
)
ADMIN: Final = vocabulary(
    "admin admins administration administrator administrators backoffice sysadmin superuser superadmin actuator "
    "heapdump threaddump phpmyadmin impersonate"
)
"""Words of paths that lead to the administration."""
_MASS: Final = vocabulary(
    "admin analytics api audit auth authentication authorization availability billing cache catalog checkout config "
    "configuration content dashboard data debug email equipment exchange feedback graphql health help history hr "
    "identity info information internal inventory knowledge login logout machinery mail management market me media "
    "metadata money monitoring my news oauth payroll personnel pricing public rest root sales search security self "
    "series session shipping software speech staff stats status stock storage support system text traffic translate "
    "usage user-info version weather webhook whois work"
)
"""Nouns that have no plural in an address, and words that group addresses."""


@lru_cache(65536)
def words(identifier: str) -> tuple[str, ...]:
    """The words of an identifier in lower case: `createdAt` and `created_at` are both `created`, `at`."""
    return tuple(each.lower() for each in _WORD.findall(identifier[:200]))


@lru_cache(65536)
def case(identifier: str) -> str | None:
    """How an identifier of several words is written; None where it has one word or keeps to nothing known."""
    if len(identifier) > 100 or (identifier.isalnum() and identifier.islower()):
        return None
    if "_" in identifier and identifier.islower():
        return "snake_case" if _CASES[1][1].fullmatch(identifier) else None
    for name, form in _CASES:
        if form.fullmatch(identifier):
            return name
    return None


@lru_cache(16384)
def singular(word: str) -> str:
    """The singular of an English noun in lower case, as far as its ending shows it."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else _IRREGULAR.get(word, word)


_IRREGULAR: Final = {"people": "person", "children": "child", "criteria": "criterion", "indices": "index", "men": "man"}


def is_plural(word: str) -> bool | None:
    """Whether a noun stands in the plural; None where that cannot be told."""
    if word in _MASS or len(word) <= 2 or word.endswith(("ss", "us", "is", "ing", "ics", "ed")):
        return None
    return singular(word) != word


def segments(path: str) -> tuple[str, ...]:
    """The parts of a path's template, variables in their braces included."""
    return tuple(each for each in path.split("?", 1)[0].split("/") if each)


@lru_cache(16384)
def path_words(path: str) -> frozenset[str]:
    """The words of a path, variables not included."""
    return frozenset(word for each in segments(path) if "{" not in each for word in words(each))


PROBES: Final = frozenset({"health", "healthz", "ready", "readyz", "live", "livez", "ping", "metrics"})
"""Words of the paths by which machines ask whether a service works."""


_ADMIN_FIRST: Final = vocabulary("internal debug management ops operator maintenance metrics pprof env jolokia")
"""Words that mean the administration where a path begins with them."""
_ADMIN_BEHIND: Final = vocabulary("api rest v v1 v2 v3 1 2 3")

_PATTERN: Final = regex(r"[\^$*()?\\]|\.\*")
"""What of a path is an expression."""


def administers(path: str) -> bool:
    """Whether a path leads to the administration."""
    parts = [frozenset(words(each)) for each in segments(_PATTERN.sub("", path[:500])) if "{" not in each]
    if any(not ADMIN.isdisjoint(each) for each in parts):
        return True
    first = next((each for each in parts if not each <= _ADMIN_BEHIND), frozenset())
    return len(first) == 1 and not _ADMIN_FIRST.isdisjoint(first)
