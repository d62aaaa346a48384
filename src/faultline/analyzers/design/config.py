"""Config: what `.faultline.toml` says about designs.

    [design]
    level = "medium"                                # the least severity that is told; --level goes before it
    exclude = ["vendor/**", "docs/archive/**"]      # documents that nobody looks at; others may refer to them
    ignore = ["contract/*", "CWE-319"]              # rules by id or by weakness

    [design.severity]
    "resilience/single-replica" = "info"

    [[design.paths]]
    paths = ["deploy/dev/**"]
    ignore = ["resilience/*", "security/plain-http"]

Paths are relative to the folder that the file is in.
"""

from __future__ import annotations

from faultline.core.finding import Severity
from faultline.core.settings import MAX_BYTES, NAME, Settings
from faultline.core.settings import parse as parse_settings

__all__ = ["MAX_BYTES", "NAME", "Config", "parse"]


class Config(Settings):
    """The table `[design]`; `level` is the least severity that is told, where the call names none."""

    level: Severity | None = None


def parse(data: bytes | None) -> Config:
    """What a `.faultline.toml` says of designs. Never fails: see `core.settings.parse`."""
    return parse_settings(data, "design", Config)
