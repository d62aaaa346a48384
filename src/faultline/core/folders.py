"""Where a user's machine keeps what can be made again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path | None:
    """Where Faultline keeps its caches: `FAULTLINE_CACHE_DIR`, else the platform's place for caches.

    Returns:
        The folder, which need not exist; None when the user has no home.

    """
    if chosen := environment.get("FAULTLINE_CACHE_DIR"):
        return Path(chosen)
    variable, below = ("LOCALAPPDATA", "AppData/Local") if platform == "win32" else ("XDG_CACHE_HOME", ".cache")
    if platform == "darwin":
        below = "Library/Caches"
    base = Path(environment.get(variable, ""))
    if not base.is_absolute():  # as the XDG base directory specification wants it
        try:
            base = Path.home() / below
        except RuntimeError:
            return None
    return base / "faultline"
