"""Config: what `.faultline.toml` says about reviews, as it stands in the base."""

from __future__ import annotations

from pydantic import Field

from faultline.core.finding import Noun, Severity


class Config(Noun):
    """The table `[review]` of `.faultline.toml`.

    `exclude` are paths that nobody reviews and `ignore` rules that are not told, both as globs; `severity` gives rules
    another severity; `layers` are packages, of which none may import one that stands above it.
    """

    exclude: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = Field(default_factory=dict)
    layers: tuple[str, ...] = ()
