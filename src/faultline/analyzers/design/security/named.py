"""Values that files give names to: settings of services, objects, blocks, and lines that assign something."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.environment import EnvironmentDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.terraform import Expression, TerraformBlock, TerraformDocument
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.security.values import named_secret
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex


class Value(NamedTuple):
    """A value with the name it is given, and where."""

    name: str
    value: str
    spot: Spot


def typed(document: Document) -> bool:
    """Whether its values are settings, of whatever shape."""
    return isinstance(document, ComposeDocument | KubernetesDocument | TerraformDocument | EnvironmentDocument)


def lenient(document: Document) -> bool:
    """Whether it is for a developer's machine or for tests, where a password may be everybody's."""
    if isinstance(document, ComposeDocument):
        return document.stage == "development"
    return isinstance(document, EnvironmentDocument) and document.small


def values(document: Document) -> Iterator[Value]:
    """The values that a file gives names to."""
    match document:
        case ComposeDocument():
            yield from _compose(document)
        case KubernetesDocument():
            yield from _kubernetes(document)
        case TerraformDocument():
            for block in document.blocks:
                yield from _terraform(document, block, block)
        case EnvironmentDocument():
            for name, value, line in document.variables if not document.sample else ():
                yield Value(name, value, Spot(document, line=line))
        case MarkdownDocument():
            yield from (each for each in _lines(document) if _CODE_NAME.match(each.name))
            from faultline.analyzers.design.security.disclosed import disclosed  # reads sentences: not for others

            for line, word in disclosed(document):
                yield Value("password", word, Spot(document, line=line))
        case _:
            yield from _lines(document)


def _compose(document: ComposeDocument) -> Iterator[Value]:
    for service in document.services:
        for each in service.environment:
            if each.value is not None and each.spot.document is document:
                yield Value(each.name, each.value, each.spot)
        arguments = service.get("build", "args")
        for path, name, value in _walk(arguments, (), 0):
            yield Value(name, value, service.spot("build", "args", *path))
        command = service.data.get("command")
        lines = command if isinstance(command, list) else [command]
        for place, line in enumerate(lines):
            if isinstance(line, str):
                spot = service.spot("command", place) if isinstance(command, list) else service.spot("command")
                yield from _command(line, lines[place + 1] if place + 1 < len(lines) else None, spot)
    yield from _extensions(document)


def _extensions(document: ComposeDocument) -> Iterator[Value]:
    """What stands in `x-...` to be merged elsewhere."""
    for key, value in document.data.items():
        if key.startswith("x-") and isinstance(value, dict):
            for path, name, text in _walk(value, (key,), 0):
                yield Value(name, text, Spot(document, path, symbol=key))


_FLAG: Final = regex(r"--(?P<name>requirepass|[a-z-]{0,30}(?:password|secret|token))(?:[ =](?P<value>\S{3,100}))?")


def _command(line: str, following: object, spot: Spot) -> Iterator[Value]:
    for found in _FLAG.finditer(line[:4_000]):
        value = found["value"] or (following if isinstance(following, str) and found.end() == len(line) else None)
        if value:
            yield Value("PASSWORD" if found["name"] == "requirepass" else found["name"], value.strip("\"'"), spot)


def _kubernetes(document: KubernetesDocument) -> Iterator[Value]:
    for workload in document.workloads:
        for container in workload.all_containers:
            for each in container.env:
                if each.value is not None:
                    yield Value(each.name, each.value, each.spot)
            for key in ("command", "args"):
                lines = container.get(key)
                for place, line in enumerate(lines if isinstance(lines, list) else ()):
                    if isinstance(line, str):
                        following = lines[place + 1] if place + 1 < len(lines) else None
                        yield from _command(line, following, container.spot(key, place))
    for thing in document.objects:
        if thing.kind in ("ConfigMap", "Secret"):
            for key in ("data", "stringData"):
                for name, value in thing.table(key).items():
                    if isinstance(value, str):
                        yield from _entry(thing.kind, key, str(name), value, thing.spot(key, name))


def _entry(kind: str, key: str, name: str, value: str, spot: Spot) -> Iterator[Value]:
    if kind == "Secret" and key == "data":
        plain = _decoded(value)
        if plain is not None:
            yield Value(name if named_secret(name) else f"SECRET {name}", plain, spot)
    elif "\n" in value and spot.tree is not None and spot.pointer is not None:
        start = spot.tree.key_line_of(spot.pointer)
        for offset, line in enumerate(value.split("\n")[:5_000], 1):
            if found := _ASSIGNED.match(line):
                yield Value(found["name"], found["value"], Spot(spot.document, line=start + offset, symbol=spot.symbol))
    else:
        yield Value(name, value, spot)


def _decoded(text: str) -> str | None:
    try:
        plain = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return plain.strip() if plain.isprintable() or plain.rstrip("\n").isprintable() else None


def _terraform(document: TerraformDocument, block: TerraformBlock, outer: TerraformBlock) -> Iterator[Value]:
    sensitive = block.kind == "variable" and named_secret(block.name)
    for name, value in block.attributes.items():
        called = block.name if sensitive and name == "default" else name
        for path, key, text in _walk({called: value}, (), 0):
            inner = ".".join(map(str, (name, *path[1:])))
            if not isinstance(text, Expression):
                spot = document.spot(block, inner if inner in block.lines else name, outer)
                if not (key == "secret" and _refers(block)):
                    yield Value(key, text, spot)
    for each in block.blocks:
        yield from _terraform(document, each, outer)


def _refers(block: TerraformBlock) -> bool:
    """Whether `secret = "..."` of a block is the name of one that is kept elsewhere."""
    named = block.kind.endswith(("_ref", "_reference", "_source")) or block.kind in (
        "secret",
        "secrets",
        "secret_volume",
    )
    return named or not {"version", "secret_version", "secret_id"}.isdisjoint(block.attributes)


def _walk(data: Any, path: Pointer, depth: int) -> Iterator[tuple[Pointer, str, str]]:
    """Texts with their names: of `{name: DB_PASSWORD, value: x}` the name that it gives."""
    if depth > 8:
        return
    if isinstance(data, dict):
        given, value = data.get("name"), data.get("value")
        if isinstance(given, str) and isinstance(value, str):
            yield (*path, "value"), given, value
            return
        for key, value in data.items():
            if isinstance(value, str):
                yield (*path, key), str(key), value
            else:
                yield from _walk(value, (*path, key), depth + 1)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            if isinstance(value, str):
                name, equals, text = value.partition("=")
                if equals:
                    yield (*path, place), name, text
            else:
                yield from _walk(value, (*path, place), depth + 1)


_CODE_NAME: Final = regex(r"^(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+|[a-z0-9]+[_.][a-z0-9_.]+)$")
"""What a program calls something; prose says `Password`."""
_ASSIGNED: Final = regex(
    r"^\s{0,40}(?:[-*>]\s{0,4})?(?:export\s{1,4})?[\"'`]?(?P<name>[A-Za-z][\w.-]{0,60})[\"'`]?\s{0,4}[:=]\s{0,4}"
    r"[\"'`]?(?P<value>[^\s\"'`]{4,200})[\"'`]?[,;]?\s{0,10}$"
)


def _lines(document: Document) -> Iterator[Value]:
    for number, line in enumerate(document.lines, 1):
        if len(line) < 400 and (found := _ASSIGNED.match(line)):
            yield Value(found["name"], found["value"], Spot(document, line=number))
