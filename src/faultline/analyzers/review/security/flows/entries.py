"""Where a file is entered from outside: functions that answer requests, and functions that anybody may call."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from faultline.analyzers.review.security.flows.domain import UNKNOWN, Cell, Function, Origin, Value
from faultline.analyzers.review.security.flows.tables import Tables

if TYPE_CHECKING:
    from faultline.analyzers.review.security.flows.machine import Machine

WEB: Final = re.compile(
    r"\b(?:flask|django|fastapi|starlette|aiohttp|tornado|bottle|quart|sanic|pyramid|falcon|cherrypy|web|http\.server|"
    r"BaseHTTPServer|rest_framework|connexion|socketserver|lambda_handler|webapp2|request)\b"
)
"""What files say that have to do with requests."""
ASKED: Final = re.compile(
    r"\breq(?:uest)?\.(?:GET|POST|args|form|FILES|COOKIES|query_params|get_json|values|cookies|META|params|session|user)\b"
)
SERVES: Final = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+"
    r"(?:flask|django|fastapi|starlette|aiohttp|tornado|bottle|quart|sanic|rest_framework)\b",
    re.MULTILINE,
)
"""Imports of what answers requests."""
SOURCES: Final = re.compile(
    r"\b(?:request|req|argv|environ|getenv|input|recv|rfile|get_argument|FieldStorage|stdin)\b|self\.(?:path|headers)\b"
)
"""What functions say that take data in."""
_CALLED: Final = re.compile(r"\b(\w+)\(")
_SCALARS: Final = frozenset(
    {"int", "float", "bool", "UUID", "date", "datetime", "Decimal", "Enum", "Literal", "PositiveInt"}
)
_INJECTED: Final = frozenset({"Depends", "Security", "BackgroundTasks", "Session", "AsyncSession", "Response"})
_CONVERTERS: Final = re.compile(r"<(?:int|float|uuid)(?:\([^)]*\))?:(\w+)>|\{(\w+):(?:int|float|uuid)\}")
_ROUTE_ONLY: Final = frozenset({"flask", "quart", "bottle"})
_PLACES: Final = re.compile(r"<[^<>]{0,200}>|:\w+")
_DEPENDED: Final = frozenset({"fastapi", "litestar", "ninja"})
_ASKED_BY: Final = frozenset(
    {"Query", "Path", "Body", "Header", "Cookie", "Form", "File", "Field", "StringConstraints", "UploadFile"}
)
_PLAIN: Final = frozenset(
    {
        "str", "bytes", "list", "dict", "set", "tuple", "Any", "object", "Optional", "Union", "Annotated", "None",
        "List", "Dict", "Sequence", "Mapping", "Iterable", "UploadFile", "EmailStr", "HttpUrl", "AnyUrl",
        "SecretStr", "Json",
    }
)  # fmt: skip
_BODY: Final = re.compile(
    r"(?:In|Create|Update|Request|Payload|Body|Schema|Model|Params|Query|Form|Data|Input|Dto|DTO|Item|Wanted)$"
)
_HTML_FRAMEWORKS: Final = ("flask", "quart", "bottle", "cherrypy", "sanic", "web")
_REQUEST_NAMES: Final = frozenset({"request", "req"})


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that answers requests.

    `request` is the name of what its parameter for the request is, `pages` whether a string that it gives is a page,
    `fixed` are parameters that the route lets be numbers only, `routed` those that it fills, None where it does not
    say.
    """

    request: str | None = None
    pages: bool = False
    fixed: frozenset[str] = frozenset()
    routed: frozenset[str] | None = None
    method: bool = False


