"""State diagrams: mermaid's (https://mermaid.js.org/syntax/stateDiagram.html) and PlantUML's are one syntax."""

from __future__ import annotations

import re

from faultline.analyzers.design.documents.drawing import Drawing

_ARROW = re.compile(
    r"(\[\*\]|[\w.]{1,120})\s*(?:-{1,3}(?:\[[^\]]{0,60}\])?(?:left|right|up|down|[lrud])?-{0,2}>)\s*"
    r"(\[\*\]|\[H\*?\]|[\w.]{1,120})\s*(?:<<\w+>>\s*)?(?::::\w+\s*)?(?::\s*(.{0,400}))?$"
)
_NAMED = re.compile(r"state\s+\"([^\"]{1,300})\"\s+as\s+([\w.]{1,120})\s*(\{)?")
_STATE = re.compile(r"state\s+([\w.]{1,120})\s*(?:<<(\w{1,20})>>|\[\[(\w{1,20})\]\])?\s*(?:#\w+\s*)?(\{)?")
_SAID = re.compile(r"([\w.]{1,120})\s*:\s*(.{1,400})$")
_BARE = re.compile(r"([\w.]{1,120})\s*(?::::\w{1,60})?$")
_NOTE = re.compile(r"note\s+(?:left|right|top|bottom)\s+of\s+[\w.]{1,120}\s*(?::\s*(.{1,400}))?$")
_SKIPPED = re.compile(
    r"(?:direction|classDef|class|style|hide|skinparam|scale|accTitle|accDescr|title|--|\|\|)(?![\w])"
)


class State:
    """Reads statements one by one; `[*]` becomes a box of its own in each state that it stands in."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._in_note = False

    def read(self, text: str, line: int) -> bool:
        """Read one statement; False where it is none of a state diagram."""
        drawing = self._drawing
        if self._in_note:
            self._in_note = text not in ("end note", "endnote")
            if self._in_note:
                drawing.note(text, line)
        elif match := _ARROW.match(text):
            source, target = self._end(match[1], "start", line), self._end(match[2], "end", line)
            drawing.arrow(source, target, line, match[3] or "")
        elif match := _NOTE.match(text):
            self._in_note = match[1] is None
            drawing.note(match[1] or "", line)
        elif match := _NAMED.match(text):
            drawing.box(match[2], line, match[1], "composite" if match[3] else "")
            if match[3] and not text.endswith("}"):
                drawing.groups.append(match[2])
        elif match := _STATE.match(text):
            kind = (match[2] or match[3] or "").lower()
            drawing.box(match[1], line, "", "composite" if match[4] else kind)
            if match[4] and not text.endswith("}"):
                drawing.groups.append(match[1])
        elif text.startswith("}"):
            if drawing.groups:
                drawing.groups.pop()
        elif _SKIPPED.match(text):
            return True
        elif match := _SAID.match(text):
            drawing.box(match[1], line)
            drawing.note(match[2], line)
        elif match := _BARE.match(text):
            drawing.box(match[1], line)
        else:
            return False
        return True

    def _end(self, id: str, shape: str, line: int) -> str:
        if not id.startswith("["):
            return self._drawing.box(id, line)
        if id.startswith("[H"):
            shape = "history"
        return self._drawing.box("/".join([*self._drawing.groups, f"[*] {shape}"]), line, "[*]", shape)
