"""Operations that texts and sequence diagrams name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.interfaces import base_paths
from faultline.analyzers.design.system.model import DEPLOYMENTS, System
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

MAX_LINES: Final = 20_000
_NAMED: Final = regex(
    r"(?<![\w/])(GET|POST|PUT|PATCH|DELETE|HEAD)\s{1,3}`?(?:https?://[\w.:-]{1,100})?(/[\w\-./{}:<>$~]{0,200})"
)
_UNSURE: Final = regex(
    r"\b(?:no longer|removed|deprecated|instead of|future|planned|will be|would be|proposed|not exist|does not|do not"
    r"|legacy|old|was|replaced|later|never|external|third[- ]party|rejected|formerly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """An operation as a text names it; `target` is whom a diagram's message goes to, `before` what stands before it."""

    method: str
    path: str
    spot: Spot
    target: str = ""
    before: str = ""


@dataclass(frozen=True)
class Known:
    """The operations of a specification, by the parts of their paths."""

    document: OpenApiDocument
    operations: Sequence[tuple[tuple[str, ...], Operation]]

    def at(self, path: str) -> list[Operation]:
        """Those whose path a text means, whatever the method."""
        wanted = _parts(path)
        return [each for parts, each in self.operations if _matches(parts, wanted)]

    def begins(self, path: str) -> bool:
        """Whether it has paths of the same first word."""
        wanted = _parts(path)
        return any(parts[:1] == wanted[:1] for parts, _ in self.operations if parts)


def unknown_operations(design: Design) -> Iterator[Observation]:
    """Operations that a text or a sequence diagram names and no specification has."""
    specs = [known(each) for each in design.of(OpenApiDocument)]
    specs = [each for each in specs if each.operations]
    if not specs:
        return
    vocabulary = Vocabulary(design.system.components)
    serving: dict[str, set[str]] = {}
    for endpoint in design.system.endpoints:
        serving.setdefault(endpoint.component, set()).add(endpoint.spot.document.path)
    told: set[tuple[str, str, str]] = set()
    found = list(_all(design))
    paths = sorted({(each.method, each.path) for each in found})
    hits = sum(any(each.at(path) for each in specs) for _, path in paths)
    for named in found:
        target = vocabulary.find(named.target) if named.target else None
        component = design.system.component(target) if target else None
        if component and component.role == ComponentRole.EXTERNAL:
            continue
        about = [each for each in specs if component and each.document.path in serving.get(component.id, ())]
        if component and component.role == ComponentRole.SERVICE and not about and len(specs) > 1:
            continue  # it has no specification here
        if _of_another(named, vocabulary, design.system, serving):
            continue
        there = [operation for each in specs for operation in each.at(named.path)]
        if any(
            each.method.upper() == named.method or (named.method == "HEAD" and each.method == "get") for each in there
        ):
            continue
        near = [each for each in specs if each.begins(named.path)]
        plain = hits and hits * 2 >= len(paths) and not named.target and len(specs) == 1
        if not (there or near or about or plain):
            continue
        key = (named.spot.document.path, named.method, named.path)
        if key in told:
            continue
        told.add(key)
        if there:
            methods = ", ".join(sorted({each.method.upper() for each in there}))
            at = there[0]
            message = (
                f"{named.spot.document.path} names `{named.method} {named.path}`; "
                f"{at.document.path} has that path with {methods} only."
            )
            also = Spot(at.node.document, at.node.pointer, symbol=at.symbol)
        else:
            spec = (about or near or specs)[0].document
            message = (
                f"{named.spot.document.path} names `{named.method} {named.path}`, which {spec.path} does not have."
            )
            also = Spot(spec, ("paths",), symbol="paths")
        yield Observation(
            "consistency/unknown-operation",
            named.spot,
            message,
            cause=f"{named.method} {named.path}",
            also=(also,),
        )


def _of_another(named: Named, vocabulary: Vocabulary, system: System, serving: Mapping[str, set[str]]) -> bool:
    """Whether a text names it right behind a service that has no specification here, where another one has."""
    spoken = vocabulary.spoken(re.split(r"[;:.] ", named.before)[-1]) if named.before and serving else []
    if not spoken:
        return False
    owner = system.by_id[spoken[-1].component]
    return owner.role == ComponentRole.SERVICE and owner.id not in serving and owner.said_by(*DEPLOYMENTS, "diagram")


def _all(design: Design) -> Iterator[Named]:
    for document in design.documents:
        if not isinstance(document, MarkdownDocument | DiagramDocument):
            continue
        inside: set[int] = set()
        for diagram in document.diagrams:
            inside.update(range(diagram.line, diagram.end_line + 1))
            names = {each.id: each.name for each in diagram.boxes}
            roles = {each.id: each.shape for each in diagram.boxes}
            for arrow in diagram.arrows:
                if not arrow.reply and roles.get(arrow.target) != "external":
                    for match in _NAMED.finditer(arrow.label):
                        yield _named(document, arrow.line, match, names.get(arrow.target, arrow.target))
        if isinstance(document, MarkdownDocument):
            if document.void:
                continue
            if document.fences:
                yield from _shown(document)
            for number, line in enumerate(document.lines[:MAX_LINES], 1):
                if number not in inside and "/" in line and not _UNSURE.search(line[:2000]):
                    for match in _NAMED.finditer(line[:2000]):
                        yield _named(document, number, match, "")


def _shown(document: MarkdownDocument) -> Iterator[Named]:
    """The operations of specifications that a text has in its fences."""
    from faultline.analyzers.design.system.fenced import shown  # here, for a specification alone has no text

    for each in shown(document):
        for operation in each.document.operations if isinstance(each.document, OpenApiDocument) else ():
            at = each.at(Spot(each.document, operation.node.pointer, symbol=operation.symbol))
            yield Named(operation.method.upper(), operation.path, at)


def _named(document: Document, line: int, match: re.Match[str], target: str) -> Named:
    path = match[2].rstrip(".:`")
    before = "" if target else match.string[max(0, match.start() - 80) : match.start()]
    return Named(match[1], path, Spot(document, line=line, symbol=f"{match[1]} {path}"), target, before)


def known(document: OpenApiDocument) -> Known:
    """The operations of a specification, each under all paths that its servers give it."""
    operations = []
    bases = base_paths(document)
    for operation in document.operations:
        if not operation.webhook:
            for base in bases:
                operations.append((_parts(base + operation.path), operation))
    return Known(document, operations)


def _parts(path: str) -> tuple[str, ...]:
    """The words of a path; a variable, however it is written, and what looks like a value are `{}`."""
    parts = [each for each in path.split("?")[0].split("/") if each]
    if parts and parts[0] == "api":
        parts = parts[1:]
    if parts and re.fullmatch(r"v\d{1,3}", parts[0]):
        parts = parts[1:]
    return tuple("{}" if _variable(each) else each.lower() for each in parts)


def _variable(part: str) -> bool:
    return bool(re.match(r"[{:<$~]", part)) or bool(
        re.fullmatch(r"\d{1,20}|[0-9a-fA-F-]{16,40}|[a-z]{1,10}[-_]\d{1,12}", part)
    )


def _matches(parts: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return len(parts) == len(wanted) and all(one in (other, "{}") for one, other in zip(parts, wanted, strict=True))


CHECKS: tuple[Check, ...] = (unknown_operations,)
