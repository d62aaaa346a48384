"""Passwords and keys that stand in the code, are kept as they are, or travel where they are seen."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.crypto import about_password
from faultline.analyzers.review.security.python.handlers import asked, endpoint_of, endpoints
from faultline.analyzers.review.security.python.module import Module, see
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
            name = _label(side)
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


def _label(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


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
    r"cryptography\.hazmat\.primitives\.ciphers\.aead\.\w+:0|nacl\.secret\.SecretBox:0|requests\.auth\.HTTPBasicAuth:1|pyDes\.\w+:0)$"
)


def _positional(module: Module) -> Iterable[Observation]:
    for full, calls in module.calls.items():
        last = full.rpartition(".")[2]
        for call in calls:
            for position in (0, 1):
                if _KEYED.match(f"{full}:{position}"):
                    keyword = ("key", "secret_key") if position == 0 or "jwt" in full else ("password",)
                    given = module.argument(call, position, *keyword)
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
                ):
                    if re.search(
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


_LOGS = {"debug", "info", "warning", "warn", "error", "critical", "exception", "log"}
_HASHING = re.compile(
    r"hash|crypt|scrypt|argon|pbkdf|set_password|make_password|create_user|digest|hmac|encod|derive|verify|seal"
)


def cleartext_storage(module: Module) -> Iterable[Observation]:
    """Passwords and keys that are logged, printed, written to files, cookies and databases as they are."""
    for name, calls in module.methods.items():
        for call in calls:
            values = [*call.args, *(each.value for each in call.keywords)]
            if name in _LOGS and _is_logger(module, call):
                if any(_holds_secret(module, each) for each in values):
                    yield see("cleartext-storage", call, "A secret goes into the log.", 0.8)
            elif name == "print" and isinstance(call.func, ast.Name):
                if any(_holds_secret(module, each) for each in values):
                    yield see("cleartext-storage", call, "A secret is printed.", 0.5, severity=Severity.LOW)
            elif name in ("write", "writelines", "writerow", "dump", "write_text", "put", "hset"):
                if any(_holds_secret(module, each) for each in values) and not _hashes(module, call):
                    yield see("cleartext-storage", call, "A secret is written as it is.", 0.65)
            elif name in ("execute", "executemany") and len(call.args) >= 1:
                statement = call.args[0]
                text = module.text(module.origin(statement))
                writes = re.search(r"\b(?:insert\s+into|update)\b", text)
                if writes and any(_holds_secret(module, each) for each in call.args) and not _hashes(module, call):
                    yield see("cleartext-storage", call, "The password goes into the database as it is.", 0.7)
            elif name == "set_cookie" and len(values) > 1 and _holds_secret(module, values[1], only_password=True):
                yield see("cleartext-storage", call, "The password goes into a cookie.", 0.9)
    yield from _kept(module)


def _kept(module: Module) -> Iterable[Observation]:
    for assign in module.of(ast.Assign):
        for target in assign.targets:
            label = _label(target)
            at_user = (
                isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id not in ("self", "cls", "args", "config")
            )
            in_session = isinstance(target, ast.Subscript) and module.name(target.value).endswith("session")
            if not is_password(label) or not (at_user or in_session):
                continue
            if asked(module, assign.value) and not _hashes(module, assign):
                yield see("cleartext-storage", assign, "The password of the request is kept as it is.", 0.7)
    for endpoint in endpoints(module):
        for call in module.within(endpoint.node, ast.Call):
            made = isinstance(call.func, ast.Name | ast.Attribute) and (
                _label(call.func)[:1].isupper() or _label(call.func) == "create"
            )
            for keyword in call.keywords if made else ():
                if (
                    keyword.arg
                    and is_password(keyword.arg)
                    and asked(module, keyword.value)
                    and not _hashes(module, call)
                ):
                    yield see("cleartext-storage", call, "The password of the request is kept as it is.", 0.55)
    for compare in module.of(ast.Compare):
        sides = [compare.left, *compare.comparators]
        if len(sides) != 2 or not isinstance(compare.ops[0], ast.Eq | ast.NotEq):
            continue
        for stored, given in (sides, sides[::-1]):
            kept = (
                isinstance(stored, ast.Attribute | ast.Subscript)
                and is_password(_label(stored))
                and not asked(module, stored)
            )
            word = _label(given) or (
                str(given.args[0].value)
                if isinstance(given, ast.Call) and given.args and isinstance(given.args[0], ast.Constant)
                else ""
            )
            if (
                kept
                and is_password(word)
                and "confirm" not in word
                and not _hashes(module, compare)
                and module.name(stored).split(".")[0] not in ("form", "self")
            ):
                yield see(
                    "cleartext-storage",
                    compare,
                    "The stored password is compared as it is, so it is kept as it is.",
                    0.6,
                )
                break


def _is_logger(module: Module, call: ast.Call) -> bool:
    name = module.name(call.func).lower()
    return name.startswith("logging.") or bool(re.search(r"log(?:ger|ging)?(?:\(\))?\.\w+$|getlogger\(\)\.", name))


def _holds_secret(module: Module, node: ast.expr, only_password: bool = False) -> bool:
    """Whether the value itself is in an expression: not a test, a length, a mask or a text that speaks of it."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return is_password(name) or (not only_password and is_key(name) and not name.isupper())
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return is_password(name)
        case ast.JoinedStr(values=values):
            return any(_holds_secret(module, each, only_password) for each in values)
        case ast.FormattedValue(value=value) | ast.Await(value=value):
            return _holds_secret(module, value, only_password)
        case ast.BinOp(left=left, right=right):
            return _holds_secret(module, left, only_password) or _holds_secret(module, right, only_password)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(_holds_secret(module, each, only_password) for each in elements)
        case ast.Dict(values=values):
            return any(_holds_secret(module, each, only_password) for each in values if each is not None)
        case ast.Call(func=ast.Attribute(attr="format"), args=args):
            return any(_holds_secret(module, each, only_password) for each in args)
        case ast.Call(func=ast.Name(id="str"), args=[value]) | ast.Call(func=ast.Attribute(value=value, attr="encode")):
            return _holds_secret(module, value, only_password)
        case ast.Call(func=ast.Attribute(attr="get" | "getenv"), args=[ast.Constant(value=str(name)), *_]):
            return is_password(name)
        case ast.Call(func=ast.Attribute(attr="dumps"), args=[value, *_]):
            return _holds_secret(module, value, only_password)
        case _:
            return False


