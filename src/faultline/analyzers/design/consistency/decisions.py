"""Decision records: is each whole, are those there that it names; `choices` is about what they decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from faultline.analyzers.design.consistency import figures
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import numbers_in, parts_of, unnamed_of
from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

MAX_LINES = 20_000
_NAMES = {"context": "why (its context)", "decision": "what was decided", "consequences": "what follows (consequences)"}


def recorded(design: Design) -> list[tuple[MarkdownDocument, Adr]]:
    """The texts that are decision records."""
    return [(each, each.adr) for each in design.of(MarkdownDocument) if each.adr]


def title_line(document: MarkdownDocument) -> int:
    """The line of the title of a text."""
    return document.sections[0].line if document.sections else 1


def record_spot(document: MarkdownDocument, line: int, adr: Adr) -> Spot:
    """A line of a record."""
    return Spot(document, line=line, symbol=f"ADR {adr.number if adr.number is not None else adr.title}")


def incomplete(design: Design) -> Iterator[Observation]:
    """Records without a status, a context, a decision or consequences."""
    for document, adr in recorded(design):
        has = parts_of(document)
        missing = [] if adr.status or _agreed(document) else ["its status"]
        if adr.in_force:
            absent = [words for part, words in _NAMES.items() if part not in has]
            missing += absent if len(absent) > unnamed_of(document) else []
        if missing and len(missing) < 4:
            told = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
            line = adr.status_line if missing == ["its status"] and adr.status_line else title_line(document)
            yield Observation(
                "consistency/decision-incomplete", record_spot(document, line, adr), f"The record does not say {told}."
            )


_AGREED = re.compile(
    r"\W*(?:agreed|approved|accepted|decided|adopted|signed off|in force)(?: (?:by|on|at|in|since)\b|\s?:)",
    re.IGNORECASE,
)


def _agreed(document: MarkdownDocument) -> bool:
    """Whether a line says who agreed, or when: a status in other words."""
    return any(_AGREED.match(each.text) for each in document.sentences)


def superseded(design: Design) -> Iterator[Observation]:
    """Records that another one supersedes, and that do not say so."""
    records = recorded(design)
    for document, adr in records:
        for number in adr.supersedes:
            for older, old in _numbered(records, number, document):
                if old.in_force:
                    yield Observation(
                        "consistency/decision-superseded",
                        record_spot(older, old.status_line, old),
                        f"{document.path} supersedes this record, whose status is still “{old.status or 'not given'}”.",
                        also=(record_spot(document, adr.status_line, adr),),
                    )


def _numbered(
    known: Sequence[tuple[MarkdownDocument, Adr]], number: int, near: MarkdownDocument
) -> list[tuple[MarkdownDocument, Adr]]:
    folder = PurePosixPath(near.path).parent
    return [(doc, adr) for doc, adr in known if adr.number == number and PurePosixPath(doc.path).parent == folder]


def missing(design: Design) -> Iterator[Observation]:
    """References to records that are not there, where the others are: a folder with gaps is a part of one."""
    records = recorded(design)
    known = {adr.number for _, adr in records if adr.number is not None}
    if len(records) < 2 or not known:
        return
    first, last = min(known), max(known)
    whole = len(known) >= 0.75 * (last - first + 1)

    def gone(number: int) -> bool:
        return number not in known and whole and (number > first or first <= 2)

    for document in design.of(MarkdownDocument):
        told: set[int] = set()
        adr = document.adr
        status = document.lines[adr.status_line - 1] if adr and 0 < adr.status_line <= len(document.lines) else ""
        for number in (*adr.supersedes, *adr.superseded_by) if adr and not _ELSEWHERE.search(status) else ():
            if gone(number):
                told.add(number)
                yield _unknown(
                    record_spot(document, adr.status_line if adr else 1, adr) if adr else Spot(document, line=1), number
                )
        for each in document.sentences:
            if "ADR" in each.text and not _ELSEWHERE.search(each.text):
                for number in numbers_in(" ".join(re.findall(r"ADR[- #]?\d{1,5}", each.text))):
                    if gone(number) and number not in told:
                        told.add(number)
                        yield _unknown(
                            Spot(document, line=each.line, end_line=each.end_line, symbol=f"ADR {number}"), number
                        )
    yield from _dangling(design, records)


_ELSEWHERE = re.compile(
    r"\b(?:wiki|confluence|archived?|old (?:log|folder|repository)|another (?:team|repository)"
    r"|(?:platform|other|security|infrastructure|data|[A-Z]\w+) team'?s?|their ADR|company[- ]wide|group[- ]wide"
    r"|withdrawn|deleted)\b"
)
_LINK = re.compile(r"\]\(([^()\s#]{1,200}\.md)(?:#[^()\s]{0,200})?\)")


def _dangling(design: Design, known: Sequence[tuple[MarkdownDocument, Adr]]) -> Iterator[Observation]:
    """Links to files of a folder of records that are not in it, where most links lead to one that is."""
    paths = {each.path for each in design.documents}
    folders = {str(PurePosixPath(document.path).parent) for document, _ in known}
    links: list[tuple[MarkdownDocument, int, str]] = []
    for document in design.of(MarkdownDocument):
        for line, text in enumerate(document.lines[:MAX_LINES], 1):
            for found in _LINK.finditer(text[:2000]) if "](" in text else ():
                path = _joined(PurePosixPath(document.path).parent, found[1])
                if (
                    path
                    and str(PurePosixPath(path).parent) in folders
                    and re.match(r"\D{0,5}\d", path.rpartition("/")[2])
                ):
                    links.append((document, line, path))
    gone = [each for each in links if each[2] not in paths]
    if len(gone) * 3 <= len(links):
        for document, line, path in gone:
            yield Observation(
                "consistency/decision-missing",
                Spot(document, line=line, symbol=path),
                f"There is no record {path}.",
                cause=path,
            )


def _joined(folder: PurePosixPath, path: str) -> str | None:
    """A relative path from a folder, inside the design."""
    parts = list(folder.parts)
    for part in PurePosixPath(path).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) if "://" not in path and not path.startswith("/") else None


def _unknown(spot: Spot, number: int) -> Observation:
    return Observation(
        "consistency/decision-missing", spot, f"There is no record with the number {number}.", cause=str(number)
    )


def numbered_twice(design: Design) -> Iterator[Observation]:
    """Records of one folder with one number."""
    first: dict[tuple[str, int], tuple[MarkdownDocument, Adr]] = {}
    for document, adr in recorded(design):
        if adr.number is None:
            continue
        key = str(PurePosixPath(document.path).parent), adr.number
        if key in first:
            other, other_adr = first[key]
            yield Observation(
                "consistency/decision-number-twice",
                record_spot(document, title_line(document), adr),
                f"{other.path} has the number {adr.number} as well.",
                also=(record_spot(other, title_line(other), other_adr),),
            )
        else:
            first[key] = document, adr


def contradicted(design: Design) -> Iterator[Observation]:
    """Two figures for one thing in texts."""
    for one, other in figures.contradictions(design.of(MarkdownDocument)):
        yield Observation(
            "consistency/statements-contradict",
            one.spot,
            f"Here it is {one.words}, in {other.spot.document.path} line {other.spot.line} it is {other.words}.",
            cause=one.subject,
            also=(other.spot,),
            severity=Severity.MEDIUM,
        )


CHECKS: tuple[Check, ...] = (
    incomplete,
    superseded,
    missing,
    numbered_twice,
    contradicted,
)
