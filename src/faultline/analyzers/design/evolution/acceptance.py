"""Whether a shape allows one value: for values that can be counted, an `enum` is known to the last one."""

from __future__ import annotations

from typing import Any, Final

from faultline.analyzers.design.evolution.schemas import Schemas
from faultline.analyzers.design.evolution.shapes import Nodes, Shape, allows, identical, kind_of

MAX_DEPTH: Final = 12


def accepts(schemas: Schemas, shape: Shape, value: Any, depth: int = 0) -> bool:
    """Whether a value is surely allowed. Where it cannot be told, such as for a pattern, it is not."""
    if shape.never or depth > MAX_DEPTH or shape.opaque or not allows(shape.types, kind_of(value)):
        return False
    if shape.enum is not None and not any(identical(value, each) for each in shape.enum):
        return False
    if isinstance(value, str) and (shape.patterns or not _within(shape, "Length", len(value))):
        return False
    if kind_of(value) in ("integer", "number") and not _number_fits(shape, value):
        return False
    if isinstance(value, list) and not _list_fits(schemas, shape, value, depth):
        return False
    if isinstance(value, dict) and not _object_fits(schemas, shape, value, depth):
        return False
    return all(_one_of(schemas, group.branches, value, depth) for group in shape.groups)


def _one_of(schemas: Schemas, branches: tuple[Nodes, ...], value: Any, depth: int) -> bool:
    return any(accepts(schemas, schemas.shape(branch), value, depth + 1) for branch in branches)


def _within(shape: Shape, suffix: str, size: float) -> bool:
    low, high = shape.limits.get(f"min{suffix}"), shape.limits.get(f"max{suffix}")
    if low is not None and (size < low.value or (low.exclusive and size == low.value)):
        return False
    return high is None or (size <= high.value and not (high.exclusive and size == high.value))


def _number_fits(shape: Shape, value: float) -> bool:
    return _within(shape, "imum", value) and all(float(value / step).is_integer() for step in shape.multiples)


def _list_fits(schemas: Schemas, shape: Shape, value: list[Any], depth: int) -> bool:
    if not _within(shape, "Items", len(value)):
        return False
    if shape.unique and any(identical(one, two) for at, one in enumerate(value) for two in value[:at]):
        return False
    for place, each in enumerate(value):
        nodes = shape.prefix[place] if place < len(shape.prefix) else shape.items
        if nodes and not accepts(schemas, schemas.shape(nodes), each, depth + 1):
            return False
    return True


def _object_fits(schemas: Schemas, shape: Shape, value: dict[Any, Any], depth: int) -> bool:
    if not _within(shape, "Properties", len(value)) or shape.required.keys() - value.keys() or shape.pattern_properties:
        return False
    for name, each in value.items():
        nodes = shape.properties.get(name, shape.additional if isinstance(shape.additional, tuple) else None)
        if nodes is None and shape.closed:
            return False
        if nodes and not accepts(schemas, schemas.shape(nodes), each, depth + 1):
            return False
    return True
