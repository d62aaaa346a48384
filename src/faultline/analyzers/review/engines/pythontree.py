"""Python's own syntax tree, of sources that may be newer than the Python that runs us."""

from __future__ import annotations

import ast
import warnings

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source


def parse(source: Source) -> ast.Module | None:
    """The tree of a source; None where it is not Python, or does not parse, which `source.unread` then says."""
    if source.language is not Language.PYTHON:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        source.unread["syntax"] = f"not valid Python: {error}"
        return None
