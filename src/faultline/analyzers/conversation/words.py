"""The words and patterns that the rules go by; they are data, in `cues/`."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def data(name: str) -> dict[str, Any]:
    """What stands in `cues/NAME.toml`."""
    return tomllib.loads(resources.files(__package__).joinpath("cues", f"{name}.toml").read_text(encoding="utf-8"))
