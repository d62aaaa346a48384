"""Config: what `.faultline.toml` says about designs, in its table `[design]`."""

from __future__ import annotations

from faultline.core.finding import Noun


class Config(Noun):
    """The table `[design]`."""