def _hashes(module: Module, node: ast.AST) -> bool:
    function = module.function(node)
    for call in module.within(function or node, ast.Call):
        name = module.name(call.func).lower()
        name = name if name and not name.endswith(".encode") else ""
        if (
            name
            and _HASHING.search(name.rpartition(".")[2])
            and not name.endswith(("url_encode", "urlencode", "jsonable_encoder"))
        ):
            return True
        if name.startswith(("hashlib.", "bcrypt.", "passlib.")):
            return True
    return False


def in_address(module: Module) -> Iterable[Observation]:
    """Passwords in the query of an address, where logs and proxies keep them."""
    for call in module.of(ast.Call):
        name = module.name(call.func)
        if re.search(r"request\.(?:args|GET|query_params|query)\.get$", name) and call.args:
            word = module.value(call.args[0])
            if isinstance(word, str) and is_password(word):
                yield see("credentials-in-url", call, f"`{word}` comes in the query of the address.", 0.85)
    for each in module.of(ast.Subscript):
        if re.search(r"request\.(?:args|GET|query_params|query)$", module.name(each.value)):
            word = module.value(each.slice)
            if isinstance(word, str) and is_password(word):
                yield see("credentials-in-url", each, f"`{word}` comes in the query of the address.", 0.85)
    for joined in module.of(ast.JoinedStr):
        text = "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in joined.values)[:500]
        if re.search(r"(?i)https?://.*[?&](?:password|passwd|pwd|pass)=\{", text) and about_password(module, joined):
            yield see("credentials-in-url", joined, "The password is put into the query of an address.", 0.8)
    if "fastapi" in module.packages:
        for endpoint in endpoints(module):
            arguments = endpoint.node.args
            with_default = {each.arg for each in arguments.args[len(arguments.args) - len(arguments.defaults) :]}
            for argument in arguments.args:
                plain = argument.annotation is not None and module.name(argument.annotation) == "str"
                if is_password(argument.arg) and plain and argument.arg not in with_default:
                    yield see(
                        "credentials-in-url", argument, f"`{argument.arg}` comes in the query of the address.", 0.8
                    )


