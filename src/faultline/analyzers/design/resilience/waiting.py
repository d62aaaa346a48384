"""Who waits for whom, and how long: a callee that waits longer than its caller does works for nobody.

The timeouts are those of tables of calls, of lists like `a -> b: 5 s`, and of labels in drawings. Only calls count that
wait for an answer, and only where both times are said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Table
from faultline.analyzers.design.documents.statements import elsewhere
from faultline.analyzers.design.documents.units import SECONDS, unit
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.naming import bare, stem, words
from faultline.core.patterns import regex

_TIME: Final = r"(\d{1,6}(?:[.,]\d{1,3})?) ?(ms|milliseconds?|s|secs?|seconds?|min|minutes?|h|hours?)\b"
_SPAN: Final = regex(_TIME, re.IGNORECASE)
_LABEL: Final = regex(
    rf"(?:time-?out|deadline|waits?|after|within|gives up)\b[^\d;]{{0,20}}{_TIME}|{_TIME} (?:time-?out|deadline)",
    re.IGNORECASE,
)
_FROM: Final = regex(r"\W*(?:from|callers?|source|client|who|who calls|calling|service|consumer)\W*", re.IGNORECASE)
_TO: Final = regex(
    r"\W*(?:to|callee|calls|target|called|server|whom|destination|dependency|depends on|provider|downstream)\W*",
    re.IGNORECASE,
)
_TIMEOUT: Final = regex(r"\b(?:time-?outs?|deadline|waits?|gives up|patience)\b", re.IGNORECASE)
_CALL: Final = regex(
    r"[\s*+-]{0,6}[`*]{0,3}([\w][\w ./-]{0,40}?)[`*]{0,3} ?(?:->|\u2192|=>|-->) ?[`*]{0,3}([\w][\w ./-]{0,40}?)"
    r"[`*]{0,3}(?: ?[:|,(\u2013\u2014]| - | time-?out| deadline)(.{0,200})"
)
_LOOSE: Final = regex(
    r"\b(?:async\w*|queues?|events?|publish\w*|batch|nightly|webhooks?|kafka|rabbitmq|connect\w*)\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Wait:
    """One call, how long its caller waits, and where that stands."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    names: tuple[str, str]
    seconds: float
    words: str
    spot: Spot


def inverted(design: Design) -> Iterator[Observation]:
    """Calls that may last longer than the calls that wait for them."""
    waits: dict[tuple[tuple[str, ...], tuple[str, ...]], _Wait] = {}
    unsure: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for each in _waits(design):
        known = waits.setdefault((each.source, each.target), each)
        if known.seconds != each.seconds:
            unsure.add((each.source, each.target))
    for key, inner in waits.items():
        outer = [
            each
            for other, each in waits.items()
            if each.target == inner.source and each.source != inner.target and other not in unsure
        ]
        least = min(outer, key=lambda each: each.seconds, default=None)
        if least is not None and key not in unsure and inner.seconds > least.seconds:
            yield Observation(
                "resilience/timeout-inversion",
                inner.spot,
                f"`{inner.names[0]}` waits {inner.words} for `{inner.names[1]}`, and `{least.names[0]}`, which waits "
                f"for `{inner.names[0]}`, gives up after {least.words}.",
                cause=f"{' '.join(inner.source)} {' '.join(inner.target)}",
                also=(least.spot,),
            )


def _waits(design: Design) -> Iterator[_Wait]:
    for document in design.documents:
        if isinstance(document, MarkdownDocument) and not document.adr:
            for table in document.tables:
                yield from _of_table(document, table)
            inside = {
                line for each in document.fences for line in range(each.line, each.line + each.text.count("\n") + 1)
            }
            for sentence in document.sentences:
                if sentence.column < 0 and sentence.line not in inside and not elsewhere(sentence):
                    yield from _of_line(document, sentence.text, sentence.line)
        if isinstance(document, MarkdownDocument | DiagramDocument):
            for diagram in document.diagrams:
                names = {each.id: bare(each.name or each.id) for each in diagram.boxes}
                for arrow in diagram.arrows:
                    found = _LABEL.search(arrow.label) if not arrow.reply and not arrow.dashed else None
                    if found and not _LOOSE.search(arrow.label):
                        span = _SPAN.search(found[0])
                        ends = names.get(arrow.source, ""), names.get(arrow.target, "")
                        spot = Spot(document, line=arrow.line, symbol=f"{ends[0]} to {ends[1]}")
                        yield from _wait(*ends, span, spot)


def _of_table(document: MarkdownDocument, table: Table) -> Iterator[_Wait]:
    source = next((at for at, each in enumerate(table.headers) if _FROM.fullmatch(each)), None)
    target = next((at for at, each in enumerate(table.headers) if _TO.fullmatch(each) and at != source), None)
    timeout = next((at for at, each in enumerate(table.headers) if _TIMEOUT.search(each)), None)
    route = next(
        (at for at, each in enumerate(table.headers) if re.fullmatch(r"(?i)\W*(?:call|route|hop|edge)s?\W*", each)),
        None,
    )
    column = _UNIT.search(table.headers[timeout]) if timeout is not None else None
    for row in table.rows if timeout is not None else ():
        if source is not None and target is not None and len(row.cells) > max(source, target, timeout or 0):
            ends = row.cells[source], row.cells[target]
        elif route is not None and len(row.cells) > max(route, timeout or 0):
            parts = re.split(r" ?(?:->|\u2192|=>|-->| to ) ?", row.cells[route], maxsplit=1)
            ends = (parts[0], parts[1]) if len(parts) == 2 else ("", "")
        else:
            continue
        said = row.cells[timeout or 0]
        said = f"{said} {column[1]}" if column and re.fullmatch(r"\W*\d[\d.,]{0,8}\W*", said) else said
        if not _LOOSE.search(" ".join(row.cells[:3])):
            yield from _wait(*ends, _SPAN.search(said), Spot(document, line=row.line, symbol=f"{ends[0]} to {ends[1]}"))


_UNIT: Final = regex(r"[(\[ ](ms|s|sec|seconds|min)[)\]]?\W*$", re.IGNORECASE)


def _of_line(document: MarkdownDocument, text: str, line: int) -> Iterator[_Wait]:
    found = _CALL.match(text)
    if found and _TIMEOUT.search(text) and not _LOOSE.search(text[:200]):
        label = _LABEL.search(text) or _SPAN.search(found[3])
        span = _SPAN.search(label[0]) if label else None
        yield from _wait(found[1], found[2], span, Spot(document, line=line, symbol=f"{found[1]} to {found[2]}"))


def _wait(source: str, target: str, span: re.Match[str] | None, spot: Spot) -> Iterator[_Wait]:
    ends = stem(words(source)), stem(words(target))
    # What is qualified, "bank (refunds)", is one of several calls, and another one may wait for it.
    if span is None or "(" in source + target or not all(ends) or ends[0] == ends[1]:
        return
    factor = SECONDS[unit(span[2])]
    yield _Wait(*ends, (bare(source), bare(target)), float(span[1].replace(",", ".")) * factor, span[0], spot)


CHECKS: tuple[Check, ...] = (inverted,)
