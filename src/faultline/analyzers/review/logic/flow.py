"""Where control goes: code that is never reached, ends without a value, names that may not be bound."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from faultline.analyzers.review.engines.pythonindex import (
    EXITS,
    FUNCTIONS,
    SCOPES,
    Function,
    Index,
    index,
    inside,
    leaves,
)
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_GUARDS = (ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BRANCHES = (ast.If, ast.Try, ast.TryStar, ast.Match)
_DEPTH = 40
"""Blocks that stand deeper in one another than this are not followed."""


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


@dataclass(slots=True)
class _State:
    """Names that surely have a value at a point, and by name the line of the branch that may leave one without."""

    sure: set[str]
    maybe: dict[str, int] = field(default_factory=dict)
    left: bool = False

    def copy(self) -> _State:
        return _State(set(self.sure), dict(self.maybe), self.left)


def unbound(source: Source) -> Iterable[Observation]:
    """A name that only one way to it binds is used as if all did."""
    if (code := index(source)) is None:
        return
    for function in _doubtful(code):
        yield from _Binding(function).run()


def _doubtful(code: Index) -> list[Function]:
    """The functions in which a name is bound in a branch only and read outside of all: few, and the rest costs time."""
    bound: dict[tuple[ast.AST, str], list[tuple[int, bool]]] = {}
    for each in code.of(ast.Name):
        if isinstance(each.ctx, ast.Store):
            scope, inner = _place(code, each)
            if isinstance(scope, FUNCTIONS):
                bound.setdefault((scope, each.id), []).append((each.lineno, inner))
    doubtful = {}
    for (scope, name), places in bound.items():
        first = min(line for line, _ in places)
        if all(inner or line > first for line, inner in places) and any(inner for _, inner in places):
            doubtful[scope, name] = first
    names = {name for _, name in doubtful}
    found: dict[ast.AST, None] = {}
    for each in code.of(ast.Name):
        if each.id in names and isinstance(each.ctx, ast.Load):
            scope, inner = _place(code, each)
            if not inner and (scope, each.id) in doubtful and each.lineno > doubtful[scope, each.id]:
                found[scope] = None
    return [each for each in found if isinstance(each, FUNCTIONS)]


def _place(code: Index, node: ast.AST) -> tuple[ast.AST, bool]:
    """The scope of a node, and whether a branch of it surrounds the node."""
    inner = False
    for each in code.up(node):
        if isinstance(each, SCOPES):
            return each, inner
        if isinstance(each, _BRANCHES):
            inner = True
    return code.tree, inner


class _Binding:
    """Definite assignment in one function, in the order of its text; loops count as run, so it errs to silence."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._told: set[str] = set()
        self._found: list[Observation] = []
        parts = list(inside(function.body))
        self._locals = {each.id for each in parts if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        for each in parts:
            if isinstance(each, ast.Global | ast.Nonlocal):
                self._locals -= set(each.names)
            elif isinstance(each, ast.Delete):
                self._locals -= {target.id for target in each.targets if isinstance(target, ast.Name)}
            elif isinstance(each, ast.Try | ast.TryStar):
                self._locals -= {handler.name for handler in each.handlers if handler.name}

    def run(self) -> list[Observation]:
        takes = self._function.args
        every = (*takes.posonlyargs, *takes.args, *takes.kwonlyargs, takes.vararg, takes.kwarg)
        self._block(self._function.body, _State({each.arg for each in every if each is not None}), 0)
        return self._found

    def _block(self, body: list[ast.stmt], state: _State, depth: int) -> None:
        for each in body:
            if state.left or depth > _DEPTH:
                return
            self._statement(each, state, depth)

    def _statement(self, node: ast.stmt, state: _State, depth: int) -> None:
        if isinstance(node, ast.If):
            self._use(node.test, state)
            self._bind(node.test, state)  # of `:=`; that `and` may not come to it is left out
            yes, no = state.copy(), state.copy()
            self._block(node.body, yes, depth + 1)
            self._block(node.orelse, no, depth + 1)
            self._join(state, [yes, no], node.lineno)
        elif isinstance(node, ast.Try | ast.TryStar):
            self._try(node, state, depth)
        elif isinstance(node, ast.Match):
            self._use(node.subject, state)
            ways = []
            for case in node.cases:
                way = state.copy()
                self._bind(case.pattern, way)
                self._block(case.body, way, depth + 1)
                ways.append(way)
            # What no case names is left out: matches are mostly meant to be complete.
            self._join(state, ways, node.lineno)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            self._use(node.test if isinstance(node, ast.While) else node.iter, state)
            self._bind(node.test if isinstance(node, ast.While) else node.iter, state)
            if not isinstance(node, ast.While):
                self._bind(node.target, state)
            inner = state.copy()
            self._block(node.body, inner, depth + 1)
            state.sure |= inner.sure
            self._bind(node.body, state)
            self._block(node.orelse, state.copy(), depth + 1)
            self._bind(node.orelse, state)
            forever = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
            state.left = forever and leaves([node])
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                self._use(item.context_expr, state)
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, state)
            self._block(node.body, state, depth + 1)
            state.left = leaves([node])
        elif isinstance(node, SCOPES):
            state.sure.add(node.name)
        else:
            self._use(node, state)
            self._bind(node, state)
            state.left = leaves([node])

    def _try(self, node: ast.Try | ast.TryStar, state: _State, depth: int) -> None:
        before = state.copy()
        good = state.copy()
        self._block(node.body, good, depth + 1)
        self._block(node.orelse, good, depth + 1)
        ways = [good]
        for handler in node.handlers:
            bad = before.copy()
            first = {name for each in node.body[:1] if len(node.body) == 1 for name in self._stored(each)}
            for name in good.sure - before.sure - first:
                # Whether it was bound before the failure nobody knows; the last line of the body is the likely one.
                bad.sure.add(name)
            self._block(handler.body, bad, depth + 1)
            ways.append(bad)
        self._join(state, ways, node.lineno)
        self._block(node.finalbody, state, depth + 1)

    def _stored(self, node: ast.AST) -> set[str]:
        return {each.id for each in inside(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}

    def _join(self, state: _State, ways: list[_State], line: int) -> None:
        open_ways = [each for each in ways if not each.left]
        if not open_ways:
            state.left = True
            return
        sure = set.intersection(*(each.sure for each in open_ways))
        for way in open_ways:
            for name in way.sure - sure:
                state.maybe.setdefault(name, line)
            for name, at in way.maybe.items():
                state.maybe.setdefault(name, at)
        state.sure = sure
        for name in sure:
            state.maybe.pop(name, None)

    def _bind(self, node: ast.AST | list[ast.stmt], state: _State) -> None:
        for each in inside(node):
            name = ""
            if isinstance(each, ast.Name):
                name = each.id if isinstance(each.ctx, ast.Store) else ""
            elif isinstance(each, ast.alias):
                name = each.asname or each.name.partition(".")[0]
            elif isinstance(each, ast.MatchAs | ast.MatchStar):
                name = each.name or ""
            if name:
                state.sure.add(name)
                state.maybe.pop(name, None)

    def _use(self, node: ast.AST, state: _State) -> None:
        for each in inside(node):
            if isinstance(each, _GUARDS):
                return  # guarded in a way that is not followed here
            if not isinstance(each, ast.Name) or not isinstance(each.ctx, ast.Load):
                continue
            open_ = each.id in state.maybe and each.id in self._locals and each.id not in state.sure
            if not open_ or each.id in self._told:
                continue
            self._told.add(each.id)
            line = state.maybe[each.id]
            if not self._guarded(each):
                self._found.append(
                    Observation(
                        "logic/possibly-unbound",
                        each.lineno,
                        message=f"Not every way through line {line} gives `{each.id}` a value.",
                        because=(line,),
                        symbol=self._function.name,
                    )
                )

    def _guarded(self, use: ast.Name) -> bool:
        """Whether a condition around the use may be the one, or depend on the one, that bound the name."""
        branch = ast.If | ast.While | ast.Try | ast.Match | ast.For | ast.With
        stack: list[tuple[list[ast.stmt], bool]] = [(self._function.body, False)]
        while stack:
            body, guarded = stack.pop()
            for each in body:
                if not (each.lineno <= use.lineno <= (each.end_lineno or each.lineno)):
                    continue
                if not isinstance(each, branch):
                    return guarded
                inner = isinstance(each, ast.If | ast.Match | ast.Try | ast.While)
                blocks = [getattr(each, name, []) for name in ("body", "orelse", "finalbody")]
                blocks += [part.body for part in (*getattr(each, "handlers", ()), *getattr(each, "cases", ()))]
                if any(block and block[0].lineno <= use.lineno <= (block[-1].end_lineno or 0) for block in blocks):
                    stack += [(block, guarded or inner) for block in blocks]
                else:
                    return guarded
        return False


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


CHECKS = (unreachable, returns, unbound, constants)
