"""One analysis, start to end: the only way from an artifact to a report."""

from faultline.engine.pipeline import Envelope, Gateway, Outcome, analyze, cache_key
from faultline.engine.registry import Registration, Registry

__all__ = ["Envelope", "Gateway", "Outcome", "Registration", "Registry", "analyze", "cache_key"]
