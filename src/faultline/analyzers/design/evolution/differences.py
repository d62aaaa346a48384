"""Where two shapes differ by themselves, and which shapes below them are to be compared next.

The question is always one: is every value that `sub` may send a value that `sup` takes? A property that nobody names
is not sent, for a client keeps to the specification that it knows; so an open schema is as closed as what it names
where it sends, and takes anything more where it takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.evolution.acceptance import accepts
from faultline.analyzers.design.evolution.gap import Gap, Kind, Mode
from faultline.analyzers.design.evolution.renaming import renamed
from faultline.analyzers.design.evolution.schemas import Schemas
from faultline.analyzers.design.evolution.shapes import (
    ALL_TYPES,
    MOST,
    TYPES,
    Bound,
    Nodes,
    Shape,
    allows,
    identical,
    kind_of,
    weaker,
)
from faultline.analyzers.design.evolution.unchanged import Unchanged

_LIMITS_OF: Final = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}
_WITHIN: Final = {"double": {"float", "int32"}, "number": {"float", "int32"}, "float": {"int32"}}
"""Formats whose values are all values of another."""

MAX_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Edge:
    """Two shapes to compare next; `via` is the schema in the new version that led to it, a reference perhaps."""

    sub: Shape
    sup: Shape
    via: Node | None = None


@dataclass(slots=True)
class Step:
    """What a look at two shapes gives."""

    gaps: list[Gap] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


class Look:
    """One look at two shapes, without their alternatives.

    Args:
        mode: who sends.
        senders, takers: the schemas of the sending and of the taking side.
        unchanged: what is the same in both versions, so that nobody has to look.

    """

    def __init__(self, mode: Mode, senders: Schemas, takers: Schemas, unchanged: Unchanged) -> None:
        self.mode = mode
        self.senders = senders
        self.takers = takers
        self._unchanged = unchanged

    def edges(self, sub: Nodes, sup: Nodes) -> Iterator[Edge]:
        """The comparison of two schemas, unless they are the same with all that they refer to."""
        old, new = (sub, sup) if self.mode is Mode.REQUEST else (sup, sub)
        if not self._unchanged.same(old, new):
            yield Edge(self.senders.shape(sub), self.takers.shape(sup), new[0])

    def __call__(self, sub: Shape, sup: Shape) -> Step:
        """Compare what the two say of themselves."""
        step = Step()
        if sub.never:
            return step
        if sub.default and sup.default and not identical(sub.default.value, sup.default.value):
            step.gaps.append(self._default(sub.default, sup.default))
        if sup.never:
            step.gaps.append(Gap(Kind.TYPE, sub.at, sup.at, wide=words(sub), narrow="nothing"))
            return step
        values = sub.values
        # Values that do not fit their own type are nothing that is sent; where all are such, the lists are compared.
        proper = [each for each in values or () if allows(sub.types, kind_of(each))]
        refused = [each for each in proper if not accepts(self.takers, sup, each)]
        if proper and not refused:
            # What is listed is meant, also where the type says otherwise.
            known = sup.enum if sup.enum is not None else values or ()
            lost = [each for each in values or () if not any(identical(each, value) for value in known)]
            step.gaps.extend([self._values(sub, sup, lost)] if lost else [])
            return step
        hard = len(step.gaps)
        if not (proper and sup.enum is not None):  # else the values say it all
            self._types(sub, sup, step)
        if sup.enum is not None and not (values is None and len(step.gaps) > hard):
            self._enum(sub, sup, step)
        shared = [each for each in TYPES if allows(sup.types, each) and allows(sub.types, each)]
        if "integer" in sup.types and "number" in sub.types and "number" not in sup.types:
            shared.append("integer")
        self._bounds(sub, sup, shared, step)
        if "string" in shared or "integer" in shared or "number" in shared:
            self._texts(sub, sup, shared, step)
        if "object" in shared:
            self._objects(sub, sup, step)
        if "array" in shared:
            self._arrays(sub, sup, step)
        self._opaque(sub, sup, step)
        if refused and len(step.gaps) == hard:
            step.gaps.append(self._values(sub, sup, refused))
        return step

    def _default(self, sub: Node, sup: Node) -> Gap:
        return Gap(Kind.DEFAULT, sub, sup, wide=show(sub.value), narrow=show(sup.value))

    def _types(self, sub: Shape, sup: Shape, step: Step) -> None:
        lost = [each for each in TYPES if each in sub.types and not allows(sup.types, each)]
        if "null" in lost and sub.types != ALL_TYPES:
            step.gaps.append(Gap(Kind.NULL, sub.place("type", "nullable"), sup.place("type", "nullable")))
        if lost and lost != ["null"]:
            at = sub.place("type"), sup.place("type")
            step.gaps.append(Gap(Kind.TYPE, *at, wide=words(sub), narrow=words(sup)))

    def _enum(self, sub: Shape, sup: Shape, step: Step) -> None:
        assert sup.enum is not None
        known = sub.values
        if known is None:
            at = sub.place("enum", "const", "type"), sup.place("enum", "const")
            step.gaps.append(Gap(Kind.ENUM, *at, wide=f"any {words(sub)}", narrow=listed(sup.enum)))
            return
        lost = [each for each in known if not any(identical(each, value) for value in sup.enum)]
        if lost:
            step.gaps.append(self._values(sub, sup, lost))

    def _values(self, sub: Shape, sup: Shape, lost: list[Any]) -> Gap:
        sent = sub.place("enum", "const")
        place = next((each for _, each in sent.items() if any(identical(each.value, value) for value in lost)), sent)
        # The line of the value itself where the new version has it, which is where it may be sent in a response.
        sent = place if self.mode is Mode.RESPONSE else sent
        return Gap(Kind.ENUM, sent, sup.place("enum", "const"), listed(lost), listed(sub.values or ()), words(sup))

    def _bounds(self, sub: Shape, sup: Shape, shared: list[str], step: Step) -> None:
        for keyword in dict.fromkeys(each for kind in shared for each in _LIMITS_OF.get(kind, ())):
            need = sup.limits.get(keyword)
            if need is None:
                continue
            have = sub.limits.get(keyword)
            if sub.types <= {"integer", "null"} and keyword in ("minimum", "maximum"):
                need = _of_integers(keyword, need)
            if keyword == "minProperties" and len(sub.required) >= need.value:
                continue
            if have is None or weaker(keyword, have, need):
                here = have.at if have else sub.place(keyword, "type")
                wide = bound_words(keyword, have) if have else "no limit"
                step.gaps.append(Gap(Kind.BOUND, here, need.at, keyword, wide, bound_words(keyword, need)))
        if {"integer", "number"} & set(shared):
            for multiple in sorted(sup.multiples):
                integral = multiple == 1 and sub.types <= {"integer", "null"}
                if not integral and not any(_is_multiple(each, multiple) for each in sub.multiples):
                    wide = f"multiples of {min(sub.multiples):g}" if sub.multiples else "any number"
                    at = sub.place("multipleOf", "type"), sup.place("multipleOf")
                    step.gaps.append(Gap(Kind.BOUND, *at, "multipleOf", wide, f"multiples of {multiple:g}"))
        if "array" in shared and sup.unique and not sub.unique:
            at = sub.place("uniqueItems", "items", "type"), sup.place("uniqueItems")
            step.gaps.append(Gap(Kind.BOUND, *at, "uniqueItems", "repeated items", "each item once"))

    def _texts(self, sub: Shape, sup: Shape, shared: list[str], step: Step) -> None:
        for pattern in sorted(sup.patterns - sub.patterns) if "string" in shared else ():
            at = sub.place("pattern", "type"), sup.place("pattern")
            wide = " and ".join(f"`{each}`" for each in sorted(sub.patterns)) or "any text"
            step.gaps.append(Gap(Kind.PATTERN, *at, wide=wide, narrow=f"`{pattern}`"))
        for name in sorted(sup.formats - sub.formats):
            if not _WITHIN.get(name, set()) & sub.formats:
                at = sub.place("format", "contentEncoding", "type"), sup.place("format", "contentEncoding")
                wide = " and ".join(f"`{each}`" for each in sorted(sub.formats)) or "no format"
                step.gaps.append(Gap(Kind.FORMAT, *at, wide=wide, narrow=f"`{name}`"))

    def _objects(self, sub: Shape, sup: Shape, step: Step) -> None:
        for name, at in sup.required.items():
            if name not in sub.required or self._unsent(sub, name):
                self._lacking(name, at, sub, sup, step)
        for name, sent in sub.properties.items():
            taken = sup.properties.get(name)
            if taken is None:
                self._not_taken(name, sent, sub, sup, step)
                continue
            edges = list(self.edges(sent, taken))
            if edges:
                self._property(name, edges[0], step)
        for name, taken in sup.properties.items():
            if name not in sub.properties:
                if isinstance(sub.additional, tuple):
                    step.edges.extend(self.edges(sub.additional, taken))
                elif self.mode is Mode.RESPONSE and name not in sup.required:
                    self._lacking(name, taken[0], sub, sup, step)
        self._others(sub, sup, step)

    def _unsent(self, shape: Shape, name: str) -> bool:
        """Whether a property is only ever sent by the other side."""
        schemas = self.senders
        nodes = shape.properties.get(name)
        return nodes is not None and self._other_side(schemas.shape(nodes))

    def _other_side(self, shape: Shape) -> bool:
        return shape.read_only if self.mode is Mode.REQUEST else shape.write_only

    def _property(self, name: str, edge: Edge, step: Step) -> None:
        unsent, untaken = self._other_side(edge.sub), self._other_side(edge.sup)
        if not unsent and not untaken:
            step.edges.append(edge)
        elif not unsent and self.mode is Mode.REQUEST:
            at = edge.sub.at, edge.sup.place("readOnly")
            step.gaps.append(Gap(Kind.READ_ONLY, *at, name))
        elif unsent and not untaken and self.mode is Mode.RESPONSE:
            step.gaps.append(Gap(Kind.MISSING, edge.sub.place("writeOnly"), edge.sup.at, name))

    def _lacking(self, name: str, at: Node, sub: Shape, sup: Shape, step: Step) -> None:
        """A property that the taker may count on is not, or not always, sent."""
        sent, taken = sub.properties.get(name), sup.properties.get(name)
        gone = self.takers.shape(taken).deprecated if taken else False
        if taken and self._other_side(self.takers.shape(taken)):
            return
        if self.mode is Mode.REQUEST:
            known = sent is not None
            place = sent[0] if sent else sub.place("properties")
            spot = at if known or not taken else taken[0]
            step.gaps.append(Gap(Kind.REQUIRED, place, spot, name, is_new=not known))
        elif sent is not None and name in sup.required:
            step.gaps.append(Gap(Kind.REQUIRED, sent[0], at, name, deprecated=gone))
        elif sent is None:
            required = name in sup.required
            now = renamed(name, taken or (at,), sup, sub)
            here = sub.properties[now][0] if now else sub.place("properties", "allOf", "type")
            there = taken[0] if taken else at
            wide = "required" * required
            step.gaps.append(Gap(Kind.MISSING, here, there, name, wide=wide, narrow=now, deprecated=gone))

    def _not_taken(self, name: str, sent: Nodes, sub: Shape, sup: Shape, step: Step) -> None:
        if self._other_side(shape := self.senders.shape(sent)):
            return
        if isinstance(sup.additional, tuple):
            step.edges.extend(self.edges(sent, sup.additional))
        elif sup.closed:
            at = sent[0], sup.place("additionalProperties", "unevaluatedProperties")
            step.gaps.append(Gap(Kind.CLOSED, *at, name, deprecated=shape.deprecated))
        elif self.mode is Mode.REQUEST:
            now = renamed(name, sent, sub, sup)
            here = sup.properties[now][0] if now else sup.place("properties", "allOf", "type")
            step.gaps.append(Gap(Kind.IGNORED, sent[0], here, name, narrow=now, deprecated=shape.deprecated))

    def _others(self, sub: Shape, sup: Shape, step: Step) -> None:
        for pattern, nodes in sub.pattern_properties.items():
            if pattern in sup.pattern_properties:
                step.edges.extend(self.edges(nodes, sup.pattern_properties[pattern]))
            elif isinstance(sup.additional, tuple):
                step.edges.extend(self.edges(nodes, sup.additional))
            elif sup.closed:
                step.gaps.append(self._additional(sub, sup, words(self.senders.shape(nodes))))
        for pattern, nodes in sup.pattern_properties.items():
            if pattern not in sub.pattern_properties:
                step.gaps.append(Gap(Kind.CONSTRAINT, sub.at, nodes[0], "patternProperties"))
        if isinstance(sub.additional, tuple) and isinstance(sup.additional, tuple):
            step.edges.extend(self.edges(sub.additional, sup.additional))
        elif not sub.closed and (sup.closed or isinstance(sup.additional, tuple)) and not sup.groups:
            wide = words(self.senders.shape(sub.additional)) if isinstance(sub.additional, tuple) else "anything"
            step.gaps.append(self._additional(sub, sup, wide))

    def _additional(self, sub: Shape, sup: Shape, wide: str) -> Gap:
        keywords = ("additionalProperties", "unevaluatedProperties", "type")
        at = sub.place(*keywords), sup.place(*keywords)
        narrow = words(self.takers.shape(sup.additional)) if isinstance(sup.additional, tuple) else "none"
        return Gap(Kind.ADDITIONAL, *at, wide=wide, narrow=narrow)

    def _arrays(self, sub: Shape, sup: Shape, step: Step) -> None:
        if (most := sub.limits.get("maxItems")) is not None and most.value <= 0:
            return
        for place in range(max(len(sub.prefix), len(sup.prefix))):
            sent = sub.prefix[place] if place < len(sub.prefix) else sub.items
            taken = sup.prefix[place] if place < len(sup.prefix) else sup.items
            if taken:
                step.edges.extend(self.edges(sent or _anything(sub), taken))
        if sup.items:
            step.edges.extend(self.edges(sub.items or _anything(sub), sup.items))

    def _opaque(self, sub: Shape, sup: Shape, step: Step) -> None:
        for keyword, nodes in sup.opaque.items():
            theirs = sub.opaque.get(keyword, ())
            for each in nodes:
                if not any(self._unchanged.equal(each, other) for other in theirs):
                    step.gaps.append(Gap(Kind.CONSTRAINT, (theirs or (sub.at,))[0], each, keyword))
                    break


def words(shape: Shape) -> str:
    """The types of a shape, as in `string or null`."""
    named: list[str] = [each for each in TYPES if each in shape.types and each != "null"]
    named += ["null"] if "null" in shape.types else []
    if len(named) == len(TYPES):
        return "anything"
    if shape.enum is not None:
        return listed(shape.enum)
    return " or ".join(named) or "nothing"


def listed(values: tuple[Any, ...] | list[Any]) -> str:
    """Values as they are shown in a message."""
    shown = [show(each) for each in values[:MAX_SHOWN]]
    more = len(values) - MAX_SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def show(value: Any) -> str:
    """One value as it is shown in a message."""
    if isinstance(value, str):
        return f"`{value[:60]}`" if value else "the empty text"
    if isinstance(value, bool) or value is None:
        return f"`{ {True: 'true', False: 'false', None: 'null'}[value] }`"
    return f"`{str(value)[:60]}`"


def bound_words(keyword: str, bound: Bound) -> str:
    """A bound, as in `at most 100`."""
    side = (
        ("less than" if bound.exclusive else "at most")
        if keyword in MOST
        else ("more than" if bound.exclusive else "at least")
    )
    return f"{side} {bound.value:g}" if abs(bound.value) < 1e6 else f"{side} {bound.value}"


def _anything(shape: Shape) -> Nodes:
    if shape.at.value is True:
        return (shape.at,)  # itself, for what is anything has anything in it, without an end
    return (Node(shape.at.document, (*shape.at.pointer, "items"), True),)


def _of_integers(keyword: str, bound: Bound) -> Bound:
    if keyword == "minimum":
        value = math.floor(bound.value) + 1 if bound.exclusive else math.ceil(bound.value)
    else:
        value = math.ceil(bound.value) - 1 if bound.exclusive else math.floor(bound.value)
    return Bound(value, False, bound.at)


def _is_multiple(value: float, step: float) -> bool:
    ratio = value / step
    return abs(ratio - round(ratio)) < 1e-9 and round(ratio) >= 1
