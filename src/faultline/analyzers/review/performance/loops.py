"""Work that a loop repeats: what it computes, searches, copies or builds in every round."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Index, called, dotted, index, inside
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_Loop = ast.For | ast.AsyncFor | ast.While
_WORK = frozenset(("sorted", "list", "set", "tuple", "sum", "max", "min", "dict", "frozenset"))
_SHORT = 8
"""A literal of so few elements is searched as fast as a set."""


def work(source: Source) -> Iterable[Observation]:
    """`sorted(x)`, `re.compile`, `deepcopy`, `x.insert(0, ...)` in a loop that does not change what they work on."""
    if (code := index(source)) is None:
        return
    for call in code.of(ast.Call):
        loop = code.loop(call)
        if loop is None:
            continue
        name = called(call)
        last = name.rpartition(".")[2]
        if name == "re.compile" and call.args and not _varies(loop, call.args[0]):
            yield Observation("performance/regex-in-loop", call.lineno, because=(loop.lineno,))
        elif last == "deepcopy" and call.args and not _varies(loop, call.args[0]) and not _jumps(code, call, loop):
            yield Observation("performance/copy-in-loop", call.lineno, because=(loop.lineno,))
        elif last == "insert" and len(call.args) == 2 and _zero(call.args[0]) and not _single_pass(loop):
            if _is_list(code, call.func, loop):
                message = "`insert(0, ...)` shifts all elements."
                yield Observation("performance/quadratic-list", call.lineno, message=message, because=(loop.lineno,))
        elif last == "pop" and len(call.args) == 1 and _zero(call.args[0]) and isinstance(loop, ast.While):
            if _is_list(code, call.func, loop):
                message = "`pop(0)` shifts all elements."
                yield Observation("performance/quadratic-list", call.lineno, message=message, because=(loop.lineno,))
        elif name in _WORK and len(call.args) == 1 and isinstance(call.args[0], ast.Name | ast.Attribute):
            tested = isinstance(code.parents[call], ast.Compare | ast.Subscript)
            if tested and not _varies(loop, call.args[0]) and not _jumps(code, call, loop):
                message = f"`{ast.unparse(call)[:60]}` is the same in every round of the loop in line {loop.lineno}."
                yield Observation(
                    "performance/repeated-work-in-loop", call.lineno, message=message, because=(loop.lineno,)
                )


def membership(source: Source) -> Iterable[Observation]:
    """`x in items` in a loop, where `items` is a list."""
    if (code := index(source)) is None:
        return
    for compare in code.of(ast.Compare):
        if len(compare.ops) != 1 or not isinstance(compare.ops[0], ast.In | ast.NotIn):
            continue
        held = compare.comparators[0]
        loop = code.loop(compare) or _comprehension(code, compare)
        if loop is None or not isinstance(held, ast.Name):
            continue
        made = _made(code, compare, held.id)
        if made is None or not _long_list(made) or made.lineno >= loop.lineno:
            continue
        if isinstance(loop, _Loop) and (_changes(loop, held.id) or isinstance(code.parents[compare], ast.While)):
            continue
        message = f"`{held.id}` is a list; each round of the loop in line {loop.lineno} searches it from its start."
        yield Observation(
            "performance/list-membership-in-loop", compare.lineno, message=message, because=(loop.lineno, made.lineno)
        )


def building(source: Source) -> Iterable[Observation]:
    """Lists and texts that are copied to be made one longer."""
    if (code := index(source)) is None:
        return
    for each in code.of(ast.Assign):
        loop = code.loop(each)
        if loop is None or len(each.targets) != 1 or not isinstance(each.value, ast.BinOp):
            continue
        name, value = dotted(each.targets[0]), each.value
        if name and isinstance(value.op, ast.Add) and dotted(value.left) == name and isinstance(value.right, ast.List):
            if not _begins_empty(code, each, name):
                continue
            message = f"`{name} + [...]` copies the list in every round."
            yield Observation("performance/quadratic-list", each.lineno, message=message, because=(loop.lineno,))
    for grown in code.of(ast.AugAssign):
        loop = code.loop(grown)
        if loop is None or not isinstance(grown.op, ast.Add) or not isinstance(grown.target, ast.Name):
            continue
        if isinstance(grown.value, ast.JoinedStr) or (isinstance(grown.value, ast.BinOp) and _text(grown.value)):
            made = _made(code, grown, grown.target.id)
            if isinstance(made, ast.Constant) and made.value == "" and made.lineno < loop.lineno:
                yield Observation("performance/text-built-in-loop", grown.lineno, because=(loop.lineno,))


def frames(source: Source) -> Iterable[Observation]:
    """pandas, row by row."""
    if "pandas" not in source.text or (code := index(source)) is None or "pandas" not in code.imported:
        return
    for call in code.of(ast.Call):
        name = called(call)
        last = name.rpartition(".")[2]
        loop = code.loop(call)
        if last == "iterrows" and isinstance(code.parents[call], ast.For | ast.comprehension):
            yield Observation(
                "performance/frame-row-by-row", call.lineno, message="`iterrows` makes a Series of each row."
            )
        elif loop is not None and name in ("pd.concat", "pandas.concat") and _grows_itself(code, call):
            message = "`concat` copies the whole frame in every round."
            yield Observation("performance/frame-row-by-row", call.lineno, message=message, because=(loop.lineno,))


def parts(source: Source) -> Iterable[Observation]:
    """A whole file read for one line, a whole list built for one element."""
    if (code := index(source)) is None:
        return
    for item in code.of(ast.Subscript):
        value = item.value
        first = isinstance(item.slice, ast.Constant) and item.slice.value == 0
        if not first or not isinstance(value, ast.Call) or not isinstance(item.ctx, ast.Load):
            continue
        if isinstance(value.func, ast.Attribute) and value.func.attr == "readlines" and not value.args:
            yield Observation("performance/whole-for-part", item.lineno, message="`readlines` reads the whole file.")
        elif called(value) == "sorted" and len(value.args) == 1:
            message = "Sorting all to take the first: `min` or `max` looks at each once."
            yield Observation("performance/whole-for-part", item.lineno, message=message)


def _varies(loop: _Loop, node: ast.AST) -> bool:
    """Whether a loop may change what an expression depends on."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    if any(isinstance(each, ast.Call) for each in ast.walk(node)):
        return True
    header = [] if isinstance(loop, ast.While) else [loop.target]
    for part in (*header, *loop.body):
        for each in ast.walk(part):
            if isinstance(each, ast.Name) and each.id in names and not isinstance(each.ctx, ast.Load):
                return True
            stored = isinstance(each, ast.Attribute | ast.Subscript) and not isinstance(each.ctx, ast.Load)
            if stored and dotted(each.value).partition(".")[0] in names:  # type: ignore[attr-defined]
                return True
            changes = isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
            if changes and dotted(each.func.value).partition(".")[0] in names:  # type: ignore[attr-defined]
                return True
    return False


