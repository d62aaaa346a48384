"""One analysis, start to end: the only way from an artifact to a report."""

from faultline.engine.pipeline import Draft, Envelope, Gateway, Outcome, analyze, cache_key, examine, finish, keeps
from faultline.engine.registry import Registration, Registry

__all__ = [
    "Draft",
    "Envelope",
    "Gateway",
    "Outcome",
    "Registration",
    "Registry",
    "analyze",
    "cache_key",
    "examine",
    "finish",
    "keeps",
]
