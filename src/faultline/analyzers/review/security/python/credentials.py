"""Passwords and keys that stand in the code."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.module import Module, label_of, see
from faultline.analyzers.review.security.python.words import is_key, is_password, is_placeholder, is_secret, parts
from faultline.core.finding import Severity

RULE = "hardcoded-credentials"


def _entropy(text: str) -> float:
    return -sum(times / len(text) * math.log2(times / len(text)) for times in Counter(text).values()) if text else 0.0


def _secret_value(name: str, value: object) -> bool:
    """Whether a literal can be the secret that a name speaks of."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str) or is_placeholder(value) or len(value) < 3 or len(value) > 500:
        return False
    if "{" in value or value.endswith((":", ": ", "?")) or value.startswith(("/", "http:", "https:", "--")):
        return False
    words = parts(name)
    if "".join(parts(value)) in {"".join(words), "".join(words[-1:]), "".join(words[-2:])} and (
        name.isupper() or "-" in value or "_" in value
    ):
        return False  # PASSWORD = "password" names a field
    if is_password(name):
        return not re.search(r"\s", value) or (len(value) < 30 and any(each.isdigit() for each in value))
    if is_key(name):
        return not re.search(r"\s\w+\s", value) and not re.fullmatch(r"[a-z]+(?:[._][a-z]+)+|[A-Z]+(?:_[A-Z]+)+", value)
    return (
        is_secret(name)
        and len(value) >= 16
        and _entropy(value) > 3.2
        and not re.search(r"\s|^[a-z_.-]+$|^[A-Z_]+$", value)
    )


def _say(node: ast.AST, name: str, confidence: float = 0.8) -> Observation:
    return see(RULE, node, f"`{name}` is a literal.", confidence)


def hardcoded(module: Module) -> Iterable[Observation]:
    """Passwords and keys in assignments, arguments, defaults, dictionaries and comparisons."""
    yield from _assigned(module)
    yield from _compared(module)
    for function in module.functions:
        arguments = function.args
        named = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(named), reversed(arguments.defaults), strict=False),
                 *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]  # fmt: skip
        for argument, default in pairs:
            if isinstance(default, ast.Constant) and _secret_value(argument.arg, default.value):
                yield _say(default, argument.arg, 0.7)
    for keyword in module.of(ast.keyword):
        if (
            keyword.arg
            and isinstance(keyword.value, ast.Constant)
            and isinstance(module.parents.get(keyword), ast.Call)
        ):
            telling = is_password(keyword.arg) or is_key(keyword.arg)
            if telling and _secret_value(keyword.arg, keyword.value.value):
                yield _say(keyword.value, keyword.arg)
    yield from _positional(module)


def _assigned(module: Module) -> Iterable[Observation]:
    for assign in module.of(ast.Assign, ast.AnnAssign):
        targets = assign.targets if isinstance(assign, ast.Assign) else [assign.target]
        for target in targets:
            match target:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    pass
                case ast.Subscript(slice=ast.Constant(value=str(name))):
                    pass
                case _:
                    continue
            value = assign.value
            if isinstance(value, ast.Call):
                default = _fallback(module, value)
                if default is not None and (is_password(name) or is_key(name)) and _secret_value(name, default.value):
                    yield see(RULE, default, f"`{name}` has a default in the code.", 0.6, severity=Severity.MEDIUM)
                    continue
                value = (
                    value.func.value if isinstance(value.func, ast.Attribute) and value.func.attr == "encode" else value
                )
            if isinstance(value, ast.Constant) and _secret_value(name, value.value):
                yield _say(assign, name)
    for each in module.of(ast.Dict):
        for key, value in zip(each.keys, each.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Constant):
                name = key.value
                if len(name) < 40 and (is_password(name) or is_key(name)) and _secret_value(name, value.value):
                    text = value.value.decode("latin-1") if isinstance(value.value, bytes) else str(value.value)
                    if not re.fullmatch(
                        r"(?i)string|str|text|varchar|input|label|.*(?:password|char|type|field|required).*", text
                    ):
                        yield _say(value, name, 0.7)


def _fallback(module: Module, call: ast.Call) -> ast.Constant | None:
    """The literal that stands in for an environment variable."""
    if module.name(call.func) in ("os.environ.get", "os.getenv", "environ.get", "decouple.config", "config"):
        default = module.argument(call, 1, "default")
        return default if isinstance(default, ast.Constant) else None
    return None


