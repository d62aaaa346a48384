"""The interpreter's ground: steps, names, the heap, attributes and keys."""

from __future__ import annotations

import ast
import builtins
from typing import Any

from faultline.analyzers.review.security.flows import containers, folding
from faultline.analyzers.review.security.flows.domain import (
    NO_TAINT,
    NOTHING,
    UNKNOWN,
    Address,
    Cell,
    Class,
    Function,
    Origin,
    State,
    Value,
    joined,
    same,
)
from faultline.analyzers.review.security.flows.tables import Tables

_BUILTINS = frozenset(dir(builtins)) | {"raw_input", "unicode", "execfile", "file", "reload"}
_NEUTRAL = frozenset(
    {"status_code", "method", "size", "content_length", "__class__", "__name__", "is_json", "ok", "id", "pk"}
    | {"mode", "mtime", "date_time", "file_size", "compress_size", "external_attr"}
)
_DEEPEST = 80
SECTION = "configparser.section:"


class OutOfSteps(Exception):
    """The file is more work than is done for one."""


class Core:
    """The interpreter's state, and how it looks things up; what expressions, calls and statements do is its heirs'.

    Args:
        tables: sources, sinks and sanitizers.
        budget: how many expressions and statements are looked at, at most.

    """

    def __init__(self, tables: Tables, budget: int) -> None:
        self.tables = tables
        self.left = budget
        self.state = State({0: {}}, {}, {})
        self.chain: tuple[int, ...] = (0,)
        self.context = 0
        self.globals: set[str] = set()
        self.known: dict[ast.expr, Any] = {}
        """What expressions were worth whenever they were reached; NOTHING once that was not certain, or another."""
        self._texts: dict[ast.expr, str] = {}
        self._site: ast.AST | None = None
        self._depth = 0

    # What heirs do.

    def worth_of(self, node: ast.expr) -> Value:
        """What an expression is worth, by its form."""
        raise NotImplementedError

    def call(self, node: ast.Call) -> Value:
        """What a call gives."""
        raise NotImplementedError

    def invoke(self, function: Value, arguments: list[Value], node: ast.expr) -> Value:
        """What a call of a value gives, without an expression that says so."""
        raise NotImplementedError

    def stored(self, target: ast.Subscript, value: Value) -> None:
        """Something is put under a key."""

    def looked_up(self, node: ast.Subscript, owner: Value, index: Value) -> None:
        """Something is looked up by an untrusted key."""

    def multiplied(self, node: ast.BinOp, left: Value, right: Value) -> None:
        """Something untrusted is multiplied."""

    def truth(self, node: ast.expr) -> bool | None:
        """Whether a condition holds; None where that is not certain."""
        certain = folding.truth(self.eval(node))
        if certain is None and isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return True if any(self.truth(each) for each in node.values) else None
        return certain

    # Names and the heap.

    def allocate(self, cell: Cell) -> Value:
        """A new cell, known again by the place of the program that makes it."""
        address: Address = (id(self._site), self.context)
        while address in self.state.heap and self.state.heap[address].kind != cell.kind:
            address = (address[0] + 1, self.context)
        self.state.heap[address] = cell
        return Value(refs=(address,))

    def lookup(self, name: str) -> Value:
        """What a name is bound to."""
        frames = self.state.frames
        for number in reversed(self.chain):
            frame = frames.get(number)
            if frame is not None and name in frame:
                return frame[name]
        return Value(name=name) if name in _BUILTINS else UNKNOWN

    def text_of(self, node: ast.expr) -> str:
        """An expression as facts know it, wherever it stands."""
        if not isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
            return ""
        text = self._texts.get(node)
        if text is None:
            text = self._texts[node] = ast.dump(node)
        return text

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value, in the function that is being run, or where `global` and `nonlocal` say."""
        number = self.chain[-1]
        if name in self.globals:
            number = next((each for each in reversed(self.chain[:-1]) if name in self.state.frames.get(each, ())), 0)
        self.state.frames[number][name] = value

    def step(self) -> None:
        """One step of the budget."""
        self.left -= 1
        if self.left < 0:
            raise OutOfSteps

    # Expressions.

    def eval(self, node: ast.expr) -> Value:
        """What an expression is worth, in the state as it is now; the state is changed by what it does."""
        kind = type(node)
        if kind is ast.Constant:
            value = node.value  # type: ignore[attr-defined]
            return Value(value if folding.small(value) else NOTHING)
        self.step()
        self._depth += 1
        if self._depth > _DEEPEST:
            self._depth -= 1
            return UNKNOWN
        value = self.worth_of(node)
        self._depth -= 1
        if self.state.facts and value.taint and (clean := self.state.facts.get(self.text_of(node))):
            value = value.safe_for(clean)
        known = self.known
        if node not in known:
            known[node] = value.const
        elif not same(known[node], value.const):
            known[node] = NOTHING
        return value

    def _name(self, node: ast.Name) -> Value:
        value = self.lookup(node.id)
        if value.name is not None and not value.taint and value.name in self.tables.sources:
            return self.source(value, node)
        return value

    def source(self, value: Value, node: ast.expr) -> Value:
        """The same value as something untrusted, if its name is that of a source."""
        kind = self.tables.sources.get(value.name or "")
        if kind is None or value.name in self.tables.requests:
            return value
        return value.but(taint={Origin(f"`{value.name}`", node.lineno, kind): frozenset()})

    def _attribute(self, node: ast.Attribute) -> Value:
        return self.attribute(self.eval(node.value), node.attr, node)

    def attribute(self, owner: Value, name: str, node: ast.expr) -> Value:
        """`owner.name`."""
        found: list[Value] = []
        for cell in containers.cells(self, owner):
            if cell.kind != "object":
                continue
            if name in cell.items:
                found.append(cell.items[name])
            elif cell.of is not None and (member := cell.of.find(name)) is not None:
                found.append(self.member(owner, member, node))
            elif cell.rest is not None:
                found.append(cell.rest)
        for each in owner.calls:
            if isinstance(each, Class) and (member := each.find(name)) is not None:
                found.append(self.member(owner, member, node, of_class=True))
        if found:
            return joined(found)
        qualified = f"{owner.name}.{name}" if owner.name is not None and len(owner.name) < 120 else None
        if owner.name in self.tables.requests:
            if name not in self.tables.request_attributes:
                return Value(name=qualified)
            words = f"`{owner.name.rpartition('.')[2]}.{name}`" if owner.name else name
            if owner.name in ("http.handler", "tornado.handler"):
                words = f"`self.{name}`"
            return Value(name=qualified, taint={Origin(words, node.lineno, "web"): frozenset()})
        taint = NO_TAINT if name in _NEUTRAL else owner.taint
        if taint and (clean := self.tables.clean_attributes.get(name)):
            taint = {origin: kinds | clean for origin, kinds in taint.items()}
        marks = owner.marks if name in ("parent", "netloc", "hostname", "path") else frozenset[str]()
        value = Value(name=qualified, taint=taint, marks=marks)
        return self.source(value, node) if qualified in self.tables.sources else value

    def member(self, owner: Value, member: Value, node: ast.expr, of_class: bool = False) -> Value:
        """A member of a class as it is seen through an object of it, or through the class."""
        if not member.calls:
            return member
        bound: list[Function | Class] = []
        for each in member.calls:
            if isinstance(each, Function) and each.bound is None and not each.static:
                if not of_class and _is_property(each.node):
                    return self.invoke(Value(calls=(_bound(each, owner),)), [], node)
                if not of_class or _is_class_method(each.node):
                    each = _bound(each, owner)
            bound.append(each)
        return member.but(calls=tuple(bound))

    def _subscript(self, node: ast.Subscript) -> Value:
        owner = self.eval(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._slice(owner, node.slice)
        index = self.eval(node.slice)
        if index.taint:
            self.looked_up(node, owner, index)
        return self.subscript(owner, index)

    def subscript(self, owner: Value, index: Value) -> Value:
        """`owner[index]`."""
        key = containers.key_of(index)
        if owner.known:
            value = folding.item(owner.const, key) if key is not NOTHING else NOTHING
            return Value(value, taint=owner.taint) if value is not NOTHING else Value(taint=owner.taint)
        found: list[Value] = []
        for cell in containers.cells(self, owner):
            if cell.kind == "config":
                if owner.name is not None and owner.name.startswith(SECTION):
                    found.append(containers.read(cell, (owner.name[len(SECTION) :], key)))
                else:
                    found.append(owner.but(name=f"{SECTION}{key}"))
            else:
                found.append(containers.read(cell, key))
        if owner.taint or not found:
            name = f"{owner.name}[]" if owner.name is not None and len(owner.name) < 120 else None
            found.append(Value(taint=owner.taint, name=name))
        return joined(found)

    def _slice(self, owner: Value, part: ast.Slice) -> Value:
        bounds = [None if each is None else self.eval(each) for each in (part.lower, part.upper, part.step)]
        fixed = all(each is None or each.known for each in bounds)
        key = slice(*(None if each is None else each.const for each in bounds)) if fixed else None
        if owner.known:
            value = folding.item(owner.const, key) if key is not None else NOTHING
            return Value(value, taint=owner.taint)
        values = containers.sequence(self, owner)
        if values is not None and key is not None:
            try:
                return containers.of_values(self, "list", values[key])
            except (TypeError, ValueError):
                return UNKNOWN
        if owner.refs:
            return self.allocate(Cell("list", {}, containers.elements(self, owner), False))
        return Value(taint=owner.taint, marks=owner.marks)


def _bound(function: Function, owner: Value) -> Function:
    return Function(function.node, function.chain, owner, function.owner)


def _decorators(node: ast.AST) -> set[str]:
    return {
        each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
        for each in getattr(node, "decorator_list", ())
    }


def _is_property(node: ast.AST) -> bool:
    return bool(_decorators(node) & {"property", "cached_property", "hybrid_property"})


def _is_class_method(node: ast.AST) -> bool:
    return "classmethod" in _decorators(node)
