"""Rights of the process, and what of its surroundings decides what it loads and trusts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.handlers import asked, endpoint_of, endpoints, guarded
from faultline.analyzers.review.security.python.module import Module, see
from faultline.core.finding import Severity

SHARED = r"/(?:tmp|var/tmp|dev/shm)\b"
"""Folders that everybody can write to."""

_RUNS = re.compile(
    r"^(?:subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|os\.(?:system|popen|"
    r"exec\w+|spawn\w+)|asyncio\.create_subprocess_\w+)$"
)


_RAISE = re.compile(
    r"(?i)(?:raise|elevate|gain|escalate|acquire|enable|become)_?(?:\w*_)?(?:privilege|priv|root|admin|rights|perm)"
)


_LOWER = re.compile(
    r"(?i)(?:lower|drop|restore|reduce|disable|release|revoke|reset)_?(?:\w*_)?(?:privilege|priv|root|admin|"
    r"rights|perm)"
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
            others = list(_conditions(module, function))
            if not any(
                re.search(r"permission|admin|staff|superuser|role|require|passes_test", each)
                for each in [*endpoint.decorators, *others]
            ):
                yield see(rule, assign, "Who asks for it is not looked at.", 0.75)
        elif not any(
            re.search(r"permission|admin|staff|superuser|role|require|can_|allowed|author", each)
            for each in _conditions(module, function)
        ):
            arguments = {each.arg for each in function.args.args}
            if arguments & {"user", "username", "user_id", "account", "member"} and not re.search(
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
        if isinstance(value, str) and (value in ("", ".", "..", "./") or re.match(SHARED, value)):
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
                ) or any(isinstance(each, ast.Name) and _parameter(module, each) for each in ast.walk(assign.value)):
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
        elif isinstance(value, str) and "ctypes" in module.name(call.func) and re.match(rf"\.\.?/|{SHARED}", value):
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


LOOKS = (
    privileges,
    grants,
    environment,
)
