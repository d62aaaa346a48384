"""Imports that the change adds: those that close a cycle, go against the layers, or reach into what is private."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from faultline.analyzers.review.change import Change, ChangedFile, Seen
from faultline.analyzers.review.engines.modules import Import, Modules, scanned
from faultline.analyzers.review.engines.pythonindex import index
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Role

_LONGEST = 8
"""Cycles over more modules than this are told by their first ones."""
ENOUGH = 200
"""Lines of the base that a habit needs."""


def imports(change: Change) -> Iterable[Seen]:
    """What is wrong with the imports that a change adds."""
    files = {file.path: file for file in change.files if _looked_at(file)}
    if not files:
        return
    modules = modules_of(change)
    heads = {path: _of(modules, path, file, old=False) for path, file in files.items()}
    added = [each for path, file in files.items() for each in _added(change, modules, file, heads[path])]
    yield from _layers(change, modules, added)
    yield from _private(change, modules, added, files)
    yield from _cycles(change, modules, heads, added)


def modules_of(change: Change) -> Modules:
    """The modules of the new version: of the tree, and of the changed files that are still there."""
    gone = {file.old_path or file.path for file in change.files if file.head is None or file.change == "renamed"}
    paths = {path for path in change.tree if path not in gone}
    return Modules(paths | {file.path for file in change.files if file.head is not None})


def _looked_at(file: ChangedFile) -> bool:
    return file.head is not None and not file.skipped and file.path.endswith(".py") and index(file.head) is not None


def _of(modules: Modules, path: str, file: ChangedFile, *, old: bool) -> list[Import]:
    source = file.base if old else file.head
    code = index(source) if source is not None else None
    return modules.imports(path, code) if code is not None else []


def _added(change: Change, modules: Modules, file: ChangedFile, head: list[Import]) -> list[Import]:
    if change.whole or file.base is None:
        return head
    before = {(each.imported, each.deferred) for each in _of(modules, file.path, file, old=True)}
    sooner = {name for name, deferred in before if not deferred}
    return [each for each in head if (each.imported, each.deferred) not in before and each.imported not in sooner]


def _seen(modules: Modules, each: Import, rule: str, message: str) -> Seen:
    return Seen(modules.path_of[each.importer], Observation(rule, each.line, message=message))


def _layers(change: Change, modules: Modules, added: list[Import]) -> Iterator[Seen]:
    """`layers` stand from the top down; none may import what stands above it."""
    place = partial(_layer, change.config.layers)
    for each in added:
        own, other = place(each.importer), place(each.imported)
        if own is not None and other is not None and other < own:
            above, below = change.config.layers[other], change.config.layers[own]
            message = f"`{each.importer}` of the layer `{below}` imports `{each.imported}` of `{above}` above it."
            yield _seen(modules, each, "architecture/layer-break", message)


def _layer(layers: tuple[str, ...], module: str) -> int | None:
    return next((at for at, layer in enumerate(layers) if module == layer or module.startswith(f"{layer}.")), None)


def _private(change: Change, modules: Modules, added: list[Import], files: Mapping[str, ChangedFile]) -> Iterator[Seen]:
    if change.whole or sum(len(each.lines) for each in change.bases) < ENOUGH:
        return
    if any(_intrudes(each) for file in files.values() for each in _of(modules, file.path, file, old=True)):
        return
    for each in added:
        file = files[modules.path_of[each.importer]] if each.importer in modules.path_of else None
        if file is not None and file.head is not None and file.head.role is Role.CODE and _intrudes(each):
            inside = modules.resolve(each.imported) is not None
            if inside and not each.guarded:
                message = f"`{each.imported}` is private to another package than `{each.importer}`."
                yield _seen(modules, each, "architecture/private-import", message)


def _intrudes(each: Import) -> bool:
    parts = each.imported.split(".")
    for at, part in enumerate(parts[1:], start=1):
        if part.startswith("_") and not part.startswith("__"):
            owner = ".".join(parts[:at])
            return not (each.importer == owner or each.importer.startswith(f"{owner}."))
    return False


def _cycles(change: Change, modules: Modules, heads: Mapping[str, list[Import]], added: list[Import]) -> Iterator[Seen]:
    fresh = [each for each in added if _loads(modules, each) is not None]
    if not fresh:
        return
    graph: dict[str, set[str]] = {}
    for listed in heads.values():
        for each in listed:
            if (target := _loads(modules, each)) is not None:
                graph.setdefault(each.importer, set()).add(target)
    rest = {path: data for path, data in change.tree.items() if path not in heads}
    for importer, imported in scanned(modules, rest):
        if not _kin(importer, imported):
            graph.setdefault(importer, set()).add(imported)
    told: set[frozenset[str]] = set()
    for each in sorted(fresh, key=lambda one: (one.importer, one.line)):
        target = _loads(modules, each)
        assert target is not None
        way = _way(graph, target, each.importer)
        if way is None or frozenset(way) in told or (change.whole and any(set(way) & set(one) for one in told)):
            continue
        told.add(frozenset(way))
        names = [each.importer, *way]
        shown = " -> ".join(names if len(names) <= _LONGEST else [*names[:_LONGEST], "...", names[-1]])
        yield _seen(modules, each, "architecture/import-cycle", f"{shown}.")


def _loads(modules: Modules, each: Import) -> str | None:
    """The module that an import loads at once; None for those in functions and of others.

    Between a package and its own modules imports go both ways: that is how packages are made.
    """
    if each.deferred or each.guarded or not each.importer:
        return None
    target = modules.resolve(each.imported)
    return target if target is not None and not _kin(each.importer, target) else None


def _kin(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _way(graph: Mapping[str, set[str]], start: str, end: str) -> list[str] | None:
    """The shortest way along imports, both ends included."""
    before: dict[str, str] = {start: ""}
    todo = deque([start])
    while todo:
        at = todo.popleft()
        if at == end:
            way = []
            while at:
                way.append(at)
                at = before[at]
            return way[::-1]
        for each in sorted(graph.get(at, ())):
            if each not in before:
                before[each] = at
                todo.append(each)
    return None


CHANGE_CHECKS = (imports,)
