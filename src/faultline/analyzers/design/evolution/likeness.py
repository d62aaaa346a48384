"""How much two alternatives of a `oneOf` are versions of one and the same."""

from __future__ import annotations

from faultline.analyzers.design.evolution.shapes import Shape, both_types, identical


def likeness(one: Shape, other: Shape) -> float:
    """From 0, nothing in common, to 1, the same component.

    A component's name, a title and the value of a property that tells the alternatives apart weigh most; then the
    types, and of objects the properties.
    """
    if one.at.pointer == other.at.pointer and one.number >= 0 and _named(one):
        return 1.0
    if not both_types(one.types, other.types):
        return 0.0
    if _named(one) and _named(one) == _named(other):
        return 0.95
    if one.title and one.title == other.title:
        return 0.9
    told = _told_apart(one, other)
    if told is not None:
        return 0.85 if told else 0.1
    score = 0.3 if one.types == other.types else 0.2
    mine, theirs = one.properties.keys(), other.properties.keys()
    if mine and theirs:
        return score + 0.5 * len(mine & theirs) / len(mine | theirs)
    if mine or theirs:
        return score
    if one.types <= {"array", "null"} and one.items and other.items:
        return score + (0.4 if one.items[0].value == other.items[0].value else 0.1)
    return score + (0.3 if one.types == other.types else 0.0)


def _named(shape: Shape) -> str:
    pointer = shape.at.pointer
    return str(pointer[-1]) if len(pointer) > 1 and pointer[-2] in ("schemas", "definitions") else ""


def _told_apart(one: Shape, other: Shape) -> bool | None:
    """Whether a property has one fixed value in both, and whether it is the same; None where there is no such one."""
    verdict = None
    for name in sorted(one.properties.keys() & other.properties.keys()):
        mine, theirs = (_fixed(shape.properties[name][0].value) for shape in (one, other))
        if mine is not None and theirs is not None:
            if not identical(mine, theirs):
                return False
            verdict = True
    return verdict


def _fixed(schema: object) -> object:
    if isinstance(schema, dict):
        listed = schema.get("enum")
        if isinstance(listed, list) and len(listed) == 1:
            return listed[0]
        return schema.get("const")
    return None