def weak_password_rules(module: Module) -> Iterable[Observation]:
    """Checks that let short passwords through, and registration that checks nothing."""
    for compare in module.of(ast.Compare):
        if len(compare.ops) == 1:
            yield from _length(module, compare)
    for call in module.of(ast.Call):
        name = module.name(call.func).rpartition(".")[2]
        if name in ("PasswordField", "CharField", "SecretStr", "Field", "constr") or name.startswith("Length"):
            least = module.value(module.argument(call, 0 if name == "Length" else None, "min", "min_length"))
            about = is_password(_owner(module, call)) or name == "PasswordField"
            if isinstance(least, int) and not isinstance(least, bool) and 0 <= least < 8 and about:
                yield see("weak-password-rules", call, f"{least} characters are enough.", 0.8)
    for assign in module.of(ast.Assign):
        match assign.targets[0], assign.value:
            case ast.Name(id="AUTH_PASSWORD_VALIDATORS"), ast.List(elts=[]):
                yield see("weak-password-rules", assign, "Django checks no new password.", 0.9)
    for pair in module.of(ast.Dict):
        for key, value in zip(pair.keys, pair.values, strict=True):
            match key, value:
                case ast.Constant(value="min_length"), ast.Constant(value=int(least)) if (
                    least < 8
                    and "MinimumLength"
                    in "".join(
                        str(each.value)
                        for around in module.around(pair)
                        if isinstance(around, ast.Dict)
                        for each in ast.walk(around)
                        if isinstance(each, ast.Constant)
                    )
                ):
                    yield see("weak-password-rules", value, f"{least} characters are enough.", 0.9)
    for endpoint in endpoints(module):
        words = set(parts(endpoint.node.name)) | set(parts(" ".join(endpoint.routes)))
        if (
            not words & {"register", "signup", "registration", "registers"}
            and not {"sign", "up"} <= words
            and not {"create", "user"} <= words
            and not {"change", "password"} <= words
        ):
            continue
        text = module.text(endpoint.node)
        takes = [
            each for each in module.within(endpoint.node, ast.Call, ast.Subscript) if _takes_password(module, each)
        ]
        checks = re.search(
            r"valid|strength|\blen\b|\bre\b|polic|complex|min_|check_pass|zxcvbn|match\b|form\b(?=.*is_valid)", text
        )
        if takes and not checks:
            yield see("weak-password-rules", takes[0], "Whatever is sent becomes the password.", 0.5)


def _takes_password(module: Module, node: ast.AST) -> bool:
    match node:
        case ast.Call(args=[ast.Constant(value=str(word)), *_]):
            return is_password(word) and asked(module, node)
        case ast.Subscript(slice=ast.Constant(value=str(word))):
            return is_password(word) and asked(module, node)
        case _:
            return False


def _length(module: Module, compare: ast.Compare) -> Iterable[Observation]:
    left, right, kind = compare.left, compare.comparators[0], compare.ops[0]
    if not (
        isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and len(left.args) == 1
    ):
        return
    least, about = module.value(right), left.args[0]
    if not isinstance(least, int) or isinstance(least, bool) or not is_password(_label(about)):
        return
    least += {ast.Gt: 1, ast.LtE: 1}.get(type(kind), 0)
    if 1 < least < 8 and isinstance(kind, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        yield see("weak-password-rules", compare, f"{least} characters are enough.", 0.85)


def _owner(module: Module, node: ast.AST) -> str:
    for each in module.around(node):
        match each:
            case ast.Assign(targets=[target, *_]):
                return _label(target)
            case ast.AnnAssign(target=target):
                return _label(target)
            case ast.stmt():
                return ""
    return ""


__all__ = ["LOOKS", "endpoint_of"]
LOOKS = (hardcoded, cleartext_storage, in_address, weak_password_rules)
