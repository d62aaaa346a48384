"""Mermaid (https://mermaid.js.org/intro/syntax-reference.html, version 11): the dialects that draw systems."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faultline.analyzers.design.documents import flowchart, sequence
from faultline.analyzers.design.documents.diagram import Diagram
from faultline.analyzers.design.documents.drawing import Drawing, c4
from faultline.analyzers.design.documents.states import State

_HEAD = re.compile(
    r"(graph|flowchart(?:-elk)?|sequenceDiagram|C4\w{1,20}|architecture(?:-beta)?|stateDiagram(?:-v2)?"
    r"|classDiagram(?:-v2)?|erDiagram)(?![\w-])"
)
_GROUP = re.compile(r"group\s+([\w-]+)\s*(?:\(([^()]{0,80})\))?\s*(?:\[([^\[\]]{0,200})\])?(?:\s+in\s+([\w-]+))?")
_SERVICE = re.compile(r"service\s+([\w-]+)\s*(?:\(([^()]{0,80})\))?\s*(?:\[([^\[\]]{0,200})\])?(?:\s+in\s+([\w-]+))?")
_JUNCTION = re.compile(r"junction\s+([\w-]+)(?:\s+in\s+([\w-]+))?")
_EDGE = re.compile(
    r"([\w-]+?)(?:\{group\})?\s*:\s*[LRTB]\s*(<)?-(?:\[([^\[\]]{0,200})\])?-(>)?\s*[LRTB]\s*:\s*([\w-]+?)("
    r"?:\{group\})?\s*$"
)
_ICONS = {"database": "database", "disk": "database", "internet": "external", "queue": "queue"}
_CLASS = re.compile(r"class\s+`?([\w.~-]{1,120})`?")
_LINK = re.compile(
    r"`?([\w.~]{1,120})`?\s*(?:\"[^\"]{0,40}\"\s*)?(<\|--|--\|>|\*--|--\*|o--|--o|<--|-->|--|\.\.>|<\.\."
    r"|\.\.\|>|<\|\.\.|\.\.)"
    r"\s*(?:\"[^\"]{0,40}\"\s*)?`?([\w.~]{1,120})`?\s*(?::\s*(.{0,200}))?$"
)
_ER = re.compile(
    r"\"?([\w .-]{1,120}?)\"?\s+([|}{o]{2})(--|\.\.)([|}{o]{2})\s+\"?([\w .-]{1,120}?)\"?\s*"
    r"(?::\s*\"?([^\"]{0,200})\"?)?$"
)
_ENTITY = re.compile(r"\"?([\w-]{1,120})\"?(?:\[\"?([^\]\"]{1,200})\"?\])?\s*\{?$")


def read(lines: Sequence[str], line: int) -> list[Diagram]:
    """The diagram of a mermaid block, which has one: an empty list where its kind draws no system."""
    title = ""
    inside = False
    for at, raw in enumerate(lines):
        text = raw.strip()
        if text == "---":
            inside = not inside
        elif inside:
            title = text.partition(":")[2].strip().strip("\"'") if text.startswith("title:") else title
        elif text and not text.startswith("%%"):
            head = _HEAD.match(text)
            if head is None:
                return []
            drawing = Drawing(_dialect(head[1]), line)
            drawing.title = title
            rest = [text[head.end() :], *lines[at + 1 :]]
            _READERS[drawing.dialect](drawing, [_uncommented(each) for each in rest], line + at)
            return [drawing.done(line + len(lines) - 1)]
    return []


def _uncommented(text: str) -> str:
    text = text.strip()
    return "" if text.startswith("%%") else text


def _dialect(word: str) -> str:
    if word.startswith("C4"):
        return "c4"
    for start, dialect in _DIALECTS.items():
        if word.startswith(start):
            return dialect
    return "flowchart"


def _c4(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    for number, text in enumerate(lines, line):
        if text.startswith("title "):
            drawing.title = text[6:].strip()
        elif text.startswith("}"):
            if drawing.groups:
                drawing.groups.pop()
        else:
            c4(drawing, text, number)


def _architecture(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    groups: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    for number, text in enumerate(lines, line):
        if match := _GROUP.match(text):
            within = groups.get(match[4] or "", ())
            drawing.groups = list(within)
            drawing.box(match[1], number, match[3] or "", "boundary")
            groups[match[1]] = (*within, match[3] or match[1])
            names[match[1]] = match[3] or match[1]
        elif match := _SERVICE.match(text):
            drawing.groups = list(groups.get(match[4] or "", ()))
            icon = (match[2] or "").rpartition(":")[2]
            drawing.box(match[1], number, match[3] or "", _ICONS.get(icon, ""))
        elif match := _JUNCTION.match(text):
            drawing.groups = list(groups.get(match[2] or "", ()))
            drawing.box(match[1], number, "", "junction")
        elif match := _EDGE.match(text):
            source, left, label, right, target = match.groups()
            if left and not right:
                source, target = target, source
            drawing.arrow(source, target, number, label or "")
            if left and right:
                drawing.arrow(target, source, number, label or "")


def _state(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    state = State(drawing)
    for number, text in enumerate(lines, line):
        state.read(text, number)


def _class(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    for number, text in enumerate(lines, line):
        if match := _CLASS.match(text):
            drawing.box(match[1], number)
        elif match := _LINK.match(text):
            source, kind, target, label = match.groups()
            if kind[0] in "<*o":
                source, target = target, source
            drawing.box(source, number)
            drawing.box(target, number)
            drawing.arrow(source, target, number, label or "", ".." in kind)


def _er(drawing: Drawing, lines: Sequence[str], line: int) -> None:
    inside = False
    for number, text in enumerate(lines, line):
        if inside:
            inside = not text.startswith("}")
        elif match := _ER.match(text):
            drawing.box(match[1], number)
            drawing.box(match[5], number)
            drawing.arrow(match[1], match[5], number, match[6] or "", match[3] == "..")
        elif (match := _ENTITY.match(text)) and match[1] not in ("direction", "title"):
            drawing.box(match[1], number, match[2] or "")
            inside = text.endswith("{")


_DIALECTS = {
    "sequence": "sequence",
    "architecture": "architecture",
    "state": "state",
    "class": "class",
    "er": "er",
}
_READERS = {
    "flowchart": flowchart.read,
    "sequence": sequence.read,
    "c4": _c4,
    "architecture": _architecture,
    "state": _state,
    "class": _class,
    "er": _er,
}
