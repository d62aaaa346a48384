"""From a gap between two schemas to a change: which rule it is, how bad, and a sentence."""

from __future__ import annotations

from typing import Final

from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.evolution.change import Change, Use, lowered
from faultline.analyzers.design.evolution.comparison import Found
from faultline.analyzers.design.evolution.gap import REQUIRED, Gap, Kind, Mode
from faultline.analyzers.design.evolution.versions import Versions
from faultline.core.finding import Severity

_REQUEST: Final = {
    Kind.TYPE: "request-type-changed",
    Kind.NULL: "request-null-refused",
    Kind.ENUM: "request-value-removed",
    Kind.BOUND: "request-limit-tightened",
    Kind.PATTERN: "request-pattern-changed",
    Kind.FORMAT: "request-format-changed",
    Kind.REQUIRED: "request-property-required",
    Kind.IGNORED: "request-property-removed",
    Kind.CLOSED: "request-property-removed",
    Kind.ADDITIONAL: "request-additional-properties-refused",
    Kind.READ_ONLY: "request-property-read-only",
    Kind.ALTERNATIVE: "request-alternative-removed",
    Kind.OVERLAP: "schema-undecided",
    Kind.DISCRIMINATOR: "discriminator-changed",
    Kind.CONSTRAINT: "schema-undecided",
    Kind.UNKNOWN: "schema-undecided",
    Kind.DEFAULT: "default-changed",
}
_RESPONSE: Final = {
    Kind.TYPE: "response-type-changed",
    Kind.NULL: "response-null-added",
    Kind.ENUM: "response-value-added",
    Kind.BOUND: "response-limit-loosened",
    Kind.PATTERN: "response-limit-loosened",
    Kind.FORMAT: "response-format-changed",
    Kind.REQUIRED: "response-property-optional",
    Kind.MISSING: "response-property-removed",
    Kind.CLOSED: "response-property-added",
    Kind.ADDITIONAL: "response-additional-properties-loosened",
    Kind.ALTERNATIVE: "response-alternative-added",
    Kind.OVERLAP: "schema-undecided",
    Kind.DISCRIMINATOR: "discriminator-changed",
    Kind.CONSTRAINT: "schema-undecided",
    Kind.UNKNOWN: "schema-undecided",
}


def change_of(versions: Versions, found: Found) -> Change | None:
    """The change that a gap is; None for what breaks nobody, such as another default in a response."""
    gap, mode = found.gap, found.mode
    name = (_REQUEST if mode is Mode.REQUEST else _RESPONSE).get(gap.kind)
    if name is None:
        return None
    was, at = (gap.sub, gap.sup) if mode is Mode.REQUEST else (gap.sup, gap.sub)
    uses = [versions.uses[each] for each in found.uses]
    use = uses[0] if uses else None
    severity, confidence = _weight(gap, mode)
    also: tuple[Node, ...] = ()
    via = _swapped(versions, at, was, found.via)
    if gap.kind is Kind.ALTERNATIVE and mode is Mode.RESPONSE and found.via:
        via = found.via[0]
    if via is not None:
        also, at = (at,) if at.pointer != via.pointer else (), via
    if gap.kind in (Kind.MISSING, Kind.IGNORED) and at.pointer[-1:] == ("properties",):
        also += (Node(at.document, at.pointer[:-1], {}),)  # The schema by its name, above what it has.
    subject = _subject(gap, mode, at, was, use)
    return Change(
        rule=f"evolution/{name}",
        at=at,
        was=was,
        what=" ".join(filter(None, (gap.kind, gap.name, gap.wide if gap.kind is Kind.ALTERNATIVE else ""))),
        message=_sentence(gap, mode, subject),
        operations=tuple(dict.fromkeys(each.new for each in uses)),
        severity=severity,
        confidence=confidence,
        also=also,
        name=subject.replace("`", ""),
    )


def _swapped(versions: Versions, at: Node, was: Node, via: tuple[Node, ...]) -> Node | None:
    """The reference that leads to another component now, where both components are in the new version."""
    before, after = _component(was.pointer), _component(at.pointer)
    if before is None or after is None or before == after:
        return None
    known = versions.new.root.child(*before).value
    return via[0] if known is not None and via and _component(via[0].pointer) != after else None


def _component(pointer: Pointer) -> Pointer | None:
    if pointer[:1] == ("definitions",):
        return pointer[:2]
    return pointer[:3] if pointer[:1] == ("components",) else None


def _weight(gap: Gap, mode: Mode) -> tuple[Severity | None, float | None]:
    request = mode is Mode.REQUEST
    if gap.kind is Kind.MISSING:
        severity = Severity.HIGH if gap.wide == REQUIRED else Severity.MEDIUM
        return (lowered(severity) if gap.deprecated else severity), None
    if gap.kind is Kind.CLOSED and request:
        return lowered(Severity.HIGH) if gap.deprecated else Severity.HIGH, None
    if gap.kind is Kind.IGNORED:
        return Severity.LOW, None
    if gap.kind is Kind.TYPE and not request and (gap.wide, gap.narrow) == ("number", "integer"):
        return Severity.MEDIUM, None
    if gap.kind is Kind.TYPE and gap.wide == "anything":
        return Severity.MEDIUM, 0.6
    if gap.kind is Kind.FORMAT and gap.wide == "no format":
        return Severity.LOW, 0.7
    if gap.kind is Kind.ADDITIONAL and not request and gap.narrow != "none":
        return Severity.LOW, None
    return None, None


