"""What statements do: assignments, branches that are joined, loops that are run twice."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from faultline.analyzers.review.security.flows import containers, folding, guards
from faultline.analyzers.review.security.flows.definitions import Definitions
from faultline.analyzers.review.security.flows.domain import (
    UNKNOWN,
    State,
    Value,
    collect,
    constant,
    join_states,
)

_LOOPS_DEEP = 3
"""A loop in that many others is run once, not twice."""
_CROWDED = 200
"""So many cells are looked through for what is still needed."""
_UNROLLED = 12
"""A loop over as many certain values, at most, is run value by value."""


class Statements(Definitions):
    """The interpreter's knowledge of statements."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._loops = 0
        self._held: list[Value] = []
        self._crowded = _CROWDED

    # What heirs do.

    def answered(self, node: ast.Return, value: Value) -> None:
        """A function gives a value."""
        raise NotImplementedError

    def placed(self, target: ast.expr, value: Value) -> None:
        """Something has been assigned."""
        raise NotImplementedError

    def run(self, body: list[ast.stmt]) -> bool:
        """Run statements; whether what comes after them is reached."""
        for statement in body:
            self.step()
            if len(self.state.heap) > self._crowded and len(self.running) <= 1:
                # Only here is nothing but names and loops holding on to anything.
                collect(self.state, self._held)
                self._crowded = max(_CROWDED, 2 * len(self.state.heap))
            execute = _EXECUTE.get(type(statement))
            if execute is not None and not execute(self, statement):
                return False
        return True

    def _expression(self, node: ast.Expr) -> bool:
        self.ended = False
        self.eval(node.value)
        ended, self.ended = self.ended, False
        return not (ended and isinstance(node.value, ast.Call | ast.Await))

    def _assign(self, node: ast.Assign) -> bool:
        self.ended = False
        value = self.eval(node.value)
        if not value.known and value.test is None and isinstance(node.value, ast.Call):
            # `ok = valid(x)`: asking `ok` later asks `valid(x)`.
            value = value.but(test=node.value)
        for target in node.targets:
            self.assign(target, value)
            self.placed(target, value)
        ended, self.ended = self.ended, False
        return not (ended and isinstance(node.value, ast.Call))

    def _annotated(self, node: ast.AnnAssign) -> bool:
        if node.value is not None:
            value = self.eval(node.value)
            self.assign(node.target, value)
            self.placed(node.target, value)
        return True

    def _augmented(self, node: ast.AugAssign) -> bool:
        before = self.eval(node.target) if not isinstance(node.target, ast.Name) else self.lookup(node.target.id)
        more = self.eval(node.value)
        if before.refs and isinstance(node.op, ast.Add) and containers.method(self, before, "extend", [more], {}):
            return True
        value = self.binary(node.op, before, more)
        self.assign(node.target, value)
        self.placed(node.target, value)
        return True

    def _return(self, node: ast.Return) -> bool:
        self.ended = False
        value = self.eval(node.value) if node.value is not None else constant(None)
        if self.ended and isinstance(node.value, ast.Call):
            self.ended = False
            return False
        self.answered(node, value)
        self.activation.returns.append((value, self.state))
        self.activation.exits.append((node.value, value, self.state))
        return False

    def _raise(self, node: ast.Raise) -> bool:
        if node.exc is not None:
            self.eval(node.exc)
        return False

    def _branch(self, node: ast.If) -> bool:
        truth = self.truth(node.test)
        if truth is not None:
            return self.run(node.body if truth else node.orelse)
        # Forking and joining cost as much as the heap is big.
        self.left -= len(self.state.heap) // 16
        before = self.state.fork()
        guards.refine(self, node.test, True)
        one = self.run(node.body)
        after, self.state = self.state, before
        guards.refine(self, node.test, False)
        other = self.run(node.orelse)
        self._meet(after if one else None, other)
        return one or other

    def _meet(self, after: State | None, alive: bool) -> None:
        if after is not None:
            self.state = join_states(after, self.state) if alive else after

    def _match(self, node: ast.Match) -> bool:
        subject = self.eval(node.subject)
        self._held.append(subject)
        ends: list[State] = []
        for case in node.cases:
            fits = _fits(case.pattern, subject)
            if fits is False:
                continue
            before = self.state.fork()
            self._bind_pattern(case.pattern, subject, node.subject)
            if case.guard is not None:
                truth = folding.truth(self.eval(case.guard))
                if truth is False:
                    self.state = before
                    continue
                fits = fits and truth
                guards.refine(self, case.guard, True)
            if self.run(case.body):
                ends.append(self.state)
            self.state = before
            if fits:
                break
        else:
            ends.append(self.state)
        self._held.pop()
        if not ends:
            return False
        self.state = ends[0]
        for end in ends[1:]:
            self.state = join_states(self.state, end)
        return True

    def _bind_pattern(self, pattern: ast.pattern, subject: Value, expression: ast.expr) -> None:
        literal = isinstance(pattern, ast.MatchValue) or (
            isinstance(pattern, ast.MatchOr) and all(isinstance(each, ast.MatchValue) for each in pattern.patterns)
        )
        if literal and isinstance(expression, ast.Name) and subject.taint:
            # It is what stands in the pattern.
            self.bind(expression.id, Value())
        for each in ast.walk(pattern):
            if isinstance(each, ast.MatchAs | ast.MatchStar) and each.name:
                whole = each is pattern
                self.bind(each.name, subject if whole else Value(taint=containers.deep(self, subject)))
            elif isinstance(each, ast.MatchMapping) and each.rest:
                self.bind(each.rest, subject)

    # Loops.

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        over = self.eval(node.iter)
        values = containers.sequence(self, over)
        element = self.source(containers.elements(self, over), node.iter)
        self._held += [over, element]
        if values is not None and 0 < len(values) <= _UNROLLED and self._loops == 0:
            alive = self._unrolled(node, values)
        else:
            alive = self._loop(node, lambda: self.assign(node.target, element), None)
        del self._held[-2:]
        return alive

    def _unrolled(self, node: ast.For | ast.AsyncFor, values: list[Value]) -> bool:
        activation = self.activation
        saved = activation.breaks, activation.continues
        activation.breaks = []
        alive = True
        self._loops += 1
        for value in values:
            activation.continues = []
            self.assign(node.target, value)
            alive = self.run(node.body)
            for state in activation.continues:
                self._meet(state, alive)
                alive = True
            if not alive:
                break
        self._loops -= 1
        breaks = activation.breaks
        activation.breaks, activation.continues = saved
        if alive and node.orelse:
            alive = self.run(node.orelse)
        for state in breaks:
            self._meet(state, alive)
            alive = True
        return alive

    def _while(self, node: ast.While) -> bool:
        truth = self.truth(node.test)
        if truth is False:
            return self.run(node.orelse)
        return self._loop(node, lambda: guards.refine(self, node.test, True), node.test)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, begin: Callable[[], None], test: ast.expr | None) -> bool:
        activation = self.activation
        saved = activation.breaks, activation.continues
        activation.breaks = []
        endless = isinstance(test, ast.Constant) and bool(test.value)
        after = self.state.fork()
        self._loops += 1
        for _ in range(1 if self._loops > _LOOPS_DEEP else 2):
            activation.continues = []
            begin()
            alive = self.run(node.body)
            for state in activation.continues:
                self._meet(state, alive)
                alive = True
            if not alive:
                break
            after = join_states(after, self.state)
            self.state = after.fork()
            if test is not None:
                self.eval(test)
        self._loops -= 1
        breaks = activation.breaks
        activation.breaks, activation.continues = saved
        self.state = after
        alive = not endless
        if alive:
            if test is not None:
                guards.refine(self, test, False)
            alive = self.run(node.orelse)
        for state in breaks:
            self._meet(state, alive)
            alive = True
        return alive

    def _break(self, node: ast.Break) -> bool:
        self.activation.breaks.append(self.state)
        return False

    def _continue(self, node: ast.Continue) -> bool:
        self.activation.continues.append(self.state)
        return False

    # Other blocks.

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        for each in node.items:
            value = self.eval(each.context_expr)
            if each.optional_vars is not None:
                self.assign(each.optional_vars, value)
        return self.run(node.body)

    def _try(self, node: ast.Try) -> bool:
        before = self.state.fork()
        alive = self.run(node.body)
        if alive and node.orelse:
            alive = self.run(node.orelse)
        after = self.state
        # An exception can come from anywhere in the body: what was so before it or after it may be so.
        thrown = join_states(before, after.fork()) if node.handlers else before
        ends = [after] if alive else []
        for handler in node.handlers:
            self.state = thrown.fork()
            if handler.name:
                self.bind(handler.name, Value(name="builtins.Exception()"))
            if self.run(handler.body):
                ends.append(self.state)
        if ends:
            self.state = ends[0]
            for end in ends[1:]:
                self.state = join_states(self.state, end)
        else:
            self.state = thrown
        if node.finalbody:
            return self.run(node.finalbody) and bool(ends)
        return bool(ends)

    def _global(self, node: ast.Global | ast.Nonlocal) -> bool:
        self.globals |= set(node.names)
        return True

    def _delete(self, node: ast.Delete) -> bool:
        for each in node.targets:
            if isinstance(each, ast.Name):
                self.bind(each.id, UNKNOWN)
            elif isinstance(each, ast.Subscript):
                owner, key = self.eval(each.value), self.eval(each.slice)
                for cell in containers.cells(self, owner):
                    containers.method(self, owner, "pop", [key], {})
                    del cell
        return True

    def _assert(self, node: ast.Assert) -> bool:
        self.eval(node.test)
        guards.refine(self, node.test, True)
        return True


def _fits(pattern: ast.pattern, subject: Value) -> bool | None:
    """Whether a pattern matches; None where that is not certain."""
    if isinstance(pattern, ast.MatchAs):
        return True if pattern.pattern is None else _fits(pattern.pattern, subject)
    if isinstance(pattern, ast.MatchOr):
        each = [_fits(one, subject) for one in pattern.patterns]
        return True if True in each else None if None in each else False
    if not subject.known:
        return None
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
        return bool(pattern.value.value == subject.const)
    if isinstance(pattern, ast.MatchSingleton):
        return pattern.value is subject.const
    return None


_EXECUTE: dict[type[ast.stmt], Callable[[Any, Any], bool]] = {
    ast.Expr: Statements._expression,
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.Return: Statements._return,
    ast.Raise: Statements._raise,
    ast.If: Statements._branch,
    ast.Match: Statements._match,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.While: Statements._while,
    ast.Break: Statements._break,
    ast.Continue: Statements._continue,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Try: Statements._try,
    ast.TryStar: Statements._try,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.Global: Statements._global,
    ast.Nonlocal: Statements._global,
    ast.Delete: Statements._delete,
    ast.Assert: Statements._assert,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
}
