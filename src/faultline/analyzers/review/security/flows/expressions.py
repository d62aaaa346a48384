"""What expressions are worth."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any

from faultline.analyzers.review.security.flows import containers, folding, guards
from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    LONGEST_TEXT,
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
    constant,
    join,
    joined,
    merged,
    same,
)
from faultline.analyzers.review.security.flows.tables import Tables

_BUILTINS = frozenset(dir(builtins)) | {"raw_input", "unicode", "execfile", "file", "reload"}
_NEUTRAL = frozenset(
    {"status_code", "method", "size", "content_length", "__class__", "__name__", "is_json", "ok", "id", "pk"}
)
_DEEPEST = 80
_SECTION = "configparser.section:"


class OutOfSteps(Exception):
    """The file is more work than is done for one."""


class Expressions:
    """The interpreter's knowledge of expressions; what happens at calls and at statements is its heirs'.

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
        """What expressions were worth each time they were reached; NOTHING once that was not certain or not the same."""
        self._site: ast.AST | None = None
        self._depth = 0

    # What heirs do.

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
        evaluate = _EVALUATE.get(kind)
        value = evaluate(self, node) if evaluate is not None else UNKNOWN
        self._depth -= 1
        if self.state.facts and value.taint and (clean := self.state.facts.get(_text_of(node))):
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
                if owner.name is not None and owner.name.startswith(_SECTION):
                    found.append(containers.read(cell, (owner.name[len(_SECTION) :], key)))
                else:
                    found.append(owner.but(name=f"{_SECTION}{key}"))
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

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.eval(node.left), self.eval(node.right)
        if isinstance(node.op, ast.Mult) and (left.taint or right.taint):
            self.multiplied(node, left, right)
        return self.binary(node.op, left, right)

    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        """`left op right`, containers included."""
        if isinstance(op, ast.Add) and (left.refs or right.refs):
            ones, others = containers.sequence(self, left), containers.sequence(self, right)
            if ones is not None and others is not None:
                return containers.of_values(self, "list", [*ones, *others])
            taint = merged(containers.deep(self, left), containers.deep(self, right))
            return self.allocate(Cell("list", {}, Value(taint=taint), False))
        if isinstance(op, ast.Mod) and left.text is not None and right.refs:
            values = containers.sequence(self, right)
            taint = merged(left.taint, containers.deep(self, right))
            if values is not None and len(values) == left.text.count("%s") == left.text.count("%"):
                parts = left.text.split("%s")
                text = folding.pieces(
                    *[
                        each
                        for pair in zip(parts, [*values, Value(text="")], strict=True)
                        for each in (Value(text=pair[0]), pair[1])
                    ]
                )
                const = text if HOLE not in text and len(text) < LONGEST_TEXT else NOTHING
                return Value(const, text, taint)
            return folding.binary(op, left, Value(taint=taint))
        if isinstance(op, ast.BitOr) and left.refs and right.refs:
            out = self.allocate(Cell("dict"))
            for each in (left, right):
                containers.method(self, out, "update", [each], {})
            return out
        return folding.binary(op, left, right)

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = folding.unary(node.op, self.eval(node.operand))
        return value.but(test=node) if isinstance(node.op, ast.Not) and not value.known else value

    def _boolean(self, node: ast.BoolOp) -> Value:
        stops = isinstance(node.op, ast.Or)
        found: list[Value] = []
        before: State | None = None
        for index, each in enumerate(node.values):
            value = self.eval(each)
            truth = folding.truth(value)
            last = index == len(node.values) - 1
            if truth is stops or last:
                found.append(value)
                break
            if truth is None:
                # `x or default`: an empty string that is untrusted harms nobody.
                found.append(value)
                before = before or self.state.fork()
                guards.refine(self, each, not stops)
        if before is not None:
            self.state = before
        out = joined(found)
        return out if out.known or out.taint else out.but(test=node)

    def _compare(self, node: ast.Compare) -> Value:
        left = self.eval(node.left)
        outcome: Any = True
        for op, each in zip(node.ops, node.comparators, strict=True):
            right = self.eval(each)
            one = (
                self._contains(op, left, right)
                if isinstance(op, ast.In | ast.NotIn)
                else folding.compare(op, left, right)
            )
            if one is NOTHING or outcome is NOTHING:
                outcome = NOTHING if one is not False else False
            else:
                outcome = outcome and bool(one)
            left = right
        return Value(outcome) if outcome is not NOTHING else Value(test=node)

    def _contains(self, op: ast.In | ast.NotIn, left: Value, right: Value) -> Any:
        found = containers.cells(self, right)
        if len(found) == 1 and found[0].exact and found[0].rest is None and left.known:
            cell = found[0]
            if cell.kind == "dict":
                return (left.const in cell.items) is isinstance(op, ast.In)
            if cell.kind in ("list", "tuple") and all(each.known for each in cell.items.values()):
                inside = any(same(each.const, left.const) for each in cell.items.values())
                return inside is isinstance(op, ast.In)
        return folding.compare(op, left, right) if right.known else NOTHING

    def _conditional(self, node: ast.IfExp) -> Value:
        truth = folding.truth(self.eval(node.test))
        if truth is not None:
            return self.eval(node.body if truth else node.orelse)
        before = self.state.fork()
        guards.refine(self, node.test, True)
        one = self.eval(node.body)
        self.state = before
        guards.refine(self, node.test, False)
        return join(one, self.eval(node.orelse))

    def _joined_string(self, node: ast.JoinedStr) -> Value:
        text, taints, certain = "", [], True
        marks: list[frozenset[str]] = []
        for each in node.values:
            part = self.eval(each.value) if isinstance(each, ast.FormattedValue) else self.eval(each)
            if isinstance(each, ast.FormattedValue) and (each.format_spec is not None or each.conversion == 114):
                if each.format_spec is not None:
                    self.eval(each.format_spec)
                # `!r` shows line breaks as \n; a number's format lets numbers through only.
                clean = frozenset({"log", "header"}) if each.conversion == 114 else frozenset[str]()
                spec = each.format_spec.values if isinstance(each.format_spec, ast.JoinedStr) else []
                if (
                    len(spec) == 1
                    and isinstance(spec[0], ast.Constant)
                    and str(spec[0].value)[-1:] in tuple("dfxeXbon")
                ):
                    clean = frozenset({"*"})
                part = Value(taint=containers.deep(self, part)).safe_for(clean)
            taints.append(containers.deep(self, part))
            if taints[-1]:
                marks.append(part.marks)
            certain = certain and part.known
            text += folding.pieces(part)
        text = text[:LONGEST_TEXT]
        taint = merged(*taints)
        kept = frozenset[str].intersection(*marks) if marks else frozenset[str]()
        return Value(text if certain else NOTHING, text, taint, marks=kept)

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        values: list[Value] = []
        loose: list[Value] = []
        for each in node.elts:
            if isinstance(each, ast.Starred):
                starred = self.eval(each.value)
                more = containers.sequence(self, starred)
                if more is None:
                    loose.append(containers.elements(self, starred))
                else:
                    values += more
            else:
                values.append(self.eval(each))
        if isinstance(node, ast.Tuple) and not loose and all(each.known for each in values):
            return constant(tuple(each.const for each in values)).but(taint=merged(*(each.taint for each in values)))
        self._site = node
        kind = "list" if isinstance(node, ast.List) else "tuple" if isinstance(node, ast.Tuple) else "set"
        if loose:
            return self.allocate(Cell(kind, {}, joined([*values, *loose]), False))
        return containers.of_values(self, kind, values)

    def _dict(self, node: ast.Dict) -> Value:
        entries = [
            (None if key is None else self.eval(key), self.eval(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        self._site = node
        out = self.allocate(Cell("dict"))
        for key, value in entries:
            if key is None:
                containers.method(self, out, "update", [value], {})
            else:
                containers.write(self, out.refs, containers.key_of(key), value)
        return out

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        frame = self.state.frames[self.chain[-1]]
        bound = {name.id for each in node.generators for name in ast.walk(each.target) if isinstance(name, ast.Name)}
        hidden = {name: frame[name] for name in bound if name in frame}
        facts = dict(self.state.facts)
        for each in node.generators:
            self.assign(each.target, containers.elements(self, self.eval(each.iter)))
            for condition in each.ifs:
                self.eval(condition)
                guards.refine(self, condition, True)
        if isinstance(node, ast.DictComp):
            key, value = self.eval(node.key), self.eval(node.value)
            cell = Cell("dict", {}, value.but(taint=merged(value.taint, key.taint)) if value.taint else value, False)
        else:
            cell = Cell("set" if isinstance(node, ast.SetComp) else "list", {}, self.eval(node.elt), False)
        frame = self.state.frames[self.chain[-1]]
        for name in bound:
            frame.pop(name, None)
        frame.update(hidden)
        self.state.facts = facts
        self._site = node
        return self.allocate(cell)

    def _lambda(self, node: ast.Lambda) -> Value:
        return Value(calls=(Function(node, self.chain),))

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.eval(node.value)
        self.bind(node.target.id, value.but(test=node.value) if value.test is None and not value.known else value)
        return value

    def _await(self, node: ast.Await | ast.Starred | ast.FormattedValue) -> Value:
        return self.eval(node.value)

    def _call(self, node: ast.Call) -> Value:
        return self.call(node)

    def yielded(self, value: Value) -> None:
        """A generator gives something."""

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Value:
        if node.value is not None:
            value = self.eval(node.value)
            self.yielded(containers.elements(self, value) if isinstance(node, ast.YieldFrom) else value)
        return UNKNOWN

    # Assignment.

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give what a target names a value."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Attribute):
            owner = self.eval(target.value)
            if owner.refs:
                containers.write(self, owner.refs, target.attr, value)
            elif owner.calls:
                for each in owner.calls:
                    if isinstance(each, Class):
                        each.members[target.attr] = value
        elif isinstance(target, ast.Subscript):
            owner = self.eval(target.value)
            key = NOTHING if isinstance(target.slice, ast.Slice) else containers.key_of(self.eval(target.slice))
            if owner.name is not None and owner.name.startswith(_SECTION):
                key = (owner.name[len(_SECTION) :], key)
            containers.write(self, owner.refs, key, value)
            self.stored(target, value)
            if (
                not owner.refs
                and value.taint
                and not owner.taint
                and isinstance(target.value, ast.Name)
                and not owner.name
            ):
                self.bind(target.value.id, owner.but(taint=value.taint))
        elif isinstance(target, ast.Starred):
            self.assign(target.value, self.allocate(Cell("list", {}, value, False)))

    def _unpack(self, targets: list[ast.expr], value: Value) -> None:
        values = containers.sequence(self, value)
        if (
            values is not None
            and len(values) == len(targets)
            and not any(isinstance(each, ast.Starred) for each in targets)
        ):
            for target, each in zip(targets, values, strict=True):
                self.assign(target, each)
            return
        anything = containers.elements(self, value)
        for target in targets:
            self.assign(target, anything)


def _text_of(node: ast.expr) -> str:
    return ast.dump(node) if isinstance(node, ast.Subscript | ast.Attribute | ast.Call) else ""


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


_EVALUATE: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._subscript,
    ast.BinOp: Expressions._binary,
    ast.UnaryOp: Expressions._unary,
    ast.BoolOp: Expressions._boolean,
    ast.Compare: Expressions._compare,
    ast.IfExp: Expressions._conditional,
    ast.JoinedStr: Expressions._joined_string,
    ast.FormattedValue: Expressions._await,
    ast.List: Expressions._list,
    ast.Tuple: Expressions._list,
    ast.Set: Expressions._list,
    ast.Dict: Expressions._dict,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
    ast.Lambda: Expressions._lambda,
    ast.NamedExpr: Expressions._walrus,
    ast.Await: Expressions._await,
    ast.Starred: Expressions._await,
    ast.Call: Expressions._call,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}
