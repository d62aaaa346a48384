"""Loops that do not end, and indexes that go too far."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.words import parts
from faultline.core.finding import Severity


def _followed(module: Module, loop: ast.While) -> bool:
    """Whether something stands after a loop in its block: whoever wrote it meant the loop to end."""
    above = module.parents.get(loop)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(above, name, None)
        if isinstance(block, list) and loop in block:
            return block[-1] is not loop
    return False


_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Yield, ast.YieldFrom, ast.Await)


def loops(module: Module) -> Iterable[Observation]:
    """Loops whose condition nothing in them changes."""
    for loop in module.of(ast.While):
        endless = module.value(loop.test) not in (UNKNOWN, False, 0, "", None) and isinstance(loop.test, ast.Constant)
        inside = [each for statement in loop.body for each in ast.walk(statement)]
        if any(isinstance(each, _LEAVES) for each in inside) or _exits(module, inside):
            continue
        if endless:
            if _followed(module, loop):
                yield see("infinite-loop", loop, "Nothing in it ends it, so what follows it never runs.", 0.75)
            elif not _waits(module, inside) and not _serves(module, loop):
                yield see("infinite-loop", loop, "Nothing in it ends it.", 0.6, severity=Severity.LOW)
            continue
        changing = ast.Call | ast.Attribute | ast.Subscript | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr
        if any(isinstance(each, changing) for each in ast.walk(loop.test)):
            continue
        names = {each.id for each in ast.walk(loop.test) if isinstance(each, ast.Name)}
        if not names:
            continue
        stored = {
            each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del)
        }
        handed = {
            each.id
            for call in inside
            if isinstance(call, ast.Call)
            for part in [call.func, *call.args]
            for each in ast.walk(part)
            if isinstance(each, ast.Name)
        }
        function = module.function(loop)
        declared = {
            name for each in module.within(function or module.tree, ast.Global, ast.Nonlocal) for name in each.names
        }
        if (
            names & stored
            or names & declared
            or (
                function is None and any(isinstance(each, ast.Call) for each in inside) and _module_names(module, names)
            )
        ):
            continue
        counts = isinstance(loop.test, ast.Compare)
        if not counts and _aliased(module, loop, names):
            continue
        touched = names & handed and not counts
        if not touched and not _methods_change(inside, names):
            yield see(
                "infinite-loop",
                loop,
                f"Nothing in it changes {', '.join(f'`{each}`' for each in sorted(names)[:3])}.",
                0.85,
            )
    yield from _wrong_way(module)


def _module_names(module: Module, names: set[str]) -> bool:
    """Whether a function of the file may change one of some variables of the module."""
    declared = {name for each in module.of(ast.Global) for name in each.names}
    return bool(names & declared)


def _aliased(module: Module, loop: ast.While, names: set[str]) -> bool:
    """Whether something else may change the variable: a bound method of it, or a function inside."""
    for each in module.within(
        module.function(loop) or module.tree, ast.Attribute, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda
    ):
        if isinstance(each, ast.Attribute):
            if isinstance(each.value, ast.Name) and each.value.id in names:
                return True
        elif each is not module.function(loop) and names & {
            part.id for part in ast.walk(each) if isinstance(part, ast.Name)
        }:
            return True
    return False


def _methods_change(inside: list[ast.AST], names: set[str]) -> bool:
    """Whether a method of one of the names is called, or an item of it set, which can change it."""
    for each in inside:
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and isinstance(each.func.value, ast.Name)
            and each.func.value.id in names
        ):
            return True
        if (
            isinstance(each, ast.Subscript | ast.Attribute)
            and isinstance(each.ctx, ast.Store | ast.Del)
            and isinstance(each.value, ast.Name)
            and each.value.id in names
        ):
            return True
    return False


def _exits(module: Module, inside: list[ast.AST]) -> bool:
    for each in inside:
        if isinstance(each, ast.Call):
            name = module.name(each.func)
            if re.search(r"(?:^|\.)(?:exit|_exit|quit|abort|fail|skip|next|throw|execv\w*|main_?loop)$", name):
                return True
    return False


_WAITING = re.compile(
    r"(?:^|\.)(?:accept|recv\w*|sleep|wait|get|poll|select|input|serve\w*|read\w*|handle_request|listen|pause|"
    r"join|next|run_pending|handle\w*|step|tick|update|process\w*|work|consume)$"
)


def _waits(module: Module, inside: list[ast.AST]) -> bool:
    return any(
        isinstance(each, ast.Call) and _WAITING.search(module.name(each.func) or getattr(each.func, "attr", ""))
        for each in inside
    )


def _serves(module: Module, loop: ast.While) -> bool:
    function = module.function(loop)
    return function is not None and bool(
        set(parts(function.name))
        & {"serve", "run", "main", "listen", "forever", "worker", "daemon", "loop", "monitor", "watch"}
    )


def _wrong_way(module: Module) -> Iterable[Observation]:
    """`while i < n: ... i -= 1`."""
    for loop in module.of(ast.While):
        match loop.test:
            case ast.Compare(
                left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() as kind], comparators=[limit]
            ):
                up = isinstance(kind, ast.Lt | ast.LtE)
            case _:
                continue
        inside = [each for statement in loop.body for each in ast.walk(statement)]
        if any(isinstance(each, _LEAVES) for each in inside) or _exits(module, inside):
            continue
        changes = [
            each
            for each in inside
            if isinstance(each, ast.AugAssign | ast.Assign | ast.For)
            and name
            in {part.id for part in ast.walk(each) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        ]
        if not changes or not all(
            isinstance(each, ast.AugAssign) and isinstance(module.value(each.value), int) for each in changes
        ):
            continue
        steps = [
            isinstance(each, ast.AugAssign)
            and isinstance(each.op, ast.Sub) == up
            and isinstance(each.op, ast.Add | ast.Sub)
            and module.value(each.value) > 0
            for each in changes
        ]
        limits = {each.id for each in ast.walk(limit) if isinstance(each, ast.Name)}
        changed = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        if all(steps) and not limits & changed and not isinstance(limit, ast.Call):
            yield see("infinite-loop", loop, f"`{name}` goes away from its limit.", 0.8)


def bounds(module: Module) -> Iterable[Observation]:
    """An index that can be the length."""
    rule = "off-by-one"
    for loop in module.of(ast.For):
        match loop.target, loop.iter:
            case ast.Name(id=index), ast.Call(
                func=ast.Name(id="range"),
                args=[*_, ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=1))] as args,
            ) if len(args) <= 2:
                for each in _indexed(module, loop.body, index, 0):
                    if _is_length(module, left, each.value):
                        yield see(rule, each, f"`{index}` goes up to the length.", 0.9)
                        break
            case ast.Name(id=index), ast.Call(func=ast.Name(id="range"), args=[*_, end] as args) if len(args) <= 2:
                for each in _indexed(module, loop.body, index, 1):
                    if _is_length(module, end, each.value) and not _tested(module, each, index):
                        yield see(rule, each, f"`{index} + 1` goes up to the length.", 0.8)
                        break
    for loop in module.of(ast.While):
        for compare in module.within(loop.test, ast.Compare):
            match compare:
                case ast.Compare(left=ast.Name(id=index), ops=[ast.LtE()], comparators=[end]):
                    for each in _indexed(module, loop.body, index, 0):
                        if _is_length(module, end, each.value):
                            yield see(rule, compare, f"`{index}` goes up to the length.", 0.85)
                            break
                case ast.Compare(left=ast.Name(id=low), ops=[ast.LtE()], comparators=[ast.Name(id=high) as limit]) if (
                    low != high
                ):
                    bound = [each for each in module.bindings(limit) if each is not None]
                    if (
                        bound
                        and isinstance(bound[0], ast.Call)
                        and module.name(bound[0].func) == "len"
                        and re.search(r"hi|right|end|r$", high)
                    ):
                        yield see(rule, compare, f"`{high}` begins at the length.", 0.7)
    for each in module.of(ast.Subscript):
        if (
            isinstance(each.slice, ast.Call)
            and _is_length(module, each.slice, each.value)
            and isinstance(each.ctx, ast.Load)
        ):
            yield see(rule, each, "The last index is the length less one.", 0.95)
    for branch in module.of(ast.If):
        match branch.test:
            case (
                ast.Compare(left=ast.Name(id=index), ops=[ast.LtE()], comparators=[end])
                | ast.Compare(
                    left=ast.Constant(value=0), ops=[ast.LtE(), ast.LtE()], comparators=[ast.Name(id=index), end]
                )
            ):
                for each in _indexed(module, branch.body, index, 0):
                    if _is_length(module, end, each.value):
                        yield see(rule, branch.test, f"`{index}` may be the length.", 0.85)
                        break
            case ast.Compare(left=ast.Name(id=index), ops=[ast.Gt()], comparators=[end]) if branch.body and isinstance(
                branch.body[-1], ast.Return | ast.Raise
            ):
                function = module.function(branch)
                for each in _indexed(module, function.body if function else [], index, 0):
                    if _is_length(module, end, each.value) and each.lineno > branch.lineno:
                        yield see(rule, branch.test, f"`{index}` may be the length.", 0.85)
                        break


def _indexed(module: Module, body: list[ast.stmt], index: str, more: int) -> Iterable[ast.Subscript]:
    """The places where something is indexed by a variable plus so much."""
    for statement in body:
        for each in module.within(statement, ast.Subscript):
            match each.slice:
                case ast.Name(id=name) if name == index and not more:
                    yield each
                case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=1)) if (
                    name == index and more
                ):
                    yield each


def _tested(module: Module, node: ast.AST, index: str) -> bool:
    """Whether a condition around a place looks at the index."""
    for each in module.around(node):
        tests = [each.test] if isinstance(each, ast.If | ast.IfExp) else [each] if isinstance(each, ast.BoolOp) else []
        if any(
            isinstance(part, ast.Compare)
            and index in {name.id for name in ast.walk(part) if isinstance(name, ast.Name)}
            and "len" in module.text(part)
            for test in tests
            for part in ast.walk(test)
        ):
            return True
        if isinstance(each, ast.Try):
            return True
        if isinstance(each, ast.For):
            return any(
                isinstance(part, ast.If)
                and index in module.text(part.test).split()
                and part.body
                and isinstance(part.body[-1], ast.Break | ast.Continue)
                for part in each.body
            )
    return False


def _is_length(module: Module, end: ast.expr, of: ast.expr) -> bool:
    end = module.origin(end)
    if isinstance(end, ast.Call) and isinstance(end.func, ast.Name) and end.func.id == "len" and len(end.args) == 1:
        return ast.dump(end.args[0]) == ast.dump(of).replace("Store()", "Load()")
    made = module.origin(of)
    match made:
        case ast.BinOp(left=ast.List(elts=[_]), op=ast.Mult(), right=ast.Name(id=size)):
            return isinstance(end, ast.Name) and end.id == size
        case _:
            return False


LOOKS = (
    loops,
    bounds,
)
