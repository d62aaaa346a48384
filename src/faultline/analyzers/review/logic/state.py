"""State that changes behind somebody's back: collections changed while they are read, attributes that all share."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Index, called, dotted, index, inside, leaves, same
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_GROWS = frozenset(["append", "extend", "insert", "add", "update", "setdefault", "appendleft"])
_SHRINKS = frozenset(["pop", "popitem", "remove", "clear", "discard", "popleft"])
_CONSUMES = frozenset(["list", "tuple", "set", "sorted", "sum", "any", "all", "max", "min", "dict", "join"])


def changed_while_read(source: Source) -> Iterable[Observation]:
    """A dict or set changes its size, or a list loses or gains items, while a loop goes over it."""
    if (code := index(source)) is None:
        return
    for loop in code.of(ast.For):
        over = loop.iter
        view = ""
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and not over.args:
            view, over = over.func.attr, over.func.value
        name = dotted(over)
        if not name or view not in ("", "items", "keys", "values"):
            continue
        for each in inside(loop.body):
            if (line := _resizes(each, name, view)) and not _leaves_after(code, each, loop):
                message = f"`{name}` is changed here while the loop in line {loop.lineno} goes over it."
                yield Observation("logic/changed-while-iterated", line, message=message, because=(loop.lineno,))
                break


def _resizes(node: ast.AST, name: str, view: str) -> int:
    if isinstance(node, ast.Delete):
        items = (each for each in node.targets if isinstance(each, ast.Subscript))
        return node.lineno if any(dotted(each.value) == name for each in items) else 0
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and dotted(node.func.value) == name:
        grows = ("append", "insert", "add", "extend") if not view else ("setdefault",)
        return node.lineno if node.func.attr in _SHRINKS or node.func.attr in grows else 0
    return 0


def _leaves_after(code: Index, node: ast.AST, loop: ast.For) -> bool:
    """Whether the loop is left, or the name bound anew, right after the change."""
    statement = code.statement(node)
    while statement is not None and statement is not loop:
        parent = code.parents[statement]
        for name in ("body", "orelse"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                rest = block[block.index(statement) :]
                jumps = any(isinstance(each, ast.Break | ast.Return | ast.Raise) for each in inside(rest))
                if jumps and (leaves(rest) or rest[-1] is not statement):
                    return True
        statement = parent if isinstance(parent, ast.stmt) else code.statement(parent)
    return False


def shared_attributes(source: Source) -> Iterable[Observation]:
    """A list or dict of the class is filled through `self`: all instances share it."""
    if (code := index(source)) is None:
        return
    for owner in code.of(ast.ClassDef):
        if owner.decorator_list or owner.keywords:
            continue
        shared = {}
        for each in owner.body:
            target = each.targets[0] if isinstance(each, ast.Assign) and len(each.targets) == 1 else None
            if isinstance(each, ast.Assign) and isinstance(target, ast.Name) and _fillable(target.id, each.value):
                shared[target.id] = each
        if not shared:
            continue
        methods = [each for each in owner.body if isinstance(each, FUNCTIONS)]
        parts = [each for method in methods for each in inside(method.body, nested=True)]
        for part in parts:
            own = dotted(part) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) else ""
            if own.startswith("self."):
                shared.pop(own.removeprefix("self."), None)
        for part in parts:
            name = _filled(part).removeprefix("self.")
            if name in shared and isinstance(part, ast.stmt | ast.expr):
                at = shared.pop(name)
                yield Observation(
                    "logic/shared-class-attribute",
                    at.lineno,
                    message=f"`{owner.name}.{name}` is one object for all instances; line {part.lineno} changes it.",
                    because=(part.lineno,),
                    symbol=owner.name,
                )


def _fillable(name: str, node: ast.expr) -> bool:
    if _meant(name):
        return False
    empty = isinstance(node, ast.List) or (isinstance(node, ast.Dict) and not node.keys)
    return empty or (isinstance(node, ast.Call) and called(node) in ("list", "dict", "set") and not node.args)


def _meant(name: str) -> bool:
    lowered = name.lower()
    shared = ("registry", "cache", "instances", "handlers", "plugins", "subclasses", "registered", "pool", "memo")
    return name.isupper() or name.startswith("__") or any(word in lowered for word in shared)


def _filled(node: ast.AST) -> str:
    """`self.x` where a node puts something into it."""
    name = ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWS:
        name = dotted(node.func.value)
    elif isinstance(node, ast.Assign | ast.AugAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = dotted(target.value) if isinstance(target, ast.Subscript) else ""
    return name if name.startswith("self.") and name.count(".") == 1 else ""


def loop_variables(source: Source) -> Iterable[Observation]:
    """An inner loop takes the variable of the outer one, which is used after it."""
    if (code := index(source)) is None:
        return
    for inner in code.of(ast.For):
        if not isinstance(inner.target, ast.Name):
            continue
        name = inner.target.id
        outer = code.loop(inner)
        while outer is not None:
            if isinstance(outer, ast.For) and isinstance(outer.target, ast.Name) and outer.target.id == name:
                end = inner.end_lineno or inner.lineno
                after = (
                    each
                    for each in inside(outer.body)
                    if isinstance(each, ast.Name) and each.id == name and each.lineno > end
                )
                use = next(after, None)
                if use is not None and isinstance(use.ctx, ast.Load):
                    message = f"`{name}` is the outer loop's variable as well, and used in line {use.lineno}."
                    yield Observation(
                        "logic/loop-variable", inner.lineno, message=message, because=(outer.lineno, use.lineno)
                    )
                break
            outer = code.loop(outer)


def spent_iterators(source: Source) -> Iterable[Observation]:
    """A generator, `map` or `filter` is read a second time, when it is empty."""
    if (code := index(source)) is None:
        return
    for made in code.of(ast.Assign):
        if len(made.targets) != 1 or not isinstance(made.targets[0], ast.Name):
            continue
        lazy = isinstance(made.value, ast.GeneratorExp) or called(made.value) in ("map", "filter", "zip", "reversed")
        block = _block_of(code, made)
        if not lazy or called(made.value) in code.functions or block is None:
            continue
        name, reads = made.targets[0].id, 0
        for each in block[block.index(made) + 1 :]:
            if any(
                isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store) for one in inside(each)
            ):
                break
            reader = _reader(each, name)
            reads += reader is not None
            if reads == 2:
                message = f"`{name}` from line {made.lineno} was read to its end before; here it is empty."
                yield Observation("logic/spent-iterator", each.lineno, message=message, because=(made.lineno,))
                break
            if leaves([each]):
                break


def _block_of(code: Index, statement: ast.stmt) -> list[ast.stmt] | None:
    parent = code.parents[statement]
    blocks = (getattr(parent, name, None) for name in ("body", "orelse", "finalbody"))
    return next((block for block in blocks if isinstance(block, list) and statement in block), None)


def _reader(statement: ast.stmt, name: str) -> ast.AST | None:
    """What reads a name to its end, unconditionally, in one statement."""
    if isinstance(statement, ast.For):
        broken = any(isinstance(each, ast.Break | ast.Return) for each in inside(statement.body))
        return statement if isinstance(statement.iter, ast.Name) and statement.iter.id == name and not broken else None
    if isinstance(statement, ast.Assign | ast.Expr | ast.Return | ast.AnnAssign) and statement.value is not None:
        for each in inside(statement.value):
            if isinstance(each, ast.IfExp | ast.BoolOp):
                return None
            reads = isinstance(each, ast.Call) and called(each).rpartition(".")[2] in _CONSUMES
            if isinstance(each, ast.Call) and reads and any(dotted(one) == name for one in each.args):
                return each
    return None


def indices(source: Source) -> Iterable[Observation]:
    """Indices that run one too far."""
    if "range(" not in source.text and "len(" not in source.text:
        return
    if (code := index(source)) is None:
        return
    for item in code.of(ast.Subscript):
        if _is_len_of(item.slice, item.value) and isinstance(item.ctx, ast.Load):
            yield Observation("logic/off-by-one", item.lineno, message="The last index is the length minus one.")
    for loop in code.of(ast.For):
        if called(loop.iter) != "range" or not isinstance(loop.iter, ast.Call) or not isinstance(loop.target, ast.Name):
            continue
        yield from _range(loop, loop.iter.args)
    for running in code.of(ast.While):
        test = running.test
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.LtE)):
            continue
        over, name = test.comparators[0], dotted(test.left)
        if not (name and isinstance(over, ast.Call) and called(over) == "len" and over.args):
            continue
        if (use := _item(running.body, over.args[0], name, 0)) is not None:
            message = f"`{name}` reaches the length, and the last index is one less."
            yield Observation("logic/off-by-one", running.lineno, message=message, because=(use.lineno,))


def _range(loop: ast.For, args: list[ast.expr]) -> Iterator[Observation]:
    assert isinstance(loop.target, ast.Name)
    stop = args[0] if len(args) == 1 else args[1] if len(args) > 1 else None
    if stop is None:
        return
    if isinstance(stop, ast.BinOp) and isinstance(stop.op, ast.Add) and called(stop.left) == "len":
        assert isinstance(stop.left, ast.Call)
        if stop.left.args and (use := _item(loop.body, stop.left.args[0], loop.target.id, 0)) is not None:
            yield Observation(
                "logic/off-by-one", loop.lineno, message="The range goes past the last index.", because=(use.lineno,)
            )
    elif called(stop) == "len" and isinstance(stop, ast.Call) and stop.args and len(args) < 3:
        use = _item(loop.body, stop.args[0], loop.target.id, 1)
        if use is not None:
            message = f"In the last round `{loop.target.id} + 1` is past the last index."
            yield Observation("logic/off-by-one", use.lineno, message=message, because=(loop.lineno,))
    if len(args) == 2 and called(args[0]) == "len" and isinstance(stop, ast.Constant) and stop.value in (0, -1):
        yield Observation("logic/off-by-one", loop.lineno, message="Without a step of -1 this range is empty.")
    down = len(args) == 3 and isinstance(args[2], ast.UnaryOp) and called(args[0]) == "len"
    if down and isinstance(args[0], ast.Call) and args[0].args:
        use = _item(loop.body, args[0].args[0], loop.target.id, 0)
        if use is not None:
            message = "The first round takes the length as an index; the last index is one less."
            yield Observation("logic/off-by-one", loop.lineno, message=message, because=(use.lineno,))


def _item(body: list[ast.stmt], value: ast.expr, name: str, ahead: int) -> ast.Subscript | None:
    """`value[name]`, or `value[name + ahead]`, in straight code of a block: no `if`, `try` or jump may guard it."""
    for statement in body:
        if isinstance(statement, ast.If | ast.Try | ast.While | ast.For | ast.With):
            head = statement.test if isinstance(statement, ast.If | ast.While) else None
            if head is None or isinstance(head, ast.BoolOp):
                return None
            parts: ast.AST = head
        else:
            parts = statement
        for each in inside(parts):
            if isinstance(each, ast.BoolOp | ast.IfExp):
                return None
            if isinstance(each, ast.Subscript) and same(each.value, value) and isinstance(each.ctx, ast.Load):
                at = each.slice
                if ahead and isinstance(at, ast.BinOp) and isinstance(at.op, ast.Add) and dotted(at.left) == name:
                    if isinstance(at.right, ast.Constant):
                        return each
                elif not ahead and dotted(at) == name:
                    return each
        if parts is not statement or leaves([statement]):
            return None
    return None


def _is_len_of(node: ast.expr, value: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called(node) == "len" and len(node.args) == 1 and same(node.args[0], value)


CHECKS = (changed_while_read, shared_attributes, loop_variables, spent_iterators, indices)
