"""Diagrams as parts and links: boxes, arrows, what a label says of how many there are and how they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from faultline.analyzers.design.documents.diagram import Arrow, Box, Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import roles
from faultline.analyzers.design.system.model import DATA, Saying
from faultline.analyzers.design.system.naming import bare, words
from faultline.analyzers.design.system.parts import Link, Part, Unit
from faultline.analyzers.design.system.technologies import TECHNOLOGIES, Technology, in_text, of_name
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_SYSTEMS: Final = frozenset({"flowchart", "sequence", "c4", "architecture", "plantuml", "structurizr"})
_NUMBERS: Final = {
    "one": 1,
    "single": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT: Final = regex(
    r"\b(\d{1,3}|one|single|two|three|four|five|six|seven|eight|nine|ten)[ -]"
    r"(?:(?!per |an? |each |every )\w{1,20} )?(?:replicas?|instances?|pods?|copies|tasks?|containers?)\b(?! shards?\b)",
    re.IGNORECASE,
)
_EQUALS: Final = regex(r"\b(?:replicas?|instances?|pods?|scale)\s*[:=x\u00d7]\s*(\d{1,3})\b", re.IGNORECASE)
_TIMES: Final = regex(
    r"(?:^|[\s(\[,|])[x\u00d7]\s?(\d{1,2})(?=$|[\s)\],|])|(?:^|[\s(\[,|])(\d{1,2})\s?[x\u00d7](?=$|[\s)\],|])"
)
_PORT: Final = regex(r"(?:^|[\s(\[])(?:port )?:?(?<![\d.])(?:(?<=:)|(?<=port ))(\d{2,5})\b", re.IGNORECASE)
_PROTOCOLS: Final = regex(
    r"\b(https?|grpcs?|rest|graphql|amqps?|mqtt|tcp|soap|websockets?|wss?|jdbc|sql|kafka|jms)\b", re.IGNORECASE
)
_ASYNCHRONOUS: Final = regex(
    r"\b(?:async\w*|publish\w*|emits?|events?|enqueue\w*|queue[sd]?|subscrib\w*|consum\w*|webhooks?|produces?|amqps?"
    r"|fire[- ]and[- ]forget|batch|nightly|replicat\w*)\b",
    re.IGNORECASE,
)
_TAKES: Final = regex(
    r"\b(?:consum\w*|subscrib\w*|polls?|pulls?|listens?|receives?|dequeues?|takes|reads)\b", re.IGNORECASE
)
_SYNCHRONOUS: Final = regex(r"\b(?:sync|synchronous\w*|https?|rest|grpc|rpc|calls?|waits?|GET|POST|PUT|PATCH|DELETE)\b")
_REQUEST: Final = regex(
    r"\b(?:GET|POST|PUT|PATCH|DELETE)\b|/\w|\b(?:calls?|requests?|asks?|checks?|publish\w*|notif\w*)\b"
)
_OTHERS: Final = regex(r"\b(?:external|third[- ]part\w+|partners?|saas|outside)\b", re.IGNORECASE)
_PARTS: Final = regex(
    r"\s*(?:component|node|package|rectangle|cloud|folder|frame|storage|interface|agent|artifact|card|hexagon"
    r"|stack|usecase"
    r"|\[[^\]]{1,100}\]|(?:Rel|BiRel|Container|ContainerDb|ContainerQueue|System|Component|Person)(?:_\w{1,12})?\s?\()"
)
_STEP: Final = regex(
    r"(?:validate|charge|send|receive|check|create|update|delete|get|fetch|process|save|load|parse|run|build"
    r"|deploy|test|wait"
    r"|retry|notify|start|stop|publish|return|show|display|submit|approve|reject|read|write|call|store|calculate"
    r"|compute"
    r"|generate|log|merge|review|open|close|commit|push|pull|install|release|reserve|cancel|confirm|place|pay"
    r"|ship|verify"
    r"|enter|select|choose|add|remove|find|search|request|ask|is|has|do|end|begin)\s+\w",
    re.IGNORECASE,
)
_NO_PARTS: Final = frozenset({"decision", "start", "end", "choice", "boundary"})


def units(documents: Sequence[Document]) -> Iterator[Unit]:
    """A unit for each diagram that shows a system: no states, no classes, no steps with decisions."""
    for document in documents:
        if isinstance(document, MarkdownDocument | DiagramDocument):
            for diagram in document.diagrams:
                if shows_parts(diagram):
                    yield _unit(document, diagram)


def shows_parts(diagram: Diagram) -> bool:
    """Whether a diagram shows what a system is made of: no states, no classes, no steps with decisions."""
    return diagram.dialect in _SYSTEMS and not _steps(diagram)


def _steps(diagram: Diagram) -> bool:
    """Whether it shows what is done, and not what there is: decisions, or boxes that begin with what to do."""
    done = sum(bool(_STEP.match(each.name)) for each in diagram.boxes)
    return any(each.shape == "decision" for each in diagram.boxes) or (done >= 2 and done * 2 > len(diagram.boxes))


def _unit(document: Document, diagram: Diagram) -> Unit:
    unit = Unit("diagram")
    parts: dict[str, Part] = {}
    by_name: dict[tuple[str, ...], Part] = {}
    around = {name for box in diagram.boxes for name in box.group}
    for box in diagram.boxes:
        if box.name in around or box.shape in _NO_PARTS or not words(box.name or box.id):
            continue
        key = words(box.name or box.id)
        if key not in by_name:
            by_name[key] = _part(document, box)
            unit.parts.append(by_name[key])
        parts[box.id] = by_name[key]
    asked: set[tuple[str, str]] = set()
    in_time = _in_time(document, diagram)
    lines: set[tuple[int, str, str]] = set()
    for arrow in diagram.arrows:
        source, target = parts.get(arrow.source), parts.get(arrow.target)
        if source is None or target is None or source is target or arrow.reply:
            continue
        if in_time:
            back = (arrow.target, arrow.source) in asked and not _answered(diagram, arrow)
            if back and not _asks(arrow.label):
                continue
            asked.add((arrow.source, arrow.target))
        elif _ANSWERS.search(arrow.label):
            continue
        if (arrow.line, arrow.target, arrow.source) in lines:
            continue  # `A <--> B` says that they talk, and not that each waits for the other
        lines.add((arrow.line, arrow.source, arrow.target))
        unit.links.append(_link(document, diagram, arrow, source, target))
    for part in unit.parts:
        # Mermaid has no shape for a queue before 11.3; `[[ ]]`, which looks like one, is what people draw it with.
        touching = [each for each in unit.links if part in (each.source, each.target)]
        loose = bool(touching) and all(each.saying.synchronous is False for each in touching)
        if part.role is None and loose and f"[[{part.name}" in document.lines[part.spot.line - 1].replace('"', ""):
            part.role = ComponentRole.QUEUE
    return unit


_ANSWERS: Final = regex(r"^\W*(?:http )?[1-5]\d\d\b", re.IGNORECASE)
"""A label that is a status: the arrow is an answer, also where arrows do not follow one another in time."""


def _in_time(document: Document, diagram: Diagram) -> bool:
    """Whether arrows follow one another in time, so that one back is an answer; in a PlantUML of parts none is."""
    if diagram.dialect != "plantuml":
        return diagram.dialect == "sequence"
    return not any(_PARTS.match(each) for each in document.lines[diagram.line - 1 : diagram.end_line])


def _answered(diagram: Diagram, arrow: Arrow) -> bool:
    """Whether it is asked in the middle: its answer is drawn, and then who asked answers somebody itself."""
    later = [each for each in diagram.arrows if each.reply and each.line > arrow.line]
    answer = next((each.line for each in later if (each.source, each.target) == (arrow.target, arrow.source)), 0)
    return bool(answer) and any(each.source == arrow.source and each.line > answer for each in later)


def _asks(label: str) -> bool:
    """Whether an arrow back is a request of its own, and no answer."""
    return bool(
        _REQUEST.search(label)
        or label.endswith("?")
        or (_PROTOCOLS.search(label) and not re.search(r"\b[1-5]\d\d\b|\bok\b|\bresult|\brespon", label, re.IGNORECASE))
    )


def _part(document: Document, box: Box) -> Part:
    name = bare(box.name or box.id)
    part = Part(name, Spot(document, line=box.line, symbol=name), "diagram")
    part.aliases.append(box.id)
    label = f"{box.name} {box.technology}".replace("\n", " ")
    named, version = of_name(name)
    said = [(named, version, 0)] if named else in_text(label)
    stores = [each for each in said if each[0].role in DATA]
    part.role = _role(box, name, named, stores[0][0] if stores else None)
    if part.role in DATA and len({each[0].id for each in said}) == 1:
        technology, version, _ = said[0]
        part.technology = technology.id
        part.claim("technology", technology.id, part.spot)
        if version:
            part.claim("version", version, part.spot)
    if (count := counted(label)) is not None:
        part.replicas(count, count, part.spot)
    if port := _PORT.search(label):
        part.claim("port", port[1], part.spot)
    return part


def _role(box: Box, name: str, named: Technology | None, product: Technology | None) -> ComponentRole | None:
    """What a box is for: its shape says, else its name, else the product that it is."""
    role = roles.by_shape(box.shape) or roles.by_name(name)
    if role is None and any(_OTHERS.search(each) for each in box.group):
        return ComponentRole.EXTERNAL
    if named and role in (None, ComponentRole.STORE):
        return named.role
    if product and role == ComponentRole.STORE and words(name)[-1] != "database":
        return product.role  # C4 has one shape for all that keeps data
    if product and role is None and (in_text(name) or of_name(box.technology)[0] is product):
        return product.role
    return role


def counted(text: str) -> int | None:
    """How many instances a text says there are; None where it says nothing, or several things."""
    found = [_NUMBERS.get(each.lower()) or int(each) for each in _COUNT.findall(text)]
    found += [int(each) for each in _EQUALS.findall(text)]
    found += [int(one or other) for one, other in _TIMES.findall(text)]
    return found[0] if len(set(found)) == 1 and found[0] else None


def counts(text: str) -> Iterator[tuple[int, int, int]]:
    """The numbers of instances that a text names: how many, and from where to where it says so."""
    for match in _COUNT.finditer(text):
        yield _NUMBERS.get(match[1].lower()) or int(match[1]), match.start(), match.end()


def _link(document: Document, diagram: Diagram, arrow: Arrow, source: Part, target: Part) -> Link:
    label = " ".join(arrow.label.split())
    protocol = _PROTOCOLS.search(label)
    waits: bool | None = True if diagram.dialect == "sequence" else None
    if arrow.dashed or _ASYNCHRONOUS.search(label):
        waits = False
    elif _SYNCHRONOUS.search(label):
        waits = True
    port = re.search(r":(\d{2,5})\b", label)
    saying = Saying(
        Spot(document, line=arrow.line, symbol=f"{source.name} to {target.name}"),
        "diagram",
        "message" if diagram.dialect == "sequence" else "arrow",
        waits,
        label,
        protocol[1].lower() if protocol else "",
        int(port[1]) if port else 0,
    )
    queue, stores = ComponentRole.QUEUE, (ComponentRole.STORE, ComponentRole.CACHE)
    turned = (target.role == queue and source.role != queue and _TAKES.search(label)) or (
        # What leaves a store is read by whom it reaches: data go one way, and the need for it the other.
        source.role in stores and target.role not in stores and _known(source)
    )
    return Link(target, source, saying) if turned else Link(source, target, saying)


def _known(part: Part) -> bool:
    return part.technology in TECHNOLOGIES or part.role is not None
