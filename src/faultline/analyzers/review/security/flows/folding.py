"""What Python itself would compute, where all that goes into it is certain; and what a text is made of where not."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    LONGEST_TEXT,
    NOTHING,
    UNKNOWN,
    Value,
    merged,
)

_BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_UNARY: Final[dict[type[ast.unaryop], Callable[[Any], Any]]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_STR_METHODS: Final = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "count",
        "encode",
        "endswith",
        "find",
        "index",
        "isalnum",
        "isalpha",
        "isdecimal",
        "isdigit",
        "isidentifier",
        "islower",
        "isnumeric",
        "isspace",
        "isupper",
        "join",
        "ljust",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rindex",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
        "zfill",
        "decode",
        "hex",
    ]
)
_BUILTINS: Final[dict[str, Callable[..., Any]]] = {
    "len": len,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "chr": chr,
    "ord": ord,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": sum,
    "repr": repr,
    "tuple": tuple,
    "round": round,
}
_BIGGEST = 2**63


def small(value: Any) -> bool:
    """Whether a constant is one that is worth keeping: plain, and of bounded size."""
    if value is None or isinstance(value, bool | float):
        return True
    if isinstance(value, int):
        return -_BIGGEST < value < _BIGGEST
    if isinstance(value, str | bytes):
        return len(value) <= LONGEST_TEXT
    return isinstance(value, tuple) and len(value) <= 64 and all(small(each) for each in value)


def _attempt(compute: Callable[..., Any], *arguments: Any) -> Any:
    try:
        value = compute(*arguments)
    except Exception:
        # Whatever Python would raise here (a wrong type, a division by zero), the value is simply not known.
        return NOTHING
    return value if small(value) else NOTHING


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """`left op right`."""
    taint = merged(left.taint, right.taint)
    if left.known and right.known:
        compute = _BINARY.get(type(op))
        sized = isinstance(left.const, str | bytes | tuple) or isinstance(right.const, str | bytes | tuple)
        bounded = not (isinstance(op, ast.Mult) and sized) or _repeats(left.const, right.const)
        value = _attempt(compute, left.const, right.const) if compute and bounded else NOTHING
        if value is not NOTHING:
            return Value(value, taint=taint)
    if isinstance(op, ast.Add) and (left.text is not None or right.text is not None):
        return Value(text=pieces(left, right), taint=taint, marks=_of_text(left, right))
    if isinstance(op, ast.Mod) and left.text is not None:
        return Value(text=_percent(left.text, right), taint=taint)
    if isinstance(op, ast.Mult):
        return Value(taint=taint)
    if isinstance(op, ast.Div) and (left.text is not None or left.name or right.text is not None):
        # A path: what is right of the slash comes after a separator.
        text = f"{left.text if left.text is not None else HOLE}/{right.text if right.text is not None else HOLE}"
        return Value(text=text[:LONGEST_TEXT], taint=taint, name=left.name)
    return Value(taint=taint) if taint else UNKNOWN


def _of_text(left: Value, right: Value) -> frozenset[str]:
    return left.marks & right.marks if left.taint and right.taint else left.marks if left.taint else right.marks


def _repeats(one: Any, other: Any) -> bool:
    return (isinstance(one, int) and abs(one) <= 100) or (isinstance(other, int) and abs(other) <= 100)


def pieces(*values: Value) -> str:
    """The text of some values, one after the other."""
    return "".join(_piece(value) for value in values)[:LONGEST_TEXT]


def _piece(value: Value) -> str:
    if value.text is not None:
        return value.text
    if value.known and not isinstance(value.const, bytes):
        return str(value.const)[:LONGEST_TEXT]
    return HOLE


def _percent(form: str, right: Value) -> str:
    """A `%` format with its values unknown, except where there is one that has a text."""
    if form.count("%") == 1 and right.text is not None:
        for place in ("%s", "%r", "%d"):
            form = form.replace(place, right.text)
        return form[:LONGEST_TEXT]
    out, index = [], 0
    while index < len(form):
        if form[index] != "%":
            out.append(form[index])
        elif form[index + 1 : index + 2] == "%":
            out.append("%")
            index += 1
        else:
            out.append(HOLE)
            if form[index + 1 : index + 2] == "(":
                index = form.find(")", index)
                if index < 0:
                    break
            index += 1
            while index < len(form) and form[index] in "0123456789.-+# ":
                index += 1
        index += 1
    return "".join(out)


def formatted(form: str, positional: Sequence[Value], named: dict[str, Value]) -> str:
    """The text of `form.format(...)`."""
    out, index, number = [], 0, 0
    while index < len(form):
        char = form[index]
        if char in "{}" and form[index + 1 : index + 2] == char:
            out.append(char)
            index += 2
        elif char == "{":
            end = form.find("}", index)
            if end < 0:
                break
            field = form[index + 1 : end].partition(":")[0].partition("!")[0]
            if not field:
                value = positional[number] if number < len(positional) else None
                number += 1
            elif field.isdigit():
                value = positional[int(field)] if len(field) < 4 and int(field) < len(positional) else None
            else:
                value = named.get(field)
            out.append(HOLE if value is None else _piece(value))
            index = end + 1
        else:
            out.append(char)
            index += 1
    return "".join(out)[:LONGEST_TEXT]


def unary(op: ast.unaryop, value: Value) -> Value:
    """`op value`."""
    if value.known and (compute := _UNARY.get(type(op))):
        return Value(_attempt(compute, value.const))
    return UNKNOWN if isinstance(op, ast.Not) else Value(taint=value.taint)


def compare(op: ast.cmpop, left: Value, right: Value) -> Any:
    """The truth of `left op right`; NOTHING where it is not certain."""
    if not (left.known and right.known):
        return NOTHING
    if isinstance(op, ast.Is | ast.IsNot) and not (left.const is None or right.const is None):
        return NOTHING
    return _attempt(_COMPARE[type(op)], left.const, right.const)


def truth(value: Value) -> bool | None:
    """Whether a value is true; None where that is not certain."""
    return bool(value.const) if value.known else None


def method(value: Any, name: str, arguments: Sequence[Value], keywords: dict[str, Value]) -> Any:
    """A method of a constant string called with constants; NOTHING where that cannot be said."""
    if not isinstance(value, str | bytes) or not all(each.known for each in arguments) or len(arguments) > 3:
        return NOTHING
    given = [each.const for each in arguments]
    if name == "format" and isinstance(value, str) and all(each.known for each in keywords.values()):
        text = formatted(value, arguments, keywords)
        return text if HOLE not in text and len(text) < LONGEST_TEXT else NOTHING
    if keywords or name not in _STR_METHODS:
        return NOTHING
    if name in ("center", "ljust", "rjust", "zfill") and not (isinstance(given[0], int) and given[0] < LONGEST_TEXT):
        return NOTHING
    out = _attempt(getattr(value, name, None) or _no_method, *given)
    return tuple(out) if isinstance(out, list) else out


def _no_method(*_: Any) -> Any:
    raise TypeError


def builtin(name: str, arguments: Sequence[Value]) -> Any:
    """A builtin function of constants; NOTHING where that cannot be said."""
    compute = _BUILTINS.get(name)
    if compute is None or not all(each.known for each in arguments):
        return NOTHING
    return _attempt(compute, *(each.const for each in arguments))


def item(value: Any, key: Any) -> Any:
    """`value[key]` of constants."""
    if not isinstance(value, str | bytes | tuple) or not isinstance(key, int | slice):
        return NOTHING
    return _attempt(operator.getitem, value, key)
