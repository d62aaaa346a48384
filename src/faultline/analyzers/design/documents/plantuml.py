"""PlantUML (https://plantuml.com): component, deployment, sequence and state diagrams, and C4-PlantUML's macros."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faultline.analyzers.design.documents import sequence
from faultline.analyzers.design.documents.diagram import Diagram
from faultline.analyzers.design.documents.drawing import Drawing, c4
from faultline.analyzers.design.documents.states import State

_KINDS = {
    "component": "",
    "database": "database",
    "queue": "queue",
    "actor": "person",
    "person": "person",
    "cloud": "external",
    "interface": "interface",
    "node": "",
    "artifact": "",
    "storage": "database",
    "card": "",
    "agent": "",
    "boundary": "",
    "control": "",
    "entity": "",
    "collections": "",
    "rectangle": "",
    "folder": "",
    "frame": "",
    "package": "boundary",
    "stack": "",
    "file": "",
    "hexagon": "",
    "usecase": "",
    "container": "",
    "process": "",
    "action": "",
    "label": "",
    "object": "",
    "class": "",
}
_DECLARED = re.compile(
    r"(" + "|".join(_KINDS) + r")(?:\s+|(?=[\[\"(]))"
    r"(?:\"([^\"]{1,300})\"|\[([^\[\]]{1,300})\]|([^\s\"\[\]{}<>#:]{1,200}))"
    r"\s*(?:as\s+(?:\"([^\"]{1,200})\"|\[?([^\s\"\[\]{}<>#]{1,200})\]?))?"
    r"\s*(?:\[([^\[\]]{0,300})\]?)?\s*(<<.{1,120}>>)?\s*(?:#\S{1,60})?\s*(\{)?\s*(\})?$"
)
_OPERAND = (
    r"(\[[^\[\]]{1,200}\]|\"[^\"]{1,200}\"|:[^:]{1,120}:|\(\)\s*\"?[\w ]{1,120}\"?|\([^()]{1,120}\)"
    r"|[\w.$@/]{1,120}(?:::[\w.]{1,60})?)"
)
_SHORT = re.compile(
    r"(\[[^\[\]]{1,200}\]|:[^:]{1,120}:|\(\)\s*(?:\"[^\"]{1,200}\"|[\w]{1,120}))\s*"
    r"(?:as\s+([\w.]{1,120}))?\s*(<<.{1,80}>>)?\s*(?:#\w{1,40})?$"
)
_ARROW = re.compile(
    _OPERAND + r"\s*(?:\"[^\"]{0,60}\"\s*)?"
    r"([<*o#x+^}|0(]{0,3})([-.=~]{1,8})(\[[^\[\]]{0,80}\])?(left|right|up|down|le|ri|do"
    r"|[lrud])?([-.=~]{0,8})([>*o#x+^{|0()\\/]{0,3})"
    r"\s*(?:\"[^\"]{0,60}\"\s*)?" + _OPERAND + r"\s*(?:<<[^<>]{0,80}>>\s*)?(?::\s*(.{0,600}))?$"
)
_NOTE = re.compile(r"(?:note|legend|header|footer)\b([^:]{0,200})(?::\s*(.{1,600}))?$", re.IGNORECASE)
_END_NOTE = re.compile(r"end\s?(?:note|legend|header|footer|title)|}}")
_BLOCK = re.compile(r"(?:skinparam|sprite|style|<style>)\b")
_GROUPING = re.compile(r"(?:together|group|box)\b")
_SKIPPED = re.compile(
    r"(?:!|'|@|scale|hide|show|remove|skinparam|left to right|top to bottom|allow_mixing|autonumber|LAYOUT_|SHOW_|HIDE_"
    r"|Lay_|Add|Update|Set|newpage|page|caption|header|footer|\.\.\.|==)"
)
_SEQUENCE = re.compile(r"(?:participant|activate|deactivate|autonumber|alt|loop|opt|par|return)\b")
_STEREOTYPES = {
    "database": "database",
    "db": "database",
    "queue": "queue",
    "external": "external",
    "external system": "external",
    "ext": "external",
    "person": "person",
}


def read(lines: Sequence[str], line: int) -> list[Diagram]:
    """The diagrams between `@startuml` and `@enduml`; without these words all lines are one."""
    starts = [at for at, each in enumerate(lines) if each.lstrip().startswith("@start")]
    if not starts:
        return [_read(lines, line)] if any(each.strip() for each in lines) else []
    found = []
    for start in starts:
        kind = lines[start].strip()
        if kind.startswith(("@startuml", "@startc4")):
            end = next((at for at in range(start, len(lines)) if lines[at].lstrip().startswith("@end")), len(lines) - 1)
            found.append(_read(lines[start : end + 1], line + start))
    return found


def _read(lines: Sequence[str], line: int) -> Diagram:
    drawing = Drawing("plantuml", line)
    texts = _uncommented(lines)
    reader = _Reader(drawing, any(map(_SEQUENCE.match, texts)), any("[*]" in each for each in texts))
    for number, text in enumerate(texts, line):
        if text:
            reader.read(text, number)
    return drawing.done(line + len(lines) - 1)


def _uncommented(lines: Sequence[str]) -> list[str]:
    found = []
    inside = False
    for raw in lines:
        text = raw.strip()
        if inside:
            _, end, text = text.partition("'/")
            inside = not end
            text = text.strip()
        if text.startswith("/'"):
            _before, end, after = text[2:].partition("'/")
            inside = not end
            text = after.strip()
        found.append("" if inside or text.startswith("'") else text)
    return found


class _Reader:
    def __init__(self, drawing: Drawing, sequences: bool, states: bool) -> None:
        self._drawing = drawing
        self._sequences = sequences
        self._state = State(drawing) if states else None
        self._until = ""
        self._aliases: dict[str, str] = {}

    def read(self, text: str, line: int) -> None:
        drawing = self._drawing
        if self._until:
            if _END_NOTE.match(text) if self._until == "note" else text.startswith(self._until):
                self._until = ""
            elif self._until == "note":
                drawing.note(text, line)
        elif text.startswith("title"):
            drawing.title = text[5:].strip()
        elif text.startswith("}") or text == "end box":
            if drawing.groups:
                drawing.groups.pop()
        elif _BLOCK.match(text):
            self._until = "}" if text.endswith("{") else "</style>" if text.startswith("<style>") else ""
        elif _GROUPING.match(text) and text.endswith("{"):
            drawing.groups.append("")
        elif (
            (self._state is not None and self._state.read(text, line))
            or (self._sequences and sequence.statement(drawing, text, line))
            or c4(drawing, text, line)
        ):
            return
        elif match := _NOTE.match(text):
            if match[2]:
                drawing.note(match[2], line)
            elif '"' in match[1]:
                drawing.note(match[1].partition('"')[2].partition('"')[0], line)
            else:
                self._until = "note"
        elif not _SKIPPED.match(text):
            self._element(text, line)

    def _element(self, text: str, line: int) -> None:
        drawing = self._drawing
        if match := _DECLARED.match(text):
            kind, quoted, bracketed, bare, quoted_alias, alias, _, stereotype, opens, closes = match.groups()
            label = quoted or bracketed or bare
            id = alias or label
            if quoted_alias:
                id, label = label, quoted_alias
            shape = _KINDS[kind]
            if opens and kind in ("rectangle", "node", "folder", "frame", "cloud", "component", "card"):
                shape = "boundary" if kind != "node" else ""
            for word in (stereotype or "").strip("<> ").split(","):
                shape = _STEREOTYPES.get(word.strip("<> ").lower(), shape)
            drawing.box(id, line, label, shape)
            self._aliases[label] = id
            if opens and not closes:
                drawing.groups.append(label)
        elif match := _SHORT.match(text):
            name = match[1].strip("[]: ")
            shape = "person" if match[1].startswith(":") else "interface" if match[1].startswith("()") else ""
            name = name.removeprefix("()").strip().strip('"')
            id = match[2] or name
            self._aliases[name] = id
            drawing.box(id, line, name, shape)
        elif (match := _ARROW.match(text)) and len(match[3] + (match[6] or "")):
            self._arrow(match, line)

    def _arrow(self, match: re.Match[str], line: int) -> None:
        left, tail, stroke, style, _, more, head, right, label = match.groups()
        source, target = self._operand(left, line), self._operand(right, line)
        if "hidden" in (style or ""):
            return
        dashed = "." in stroke or "." in (more or "") or any(each in (style or "") for each in ("dashed", "dotted"))
        back, forth = "<" in tail, ">" in head
        if back and not forth:
            source, target = target, source
        self._drawing.arrow(source, target, line, label or "", dashed)
        if back and forth:
            self._drawing.arrow(target, source, line, label or "", dashed)

    def _operand(self, text: str, line: int) -> str:
        shape = "person" if text.startswith(":") else "interface" if text.startswith("()") else ""
        name = text.removeprefix("()").strip('[]:" ').strip()
        if text.startswith("(") and not text.startswith("()"):
            name = name.strip("()")
        return self._drawing.box(self._aliases.get(name, name), line, "", shape)
