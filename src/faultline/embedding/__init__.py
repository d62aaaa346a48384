"""Texts as vectors, from models that are installed as packages: no server, no key, no network.

    vectors = embedding.static().encode(["where is my parcel?"])     # 15,000 texts a CPU second
    vectors = embedding.minilm().encode(["where is my parcel?"])     # 400 short texts a CPU second, and better

Needs the extra `conversation`; without it `available()` is false and asking for a model raises `MissingExtra`. Both
models are loaded once a process, at the first use, and may be used from any thread. MiniLM's runtime starts threads:
never load it in a process that forks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from faultline.embedding.extra import MissingExtra, available, required

if TYPE_CHECKING:
    from faultline.embedding.embedder import Embedder

__all__ = ["MissingExtra", "available", "is_prepared", "minilm", "static"]

_loaded: dict[str, Embedder] = {}
_loading = threading.Lock()


def minilm() -> Embedder:
    """all-MiniLM-L6-v2 in int8: 384 dimensions, reads the first 128 word pieces of a text.

    Raises:
        MissingExtra: the extra `conversation` is not installed.
        WrongWeights: the installed weights are not those this version was made for.
    """
    with _loading:
        if "minilm" not in _loaded:
            required()
            from faultline.embedding.encoder import MiniLM

            _loaded["minilm"] = MiniLM()
        return _loaded["minilm"]


def static(progress: Callable[[float], None] | None = None) -> Embedder:
    """Mean vectors of word pieces, distilled from MiniLM: 256 dimensions and no model to run.

    The table is made at its first use (about 10 s of CPU) and kept in the user's cache folder.

    Args:
        progress: told the share that is done, 0 to 1, while the table is made; not called when it is there.

    Raises:
        MissingExtra: the extra `conversation` is not installed.
        WrongWeights: the installed weights are not those this version was made for.
    """
    with _loading:
        if "static" not in _loaded:
            required()
            from faultline.embedding.table import Static

            _loaded["static"] = Static.installed(progress)
        return _loaded["static"]


def is_prepared() -> bool:
    """Whether the static table is there, so that `static()` takes a fifth of a second and not 10.

    Raises:
        MissingExtra: the extra `conversation` is not installed.
    """
    required()
    from faultline.embedding.table import kept

    return "static" in _loaded or kept()
