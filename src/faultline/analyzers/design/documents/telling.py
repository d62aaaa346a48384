"""From a statement in a text to an observation: which line, how sure, how bad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.genre import tells_design
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import Statement, statements
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.rules import catalogue
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

CONFIDENCE = 0.8
_QUOTED = 160
_LESS = {Severity.CRITICAL: Severity.HIGH, Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}


def told(design: Design, wordings: Sequence[Wording]) -> Iterator[Observation]:
    """What the texts and diagrams of a design state that is a fault."""
    for document in speaking(design):
        for each in statements(document, wordings):
            yield observed(document, each)


def speaking(design: Design) -> Iterator[MarkdownDocument | DiagramDocument]:
    """The documents whose sentences say how the system is."""
    yield from (each for each in design.of(MarkdownDocument) if tells_design(each))
    yield from design.of(DiagramDocument)


def observed(document: Document, statement: Statement) -> Observation:
    """What a statement is told as.

    What a text admits, under limitations or as work to come, is a degree less bad: somebody knows.
    """
    rule, sentence = catalogue()[statement.wording.rule], statement.sentence
    severity = _LESS.get(rule.severity) if statement.admitted else None
    spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=symbol(sentence))
    return Observation(
        rule.id,
        spot,
        message=f"{statement.wording.says[:-1]}: “{quoted(sentence)}”.",
        cause=spot.symbol,
        severity=Severity.INFO if statement.wording.vague else severity,
        confidence=CONFIDENCE,
        many=f"{rule.title}, in {{count}} places",
    )


def quoted(sentence: Sentence) -> str:
    """A sentence as it may stand in a message."""
    text = sentence.text.strip().rstrip(".")
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def symbol(sentence: Sentence) -> str:
    """What names a sentence over versions: its words."""
    return " ".join(sentence.text.lower().split())[:200]