def handler_of(function: Function, tables: Tables, imports: set[str]) -> Handler | None:
    """How a function answers requests; None where it does not."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return None
    routes = [each for each in node.decorator_list if _is_route(each, tables)]
    if routes:
        words = " ".join(str(each.value) for one in routes for each in ast.walk(one) if isinstance(each, ast.Constant))
        fixed = frozenset(name for match in _CONVERTERS.finditer(words) for name in match.groups() if name)
        typed = any(
            isinstance(each, ast.keyword) and each.arg == "response_class" and "HTML" in ast.dump(each.value)
            for one in routes
            for each in ast.walk(one)
        )
        pages = typed or bool(imports.intersection(_HTML_FRAMEWORKS))
        return Handler(_kind(imports), pages, fixed, routed=_routed(routes, imports))
    if function.owner is not None:
        bases = {name.rpartition(".")[2] for name in function.owner.ancestry()}
        if bases & tables.bases and node.name in tables.entry_methods:
            pages = bool(bases & {"MethodView", "View"}) and bool(imports.intersection(_HTML_FRAMEWORKS))
            return Handler(_kind(imports), pages, method=True)
        return None
    first = next((each.arg for each in node.args.args), "")
    if first in _REQUEST_NAMES and not node.name.startswith("_") and "django" in imports:
        return Handler("django.request")
    if (
        first in _REQUEST_NAMES
        and imports & {"aiohttp", "starlette", "fastapi", "sanic", "pyramid"}
        and isinstance(node, ast.AsyncFunctionDef)
    ):
        return Handler(_kind(imports))
    if node.name == "lambda_handler" or [each.arg for each in node.args.args] == ["event", "context"]:
        return Handler()
    return None


def _routed(routes: list[ast.expr], imports: set[str]) -> frozenset[str] | None:
    """The parameters that the routes fill, of a framework that fills no others."""
    if not imports.intersection(_ROUTE_ONLY):
        return None
    names: set[str] = set()
    for route in routes:
        path = route.args[0] if isinstance(route, ast.Call) and route.args else None
        if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
            return None
        names |= {word for place in _PLACES.findall(path.value) for word in re.findall(r"\w+", place)}
        for each in route.keywords if isinstance(route, ast.Call) else ():
            names |= {str(one.value) for one in ast.walk(each.value) if isinstance(one, ast.Constant)}
    return frozenset(names)


def _is_route(decorator: ast.expr, tables: Tables) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(target, ast.Name):
        return target.id in ("route", "view_config", "api_view", "get", "post") and isinstance(decorator, ast.Call)
    if not (isinstance(target, ast.Attribute) and target.attr in tables.decorators and isinstance(decorator, ast.Call)):
        return False
    return not decorator.args or isinstance(
        decorator.args[0], ast.Constant | ast.JoinedStr | ast.Name | ast.BinOp | ast.List | ast.Attribute
    )


def _kind(imports: set[str]) -> str:
    for name, kind in (
        ("django", "django.request"),
        ("rest_framework", "rest.request"),
        ("aiohttp", "aiohttp.request"),
        ("fastapi", "starlette.request"),
        ("starlette", "starlette.request"),
        ("sanic", "sanic.request"),
        ("pyramid", "pyramid.request"),
        ("falcon", "falcon.request"),
        ("flask", "flask.request"),
    ):
        if name in imports:
            return kind
    return "web.request"


def frame(machine: Machine, function: Function, handler: Handler | None) -> dict[str, Value]:
    """The frame in which a function starts that is called from outside."""
    node = function.node
    given = node.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    defaults = dict(
        zip(reversed([each.arg for each in (*given.posonlyargs, *given.args)]), reversed(given.defaults), strict=False)
    )
    values: dict[str, Value] = {}
    for index, each in enumerate(parameters):
        if index == 0 and function.owner is not None and not function.static:
            values[each.arg] = _self(machine, function)
        else:
            values[each.arg] = _parameter(machine, each, handler, defaults.get(each.arg))
    for extra in (given.vararg, given.kwarg):
        if extra is not None:
            values[extra.arg] = _parameter(machine, extra, handler, None) if handler is not None else UNKNOWN
    return values


def _self(machine: Machine, function: Function) -> Value:
    """An object of a class, as its constructor may have left it."""
    assert function.owner is not None
    bases = {name.rpartition(".")[2] for name in function.owner.ancestry()}
    name = None
    if any("HTTPRequestHandler" in base for base in bases):
        name = "http.handler"
    elif bases & {"RequestHandler", "WebSocketHandler"}:
        name = "tornado.handler"
    elif bases & {"BaseRequestHandler", "StreamRequestHandler"}:
        name = "http.handler"
    machine._site = function.owner.node
    value = machine.allocate(Cell("object", {}, None, False, function.owner))
    if name is None and bases & machine.tables.bases:
        # Class-based views keep the request.
        cell = machine.state.heap[value.refs[0]]
        request = Value(name=_kind(machine.imports))
        machine.state.heap[value.refs[0]] = Cell(
            "object", {**cell.items, "request": request}, None, False, function.owner
        )
    return value.but(name=name)


def _parameter(machine: Machine, each: ast.arg, handler: Handler | None, default: ast.expr | None) -> Value:
    annotation = _annotation(each.annotation)
    words = f"the parameter `{each.arg}`"
    kind = _kind(machine.imports)
    # Clients know requests as well: `urllib`, `requests`, `google.auth`.
    serves = handler is not None or kind != "web.request" or _asks(machine)
    if annotation & {"Request", "HttpRequest", "WebSocket", "WSGIRequest"} and serves:
        return Value(name="starlette.websocket" if "WebSocket" in annotation else kind)
    if handler is None:
        if each.arg in _REQUEST_NAMES and not annotation and _asks(machine):
            return Value(name="web.request")
        if (annotation & _SCALARS and "str" not in annotation) or each.arg in ("self", "cls"):
            return UNKNOWN
        return Value(taint={Origin(words, each.lineno, "parameter"): frozenset()})
    if each.arg in _REQUEST_NAMES:
        return Value(name=handler.request or "web.request")
    if each.arg in handler.fixed or each.arg == "context":
        return UNKNOWN
    if annotation & _INJECTED or (
        isinstance(default, ast.Call) and _annotation(default.func) & {"Depends", "Security"}
    ):
        return UNKNOWN
    if handler.routed is not None and each.arg not in handler.routed:
        return UNKNOWN
    if _depended(machine, annotation):
        return UNKNOWN
    if annotation & _SCALARS and "str" not in annotation:
        return Value(taint={Origin(words, each.lineno, "web"): frozenset({"*"})})
    return Value(taint={Origin(words, each.lineno, "web"): frozenset()})


def _depended(machine: Machine, annotation: set[str]) -> bool:
    """Whether a parameter is filled by a dependency, as far as its type says so.

    An alias of the file that calls something other than what takes data from the request is one; so is a type of
    another file that is not named like what a body is.
    """
    if not machine.imports & _DEPENDED or not annotation or annotation & _PLAIN or annotation & _SCALARS:
        return False
    for name in annotation:
        alias = machine.alias(name)
        if alias is not None:
            calls = [each.func for each in ast.walk(alias) if isinstance(each, ast.Call)]
            return bool(calls) and not any(_annotation(each) & _ASKED_BY for each in calls)
        if machine.defines(name) or _BODY.search(name):
            return False
    return True


def _asks(machine: Machine) -> bool:
    """Whether the file has to do with requests at all."""
    return machine.asked


def _annotation(node: ast.expr | None) -> set[str]:
    if node is None:
        return set()
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(each.attr)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            found |= set(re.findall(r"\w+", each.value[:200]))
    return found


class Bodies:
    """The texts of a file's functions."""

    def __init__(self, tree: ast.Module, lines: list[str]) -> None:
        self._functions: list[tuple[ast.AST, str, str]] = []
        self._texts: dict[ast.AST, str] = {}
        stack: list[tuple[ast.AST, str]] = [(tree, "")]
        while stack:
            node, owner = stack.pop()
            for each in _statements(node):
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    self._functions.append((each, each.name, owner))
                    self._texts[each] = "\n".join(lines[each.lineno - 1 : each.end_lineno])
                stack.append((each, each.name if isinstance(each, ast.ClassDef) else owner))

    def used(self) -> set[ast.AST]:
        """The functions that another one seems to call."""
        called: dict[str, int] = {}
        for text in self._texts.values():
            for name in set(_CALLED.findall(text)):
                called[name] = called.get(name, 0) + 1
        # Its own definition looks like a call as well; a method stands in the text of no other function.
        return {node for node, name, _ in self._functions if called.get(name, 0) > 1}

    def reaching(self, words: re.Pattern[str]) -> set[ast.AST]:
        """The functions that name one of some words, or a function or class of the file that does."""
        found = {node for node, text in self._texts.items() if words.search(text)}
        fresh = found
        for _ in range(4):
            names = {owner if name == "__init__" else name for node, name, owner in self._functions if node in fresh}
            names |= {owner for node, _, owner in self._functions if node in fresh and owner}
            if not names or len(found) == len(self._texts):
                break
            reached = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(names))) + r")\b")
            fresh = {node for node, text in self._texts.items() if node not in found and reached.search(text)}
            found |= fresh
        return found


def _statements(node: ast.AST) -> list[ast.stmt]:
    """The statements right inside one."""
    found: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        found += getattr(node, name, ())
    for handler in getattr(node, "handlers", ()):
        found += handler.body
    for case in getattr(node, "cases", ()):
        found += case.body
    return found


def outer(running: list[ast.AST]) -> int:
    """How many of the functions that are being run only contain the one that was entered."""
    return sum(1 for inner, around in zip(running[1:], running, strict=False) if _contains(around, inner))


def _contains(around: ast.AST, inner: ast.AST) -> bool:
    return (
        around.lineno <= inner.lineno and (inner.end_lineno or 0) <= (around.end_lineno or 0)  # type: ignore[attr-defined]
    )
