"""Calls whose failure nobody sees, and checks that can be passed over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import asked, endpoint_of
from faultline.analyzers.review.security.python.module import Module, see
from faultline.core.finding import Severity


def unchecked(module: Module) -> Iterable[Observation]:
    """Answers that say whether it worked, and that nobody looks at."""
    rule = "unchecked-return"
    for statement in module.of(ast.Expr):
        call = statement.value
        if not isinstance(call, ast.Call):
            continue
        name = module.name(call.func)
        last = name.rpartition(".")[2]
        if re.match(r"socket\.(?:socket|create_connection)\(\)\.send$|ssl\..*wrap_socket\(\)\.send$", name):
            yield see(rule, call, "`send` may send a part only.", 0.75)
        elif name == "os.write" and not {"tempfile.mkstemp", "mkstemp"} & module.calls.keys():
            yield see(rule, call, "`os.write` may write a part only.", 0.55, severity=Severity.LOW)
        elif name == "subprocess.run" and not any(each.arg in ("check", None) for each in call.keywords):
            if _goes_on(module, statement):
                yield see(
                    rule,
                    call,
                    "What comes next destroys something, whether the command failed or not.",
                    0.55,
                    severity=Severity.LOW,
                )
        elif name in ("os.system", "subprocess.call") and module.function(call) is not None:
            yield see(rule, call, "Whether the command failed is not looked at.", 0.45, severity=Severity.LOW)
        elif re.search(r"PKCS1_(?:v1_5|PSS)\.new\(\)\.verify$|gnupg\.GPG\(\)\.verify", name):
            yield see(rule, call, "`verify` answers and does not raise.", 0.9, severity=Severity.HIGH)
        elif (
            last == "acquire"
            and "filelock" not in module.packages
            and any(module.value(each.value) is False for each in call.keywords if each.arg in ("blocking", "block"))
            | (bool(call.args) and module.value(call.args[0]) is False)
            | any(each.arg == "timeout" for each in call.keywords)
        ):
            yield see("missing-lock", call, "It goes on also without the lock.", 0.85)
        elif (
            name.endswith((".replace", ".strip", ".lower", ".upper"))
            and isinstance(call.func, ast.Attribute)
            and not any(each in module.packages for each in ("pandas", "numpy"))
            and _text(module, call.func.value)
        ):
            yield see(rule, call, "Strings do not change; the answer is a new one.", 0.8)
        elif (
            last
            in (
                "check_password_hash",
                "compare_digest",
                "check_password",
                "verify_password",
                "checkpw",
                "is_authenticated",
                "has_perm",
            )
            and call.args
        ):
            yield see(rule, call, "It answers and does not raise.", 0.85, severity=Severity.HIGH)
    for attribute in module.of(ast.Attribute):
        value = attribute.value
        if not isinstance(value, ast.Call):
            continue
        name = module.name(value.func)
        if (
            re.match(r"re\.(?:match|search|fullmatch)$", name)
            and attribute.attr in ("group", "groups", "groupdict", "start", "span")
            and endpoint_of(module, value)
        ):
            yield see(rule, value, "Where nothing matches it is None.", 0.6, severity=Severity.LOW)
        elif (
            (
                re.search(
                    r"^os\.(?:environ\.get|getenv)$|request\.(?:args|form|GET|POST|headers|json|cookies)\.get$", name
                )
                and len(value.args) == 1
                and not value.keywords
            )
            and isinstance(module.parents.get(attribute), ast.Call)
            and attribute.attr not in ("items",)
        ):
            yield see(rule, value, "Where it is not given it is None.", 0.5, severity=Severity.LOW)
    for each in module.of(ast.Subscript):
        if (
            isinstance(each.value, ast.Call)
            and isinstance(each.value.func, ast.Attribute)
            and each.value.func.attr == "fetchone"
        ):
            function = module.function(each)
            if function and re.search(r"\bwhere\b", module.text(function)):
                yield see(rule, each, "Where there is no such row it is None.", 0.5, severity=Severity.LOW)


_DESTROYS = ("os.remove", "os.unlink", "shutil.rmtree", "os.rename", "os.replace", "shutil.move", "os.rmdir")


def _goes_on(module: Module, statement: ast.stmt) -> bool:
    """Whether a later statement of the same block removes or replaces files."""
    body = getattr(module.parents.get(statement), "body", None)
    if not isinstance(body, list) or statement not in body:
        return False
    later = body[body.index(statement) + 1 :]
    return any(module.name(call.func) in _DESTROYS for each in later for call in module.within(each, ast.Call))


def _text(module: Module, node: ast.expr) -> bool:
    """Whether an expression is certainly a text."""
    origin = module.origin(node)
    if isinstance(module.value(node), str) or isinstance(origin, ast.JoinedStr):
        return True
    function = module.function(node)
    if isinstance(node, ast.Name) and function is not None:
        given = [each for each in function.args.args if each.arg == node.id and each.annotation is not None]
        if any(module.name(each.annotation) == "str" for each in given):
            return True
    return module.name(origin).endswith(("input()", "str()", ".read()"))


_SENSITIVE = re.compile(
    r"\b(?:verify|authenticate|check_\w+|validate\w*|decrypt|setuid|setgid|chmod|login|authorize|check_password|"
    r"compare_digest|unquote|revoke|require\w*|load_verify\w+|do_handshake|is_valid)\b"
)


_GUARDS = re.compile(
    r"admin|permission|auth|role|owner|login|signature|verif|token|password|allowed|superuser|staff|csrf|logged"
)


def _closes(attempt: ast.Try) -> bool:
    """Whether all that is tried is to close or cancel something, which may fail in peace."""
    call = attempt.body[0].value if len(attempt.body) == 1 and isinstance(attempt.body[0], ast.Expr) else None
    call = call.value if isinstance(call, ast.Await) else call
    name = getattr(call.func, "attr", "") if isinstance(call, ast.Call) else ""
    return bool(re.search(r"close|cancel|stop|shutdown|kill|terminate|unlink|join|disconnect", name))


def swallowed(module: Module) -> Iterable[Observation]:
    """Failures that protect, and that are passed over; asserts that guard."""
    for handler in module.of(ast.ExceptHandler):
        broad = handler.type is None or module.name(handler.type).rpartition(".")[2] in (
            "Exception",
            "BaseException",
            "InvalidSignature",
            "InvalidTokenError",
        )
        empty = all(
            isinstance(each, ast.Pass | ast.Continue)
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            for each in handler.body
        )
        attempt = module.parents.get(handler)
        if not broad or not empty or not isinstance(attempt, ast.Try):
            continue
        guards = any(
            isinstance(call.func, ast.Attribute | ast.Name)
            and _SENSITIVE.fullmatch(call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id)
            for each in attempt.body
            for call in module.within(each, ast.Call)
        )
        if guards:
            yield see("swallowed-error", handler, "A check failed, and the code goes on.", 0.7)
        elif (handler.type is None or module.name(handler.type) == "BaseException") and not _closes(attempt):
            yield see("swallowed-error", handler, "Whatever fails, nobody hears of it.", 0.5, severity=Severity.LOW)
    for check in module.of(ast.Assert):
        text = module.text(check.test)
        endpoint = endpoint_of(module, check)
        if (endpoint is not None and (asked(module, check.test) or _GUARDS.search(text))) or re.search(
            r"\bis_(?:admin|staff|superuser|authenticated|authorized|owner|allowed|valid_\w+)\b|has_perm|"
            r"check_password|permission|\bverify_?\w*signature",
            text,
        ):
            yield see("assert-as-guard", check, "", 0.75)


LOOKS = (
    unchecked,
    swallowed,
)
