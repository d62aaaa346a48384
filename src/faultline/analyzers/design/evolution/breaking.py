"""Breaking changes between two versions of a specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.evolution.access import compare_schemes
from faultline.analyzers.design.evolution.change import Change, lowered, merged
from faultline.analyzers.design.evolution.operations import compare_operation
from faultline.analyzers.design.evolution.pairing import Paired, pair_documents, pair_operations
from faultline.analyzers.design.evolution.telling import change_of, place_name
from faultline.analyzers.design.evolution.versions import Versions
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

MAX_PLACES = 300
"""Operations that one finding shows; its message counts all of them."""


def breaking_changes(design: Design) -> Iterator[Observation]:
    """What the new version of each specification breaks for clients of the old one."""
    if design.older is None:
        return
    pairs, gone = pair_documents(design.older.of(OpenApiDocument), design.of(OpenApiDocument))
    for old, new in pairs:
        for change in compare(old, new):
            yield _observed(change)
    by_path = any(old.path == new.path for old, new in pairs)
    for each in gone:
        if by_path or each.path in design.by_path:
            yield _specification_removed(design, each)


def compare(old: OpenApiDocument, new: OpenApiDocument) -> list[Change]:
    """The breaking changes between two versions of one specification, those of one cause as one."""
    versions = Versions(old, new)
    if _same_files(versions):
        return []
    compare_schemes(versions)
    paired = pair_operations(old, new)
    for one, other in paired.both:
        compare_operation(versions, one, other)
    found = [change for each in versions.comparison.found() if (change := change_of(versions, each)) is not None]
    changes = [*_structure(versions, paired), *versions.changes, *found]
    if not versions.comparison.complete:
        text = "The two versions differ in more schemas than are compared; some changes may not be told."
        changes.append(Change("evolution/schema-undecided", new.root.child("paths"), None, "too many", text))
    return merged(changes)


def _same_files(versions: Versions) -> bool:
    old, new = versions.old, versions.new
    if old.text != new.text:
        return False
    others = new.siblings
    return all(
        path in others and others[path].text == each.text for path, each in old.siblings.items() if each is not old
    )


def _structure(versions: Versions, paired: Paired) -> Iterator[Change]:
    paths = {str(path) for path, _ in versions.new.root.child("paths").items()}
    for one in paired.removed:
        deprecated = one.node.value.get("deprecated") is True
        announced = deprecated and any(str(key).lower() in ("x-sunset", "sunset") for key in one.node.value)
        severity = lowered(Severity.HIGH, 2 if announced else 1) if deprecated else Severity.HIGH
        word = "webhooks" if one.webhook else "paths"
        whole = one.path not in paths or one.webhook
        at = versions.new.root.child(word) if whole else versions.new.root.child(word, one.path)
        if at.value is None:
            at = versions.new.root.child("info")
        if one.webhook:
            text = f"The webhook `{one.path}` is not sent any longer."
            yield Change("evolution/callback-removed", at, one.node, one.symbol, text)
            continue
        told = "It was deprecated" + (" with a date for its end." if announced else ".") if deprecated else ""
        text = " ".join(filter(None, (f"{one.symbol} is gone; calls of it fail.", told)))
        yield Change("evolution/operation-removed", at, one.node, one.symbol, text, severity=severity)
    for moved in paired.moved:
        first, second = moved.operations[0]
        text = f"Paths that began with `{moved.before}` begin with `{moved.after}` now."
        operations = tuple(new for _, new in moved.operations)
        yield Change(
            "evolution/base-path-changed", second.item, first.item, f"{moved.before} {moved.after}", text, operations
        )


def _observed(change: Change) -> Observation:
    symbol = f"{place_name(change.at)} {change.what}".strip()
    also = [Spot(each.document, each.pointer, symbol=place_name(each)) for each in change.also]
    if change.was is not None:
        also.append(Spot(change.was.document, change.was.pointer, symbol=f"before: {place_name(change.was)}"))
    also += map(_operation_spot, change.operations[:MAX_PLACES])
    return Observation(
        rule=change.rule,
        at=Spot(change.at.document, change.at.pointer, symbol=symbol),
        message=change.message + _felt(change.operations),
        cause=symbol,
        also=tuple(also),
        severity=change.severity,
        confidence=change.confidence,
    )


def _operation_spot(operation: Operation) -> Spot:
    return Spot(operation.node.document, operation.node.pointer, symbol=operation.symbol)


def _felt(operations: Iterable[Operation]) -> str:
    symbols = list(dict.fromkeys(each.symbol for each in operations))
    if len(symbols) > 3:
        return f" {len(symbols)} operations feel it, {symbols[0]} first."
    return f" Felt by {', '.join(symbols)}." if symbols else ""


def _specification_removed(design: Design, old: OpenApiDocument) -> Observation:
    same = design.by_path.get(old.path)
    document, line = (same, 1) if same is not None else (old, 1)
    count = len(old.operations)
    text = f"`{old.path}` had {count} operation{'' if count == 1 else 's'} and is no specification any longer."
    at = Spot(document, line=line, symbol=old.path) if same is not None else Spot(old, (), symbol=old.path)
    return Observation("evolution/specification-removed", at, text, cause=old.path)


CHECKS: tuple[Check, ...] = (breaking_changes,)
