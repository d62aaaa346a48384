"""The five agents: which modules hold their checks, and for what documents each is there.

A module is imported only where a document of its kinds is there: a specification alone needs a third of them, and
importing the others costs more than checking it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check

_API: Final = frozenset({"openapi"})
_COMPOSE: Final = frozenset({"compose"})
_KUBERNETES: Final = frozenset({"kubernetes"})
_TERRAFORM: Final = frozenset({"terraform"})
_WRITTEN: Final = frozenset({"markdown", "diagram"})
_ANY: Final = _API | _COMPOSE | _KUBERNETES | _TERRAFORM | _WRITTEN | {"data", "environment", "other"}
_RUN: Final = _COMPOSE | _KUBERNETES | _TERRAFORM
_DEPLOYED: Final = _COMPOSE | _KUBERNETES
_SYSTEM: Final = _COMPOSE | _KUBERNETES | _TERRAFORM | _WRITTEN
_PLATFORM: Final = {"compose": _COMPOSE, "kubernetes": _KUBERNETES, "terraform": _TERRAFORM}

AGENTS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "contract": {"openapi": _API, "owasp": _API, "document": _ANY},
    "resilience": {
        "api": _API,
        **_PLATFORM,
        "prose": _WRITTEN,
        "topology": _SYSTEM,
        "sharing": _SYSTEM,
        "waiting": _WRITTEN,
    },
    "security": {
        "api": _API,
        **_PLATFORM,
        **dict.fromkeys(("inner", "routes", "written"), _DEPLOYED),
        "prose": _WRITTEN,
        "secrets": _ANY,
    },
    "consistency": {
        "api": _API,
        "artifacts": _SYSTEM,
        "twice": _API,
        "decisions": _WRITTEN,
        "choices": _WRITTEN,
        "stated": _WRITTEN | _RUN,
    },
    "evolution": {"breaking": _API, "deployments": _COMPOSE | _KUBERNETES},
}
"""By agent its modules, in the order in which they look, and the kinds of documents that each looks at."""


def checks(agent: str, design: Design) -> list[Check]:
    """The checks of an agent that have something to look at; those of `evolution` only with an older version."""
    if agent == "evolution" and design.older is None and not design.successions:
        return []
    older = design.older.documents if design.older else ()
    kinds = {each.kind for each in (*design.documents, *older)}
    found: list[Check] = []
    for name, wanted in AGENTS[agent].items():
        if not wanted.isdisjoint(kinds):
            found += import_module(f"faultline.analyzers.design.{agent}.{name}").CHECKS
    return found
