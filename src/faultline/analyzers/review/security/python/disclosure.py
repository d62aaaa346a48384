"""What is told to those who need not know: errors, environments, settings and whole records."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import endpoint_of, endpoints, is_web
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.words import is_password, parts
from faultline.core.finding import Severity

_TRACE = re.compile(r"^(?:traceback\.(?:format_exc|format_exception|format_tb|format_stack|print_exc)|sys\.exc_info)$")
_ANSWERS = {
    "jsonify", "make_response", "HttpResponse", "JsonResponse", "Response", "abort", "HTTPException", "render",
    "flash", "render_template", "HttpResponseServerError", "HttpResponseBadRequest", "PlainTextResponse", "write",
    "HTMLResponse", "JSONResponse", "send_error", "HttpResponseNotFound", "render_template_string", "finish", "json",
    "text", "html",
}  # fmt: skip
_OWN = re.compile(
    r"(?i)valid|value|form|http|api|user|parse|schema|notfound|doesnotexist|permission|integrity|unsupported|"
    r"bad_?request|client|domain|business"
)


def errors(module: Module) -> Iterable[Observation]:
    """Exceptions and tracebacks in answers."""
    rule = "error-exposure"
    for handler in module.of(ast.ExceptHandler):
        endpoint = endpoint_of(module, handler)
        function = module.function(handler)
        serves = endpoint is not None or (function is not None and _serves(module, function))
        kind = module.name(handler.type) if handler.type is not None else ""
        if isinstance(handler.type, ast.Tuple):
            kind = " ".join(module.name(each) for each in handler.type.elts)
        name = handler.name or ""
        for each in handler.body:
            for sink in _sinks(each):
                if _shows(module, sink, name, handler):
                    own = (
                        bool(_OWN.search(kind))
                        and "Exception" not in kind.split(".")[-1:][0:1]
                        and kind not in ("Exception", "BaseException", "ValueError")
                    )
                    if serves:
                        yield see(
                            rule,
                            sink,
                            "The exception goes into the answer.",
                            0.45 if own else 0.8,
                            severity=Severity.LOW if own else None,
                        )
                    elif isinstance(each, ast.Return) and _DATABASE.match(kind):
                        yield see(
                            rule, sink, "What the database says goes to whoever asks.", 0.5, severity=Severity.LOW
                        )
                    elif is_web(module) and not own and isinstance(each, ast.Return):
                        yield see(rule, sink, "The exception goes to whoever asks.", 0.5, severity=Severity.LOW)
                    break
    for function in module.functions:
        if any(
            "errorhandler" in module.text(each) or "exception_handler" in module.text(each)
            for each in function.decorator_list
        ):
            named = {each.arg for each in function.args.args} - {"request", "self"}
            for each in module.within(function, ast.Return):
                for found in ast.walk(each.value) if each.value is not None else ():
                    code = isinstance(module.parents.get(found), ast.Attribute)
                    if (isinstance(found, ast.Name) and found.id in named and not code) or (
                        isinstance(found, ast.Call) and _TRACE.match(module.name(found.func))
                    ):
                        generic = not any(
                            isinstance(part, ast.Constant) and part.value in range(400, 500)
                            for head in function.decorator_list
                            for part in ast.walk(head)
                        )
                        if generic:
                            yield see(rule, each, "The exception goes into the answer.", 0.7)
                        break
    for call in module.of(ast.Call):
        if _TRACE.match(module.name(call.func)) and not module.name(call.func).endswith("print_exc"):
            for each in module.around(call):
                if (
                    isinstance(each, ast.Return)
                    and module.function(call) is not None
                    and (is_web(module) or endpoint_of(module, call))
                ):
                    yield see(rule, call, "The traceback goes to whoever asks.", 0.8)
                    break
                if isinstance(each, ast.stmt):
                    break
    yield from _printed(module)


_DATABASE = re.compile(
    r"^(?:mysql|MySQLdb|pymysql|psycopg2?|sqlite3|sqlalchemy|pymongo|cx_Oracle|oracledb|pyodbc|ldap3?|redis)\b"
)


def _printed(module: Module) -> Iterable[Observation]:
    """Programs that print an exception of a place where secrets are at hand."""
    for handler in module.of(ast.ExceptHandler):
        attempt = module.parents.get(handler)
        if (
            not handler.name
            or not isinstance(attempt, ast.Try)
            or module.name(handler.type) not in ("Exception", "BaseException")
        ):
            continue
        tried = " ".join(module.text(each) for each in attempt.body)
        if not re.search(r"passw|credential|secret|login|connect.*(?:user|host)|private_key", tried):
            continue
        for call in (found for each in handler.body for found in module.within(each, ast.Call)):
            if module.name(call.func) == "print" and any(
                isinstance(each, ast.Name) and each.id == handler.name for each in ast.walk(call)
            ):
                yield see(
                    "error-exposure",
                    call,
                    "The exception can hold what it was called with.",
                    0.45,
                    severity=Severity.LOW,
                )
                break


def _serves(module: Module, function: ast.AST) -> bool:
    owner = module.class_of(function)
    return owner is not None and any(re.search(r"RequestHandler$|View$", module.name(each)) for each in owner.bases)


def _sinks(statement: ast.AST) -> Iterable[ast.AST]:
    for each in ast.walk(statement):
        if isinstance(each, ast.Return | ast.Raise):
            yield each
        elif isinstance(each, ast.Call):
            last = each.func.attr if isinstance(each.func, ast.Attribute) else getattr(each.func, "id", "")
            if last in _ANSWERS:
                yield each


def _shows(module: Module, sink: ast.AST, name: str, handler: ast.ExceptHandler) -> bool:
    """Whether the exception itself is in an answer; one that is raised from it shows only what it is given."""
    if isinstance(sink, ast.Raise):
        if not isinstance(sink.exc, ast.Call) or not re.search(
            r"HTTP|Http|abort|APIException|NotFound|BadRequest|ServerError", module.name(sink.exc.func)
        ):
            return False
        parts_of: list[ast.AST] = [*sink.exc.args, *sink.exc.keywords]
    else:
        parts_of = [sink]
    bound = {name} if name else set()
    for assign in module.within(handler, ast.Assign):
        if _carries(module, assign.value, bound):
            bound |= {each.id for each in assign.targets if isinstance(each, ast.Name)}
    return any(_carries(module, part, bound) for part in parts_of)


_TELLING = {"", "args", "message", "output", "stderr", "stdout", "__traceback__", "__dict__", "strerror", "filename"}


def _carries(module: Module, node: ast.AST, bound: set[str]) -> bool:
    """Whether an expression holds an exception's text, or a traceback."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and _TRACE.match(module.name(each.func)):
            return True
        if isinstance(each, ast.Name) and each.id in bound and isinstance(each.ctx, ast.Load):
            parent = module.parents.get(each)
            if isinstance(parent, ast.Call) and re.search(
                r"log|type|isinstance|capture|handle_|report", module.name(parent.func)
            ):
                continue
            if (parent.attr if isinstance(parent, ast.Attribute) else "") in _TELLING:
                return True
    return False


