"""Which document of the new version is which of the old one, and which operation is which.

A path is the same where its template is, whatever its parameters are called and whichever part of it stands in
`servers` or `basePath`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument, Operation

_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_VERSION: Final = re.compile(
    r"v?\d{1,8}(\.\d{1,4}){0,3}((alpha|beta)\d{0,3})?|v\d{1,4}-?(alpha|beta)\d{0,3}", re.IGNORECASE
)
_EARLIER: Final = frozenset({"old", "older", "prev", "previous", "before", "last", "baseline", "base", "released"})
_LATER: Final = frozenset(
    {"next", "new", "newer", "draft", "proposed", "proposal", "upcoming", "after", "candidate", "rc"}
)
MAX_SEGMENTS: Final = 24
MAX_MAJOR: Final = 1900
"""From here on a major version is the year of a date."""

OperationKey = tuple[str, str]


@dataclass(slots=True)
class Moved:
    """Operations that are found again below another prefix."""

    before: str
    after: str
    operations: list[tuple[Operation, Operation]] = field(default_factory=list)


@dataclass(slots=True)
class Paired:
    """The operations of two versions of a document."""

    both: list[tuple[Operation, Operation]] = field(default_factory=list)
    removed: list[Operation] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)


def pair_documents(
    old: Sequence[OpenApiDocument], new: Sequence[OpenApiDocument]
) -> tuple[list[tuple[OpenApiDocument, OpenApiDocument]], list[OpenApiDocument]]:
    """The documents that are versions of one, and the old ones without a new one.

    They are told by path, by being the only ones, by title, and by the operations that they share, in this order.
    """
    pairs: list[tuple[OpenApiDocument, OpenApiDocument]] = []
    left_old, left_new = list(old), list(new)

    def found(one: OpenApiDocument, other: OpenApiDocument) -> None:
        pairs.append((one, other))
        left_old.remove(one)
        left_new.remove(other)

    by_path = {each.path: each for each in new}
    for one in old:
        if one.path in by_path:
            found(one, by_path[one.path])
    if len(left_old) == 1 == len(left_new) and (len(old) == 1 or _shared(left_old[0], left_new[0])):
        found(left_old[0], left_new[0])
    for one in list(left_old):
        titled = [each for each in left_new if _title(one) and _title(each) == _title(one)]
        if len(titled) == 1:
            found(one, titled[0])
    for one in list(left_old):
        scores = [(_shared(one, each), each) for each in left_new]
        best = max(scores, key=lambda each: each[0], default=(0, None))
        if best[1] is not None and best[0] > 0:
            found(one, best[1])
    return pairs, left_old


def successions(documents: Sequence[OpenApiDocument]) -> list[tuple[OpenApiDocument, OpenApiDocument]]:
    """Those of some documents that are an older and the next version of one API: `v1.yaml` and `v1-next.yaml`.

    They have one title and most operations in common, and a version, or a file's name, says which came first. A new
    major version, or one that is a date, is there to break the one before, so that these two are none.
    """
    by_title: dict[str, list[OpenApiDocument]] = {}
    for each in documents:
        if title := _title(each):
            by_title.setdefault(title, []).append(each)
    found = []
    for titled in by_title.values():
        aged = sorted(((_age(each), each) for each in titled), key=lambda pair: pair[0])
        for (before, old), (after, new) in pairwise(aged):
            alike = 2 * _shared(old, new) > min(len(old.operations), len(new.operations))
            if alike and before < after and before[0][:1] == after[0][:1] and before[0] < (MAX_MAJOR,):
                found.append((old, new))
    return found


def _age(document: OpenApiDocument) -> tuple[tuple[int, ...], int]:
    """What two versions of one specification are put in order by: its version, then what its file is called."""
    version = str(document.root.child("info", "version").value)
    words = set(re.split(r"[^a-z]+", PurePosixPath(document.path).stem.lower()))
    return (
        tuple(map(int, re.findall(r"\d{1,8}", version.partition("+")[0])[:4])),
        bool(words & _LATER) - bool(words & _EARLIER),
    )


def template(path: str) -> str:
    """A path without the names of its parameters."""
    return _PARAMETER.sub("{}", path)


def path_parameters(path: str) -> list[str]:
    """The names of the parameters in a path, in their order."""
    return _PARAMETER.findall(path)


def base_path(url: str) -> str:
    """The path of a server's URL, without a slash at its end."""
    rest = url.partition("://")[2].partition("/")
    path = rest[1] + rest[2] if "://" in url else urlsplit(url).path if not url.startswith("{") else ""
    path = path.partition("?")[0].partition("#")[0].rstrip("/")
    return path if path.startswith("/") or not path else f"/{path}"


def servers(document: OpenApiDocument, *owners: Node) -> tuple[list[str], Node]:
    """The URLs of the servers that hold, variables replaced by their defaults, and where they are stated."""
    root = document.root
    if document.version == "2.0":
        return _servers_of_two(root)
    for owner in (*owners, root):
        listed = owner.child("servers")
        if isinstance(listed.value, list) and listed.value:
            return [_url(each) for _, each in listed.items() if isinstance(each.value, dict)], listed
    return [], root.child("servers")


