"""Arrows that say how users reach a system: plain HTTP from outside can be read on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Box, Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

_PLAIN = re.compile(
    r"(?<![\w/-])(?:plain )?http(?!s)(?![/ ]?[23])(?![\w-])(?! (?:[1-5]\d\d|status|redirect"
    r"|error|headers?))",
    re.IGNORECASE,
)
_SAFE = re.compile(r"https|tls|ssl|redirect|301|308|wss", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(?:users?|browsers?|internet|customers?|visitors?|mobile(?: app| client)?|web client"
    r"|end users?|partners?|public)\b",
    re.IGNORECASE,
)


def arrows(design: Design) -> Iterator[Observation]:
    """Arrows from people, browsers and partners that are labelled with HTTP and no TLS."""
    documents: list[tuple[Document, list[Diagram]]] = [(each, each.diagrams) for each in design.of(MarkdownDocument)]
    documents += [(each, each.diagrams) for each in design.of(DiagramDocument)]
    for document, diagrams in documents:
        for diagram in diagrams:
            if diagram.dialect in ("class", "er", "state"):
                continue
            boxes = {each.id: each for each in diagram.boxes}
            for arrow in diagram.arrows:
                source, target = boxes.get(arrow.source), boxes.get(arrow.target)
                if arrow.reply or not _PLAIN.search(arrow.label) or _SAFE.search(arrow.label):
                    continue
                if source and (_outside(source) or (target and target.shape == "external")):
                    name = target.name if target else arrow.target
                    yield Observation(
                        "security/plain-http",
                        Spot(document, line=arrow.line, symbol=f"{arrow.source} -> {arrow.target}"),
                        f"The arrow from `{source.name}` to `{name}` says “{arrow.label}”.",
                        cause=f"{arrow.source} {arrow.target}",
                        confidence=0.7,
                    )


def _outside(box: Box) -> bool:
    return box.shape in ("person", "external") or bool(_OUTSIDE.search(box.name))


CHECKS: tuple[Check, ...] = (arrows,)
