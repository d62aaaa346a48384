"""Says in one line what an exception was, without the paths of the machine it happened on."""

from __future__ import annotations

from faultline.core.patterns import regex

MAX_CHARS = 300
_QUOTED_PATH = regex(r"""(['"])(?:[A-Za-z]:)?[\\/].*?\1""")
_BARE_PATH = regex(r"(?<![\w.:/\\-])(?:[A-Za-z]:)?(?:[\\/][\w.@~+-]+)+[\\/]?")


def describe(error: BaseException) -> str:
    """Class and message of an exception, one line of at most 300 characters, absolute paths masked as `<path>`."""
    message = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    message = " ".join(message.encode("utf-8", "replace").decode().split())
    message = _BARE_PATH.sub("<path>", _QUOTED_PATH.sub("<path>", message))
    words = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return words if len(words) <= MAX_CHARS else words[: MAX_CHARS - 3] + "..."
