"""The interpreter of one file: runs its module and its functions, and notes what reaches a sink."""

from __future__ import annotations

import ast
import re
from typing import Any

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.flows import containers, entries
from faultline.analyzers.review.security.flows.calls import Activation
from faultline.analyzers.review.security.flows.conditions import CONDITIONS, Reached, hint
from faultline.analyzers.review.security.flows.core import OutOfSteps
from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    NO_TAINT,
    NUMBERS,
    UNKNOWN,
    Cell,
    Function,
    Origin,
    Taint,
    Value,
)
from faultline.analyzers.review.security.flows.library import Call
from faultline.analyzers.review.security.flows.statements import Statements
from faultline.analyzers.review.security.flows.tables import Sink, Tables

BUDGET = 120_000
WEIGHT = {"web": 1.0, "archive": 0.8, "input": 0.6, "parameter": 0.6}
"""How sure it is that what comes from there is in an attacker's hand."""
_SHORT, _SHORT_DEEP = 12, 3
"""A function of so many lines is followed where it is called with nothing untrusted, too: it may give a constant."""
_RANK = ("web", "archive", "input", "parameter")
_HEADER_VALUES = Sink(rule="header-injection", kind="header", confidence=0.8)
_SESSION = Sink(rule="trust-boundary", kind="session", confidence=0.85)
_MAIL = Sink(rule="email-injection", kind="mail", confidence=0.6)
_LOCATION = Sink(rule="open-redirect", kind="redirect", test="", confidence=0.85)
_REFLECTION = Sink(rule="unsafe-reflection", kind="reflection", confidence=0.8)
_REPEATED = Sink(rule="unbounded-resource", kind="size", confidence=0.6)
_MEMBER = Sink(rule="zip-slip", kind="zip", confidence=0.8)
_PAGE = Sink(rule="xss", kind="html", confidence=0.85)
_MAIL_HEADERS = frozenset({"Subject", "To", "From", "Cc", "Bcc", "Reply-To"})


