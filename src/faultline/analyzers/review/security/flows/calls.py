"""What calls give: functions of the file are run, those of others are known by their name or let everything through."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from faultline.analyzers.review.security.flows import containers, guards
from faultline.analyzers.review.security.flows.domain import (
    NO_TAINT,
    UNKNOWN,
    Cell,
    Class,
    Function,
    State,
    Taint,
    Value,
    constant,
    join,
    join_states,
    joined,
    merged,
)
from faultline.analyzers.review.security.flows.library import Call, Library
from faultline.analyzers.review.security.flows.tables import Sink

_DEEPEST = 6
_MOST_RUNS = 30
"""A function that was followed so often is taken to let through whatever goes into it."""


@dataclass
class Activation:
    """A function that is being run: what it gives, and the states in which it ends."""

    function: Function | None
    returns: list[tuple[Value, State]] = field(default_factory=list)
    exits: list[tuple[ast.expr | None, Value, State]] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)
    nested: list[tuple[Function, State]] = field(default_factory=list)


class Calls(Library):
    """The interpreter's knowledge of calls."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.activation = Activation(None)
        self.running: list[ast.AST] = []
        self.called: set[ast.AST] = set()
        self._contexts = 0
        self._results: dict[Any, tuple[Value, dict[str, Value] | None]] = {}
        """What functions gave that were called with the same before; what else they read is taken to be as it was."""
        self._runs: dict[ast.AST, int] = {}
        self._assigned_names: dict[ast.AST, set[str]] = {}

    # What heirs do.

    def reached(self, sink: Sink, call: Call) -> None:
        """A call is one that a sink names."""
        raise NotImplementedError

    def within(self, node: ast.AST) -> bool:
        """Whether a call by what is being run says how a function is used; an example at the end of a file does not."""
        name = getattr(node, "name", "_")
        main = bool(self.running) and getattr(self.running[0], "name", "") == "main"
        return name.startswith("_") or (bool(self.running) and not main)

    def worth(self, function: Function) -> bool:
        """Whether a function is to be run although nothing untrusted goes into it."""
        raise NotImplementedError

    def run(self, body: list[ast.stmt]) -> bool:
        """Run statements; whether what comes after them is reached."""
        raise NotImplementedError

    # Calls.

    def call(self, node: ast.Call) -> Value:
        """What a call gives; sinks that it reaches are noted."""
        function = node.func
        if isinstance(function, ast.Attribute):
            receiver = self.eval(function.value)
            callee = self.attribute(receiver, function.attr, function)
            method = function.attr
            if self.state.facts and callee.taint:
                callee = callee.safe_for(self.state.facts.get(self.text_of(function), frozenset()))
        else:
            callee, method = self.eval(function), ""
            receiver = UNKNOWN if callee.calls or not callee.taint else Value(taint=callee.taint)
        call = Call(node, callee.name or "", method, receiver, [])
        for each in node.args:
            if isinstance(each, ast.Starred):
                starred = self.eval(each.value)
                values = containers.sequence(self, starred)
                if values is None:
                    call.spread = join(call.spread or UNKNOWN, containers.elements(self, starred))
                else:
                    call.arguments += values
            else:
                call.arguments.append(self.eval(each))
        for keyword in node.keywords:
            value = self.eval(keyword.value)
            if keyword.arg is not None:
                call.keywords[keyword.arg] = value
                continue
            found = containers.cells(self, value)
            for cell in found:
                call.keywords |= {name: each for name, each in cell.items.items() if isinstance(name, str)}
            if not found:
                call.spread = join(call.spread or UNKNOWN, value)
        for sink in self.tables.by_call.get(call.name, ()):
            self.reached(sink, call)
        if method and call.name not in self.tables.by_call:
            for sink in self.tables.by_method.get(method, ()):
                self.reached(sink, call)
        self._site = node
        if callee.calls:
            return joined([self._call_own(each, call) for each in callee.calls])
        return self.call_other(call, callee)

    def invoke(self, function: Value, arguments: list[Value], node: ast.expr) -> Value:
        """What a call of a value gives, without an expression that says so."""
        made = ast.copy_location(ast.Call(node, [], []), node)
        call = Call(made, function.name or "", "", UNKNOWN, arguments)
        if function.calls:
            return joined([self._call_own(each, call) for each in function.calls])
        return Value(taint=merged(*(containers.deep(self, each) for each in arguments)))

    def _call_own(self, callee: Function | Class, call: Call) -> Value:
        if isinstance(callee, Class):
            return self._construct(callee, call)
        return self._inline(callee, call)

    def _construct(self, made: Class, call: Call) -> Value:
        taints = [containers.deep(self, each) for each in (*call.arguments, *call.keywords.values())]
        foreign = next((name for name in made.ancestry() if name in _INHERITED), None)
        if any(name in ("enum.Enum", "enum.StrEnum", "enum.IntEnum") for name in made.ancestry()):
            # Only what is a member comes out of it.
            return UNKNOWN
        self._site = call.node
        value = self.allocate(Cell("object", {}, None, True, made))
        value = value.but(name=foreign)
        start = made.find("__init__")
        if start is not None and start.calls:
            for each in start.calls:
                if isinstance(each, Function):
                    self._inline(Function(each.node, each.chain, value, each.owner), call)
            return value
        # A dataclass, a model, or a class without a constructor: fields by name, in the order they stand in.
        fields = [
            each.target.id
            for each in made.node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        ]
        for name, given in (*zip(fields, call.arguments, strict=False), *call.keywords.items()):
            containers.write(self, value.refs, name, given)
        if not fields and any(taints) and list(made.ancestry()):
            return value.but(taint=merged(*taints))
        return value

    # Functions of the file.

    def _inline(self, function: Function, call: Call) -> Value:
        node = function.node
        if self.within(node):
            self.called.add(node)
        every = [*call.arguments, *call.keywords.values(), *([call.spread] if call.spread else [])]
        if len(self.running) >= _DEEPEST or self.running.count(node) > 0:
            return Value(taint=merged(*(containers.deep(self, each) for each in every)))
        taints = [containers.deep(self, each) for each in every]
        own = containers.deep(self, function.bound) if function.bound is not None else NO_TAINT
        if not any(taints) and not own and not self.worth(function):
            return UNKNOWN
        key = None
        if function.bound is None and not any(each.refs or each.calls for each in every):
            given = tuple(_key(each) for each in every)
            key = (node, function.chain, len(call.arguments), tuple(call.keywords), given)
            if key in self._results:
                value, final = self._results[key]
                if final is None:
                    self.ended = True
                else:
                    self._checked(node, call, final)
                return value
        runs = self._runs[node] = self._runs.get(node, 0) + 1
        if runs > _MOST_RUNS:
            return Value(taint=merged(own, *taints))
        frame = self.bound(function, call)
        value, final = self.activate(function, frame)
        if key is not None and not value.refs and not value.calls:
            self._results[key] = value, final
        if final is not None:
            self._checked(node, call, final)
        return value

    def _checked(self, node: ast.AST, call: Call, final: dict[str, Value]) -> None:
        """A function that came back has accepted its arguments: what it checked holds for the caller, too."""
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        for parameter, argument in zip(_positional(node), call.node.args, strict=False):
            if parameter not in final or not isinstance(argument, ast.Name) or parameter in self._assigned(node):
                continue
            mine, taint = self.lookup(argument.id), _accepted(final, parameter)
            if mine.taint and mine.taint.keys() == taint.keys():
                self.bind(argument.id, mine.but(taint={key: clean | taint[key] for key, clean in mine.taint.items()}))

    def _assigned(self, node: ast.AST) -> set[str]:
        """The names that a function gives values to."""
        found = self._assigned_names.get(node)
        if found is None:
            found = {
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
            self._assigned_names[node] = found
        return found

    def bound(self, function: Function, call: Call) -> dict[str, Value]:
        """The frame in which a function starts."""
        given = function.node.args
        names = [each.arg for each in (*given.posonlyargs, *given.args)]
        arguments = list(call.arguments)
        if function.bound is not None:
            arguments.insert(0, function.bound)
        frame: dict[str, Value] = {}
        for name, value in zip(names, arguments, strict=False):
            frame[name] = value
        extra = dict(call.keywords)
        for name in (*names, *(each.arg for each in given.kwonlyargs)):
            if name in extra:
                frame[name] = extra.pop(name)
        defaults = dict(zip(reversed(names), reversed(given.defaults), strict=False))
        defaults |= {
            each.arg: value
            for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True)
            if value is not None
        }
        for name in (*names, *(each.arg for each in given.kwonlyargs)):
            if name not in frame:
                if call.spread is not None:
                    frame[name] = call.spread
                elif name in defaults:
                    frame[name] = (
                        self.eval(defaults[name]) if isinstance(defaults[name], ast.Constant | ast.Name) else UNKNOWN
                    )
                else:
                    frame[name] = UNKNOWN
        self._site = given
        if given.vararg is not None:
            rest = arguments[len(names) :]
            loose = (
                Cell("tuple", {}, call.spread, False)
                if call.spread is not None
                else Cell("tuple", dict(enumerate(rest)))
            )
            self._site = given.vararg
            frame[given.vararg.arg] = self.allocate(loose)
        if given.kwarg is not None:
            self._site = given.kwarg
            frame[given.kwarg.arg] = self.allocate(Cell("dict", dict(extra), call.spread, call.spread is None))
        return frame

    def activate(self, function: Function, frame: dict[str, Value]) -> tuple[Value, dict[str, Value] | None]:
        """Run a function from a frame; what it gives, and the frame as it ended, or None where it never ends."""
        node = function.node
        self._contexts += 1
        number = self._contexts
        saved = (self.chain, self.context, self.globals, self.activation)
        self.state.frames[number] = frame
        self.chain, self.context, self.globals = (*function.chain, number), number, set()
        self.activation = activation = Activation(function)
        self.running.append(node)
        try:
            if isinstance(node, ast.Lambda):
                activation.returns.append((self.eval(node.body), self.state))
            else:
                alive = self.run(node.body)
                if alive:
                    activation.returns.append((constant(None), self.state))
            self.left_function(activation)
        finally:
            self.running.pop()
            self.chain, self.context, self.globals, self.activation = saved
        if not activation.returns:
            self.ended = True
            return UNKNOWN, None
        value, state = activation.returns[0]
        for other, after in activation.returns[1:]:
            value, state = join(value, other), join_states(state, after)
        self.state = state
        final = state.frames.get(number, {})
        if (
            not activation.nested
            and not isinstance(node, ast.Lambda)
            and not any(value.calls for value in final.values())
        ):
            state.frames.pop(number, None)
        if activation.yields:
            self._site = node
            return self.allocate(Cell("list", {}, joined(activation.yields), False)), final
        return value, final

    def left_function(self, activation: Activation) -> None:
        """A function has been run to its end."""

    def yielded(self, value: Value) -> None:
        """A generator gives something."""
        self.activation.yields.append(value)

    def refine_by(self, function: Function, test: ast.Call, holds: bool) -> None:
        """A function of this file has said yes, or no: what it had checked by then holds for its arguments."""
        node = function.node
        if isinstance(node, ast.Lambda) or len(self.running) >= _DEEPEST or node in self.running:
            return
        call = Call(test, "", "", UNKNOWN, [self.eval(each) for each in test.args if not isinstance(each, ast.Starred)])
        before = self.state.fork()
        self._contexts += 1
        number = self._contexts
        saved = (self.chain, self.context, self.globals, self.activation, self.ended)
        self.state.frames[number] = self.bound(function, call)
        self.chain, self.context, self.globals = (*function.chain, number), number, set()
        self.activation = activation = Activation(function)
        self.running.append(node)
        ends: list[dict[str, Value]] = []
        try:
            self.run(node.body)
            for expression, value, state in activation.exits:
                agrees = guards.outcome(value, holds)
                if agrees is False:
                    continue
                self.state = state.fork()
                if agrees is None and expression is not None:
                    guards.refine(self, expression, holds, 1)
                ends.append(self.state.frames.get(number, {}))
        finally:
            self.running.pop()
            self.chain, self.context, self.globals, self.activation, self.ended = saved
            self.state = before
        for parameter, argument in zip(_positional(node, function.bound is not None), test.args, strict=False):
            if isinstance(argument, ast.Name) and ends and parameter not in self._assigned(node):
                mine = self.lookup(argument.id)
                found = [_accepted(end, parameter) for end in ends if parameter in end]
                if mine.taint and found:
                    taint = merged(*found)
                    gone = not taint
                    self.bind(
                        argument.id,
                        mine.but(
                            taint=NO_TAINT
                            if gone
                            else {key: clean | taint.get(key, frozenset()) for key, clean in mine.taint.items()}
                        ),
                    )


_INHERITED = frozenset({"tornado.handler", "http.handler"})


def _accepted(frame: dict[str, Value], parameter: str) -> Taint:
    """What a function has found out about a parameter, also by way of the path that it resolves to."""
    taint = frame[parameter].taint
    for value in frame.values():
        if "resolved" in value.marks and value.taint.keys() == taint.keys():
            taint = {key: clean | value.taint[key] for key, clean in taint.items()}
    return taint


def _positional(node: ast.FunctionDef | ast.AsyncFunctionDef, bound: bool | None = None) -> list[str]:
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    if bound is None:
        bound = names[:1] in (["self"], ["cls"])
    return names[1:] if bound else names


def _key(value: Value) -> Any:
    """What a function can see of an argument, as long as it is no container."""
    return type(value.const), value.const, value.text, value.name, value.marks, frozenset(value.taint.items())