_PRIVATE = {"ssn", "salary", "cvv", "iban"}


def information(module: Module) -> Iterable[Observation]:
    """Environments, settings, file lists and whole records in answers."""
    rule = "information-exposure"
    for endpoint in endpoints(module):
        for statement in module.within(endpoint.node, ast.Return, ast.Expr):
            value = statement.value
            if value is None or (
                isinstance(statement, ast.Expr)
                and not (isinstance(value, ast.Call) and getattr(value.func, "attr", "") in ("write", "finish"))
            ):
                continue
            reason = _internal(module, value, 2)
            if reason:
                yield see(rule, statement, reason, 0.75)
        text = module.text(endpoint.node)
        if "password" in text:
            for statement in module.within(endpoint.node, ast.Return):
                if statement.value is not None and _record(module, statement.value):
                    yield see(rule, statement, "The password is part of the answer.", 0.7)
                    break
    for endpoint in endpoints(module):
        for call in module.within(endpoint.node, ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "execute" and call.args:
                statement = str(module.value(call.args[0])).lower()
                picked = re.match(r"\s*select\b(.{0,300}?)\bfrom\b", statement, re.DOTALL)
                if picked and re.search(r"\b(?:password\w*|passwd|ssn|salary|credit_card\w*|card_number)\b", picked[1]):
                    answer = [
                        each
                        for each in module.within(endpoint.node, ast.Return)
                        if each.value is not None
                        and re.search(r"jsonify|fetchall|rows|dumps|\bstr\b|result|data|users", module.text(each.value))
                    ]
                    if answer and not re.search(r"check_|verify|hash|compare", module.text(endpoint.node)):
                        yield see(rule, call, "What is selected holds secrets, and goes into the answer.", 0.65)
    for name in ("http.server.SimpleHTTPRequestHandler", "SimpleHTTPServer.SimpleHTTPRequestHandler"):
        if "SimpleHTTPRequestHandler" not in " ".join(module.imports.values()) and "http" not in module.packages:
            break
        for each in module.of(ast.Name, ast.Attribute):
            parent = module.parents.get(each)
            if module.name(each) == name and isinstance(parent, ast.Call) and parent.func is not each:
                yield see(rule, each, "Every file of the folder is there to be read.", 0.55, severity=Severity.LOW)
    for call in module.called(
        "flask_autoindex.AutoIndex",
        "starlette.staticfiles.StaticFiles",
        "fastapi.staticfiles.StaticFiles",
        "aiohttp.web.static",
    ):
        folder = (
            module.value(module.argument(call, None, "directory")) if "StaticFiles" in module.name(call.func) else None
        )
        if folder in (".", "/", "./", "..") or "AutoIndex" in module.name(call.func):
            yield see(rule, call, "Every file of the folder is there to be read.", 0.75)
        if any(each.arg == "show_index" and module.value(each.value) is True for each in call.keywords):
            yield see(rule, call, "Every file of the folder is listed.", 0.75)


def _internal(module: Module, node: ast.expr, depth: int) -> str:
    for each in ast.walk(node):
        name = module.name(each) if isinstance(each, ast.Attribute | ast.Name | ast.Call) else ""
        parent = module.parents.get(each)
        read = isinstance(parent, ast.Attribute | ast.Subscript)
        if name == "os.environ" and not read:
            return "The whole environment is part of the answer."
        if re.search(r"(?:Flask\(\)|app|current_app)\.config$|django\.conf\.settings$", name) and not read:
            return "The settings are part of the answer."
        if isinstance(each, ast.Attribute) and each.attr == "__dict__":
            return "All fields of the object are part of the answer."
        if (
            re.match(
                r"(?:platform\.(?:platform|uname|version|node|system)|sys\.version$|os\.uname|socket\.gethostname|"
                r"vars$|sys\.path$)",
                name,
            )
            and isinstance(
                parent, ast.Call | ast.Dict | ast.FormattedValue | ast.Return | ast.List | ast.Tuple | ast.BinOp
            )
            and name not in ("vars",)
        ):
            return "What the machine runs is part of the answer."
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Name)
            and each.func.id in ("vars", "globals", "locals", "dir")
        ):
            return "All variables are part of the answer."
        if isinstance(each, ast.Name) and depth:
            origin = module.origin(each)
            if (
                origin is not each
                and isinstance(origin, ast.expr)
                and not isinstance(origin, ast.Call | ast.Attribute | ast.Name)
            ) or (isinstance(origin, ast.Call) and module.name(origin.func) in ("dict", "str", "json.dumps", "vars")):
                found = _internal(module, origin, depth - 1)
                if found:
                    return found
    return ""


def _record(module: Module, node: ast.expr) -> bool:
    """Whether an answer has a field with the password, or the number of a card."""
    for each in ast.walk(node):
        if isinstance(each, ast.Dict):
            for key, value in zip(each.keys, each.values, strict=True):
                word = key.value if isinstance(key, ast.Constant) else ""
                if (
                    isinstance(word, str)
                    and (is_password(word) or set(parts(word)) & _PRIVATE)
                    and not isinstance(value, ast.Constant)
                ):
                    return True
        if isinstance(each, ast.Attribute) and is_password(each.attr) and isinstance(each.ctx, ast.Load):
            around = module.parents.get(each)
            if isinstance(around, ast.FormattedValue | ast.Dict | ast.BinOp):
                return True
    return False


LOOKS = (errors, information)
