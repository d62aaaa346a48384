"""Where control goes: code that is never reached, functions that end without a value."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from faultline.analyzers.review.engines.pythonindex import (
    EXITS,
    FUNCTIONS,
    Function,
    index,
    inside,
    leaves,
)
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source


def unreachable(source: Source) -> Iterable[Observation]:
    """Statements after a jump."""
    if (code := index(source)) is None:
        return
    for kind in EXITS:
        for each in code.of(kind):
            parent = code.parents[each]
            for name in ("body", "orelse", "finalbody"):
                block = getattr(parent, name, None)
                if not isinstance(block, list) or each not in block or each is block[-1]:
                    continue
                rest = block[block.index(each) + 1 :]
                if not _deliberate(rest):
                    word = type(each).__name__.lower()
                    yield Observation(
                        "logic/unreachable-code",
                        rest[0].lineno,
                        message=f"The `{word}` in line {each.lineno} comes before.",
                        because=(each.lineno,),
                    )


def _deliberate(rest: list[ast.stmt]) -> bool:
    """`return` before `yield` makes an empty generator; a lone `pass`, text or definition does no harm."""
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in inside(rest)):
        return True
    first = rest[0]
    text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return text or isinstance(first, (ast.Pass, ast.Break, ast.Assert, *FUNCTIONS))


def returns(source: Source) -> Iterable[Observation]:
    """A function returns a value in some branches of its last `if` and runs off the end in others."""
    if (code := index(source)) is None:
        return
    for function in code.defs:
        if leaves(function.body) or len(function.body) == 0 or _may_be_none(function):
            continue
        parts = list(inside(function.body))
        values = [each for each in parts if isinstance(each, ast.Return)]
        generator = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in parts)
        if generator or not values or any(each.value is None or _none(each.value) for each in values):
            continue
        if (end := _open_end(function.body[-1])) is not None:
            sure = function.returns is not None
            yield Observation(
                "logic/missing-return",
                end.lineno,
                message=f"`{function.name}` returns a value elsewhere; this way it ends with None.",
                confidence=0.85 if sure else 0.6,
                symbol=function.name,
            )


def _may_be_none(function: Function) -> bool:
    if function.returns is None:
        return False
    text = ast.unparse(function.returns)
    return any(word in text for word in ("None", "Optional", "Any", "object", "NoReturn", "Never"))


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _open_end(last: ast.stmt) -> ast.stmt | None:
    """The last statement of the branch that ends without a value, where the others of an `if` with `else` have one."""
    blocks: list[list[ast.stmt]] = []
    if isinstance(last, ast.If):
        at: ast.stmt = last
        while isinstance(at, ast.If):
            blocks.append(at.body)
            if len(at.orelse) != 1:
                break
            at = at.orelse[0]
        if not (isinstance(at, ast.If) and not at.orelse):
            blocks.append(at.orelse if isinstance(at, ast.If) else [at])
        else:
            return None
    elif isinstance(last, ast.Try) and last.handlers and not last.finalbody:
        blocks = [last.orelse or last.body, *(each.body for each in last.handlers)]
        if not leaves(blocks[0]):
            return None
    else:
        return None
    opened = [each for each in blocks if each and not leaves(each)]
    returned = [each for each in blocks if each and isinstance(each[-1], ast.Return)]
    if len(opened) != 1 or not returned:
        return None
    end = opened[0][-1]
    return end if isinstance(end, ast.Assign | ast.AugAssign | ast.Expr | ast.Pass) else None


CHECKS = (unreachable, returns)
