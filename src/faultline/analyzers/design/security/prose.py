"""What texts and diagrams state that will be broken into."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import Statement, statements
from faultline.analyzers.design.documents.telling import observed, speaking
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security import labels, shown
from faultline.analyzers.design.security.meant import spared
from faultline.analyzers.design.security.wordings import WORDINGS


def stated(design: Design) -> Iterator[Observation]:
    """Faults in the words of the text."""
    for document in speaking(design):
        yield from (observed(document, each) for each in faults(document))


def faults(document: Document) -> Iterator[Statement]:
    """What a document states of security that is a fault, and was not meant to be so."""
    blocks: dict[int, list[Sentence]] = {}
    for each in document.sentences if isinstance(document, MarkdownDocument) else ():
        blocks.setdefault(each.block, []).append(each)
    for found in statements(document, WORDINGS):
        said = found.sentence
        beside = [each for each in blocks.get(said.block, ()) if each is not said] if said.block else []
        if not spared(found.wording.rule, said, beside):
            yield found


CHECKS: tuple[Check, ...] = (stated, *labels.CHECKS, *shown.CHECKS)
