"""Data that a text shows in fences: compose files, Kubernetes objects and specifications, as far as they are whole.

What a text shows is no file that is deployed: often it is a part, or one example of many. So nothing that it leaves out
is a fault; what it does say is held against the files, as a sentence would be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.documents import trees
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import Fence, MarkdownDocument, Sentence
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.documents.statements import elsewhere
from faultline.analyzers.design.documents.text import Unreadable
from faultline.analyzers.design.reading import typed
from faultline.analyzers.design.spot import Spot

MAX_FENCES: Final = 200
MAX_TEXT: Final = 200_000
_LANGUAGES: Final = frozenset({"yaml", "yml", "json", "compose", "docker-compose", "openapi", "kubernetes", "k8s"})
_APART: Final = re.compile(
    r"\b(?:for example|e\.g|examples?|sample|such as|similar|local\w*|develop\w*|laptop|test\w*|old|before|previous\w*"
    r"|formerly|instead|alternativ\w*|rejected|would|could|wrong|bad|not like|template|snippet|later|planned|future)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A document in a fence of a text."""

    text: MarkdownDocument
    fence: Fence
    document: Document

    def at(self, spot: Spot) -> Spot:
        """Where a place of the document stands in the text."""
        line = self.fence.line + spot.lines[0] - 1
        return Spot(self.text, line=line, symbol=spot.symbol)


def shown(document: MarkdownDocument) -> Iterator[Shown]:
    """The documents that a text shows as what there is: no examples, nothing for development."""
    if document.void:
        return
    for fence in document.fences[:MAX_FENCES]:
        if fence.language not in _LANGUAGES or len(fence.text) > MAX_TEXT or _aside(document, fence):
            continue
        try:
            found = trees.read(fence.text)
        except Unreadable:
            continue
        inner = typed(f"{document.path}:{fence.line}", fence.text, found)
        if _whole(inner):
            yield Shown(document, fence, inner)


def _aside(document: MarkdownDocument, fence: Fence) -> bool:
    trail = next((each.trail for each in reversed(document.sections) if each.line < fence.line), ())
    before = " ".join(document.lines[max(0, fence.line - 5) : fence.line - 2])
    place = Sentence("", fence.line, fence.line, fence.section, trail=trail)
    return elsewhere(place) or bool(_APART.search(before)) or any(map(_APART.search, trail[1:]))


def _whole(document: Document) -> bool:
    """Whether enough of it is there to know what it is about."""
    if isinstance(document, ComposeDocument):
        return bool(document.own_services)
    if isinstance(document, KubernetesDocument):
        return all(each.name for each in document.objects)
    return isinstance(document, OpenApiDocument) and bool(document.operations)