def _jumps(code: Index, node: ast.AST, loop: _Loop) -> bool:
    """Whether the loop is left in the same branch, so that the work is done once."""
    for each in code.up(node):
        if each is loop:
            return False
        if isinstance(each, ast.Return | ast.Raise | ast.ExceptHandler):
            return True
        if isinstance(each, ast.If) and any(isinstance(one, ast.Return | ast.Break | ast.Raise) for one in each.body):
            return True
    return False


def _zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0 and not isinstance(node.value, bool)


def _single_pass(loop: _Loop) -> bool:
    """A loop over a short literal, or one that ends in its first round."""
    literal = not isinstance(loop, ast.While) and isinstance(loop.iter, ast.List | ast.Tuple | ast.Constant)
    return literal or isinstance(loop.body[-1], ast.Break | ast.Return)


def _is_list(code: Index, func: ast.expr, loop: _Loop) -> bool:
    """Whether a method is called on a name that is a list for sure."""
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return False
    made = _made(code, loop, func.value.id)
    return isinstance(made, ast.List | ast.ListComp) or called(made) in ("list", "sorted")


def _made(code: Index, at: ast.AST, name: str) -> ast.expr | None:
    """The one value that a name is given in the function around; None where there are several or none."""
    function = next((each for each in code.up(at) if isinstance(each, FUNCTIONS)), code.tree)
    values: list[ast.expr | None] = []
    if isinstance(function, FUNCTIONS):
        takes = function.args
        if any(each.arg == name for each in (*takes.args, *takes.kwonlyargs, *takes.posonlyargs)):
            return None
    for each in inside(function.body):
        if (
            isinstance(each, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in each.targets)
        ) or (isinstance(each, ast.AnnAssign) and dotted(each.target) == name):
            values.append(each.value)
        elif isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store):
            parent = code.parents[each]
            if not isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign):
                return None
    return values[0] if len(values) == 1 else None


def _long_list(node: ast.expr) -> bool:
    if isinstance(node, ast.List):
        return len(node.elts) > _SHORT
    if isinstance(node, ast.ListComp):
        return True
    return called(node) in ("list", "sorted") and isinstance(node, ast.Call) and bool(node.args)


def _begins_empty(code: Index, at: ast.AST, name: str) -> bool:
    """Whether a name is given a literal list in the same function: it is built here, and not extended for somebody."""
    function = next((each for each in code.up(at) if isinstance(each, FUNCTIONS)), code.tree)
    return any(
        isinstance(each, ast.Assign) and isinstance(each.value, ast.List) and dotted(each.targets[0]) == name
        for each in inside(function.body)
    )


def _changes(loop: _Loop, name: str) -> bool:
    """Whether the loop changes the list, so that a set would have to be kept beside it."""
    for each in inside(loop.body):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and dotted(each.func.value) == name:
            return True
    return False


def _comprehension(code: Index, node: ast.AST) -> ast.expr | None:
    """The comprehension that asks a condition for each of its elements."""
    for each in code.up(node):
        if isinstance(each, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            return each
        if isinstance(each, ast.stmt | ast.Lambda):
            return None
    return None


def _text(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in ast.walk(node))


def _grows_itself(code: Index, call: ast.Call) -> bool:
    parent = code.parents[call]
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1 or not call.args:
        return False
    name = dotted(parent.targets[0])
    return bool(name) and any(dotted(each) == name for each in ast.walk(call.args[0]) if isinstance(each, ast.expr))


CHECKS = (work, membership, building, frames, parts)
