"""Python: how untrusted data reaches what it must not reach.

    tables/*.toml   sources, sinks and sanitizers; the rules' words are in catalog/flows.toml
    tables.py       the same, indexed
    domain.py       values, cells, states and how they are joined
    folding.py      what is certain; containers.py: lists, dicts, configparser, StringIO
    core.py, expressions.py, library.py, calls.py, definitions.py, statements.py, machine.py
                    the interpreter, each class built upon the one before
    guards.py       what a condition that has held says
    conditions.py   what makes a call a sink
    entries.py      where a file is entered from outside
    values.py       the certain values, for other checks

A file is interpreted as Python would run it: first the module, then each function that answers requests, then each
that nothing in the file calls, its parameters being whatever the caller gives. Both ways of a branch are followed and
joined, unless its condition is certain; calls of functions of the file are followed, six deep at most.
"""

from __future__ import annotations

from collections.abc import Iterable

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.security.flows import entries
from faultline.analyzers.review.security.flows.core import OutOfSteps
from faultline.analyzers.review.security.flows.machine import Machine
from faultline.analyzers.review.security.flows.tables import tables
from faultline.analyzers.review.source import Source


def check(source: Source) -> Iterable[Observation]:
    """Untrusted data that reaches a sink."""
    if source.language is not Language.PYTHON:
        return ()
    web = entries.WEB.search(source.text) is not None
    if not (tables().words if web else tables().trusting).search(source.text) and not web:
        return ()
    tree = source.python
    if tree is None:
        return ()
    machine = Machine(tables(), source.text)
    try:
        machine.read(tree)
    except (OutOfSteps, RecursionError):
        source.unread["flows"] = "too much to follow all its data flows"
    return machine.observations.values()


DECIDED = frozenset(
    f"security/{name}" for name in ("unsafe-deserialization", "code-injection", "command-injection", "sql-injection",
                                    "xxe", "external-dtd", "path-traversal", "ssrf")
)  # fmt: skip
"""Rules of which the flows of a file that answers requests say all: what does not come from a request is no flow."""


def unless_followed(other: Check) -> Check:
    """A check that knows no flows, without what the flows of a file decide better.

    It sees `pickle.loads` where a request is near; whether the request gets there is known here. In files that answer
    no requests, and in those that could not be followed, it says all that it sees.
    """

    def said(source: Source) -> Iterable[Observation]:
        seen = list(other(source))
        if not any(each.rule in DECIDED for each in seen) or not entries.SERVES.search(source.text):
            return seen
        if source.unread.keys() & {"flows", "syntax"}:
            return seen
        return [each for each in seen if each.rule not in DECIDED]

    return said


CHECKS: tuple[Check, ...] = (check,)
