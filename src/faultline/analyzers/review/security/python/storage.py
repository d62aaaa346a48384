"""Passwords and keys that are kept as they are, or travel where they are seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.crypto import about_password
from faultline.analyzers.review.security.python.handlers import asked, endpoints
from faultline.analyzers.review.security.python.module import Module, label_of, see
from faultline.analyzers.review.security.python.words import is_key, is_password, parts
from faultline.core.finding import Severity

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
            label = label_of(target)
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
                label_of(call.func)[:1].isupper() or label_of(call.func) == "create"
            )
            for keyword in call.keywords if made else ():
                if (
                    keyword.arg
                    and is_password(keyword.arg)
                    and asked(module, keyword.value)
                    and not _hashes(module, call)
                ):
                    yield see("cleartext-storage", call, "The password of the request is kept as it is.", 0.55)
    for owner in module.of(ast.ClassDef):
        if not set(parts(owner.name)) & {"user", "account", "member", "customer", "employee"} or _HASHING.search(
            module.text(owner)
        ):
            continue
        for assign in module.within(owner, ast.Assign):
            match assign.targets[0], assign.value:
                case ast.Attribute(value=ast.Name(id="self"), attr=attr), ast.Name(id=given) if is_password(
                    attr
                ) and is_password(given):
                    yield see("cleartext-storage", assign, "The password is kept as it is.", 0.5, severity=Severity.LOW)
    for compare in module.of(ast.Compare):
        sides = [compare.left, *compare.comparators]
        if len(sides) != 2 or not isinstance(compare.ops[0], ast.Eq | ast.NotEq):
            continue
        for stored, given in (sides, sides[::-1]):
            kept = (
                isinstance(stored, ast.Attribute | ast.Subscript)
                and is_password(label_of(stored))
                and not asked(module, stored)
            )
            word = label_of(given) or (
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


_KNOWN: WeakKeyDictionary[ast.AST, bool] = WeakKeyDictionary()


def _hashes(module: Module, node: ast.AST) -> bool:
    """Whether the function around a node hashes or encrypts something."""
    place = module.function(node) or node
    known = _KNOWN.get(place)
    if known is None:
        known = _KNOWN[place] = _hashing(module, place)
    return known


def _hashing(module: Module, place: ast.AST) -> bool:
    for call in module.within(place, ast.Call):
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
        text = "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in joined.values)[:500]
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


LOOKS = (
    cleartext_storage,
    in_address,
)
