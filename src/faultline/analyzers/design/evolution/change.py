"""Change: one thing that is otherwise in the new version, and the uses of the API that feel it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from faultline.analyzers.design.documents.openapi import Node, Operation
from faultline.core.finding import Severity


@dataclass(frozen=True, slots=True)
class Use:
    """One part of one operation that is in both versions.

    Args:
        old, new: the operation.
        part: which part of it, as in `parameter limit` or `request body`; empty for the operation as a whole.

    """

    old: Operation
    new: Operation
    part: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A breaking change.

    Args:
        rule: its id.
        at: where it shows in the new version; for what is gone, what it was in.
        was: where the old version says it.
        what: what is changed, in words that do not depend on lines and places in lists: a part of the cause.
        message: a sentence without its count of operations.
        operations: those of the new version that feel it.
        severity, confidence: where they are other than the rule's.
        also: further places in the new version.
        also_was: and in the old one.
        name: what is changed, for people; `what` where it is empty.
        shared: whether what is `what` of another operation is the same cause, wherever it stands: one decision, such
            as a header for all.

    """

    rule: str
    at: Node
    was: Node | None
    what: str
    message: str
    operations: tuple[Operation, ...] = ()
    severity: Severity | None = None
    confidence: float | None = None
    also: tuple[Node, ...] = ()
    also_was: tuple[Node, ...] = ()
    name: str = ""
    shared: bool = False


def merged(changes: Iterable[Change]) -> list[Change]:
    """The changes, those of one rule and cause as one with all their operations and places."""
    found: dict[tuple[object, ...], Change] = {}
    for each in changes:
        place = None if each.shared else each.at.pointer
        key = (each.rule, each.at.document.path, place, each.what)
        known = found.get(key)
        found[key] = each if known is None else _both(known, each)
    return list(found.values())


def _both(one: Change, other: Change) -> Change:
    return replace(
        one,
        operations=tuple(dict.fromkeys((*one.operations, *other.operations))),
        also=_others(one.at, (*one.also, other.at, *other.also)),
        also_was=_others(one.was, (*one.also_was, *((other.was,) if other.was else ()), *other.also_was)),
        severity=_worse(one.severity, other.severity),
        confidence=max(one.confidence, other.confidence) if one.confidence and other.confidence else None,
    )


def lowered(severity: Severity, steps: int = 1) -> Severity:
    """A severity that is less bad by some steps, low at least."""
    order = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
    return order[min(order.index(severity) + steps, 3)] if severity in order else severity


def _worse(one: Severity | None, other: Severity | None) -> Severity | None:
    if one is None or other is None:
        return None  # the rule's own, which is the worst of its kind
    return min(one, other, key=lambda each: each.rank)


def _others(known: Node | None, nodes: Iterable[Node]) -> tuple[Node, ...]:
    once = {(each.document.path, each.pointer): each for each in nodes}
    if known is not None:
        once.pop((known.document.path, known.pointer), None)
    return tuple(once.values())
