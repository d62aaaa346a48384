"""Cookies, signed tokens and what is compared in time that tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.words import is_key, is_password, is_secret, parts
from faultline.core.finding import Severity


def cookies(module: Module) -> Iterable[Observation]:
    """Cookies that scripts can read or that travel unencrypted."""
    for call in [
        *module.methods["set_cookie"],
        *module.methods["set_secure_cookie"],
        *module.methods["set_signed_cookie"],
    ]:
        if not isinstance(call.func, ast.Attribute) or any(each.arg is None for each in call.keywords):
            continue
        if len(call.args) + len(call.keywords) < 2:
            continue
        given = {each.arg: module.value(each.value) for each in call.keywords}
        if given.get("max_age") == 0 or given.get("expires") == 0:
            continue
        missing = [word for word, places in (("secure", ()), ("httponly", ())) if not _on(given, word) and not places]
        if missing and len(call.args) < 7:
            yield see("insecure-cookie", call, f"It lacks {' and '.join(missing)}.", 0.85 if len(missing) > 1 else 0.7)
    settings = re.compile(r"^(?:REMEMBER_COOKIE|SESSION_COOKIE|CSRF_COOKIE|JWT_COOKIE)_(?:SECURE|HTTPONLY)$")
    for name, value, node in _settings(module):
        if settings.match(name) and value is False:
            yield see("insecure-cookie", node, f"{name} is off.", 0.9)
    for assign in module.of(ast.Assign):
        match assign.targets[0]:
            case ast.Subscript(slice=ast.Constant(value=str(header))) if header.lower() == "set-cookie":
                text = module.text(assign.value)
                if "secure" not in text or "httponly" not in text:
                    yield see("insecure-cookie", assign, "It lacks Secure or HttpOnly.", 0.75)
    for call in [*module.methods["send_header"], *module.methods["add_header"]]:
        if len(call.args) == 2 and str(module.value(call.args[0])).lower() == "set-cookie":
            text = module.text(module.origin(call.args[1]))
            if not ("secure" in text and "httponly" in text) and "http.cookies.SimpleCookie" not in module.calls:
                yield see("insecure-cookie", call, "It lacks Secure or HttpOnly.", 0.75)
    flags = {str(each.slice.value).lower() for each in module.of(ast.Subscript) if isinstance(each.slice, ast.Constant)}
    for call in module.called("http.cookies.SimpleCookie", "Cookie.SimpleCookie"):
        sets = any(
            isinstance(each.ctx, ast.Store) and module.name(each.value) == "http.cookies.SimpleCookie()"
            for each in module.of(ast.Subscript)
        )
        if sets and not {"secure", "httponly"} <= flags:
            yield see("insecure-cookie", call, "It lacks Secure or HttpOnly.", 0.7)


def _on(given: dict[str | None, object], word: str) -> bool:
    return word in given and given[word] is not False and given[word] is not None


def _settings(module: Module) -> Iterable[tuple[str, object, ast.AST]]:
    """Settings of Flask and Django: `NAME = x`, `app.config["NAME"] = x`, `app.config.update(NAME=x)`."""
    for assign in module.of(ast.Assign):
        match assign.targets[0]:
            case ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=str(name))) if name.isupper():
                yield name, module.value(assign.value), assign
    for call in [*module.methods["update"], *module.methods["from_mapping"]]:
        for keyword in call.keywords:
            if keyword.arg and keyword.arg.isupper():
                yield keyword.arg, module.value(keyword.value), keyword.value


settings = _settings
_DECODERS = ("jwt.decode", "jose.jwt.decode", "jwt.PyJWT().decode", "jwt.api_jwt.decode", "jwt.decode_complete")


def tokens(module: Module) -> Iterable[Observation]:
    """JSON Web Tokens that are read without their signature, or that never end."""
    for call in module.called(*_DECODERS):
        options = _options(module, module.argument(call, 3, "options"))
        algorithms = module.value(module.argument(call, 2, "algorithms"))
        key = module.argument(call, 1, "key")
        if module.value(module.argument(call, 2, "verify")) is False or options.get("verify_signature") is False:
            yield see("jwt-unverified", call, "The signature is not looked at.", 0.95)
        elif isinstance(algorithms, list | str) and any(
            str(each).lower() == "none" for each in ([algorithms] if isinstance(algorithms, str) else algorithms)
        ):
            yield see("jwt-unverified", call, "A token without a signature is accepted.", 0.95)
        elif key is None and len(call.args) <= 1 and not any(each.arg is None for each in call.keywords):
            yield see("jwt-unverified", call, "There is no key to verify it with.", 0.8)
        elif isinstance(key, ast.Constant) and key.value in (None, ""):
            yield see("jwt-unverified", call, "There is no key to verify it with.", 0.9)
        elif module.argument(call, 2, "algorithms") is None and not any(each.arg is None for each in call.keywords):
            yield see("jwt-unverified", call, "The token says itself how it is signed.", 0.6, severity=Severity.MEDIUM)
        if options.get("verify_exp") is False:
            yield see("session-expiry", call, "Tokens are accepted after they have expired.", 0.85)
    for name in ("jose.jwt.get_unverified_claims", "jwt.get_unverified_claims", "jose.jws.get_unverified_claims"):
        for call in module.called(name):
            yield see("jwt-unverified", call, "Claims are read that nobody has signed.", 0.85)
    for name in ("jwt.encode", "jose.jwt.encode"):
        for call in module.called(name):
            if str(module.value(module.argument(call, 2, "algorithm"))).lower() == "none":
                yield see("jwt-unverified", call, "The token is not signed.", 0.9)
            payload = module.argument(call, 0, "payload", "claims")
            table = module.origin(payload) if payload is not None else None
            function = module.function(call)
            if (
                isinstance(table, ast.Dict)
                and None not in table.keys
                and "exp" not in module.text(function or call).replace(".", " ").split()
            ):
                yield see("session-expiry", call, "The token never expires.", 0.7)
    for call in module.methods["loads_unsafe"]:
        yield see("jwt-unverified", call, "The signature is not looked at.", 0.8)
    for call in module.called("base64.urlsafe_b64decode", "base64.b64decode"):
        function = module.function(call)
        text = module.text(function) if function else ""
        if (
            function
            and re.search(r"jwt|token", text)
            and "." in [each.value for each in module.within(function, ast.Constant)]
            and "split" in text
        ) and not re.search(r"hmac|verif|signature_|compare_digest|jwks", text):
            yield see("jwt-unverified", call, "A token's claims are read without its signature.", 0.7)
    for name, value, node in _settings(module):
        if name in ("JWT_ACCESS_TOKEN_EXPIRES", "JWT_REFRESH_TOKEN_EXPIRES") and value is False:
            yield see("session-expiry", node, "Tokens never expire.", 0.9)


def _options(module: Module, node: ast.expr | None) -> dict[object, object]:
    table = module.origin(node) if node is not None else None
    if not isinstance(table, ast.Dict):
        return {}
    return {
        module.value(key): module.value(value)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant)
    }


_MADE = re.compile(r"^hmac\.(?:new\(\)\.(?:hex)?digest|digest)\(\)$")
_SIGNATURE = {"signature", "hmac", "mac", "csrf", "otp", "apikey", "secret"}
_ASKED = re.compile(
    r"request|header|provided|given|received|expected|stored|cookie|environ|settings|config|supplied|input|actual|"
    r"user|saved|real|correct|valid"
)


_QUERY = re.compile(r"\.(?:where|filter|having|and_|or_|outerjoin|join|on)\(\)$|^sqlalchemy\.")
"""Calls in which a comparison is a condition of a query, which the database compares."""


def timing(module: Module) -> Iterable[Observation]:
    """Signatures and tokens that are compared with ==, and comparisons that stop at the first difference."""
    for compare in module.of(ast.Compare):
        if len(compare.ops) != 1 or not isinstance(compare.ops[0], ast.Eq | ast.NotEq):
            continue
        sides = [compare.left, compare.comparators[0]]
        if any(isinstance(each, ast.Constant | ast.UnaryOp) or _constant_name(each) for each in sides):
            continue
        if _QUERY.search(module.name(module.parents.get(compare, compare))):
            continue
        function = module.function(compare)
        if function is not None and function.name in ("__eq__", "__ne__", "__lt__"):
            continue
        made = any(_MADE.match(module.name(each)) for each in sides)
        labels = [_label(each) for each in sides]
        telling = [each for each in labels if each and _telling(each)]
        digests = any(re.match(r"hashlib\..*digest\(\)$", module.name(each)) for each in sides) and any(
            is_password(word) for each in sides for word in re.findall(r"\w+", module.text(module.origin(each)))
        )
        if made or digests:
            yield see("timing-attack", compare, "It takes the longer, the more is right.", 0.85)
        elif (
            all(isinstance(each, ast.Name | ast.Attribute | ast.Subscript | ast.Call) for each in sides)
            and telling
            and (len(telling) == 2 or any(_ASKED.search(module.text(each)) for each in sides))
        ):
            yield see("timing-attack", compare, "It takes the longer, the more is right.", 0.55, severity=Severity.LOW)
    yield from _checking_functions(module)


_CHECKING = {"compare", "equal", "equals", "check", "verify", "match", "validate", "authenticate", "same", "is"}
_AGAIN = {"confirm", "repeat", "again", "old", "2", "confirmation"}


def _checking_functions(module: Module) -> Iterable[Observation]:
    """Comparisons in functions whose names say that they check a secret."""
    for function in module.functions:
        words = set(parts(function.name))
        names = " ".join(each.arg for each in function.args.args)
        if not words & _CHECKING:
            continue
        if words & {"version", "file", "list", "schema"}:
            continue
        telling = any(is_secret(each.arg) or is_password(each.arg) for each in function.args.args) or bool(
            words & {"password", "secret", "token", "signature", "mac", "hash", "digest", "pin", "key"}
        )
        for compare in module.within(function, ast.Compare):
            operands = [compare.left, compare.comparators[0]]
            labels = [_label(each) for each in operands]
            if (
                len(compare.ops) == 1
                and isinstance(compare.ops[0], ast.Eq | ast.NotEq)
                and all(isinstance(each, ast.Name | ast.Attribute | ast.Subscript) for each in operands)
                and all(is_secret(each) and not each.isupper() and not set(parts(each)) & _AGAIN for each in labels)
            ):
                message = "It takes the longer, the more is right."
                yield see("timing-attack", compare, message, 0.5, severity=Severity.LOW)
        for loop in module.within(function, ast.For):
            early = [
                each
                for inner in ast.walk(loop)
                if isinstance(inner, ast.If)
                for each in inner.body
                if isinstance(each, ast.Return)
            ]
            stops = any(isinstance(each.value, ast.Constant) and each.value.value is False for each in early)
            over = module.name(loop.iter)
            if stops and (telling or "secret" in names) and over in ("zip()", "range()", "enumerate()"):
                yield see("timing-attack", loop, "It stops at the first difference.", 0.8)
                break


def _constant_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and _label(node).isupper()


_TOKENS = {
    "auth", "access", "api", "csrf", "reset", "session", "user", "secret", "expected", "stored", "provided", "bearer",
}  # fmt: skip


def _telling(name: str) -> bool:
    words = set(parts(name))
    if words & {"count", "type", "name", "length", "len", "kind", "id", "version"}:
        return False
    if is_key(name) or words & _SIGNATURE or words == {"token"} or {"password", "hash"} <= words:
        return True
    return (is_password(name) and "hash" in words) or ("token" in words and bool(words & _TOKENS))


def _label(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
        case _:
            return ""


LOOKS = (cookies, tokens, timing)
