"""Web handlers: which functions answer requests, on which routes, and whether somebody is checked before."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from faultline.analyzers.review.security.python.module import FunctionNode, Module

_VERBS = {"get", "post", "put", "delete", "patch", "head", "options"}
_ROUTES = _VERBS | {"route", "api_route", "websocket", "view", "add_url_rule"}
_FRAMEWORKS = {
    "flask", "django", "fastapi", "starlette", "rest_framework", "tornado", "aiohttp", "bottle", "pyramid", "sanic",
    "quart",
    "falcon", "flask_restful", "cherrypy", "ninja", "flask_login", "litestar", "webapp2", "http", "BaseHTTPServer",
}  # fmt: skip
_VIEW_BASE = re.compile(r"(?:View|APIView|ViewSet|Resource|MethodView|RequestHandler|HTTPEndpoint)$")
_REQUEST = re.compile(
    r"^(?:flask\.request|quart\.request|bottle\.request|sanic\.request|cherrypy\.request|request|self\.request|req)\."
    r"(?:args|form|values|json|get_json|data|files|cookies|headers|params|GET|POST|FILES|COOKIES|META|body|query|"
    r"query_params|"
    r"get_data|query_string|path_params|stream|url|host|referrer|user_agent|environ|view_args|forms|arguments)\b"
)
_GUARD = re.compile(
    r"login_?required|auth|permission|require_?(?:role|admin|user|login|key|token)|role_?required|admin_?required|"
    r"admin_?only|"
    r"token_?required|jwt|protected|restricted|user_passes_test|staff_?member|superuser|roles_|has_role|is_admin|"
    r"is_staff|"
    r"is_superuser|current_user|get_user|verify_|check_(?:token|user|password|key|access|login|admin)|"
    r"session(?! db\b)|api_?key|identity|"
    r"credential|principal|logged_?in|signed_?in|forbidden|unauthori[sz]ed|access_?control|\bacl\b|allow_?list|"
    r"owner|bearer"
)
_PUBLIC = re.compile(
    r"log_?in|sign_?in|sign_?up|register|reset_?pass|password_?reset|recover|confirm_?e?mail|health|static|index|home|forgot|webhook|callback|public|contact|about"
)


_INJECTING = {"fastapi", "litestar", "ninja"}
"""Frameworks that fill a handler's parameters by dependencies, not only from the request."""
_CALLER = re.compile(r"^_?(?:who|user|me|actor|admin|principal|caller|viewer|requester|member)$|^_?current_")


