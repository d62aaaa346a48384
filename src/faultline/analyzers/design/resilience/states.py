"""State machines: states that nothing leaves, and states that nothing leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

_FINAL = re.compile(
    r"done|complete|closed?|cancel|finish|delivered|fail|reject|expired?|end|success|succeeded|deleted?"
    r"|archived?|abort|refunded|paid|dead|terminat|resolved|stopped|error|settled|discarded|declined",
    re.IGNORECASE,
)


def state_machines(design: Design) -> Iterator[Observation]:
    """What is wrong in the state diagrams of a design, those with a start and several states."""
    documents: list[tuple[Document, list[Diagram]]] = [(each, each.diagrams) for each in design.of(MarkdownDocument)]
    documents += [(each, each.diagrams) for each in design.of(DiagramDocument)]
    for document, diagrams in documents:
        for diagram in diagrams:
            if any(each.shape in ("start", "end") for each in diagram.boxes) and len(diagram.arrows) > 2:
                yield from _machine(document, diagram)


def _machine(document: Document, diagram: Diagram) -> Iterator[Observation]:
    left = {each.source for each in diagram.arrows if each.source != each.target}
    entered = {each.target for each in diagram.arrows if each.source != each.target}
    starts = any(each.shape == "start" and not each.group for each in diagram.boxes)
    ends = any(each.shape == "end" and not each.group for each in diagram.boxes)
    holders = {name for each in diagram.boxes for name in each.group}
    for box in diagram.boxes:
        inside = box.group and (box.group[-1] in left or box.group[-1] in entered)
        if box.shape in ("start", "end", "history", "composite", "fork", "join", "choice") or box.id in holders:
            continue
        spot = Spot(document, line=box.line, symbol=f"state {box.id}")
        if ends and box.id in entered and box.id not in left and not inside and not _FINAL.search(box.name):
            yield Observation("resilience/dead-end-state", spot, f"Nothing leaves `{box.name}`.", cause=box.id)
        if starts and box.id in left and box.id not in entered and not box.group:
            yield Observation("resilience/unreachable-state", spot, f"Nothing leads to `{box.name}`.", cause=box.id)


CHECKS: tuple[Check, ...] = (state_machines,)