def pair_operations(old: OpenApiDocument, new: OpenApiDocument) -> Paired:
    """The operations of two versions of a document."""
    result = Paired()
    before, after = _first_base(old), _first_base(new)
    left_old = list(old.operations)
    for one, other in dict.fromkeys([(before, after), ("", "")]):
        for kept in (str, template):
            left_old = _match(left_old, new.operations, one, other, kept, result)
        if before == after:
            break
    taken = {id(each) for _, each in result.both}
    left_new = [each for each in new.operations if id(each) not in taken and not each.webhook]
    for moved in _moved([each for each in left_old if not each.webhook], left_new):
        result.moved.append(moved)
        result.both.extend(moved.operations)
        gone = {id(each) for each, _ in moved.operations}
        left_old = [each for each in left_old if id(each) not in gone]
    result.removed = left_old
    return result


def _match(
    old: list[Operation],
    new: Sequence[Operation],
    base: str,
    other_base: str,
    kept: Callable[[str], str],
    result: Paired,
) -> list[Operation]:
    """Pair what is free and has the same path, or what is `kept` of it; the old ones that are left."""
    taken = {id(each) for _, each in result.both}
    known: dict[OperationKey, list[Operation]] = {}
    for each in reversed(new):
        if id(each) not in taken:
            known.setdefault(_operation_key(each, other_base, kept), []).append(each)
    left = []
    for one in old:
        others = known.get(_operation_key(one, base, kept))
        if others:
            result.both.append((one, others.pop()))
        else:
            left.append(one)
    return left


def _operation_key(operation: Operation, base: str, kept: Callable[[str], str]) -> OperationKey:
    if operation.webhook:
        return f"webhook {operation.method}", operation.path
    return operation.method, kept(base + operation.path)


def _moved(old: list[Operation], new: list[Operation]) -> list[Moved]:
    """Operations whose path has another beginning now: all of a group, or those of another version."""
    endings: dict[tuple[str, tuple[str, ...]], list[Operation]] = {}
    for each in new:
        parts = _segments(each.path)
        for at in range(len(parts)):
            endings.setdefault((each.method, parts[at:]), []).append(each)
    votes: Counter[tuple[str, str]] = Counter()
    chosen: dict[tuple[str, str], list[tuple[Operation, Operation]]] = {}
    for one in old:
        parts = _segments(one.path)
        for at in range(len(parts)):
            others = endings.get((one.method, parts[at:]), [])
            if len(others) == 1:
                prefixes = _prefix(one, len(parts) - at), _prefix(others[0], len(parts) - at)
                votes[prefixes] += 1
                chosen.setdefault(prefixes, []).append((one, others[0]))
                break
    found = []
    for (before, after), count in sorted(votes.items(), key=lambda each: (-each[1], each[0])):
        version = _versioned(before) and _versioned(after)
        if version or (count >= 3 and count * 2 >= len(old)):
            found.append(Moved(before or "/", after or "/", chosen[before, after]))
    return found


def _segments(path: str) -> tuple[str, ...]:
    return tuple(template(path).strip("/").split("/")[:MAX_SEGMENTS])


def _prefix(operation: Operation, kept: int) -> str:
    parts = operation.path.strip("/").split("/")
    return "".join(f"/{each}" for each in parts[: len(parts) - kept])


def _versioned(prefix: str) -> bool:
    return _VERSION.fullmatch(prefix.rpartition("/")[2]) is not None


def _first_base(document: OpenApiDocument) -> str:
    urls, _ = servers(document)
    return base_path(urls[0]) if urls else ""


def _servers_of_two(root: Node) -> tuple[list[str], Node]:
    value = root.value if isinstance(root.value, dict) else {}
    host, base = value.get("host"), value.get("basePath")
    host = host if isinstance(host, str) else ""
    base = base if isinstance(base, str) and base != "/" else ""
    schemes = value.get("schemes") if isinstance(value.get("schemes"), list) else []
    at = root.child("host") if host else root.child("basePath")
    if not host:
        return ([base] if base else []), root.child("basePath")
    return [f"{scheme}://{host}{base}" for scheme in schemes or ["https"]], at


def _url(server: Node) -> str:
    url = server.value.get("url")
    url = url if isinstance(url, str) else ""
    variables = server.child("variables")
    for name, each in variables.items() if isinstance(variables.value, dict) else ():
        default = each.value.get("default") if isinstance(each.value, dict) else None
        if isinstance(default, str | int):
            url = url.replace(f"{{{name}}}", str(default))
    return url


def _title(document: OpenApiDocument) -> str:
    title = document.root.child("info", "title").value
    return title.strip().lower() if isinstance(title, str) else ""


def _shared(one: OpenApiDocument, other: OpenApiDocument) -> int:
    mine, theirs = ({_operation_key(each, "", template) for each in document.operations} for document in (one, other))
    return len(mine & theirs)
