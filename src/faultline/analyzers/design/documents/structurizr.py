"""Structurizr DSL (https://docs.structurizr.com/dsl/language): what a workspace's model has, and who needs whom."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faultline.analyzers.design.documents.diagram import Diagram
from faultline.analyzers.design.documents.drawing import Drawing

_ELEMENT = re.compile(
    r"(?:([\w.-]{1,120})\s*=\s*)?(person|softwareSystem|container|component|deploymentNode|infrastructureNode|group"
    r"|element|containerInstance|softwareSystemInstance|deploymentEnvironment)(?=[\s\"{]|$)(.*)$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?:[\w.-]{1,120}\s*=\s*)?([\w.-]{1,120})?\s*->\s*([\w.-]{1,120})\s*(.*)$")
_WORD = re.compile(r"\"([^\"]{0,600})\"|([^\s\"{}]{1,300})")
_TAGS = {"database": "database", "db": "database", "datastore": "database", "queue": "queue", "external": "external"}
_MAX_DEPTH = 60


def read(lines: Sequence[str], line: int) -> list[Diagram]:
    """The one diagram of a workspace."""
    drawing = Drawing("structurizr", line)
    reader = _Reader(drawing)
    comment = False
    for number, raw in enumerate(lines, line):
        text = raw.strip()
        if comment or text.startswith("/*"):
            comment = "*/" not in text
        elif text and not text.startswith(("//", "#", "!")):
            reader.read(text, number)
    return [drawing.done(line + len(lines) - 1)]


class _Reader:
    """Keeps for each open bracket whose it is: an element's id, a group's name, or nobody's."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._open: list[tuple[str, str]] = []
        self._views = 0
        self._short: dict[str, str] = {}

    def read(self, text: str, line: int) -> None:
        opens = text.endswith("{")
        if text.startswith("}"):
            self._close()
            return
        if self._views:
            self._open += [("", "")] if opens and len(self._open) < _MAX_DEPTH else []
            self._views += opens
            return
        arrow = _ARROW.match(text)
        element = None if arrow else _ELEMENT.match(text)
        owner, name = "", ""
        if arrow:
            self._relationship(arrow, line)
        elif element:
            owner, name = self._element(element, line)
        elif text.split(None, 1)[0].rstrip("{") in ("views", "styles", "configuration", "properties"):
            self._views += opens
        elif text.startswith("workspace"):
            words = _words(text.rstrip("{")[9:])
            self._drawing.title = words[0] if words else ""
        elif text.startswith("tags"):
            self._tags(text[4:], line)
        elif text.startswith("technology"):
            words = _words(text[10:])
            if words and self._this():
                self._drawing.box(self._this(), line, "", "", words[0])
        if opens and len(self._open) < _MAX_DEPTH:
            self._open.append((owner, name))
            self._drawing.groups = [each for _, each in self._open if each]

    def _close(self) -> None:
        if self._open:
            self._open.pop()
        self._views = max(self._views - 1, 0)
        self._drawing.groups = [each for _, each in self._open if each]

    def _this(self) -> str:
        return next((owner for owner, _ in reversed(self._open) if owner), "")

    def _element(self, match: re.Match[str], line: int) -> tuple[str, str]:
        id, kind, rest = match[1], match[2].lower(), match[3]
        words = _words(rest.strip().removesuffix("{"))
        name = words[0] if words else ""
        if kind == "group":
            return "", name
        if kind.endswith("instance") or kind.startswith(("deployment", "infrastructure")):
            return "", ""
        parent = self._this()
        own = id or name
        full = f"{parent}.{own}" if parent else own
        self._short.setdefault(own, full)
        self._short[full] = full
        technology = words[2] if kind in ("container", "component") and len(words) > 2 else ""
        tags = words[3] if kind in ("container", "component") and len(words) > 3 else ""
        tags = words[2] if kind in ("person", "softwaresystem") and len(words) > 2 else tags
        shape = "person" if kind == "person" else _shape(tags)
        self._drawing.box(full, line, name, shape, technology)
        if len(words) > 1 and words[1]:
            self._drawing.note(f"{name}: {words[1]}", line)
        return full, name

    def _relationship(self, match: re.Match[str], line: int) -> None:
        words = _words(match[3].strip().removesuffix("{"))
        source = self._known(match[1]) if match[1] and match[1] != "this" else self._this()
        tags = words[2].lower() if len(words) > 2 else ""
        label = ", ".join(filter(None, words[:2]))
        if source:
            self._drawing.arrow(source, self._known(match[2]), line, label, "async" in tags)

    def _known(self, id: str) -> str:
        trail = self._this()
        while trail:
            if f"{trail}.{id}" in self._short:
                return f"{trail}.{id}"
            trail = trail.rpartition(".")[0]
        return self._short.get(id, id)

    def _tags(self, text: str, line: int) -> None:
        shape = _shape(",".join(_words(text)))
        if shape and self._this():
            self._drawing.box(self._this(), line, "", shape)


def _shape(tags: str) -> str:
    return next((_TAGS[each] for tag in tags.lower().split(",") if (each := tag.strip().split(" ")[0]) in _TAGS), "")


def _words(text: str) -> list[str]:
    return [quoted if quoted or not bare else bare for quoted, bare in _WORD.findall(text)]
