"""Literals that do not fit together: unpacking three into two, a row that is one list many times."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.engines.pythonindex import (
    index,
    inside,
)
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source


def constants(source: Source) -> Iterable[Observation]:
    """Literals that do not fit together: unpacking three into two, a row that is one list many times."""
    if (code := index(source)) is None:
        return
    for each in code.of(ast.Assign):
        for target in each.targets:
            yield from _unpacked(target, each.value, each.lineno)
    for loop in code.of(ast.For):
        if isinstance(loop.iter, ast.List | ast.Tuple):
            for value in loop.iter.elts:
                if found := list(_unpacked(loop.target, value, value.lineno)):
                    yield from found
                    break
    for product in code.of(ast.BinOp):
        if isinstance(product.op, ast.Mult) and isinstance(product.left, ast.List) and len(product.left.elts) == 1:
            once = isinstance(product.right, ast.Constant) and product.right.value == 1
            if _mutable(product.left.elts[0]) and not once:
                yield Observation(
                    "logic/shared-value", product.lineno, message="Every element is one and the same object."
                )
    for call in code.of(ast.Assign):
        if len(call.targets) == 1 and isinstance(call.targets[0], ast.Tuple) and isinstance(call.value, ast.Call):
            name = call.value.func.id if isinstance(call.value.func, ast.Name) else ""
            found_functions = code.functions.get(name, [])
            if len(found_functions) != 1 or not isinstance(code.parents[found_functions[0]], ast.Module):
                continue
            function = found_functions[0]
            values = [one.value for one in inside(function.body) if isinstance(one, ast.Return)]
            plain = isinstance(function, ast.FunctionDef) and not function.decorator_list and values
            if plain and all(isinstance(one, ast.Tuple) for one in values):
                lengths = {_length(one) for one in values if isinstance(one, ast.Tuple)}
                wanted = _length(call.targets[0])
                if len(lengths) == 1 and None not in lengths and wanted is not None and wanted not in lengths:
                    message = f"`{name}` returns {lengths.pop()} values, {wanted} names take them."
                    yield Observation("logic/unpack-mismatch", call.lineno, message=message, because=(function.lineno,))


def _mutable(node: ast.expr) -> bool:
    """A list or dict that is made to be filled: it is empty, or holds constants."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)
    parts = node.elts if isinstance(node, ast.List | ast.Set) else [node] if isinstance(node, ast.ListComp) else []
    empty = isinstance(node, ast.Dict) and not node.keys
    return empty or (
        isinstance(node, ast.List | ast.Set | ast.ListComp)
        and all(isinstance(each, ast.Constant | ast.ListComp) for each in parts)
    )


def _unpacked(target: ast.expr, value: ast.expr, line: int) -> Iterator[Observation]:
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        names, values = _length(target), _length(value)
        if names is not None and values is not None and names != values:
            yield Observation(
                "logic/unpack-mismatch", line, message=f"{values} values are unpacked into {names} names."
            )


def _length(node: ast.expr) -> int | None:
    assert isinstance(node, ast.Tuple | ast.List)
    return None if any(isinstance(each, ast.Starred) for each in node.elts) else len(node.elts)
