"""Arrows and tables that say how parties speak: plain HTTP can be read on the way.

An arrow from people, browsers and partners is one such whatever else is drawn. Between other parties "HTTP" is often
only the name of the protocol; it tells something where the same drawing, or the same column, says HTTPS of its
neighbours; FTP, telnet and an address that begins with `http://` always do. Behind what ends TLS (a load balancer with an arrow of HTTPS to it) it is told only where the other arrows
inside have TLS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Arrow, Box, Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

_PLAIN = re.compile(
    r"(?<![\w/-])(?:plain )?http(?!s)(?![/ ]?[23])(?![\w-])(?! (?:[1-5]\d\d|status|redirect"
    r"|error|headers?))",
    re.IGNORECASE,
)
_READABLE = re.compile(
    r"(?<![\w-])(?:t?ftp(?!s)|telnet)\b|\bhttp://(?!localhost|127\.)[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,6}"
    r"(?<!\.local)(?<!\.internal)(?<!\.svc)(?<!\.lan)(?=[/:\s)]|$)|\bldap\b.{0,3}\b389\b",
    re.IGNORECASE,
)
"""Protocols that have no TLS of their own, whoever speaks them."""
_SAFE = re.compile(r"https|tls|ssl|redirect|301|308|wss|(?:inside|within|in) the cluster|in-cluster", re.IGNORECASE)
_TLS = re.compile(r"https|\bm?tls\b|wss", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(?:users?|browsers?|internet|customers?|visitors?|mobile(?: app| client)?|web client"
    r"|end users?|partners?|public)\b",
    re.IGNORECASE,
)
_COVERED = re.compile(r"\b(?:service mesh|istio|linkerd|sidecars?|ipsec|wireguard|localhost)\b", re.IGNORECASE)
_TUNNEL = re.compile(r"\b(?:vpn|tunnel|leased line|ssh|starttls)\b", re.IGNORECASE)
_COLUMN = re.compile(r"(?:protocol|transport|via|connection|how|wire|scheme)s?\b", re.IGNORECASE)
_CELL = re.compile(r"(?:plain )?http(?!s)(?![/ ]?[23])\b", re.IGNORECASE)


def arrows(design: Design) -> Iterator[Observation]:
    """Arrows that are labelled with HTTP where it can be read on the way."""
    documents: list[tuple[Document, list[Diagram]]] = [(each, each.diagrams) for each in design.of(MarkdownDocument)]
    documents += [(each, each.diagrams) for each in design.of(DiagramDocument)]
    for document, diagrams in documents:
        covered = bool(diagrams) and any(map(_COVERED.search, document.lines))
        for diagram in diagrams:
            if diagram.dialect in ("class", "er", "state"):
                continue
            boxes = {each.id: each for each in diagram.boxes}
            for arrow in diagram.arrows:
                source, target = boxes.get(arrow.source), boxes.get(arrow.target)
                readable = bool(_READABLE.search(arrow.label)) and not _TUNNEL.search(arrow.label)
                if arrow.reply or not (readable or _PLAIN.search(arrow.label)) or _SAFE.search(arrow.label):
                    continue
                outside = source and (_outside(source) or (target and target.shape == "external"))
                if outside or (not covered and (readable or _odd(arrow, diagram))):
                    name = target.name if target else arrow.target
                    yield Observation(
                        "security/plain-http",
                        Spot(document, line=arrow.line, symbol=f"{arrow.source} -> {arrow.target}"),
                        f"The arrow from `{source.name if source else arrow.source}` to `{name}` says “{arrow.label}”.",
                        cause=f"{arrow.source} {arrow.target}",
                        confidence=0.7,
                    )


def _outside(box: Box) -> bool:
    return box.shape in ("person", "external") or bool(_OUTSIDE.search(box.name))


def _odd(arrow: Arrow, diagram: Diagram) -> bool:
    """Whether other arrows of a drawing have TLS where this one has not."""
    others = [each for each in diagram.arrows if each is not arrow and not each.reply]
    safe = [each for each in others if _TLS.search(each.label)]
    reached = {each.target for each in others}
    if arrow.source not in reached:
        return bool(safe)
    return any(each.source in reached for each in safe)


def tables(design: Design) -> Iterator[Observation]:
    """Rows of a table that say HTTP in a column where their neighbours say HTTPS."""
    for document in design.of(MarkdownDocument):
        for table in document.tables:
            for column, heading in enumerate(table.headers):
                cells = [row.cells[column] for row in table.rows]
                if not _COLUMN.match(heading.strip()) or not any(map(_TLS.search, cells)):
                    continue
                for row in table.rows:
                    cell = row.cells[column]
                    if (
                        _CELL.match(cell.strip())
                        and not _SAFE.search(cell)
                        and not _COVERED.search(" ".join(row.cells))
                    ):
                        yield Observation(
                            "security/plain-http",
                            Spot(document, line=row.line, symbol=" ".join(row.cells[:2]).lower()),
                            f"The table says “{cell.strip()}” where its neighbours say HTTPS.",
                            cause=" ".join(row.cells[:2]),
                            confidence=0.7,
                        )


CHECKS: tuple[Check, ...] = (arrows, tables)
