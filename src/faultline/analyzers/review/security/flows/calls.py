"""What calls give: functions of the file are run, those of others are known by their name or let everything through."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from faultline.analyzers.review.security.flows import containers, folding, guards
from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    NO_TAINT,
    NOTHING,
    UNKNOWN,
    Cell,
    Class,
    Function,
    Origin,
    State,
    Value,
    constant,
    join,
    join_states,
    joined,
    merged,
)
from faultline.analyzers.review.security.flows.expressions import Expressions
from faultline.analyzers.review.security.flows.tables import Sink

_DEEPEST = 6
_DICTS = frozenset(
    {"dict", "collections.OrderedDict", "collections.defaultdict", "types.SimpleNamespace", "collections.ChainMap"}
)
_LISTS = frozenset(
    {"list", "collections.deque", "sorted", "reversed", "queue.Queue", "tuple", "set", "frozenset", "iter"}
)
_STREAMS = frozenset({"io.StringIO", "io.BytesIO", "StringIO.StringIO", "cStringIO.StringIO"})
_CONFIGS = frozenset({"configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser"})
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_ENDS = frozenset(
    {
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "flask.abort",
        "quart.abort",
        "bottle.abort",
        "os.abort",
        "werkzeug.exceptions.abort",
        "abort",
    }
)
_RESOLVES = frozenset({"os.path.realpath", "os.path.abspath", "os.path.normpath"})
_JOINS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_KEEPS_TEXT = frozenset(
    {
        "str",
        "os.fspath",
        "os.path.realpath",
        "os.path.abspath",
        "os.path.normpath",
        "os.path.expanduser",
        "pathlib.Path",
        "sqlalchemy.text",
        "sqlalchemy.sql.text",
        "re.compile",
        "regex.compile",
        "textwrap.dedent",
        "typing.cast",
        "unicode",
    }
)
_KEEPING_METHODS = frozenset(
    {
        "strip",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "encode",
        "decode",
        "resolve",
        "expanduser",
        "absolute",
        "as_posix",
        "title",
        "casefold",
        "removesuffix",
    }
)
_STRINGS = frozenset(
    {
        "strip",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "encode",
        "decode",
        "replace",
        "title",
        "split",
        "rsplit",
        "splitlines",
        "join",
        "format",
        "ljust",
        "zfill",
        "partition",
        "rpartition",
        "removeprefix",
        "removesuffix",
        "translate",
        "casefold",
        "capitalize",
        "swapcase",
    }
)


@dataclass
class Call:
    """One call, with what goes into it."""

    node: ast.Call
    name: str
    """What is called, as it was imported; empty where that is not known."""
    method: str
    """The last part, where it is called on something."""
    receiver: Value
    arguments: list[Value]
    keywords: dict[str, Value] = field(default_factory=dict)
    spread: Value | None = None
    """What is spread into it, by `*` or `**`, and not known in detail."""

    def argument(self, position: int, *names: str) -> Value | None:
        """One argument, by position or by a keyword."""
        if 0 <= position < len(self.arguments):
            return self.arguments[position]
        return next((self.keywords[name] for name in names if name in self.keywords), None)


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


class Calls(Expressions):
    """The interpreter's knowledge of calls."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.imports: set[str] = set()
        self.activation = Activation(None)
        self.running: list[ast.AST] = []
        self.called: set[ast.AST] = set()
        self._contexts = 0
        self._results: dict[Any, tuple[Value, dict[str, Value] | None]] = {}
        """What functions gave that were called with the same before; what else they read is taken to be as it was."""
        self._assigned_names: dict[ast.AST, set[str]] = {}
        self.ended = False

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
        function = node.func
        if isinstance(function, ast.Attribute):
            receiver = self.eval(function.value)
            callee = self.attribute(receiver, function.attr, function)
            method = function.attr
            if self.state.facts and callee.taint:
                callee = callee.safe_for(self.state.facts.get(ast.dump(function), frozenset()))
        else:
            receiver, callee, method = UNKNOWN, self.eval(function), ""
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
        return self._call_other(call, callee)

    def invoke(self, function: Value, arguments: list[Value], node: ast.expr) -> Value:
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
        frame = self.bound(function, call)
        value, final = self.activate(function, frame)
        if key is not None and not value.refs and not value.calls:
            self._results[key] = value, final
        if final is not None:
            self._checked(node, call, final)
        return value

    def _checked(self, node: ast.AST, call: Call, final: dict[str, Value]) -> None:
        """A function that came back has accepted its arguments: what it checked about them holds for the caller, too."""
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        for parameter, argument in zip(_positional(node, call), call.node.args, strict=False):
            value = final.get(parameter)
            if value is None or not isinstance(argument, ast.Name) or parameter in self._assigned(node):
                continue
            mine = self.lookup(argument.id)
            if mine.taint and value.taint and mine.taint.keys() == value.taint.keys():
                self.bind(
                    argument.id, mine.but(taint={key: clean | value.taint[key] for key, clean in mine.taint.items()})
                )

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
                agrees = guards.outcome(self, value, holds)
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
        for parameter, argument in zip(_positional(node, call, function.bound is not None), test.args, strict=False):
            if isinstance(argument, ast.Name) and ends and parameter not in self._assigned(node):
                mine = self.lookup(argument.id)
                found = [end[parameter].taint for end in ends if parameter in end]
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

    # Functions of others.

    def _call_other(self, call: Call, callee: Value) -> Value:
        name, method, receiver = call.name, call.method, call.receiver
        if name in _ENDS:
            self.ended = True
        if receiver.refs:
            found = containers.method(self, receiver, method, call.arguments, call.keywords)
            if found is not None:
                return found
        made = self._make(call)
        if made is not None:
            return made
        if method and receiver.known and not receiver.taint:
            const = folding.method(receiver.const, method, call.arguments, call.keywords)
            if const is not NOTHING:
                return constant(const)
        elif name and not method:
            const = folding.builtin(name, call.arguments)
            if const is not NOTHING and not any(each.taint for each in call.arguments):
                return constant(const)
        value = self.source(Value(name=name or None), call.node) if name in self.tables.sources else UNKNOWN
        if value.taint:
            return value
        if callee.taint and receiver.name in self.tables.requests:
            return Value(taint=callee.taint, name=f"{name}()" if name else None)
        if method in self.tables.source_methods and not receiver.taint:
            kind, needs = self.tables.source_methods[method]
            if needs & self.imports:
                return Value(taint={Origin(f"`{method}()`", call.node.lineno, kind): frozenset()})
        return self._passed(call)

    def _make(self, call: Call) -> Value | None:
        """Containers that are made by a call."""
        name, arguments = call.name, call.arguments
        if name in _DICTS:
            value = self.allocate(Cell("object" if name == "types.SimpleNamespace" else "dict", dict(call.keywords)))
            containers.method(self, value, "update", arguments if name != "collections.defaultdict" else [], {})
            return value
        if name in _LISTS and not call.method.startswith("get"):
            if not arguments:
                return self.allocate(Cell("list"))
            values = containers.sequence(self, arguments[0])
            if values is not None and name in ("list", "tuple", "collections.deque", "iter"):
                return containers.of_values(self, "tuple" if name == "tuple" else "list", values)
            return self.allocate(Cell("list", {}, containers.elements(self, arguments[0]), False))
        if name in _STREAMS:
            return self.allocate(Cell("stream", {0: arguments[0] if arguments else constant("")}))
        if name in _CONFIGS:
            return self.allocate(Cell("config"))
        if name in _COPIES and arguments:
            found = containers.cells(self, arguments[0])
            return self.allocate(found[0]) if found else arguments[0]
        if name == "getattr" and len(arguments) > 1 and isinstance(arguments[1].const, str):
            value = self.attribute(arguments[0], arguments[1].const, call.node)
            return join(value, arguments[2]) if len(arguments) > 2 and not value.taint and not value.name else value
        if name in ("map", "filter") and len(arguments) > 1:
            element = containers.elements(self, arguments[1])
            given = element if name == "filter" else self._applied(arguments[0], [element], call)
            self._site = call.node
            return self.allocate(Cell("list", {}, given, False))
        if name == "functools.partial" and arguments and arguments[0].calls:
            return arguments[0]
        if name in ("zip", "enumerate") and arguments:
            taints = [Value(taint=containers.deep(self, each)) for each in arguments]
            pair = (
                [UNKNOWN, containers.elements(self, arguments[0])]
                if name == "enumerate"
                else [containers.elements(self, each) for each in arguments]
            )
            del taints
            inner = self.allocate(Cell("tuple", dict(enumerate(pair))))
            return self.allocate(Cell("list", {}, inner, False))
        if name == "next" and arguments:
            found_next = containers.elements(self, arguments[0])
            return join(found_next, arguments[1]) if len(arguments) > 1 else found_next
        return None

    def _applied(self, function: Value, arguments: list[Value], call: Call) -> Value:
        if function.calls:
            return self.invoke(function, arguments, call.node)
        clean = self.tables.cleaned_by(function.name or "")
        taint = merged(*(each.taint for each in arguments))
        return Value(taint=taint).safe_for(clean or frozenset())

    def _passed(self, call: Call) -> Value:
        """What an unknown function gives: whatever went into it, safer where it is known to make it so."""
        name, method, receiver, tables = call.name, call.method, call.receiver, self.tables
        result = f"{name}()"[:120] if name else None
        every = [*call.arguments, *call.keywords.values(), *([call.spread] if call.spread is not None else [])]
        taints = [containers.deep(self, each) for each in every]
        own = containers.deep(self, receiver)
        clean = tables.cleaned_by(name)
        if clean is None and method and name not in tables.by_call:
            clean = tables.clean_methods.get(method)
        if clean is not None:
            taint = merged(own, *taints)
            if name in tables.restores:
                taint = dict.fromkeys(taint, frozenset[str]())
            if {"*", "size"} <= clean:
                return Value(name=result)
            return Value(name=result, taint={origin: kinds | clean for origin, kinds in taint.items()})
        marks = frozenset[str]()
        text = None
        if method == "join" and receiver.text is not None and call.arguments:
            return self._join_text(receiver, call.arguments[0])
        if method == "format" and receiver.text is not None:
            text = folding.formatted(receiver.text, call.arguments, call.keywords)
        elif method == "replace" and own and len(call.arguments) > 1:
            gone = call.arguments[0].const
            kinds = _REPLACED.get(gone, frozenset[str]()) if isinstance(gone, str) else frozenset[str]()
            return Value(taint=own, marks=receiver.marks).safe_for(kinds)
        elif (
            name in ("re.sub", "re.subn")
            and call.arguments
            and isinstance(call.arguments[0].const, str)
            and len(taints) > 2
        ):
            # What a class of allowed characters does not name is taken out.
            kinds = frozenset({"*"}) if call.arguments[0].const.startswith("[^") else frozenset[str]()
            return Value(taint=taints[2]).safe_for(kinds)
        elif method in ("resolve", "absolute") or name in _RESOLVES:
            marks = frozenset({"resolved"})
            text = receiver.text if not name.startswith("os.") else None
        elif name in _JOINS:
            text = "/".join(each.text if each.text is not None else HOLE for each in call.arguments)
            # What is joined on from the right and absolute takes everything's place.
            return Value(
                text=text,
                taint=merged(*taints),
                name=result,
                marks=frozenset.intersection(*[each.marks for each in call.arguments]) if call.arguments else marks,
            )
        elif method in _KEEPING_METHODS:
            text, marks = receiver.text, receiver.marks
        if method == "joinpath":
            text = "/".join(each.text if each.text is not None else HOLE for each in (receiver, *call.arguments))
        elif name in _KEEPS_TEXT and call.arguments:
            text = call.arguments[0].text
            marks |= call.arguments[0].marks
        if method and not own and (method in tables.lookup_methods or method == "get"):
            return Value(name=result)
        if name in tables.lookup_names:
            return Value(name=result)
        if method in _STRINGS and method not in ("join", "format"):
            return Value(text=text, taint=own, marks=marks, name=result)
        requests = [each for each in every if each.name in tables.requests]
        if requests and not name.startswith(("django.", "flask.")):
            taints.append(
                {Origin(f"`{(requests[0].name or '').rpartition('.')[2]}`", call.node.lineno, "web"): frozenset()}
            )
        if _is_type(name or method) and (call.keywords or taints) and not name.startswith("pathlib."):
            self._site = call.node
            made = self.allocate(Cell("object", dict(call.keywords)))
            return made.but(name=result, taint=merged(own, *taints[: len(call.arguments)]))
        return Value(text=text, taint=merged(own, *taints), name=result, marks=marks)

    def _join_text(self, separator: Value, parts: Value) -> Value:
        values = containers.sequence(self, parts)
        taint = merged(separator.taint, containers.deep(self, parts))
        if values is None:
            inner = containers.elements(self, parts)
            return Value(text=None, taint=merged(taint, inner.taint) if inner.taint else taint)
        out: list[Value] = []
        for index, each in enumerate(values):
            out += [separator, each] if index else [each]
        text = folding.pieces(*out)
        return Value(text if HOLE not in text and len(text) < 1500 else NOTHING, text, taint)


_INHERITED = frozenset({"tornado.handler", "http.handler"})
_REPLACED = {
    "'": frozenset({"xpath", "sql"}),
    '"': frozenset({"xpath"}),
    "<": frozenset({"html", "xml"}),
    "\n": frozenset({"log", "header", "mail"}),
    "\r\n": frozenset({"log", "header", "mail"}),
    "\r": frozenset({"header", "mail"}),
}


def _is_type(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


def _positional(node: ast.FunctionDef | ast.AsyncFunctionDef, call: Call, bound: bool | None = None) -> list[str]:
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    if bound is None:
        bound = names[:1] in (["self"], ["cls"])
    return names[1:] if bound else names


def _key(value: Value) -> Any:
    """What a function can see of an argument, as long as it is no container."""
    return type(value.const), value.const, value.text, value.name, value.marks, frozenset(value.taint.items())
