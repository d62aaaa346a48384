"""Decision records: Nygard's form, MADR (2, 3, 4), Y-statements, and records whose status stands in the front matter.

Nygard: https://cognitect.com/blog/2011/11/15/documenting-architecture-decisions; MADR: https://adr.github.io/madr/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument, Section, Sentence

_FOLDER = re.compile(
    r"(?:^|/)(?:adrs?|decisions?|architecture[-_]decisions?|architectural[-_]decisions?|madr)(?:/|$)", re.IGNORECASE
)
_FILE = re.compile(r"(?:adr[-_ ]?)?(\d{1,5})[-_ .]", re.IGNORECASE)
_NAMED = re.compile(r"adr[-_ ]?\d{1,5}", re.IGNORECASE)
_TITLE = re.compile(r"(?:adr\s*[-#:]?\s*)?0*(\d{1,5})\s*[.:)\u2013\u2014-]\s*(.+)$", re.IGNORECASE)
_STATUS = re.compile(r"(?:status|state)\s*[:|]\s*(.{1,200})$", re.IGNORECASE)
_WORD = re.compile(
    r"(?:accepted|proposed|rejected|deprecated|superseded|replaced|draft|approved|decided|done"
    r"|implemented|withdrawn|obsolete|active|in force|pending|in review|final|adopted)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?:accepted|proposed|rejected|deprecated|superseded|draft|approved|decided|implemented|adopted)\b"
    r"(?=\W*$|[,;]| on | \(| by | \d| [-\u2013\u2014] )",
    re.IGNORECASE,
)
"""A status that stands by itself below the title: `Accepted, 2024-09-02`."""
_SUPERSEDES = re.compile(r"\b(?:supersedes|superseding|replaces|supercedes|obsoletes)\b", re.IGNORECASE)
_SUPERSEDED = re.compile(r"\b(?:superseded|replaced|superceded|obsoleted)(?: by| with|-by)?\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\badr\s*[-#:]?\s*0*(\d{1,5})\b|(?:^|[(/\s\[])0*(\d{1,5})[-_][\w.-]{1,120}\.(?:md|adoc|rst|txt)"
    r"|#0*(\d{1,5})\b|\b0+(\d{1,4})\b",
    re.IGNORECASE,
)
_PARTS = {
    "context": re.compile(
        r"[\W\d]*(?:the |our )?(?:context|problem|background|issue|motivation|forces|why|rationale|situation|question"
        r"|starting point|where we (?:are|stand|were)|reasons?|the need|what (?:is|was) wrong|pain)\b",
        re.IGNORECASE,
    ),
    "decision": re.compile(
        r"[\W\d]*(?:the |our )?(?:decision|resolution|solution(?=\W*$)|chosen|outcome|choice|verdict|answer|agreed"
        r"|agreement|selected|we (?:will|decided|chose|go with|picked)|what we (?:do|did|decided|chose|will do"
        r"|picked|want"
        r"|agreed|went for|settled on))\b",
        re.IGNORECASE,
    ),
    "consequences": re.compile(
        r"[\W\d]*(?:the |our )?(?:(?:positive |negative )?consequences|implications|results?|impact|pros and cons"
        r"|trade-?offs|effects|outcome|considered options|advantages|what follows|follow-?ups?|risks|downsides"
        r"|drawbacks|benefits|what (?:it|this) (?:means|costs|changes)|what changes|good and bad|the price|aftermath"
        r"|afterwards)\b",
        re.IGNORECASE,
    ),
}
_COMMON = re.compile(
    r"[\W\d]*(?:status|state|date|deciders?|authors?|links?|references?|related|see also|more information|notes?"
    r"|history|options?|alternatives?|considered|other|what (?:else )?we (?:looked|considered|tried)"
    r"|decision drivers?|drivers?"
    r"|pros|stakeholders|participants|review|tags?|table of contents|appendix|metadata|glossary)\b",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"[\W\d]*(?:the |our )?(?:(?:architecture |design )?decision(?: outcome)?|resolution|chosen option|outcome"
    r"|we (?:will|decided))(?!s\b| (?:log|drivers?|record|register|to make))\b",
    re.IGNORECASE,
)
_DECIDES = re.compile(r"(?:the |our )?decision\s?:", re.IGNORECASE)
_Y = re.compile(r"\bin the context of\b.{5,600}\bdecided\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:design|architecture|specification|overview|concept|runbook|plan)\W*$", re.IGNORECASE)
_TEMPLATE = re.compile(r"template|readme|index|nnnn|x{3,4}", re.IGNORECASE)


def adr_of(document: MarkdownDocument) -> Adr | None:
    """The decision record that a text is; None for another text."""
    path = PurePosixPath(document.path)
    if _TEMPLATE.search(path.stem):
        return None
    numbered = _FILE.match(path.name)
    placed = bool(numbered and _FOLDER.search(str(path.parent))) or bool(_NAMED.match(path.name))
    head = next((each for each in document.sections if each.level <= 2), None)
    if head is None:
        return None
    title = _TITLE.match(head.title)
    status, line = _status(document)
    decides = any(_DECISION.match(each.title) for each in document.sections) or any(
        _Y.search(each.text) or _DECIDES.match(each.text) for each in document.sentences
    )
    other = bool(_OTHER.search(head.title)) and not re.search(r"\b(?:adr|decision)\b", head.title, re.IGNORECASE)
    if not (
        placed
        or (status and decides and not other)
        or (title and decides and re.match(r"adr", head.title, re.IGNORECASE))
    ):
        return None
    number = int(numbered[1]) if numbered else int(title[1]) if title else None
    supersedes, superseded = _links(document, line)
    return Adr(number, title[2] if title else head.title, status, line or head.line, supersedes, superseded)


def parts_of(document: MarkdownDocument) -> dict[str, int]:
    """The parts that a record has, with their lines: `context`, `decision`, `consequences`."""
    found: dict[str, int] = {}
    for section in document.sections:
        for part, pattern in _PARTS.items():
            if pattern.match(section.title) and _filled(document, section):
                found.setdefault(part, section.line)
    for each in document.sentences:
        for part, pattern in _PARTS.items():
            if part not in found and _led(document, each) and pattern.match(each.text):
                found[part] = each.line
        if _Y.search(each.text):
            return dict.fromkeys(_PARTS, each.line) | found
    return found


def _led(document: MarkdownDocument, said: Sentence) -> bool:
    """Whether a sentence begins with a label: "Context: ...", or words in bold."""
    return bool(re.match(r"\w+(?: \w+)?\s?:", said.text)) or document.lines[said.line - 1].lstrip().startswith("**")


def unnamed_of(document: MarkdownDocument) -> int:
    """How many parts a record has under headings that say none of the usual things."""
    return sum(
        section.level > 1
        and not _COMMON.match(section.title)
        and not any(pattern.match(section.title) for pattern in _PARTS.values())
        and len(section.trail) < 3
        and _filled(document, section)
        for section in document.sections
    )


def decision_of(document: MarkdownDocument) -> Iterator[Sentence]:
    """The sentences that say what was decided."""
    pattern = _PARTS["decision"]
    for each in document.sentences:
        inside = any(map(pattern.match, each.trail[1:]))
        if each.column < 0 and (inside or _Y.search(each.text) or pattern.match(each.text)):
            yield each


def _filled(document: MarkdownDocument, section: Section) -> bool:
    """Whether there is anything in a section, or in those inside it."""
    after = (each for each in document.sections if each.line > section.line)
    end = next((each.line - 1 for each in after if each.level <= section.level), len(document.lines))
    return any(
        each.strip() for each in document.lines[section.line + 0 : end] if not each.lstrip().startswith(("=", "---"))
    )


def _status(document: MarkdownDocument) -> tuple[str, int]:
    if "status" in document.front_matter:
        value, line = document.front_matter["status"]
        return _first(value), line
    for section in document.sections:
        if re.match(r"[\W\d]*status\b", section.title, re.IGNORECASE):
            inside = (each for each in document.sentences if section.line <= each.line <= section.end_line)
            words = [each for each in inside if _WORD.search(each.text)]
            if words:
                # Several lines are a history; the last one is what holds, unless an earlier one is its end.
                ended = next(
                    (
                        each
                        for each in words
                        if re.match(r"superseded|deprecated|rejected|replaced", each.text, re.IGNORECASE)
                    ),
                    None,
                )
                chosen = ended or words[0]
                return _first(chosen.text), chosen.line
            named = re.search(r"status\s*[:-]\s*(\w.*)$", section.title, re.IGNORECASE)
            return (_first(named[1]) if named else "", section.line)
    for each in document.sentences[:25]:
        heading = each.headers[each.column] if 0 <= each.column < len(each.headers) else ""
        if re.fullmatch(r"status|state", heading, re.IGNORECASE) and _WORD.match(each.text):
            return _first(each.text), each.line
        if each is document.sentences[0] and _ALONE.match(each.text):
            return _first(each.text), each.line
        text = " : ".join(each.row[:2]) if each.column == 0 and each.row[0].lower() == "status" else each.text
        if match := _STATUS.search(text.split("|")[-1] if "status" in text.split("|")[-1].lower() else text):
            return _first(match[1]), each.line
    return "", 0


def _first(text: str) -> str:
    text = text.strip(" *_`\"'").lower()
    return re.split(r"[,;(]|\s[-\u2013\u2014]\s|\.(?:\s|$)| on \d| by ", text, maxsplit=1)[0].strip()


def _links(document: MarkdownDocument, status_line: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    supersedes: list[int] = []
    superseded: list[int] = []
    own = {
        section.line: section.end_line
        for section in document.sections
        if re.match(r"[\W\d]*(?:status|links|related|supersed)", section.title, re.IGNORECASE)
    }
    near = {
        status_line,
        *(line for start, end in own.items() for line in range(start, min(end, start + 40) + 1)),
        *range(1, 12),
    }
    for line in sorted(near):
        raw = document.lines[line - 1] if 0 < line <= len(document.lines) else ""
        if len(raw) > 2_000:
            continue
        for pattern, into in ((_SUPERSEDES, supersedes), (_SUPERSEDED, superseded)):
            if match := pattern.search(raw):
                other = _SUPERSEDED if pattern is _SUPERSEDES else _SUPERSEDES
                rest = other.split(raw[match.end() :], maxsplit=1)[0]
                if not rest.strip(" :*_") and line < len(document.lines):
                    rest = document.lines[line]
                into += numbers_in(rest)
    return tuple(dict.fromkeys(supersedes)), tuple(dict.fromkeys(superseded))


def numbers_in(text: str) -> list[int]:
    """The numbers of records that a text names."""
    return list(dict.fromkeys(int(next(filter(None, each))) for each in _NUMBER.findall(text)))
