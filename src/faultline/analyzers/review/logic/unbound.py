"""Names that not every way to their use binds."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from faultline.analyzers.review.engines.pythonindex import (
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
