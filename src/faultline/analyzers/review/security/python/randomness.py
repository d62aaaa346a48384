"""Secrets that are made by a generator whose next value can be computed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.words import is_secret, parts
from faultline.core.finding import Severity

_GENERATORS = re.compile(
    r"^(?:random(?:\.Random\(\))?\.(?:random|randint|randrange|choices?|sample|getrandbits|uniform|randbytes|shuffle)|"
    r"(?:numpy|np)\.random\.(?:rand\w*|choice|bytes|integers|default_rng\(\)\.\w+)|uuid\.uuid1)$"
)
_SECRET = {
    "password", "passwd", "pwd", "passphrase", "passcode", "token", "secret", "otp", "csrf", "nonce", "salt",
    "captcha", "pin",
    "credential", "credentials", "jwt", "voucher", "activation", "cookie", "iv",
}  # fmt: skip
_PAIRS = {
    frozenset(each.split())
    for each in (
        "session id", "session key", "api key", "secret key", "private key", "encryption key", "access key",
        "access code",
        "verification code", "reset code", "security code", "auth code", "confirmation code", "invite code",
        "login code",
        "invitation code", "sms code", "auth id", "sid session", "recovery code", "generate key", "create key",
        "aes key",
        "session sid", "confirm code", "verify code", "generate sid", "reset link", "one time", "auth key",
        "license key",
    )
}  # fmt: skip


def _tells(name: str) -> bool:
    words = frozenset(parts(name))
    return bool(words & _SECRET) or any(each <= words for each in _PAIRS) or is_secret(name)


def _purpose(module: Module, node: ast.AST) -> str:
    """The telling name of what an expression becomes part of; empty where there is none."""
    for each in module.around(node):
        names: list[str] = []
        match each:
            case ast.Assign(targets=targets):
                names = [_label(target) for target in targets]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
                names = [_label(target)]
            case ast.keyword(arg=str(name)):
                names = [name]
            case ast.Call(func=ast.Attribute(attr="set_cookie"), args=[ast.Constant(value=str(name)), *_]):
                names = [name if _tells(name) else "cookie"]
            case ast.Dict(keys=keys, values=values):
                names = [
                    str(key.value)
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and (value is node or node in ast.walk(value))
                ]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names = [name, *(_label(target) for target in _appended(module, each, node))]
            case ast.ClassDef():
                return ""
        for name in names:
            if name and _tells(name):
                return name
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            return ""
    return ""


def _appended(module: Module, function: ast.AST, node: ast.AST) -> list[ast.expr]:
    """What the variable that holds the value is made into later in the same function."""
    holder = next(
        (each for each in module.around(node) if isinstance(each, ast.Assign | ast.AugAssign | ast.stmt)), None
    )
    held: set[str] = set()
    match holder:
        case ast.Assign(targets=targets):
            held = {each.id for each in targets if isinstance(each, ast.Name)}
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            held = {name}
    found: list[ast.expr] = []
    for _ in range(2):
        for assign in module.within(function, ast.Assign):
            if any(isinstance(each, ast.Name) and each.id in held for each in ast.walk(assign.value)):
                found += assign.targets
                held |= {each.id for each in assign.targets if isinstance(each, ast.Name)}
    for call in module.methods["set_cookie"]:
        if any(isinstance(each, ast.Name) and each.id in held for value in call.args[1:2] for each in ast.walk(value)):
            found.append(ast.Name(id="cookie"))
    return found


def _label(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=ast.Name(id="session") | ast.Attribute(attr="session")):
            return "session_id"
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def weak_random(module: Module) -> Iterable[Observation]:
    """Tokens, passwords and keys from the module random, or from a number that counts up."""
    for name, calls in module.calls.items():
        if not _GENERATORS.match(name):
            continue
        for call in calls:
            if purpose := _purpose(module, call):
                yield see("weak-random", call, f"`{name}` makes `{purpose}`.")


_SMALL = re.compile(
    r"^(?:os\.getpid|time\.time|time\.time_ns|time\.monotonic|datetime\.datetime\.now\(\)|random\.|int$)"
)


def predictable_seeds(module: Module) -> Iterable[Observation]:
    """Generators that begin where others can begin as well."""
    numeric = module.packages & {
        "numpy",
        "torch",
        "tensorflow",
        "sklearn",
        "pandas",
        "jax",
        "scipy",
        "pytest",
        "hypothesis",
    }
    for call in module.called("random.seed", "random.Random", "random.Random().seed", "numpy.random.seed"):
        seed = module.argument(call, 0, "a", "x", "seed")
        if seed is None:
            continue
        constant = isinstance(module.value(seed), int | str | bytes | float)
        names = [module.name(each.func) for each in ast.walk(module.origin(seed)) if isinstance(each, ast.Call)]
        names += [module.name(each) for each in ast.walk(seed) if isinstance(each, ast.Name | ast.Attribute)]
        guessable = any(_SMALL.match(each) for each in names)
        small = any(
            isinstance(module.value(each.args[0]), int) and module.value(each.args[0]) <= 4
            for each in ast.walk(module.origin(seed))
            if isinstance(each, ast.Call)
            and module.name(each.func) in ("os.urandom", "secrets.token_bytes")
            and each.args
        )
        function = module.function(call)
        telling = any(
            _purpose(module, other)
            for name, found in module.calls.items()
            if _GENERATORS.match(name)
            for other in found
        )
        if function is not None:
            telling = telling or _tells(function.name)
        given = (
            isinstance(seed, ast.Name | ast.Attribute)
            and module.value(seed) is UNKNOWN
            and not re.search(r"urandom|entropy|token_bytes", module.text(module.origin(seed)))
        )
        if telling and (constant or guessable or small or given):
            yield see("predictable-seed", call, "The seed can be guessed, and so every secret made from it.", 0.85)
        elif (guessable or small) and not numeric:
            yield see("predictable-seed", call, "There are few seeds to try.", 0.5, severity=Severity.LOW)


LOOKS = (weak_random, predictable_seeds)
