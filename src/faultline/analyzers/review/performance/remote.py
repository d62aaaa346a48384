"""Waiting: for a database or a service in every round of a loop, and blocking calls where others wait as well."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Index, called, dotted, index, inside
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_HTTP = frozenset(["get", "post", "put", "patch", "delete", "head", "options", "request"])
_CLIENTS = frozenset(("requests", "httpx"))
_EXECUTES = frozenset(["execute", "executemany", "scalar", "scalars", "fetchone", "fetchall"])
_DATABASES = ("cursor", "cur", "conn", "connection", "session", "db", "database")
_MANAGER = frozenset(
    ["get", "filter", "exclude", "first", "last", "count", "exists", "create", "update_or_create", "get_or_create"]
)
_RELATED = ("select_related", "prefetch_related", "selectinload", "joinedload", "subqueryload", "options", "values",
            "values_list", "only", "annotate", "aggregate")  # fmt: skip
_ROUTES = ("get", "post", "put", "patch", "route", "api_view", "action", "list_route")


def queries(source: Source) -> Iterable[Observation]:
    """One query for each round of a loop."""
    if (code := index(source)) is None:
        return
    for call in code.of(ast.Call):
        if not isinstance(call.func, ast.Attribute):
            continue
        loop = code.loop(call)
        if loop is None or _bounded(loop) or not _depends(code, loop, call):
            continue
        if _is_query(code, call):
            message = f"`{_name(call)}` runs in every round of the loop in line {loop.lineno}."
            yield Observation("performance/query-in-loop", call.lineno, message=message, because=(loop.lineno,))
        elif (
            dotted(call.func.value) in _CLIENTS and call.func.attr in _HTTP and dotted(call.func.value) in code.imported
        ):
            message = f"`{_name(call)}` runs in every round of the loop in line {loop.lineno}."
            yield Observation("performance/request-in-loop", call.lineno, message=message, because=(loop.lineno,))


def related(source: Source) -> Iterable[Observation]:
    """Django: `row.author.name` for each row of a queryset that has not loaded the authors."""
    if "objects" not in source.text or (code := index(source)) is None:
        return
    for loop in code.of(ast.For):
        if not isinstance(loop.target, ast.Name) or not _plain_queryset(code, loop, loop.iter):
            continue
        name = loop.target.id
        for each in inside(loop.body):
            if not isinstance(each, ast.Attribute):
                continue
            path = dotted(each)
            parts = path.split(".")
            sets = len(parts) >= 3 and parts[1].endswith("_set") and parts[2] in ("all", "count", "filter", "first")
            parent = code.parents[each]
            method = isinstance(parent, ast.Call) and parent.func is each
            deep = len(parts) == 3 and not method and isinstance(each.ctx, ast.Load)
            if parts[0] == name and (sets or (deep and not parts[1].endswith(("_id", "meta", "date", "time", "_at")))):
                if (deep and parts[1] in ("file", "image")) or parts[2] in ("url", "path", "year", "month", "day"):
                    continue
                message = f"`{'.'.join(parts[:2])}` is loaded for each row of the loop in line {loop.lineno}."
                yield Observation("performance/n-plus-one", each.lineno, message=message, because=(loop.lineno,))
                break


def awaited(source: Source) -> Iterable[Observation]:
    """A loop that does nothing but wait for one independent call after the other."""
    if "await" not in source.text or (code := index(source)) is None:
        return
    for loop in code.of(ast.For):
        if len(loop.body) != 1:
            continue
        only = loop.body[0]
        value = only.value if isinstance(only, ast.Expr) else None
        if isinstance(value, ast.Call) and called(value).endswith(".append") and value.args:
            value = value.args[0]
        if isinstance(value, ast.Await) and isinstance(value.value, ast.Call):
            last = called(value.value).rpartition(".")[2]
            ordered = (
                "send",
                "write",
                "put",
                "sleep",
                "append",
                "close",
                "drain",
                "execute",
                "commit",
                "lock",
                "acquire",
            )
            if not last.startswith(ordered):
                yield Observation("performance/await-in-loop", only.lineno, because=(loop.lineno,))


def blocking(source: Source) -> Iterable[Observation]:
    """Calls in `async def` that stop the event loop, beside those that ruff knows."""
    if "async def" not in source.text or (code := index(source)) is None:
        return
    for function in code.of(ast.AsyncFunctionDef):
        sessions = {
            dotted(each.targets[0])
            for each in inside(function.body)
            if isinstance(each, ast.Assign) and called(each.value) in ("requests.Session", "requests.session")
        }
        for each in inside(function.body):
            if not isinstance(each, ast.Call):
                continue
            receiver, _, last = called(each).rpartition(".")
            if receiver in sessions and receiver and last in _HTTP:
                message = f"`{called(each)}` blocks inside of `{function.name}`."
                yield Observation("performance/blocking-in-async", each.lineno, message=message, symbol=function.name)


def unbounded(source: Source) -> Iterable[Observation]:
    """A handler that answers with all rows of a table."""
    if ".all()" not in source.text or (code := index(source)) is None:
        return
    for function in code.defs:
        if not any(_route(each) for each in function.decorator_list):
            continue
        text = ast.unparse(function)
        if any(word in text for word in ("limit", "paginat", "page", "first(", "[:")):
            continue
        for each in inside(function.body):
            if (
                isinstance(each, ast.Call)
                and called(each).endswith("objects.all")
                and not isinstance(code.parents[each], ast.Attribute)
            ):
                yield Observation("performance/unbounded-query", each.lineno, symbol=function.name)
                continue
            chained = each.func.value if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) else None
            if isinstance(chained, ast.Call) and called(each).endswith(".all") and called(chained).endswith(".query"):
                yield Observation("performance/unbounded-query", each.lineno, symbol=function.name)  # type: ignore[attr-defined]


def _route(node: ast.expr) -> bool:
    name = called(node) or dotted(node)
    return ("." in name and name.rpartition(".")[2] in _ROUTES) or name in ("api_view", "route")


def _is_query(code: Index, call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    receiver = dotted(call.func.value)
    last = receiver.rpartition(".")[2].lower().strip("_")
    if call.func.attr in _EXECUTES:
        return (last in _DATABASES or last.endswith(("_session", "_cursor", "_conn", "_db"))) and _selects(call)
    if call.func.attr in _MANAGER and receiver.endswith(".objects"):
        return not isinstance(code.parents[call], ast.Attribute) or call.func.attr in ("get", "filter", "exclude")
    if call.func.attr in ("get", "query") and last in ("session", "db_session"):
        # `session.get(Model, key)` is SQLAlchemy's; that of requests takes an address.
        return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id[:1].isupper()
    return False


def _selects(call: ast.Call) -> bool:
    """A statement that reads: many inserts in a loop are slow too, but often as cheap as a driver's own executemany."""
    if not call.args:
        return False
    text = "".join(
        each.value.lower()
        for each in ast.walk(call.args[0])
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    return (
        text.lstrip().startswith("select") or called(call.args[0]) == "select" or "select(" in ast.unparse(call.args[0])
    )


def _bounded(loop: ast.AST) -> bool:
    """Loops over a literal, retries, and loops that read page by page."""
    if isinstance(loop, ast.While):
        return True
    assert isinstance(loop, ast.For | ast.AsyncFor)
    if isinstance(loop.iter, ast.List | ast.Tuple | ast.Constant):
        return True
    return called(loop.iter) in ("range", "itertools.count", "count", "chunked", "batched", "itertools.batched")


def _depends(code: Index, loop: ast.AST, call: ast.Call) -> bool:
    """Whether the loop goes on after the call; one that is left right away runs it once."""
    for each in code.up(call):
        if each is loop:
            return True
        if isinstance(each, ast.Return | ast.ExceptHandler):
            return False
    return True


def _plain_queryset(code: Index, loop: ast.For, node: ast.expr) -> bool:
    """`Model.objects.filter(...)` and the like, or a name that was given one, without related rows."""
    if isinstance(node, ast.Name):
        function = next((each for each in code.up(loop) if isinstance(each, FUNCTIONS)), None)
        if function is None:
            return False
        values = list(_values(function, node.id))
        return len(values) == 1 and _plain_queryset_call(values[0])
    return _plain_queryset_call(node)


def _values(function: ast.AST, name: str) -> Iterator[ast.expr]:
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and any(dotted(target) == name for target in each.targets):
            yield each.value


def _plain_queryset_call(node: ast.expr) -> bool:
    chain, at = [], node
    while isinstance(at, ast.Call) and isinstance(at.func, ast.Attribute):
        chain.append(at.func.attr)
        at = at.func.value
    return bool(chain) and dotted(at).endswith(".objects") and not any(each in _RELATED for each in chain)


def _name(call: ast.Call) -> str:
    text = ast.unparse(call.func)
    return text if len(text) <= 60 else f"...{text[-50:]}"


CHECKS = (queries, related, awaited, blocking, unbounded)
