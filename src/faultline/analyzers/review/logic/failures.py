"""What happens when something fails: handlers that hide it or are never reached, locks and files left behind."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Index, called, dotted, index, inside, same
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_LARGE = 5
"""So many statements in a `try` whose every failure is passed over hide more than the one that was meant."""
_CLEANS_UP = (
    "close",
    "__del__",
    "__exit__",
    "__aexit__",
    "cleanup",
    "teardown",
    "tear_down",
    "shutdown",
    "stop",
    "tearDown",
)


def handlers(source: Source) -> Iterable[Observation]:
    """Handlers in the wrong order, and those that swallow whatever fails."""
    if "except" not in source.text or (code := index(source)) is None:
        return
    parents = {each.name: [dotted(base) for base in each.bases] for each in code.of(ast.ClassDef)}
    for each in code.of(ast.Try):
        caught: list[str] = []
        for handler in each.handlers:
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            names = [dotted(kind) for kind in kinds]
            hidden = [name for name in names if name and any(_is_a(name, before, parents) for before in caught)]
            if hidden and len(hidden) == len(names):
                message = f"`{hidden[0]}` is caught by the handler of `{caught[0]}` before it comes here."
                yield Observation("logic/unreachable-except", handler.lineno, message=message)
            caught += names
            large = sum(1 for one in inside(each.body) if isinstance(one, ast.stmt)) >= _LARGE
            if large and _swallows(handler) and not _cleans_up(code, each):
                yield Observation("logic/failure-swallowed", handler.lineno, handler.body[0].lineno)


def _is_a(name: str, base: str, parents: dict[str, list[str]]) -> bool:
    """Whether an exception is one of another: of those of Python, and of classes of this file."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        each = todo.pop()
        if each == base:
            return True
        if each in seen:
            continue
        seen.add(each)
        if each in parents:
            todo += parents[each]
            continue
        one, other = getattr(builtins, each, None), getattr(builtins, base, None)
        if isinstance(one, type) and isinstance(other, type) and base not in parents and issubclass(one, other):
            return issubclass(one, BaseException)
    return False


def _swallows(handler: ast.ExceptHandler) -> bool:
    broad = handler.type is None or dotted(handler.type) in ("Exception", "BaseException")
    return broad and all(
        isinstance(each, ast.Pass | ast.Continue)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in handler.body
    )


def _cleans_up(code: Index, node: ast.AST) -> bool:
    names = [each.name for each in code.up(node) if isinstance(each, FUNCTIONS)]
    return any(name.strip("_").startswith(_CLEANS_UP) or name in _CLEANS_UP for name in names)


def locks(source: Source) -> Iterable[Observation]:
    """A lock is taken and, when something fails, never given back."""
    if ".acquire(" not in source.text or (code := index(source)) is None:
        return
    for each in code.of(ast.Expr):
        value = each.value.value if isinstance(each.value, ast.Await) else each.value
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.func.attr != "acquire":
            continue
        lock = value.func.value
        if not any(word in ast.unparse(lock).lower() for word in ("lock", "mutex", "sem")):
            continue
        function = next((one for one in code.up(each) if isinstance(one, FUNCTIONS)), None)
        if function is None or function.name in ("acquire", "__enter__", "__aenter__"):
            continue
        inner = list(inside(function.body))
        released = [one for one in inner if _releases(one, lock)]
        final = [one for block in inner if isinstance(block, ast.Try | ast.TryStar) for one in inside(block.finalbody)]
        if any(one in final for one in released) or not released:
            continue  # one that another function releases is a protocol of its own
        between = [one for one in inner if isinstance(one, ast.Call | ast.Raise | ast.Return)]
        last = max(one.lineno for one in released)  # type: ignore[attr-defined]
        if any(each.lineno < one.lineno < last for one in between):
            name = ast.unparse(lock)
            message = f"What fails before line {last} leaves `{name}` taken for ever."
            yield Observation("logic/lock-not-released", each.lineno, message=message, because=(last,))


def _releases(node: ast.AST, lock: ast.expr) -> bool:
    call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "release"
    return call and same(node.func.value, lock)  # type: ignore[attr-defined]


def files(source: Source) -> Iterable[Observation]:
    """A file is opened, and nobody closes it."""
    if "open(" not in source.text or (code := index(source)) is None:
        return
    for each in code.of(ast.Assign):
        if len(each.targets) != 1 or not isinstance(each.targets[0], ast.Name):
            continue
        name = called(each.value)
        if name not in ("open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open"):
            continue
        function = next((one for one in code.up(each) if isinstance(one, FUNCTIONS)), None)
        if function is not None and not any(_cared_for(code, one) for one in _uses(function, each.targets[0])):
            yield Observation("logic/file-not-closed", each.lineno, message=f"`{each.targets[0].id}` is never closed.")


def _uses(function: ast.AST, target: ast.Name) -> Iterator[ast.Name]:
    for each in ast.walk(function):
        if isinstance(each, ast.Name) and each.id == target.id and each is not target:
            yield each


def _cared_for(code: Index, use: ast.Name) -> bool:
    """Whether a use closes the file or hands it on to somebody who may."""
    parent = code.parents[use]
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("close", "__exit__", "detach")
    return not isinstance(parent, ast.For | ast.comprehension)


CHECKS = (handlers, locks, files)
