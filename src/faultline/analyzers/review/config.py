"""Config: what `.faultline.toml` says about reviews, as it stands in the base.

    [review]
    exclude = ["docs/**", "*_pb2.py"]          # paths that nobody reviews
    ignore = ["style/*", "S101", "CWE-400"]    # rules by id, by their tool's code, by weakness
    layers = ["shop.web", "shop.core"]         # none may import one that stands before it

    [review.severity]
    "logic/*" = "low"

    [[review.paths]]
    paths = ["scripts/**"]
    ignore = ["security/assert-as-guard"]

Whoever may change the base may switch rules off, and nobody else. A file that is not as it should be changes nothing:
what is wrong with it is said in the report, and the defaults hold.
"""

from __future__ import annotations

from faultline.core.settings import MAX_BYTES, NAME, Patterns, Settings
from faultline.core.settings import parse as parse_settings

__all__ = ["MAX_BYTES", "NAME", "Config", "parse"]


class Config(Settings):
    """The table `[review]`; `layers` are packages, of which none may import one that stands above it."""

    layers: Patterns = ()


def parse(data: bytes | None) -> Config:
    """What a `.faultline.toml` says of reviews. Never fails: see `core.settings.parse`."""
    return parse_settings(data, "review", Config)
