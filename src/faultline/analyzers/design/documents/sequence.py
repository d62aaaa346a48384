"""Sequence diagrams: mermaid's (https://mermaid.js.org/syntax/sequenceDiagram.html), and PlantUML's like them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faultline.analyzers.design.documents.drawing import Drawing

_PARTICIPANT = re.compile(
    r"(?:create\s+)?(participant|actor|database|queue|collections|boundary|control|entity)\s+"
    r"(?:\"([^\"]{1,200})\"|([^\s\"@{#<]{1,200}(?:\s(?!as\s|order\s|<<)[^\s\"@{#<]{1,60}){0,8}))"
    r"\s*(?:@\{([^{}]{0,200})\}\s*)?(?:as\s+(?:\"([^\"]{1,200})\"|(.{1,200}?)))?\s*(?:order\s+\d+)?"
    r"(?:<<.{0,80}>>)?(?:\s*#\w+)?$"
)
_TYPE = re.compile(r"\"?type\"?\s*:\s*\"?(\w+)")
_MESSAGE = re.compile(
    r"(\"[^\"]{1,200}\"|[^\s\"<>:\-\[\]]{1,120}(?:[\s-](?![->)xo\\/])[^\s\"<>:\-]{1,80}){0,8})\s*"
    r"(<<-->>|<<->>|<->|<-->|-->>|->>|-->|->|--x|-x|--\)|-\)|<<--|<<-|<--|<-|-\\\\|--\\\\|-//|->o|->x|\?->)"
    r"\s*(?:\[#\w+\]>?\s*)?[+\-]{0,2}\s*(\"[^\"]{1,200}\"|[^\s\"<>:+\-][^\"<>:]{0,200}?)\s*"
    r"(?:[+\-*!]{2}\s*(?:#\w+\s*)?)?(?::\s*(.{0,600}))?$"
)
_NOTE = re.compile(r"[hr]?note\s+(?:over|left of|right of|left|right)[^:]{0,200}:\s*(.{1,600})$", re.IGNORECASE)
_FRAME = re.compile(r"(loop|alt|opt|par|critical|break|else|and|option|group)\b\s*(.{0,400})$")
_SHAPES = {"actor": "person", "database": "database", "queue": "queue"}
_SKIPPED = re.compile(
    r"(?:activate|deactivate|destroy|autonumber|rect|end|link|links|title|accTitle|accDescr|skinparam|hide|box)\b"
)


def read(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    """Read the lines after `sequenceDiagram`."""
    for number, raw in enumerate(lines, line):
        for text in raw.split(";") if ";" in raw and "#" not in raw else [raw]:
            statement(drawing, text.strip(), number)


def statement(drawing: Drawing, text: str, line: int) -> bool:
    """Read one statement; False where it is none of a sequence diagram."""
    if match := _PARTICIPANT.match(text):
        kind, quoted, bare, more, quoted_alias, alias = match.groups()
        id, label = quoted or bare, quoted_alias or alias or ""
        if label and drawing.dialect == "plantuml" and (quoted or not quoted_alias):
            id, label = label, id
        shape = _SHAPES.get(kind, "")
        if more and (typed := _TYPE.search(more)):
            shape = _SHAPES.get(typed[1], shape)
        drawing.box(id.strip(), line, label or id, shape)
    elif match := _NOTE.match(text):
        drawing.note(match[1], line)
    elif match := _FRAME.match(text):
        if match[2]:
            drawing.note(f"{match[1]}: {match[2]}", line)
    elif text.startswith("title"):
        drawing.title = text[5:].strip(" :")
    elif _SKIPPED.match(text):
        return True
    elif match := _MESSAGE.match(text):
        _message(drawing, match, line)
    else:
        return False
    return True


def _message(drawing: Drawing, match: re.Match[str], line: int) -> None:
    source, kind, target, label = (each or "" for each in match.groups())
    source, target = source.strip().strip('"'), target.strip().strip('"')
    if kind.startswith("<") and not kind.endswith(">"):
        source, target = target, source
    drawing.box(source, line)
    drawing.box(target, line)
    dotted = "--" in kind
    reply = dotted and ")" not in kind and source != target and drawing.sent(target, source)
    asynchronous = ")" in kind or (drawing.dialect == "plantuml" and kind in ("->>", "-\\\\", "-//"))
    drawing.arrow(source, target, line, label, dotted or asynchronous, reply)
    if kind.startswith("<") and kind.endswith(">"):
        drawing.arrow(target, source, line, label, dotted)