def _sentence(gap: Gap, mode: Mode, subject: str) -> str:
    request = mode is Mode.REQUEST
    old, new = (gap.wide, gap.narrow) if request else (gap.narrow, gap.wide)
    match gap.kind:
        case Kind.TYPE:
            return f"{subject} was {old} and is {new} now."
        case Kind.NULL:
            return f"{subject} {'took `null` and refuses it' if request else 'was never `null` and may be'} now."
        case Kind.ENUM if gap.name:
            return f"{subject} {f'does not take {gap.name} any longer' if request else f'may be {gap.name} now'}."
        case Kind.ENUM:
            return f"{subject} was {old} and is {f'one of {new}' if request else new} now."
        case Kind.BOUND:
            return f"{subject}: `{gap.name}` was {old} and is {new} now."
        case Kind.PATTERN | Kind.FORMAT:
            word = "pattern" if gap.kind is Kind.PATTERN else "format"
            return f"{subject} had the {word} {old} and has {new} now."
        case Kind.REQUIRED if request:
            return f"{subject} {'is new and has' if gap.is_new else 'was optional and has'} to be sent now."
        case Kind.REQUIRED:
            return f"{subject} was always there and is optional now."
        case Kind.MISSING:
            return f"{subject} is not given any longer{_instead(gap)}."
        case Kind.IGNORED:
            return f"{subject} is not in the new version{_instead(gap)}; what clients send is ignored."
        case Kind.CLOSED:
            if request:
                return f"{subject} is not in the new version, which refuses what it does not know."
            return f"{subject} is new, and the old version allows no property that it does not name."
        case Kind.ADDITIONAL:
            return f"{subject}: properties without a name were {old} and are {new} now."
        case Kind.READ_ONLY:
            return f"{subject} could be sent and is read-only now."
        case Kind.ALTERNATIVE:
            which = f"`{gap.name}`" if gap.name else gap.wide
            if request:
                return f"{subject} takes no {which} any longer."
            return f"{subject} may be {which} now, which is none of the alternatives it was."
        case Kind.DISCRIMINATOR if gap.name:
            told = "is not known any longer" if request else "is new"
            return f"{subject}: the discriminator's value `{gap.name}` {told}."
        case Kind.DISCRIMINATOR:
            return f"{subject}: the discriminator was {old} and is {new} now."
        case Kind.DEFAULT:
            return f"{subject}: what is left out was taken as {old} and is taken as {new} now."
        case _:
            return f"{subject}: `{gap.name}` is another one now; what that allows cannot be decided here."


def _instead(gap: Gap) -> str:
    return f" (`{gap.narrow}`, which is new, has its shape)" if gap.narrow else ""


def _subject(gap: Gap, mode: Mode, at: Node, was: Node, use: Use | None) -> str:
    node = (
        was
        if gap.kind in (Kind.MISSING, Kind.IGNORED, Kind.CLOSED) and (mode is Mode.RESPONSE or gap.kind is Kind.IGNORED)
        else at
    )
    if gap.kind is Kind.CLOSED:
        node = gap.sub
    trail = _trail(node.pointer)
    named = gap.kind in (Kind.REQUIRED, Kind.MISSING, Kind.IGNORED, Kind.CLOSED, Kind.READ_ONLY)
    if named and trail.rpartition(".")[2] != gap.name:
        trail = f"{trail}.{gap.name}" if trail else gap.name
    component = _component(node.pointer)
    if component is not None and component[-2] in ("schemas", "definitions"):
        name = f"{component[-1]}{'' if not trail or trail.startswith('[') else '.'}{trail}"
        return f"`{name}`"
    if use is None:
        return f"`{trail}`" if trail else "A schema"
    part = f"the {use.part}" if use.part else "the body"
    place = f"{part} of {use.new.symbol}"
    return f"`{trail}` in {place}" if trail else f"{place[:1].upper()}{place[1:]}"


def _trail(pointer: Pointer) -> str:
    """The way through a schema, as in `items[].price`."""
    component = _component(pointer)
    found = ""
    parts = list(pointer[len(component) :] if component else pointer)
    if component is None or component[-2] not in ("schemas", "definitions"):
        start = max((at for at, each in enumerate(parts) if each == "schema"), default=-1)
        parts = parts[start + 1 :] if start >= 0 else []
    at = 0
    while at < len(parts):
        part = parts[at]
        if part == "properties" and at + 1 < len(parts):
            found += f".{parts[at + 1]}"
            at += 1
        elif part in ("items", "prefixItems"):
            found += "[]"
        elif part == "additionalProperties" and at + 1 < len(parts):
            found += ".*"
        at += 1
    return found.removeprefix(".")


def place_name(node: Node) -> str:
    """What stands at a node, stable over versions: places in lists are left out, names stay."""
    return ".".join(str(each) for each in node.pointer if not isinstance(each, int))
