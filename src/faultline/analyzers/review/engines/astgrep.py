"""ast-grep: tree-sitter's trees, and patterns over them."""

from __future__ import annotations

from ast_grep_py import SgRoot

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source

UNKNOWN = frozenset({Language.DOCKERFILE, Language.WORKFLOW, Language.TERRAFORM})
"""Languages of ours that ast-grep brings no grammar for."""


def parse(source: Source) -> SgRoot | None:
    """The tree of a source; None where ast-grep does not know its language."""
    if source.language is None or source.language in UNKNOWN:
        return None
    return SgRoot(source.text, source.language.value)
