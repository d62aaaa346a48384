"""Settings and habits of web applications: CORS, CSRF, debuggers, addresses and headers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import endpoint_of, endpoints, is_public
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.tokens import settings
from faultline.core.finding import Severity


def cors(module: Module) -> Iterable[Observation]:
    """Any origin, with cookies; or the origin that asks, whatever it is."""
    rule = "cors-any-origin"
    for name, calls in module.calls.items():
        last = name.rpartition(".")[2]
        if last not in ("add_middleware", "CORSMiddleware", "Middleware", "CORS", "cross_origin", "init_app"):
            continue
        for call in calls:
            given = {each.arg: each.value for each in call.keywords if each.arg}
            origins = given.get("allow_origins") or given.get("origins")
            credentials = any(
                module.value(given[each]) is True
                for each in ("allow_credentials", "supports_credentials")
                if each in given
            )
            value = module.value(origins) if origins is not None else None
            anyone = value in ("*", ["*"], ".*") or module.value(given.get("allow_origin_regex")) in (
                ".*",
                "https?://.*",
            )
            default = (
                origins is None
                and last in ("CORS", "cross_origin")
                and "flask_cors" in module.packages
                and "resources" not in given
            )
            if (anyone or default) and credentials:
                yield see(rule, call, "", 0.9)
            elif anyone:
                yield see(
                    rule, call, "Without cookies, but any site may read what it answers.", 0.5, severity=Severity.LOW
                )
    for name, value, node in settings(module):
        if name in ("CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS") and value is True:
            yield see(rule, node, "", 0.85)
    for assign in module.of(ast.Assign):
        target = assign.targets[0]
        if (
            isinstance(target, ast.Subscript)
            and str(module.value(target.slice)).lower() == "access-control-allow-origin"
        ) and (
            module.value(assign.value) == "*"
            or re.search(
                r"headers\b.*\borigin\b|\borigin\b.*\bheaders\b|http_origin", module.text(module.origin(assign.value))
            )
        ):
            yield see(rule, assign, "", 0.7)
    for call in [*module.methods["send_header"], *module.methods["set_header"]]:
        if (
            len(call.args) == 2
            and str(module.value(call.args[0])).lower() == "access-control-allow-origin"
            and module.value(call.args[1]) == "*"
        ):
            yield see(rule, call, "", 0.6)


_CHANGES = re.compile(
    r"(?:^|_)(?:delete|remove|transfer|update|change|set|create|add|buy|purchase|withdraw|pay|send|reset|logout|"
    r"vote|edit|approve|promote|drop|destroy)(?:$|_)"
)


def csrf(module: Module) -> Iterable[Observation]:
    """Protection that is off, and reading requests that change something."""
    rule = "csrf-off"
    for endpoint in endpoints(module):
        for decorator in endpoint.node.decorator_list:
            name = module.name(decorator.func if isinstance(decorator, ast.Call) else decorator)
            text = module.text(decorator)
            if (
                name.endswith(("csrf_exempt", "csrf.exempt"))
                or (name.endswith("method_decorator") and "csrf_exempt" in text)
            ) and not re.search(
                r"signature|hmac|compare_digest|webhook|authorization|api_key", module.text(endpoint.node)
            ):
                yield see(rule, decorator, "", 0.85)
        only_get = endpoint.methods == frozenset({"GET"}) or not endpoint.methods
        blind = "GET" in endpoint.methods and "request.method" not in _names(module, endpoint.node)
        gets = only_get or blind
        if (
            gets
            and endpoint.framework == "flask"
            and _CHANGES.search(endpoint.node.name.lower())
            and _writes(module, endpoint.node)
            and not is_public(endpoint)
        ):
            yield see(rule, endpoint.node, "A request that only reads changes something.", 0.65)
        elif (
            endpoint.framework == "django"
            and not endpoint.methods
            and _CHANGES.search(endpoint.node.name.lower())
            and _writes(module, endpoint.node)
        ):
            names = _names(module, endpoint.node)
            if "request.method" not in names and re.search(r"request\.GET", names):
                yield see(rule, endpoint.node, "A request that only reads changes something.", 0.65)
    for owner in module.of(ast.ClassDef):
        for decorator in owner.decorator_list:
            if "csrf_exempt" in module.text(decorator):
                yield see(rule, decorator, "", 0.85)
    for name, value, node in settings(module):
        if name in ("WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT", "JWT_COOKIE_CSRF_PROTECT") and value is False:
            yield see(rule, node, f"{name} is off.", 0.9)
    for assign in module.of(ast.Assign):
        match assign.targets[0]:
            case ast.Name(id="csrf") if module.value(assign.value) is False:
                yield see(rule, assign, "The form is not protected.", 0.85)
    for call in module.methods["csrf_exempt"]:
        yield see(rule, call, "", 0.8)
    yield from _unprotected(module)


def _unprotected(module: Module) -> Iterable[Observation]:
    """Flask with sessions and forms that change something, and with no protection to be seen."""
    if "flask" not in module.packages or "flask_wtf" in module.packages or "csrf" in " ".join(module.imports).lower():
        return
    for endpoint in endpoints(module):
        names = _names(module, endpoint.node)
        if endpoint.methods and endpoint.methods <= {"GET"}:
            continue
        if (
            (
                "POST" in endpoint.methods
                and "flask.request.form" in names
                and "flask.session" in names
                and _writes(module, endpoint.node)
            )
            and _CHANGES.search(endpoint.node.name.lower())
            and "csrf" not in module.text(endpoint.node)
        ):
            yield see("csrf-off", endpoint.node, "The form is taken from any site.", 0.55)


def _names(module: Module, node: ast.AST) -> str:
    return " ".join(module.name(each) for each in module.within(node, ast.Attribute, ast.Name))


def _writes(module: Module, node: ast.AST) -> bool:
    for call in module.within(node, ast.Call):
        last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if last in (
            "commit",
            "save",
            "delete",
            "execute",
            "update",
            "insert_one",
            "update_one",
            "delete_one",
            "remove",
            "create",
            "add",
        ) or _CHANGES.search(last):
            return True
    return any(
        isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Store) for each in ast.walk(node)
    )


_APPLICATIONS = {
    "run", "Flask", "FastAPI", "Starlette", "run_simple", "Application", "run_app", "Sanic", "Bottle", "run_server",
}  # fmt: skip


def debug(module: Module) -> Iterable[Observation]:
    """Debuggers and consoles that others reach."""
    rule = "debug-mode"
    for name, calls in module.calls.items():
        last = name.rpartition(".")[2]
        for call in calls:
            for keyword in call.keywords:
                on = keyword.arg in ("debug", "use_debugger") and module.value(keyword.value) is True
                if on and last in _APPLICATIONS:
                    yield see(rule, call, "", 0.9)
            if name in ("werkzeug.debug.DebuggedApplication", "flask_debugtoolbar.DebugToolbarExtension"):
                yield see(rule, call, "", 0.7)
            if (
                name in ("cgitb.enable", "bottle.debug")
                and not any(module.value(each.value) == 0 for each in call.keywords if each.arg == "display")
                and (name == "cgitb.enable" or (call.args and module.value(call.args[0]) is True))
            ):
                yield see(rule, call, "Tracebacks go to the visitor.", 0.85)
    web = module.packages & {"flask", "django", "fastapi", "starlette", "tornado", "bottle", "sanic", "quart"}
    for assign in module.of(ast.Assign):
        target = assign.targets[0]
        if module.value(assign.value) is not True:
            continue
        match target:
            case ast.Attribute(attr="debug", value=base) if web and re.search(
                r"Flask\(\)|^app|application", module.name(base)
            ):
                yield see(rule, assign, "", 0.9)
            case ast.Subscript(
                slice=ast.Constant(value="DEBUG" | "TESTING" | "PROPAGATE_EXCEPTIONS" | "DEBUG_TB_ENABLED")
            ):
                yield see(rule, assign, "", 0.85)
            case ast.Name(id="DEBUG") if _django_settings(module):
                yield see(rule, assign, "", 0.85)
            case ast.Name(id="DEBUG") if web and isinstance(module.parents.get(assign), ast.Module | ast.ClassDef):
                yield see(rule, assign, "", 0.5)
    for call in [
        *module.methods["update"],
        *module.methods["from_mapping"],
        *module.called("django.conf.settings.configure"),
    ]:
        for keyword in call.keywords:
            if keyword.arg == "DEBUG" and module.value(keyword.value) is True:
                yield see(rule, call, "", 0.85)


def _django_settings(module: Module) -> bool:
    names = {each.targets[0].id for each in module.of(ast.Assign) if isinstance(each.targets[0], ast.Name)}
    return bool(
        names
        & {"INSTALLED_APPS", "MIDDLEWARE", "ALLOWED_HOSTS", "ROOT_URLCONF", "SECRET_KEY", "DATABASES", "TEMPLATES"}
    )


_EVERYWHERE = ("0.0.0.0", "", "::", "0", "*")  # noqa: S104 - what is looked for


def interfaces(module: Module) -> Iterable[Observation]:
    """Sockets and servers on every interface, and ports that others may share."""
    rule = "bind-all-interfaces"
    for name, calls in module.calls.items():
        last = name.rpartition(".")[2]
        for call in calls:
            address = call.args[0] if call.args else None
            if last in (
                "bind",
                "create_server",
                "HTTPServer",
                "TCPServer",
                "UDPServer",
                "ThreadingHTTPServer",
                "ThreadingTCPServer",
                "SimpleXMLRPCServer",
                "make_server",
                "ThreadingUDPServer",
            ):
                address = module.origin(address) if address is not None else None
                host = address.elts[0] if isinstance(address, ast.Tuple) and len(address.elts) >= 2 else None
                if last == "make_server":
                    host = call.args[0] if call.args else None
                if host is None:
                    continue
                if module.value(host) in _EVERYWHERE or module.name(host).endswith("INADDR_ANY"):
                    yield see(rule, call, "", 0.8)
            elif last in ("run", "run_app", "run_server", "serve", "run_simple", "start_server"):
                host = module.argument(
                    call, 2 if last == "start_server" else 0 if last in ("run", "run_simple") else None, "host"
                )
                if host is not None and module.value(host) in ("0.0.0.0", "::"):  # noqa: S104
                    yield see(rule, call, "", 0.7)
            elif last == "setsockopt" and len(call.args) == 3 and module.name(call.args[1]).endswith("SO_REUSEPORT"):
                yield see(rule, call, "Another process can take the same port.", 0.6)
    for assign in module.of(ast.Assign):
        match assign.targets[0], module.value(assign.value):
            case ast.Name(id="ALLOWED_HOSTS"), ["*"]:
                yield see(rule, assign, "Any name of the host is answered.", 0.6)


_FORWARDED = re.compile(
    r"(?i)^(?:http[-_])?(?:x[-_](?:forwarded[-_](?:for|host)|real[-_]ip|client[-_]ip|originating[-_]ip|"
    r"remote[-_](?:ip|addr))|client[-_]ip|true[-_]client[-_]ip|forwarded)$"
)


_CLAIMED = re.compile(r"(?i)^(?:http[-_])?(?:referer|host|user[-_]agent|origin)$")


def headers(module: Module) -> Iterable[Observation]:
    """Headers that anybody can write, taken for the address or the site somebody comes from."""
    rule = "trusted-header"
    for each in module.of(ast.Call, ast.Subscript):
        if isinstance(each, ast.Call):
            base = module.name(each.func)
            word = (
                module.value(each.args[0]) if each.args and base.endswith((".get", "get_header", ".getlist")) else None
            )
        else:
            base, word = module.name(each.value), module.value(each.slice)
        if (
            not isinstance(word, str)
            or not re.search(r"headers|META|environ|get_header", base)
            or base.startswith("os.")
        ):
            continue
        if isinstance(each, ast.Subscript) and not isinstance(each.ctx, ast.Load):
            continue
        if _FORWARDED.match(word):
            yield see(rule, each, f"Anybody can send `{word}`.", 0.65)
        elif (
            _CLAIMED.match(word)
            and not re.search(r"(?i)agent", word)
            and _compared(module, each)
            and endpoint_of(module, each) is not None
            and "allow" not in module.text(module.parents[each])
        ) and not re.search(r"(?i)origin", word):
            yield see(rule, each, f"Anybody can send `{word}`.", 0.6)
    for each in module.of(ast.Attribute):
        if (
            each.attr in ("referrer", "access_route")
            and module.name(each).startswith("flask.request.")
            and _compared(module, each)
        ):
            yield see(rule, each, "Anybody can send that header.", 0.6)


def _compared(module: Module, node: ast.AST) -> bool:
    for each in module.around(node):
        if isinstance(each, ast.Compare):
            return True
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and each.func.attr in ("startswith", "endswith")
        ):
            return True
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            name = each.targets[0].id
            function = module.function(each) or module.tree
            compared = [*module.within(function, ast.Compare)]
            for call in module.within(function, ast.Call):
                if isinstance(call.func, ast.Attribute) and call.func.attr in ("startswith", "endswith"):
                    compared.append(call.func.value)
            return any(isinstance(part, ast.Name) and part.id == name for one in compared for part in ast.walk(one))
        if isinstance(each, ast.stmt):
            return False
    return False


LOOKS = (
    cors,
    csrf,
    debug,
    interfaces,
    headers,
)