class Machine(Statements):
    """The interpreter.

    Args:
        tables: sources, sinks and sanitizers.
        text: of the file.
        every: whether every function is run, or only those from which a sink can be reached.
        budget: in steps.

    """

    def __init__(self, tables: Tables, text: str, every: bool = False, budget: int = BUDGET) -> None:
        super().__init__(tables, budget)
        self.observations: dict[tuple[str, int], Observation] = {}
        self._lines = text.split("\n")
        self._every = every
        self._defined: list[Function] = []
        self._names: dict[ast.AST, str] = {}
        self._relevant: set[ast.AST] = set()
        self._top: dict[str, ast.expr] = {}
        self._classes: set[str] = set()
        self._web = bool(entries.WEB.search(text))
        self.asked = bool(entries.ASKED.search(text))
        """Whether the file takes data out of something called `request` as servers do."""

    def read(self, tree: ast.Module) -> None:
        """Run the module, then what answers requests, then what nobody in the file has called.

        Raises:
            OutOfSteps: it is more than the budget.

        """
        self._names = _qualified(tree)
        self._top = {
            target.id: each.value
            for each in tree.body
            if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None
            for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
            if isinstance(target, ast.Name)
        }
        self._classes = {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
        bodies = entries.Bodies(tree, self._lines)
        interesting = None if self._every else bodies.reaching(self.tables.words if self._web else self.tables.trusting)
        self._relevant = bodies.reaching(entries.SOURCES) | (interesting or set())
        self.run(tree.body)
        start = self.state
        used = bodies.used()
        found = [(function, entries.handler_of(function, self.tables, self.imports)) for function in self._defined]
        # What is called by others comes last, so that it is known by then how it is called.
        found.sort(key=lambda each: 0 if each[1] is not None else 1 if each[0].node not in used else 2)
        for function, handler in found:
            if function.node in self.called:
                continue
            if interesting is None or function.node in interesting or (handler is not None and self._web):
                self.state = start.fork()
                self._enter(function, handler)
        self._defined = []

    def alias(self, name: str) -> ast.expr | None:
        """What a name of the module was set to."""
        return self._top.get(name)

    def defines(self, name: str) -> bool:
        """Whether a class of this name is the module's own."""
        return name in self._classes

    def worth(self, function: Function) -> bool:
        """Whether a function may reach a sink or a source, or is short."""
        node = function.node
        short = (node.end_lineno or 0) - node.lineno <= _SHORT and len(self.running) < _SHORT_DEEP
        return short or node in self._relevant

    def _enter(self, function: Function, handler: entries.Handler | None) -> None:
        """Run a function as whoever calls it from outside does."""
        self.called.add(function.node)
        frame = entries.frame(self, function, handler)
        self.activate(function, frame)

    # What a class or function of the file does with the interpreter.

    def defined(self, function: Function) -> None:
        """A function has been defined; it is entered later, unless it is called before."""
        if isinstance(self.activation.function, Function):
            self.activation.nested.append((function, self.state))
        else:
            self._defined.append(function)

    def left_function(self, activation: Activation) -> None:
        """Functions that were defined in it and not called in it are called by somebody else, later."""
        for function, state in activation.nested:
            if function.node not in self.called and len(self.running) < 4:
                saved, self.state = self.state, state.fork()
                self.state.frames = {**saved.frames, **self.state.frames}
                self._enter(function, entries.handler_of(function, self.tables, self.imports))
                self.state = saved

    # Sinks.

    def reached(self, sink: Sink, call: Call) -> None:
        """A call is one that a sink names: see whether something untrusted goes into it."""
        if sink.needs and not self.imports.intersection(sink.needs):
            return
        for position in sink.args:
            if position == "self":
                values = [call.receiver]
            elif position == "*":
                values = [*call.arguments, *call.keywords.values(), *([call.spread] if call.spread else [])]
            elif isinstance(position, int):
                values = call.arguments[position : position + 1] or (
                    [call.spread] if call.spread and not position else []
                )
            else:
                values = [call.keywords[position]] if position in call.keywords else []
            for value in values:
                self._strike(sink, call.node, value, call)

    def _strike(self, sink: Sink, node: ast.expr | ast.stmt, value: Value, call: Call | None, words: str = "") -> None:
        taint = containers.deep(self, value)
        if not taint:
            return
        taint = {origin: clean for origin, clean in taint.items() if not _is_clean(sink.kind, clean)}
        if not taint:
            return
        if sink.test and call is not None and not CONDITIONS[sink.test](Reached(self, call, value, taint)):
            return
        archived = {origin: clean for origin, clean in taint.items() if origin.kind == "archive"}
        if archived:
            taint = {origin: clean for origin, clean in taint.items() if origin.kind != "archive"}
            if sink.kind == "zip" or (call is not None and sink.kind == "path" and _writes(call)):
                self.note(_MEMBER, node, archived, words or f"`{_callee(call)}`" if call is not None else words)
        if sink.accept != "any":
            built = sink.accept == "built" and value.text is not None and value.text.strip(HOLE) != ""
            taint = {origin: clean for origin, clean in taint.items() if origin.kind == "web" or built}
        if not taint:
            return
        if sink.kind == "sql" and not any(origin.kind == "web" for origin in taint) and not _value_place(value.text):
            return
        if call is not None:
            words = f"`{_callee(call)}`"
        self.note(sink, node, taint, words)

    def note(self, sink: Sink, node: ast.expr | ast.stmt, taint: Taint, words: str) -> None:
        """Untrusted data has reached a sink."""
        origins = sorted(taint, key=lambda origin: (_RANK.index(origin.kind), origin.line))
        first = origins[0]
        confidence = round(sink.confidence * WEIGHT[first.kind], 2)
        seen = self.observations.get((sink.rule, node.lineno))
        if seen is not None and (seen.confidence or 0) >= confidence:
            return
        place = "" if first.line == node.lineno else f" from line {first.line}"
        lines = {origin.line for origin in origins if origin.kind == first.kind}
        self.observations[sink.rule, node.lineno] = Observation(
            rule=f"security/{sink.rule}",
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            message=f"{first.words[0].upper()}{first.words[1:]}{place} reaches {words}.",
            because=tuple(sorted(lines - {node.lineno}))[:5],
            symbol=self._names.get(self.running[-1]) if self.running else None,
            confidence=confidence,
        )

    def stored(self, target: ast.Subscript, value: Value) -> None:
        """Sessions, headers and mails are filled by their keys."""
        owner = self.eval(target.value)
        name, place = owner.name or "", hint(target.value)
        key = self.eval(target.slice) if not isinstance(target.slice, ast.Slice) else UNKNOWN
        if name.endswith(("flask.session", "request.session", "quart.session")) or (place == "session" and self._web):
            self._strike(_SESSION, target, value, None, "the session")
            self._strike(_SESSION, target, key, None, "the session, as a key")
        elif place == "headers" and not owner.taint:
            if str(key.const).lower() == "location":
                if not (value.text or "").startswith("/"):
                    self._strike(_LOCATION, target, value, None, "the header `Location`")
            else:
                self._strike(
                    _HEADER_VALUES, target, value, None, f"the header `{key.const}`" if key.known else "a header"
                )
        elif place in ("response", "resp") and isinstance(key.const, str) and self._web:
            self._strike(_HEADER_VALUES, target, value, None, f"the header `{key.const}`")
        elif key.const in _MAIL_HEADERS and name.startswith("email."):
            self._strike(_MAIL, target, value, None, f"the header `{key.const}` of a mail")

    def looked_up(self, node: ast.Subscript, owner: Value, index: Value) -> None:
        """The names of a module are looked up like a table's."""
        if owner.name in ("globals()", "locals()", "vars()") or (owner.name or "").endswith(".__dict__"):
            self._strike(_REFLECTION, node, index, None, f"`{(owner.name or '').rpartition('.')[2]}`")

    def multiplied(self, node: ast.BinOp, left: Value, right: Value) -> None:
        """A text or list is repeated."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one.const, str | bytes | tuple) or any(
                cell.kind == "list" for cell in containers.cells(self, one)
            ):
                self._strike(_REPEATED, node, other, None, "a repetition")

    def placed(self, target: ast.expr, value: Value) -> None:
        """Attributes that are sinks."""
        if isinstance(target, ast.Attribute) and value.taint and target.attr == "location":
            self._strike(_LOCATION, target, value, None, "the header `Location`")

    def answered(self, node: ast.Return, value: Value) -> None:
        """What a handler answers with is a page, unless it is made by something else than text."""
        function = self.activation.function
        if function is None or len(self.running) != 1 + entries.outer(self.running) or not value.taint:
            return
        handler = entries.handler_of(function, self.tables, self.imports)
        if handler is not None and handler.pages and not (value.name or "").lower().endswith("response()"):
            self._strike(_PAGE, node, value, None, "the page that is answered with")

    def call(self, node: ast.Call) -> Value:
        """What a call gives; options of parsers are noted."""
        value = super().call(node)
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in ("setFeature", "setProperty")
            and len(node.args) > 1
        ):
            self._feature(node)
        return value

    def _feature(self, node: ast.Call) -> None:
        """A parser of xml.sax is told about external entities."""
        assert isinstance(node.func, ast.Attribute)
        parser, feature, on = self.eval(node.func.value), self.eval(node.args[0]), self.eval(node.args[1])
        known = str(feature.name or feature.const)
        if known.endswith(("feature_external_ges", "external-general-entities", "feature_external_pes")):
            if not parser.refs and isinstance(node.func.value, ast.Name):
                self._site = node
                parser = self.allocate(Cell("object")).but(name=parser.name)
                self.bind(node.func.value.id, parser)
            containers.write(self, parser.refs, "feature_external_ges", on)


def _writes(call: Call) -> bool:
    """Whether a call makes the file that it is given the name of."""
    return call.name in ("open", "io.open", "codecs.open") or call.method in ("write_bytes", "write_text", "open")


def _is_clean(kind: str, clean: frozenset[str]) -> bool:
    return kind in clean or ("*" in clean and kind not in NUMBERS)


def _value_place(text: str | None) -> bool:
    """Whether an unknown piece of a statement stands where a value does, not a table's or column's name."""
    if text is None:
        return False
    return any(_VALUE.search(text[: match.start()]) for match in re.finditer(HOLE, text))


_VALUE = re.compile(r"(?:['\"%]|=|<|>|like|values\s*\(|\bin\s*\(|,|limit|offset|where)\s*$", re.IGNORECASE)


def _callee(call: Call) -> str:
    name = call.name.replace("()", "")
    return name if name and len(name) < 60 and not name.startswith(".") else call.method or name or "a call"


def _qualified(tree: ast.Module) -> dict[ast.AST, str]:
    names: dict[ast.AST, str] = {}
    stack: list[tuple[Any, str]] = [(tree, "")]
    while stack:
        node, prefix = stack.pop()
        for each in getattr(node, "body", ()):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names[each] = f"{prefix}{each.name}"
                stack.append((each, f"{prefix}{each.name}."))
            elif hasattr(each, "body"):
                stack.append((each, prefix))
    return names


__all__ = ["NO_TAINT", "Machine", "Origin", "OutOfSteps"]
