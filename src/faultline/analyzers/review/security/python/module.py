"""Module: a Python file walked once, so that a hundred rules ask and none of them walks.

Names are resolved as far as one file shows it. What is imported has its full dotted name, whatever it is called here;
the result of a call ends in `()`; a variable that is bound once stands for what it is bound to. So after
`from hashlib import md5 as m; h = m()` the call `h.update(x)` is called `hashlib.md5().update`.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN, evaluate

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
REACH = 3_000
"""So many nodes are looked at to tell where a value comes from."""
DEPTH = 12
"""How far names are followed from variable to variable."""


STEPS = 2_000_000
"""So many nodes of one file all looks together look at again; a bound for files of strangers."""


class OutOfSteps(Exception):
    """The looks have gone over the file too often."""


@dataclass(eq=False)
class Scope:
    """A module, class or function, and what its names are bound to; None for what is not an expression we can see."""

    node: ast.AST
    outer: Scope | None
    bound: dict[str, list[ast.expr | None]] = field(default_factory=dict)

    def bind(self, name: str, value: ast.expr | None) -> None:
        """A name gets a value here."""
        self.bound.setdefault(name, []).append(value)

    def find(self, name: str) -> list[ast.expr | None] | None:
        """All that a name is bound to in the innermost scope that binds it; Python skips classes on the way out."""
        scope: Scope | None = self
        while scope is not None:
            hidden = isinstance(scope.node, ast.ClassDef) and scope is not self and not name.startswith("self.")
            if name in scope.bound and not hidden:
                return scope.bound[name]
            scope = scope.outer
        return None


class Module:
    """One file's tree with its index.

    Args:
        tree: as Python's parser gives it.
        lines: of the text.

    """

    def __init__(self, tree: ast.Module, lines: Sequence[str]) -> None:
        self.tree = tree
        self.lines = lines
        self.imports: dict[str, str] = {}
        self.nodes: dict[type[ast.AST], list[Any]] = defaultdict(list)
        self.parents: dict[ast.AST, ast.AST] = {}
        self._inside: dict[ast.AST, FunctionNode | None] = {}
        self._order: list[ast.AST] = []
        self._places: dict[type[ast.AST], list[int]] = defaultdict(list)
        self._spans: dict[ast.AST, tuple[int, int]] = {}
        self._scopes: dict[ast.AST, Scope] = {}
        self._names: dict[ast.AST, str] = {}
        self._steps = 0
        self._texts: dict[ast.AST, str] = {}
        self._top = Scope(tree, None)
        self._walk()

    def of(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        """All nodes of some types, each type in the order of the text."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())

    @cached_property
    def functions(self) -> list[FunctionNode]:
        """All functions and methods."""
        return [*self.of(ast.FunctionDef, ast.AsyncFunctionDef)]

    @cached_property
    def calls(self) -> dict[str, list[ast.Call]]:
        """All calls, by the resolved name of what is called."""
        found: dict[str, list[ast.Call]] = defaultdict(list)
        for call in self.of(ast.Call):
            found[self.name(call.func)].append(call)
        return found

    @cached_property
    def methods(self) -> dict[str, list[ast.Call]]:
        """All calls, by the last part of the name."""
        found: dict[str, list[ast.Call]] = defaultdict(list)
        for name, calls in self.calls.items():
            found[name.rpartition(".")[2]] += calls
        for call in self.of(ast.Call):
            if isinstance(call.func, ast.Attribute) and not self.name(call.func):
                found[call.func.attr].append(call)
        return found

    @cached_property
    def packages(self) -> frozenset[str]:
        """The top-level names of all that is imported."""
        return frozenset(each.lstrip(".").partition(".")[0] for each in self.imports.values())

    def called(self, *names: str) -> Iterator[ast.Call]:
        """The calls of some functions, by their full names."""
        for name in names:
            yield from self.calls.get(name, ())

    def name(self, node: ast.AST | None, depth: int = 0) -> str:
        """The full name of an expression, as the head of this file says; empty where it has none."""
        if node is None or depth > DEPTH:
            return ""
        known = self._names.get(node)
        if known is None:
            known = self._name(node, depth)
            if not depth:
                self._names[node] = known
        return known

    def _name(self, node: ast.AST, depth: int) -> str:
        match node:
            case ast.Name(id=name):
                bound = self._bound(node, name)
                if bound is not None and name in self.imports:
                    # Bound at the top too: an import that falls back. Bound further in: a parameter that hides it.
                    return self.imports[name] if self._top.bound.get(name) is bound else f"{name}?"
                if bound is not None:
                    value = bound[0] if bound else None
                    kind = isinstance(value, ast.Call | ast.Attribute | ast.Name | ast.Await)
                    full = self.name(value, depth + 1) if len(bound) == 1 and kind else ""
                    return full or name
                return self.imports.get(name, name)
            case ast.Attribute(value=ast.Name(id="self" | "cls" as me), attr=attr):
                bound = self._bound(node.value, f"self.{attr}")
                full = self.name(bound[0], depth + 1) if bound and len(bound) == 1 else ""
                return full if full.endswith("()") else f"{me}.{attr}"
            case ast.Attribute(value=value, attr=attr):
                base = self.name(value, depth + 1)
                return f"{base}.{attr}" if base else ""
            case ast.Call(func=func):
                base = self.name(func, depth + 1)
                return f"{base}()" if base else ""
            case ast.Await(value=value):
                return self.name(value, depth + 1)
            case ast.Subscript(value=value):
                base = self.name(value, depth + 1)
                return f"{base}[]" if base else ""
            case _:
                return ""

    def _bound(self, node: ast.AST, name: str) -> list[ast.expr | None] | None:
        scope = self._scopes.get(node)
        return scope.find(name) if scope else None

    def bindings(self, node: ast.Name) -> list[ast.expr | None]:
        """All that a variable is bound to where it can be seen; None among them for what is not an expression."""
        return self._bound(node, node.id) or []

    def origin(self, node: ast.expr) -> ast.expr:
        """The expression that a variable stands for, where it is bound once; else the node itself."""
        for _ in range(DEPTH):
            if isinstance(node, ast.Name):
                bound = self.bindings(node)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                bound = self._bound(node.value, f"self.{node.attr}") or []
            else:
                return node
            if len(bound) != 1 or bound[0] is None or bound[0] is node:
                return node
            node = bound[0]
        return node

    def value(self, node: ast.AST | None) -> Any:
        """What an expression is, where the file says it; else `UNKNOWN`."""
        return UNKNOWN if node is None else evaluate(node, self)

    def argument(self, call: ast.Call, position: int | None, *keywords: str) -> ast.expr | None:
        """An argument by its place or its keywords; None where it is not given, or not to be seen."""
        for keyword in call.keywords:
            if keyword.arg in keywords:
                return keyword.value
        if position is None or position >= len(call.args):
            return None
        if any(isinstance(each, ast.Starred) for each in call.args[: position + 1]):
            return None
        return call.args[position]

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The innermost function around a node."""
        if node not in self._inside:
            at: ast.AST | None = self.parents.get(node)
            while at is not None and not isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef):
                at = self.parents.get(at)
            self._inside[node] = at
        return self._inside[node]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What stands around a node, from the inside out."""
        at = self.parents.get(node)
        while at is not None:
            yield at
            at = self.parents.get(at)

    def class_of(self, function: ast.AST) -> ast.ClassDef | None:
        """The class that a method is of."""
        at = self.parents.get(function)
        return at if isinstance(at, ast.ClassDef) else None

    def within(self, node: ast.AST, *kinds: type[ast.AST]) -> Iterator[Any]:
        """All nodes of some types in another one, itself included; bounded by the file, for those that look inside."""
        start, end = self._spans[node]
        if len(kinds) == 1 and kinds[0] in self.nodes:
            places = self._places[kinds[0]]
            yield from self.nodes[kinds[0]][bisect_left(places, start) : bisect_left(places, end)]
            return
        wanted = kinds or (ast.AST,)
        for each in self._order[start:end]:
            if isinstance(each, wanted):
                yield each

    def _stepped(self, node: ast.AST) -> Iterator[ast.AST]:
        for each in ast.walk(node):
            self._steps += 1
            if self._steps > STEPS:
                raise OutOfSteps
            yield each

    def reach(self, node: ast.AST, depth: int = 3) -> Iterator[ast.AST]:
        """An expression's nodes, and those of what its names are bound to; each once, and no more than `REACH`."""
        seen: set[ast.AST] = set()
        front: list[ast.AST] = [node]
        for _ in range(depth + 1):
            names: list[ast.Name] = []
            for root in front:
                for each in self._stepped(root):
                    if each in seen:
                        continue
                    if len(seen) >= REACH:
                        return
                    seen.add(each)
                    yield each
                    if isinstance(each, ast.Name):
                        names.append(each)
            front = [origin for each in names if (origin := self.origin(each)) is not each and origin not in seen]

    def text(self, node: ast.AST) -> str:
        """The names and strings in a node in lower case, for rules that look for telling words."""
        kept = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module)
        known = self._texts.get(node)
        if known is None:
            known = self._text(node)
            if kept:
                self._texts[node] = known
        return known

    def _text(self, node: ast.AST) -> str:
        words = []
        start, end = self._spans[node]
        for each in self._order[start:end]:
            match each:
                case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=str(word)):
                    words.append(word)
                case ast.Constant(value=str(word)):
                    words.append(word[:200])
        return " ".join(words).lower()

    def _walk(self) -> None:
        stack: list[tuple[ast.AST, Scope]] = [(self.tree, self._top)]
        while stack:
            node, scope = stack.pop()
            self.nodes[type(node)].append(node)
            self._places[type(node)].append(len(self._order))
            self._order.append(node)
            inner = self._enter(node, scope)
            children: list[tuple[ast.AST, Scope]] = []
            for name in node._fields:
                child = getattr(node, name, None)
                if isinstance(child, list):
                    for each in child:
                        if isinstance(each, ast.AST):
                            self.parents[each] = node
                            children.append((each, scope if name == "decorator_list" else inner))
                elif isinstance(child, ast.AST) and not isinstance(child, ast.expr_context):
                    self.parents[child] = node
                    children.append((child, inner))
            stack.extend(reversed(children))
        # A node and all that is in it stand side by side in this order: nobody has to walk a subtree again.
        ends = {id(node): at + 1 for at, node in enumerate(self._order)}
        for at in range(len(self._order) - 1, -1, -1):
            node = self._order[at]
            self._spans[node] = (at, ends[id(node)])
            parent = self.parents.get(node)
            if parent is not None and ends[id(parent)] < ends[id(node)]:
                ends[id(parent)] = ends[id(node)]

    def _enter(self, node: ast.AST, scope: Scope) -> Scope:
        match node:
            case ast.Name():
                self._scopes[node] = scope
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                if not isinstance(node, ast.Lambda):
                    scope.bind(node.name, None)
                scope = self._scopes[node] = Scope(node, scope)
                arguments = node.args
                for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    scope.bind(each.arg, None)
                for extra in (arguments.vararg, arguments.kwarg):
                    if extra:
                        scope.bind(extra.arg, None)
            case ast.ClassDef(name=name):
                scope.bind(name, None)
                scope = Scope(node, scope)
            case ast.Import(names=names):
                for alias in names:
                    self.imports[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            case ast.ImportFrom(module=source, names=names, level=level):
                for alias in names:
                    self.imports[alias.asname or alias.name] = f"{'.' * level}{source or ''}.{alias.name}"
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value, scope)
            case ast.AnnAssign(target=target, value=given) if given is not None:
                self._assign(target, given, scope)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value, scope)
            case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
                self._assign(target, None, scope)
            case ast.comprehension(target=target):
                self._assign(target, None, scope)
            case ast.withitem(context_expr=value, optional_vars=target) if target is not None:
                self._assign(target, value, scope)
            case ast.ExceptHandler(name=str(name)):
                scope.bind(name, None)
        return scope

    def _assign(self, target: ast.expr, value: ast.expr | None, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope.bind(name, value)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                outer: Scope | None = scope
                while outer is not None and not isinstance(outer.node, ast.ClassDef):
                    outer = outer.outer
                if outer is not None:
                    outer.bind(f"self.{attr}", value)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                matching = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(elements)
                for index, each in enumerate(elements):
                    part = value.elts[index] if matching and isinstance(value, ast.Tuple | ast.List) else None
                    self._assign(each, part, scope)
            case ast.Starred(value=inner):
                self._assign(inner, None, scope)


def label_of(node: ast.expr) -> str:
    """The name of a variable, attribute or constant key; empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def see(rule: str, node: ast.AST, message: str = "", confidence: float | None = None, **more: Any) -> Observation:
    """An observation of a node; of a function or class, and of whatever is longer than ten lines, its first line."""
    line: int = getattr(node, "lineno", 1)
    end: int = getattr(node, "end_lineno", line) or line
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module) or end - line > 9:
        end = line
    return Observation(f"security/{rule}", line, end, message, confidence=confidence, **more)