@dataclass(frozen=True, eq=False)
class Endpoint:
    """A function that answers requests.

    Attributes:
        node: the function.
        framework: `flask` for all that is decorated with a route, `django`, or `class` for methods of views.
        routes: the paths, as far as they are to be seen.
        methods: in upper case; empty where it is not said.
        decorators: the names of all that stand above it.

    """

    node: FunctionNode
    framework: str
    routes: tuple[str, ...]
    methods: frozenset[str]
    decorators: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name and routes, for rules that look for telling words."""
        return f"{self.node.name} {' '.join(self.routes)}".lower()


_KNOWN: WeakKeyDictionary[Module, list[Endpoint]] = WeakKeyDictionary()


def is_web(module: Module) -> bool:
    """Whether a file imports a web framework."""
    return bool(module.packages & _FRAMEWORKS)


def endpoints(module: Module) -> list[Endpoint]:
    """All functions of a file that answer requests."""
    known = _KNOWN.get(module)
    if known is None:
        known = _KNOWN[module] = list(_endpoints(module)) if is_web(module) else []
    return known


def endpoint_of(module: Module, node: ast.AST) -> Endpoint | None:
    """The handler that a node is in."""
    inside = {id(each) for each in module.around(node)} | {id(node)}
    return next((each for each in endpoints(module) if id(each.node) in inside), None)


def _endpoints(module: Module) -> Iterator[Endpoint]:
    for function in module.functions:
        decorators, routes, methods, framework = [], [], set[str](), ""
        for decorator in function.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = module.name(called)
            last = called.attr if isinstance(called, ast.Attribute) else name.rpartition(".")[2]
            decorators.append(name or last)
            if isinstance(decorator, ast.Call) and isinstance(called, ast.Attribute) and last in _ROUTES:
                framework = "flask"
                path = module.value(module.argument(decorator, 0, "path", "rule"))
                routes.append(path if isinstance(path, str) else "")
                given = module.value(module.argument(decorator, None, "methods"))
                methods |= {str(each).upper() for each in given} if isinstance(given, list) else set()
                methods |= {last.upper()} if last in _VERBS else set()
            elif last in ("api_view", "require_http_methods"):
                given = module.value(module.argument(decorator, 0)) if isinstance(decorator, ast.Call) else None
                methods |= {str(each).upper() for each in given} if isinstance(given, list) else set()
            elif last in ("require_POST", "require_GET"):
                methods.add(last.removeprefix("require_"))
        first = next((each.arg for each in function.args.args if each.arg not in ("self", "cls")), "")
        owner = module.class_of(function)
        if (
            not framework
            and first in ("request", "req")
            and owner is None
            and not isinstance(module.parents.get(function), FunctionNode)
        ):
            framework = "django" if module.packages & {"django", "rest_framework"} else ""
        if not framework and owner is not None and _view(module, owner):
            verb = function.name.removeprefix("do_").lower()
            if verb in _VERBS or function.name in ("list", "create", "retrieve", "update", "destroy", "dispatch"):
                framework = "class"
                methods.add(verb.upper())
        if framework:
            yield Endpoint(function, framework, tuple(routes), frozenset(methods), tuple(decorators))


def _view(module: Module, owner: ast.ClassDef) -> bool:
    return any(_VIEW_BASE.search(module.name(each)) for each in owner.bases)


def asked(module: Module, node: ast.AST) -> bool:
    """Whether an expression holds something of the request."""
    for each in module.reach(node):
        if isinstance(each, ast.Attribute | ast.Name | ast.Call):
            name = module.name(each)
            if _REQUEST.match(name) or name.endswith(("get_argument()", "get_body_argument()")):
                return True
    return False


def _parameters(node: FunctionNode) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def guarded(module: Module, endpoint: Endpoint) -> bool:
    """Whether somebody is checked before a handler runs, or in it: a decorator, a dependency, a look at the user."""
    if any(_guarding(each) for each in endpoint.decorators):
        return True
    for decorator in endpoint.node.decorator_list:
        for each in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if each.arg in ("dependencies", "permission", "permissions", "guards", "auth"):
                return True
    if _guarding(module.text(endpoint.node.args)):
        return True
    if module.packages & _INJECTING and any(_CALLER.match(each.arg) for each in _parameters(endpoint.node)):
        return True
    if any(_guarding(module.text(each)) for each in endpoint.node.body):
        return True
    if any(
        each.value in (401, 403) for each in module.within(endpoint.node, ast.Constant) if isinstance(each.value, int)
    ):
        return True
    owner = module.class_of(endpoint.node)
    if owner is not None:
        heads = " ".join(module.text(each) for each in (*owner.bases, *owner.decorator_list))
        fields = " ".join(module.text(each) for each in owner.body if isinstance(each, ast.Assign | ast.AnnAssign))
        if _guarding(f"{heads} {fields}"):
            return True
    return _guarded_whole(module)


_WHOLE: WeakKeyDictionary[Module, bool] = WeakKeyDictionary()


def _guarded_whole(module: Module) -> bool:
    """Whether the file checks every request: before_request, middleware, a router's dependencies."""
    known = _WHOLE.get(module)
    if known is None:
        known = any(
            each.arg in ("dependencies", "permission_classes")
            for each in module.of(ast.keyword)
            if isinstance(parent := module.parents.get(each), ast.Call)
            and module.name(parent.func).rpartition(".")[2] in ("FastAPI", "APIRouter", "NinjaAPI")
        ) or any(
            (decorator.attr if isinstance(decorator, ast.Attribute) else "")
            in ("before_request", "before_app_request", "middleware")
            for function in module.functions
            for each in function.decorator_list
            for decorator in (each.func if isinstance(each, ast.Call) else each,)
        )
        _WHOLE[module] = known
    return known


@lru_cache(maxsize=5_000)
def _guarding(text: str) -> bool:
    return bool(_GUARD.search(text.lower()))


def is_public(endpoint: Endpoint) -> bool:
    """Whether a handler is there for strangers: sign-in, health, the front page."""
    return bool(_PUBLIC.search(endpoint.label))
