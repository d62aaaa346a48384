"""Mermaid's flowcharts (https://mermaid.js.org/syntax/flowchart.html): a scanner over each statement, left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from faultline.analyzers.design.documents.drawing import Drawing

_ID = re.compile(r"[\w$#%/\\.]*\w(?:-(?![-.>=])[\w$#%/\\.]+)*")
_SPACE = re.compile(r"\s*")
_LINK = re.compile(r"(?:[\w-]{1,40}@)?([<xo]?)(-{2,}[-xo>]|={2,}[=xo>]|-?\.+-[xo>]?|~{3,})")
_TEXT = re.compile(r"(?:[\w-]{1,40}@)?([<xo]?)(--|==|-\.)(?=[^-=.>])")
_TEXT_END = re.compile(r"(-{2,}[-xo>]|={2,}[=xo>]|\.{1,}-[xo>]?)")
_PIPE = re.compile(r"\s*\|([^|]{0,600})\|")
_CLASS = re.compile(r":::([\w-]{1,60})")
_SHAPED = re.compile(r"@\{([^{}]{0,600})\}")
_FIELD = re.compile(r"\b(shape|label)\s*:\s*(?:\"([^\"]{0,400})\"|([\w-]{1,60}))")
_SUBGRAPH = re.compile(r"subgraph(?:\s+|$)")
_TITLED = re.compile(r"([^\s\[\"]{1,120})\s*\[(.{1,300})\]\s*$")
_SKIPPED = re.compile(
    r"(?:classDef|class|style|linkStyle|click|direction|accTitle|accDescr|%%|TB|TD|BT|RL|LR|RL|---)(?![\w-])|\Z"
)
# Opening, closing, and the shape that it means; longer openings first.
_SHAPES = (
    ("(((", ")))", ""),
    ("((", "))", ""),
    ("([", "])", ""),
    ("[(", ")]", "database"),
    ("[[", "]]", ""),
    ("{{", "}}", ""),
    ("[/", "]", ""),
    ("[\\", "]", ""),
    ("(", ")", ""),
    ("[", "]", ""),
    ("{", "}", "decision"),
    (">", "]", ""),
)
_NAMED = {
    "cyl": "database",
    "cylinder": "database",
    "db": "database",
    "database": "database",
    "lin-cyl": "database",
    "disk": "database",
    "das": "queue",
    "h-cyl": "queue",
    "horizontal-cylinder": "queue",
    "diam": "decision",
    "decision": "decision",
    "diamond": "decision",
}
_CLASSES = {
    "database": "database",
    "db": "database",
    "datastore": "database",
    "queue": "queue",
    "external": "external",
    "ext": "external",
    "person": "person",
    "user": "person",
    "actor": "person",
}
_MAX_JOINED = 12


def read(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    """Read the lines after `flowchart`; the first is what stands behind that word, as in `graph TD; A-->B`."""
    for text, number in _statements(lines, line):
        if _SUBGRAPH.match(text):
            _subgraph(drawing, text[8:].strip(), number)
        elif text == "end":
            if drawing.groups:
                drawing.groups.pop()
        elif not _SKIPPED.match(text):
            _chain(drawing, text, number)


def _statements(lines: Sequence[str], line: int) -> Iterator[tuple[str, int]]:
    waiting: list[str] = []
    start = line
    for number, text in enumerate(lines, line):
        if not waiting:
            start = number
        waiting.append(text)
        joined = "\n".join(waiting)
        if joined.count('"') % 2 and len(waiting) < _MAX_JOINED and number - line + 1 < len(lines):
            continue
        waiting = []
        for part in _parts(joined):
            if part.strip():
                yield part.strip(), start + joined[: joined.find(part)].count("\n")


def _parts(text: str) -> list[str]:
    if ";" not in text:
        return [text]
    pieces = text.split('"')
    # The pieces at odd places stand in quotes; only the others are cut. `#35;` is how a label writes a sign.
    found = [""]
    for at, piece in enumerate(pieces):
        if at:
            found[-1] += '"'
        if at % 2:
            found[-1] += piece
        else:
            first, *more = re.split(r"(?<!#quot)(?<!#\d\d);", piece)
            found[-1] += first
            found += more
    return found


def _subgraph(drawing: Drawing, text: str, line: int) -> None:
    match = _TITLED.match(text)
    id, title = (match[1], match[2]) if match else (text.strip('"'), text)
    title = title.strip().strip('"')
    drawing.box(id or f"subgraph {line}", line, title or id, "boundary")
    drawing.groups.append(title or id)


def _chain(drawing: Drawing, text: str, line: int) -> None:
    sources, at = _nodes(drawing, text, 0, line)
    while sources and at < len(text):
        link = _link(text, at)
        if link is None:
            return
        kind, label, both, at = link
        here = line + text.count("\n", 0, at)
        targets, at = _nodes(drawing, text, at, here)
        if "~" not in kind:
            for source in sources:
                for target in targets:
                    drawing.arrow(source, target, here, label, "." in kind)
                    if both:
                        drawing.arrow(target, source, here, label, "." in kind)
        sources = targets


def _link(text: str, at: int) -> tuple[str, str, bool, int] | None:
    label = ""
    if match := _LINK.match(text, at):
        kind, end = match[2], match.end()
        if pipe := _PIPE.match(text, end):
            label, end = pipe[1], pipe.end()
        return kind, label, match[1] == "<" and kind.endswith(">"), end
    if match := _TEXT.match(text, at):
        closing = _TEXT_END.search(text, match.end())
        if closing:
            return (
                match[2] + closing[1],
                text[match.end() : closing.start()].strip(),
                match[1] == "<" and closing[1].endswith(">"),
                closing.end(),
            )
    return None


def _nodes(drawing: Drawing, text: str, at: int, line: int) -> tuple[list[str], int]:
    found: list[str] = []
    while True:
        at = _skip(text, at)
        id = _ID.match(text, at)
        if id is None:
            return found, at
        name, at = id[0], id.end()
        here = line + text.count("\n", 0, id.start()) if "\n" in text else line
        label, shape, at = _shape(text, at)
        if label is None:
            return found, at
        if styled := _CLASS.match(text, at):
            shape, at = shape or _CLASSES.get(styled[1].lower(), ""), styled.end()
        found.append(drawing.box(name, here, label, shape))
        at = _skip(text, at)
        if not text.startswith("&", at):
            return found, at
        at += 1


def _shape(text: str, at: int) -> tuple[str | None, str, int]:
    if match := _SHAPED.match(text, at):
        fields = {key: quoted or bare for key, quoted, bare in _FIELD.findall(match[1])}
        return fields.get("label", ""), _NAMED.get(fields.get("shape", ""), ""), match.end()
    for opening, closing, shape in _SHAPES:
        if text.startswith(opening, at):
            start = at + len(opening)
            inside = start
            if text.startswith('"', start):
                inside = text.find('"', start + 1)
                if inside < 0:
                    return None, "", at
            end = text.find(closing, inside)
            if end < 0:
                continue
            return text[start:end].strip("/\\"), shape, end + len(closing)
    return ("", "", at) if text[at : at + 1] not in ("[", "(", "{") else (None, "", at)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
