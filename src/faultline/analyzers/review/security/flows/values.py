"""What values expressions certainly have, for checks that need to know which algorithm or flag is meant."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from faultline.analyzers.review.security.flows.core import OutOfSteps
from faultline.analyzers.review.security.flows.domain import NOTHING
from faultline.analyzers.review.security.flows.machine import Machine
from faultline.analyzers.review.security.flows.tables import tables
from faultline.analyzers.review.source import Source

_KNOWN: WeakKeyDictionary[ast.Module, Mapping[ast.expr, object]] = WeakKeyDictionary()


def constants(source: Source) -> Mapping[ast.expr, object]:
    """The expressions of a source whose value is the same whenever they are reached, with that value.

    Keys are nodes of `source.python`, compared by identity; values are str, bytes, int, float, bool, None or tuples of
    these. Literals are not among them: `node.value` says theirs. Found by following assignments, branches whose
    condition is constant, containers and calls inside the file, so that a name which is only given another value in a
    branch that is never taken has one value, and a parameter has one where all calls in the file give the same. Empty
    where the source does not parse.
    """
    tree = source.python
    if tree is None:
        return {}
    known = _KNOWN.get(tree)
    if known is None:
        machine = Machine(tables(), source.text, every=True)
        try:
            machine.read(tree)
        except (OutOfSteps, RecursionError):
            # What was not reached any more could have had another value.
            machine.known.clear()
        known = {node: value for node, value in machine.known.items() if value is not NOTHING}
        _KNOWN[tree] = known
    return known
