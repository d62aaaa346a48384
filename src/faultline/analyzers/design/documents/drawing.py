"""Drawing: what a reader of diagrams fills, line by line; and the labels and macros that several dialects share."""

from __future__ import annotations

import re
from html import unescape

from faultline.analyzers.design.documents.diagram import Arrow, Box, Diagram, Note

_BREAK = re.compile(r"<br\s{0,3}/?>|\\n|\n", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|\b(?:fa[bsrl]?|fas):fa-[\w-]{1,40}|<&?\$?[\w-]{1,60}>")
_BRACKETED = re.compile(r"\[([^\[\]]{1,120})\]$")


class Drawing:
    """A diagram that is being read.

    Args:
        dialect: see Diagram.
        line: where it begins in the file.

    """

    def __init__(self, dialect: str, line: int) -> None:
        self.dialect = dialect
        self.line = line
        self.title = ""
        self.groups: list[str] = []
        self._boxes: dict[str, Box] = {}
        self._arrows: list[Arrow] = []
        self._notes: list[Note] = []

    def box(self, id: str, line: int, label: str = "", shape: str = "", technology: str = "") -> str:
        """Draw a box, or say more of one that is there; gives its id."""
        name, more = label_of(label)
        old = self._boxes.get(id)
        if old is None:
            self._boxes[id] = Box(id, name or id, line, shape, technology or more, tuple(self.groups[:20]))
        elif name or shape or technology:
            better = name and old.name == id
            self._boxes[id] = Box(
                id,
                name if better else old.name,
                line if better else old.line,
                shape or old.shape,
                technology or old.technology or more,
                max(old.group, tuple(self.groups[:20]), key=len),
            )
        return id

    def arrow(
        self, source: str, target: str, line: int, label: str = "", dashed: bool = False, reply: bool = False
    ) -> None:
        """Draw an arrow."""
        words = " ".join(_TAG.sub(" ", _BREAK.sub(" ", label)).strip().strip("\"'`").split())
        self._arrows.append(Arrow(source, target, line, words, dashed, reply))

    def sent(self, source: str, target: str) -> bool:
        """Whether there is an arrow from one to the other."""
        return (source, target) in {(each.source, each.target) for each in self._arrows[-200:]}

    def note(self, text: str, line: int) -> None:
        """Write something beside the boxes."""
        words = " ".join(_TAG.sub(" ", _BREAK.sub(" ", text)).split())
        if words:
            self._notes.append(Note(words, line))

    def done(self, end_line: int) -> Diagram:
        """The diagram."""
        boxes, arrows, notes = tuple(self._boxes.values()), tuple(self._arrows), tuple(self._notes)
        return Diagram(self.dialect, self.line, max(end_line, self.line), boxes, arrows, self.title, notes)


def label_of(text: str) -> tuple[str, str]:
    """The name in a label, and what it says below or in brackets: `API<br/>[FastAPI]` is `API` and `FastAPI`."""
    text = text.strip().strip("\"'").strip("`").strip()
    if not text:
        return "", ""
    parts = [" ".join(_TAG.sub(" ", each).replace("**", "").split()) for each in _BREAK.split(unescape(text))]
    parts = [each for each in parts if each and not each.startswith(("==", "--", "//"))]
    if not parts:
        return "", ""
    name, more = parts[0].strip("*_ "), [each.strip("[]()") for each in parts[1:]]
    if not more and (match := _BRACKETED.search(name)) and match.start() > 1:
        name, more = name[: match.start()].strip(), [match[1]]
    return name, " ".join(more)


_MACRO = re.compile(r"(\w{1,60})\s{0,5}\(")
_SHAPES = {"Person": "person", "Db": "database", "Queue": "queue"}
_BOX = re.compile(r"(Person|System|Container|Component)(Db|Queue)?(_Ext)?$")
_BOUNDARY = re.compile(r"(?:\w{0,20}_)?Boundary$|(?:Deployment_)?Node(?:_[LR])?$")
_REL = re.compile(r"(Bi)?Rel(?:Index|_\w{1,12})?$")


def macro(text: str) -> tuple[str, list[str], dict[str, str], str] | None:
    """A call of C4's macros: its name, the arguments, those with a name (`$tags=`), and what follows the bracket."""
    head = _MACRO.match(text)
    if head is None:
        return None
    arguments: list[str] = []
    named: dict[str, str] = {}
    piece: list[str] = []
    quoted = False
    depth = 0
    end = len(text)
    for at in range(head.end(), len(text)):
        char = text[at]
        if char == '"':
            quoted = not quoted
        elif not quoted and char == ")" and not depth:
            end = at
            break
        elif not quoted and char == "," and not depth:
            arguments.append("".join(piece).strip())
            piece = []
            continue
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(char, 0)
        piece.append(char)
    arguments.append("".join(piece).strip())
    plain = []
    for each in arguments:
        key, equals, value = each.partition("=")
        if equals and key.strip().startswith("$"):
            named[key.strip().lstrip("$").lower()] = value.strip().strip('"')
        else:
            plain.append(each.strip('"').strip())
    return head[1], plain, named, text[end + 1 :].strip()


def c4(drawing: Drawing, text: str, line: int) -> bool:
    """Read one macro of C4; False where it is none."""
    call = macro(text)
    if call is None:
        return False
    name, arguments, named, rest = call
    arguments += [""] * (6 - len(arguments))
    if box := _BOX.match(name):
        person = box[1] == "Person"
        shape = "external" if box[3] and not person else _SHAPES.get(box[2] or box[1], "")
        if box[3] and box[2]:
            shape = _SHAPES[box[2]]
        technology = arguments[2] if box[1] in ("Container", "Component") else ""
        technology = named.get("techn", technology)
        id = drawing.box(arguments[0], line, named.get("label", arguments[1]), shape, technology)
        if description := named.get("descr", arguments[3] if box[1] in ("Container", "Component") else arguments[2]):
            drawing.note(f"{arguments[1] or id}: {description}", line)
        if rest.startswith("{"):
            drawing.groups.append(arguments[1] or arguments[0])
    elif _BOUNDARY.match(name):
        drawing.box(arguments[0], line, arguments[1], "boundary")
        drawing.groups.append(arguments[1] or arguments[0])
        if not rest.startswith("{"):
            drawing.groups.pop()
    elif rel := _REL.match(name):
        if name.startswith("RelIndex"):
            arguments = arguments[1:]
        source, target = arguments[0], arguments[1]
        if "_Back" in name:
            source, target = target, source
        label = ", ".join(filter(None, (named.get("label", arguments[2]), named.get("techn", arguments[3]))))
        drawing.arrow(source, target, line, label)
        if rel[1]:
            drawing.arrow(target, source, line, label)
    else:
        return False
    return True
