"""Rights of the process, its surroundings, and calls whose failure nobody sees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.handlers import asked, endpoint_of, endpoints, guarded
from faultline.analyzers.review.security.python.module import Module, see
from faultline.core.finding import Severity

_RUNS = re.compile(
    r"^(?:subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|os\.(?:system|popen|exec\w+|spawn\w+)|asyncio\.create_subprocess_\w+)$"
)
_RAISE = re.compile(
    r"(?i)(?:raise|elevate|gain|escalate|acquire|enable|become)_?(?:\w*_)?(?:privilege|priv|root|admin|rights|perm)"
)
_LOWER = re.compile(
    r"(?i)(?:lower|drop|restore|reduce|disable|release|revoke|reset)_?(?:\w*_)?(?:privilege|priv|root|admin|rights|perm)"
)
_SETS = ("os.setuid", "os.seteuid", "os.setreuid", "os.setresuid", "os.setgid", "os.setegid")


def command(module: Module, call: ast.Call) -> str:
    """The constant words of a command."""
    return " ".join(
        str(each.value)
        for arg in call.args[:1]
        for each in ast.walk(module.origin(arg))
        if isinstance(each, ast.Constant)
    )[:2000]


def privileges(module: Module) -> Iterable[Observation]:
    """Root where it is not needed, or longer than it is needed."""
    rule = "excessive-privilege"
    for name in _SETS:
        for call in module.called(name):
            if any(module.value(each) == 0 for each in call.args):
                if not _dropped(module, call):
                    yield see(rule, call, "It goes on as root.", 0.85)
            elif name == "os.setuid":
                function = module.function(call)
                later = [
                    each
                    for each in module.called("os.setgid", "os.setgroups", "os.initgroups")
                    if module.function(each) is function and each.lineno > call.lineno
                ]
                if later:
                    yield see(rule, call, "The group cannot be given up any more after the user is.", 0.9)
    for name, calls in module.calls.items():
        for call in calls:
            if _RUNS.match(name):
                text = command(module, call)
                if re.match(r"\s*(?:\S*/)?(?:sudo|su|pkexec|doas)\b", text):
                    yield see(rule, call, "The command runs as root.", 0.7)
                elif re.search(
                    r"\bdocker\b.*--privileged|usermod\b.*\b(?:sudo|wheel|admin|root)\b|adduser\b.*\b(?:sudo|wheel)\b",
                    text,
                ):
                    yield see("privilege-grant", call, "The command gives more rights than a user needs.", 0.75)
            for keyword in call.keywords:
                if keyword.arg == "privileged" and module.value(keyword.value) is True:
                    yield see(rule, call, "The container has all of the machine's rights.", 0.85)
                elif keyword.arg == "user" and _RUNS.match(name) and module.value(keyword.value) in ("root", 0):
                    yield see(rule, call, "The command runs as root.", 0.85)
            if _LOWER.search(name.rpartition(".")[2]):
                yield from _left_high(module, call)
    for branch in module.of(ast.If):
        match branch.test:
            case ast.Compare(
                left=ast.Call(func=func), ops=[ast.NotEq() | ast.Gt()], comparators=[ast.Constant(value=0)]
            ):
                if module.name(func) in ("os.geteuid", "os.getuid") and re.search(
                    r"exit|raise|root|abort",
                    module.text(branch) + " ".join(type(each).__name__.lower() for each in branch.body),
                ):
                    yield see(rule, branch.test, "It runs as root alone.", 0.5, severity=Severity.LOW)


def _dropped(module: Module, call: ast.Call) -> bool:
    """Whether the rights are given up in a `finally` later on."""
    function = module.function(call) or module.tree
    for attempt in module.within(function, ast.Try):
        for each in attempt.finalbody:
            for other in module.within(each, ast.Call):
                name = module.name(other.func)
                if name in _SETS or _LOWER.search(name):
                    return True
    return False


def _left_high(module: Module, call: ast.Call) -> Iterable[Observation]:
    function = module.function(call)
    if function is None:
        return
    raised = [
        each
        for each in module.within(function, ast.Call)
        if _RAISE.search(module.name(each.func).rpartition(".")[2]) and each.lineno < call.lineno
    ]
    in_finally = any(
        call in ast.walk(each) for attempt in module.within(function, ast.Try) for each in attempt.finalbody
    )
    if raised and not in_finally:
        yield see(
            "excessive-privilege",
            raised[0],
            "After an exception in between, the rights stay.",
            0.8,
            because=(call.lineno,),
        )


_ROLE = {"is_admin", "is_staff", "is_superuser", "admin", "superuser"}
_CHECKS = re.compile(
    r"permission|is_admin|is_staff|is_superuser|current_user|has_perm|require|authori|can_|role.*==|allowed|check_"
)


def grants(module: Module) -> Iterable[Observation]:
    """Rights that are given without looking who asks."""
    rule = "privilege-grant"
    for assign in module.of(ast.Assign):
        target = assign.targets[0]
        if not isinstance(target, ast.Attribute | ast.Subscript):
            continue
        label = target.attr if isinstance(target, ast.Attribute) else str(getattr(target.slice, "value", ""))
        base = target.value
        if isinstance(base, ast.Name) and base.id in ("self", "cls"):
            continue
        value = module.value(assign.value)
        admin = (label in _ROLE and value is True) or (
            label in ("role", "user_role", "roles", "group")
            and (
                asked(module, assign.value)
                or (isinstance(value, str) and re.search(r"(?i)admin|root|super|owner|staff", value))
            )
        )
        function = module.function(assign)
        if not admin or function is None:
            continue
        endpoint = endpoint_of(module, assign)
        if endpoint is not None:
            others = [each for each in _conditions(module, function)]
            if not any(
                re.search(r"permission|admin|staff|superuser|role|require|passes_test", each)
                for each in [*endpoint.decorators, *others]
            ):
                yield see(rule, assign, "Who asks for it is not looked at.", 0.75)
        elif not any(
            re.search(r"permission|admin|staff|superuser|role|require|can_|allowed|author", each)
            for each in _conditions(module, function)
        ):
            others = {each.arg for each in function.args.args}
            if others & {"user", "username", "user_id", "account", "member"} and not re.search(
                r"create|seed|setup|test|fixture|init", function.name
            ):
                yield see(rule, assign, "Who asks for it is not looked at.", 0.5, severity=Severity.LOW)
    for endpoint in endpoints(module):
        if guarded(module, endpoint):
            continue
        for call in module.within(endpoint.node, ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "create_superuser":
                yield see(rule, call, "Anybody becomes an administrator.", 0.85)
    for call in [*module.methods["execute"]]:
        statement = module.text(module.origin(call.args[0])) if call.args else ""
        if re.search(r"\bgrant\s+all\b|alter\s+(?:user|role)\s.*superuser", statement):
            yield see(rule, call, "It gives all rights.", 0.65)


def _conditions(module: Module, function: ast.AST) -> list[str]:
    tests = [each.test for each in module.within(function, ast.If, ast.IfExp, ast.Assert)]
    calls = [each.func for each in module.within(function, ast.Call)]
    return [module.text(each) for each in (*tests, *calls)]


_SEARCHED = {
    "PATH",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "PYTHONPATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "IFS",
    "PYTHONSTARTUP",
}


def _outside(module: Module, node: ast.AST) -> bool:
    """Whether an expression holds something of the environment, the command line or the request."""
    for each in ast.walk(module.origin(node) if isinstance(node, ast.expr) else node):
        name = module.name(each) if isinstance(each, ast.Name | ast.Attribute | ast.Call) else ""
        if name.startswith(("os.environ", "os.getenv", "sys.argv", "os.getcwd", "input()")):
            return True
    return asked(module, node)


def environment(module: Module) -> Iterable[Observation]:
    """Search paths, modules and settings that somebody outside decides."""
    rule = "untrusted-environment"
    for call in module.called("sys.path.insert", "sys.path.append", "sys.path.extend"):
        given = call.args[-1] if call.args else None
        if given is None:
            continue
        value = module.value(given)
        if isinstance(value, str) and (value in ("", ".", "..", "./") or re.match(r"/tmp|/var/tmp|/dev/shm", value)):
            yield see(rule, call, "Modules are loaded from wherever it is started.", 0.75)
        elif value is UNKNOWN and _outside(module, given) and "__file__" not in module.text(given):
            yield see(rule, call, "Somebody outside says where modules are loaded from.", 0.75)
    for assign in module.of(ast.Assign, ast.AugAssign):
        target = assign.target if isinstance(assign, ast.AugAssign) else assign.targets[0]
        if not isinstance(target, ast.Subscript):
            continue
        base, key = module.name(target.value), module.value(target.slice)
        if base == "os.environ":
            if asked(module, assign.value) or asked(module, target.slice):
                yield see(rule, assign, "The request sets the environment.", 0.85)
            elif key in _SEARCHED:
                text = module.text(assign.value)
                value = module.value(assign.value)
                loose = (
                    re.search(r"(?:^|:)(?:\.{1,2}/?|/tmp[^:]*)?(?::|$)", value)
                    if isinstance(value, str) and value
                    else None
                )
                if (
                    key in ("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONSTARTUP")
                    or loose
                    or re.search(r"(?:^|\s|:)(?:\.|/tmp\S*)(?::|\s|$)", text)
                ):
                    yield see(rule, assign, f"{key} decides what is loaded.", 0.6)
                elif any(isinstance(each, ast.Name) and _parameter(module, each) for each in ast.walk(assign.value)):
                    yield see(rule, assign, f"{key} decides what is loaded.", 0.6)
        elif base in ("globals()", "locals()", "vars()", "builtins.__dict__") and value_of_outside(module, assign):
            yield see(rule, assign, "Variables are set from outside.", 0.8)
        elif re.search(r"(?:^|\.)(?:app|application)?\.?config$|Flask\(\)\.config$", base) and asked(
            module, assign.value
        ):
            yield see(rule, assign, "The request sets the configuration.", 0.8)
    for call in module.called("os.putenv", "os.environ.update", "os.environ.setdefault"):
        if any(asked(module, each) for each in call.args):
            yield see(rule, call, "The request sets the environment.", 0.85)
    for call in module.called(
        "importlib.import_module",
        "__import__",
        "ctypes.CDLL",
        "ctypes.cdll.LoadLibrary",
        "runpy.run_path",
        "imp.load_source",
    ):
        given = call.args[0] if call.args else None
        if given is None:
            continue
        value = module.value(given)
        if value is UNKNOWN and _outside(module, given):
            yield see(rule, call, "Somebody outside says what is loaded.", 0.75)
        elif isinstance(value, str) and "ctypes" in module.name(call.func) and value.startswith(("./", "../", "/tmp")):
            yield see(rule, call, "The library is looked for where it is started.", 0.7)
    for name in ("exec", "eval"):
        for call in module.called(name):
            if call.args and any(
                module.name(each).startswith(("os.environ", "os.getenv"))
                for each in ast.walk(module.origin(call.args[0]))
                if isinstance(each, ast.Attribute | ast.Call)
            ):
                yield see(rule, call, "The environment is run as code.", 0.85)
    for call in module.called("globals().update", "globals().__setitem__"):
        if any(value_of_outside(module, each) for each in call.args):
            yield see(rule, call, "Variables are set from outside.", 0.8)
    for assign in module.of(ast.Assign):
        target = assign.targets[0]
        label = target.id if isinstance(target, ast.Name) else ""
        if (
            re.fullmatch(
                r"(?i)(?:is_?|user_?)?(?:admin|authenticated|authorized|role|privileged|superuser|logged_in)", label
            )
            and _outside(module, assign.value)
            and not asked(module, assign.value)
        ):
            yield see(rule, assign, "The environment says who somebody is.", 0.65)


def value_of_outside(module: Module, node: ast.AST) -> bool:
    """Whether what is set comes from outside, or from a parameter that holds many values."""
    return _outside(module, node.value if isinstance(node, ast.Assign) else node)


def _parameter(module: Module, node: ast.Name) -> bool:
    function = module.function(node)
    return function is not None and any(each.arg == node.id for each in function.args.args)


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
            re.search(r"^os\.(?:environ\.get|getenv)$|request\.(?:args|form|GET|POST|headers|json|cookies)\.get$", name)
            and len(value.args) == 1
            and not value.keywords
        ):
            if isinstance(module.parents.get(attribute), ast.Call) and attribute.attr not in ("items",):
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


def _text(module: Module, node: ast.expr) -> bool:
    """Whether an expression is certainly a text."""
    origin = module.origin(node)
    return isinstance(module.value(node), str) or isinstance(origin, ast.JoinedStr) or module.name(origin).endswith(("input()", "str()", ".read()")) or (
        isinstance(node, ast.Name) and any(
            each.arg == node.id and each.annotation is not None and module.name(each.annotation) == "str"
            for function in [module.function(node)] if function for each in function.args.args
        )
    )  # fmt: skip


_SENSITIVE = re.compile(
    r"\b(?:verify|authenticate|check_\w+|validate\w*|decrypt|setuid|setgid|chmod|login|authorize|check_password|compare_digest|unquote|revoke|require\w*|load_verify\w+|do_handshake|is_valid)\b"
)
_GUARDS = re.compile(
    r"admin|permission|auth|role|owner|login|signature|verif|token|password|allowed|superuser|staff|csrf|logged"
)


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
        elif handler.type is None or module.name(handler.type) == "BaseException":
            yield see("swallowed-error", handler, "Whatever fails, nobody hears of it.", 0.5, severity=Severity.LOW)
    for check in module.of(ast.Assert):
        text = module.text(check.test)
        endpoint = endpoint_of(module, check)
        if endpoint is not None and (asked(module, check.test) or _GUARDS.search(text)):
            yield see("assert-as-guard", check, "", 0.75)
        elif re.search(
            r"\bis_(?:admin|staff|superuser|authenticated|authorized|owner|allowed|valid_\w+)\b|has_perm|check_password|permission|\bverify_?\w*signature",
            text,
        ):
            yield see("assert-as-guard", check, "", 0.75)


LOOKS = (privileges, grants, environment, unchecked, swallowed)
