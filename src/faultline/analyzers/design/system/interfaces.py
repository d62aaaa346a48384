"""Specifications of APIs: which component serves them, and what each operation says it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import Component
from faultline.analyzers.design.system.naming import Words, stem, words
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

MAX_NEEDS: Final = 50
_KEYS: Final = regex(
    r"^x-.{0,30}?(?:depends?(?:-?on)?|dependenc(?:y|ies)|calls|upstreams?|downstreams?|uses|requires|backend)$"
)
_SERVERS: Final = (ComponentRole.SERVICE, ComponentRole.GATEWAY)
_FILES: Final = frozenset(
    {"openapi", "swagger", "api", "spec", "specification", "docs", "schema", "index", "oa", "oas", "rest"}
)
_GENERIC: Final = frozenset({"api", "app", "backend", "server", "web", "service", "core", "rest", "application"})


class Serving(NamedTuple):
    """A specification and the component that serves it, None where that is none of those known; see `served`.

    `spread`: its operations are those of several components behind one door.
    """

    document: OpenApiDocument
    component: Component | None
    spread: bool = False


def served(documents: Sequence[OpenApiDocument], components: Sequence[Component]) -> list[Serving]:
    """Which component serves each specification: by title, file, folder or server, or as the only one there is."""
    able = [each for each in components if each.role in _SERVERS and not each.plumbing]
    found = []
    for document in documents:
        component = _named(document, able)
        door = None
        if component is None:
            component = door = _door(able) if len(documents) == 1 or not _telling(document) else None
        spread = (
            component is not None and len(able) > 1 and (door is not None or component.role == ComponentRole.GATEWAY)
        )
        found.append(Serving(document, component, spread))
    return found


def title_of(document: OpenApiDocument) -> str:
    """What a specification calls itself."""
    info = document.root.child("info", "title").value
    return info if isinstance(info, str) and info.strip() else PurePosixPath(document.path).stem


def servers_of(document: OpenApiDocument) -> Iterator[tuple[str, Spot]]:
    """The addresses of its servers, those of 2.0 put together of host and base path."""
    for place, server in document.root.child("servers").items():
        url = server.child("url").value
        if isinstance(url, str):
            yield url, Spot(document, ("servers", place, "url"), symbol=f"server {url}"[:120])
    host = document.root.child("host").value
    if isinstance(host, str):
        schemes = document.root.child("schemes").value
        scheme = str(schemes[0]) if isinstance(schemes, list) and schemes else "https"
        base = document.root.child("basePath").value
        yield (
            f"{scheme}://{host}{base if isinstance(base, str) else ''}",
            Spot(document, ("host",), symbol=f"host {host}"[:120]),
        )


def base_paths(document: OpenApiDocument) -> list[str]:
    """The paths before those of its operations, without a slash at the end; an empty one among them."""
    found = [""]
    for url, _ in servers_of(document):
        path = split(url)[2].rstrip("/")
        found.append(path if path.startswith("/") else "")
    return list(dict.fromkeys(found))


def split(url: str) -> tuple[str, int, str]:
    """Host, port (0 for none) and path of an address; all empty for one that is none."""
    try:
        parts = urlsplit(url[:2000])
        port = parts.port or 0
    except ValueError:
        return "", 0, ""
    return parts.hostname or "", port, parts.path


def _named(document: OpenApiDocument, able: Sequence[Component]) -> Component | None:
    by_name: dict[Words, list[Component]] = {}
    for each in able:
        for name in {words(each.name), *(words(mention.name) for mention in each.mentions if mention.defines)}:
            by_name.setdefault(stem(name), []).append(each)
    for name in _names(document):
        known = {each.id: each for each in by_name.get(stem(name), [])}
        if len(known) == 1:
            return next(iter(known.values()))
    ports = {port for url, _ in servers_of(document) if (port := split(url)[1]) and "localhost" in url}
    listening = [
        each for each in able for port in ports if any(claim.value == str(port) for claim in each.claimed("published"))
    ]
    return listening[0] if len({each.id for each in listening}) == 1 else None


def _names(document: OpenApiDocument) -> Iterator[Words]:
    for url, _ in servers_of(document):
        host, _, _ = split(url)
        for label in host.split(".")[:1]:
            if label not in ("localhost", "api", "www", "127"):
                yield words(label)
    title = words(
        re.sub(r"(?i)\b(?:rest|http|public|internal|v\d+|openapi|spec(?:ification)?)\b", " ", title_of(document))
    )
    if title:
        yield title
    path = PurePosixPath(document.path)
    file = tuple(each for each in words(re.split(r"[._](?:openapi|swagger|api)", path.stem)[0]) if each not in _FILES)
    if file:
        yield file
    if len(title) > 1 and stem(title) and len(stem(title)) > 1:
        yield stem(title)[1:]
        yield stem(title)[-1:]
    for folder in reversed(path.parts[:-1]):
        if words(folder) and words(folder)[0] not in _FILES:
            yield words(folder)


def _telling(document: OpenApiDocument) -> bool:
    return any(stem(name) and stem(name)[0] not in _GENERIC for name in _names(document))


def _door(able: Sequence[Component]) -> Component | None:
    doors = [each for each in able if each.role == ComponentRole.GATEWAY]
    plain = [each for each in able if each.role == ComponentRole.SERVICE]
    if len(plain) == 1:
        return plain[0]
    called = [each for each in plain if len(stem(words(each.name))) == 1 and stem(words(each.name))[0] in _GENERIC]
    if len(called) == 1:
        return called[0]
    return doors[0] if len(doors) == 1 else None


def owner(operation: Operation, components: Sequence[Component]) -> Component | None:
    """Behind one door: the component whose name is the operation's tag or the first word of its path."""
    tags = operation.node.child("tags").value
    names = [each for each in tags if isinstance(each, str)] if isinstance(tags, list) else []
    names += [
        each for each in operation.path.split("/") if each and "{" not in each and not re.fullmatch(r"v\d+|api", each)
    ][:1]
    for name in names:
        wanted = stem(words(name))
        fits = [
            each
            for each in components
            if each.role == ComponentRole.SERVICE and not each.plumbing and stem(words(each.name)) == wanted
        ]
        if len(fits) == 1:
            return fits[0]
    return None


def stated(operation: Operation) -> list[str] | None:
    """The names of what an operation says it needs, in an `x-` extension; None where it says nothing."""
    found: list[str] = []
    said = False
    for key, value in operation.node.value.items():
        if isinstance(key, str) and len(key) < 60 and _KEYS.match(key.lower()):
            said = True
            found += _texts(value)
    return found[:MAX_NEEDS] if said else None


def spoken(operation: Operation) -> str:
    """What an operation says of itself in words."""
    texts = (operation.node.child(key).value for key in ("summary", "description"))
    return " ".join(each[:4000] for each in texts if isinstance(each, str))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return re.split(r"\s*,\s*", value.strip())
    if isinstance(value, list):
        return [
            str(each.get("name") or each.get("service") or "") if isinstance(each, dict) else str(each)
            for each in value
        ]
    return [str(each) for each in value] if isinstance(value, dict) else []