def _compared(module: Module) -> Iterable[Observation]:
    for compare in module.of(ast.Compare):
        if len(compare.ops) != 1 or not isinstance(compare.ops[0], ast.Eq | ast.NotEq):
            continue
        for side, other in ((compare.left, compare.comparators[0]), (compare.comparators[0], compare.left)):
            value = module.value(other)
            if isinstance(value, bytes):
                value = value.decode("latin-1")
            name = label_of(side)
            if not name and isinstance(side, ast.Call):
                name = next((str(each.value) for each in side.args[:1] if isinstance(each, ast.Constant)), "")
            if isinstance(value, str) and (is_password(name) or is_key(name)) and _secret_value("password", value):
                yield see(RULE, compare, f"`{name}` is compared with a literal.", 0.85)
                break
            if is_password(name) and _known_users(module, other):
                yield see(RULE, compare, "Passwords are looked up in a literal.", 0.8)
                break


def _known_users(module: Module, node: ast.expr) -> bool:
    match node:
        case ast.Subscript(value=base) | ast.Call(func=ast.Attribute(value=base, attr="get")):
            table = module.origin(base)
            return (
                isinstance(table, ast.Dict)
                and bool(table.values)
                and all(
                    isinstance(each, ast.Constant) and isinstance(each.value, str) and len(each.value) < 60
                    for each in table.values
                )
            )
        case _:
            return False


_LOGINS = {
    "login": 1,
    "connect": 2,
    "Connection": 2,
    "FTP": 2,
    "simple_bind_s": 1,
    "bind_s": 1,
    "simple_bind": 1,
    "authenticate": 1,
}


_KEYED = re.compile(
    r"^(?:jwt\.(?:encode|decode):1|jose\.jwt\.(?:encode|decode):1|hmac\.new:0|cryptography\.fernet\.Fernet:0|"
    r"Crypto(?:dome)?\.Cipher\.\w+\.new:0|itsdangerous\.\w+:0|"
    r"cryptography\.hazmat\.primitives\.ciphers\.algorithms\.\w+:0|"
    r"cryptography\.hazmat\.primitives\.ciphers\.aead\.\w+:0|nacl\.secret\.SecretBox:0|"
    r"requests\.auth\.HTTPBasicAuth:1|pyDes\.\w+:0)$"
)


def _positional(module: Module) -> Iterable[Observation]:
    for full, calls in module.calls.items():
        last = full.rpartition(".")[2]
        for call in calls:
            for position in (0, 1):
                if _KEYED.match(f"{full}:{position}"):
                    named = ("key", "secret_key") if position == 0 or "jwt" in full else ("password",)
                    given = module.argument(call, position, *named)
                    value = module.value(given)
                    if (
                        given is not None
                        and isinstance(value, str | bytes)
                        and value
                        and not is_placeholder(str(value))
                    ):
                        yield see(RULE, call, "The key is a literal.", 0.85)
            position_of = _LOGINS.get(last)
            if position_of is not None and len(call.args) > position_of:
                user, given = call.args[position_of - 1], call.args[position_of]
                value = given.value if isinstance(given, ast.Constant) else None
                both = isinstance(user, ast.Constant) and isinstance(user.value, str)
                if (
                    isinstance(value, str)
                    and both
                    and _secret_value("password", value)
                    and "@" not in value
                    and value != "anonymous"
                ) and re.search(
                    r"(?i)ftp|smtp|imap|ldap|sql|mongo|ssh|db|database|login|auth|connect|server|mail", full
                ):
                    yield see(RULE, call, "The password is a literal.", 0.75)
            for keyword in call.keywords:
                if keyword.arg == "auth" and isinstance(keyword.value, ast.Tuple) and len(keyword.value.elts) == 2:
                    value = module.value(keyword.value.elts[1])
                    if isinstance(value, str) and _secret_value("password", value):
                        yield see(RULE, keyword.value, "The password is a literal.", 0.85)
            if last in ("create_engine", "MongoClient", "connect", "from_url", "Redis", "create_async_engine"):
                address = module.value(module.argument(call, 0, "url", "host", "dsn"))
                found = (
                    re.match(r"[\w+]+://[^:/@\s]+:([^@/\s{}]+)@", address[:300]) if isinstance(address, str) else None
                )
                if found and not is_placeholder(found[1]) and found[1] not in ("password", "pass", "pw", "tiger"):
                    yield see(RULE, call, "The password stands in the address.", 0.8)


LOOKS = (hardcoded,)
