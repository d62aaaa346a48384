"""Kustomizations: what overlays change of the objects of their bases, so that what is deployed is looked at.

Read are `resources` and `bases`, patches (strategic merge and JSON 6902, in files and inline), `replicas` and `images`.
Of several overlays over one base the production one counts, else the first by path that is not for development.
Generators, components, prefixes and namespaces change nothing here.
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath
from posixpath import join, normpath
from typing import Any, Final

from faultline.analyzers.design.documents import trees
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, KubernetesObject
from faultline.analyzers.design.documents.text import Unreadable
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.kinds import KUSTOMIZATIONS
from faultline.analyzers.design.spot import Spot

MAX_DEPTH: Final = 12
"""Maps in one another that are merged."""
MAX_BASES: Final = 100
"""Of one overlay, all together."""
MAX_BROAD: Final = 1_000
"""Objects that a change is tried on which names none."""
MAX_PATCHES: Final = 2_000
MAX_INLINE: Final = 100_000
_KEYS: Final = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
    "topologySpreadConstraints": "topologyKey",
}
"""Lists that are merged, by what their items are known by; other lists are replaced."""
_SMALL: Final = frozenset(
    {"dev", "development", "local", "test", "testing", "ci", "e2e", "sandbox", "kind", "minikube"}
)
_LIVE: Final = frozenset({"prod", "production", "live", "prd"})


@dataclass(frozen=True, slots=True)
class Change:
    """What one patch does to one object: it is merged in, or a list of steps; `at` says where a path of it stands."""

    kind: str
    name: str
    data: Mapping[str, Any]
    document: Document
    pointer: Pointer = ()
    tree: Any = None
    line: int = 0
    steps: Sequence[Mapping[str, Any]] = ()

    def spot(self, path: Pointer, symbol: str) -> Spot:
        """Where it says what is at a path."""
        if self.line:
            return Spot(self.document, line=self.line, symbol=symbol)
        return Spot(self.document, (*self.pointer, *path), self.tree, symbol=symbol)


@dataclass
class _Kustomization:
    folder: str
    document: Document
    data: Mapping[str, Any]
    listed: set[str] = field(default_factory=set)
    """Files that it names as patches."""


def apply(documents: Sequence[Document]) -> None:
    """Change the objects of bases as their overlays say; patches are no objects of their own any more."""
    by_path = {each.path: each for each in documents}
    found = {each.folder: each for each in map(_read, documents) if each is not None}
    if not found:
        return
    for each in found.values():
        each.listed = set(_patch_files(each))
    used = {folder for each in found.values() for folder in _bases(each, found)}
    roots = sorted((each for folder, each in found.items() if folder not in used), key=_rank)
    patches = {path for each in found.values() for path in each.listed}
    taken: set[int] = set()
    known: set[tuple[str, str]] = set()
    for root in roots:
        objects = [
            each for path in _files(root, found, set()) if path not in patches for each in _objects(by_path.get(path))
        ]
        known |= {(each.kind, each.name) for each in objects}
        fresh = [each for each in objects if id(each) not in taken]
        taken.update(map(id, fresh))
        by_name: dict[str, list[KubernetesObject]] = {}
        for target in fresh:
            by_name.setdefault(target.name, []).append(target)
        for change in islice(_changes(root, found, by_path, set()), MAX_PATCHES):
            for target in by_name.get(change.name, ()) if change.name else fresh[:MAX_BROAD]:
                if change.kind in ("", target.kind):
                    _change(target, change)
    for path in sorted(patches):
        if isinstance(document := by_path.get(path), KubernetesDocument):
            document.objects = [each for each in document.objects if (each.kind, each.name) not in known]


def _rank(root: _Kustomization) -> tuple[int, str]:
    """Which of several overlays counts first."""
    words = set(re.split(r"[/._-]", root.folder.lower()))
    return (0 if words & _LIVE else 2 if words & _SMALL else 1, root.folder)


def _read(document: Document) -> _Kustomization | None:
    path = PurePosixPath(document.path)
    data = document.tree.data if document.tree else None
    if path.name not in KUSTOMIZATIONS or not isinstance(data, dict):
        return None
    folder = str(path.parent)
    return _Kustomization("" if folder == "." else folder, document, data)


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _place(folder: str, name: str) -> str:
    return "" if "://" in name or name.startswith("/") else normpath(join(folder, name))


def _resources(each: _Kustomization) -> list[str]:
    names = _texts(each.data.get("resources")) + _texts(each.data.get("bases"))
    return [place for name in names if (place := _place(each.folder, name))]


def _bases(each: _Kustomization, found: Mapping[str, _Kustomization]) -> list[str]:
    places = ["" if place == "." else place for place in _resources(each)]
    return [place for place in places if place in found and place != each.folder]


def _files(root: _Kustomization, found: Mapping[str, _Kustomization], seen: set[str]) -> Iterator[str]:
    """The files that a kustomization and its bases take in, each base once."""
    if root.folder not in seen and len(seen) < MAX_BASES:
        seen.add(root.folder)
        for base in _bases(root, found):
            yield from _files(found[base], found, seen)
        yield from (each for each in _resources(root) if each not in found)


def _objects(document: Document | None) -> list[KubernetesObject]:
    return document.objects if isinstance(document, KubernetesDocument) else []


def _patch_files(each: _Kustomization) -> Iterator[str]:
    for name in _texts(each.data.get("patchesStrategicMerge")):
        if "\n" not in name:
            yield _place(each.folder, name)
    for key in ("patches", "patchesJson6902"):
        listed = each.data.get(key)
        for patch in listed if isinstance(listed, list) else ():
            if isinstance(patch, dict) and isinstance(path := patch.get("path"), str):
                yield _place(each.folder, path)


def _changes(
    root: _Kustomization, found: Mapping[str, _Kustomization], by_path: Mapping[str, Document], seen: set[str]
) -> Iterator[Change]:
    """What a kustomization changes, what its bases change first."""
    if root.folder in seen or len(seen) >= MAX_BASES:
        return
    seen.add(root.folder)
    for base in _bases(root, found):
        yield from _changes(found[base], found, by_path, seen)
    for place, name in enumerate(_texts(root.data.get("patchesStrategicMerge"))[:MAX_PATCHES]):
        if "\n" in name:
            yield from _inline(root, name, ("patchesStrategicMerge", place), {})
        else:
            yield from _of_file(by_path.get(_place(root.folder, name)), {})
    for key in ("patches", "patchesJson6902"):
        listed = root.data.get(key)
        for place, patch in enumerate(listed[:MAX_PATCHES] if isinstance(listed, list) else ()):
            if not isinstance(patch, dict):
                continue
            target = patch.get("target")
            target = target if isinstance(target, dict) else {}
            if isinstance(path := patch.get("path"), str):
                yield from _of_file(by_path.get(_place(root.folder, path)), target)
            elif isinstance(text := patch.get("patch"), str):
                yield from _inline(root, text, (key, place, "patch"), target)
    yield from _transformers(root)


def _transformers(root: _Kustomization) -> Iterator[Change]:
    listed = root.data.get("replicas")
    for place, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict) and isinstance(count := each.get("count"), int) and isinstance(each.get("name"), str):
            step = {"op": "replace", "path": "/spec/replicas", "value": count}
            yield Change("", each["name"], {}, root.document, ("replicas", place, "count"), steps=(step,))
    listed = root.data.get("images")
    for place, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            yield Change("", "", {"image": each}, root.document, ("images", place))


def _of_file(document: Document | None, target: Mapping[str, Any]) -> Iterator[Change]:
    if isinstance(document, KubernetesDocument):
        for each in document.objects:
            kind, name = str(target.get("kind") or each.kind), str(target.get("name") or each.name)
            yield Change(kind, name, each.data, document, each.pointer, each.tree)
    elif document is not None and document.tree is not None and isinstance(document.tree.data, list) and target:
        steps = [each for each in document.tree.data if isinstance(each, dict)]
        kind, name = str(target.get("kind") or ""), str(target.get("name") or "")
        yield Change(kind, name, {}, document, steps=steps)


def _inline(root: _Kustomization, text: str, pointer: Pointer, target: Mapping[str, Any]) -> Iterator[Change]:
    try:
        found = trees.read(text[:MAX_INLINE])
    except Unreadable:
        return
    assert root.document.tree is not None
    line = root.document.tree.key_line_of(pointer)
    for tree in found:
        data = tree.data
        if isinstance(data, dict):
            about = data.get("metadata")
            own = about.get("name") if isinstance(about, dict) else ""
            kind, name = str(target.get("kind") or data.get("kind", "")), str(target.get("name") or own or "")
            yield Change(kind, name, data, root.document, line=line)
        elif isinstance(data, list) and target:
            steps = [each for each in data if isinstance(each, dict)]
            kind, name = str(target.get("kind") or ""), str(target.get("name") or "")
            yield Change(kind, name, {}, root.document, line=line, steps=steps)


def _change(target: KubernetesObject, change: Change) -> None:
    """Make a change to one object."""
    if "image" in change.data and change.pointer[:1] == ("images",):
        _images(target, change)
    elif change.steps:
        for place, step in enumerate(change.steps):
            _step(target, change, place, step)
    else:
        kept = {key: value for key, value in change.data.items() if key not in ("apiVersion", "kind", "$patch")}
        if change.data.get("$patch") != "delete":
            target.data = _merged(target, change, target.data, kept, (), (), 0)


def _merged(
    target: KubernetesObject,
    change: Change,
    below: Any,
    above: Mapping[str, Any],
    here: Pointer,
    there: Pointer,
    depth: int,
) -> dict[str, Any]:
    """A map with another one merged in; what that one says is noted with its place."""
    merged = dict(below) if isinstance(below, dict) else {}
    for key, value in above.items():
        old = merged.get(key)
        at, said = (*here, key), (*there, key)
        if at[:2] == ("metadata", "name"):
            continue
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and depth < MAX_DEPTH:
            merged[key] = _merged(target, change, old, value, at, said, depth + 1)
        elif isinstance(value, list) and key in _KEYS and isinstance(old, list) and depth < MAX_DEPTH:
            merged[key] = _listed(target, change, old, value, at, said, depth)
        else:
            merged[key] = value
            target.patched[at] = change.spot(said, target.symbol)
    if not isinstance(below, dict):
        target.patched[here] = change.spot(there, target.symbol)
    return merged


def _listed(
    target: KubernetesObject, change: Change, old: list[Any], new: list[Any], here: Pointer, there: Pointer, depth: int
) -> list[Any]:
    known = _KEYS[str(here[-1])]
    merged = list(old)
    places = {each.get(known): place for place, each in enumerate(merged) if isinstance(each, dict)}
    for place, each in enumerate(new):
        at = places.get(each.get(known)) if isinstance(each, dict) else None
        if at is None:
            target.patched[(*here, len(merged))] = change.spot((*there, place), target.symbol)
            merged.append(each)
        elif each.get("$patch") != "delete":
            merged[at] = _merged(target, change, merged[at], each, (*here, at), (*there, place), depth + 1)
    return merged


def _step(target: KubernetesObject, change: Change, place: int, step: Mapping[str, Any]) -> None:
    """One step of a JSON patch (RFC 6902): `add`, `replace` and `remove`."""
    path = step.get("path")
    if not isinstance(path, str) or not path.startswith("/") or len(path) > 400:
        return
    parts = [each.replace("~1", "/").replace("~0", "~") for each in path[1:].split("/")]
    target.data = _copied(target.data, 0)
    holder: Any = target.data
    pointer: Pointer = ()
    for part in parts[:-1]:
        at = int(part) if part.isdecimal() and len(part) < 6 else -1
        if isinstance(holder, dict) and part in holder:
            holder, pointer = holder[part], (*pointer, part)
        elif isinstance(holder, list) and 0 <= at < len(holder):
            holder, pointer = holder[at], (*pointer, at)
        else:
            return
    last, operation, value = parts[-1], step.get("op"), step.get("value")
    where = (place, "value") if not change.pointer else ()
    if isinstance(holder, dict):
        if operation == "remove":
            holder.pop(last, None)
        elif operation in ("add", "replace"):
            holder[last] = value
            target.patched[(*pointer, last)] = change.spot(where, target.symbol)
    elif isinstance(holder, list) and operation in ("add", "replace"):
        at = len(holder) if last == "-" else int(last) if last.isdecimal() and len(last) < 6 else -1
        if operation == "add" and 0 <= at <= len(holder):
            holder.insert(at, value)
        elif operation == "replace" and 0 <= at < len(holder):
            holder[at] = value
        else:
            return
        target.patched[(*pointer, at)] = change.spot(where, target.symbol)


def _copied(data: Any, depth: int) -> Any:
    if isinstance(data, dict) and depth < MAX_DEPTH:
        return {key: _copied(value, depth + 1) for key, value in data.items()}
    return [_copied(each, depth + 1) for each in data] if isinstance(data, list) and depth < MAX_DEPTH else data


def _images(target: KubernetesObject, change: Change) -> None:
    """Other names and tags for the images of containers."""
    new = change.data["image"]
    for path in _pods(target):
        for key in ("containers", "initContainers"):
            containers = target.items(*path, "spec", key)
            for place, each in enumerate(containers):
                image = each.get("image") if isinstance(each, dict) else None
                if not isinstance(image, str):
                    continue
                name = re.split(r"@|:(?=[^/]*$)", image, maxsplit=1)[0]
                if name != new["name"]:
                    continue
                called, tag, digest = new.get("newName") or name, new.get("newTag"), new.get("digest")
                rest = f"@{digest}" if digest else f":{tag}" if tag is not None else image[len(name) :]
                target.data = _copied(target.data, 0)
                target.items(*path, "spec", key)[place]["image"] = f"{called}{rest}"
                target.patched[(*path, "spec", key, place, "image")] = change.spot((), target.symbol)


def _pods(target: KubernetesObject) -> Iterator[Pointer]:
    for path in (("spec", "template"), ("spec", "jobTemplate", "spec", "template"), ()):
        if isinstance(target.get(*path, "spec"), dict) and target.items(*path, "spec", "containers"):
            yield path
