"""What an expression is, as far as a file says it: literals, names bound once to them, and a little arithmetic."""

from __future__ import annotations

import ast
import stat
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from faultline.analyzers.review.security.python.module import Module


class Unknown:
    """What cannot be told; equal to nothing, and false."""

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown()
LONGEST = 4096
"""Of a text or list that is computed, its length; of a number, its bits."""


def evaluate(node: ast.AST, module: Module, depth: int = 0) -> Any:
    """The value of an expression, or `UNKNOWN`.

    Args:
        node: any expression; code of strangers, so nothing is run and what grows is bounded.
        module: knows what names are bound to.
        depth: of the recursion.

    """
    if depth > 20:
        return UNKNOWN
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name() | ast.Attribute():
            return _named(node, module, depth)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) if len(elements) <= LONGEST:
            values = [evaluate(each, module, depth + 1) for each in elements]
            return UNKNOWN if any(each is UNKNOWN for each in values) else values
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = evaluate(operand, module, depth + 1)
            return -value if isinstance(value, int | float) else UNKNOWN
        case ast.BinOp(left=left, op=op, right=right):
            return _computed(evaluate(left, module, depth + 1), op, evaluate(right, module, depth + 1))
        case ast.Call(func=ast.Attribute(value=base, attr="encode" | "decode" | "strip" as method)):
            value = evaluate(base, module, depth + 1)
            if method == "encode" and isinstance(value, str):
                return value.encode("utf-8", "surrogatepass")
            return value if isinstance(value, str | bytes) and method != "encode" else UNKNOWN
        case ast.Call(func=ast.Attribute(value=ast.Name(id="bytes" | "bytearray"), attr="fromhex"), args=[text]):
            value = evaluate(text, module, depth + 1)
            return value.encode("utf-8", "replace") if isinstance(value, str) else UNKNOWN
        case ast.Call(func=ast.Name(id="bytes" | "bytearray" | "str"), args=[first, *_]):
            value = evaluate(first, module, depth + 1)
            if isinstance(value, int) and not isinstance(value, bool):
                return bytes(value) if 0 <= value <= LONGEST else UNKNOWN
            return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        case ast.JoinedStr(values=parts) if all(isinstance(each, ast.Constant) for each in parts):
            return "".join(str(each.value) for each in parts if isinstance(each, ast.Constant))
        case _:
            return UNKNOWN


def _named(node: ast.Name | ast.Attribute, module: Module, depth: int) -> Any:
    full = module.name(node)
    if full.startswith("stat.S_"):
        value = getattr(stat, full.removeprefix("stat."), UNKNOWN)
        return value if isinstance(value, int) else UNKNOWN
    origin = module.origin(node)
    return UNKNOWN if origin is node else evaluate(origin, module, depth + 1)


def _computed(left: Any, op: ast.operator, right: Any) -> Any:
    try:
        match op:
            case ast.Add() if type(left) is type(right) and isinstance(left, str | bytes | list | int | float):
                value = left + right
            case ast.Sub() if isinstance(left, int | float) and isinstance(right, int | float):
                value = left - right
            case ast.Mult() if isinstance(right, int) and isinstance(left, str | bytes | list):
                value = left * right if len(left) * right <= LONGEST else UNKNOWN
            case ast.Mult() if isinstance(left, int | float) and isinstance(right, int | float):
                value = left * right
            case ast.Pow() if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64:
                value = left**right if abs(left) <= LONGEST else UNKNOWN
            case ast.BitOr() if isinstance(left, int) and isinstance(right, int):
                value = left | right
            case ast.LShift() if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64:
                value = left << right
            case _:
                return UNKNOWN
    except (ArithmeticError, ValueError, TypeError):
        return UNKNOWN
    if isinstance(value, int) and value.bit_length() > LONGEST:
        return UNKNOWN
    if isinstance(value, str | bytes | list) and len(value) > LONGEST:
        return UNKNOWN
    return value
