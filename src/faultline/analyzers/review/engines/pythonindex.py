"""An index of a Python tree: its nodes by type, and what each stands in. Found once for a source, and shared."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from typing import TypeVar
from weakref import WeakKeyDictionary

from faultline.analyzers.review.source import Source

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_INDEXES: WeakKeyDictionary[Source, Index | None] = WeakKeyDictionary()
_LOCK = threading.Lock()


class Index:
    """The nodes of one tree; in each list they are in the order of the text, outer ones first."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.nodes: dict[type[ast.AST], list[ast.AST]] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        stack: list[ast.AST] = [tree]
        nodes, parents = self.nodes, self.parents
        while stack:
            node = stack.pop()
            kept = nodes.get(type(node))
            if kept is None:
                nodes[type(node)] = [node]
            else:
                kept.append(node)
            inner: list[ast.AST] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, list):
                    inner += [each for each in value if isinstance(each, ast.AST)]
                elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                    inner.append(value)
            for each in inner:
                parents[each] = node
            inner.reverse()
            stack += inner
        self.defs: list[Function] = [*self.of(ast.FunctionDef), *self.of(ast.AsyncFunctionDef)]
        self.functions: dict[str, list[Function]] = {}
        for function in self.defs:
            self.functions.setdefault(function.name, []).append(function)
        self.imported = {alias.name.partition(".")[0] for each in self.of(ast.Import) for alias in each.names} | {
            each.module.partition(".")[0] for each in self.of(ast.ImportFrom) if each.module and not each.level
        }

    def of(self, kind: type[Node]) -> list[Node]:
        """All nodes of exactly this type."""
        return self.nodes.get(kind, [])  # type: ignore[return-value]

    def up(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, the nearest first."""
        at = self.parents.get(node)
        while at is not None:
            yield at
            at = self.parents.get(at)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, lambda, class or module that a node stands in."""
        return next((each for each in self.up(node) if isinstance(each, SCOPES)), self.tree)

    def owner(self, function: ast.AST) -> ast.ClassDef | None:
        """The class whose method a function is."""
        parent = self.parents.get(function)
        while isinstance(parent, ast.If | ast.Try):
            parent = self.parents.get(parent)
        return parent if isinstance(parent, ast.ClassDef) else None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in a method of which a node stands."""
        for each in self.up(node):
            if isinstance(each, FUNCTIONS) and (owner := self.owner(each)) is not None:
                return owner
        return None

    def loop(self, node: ast.AST) -> ast.For | ast.AsyncFor | ast.While | None:
        """The loop that runs a node again and again, inside the same function; the iterable of a `for` runs once."""
        child = node
        for each in self.up(node):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                return None
            if isinstance(each, LOOPS):
                part_of_header = not isinstance(each, ast.While) and child is each.iter
                if not part_of_header and child not in each.orelse:
                    return each
            child = each
        return None

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node is part of."""
        if isinstance(node, ast.stmt):
            return node
        return next((each for each in self.up(node) if isinstance(each, ast.stmt)), None)


def index(source: Source) -> Index | None:
    """The index of a source; None where it is no Python, does not parse, or is not known as a whole."""
    if source.partial or (tree := source.python) is None:
        return None
    with _LOCK:
        found = _INDEXES.get(source)
    if found is None:
        found = Index(tree)
        with _LOCK:
            found = _INDEXES.setdefault(source, found)
    return found


def dotted(node: ast.AST | None) -> str:
    """`a.b.c` of names and attributes; `""` for everything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def called(node: ast.AST | None) -> str:
    """The dotted name that a call calls; for a call on something else, only `.name`."""
    if not isinstance(node, ast.Call):
        return ""
    if name := dotted(node.func):
        return name
    return f".{node.func.attr}" if isinstance(node.func, ast.Attribute) else ""


def same(one: object, other: object) -> bool:
    """Whether two trees, or lists of them, say the same."""
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, ast.AST):
        if type(one) is not type(other):
            return False
        return all(same(getattr(one, name, None), getattr(other, name, None)) for name in one._fields if name != "ctx")
    return type(one) is type(other) and one == other


def inside(node: ast.AST | list[ast.stmt], *, nested: bool = False) -> Iterator[ast.AST]:
    """All nodes of a tree in the order of the text; what stands in functions and classes of it only if `nested`."""
    stack: list[ast.AST] = list(reversed(node)) if isinstance(node, list) else [node]
    first = stack[0] if len(stack) == 1 and not isinstance(node, list) else None
    while stack:
        each = stack.pop()
        yield each
        if nested or each is first or not isinstance(each, SCOPES):
            stack += reversed(list(ast.iter_child_nodes(each)))


def calm(node: ast.AST) -> bool:
    """Whether an expression says the same when it is asked twice: it calls nothing and binds nothing."""
    return not any(
        isinstance(each, ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for each in ast.walk(node)
    )


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block always ends in a jump out of it, or in a call that is known not to come back."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, EXITS):
        return True
    if isinstance(last, ast.Expr | ast.Assert):
        name = called(last.value).rpartition(".")[2] if isinstance(last, ast.Expr) else ""
        never = isinstance(last, ast.Assert) and isinstance(last.test, ast.Constant) and not last.test.value
        return never or name in _NEVER_COMES_BACK
    if isinstance(last, ast.If):
        return leaves(last.body) and leaves(last.orelse)
    if isinstance(last, ast.Try | ast.TryStar):
        handled = all(leaves(each.body) for each in last.handlers)
        return leaves(last.finalbody) or (handled and leaves(last.orelse or last.body))
    if isinstance(last, ast.With | ast.AsyncWith):
        swallows = ("suppress", "raises", "assertRaises", "assertRaisesRegex")
        return leaves(last.body) and not any(called(each.context_expr).endswith(swallows) for each in last.items)
    if isinstance(last, ast.While):
        forever = isinstance(last.test, ast.Constant) and bool(last.test.value)
        return forever and not any(isinstance(each, ast.Break) for each in inside(last.body))
    if isinstance(last, ast.Match):
        every = any(isinstance(each.pattern, ast.MatchAs) and each.pattern.pattern is None for each in last.cases)
        return every and all(leaves(each.body) for each in last.cases)
    return False


_NEVER_COMES_BACK = frozenset(
    ("exit", "_exit", "abort", "fail", "error", "skip", "xfail", "skipTest", "quit", "die", "usage", "bail", "reraise",
     "raise_from", "assert_never", "execv", "execve", "execvp", "execvpe", "exception_handler", "handle_error",
     "unreachable", "terminate", "panic", "fatal", "print_usage_and_exit", "raise_error", "throw"),
)  # fmt: skip
