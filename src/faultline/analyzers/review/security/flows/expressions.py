"""What expressions are worth, by their form."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from faultline.analyzers.review.security.flows import containers, folding, guards
from faultline.analyzers.review.security.flows.core import SECTION, Core
from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    LONGEST_TEXT,
    NOTHING,
    UNKNOWN,
    Cell,
    Class,
    Function,
    State,
    Value,
    constant,
    join,
    joined,
    merged,
    same,
)


class Expressions(Core):
    """The interpreter's knowledge of expressions."""

    def worth_of(self, node: ast.expr) -> Value:  # noqa: D102 - the heir's
        evaluate = _EVALUATE.get(type(node))
        return evaluate(self, node) if evaluate is not None else UNKNOWN

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
            if truth is False and not stops:
                # Whatever came before it: what is false is the outcome, or this.
                found = [value]
                break
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
        truth = self.truth(node.test)
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
            if owner.name is not None and owner.name.startswith(SECTION):
                key = (owner.name[len(SECTION) :], key)
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
