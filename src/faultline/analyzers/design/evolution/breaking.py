"""Breaking changes between two versions of a specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.evolution.access import compare_schemes
from faultline.analyzers.design.evolution.change import Change, lowered, merged
from faultline.analyzers.design.evolution.operations import compare_operation
from faultline.analyzers.design.evolution.pairing import Paired, pair_documents, pair_operations
from faultline.analyzers.design.evolution.renaming import neighbours, successor
from faultline.analyzers.design.evolution.telling import change_of, place_name
from faultline.analyzers.design.evolution.versions import Versions
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

MAX_PLACES = 300
"""Operations that one finding shows; its message counts all of them."""


def breaking_changes(design: Design) -> Iterator[Observation]:
    """What the new version of each specification breaks for clients of the old one."""
    for old, new in design.successions:
        yield from map(_observed, compare(old, new))
    if design.older is None:
        return
    pairs, gone = pair_documents(design.older.of(OpenApiDocument), design.of(OpenApiDocument))
    for old, new in pairs:
        yield from map(_observed, compare(old, new))
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
    for group in _by_path(versions, paired.removed):
        yield _removed(versions, group)
    for moved in paired.moved:
        first, second = moved.operations[0]
        text = f"Paths that began with `{moved.before}` begin with `{moved.after}` now."
        operations = tuple(new for _, new in moved.operations)
        what = f"{moved.before} {moved.after}"
        yield Change("evolution/base-path-changed", second.item, first.item, what, text, operations)


def _by_path(versions: Versions, removed: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Operations that are gone together, with their whole path, and the others one by one."""
    paths = {str(path) for path, _ in versions.new.root.child("paths").items()}
    groups: dict[tuple[str, ...], list[Operation]] = {}
    for each in removed:
        key = (each.symbol,) if each.webhook or each.path in paths else ("", each.path, _severity(each))
        groups.setdefault(key, []).append(each)
    yield from groups.values()


def _removed(versions: Versions, group: list[Operation]) -> Change:
    one = group[0]
    root = versions.new.root
    nodes = tuple(each.node for each in group)
    if one.webhook:
        at = next(
            each
            for each in (root.child("webhooks"), root.child("info"))
            if each.value is not None or each.pointer == ("info",)
        )
        text = f"The webhook `{one.path}` is not sent any longer."
        return Change("evolution/callback-removed", at, one.node, one.symbol, text)
    item = root.child("paths", one.path)
    listed = root.child("paths").value
    kept = isinstance(listed, dict) and one.path in listed
    now = "" if kept else successor(group, versions.old, versions.new)
    at = item if kept else root.child("paths", now) if now else root.child("paths")
    also = () if kept or now else neighbours(one.path, versions.old, versions.new)
    deprecated, announced = _announced(one)
    text = f"{one.symbol} is gone; calls of it fail."
    if len(group) > 1:
        methods = ", ".join(each.method.upper() for each in group)
        text = f"The {len(group)} operations of {one.path} are gone ({methods}); calls of them fail."
    if now:
        text += f" `{now}` is new and may stand in its place."
    if deprecated:
        text += " It was deprecated" + (" with a date for its end." if announced else ".")
    what = one.symbol if len(group) == 1 else one.path
    return Change(
        "evolution/operation-removed",
        at,
        one.node,
        what,
        text,
        severity=_severity(one),
        also=also,
        also_was=nodes[1:],
    )


def _announced(operation: Operation) -> tuple[bool, bool]:
    deprecated = operation.node.value.get("deprecated") is True
    return deprecated, deprecated and any(str(key).lower() in ("x-sunset", "sunset") for key in operation.node.value)


def _severity(operation: Operation) -> Severity:
    deprecated, announced = _announced(operation)
    return lowered(Severity.HIGH, 2 if announced else 1) if deprecated else Severity.HIGH


def _observed(change: Change) -> Observation:
    cause = change.what if change.shared else f"{place_name(change.at)} {change.what}".strip()
    before = (*((change.was,) if change.was is not None else ()), *change.also_was)
    also = [Spot(each.document, each.pointer, symbol=place_name(each)) for each in change.also[:MAX_PLACES]]
    also += [Spot(each.document, each.pointer, symbol=f"before: {place_name(each)}") for each in before[:MAX_PLACES]]
    also += map(_operation_spot, change.operations[:MAX_PLACES])
    return Observation(
        rule=change.rule,
        at=Spot(change.at.document, change.at.pointer, symbol=change.name or change.what),
        message=change.message + _felt(change.operations),
        cause=cause,
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
