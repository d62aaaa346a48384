"""Python: weaknesses that show in one place.

module.py     a file walked once: names, calls, constants
handlers.py   which functions answer requests
words.py      what names tell
the others    looks, by area; each is a function of a Module
ruffcodes.py  what ruff has found besides
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.security.python import (
    access,
    content,
    credentials,
    crypto,
    disclosure,
    files,
    logic,
    loops,
    network,
    obsolete,
    outcomes,
    passwords,
    processes,
    randomness,
    regexes,
    sessions,
    storage,
    tokens,
    transport,
    web,
)
from faultline.analyzers.review.security.python.module import Module, OutOfSteps
from faultline.analyzers.review.security.python.ruffcodes import from_ruff
from faultline.analyzers.review.source import Source

Look = Callable[[Module], Iterable[Observation]]

LOOKS: tuple[Look, ...] = (
    *crypto.LOOKS,
    *randomness.LOOKS,
    *credentials.LOOKS,
    *storage.LOOKS,
    *passwords.LOOKS,
    *tokens.LOOKS,
    *transport.LOOKS,
    *files.LOOKS,
    *processes.LOOKS,
    *outcomes.LOOKS,
    *web.LOOKS,
    *sessions.LOOKS,
    *access.LOOKS,
    *disclosure.LOOKS,
    *content.LOOKS,
    *network.LOOKS,
    *regexes.LOOKS,
    *loops.LOOKS,
    *logic.LOOKS,
    *obsolete.LOOKS,
)


def weaknesses(source: Source) -> list[Observation]:
    """All weaknesses that show in one place of a Python file; of several by one rule on one line, the first."""
    tree = source.python
    if tree is None:
        return []
    module = Module(tree, source.lines)
    seen: dict[tuple[str, int], Observation] = {}
    for look in LOOKS:
        try:
            found = list(look(module))
        except (RecursionError, OutOfSteps):
            source.unread["weaknesses"] = "too large or too deeply nested for some rules of security"
            continue
        for each in found:
            seen.setdefault((each.rule, each.line), each)
    for each in from_ruff(source):
        seen.setdefault((each.rule, each.line), each)
    return list(seen.values())


CHECKS: tuple[Check, ...] = (weaknesses,)
