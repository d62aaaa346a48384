"""What would mend a finding where one line tells it: a small table by rule, for Python.

Each entry says only what is exact: the same call with the dangerous part gone, or its safe twin. Where the right answer
depends on what the program is for, there is none. None is told before it is proven (`proof.py`), so an entry may try.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source
from faultline.core.finding import Edit

Span = tuple[int, int, int, int]
"""First line, its column, last line, its column; lines from 1, columns from 0 in UTF-8 bytes, as `ast` counts."""
Splice = tuple[Span, str]
"""What to replace, and by what."""


def fix_of(source: Source, seen: Observation) -> tuple[Edit, ...]:
    """Edits that may mend an observation; nothing where the table knows none."""
    fix = _BY_CODE.get(seen.code or "") or _FIXES.get(seen.rule)
    if fix is None or source.language is not Language.PYTHON or source.partial or source.python is None:
        return ()
    end = max(seen.end_line, seen.line)
    for node in ast.walk(source.python):
        at, until = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
        if at <= end and until >= seen.line and (splices := list(fix(node, seen))):
            return tuple(_edits(source, splices))
    return ()


def _edits(source: Source, splices: list[Splice]) -> Iterator[Edit]:
    """The splices as whole lines; those that touch the same lines are one edit."""
    groups: list[list[Splice]] = []
    for splice in sorted(splices):
        if groups and splice[0][0] <= max(span[2] for span, _ in groups[-1]):
            groups[-1].append(splice)
        else:
            groups.append([splice])
    for group in groups:
        first, last = group[0][0][0], max(span[2] for span, _ in group)
        raw = [line.encode("utf-8", "surrogatepass") for line in source.lines[first - 1 : last]]
        for (top, start, bottom, end), text in reversed(group):
            head, tail = raw[top - first][:start], raw[bottom - first][end:]
            raw[top - first : bottom - first + 1] = [head + text.encode() + tail]
        replacement = b"\n".join(raw).decode("utf-8", "surrogatepass")
        yield Edit(path=source.path, start_line=first, end_line=last, replacement=replacement)


# --- the parts of a call --------------------------------------------------------------------------------------------


def _span(node: ast.expr | ast.keyword) -> Span:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _arguments(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return sorted([*call.args, *call.keywords], key=lambda each: _span(each)[:2])


def _keyword(call: ast.Call, name: str, value: object) -> ast.keyword | None:
    for each in call.keywords:
        if each.arg == name and isinstance(each.value, ast.Constant) and each.value.value is value:
            return each
    return None


def _without(call: ast.Call, gone: ast.keyword) -> Splice:
    """The call without a keyword, and the comma that goes with it."""
    arguments = _arguments(call)
    place = arguments.index(gone)
    if place:
        return (*_span(arguments[place - 1])[2:], *_span(gone)[2:]), ""
    if len(arguments) > 1:
        return (*_span(gone)[:2], *_span(arguments[1])[:2]), ""
    return _span(gone), ""


def _with(call: ast.Call, words: list[str]) -> Splice:
    """The call with more keywords, each on its own line where the last argument stands so."""
    arguments = _arguments(call)
    last = _span(arguments[-1])
    apart = last[0] > call.lineno and all(_span(each)[0] != last[0] for each in arguments[:-1])
    between = ",\n" + " " * last[1] if apart else ", "
    return (*last[2:], *last[2:]), "".join(between + word for word in words)


# --- the table ------------------------------------------------------------------------------------------------------


def _yaml_load(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Call) and _dotted(node.func) in ("yaml.load", "yaml.unsafe_load", "yaml.full_load"):
        loaders = [each for each in node.keywords if each.arg == "Loader"]
        if len(node.args) == 1 and len(node.keywords) == len(loaders):
            yield _span(node.func), "yaml.safe_load"
            yield from (_without(node, each) for each in loaders)


def _verify(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Call):
        if (off := _keyword(node, "verify", False)) is not None:
            yield _without(node, off)
        elif _dotted(node.func) == "ssl._create_unverified_context" and not node.args and not node.keywords:
            yield _span(node.func), "ssl.create_default_context"


def _weak_hash(node: ast.AST, _: Observation) -> Iterator[Splice]:
    # Another digest is another value: only who says that it is meant for security is sure to want that.
    digests = ("hashlib.md5", "hashlib.sha1")
    if isinstance(node, ast.Call) and _dotted(node.func) in digests and _keyword(node, "usedforsecurity", True):
        yield _span(node.func), "hashlib.sha256"


def _shell(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Call) and _dotted(node.func).startswith("subprocess."):
        listed = node.args and isinstance(node.args[0], (ast.List, ast.Tuple))
        if listed and (shell := _keyword(node, "shell", True)) is not None:
            yield _without(node, shell)


def _random(node: ast.AST, _: Observation) -> Iterator[Splice]:
    exact = ("choice", "choices", "randint", "randrange", "sample", "getrandbits", "randbytes", "random", "uniform")
    if isinstance(node, ast.Call) and _dotted(node.func) in {f"random.{name}" for name in exact}:
        assert isinstance(node.func, ast.Attribute)
        yield _span(node.func.value), "random.SystemRandom()"


def _debug(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Call) and (debug := _keyword(node, "debug", True)) is not None:
        yield _span(debug.value), "False"
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is True:
        names = [_dotted(target) for target in node.targets]
        if len(names) == 1 and names[0].rpartition(".")[2].lower() == "debug":
            yield _span(node.value), "False"


def _jwt(node: ast.AST, _: Observation) -> Iterator[Splice]:
    # Without a key or the algorithms the call would fail once it verifies; that is no suggestion.
    if not isinstance(node, ast.Call) or _dotted(node.func) != "jwt.decode":
        return
    if len(node.args) < 2 or all(each.arg != "algorithms" for each in node.keywords):
        return
    if (off := _keyword(node, "verify", False)) is not None:
        yield _without(node, off)
    for each in node.keywords:
        if each.arg == "options" and isinstance(each.value, ast.Dict) and len(each.value.keys) == 1:
            key, value = each.value.keys[0], each.value.values[0]
            named = isinstance(key, ast.Constant) and key.value in ("verify_signature", "verify")
            if named and isinstance(value, ast.Constant) and value.value is False:
                yield _without(node, each)


def _cookie(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "set_cookie":
        return
    if not node.args or any(each.arg is None for each in node.keywords) or len(node.args) > 2:
        return
    given = {each.arg for each in node.keywords}
    for name in ("secure", "httponly"):
        if (off := _keyword(node, name, False)) is not None:
            yield _span(off.value), "True"
    missing = {"secure": "secure=True", "httponly": "httponly=True", "samesite": 'samesite="Lax"'}
    if words := [word for name, word in missing.items() if name not in given]:
        yield _with(node, words)


def _autoescape(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Call) and (off := _keyword(node, "autoescape", False)) is not None:
        yield _span(off.value), "True"


def _host_key(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Attribute) and _dotted(node) in ("paramiko.AutoAddPolicy", "paramiko.WarningPolicy"):
        yield _span(node), "paramiko.RejectPolicy"


def _timeout(node: ast.AST, _: Observation) -> Iterator[Splice]:
    verbs = ("get", "post", "put", "patch", "delete", "head", "options", "request")
    if isinstance(node, ast.Call) and _dotted(node.func) in {f"requests.{verb}" for verb in verbs}:
        if node.args and all(each.arg not in ("timeout", None) for each in node.keywords):
            yield _with(node, ["timeout=10"])
        for each in node.keywords:
            if each.arg == "timeout" and isinstance(each.value, ast.Constant) and each.value.value is None:
                yield _span(each.value), "10"


def _none(node: ast.AST, _: Observation) -> Iterator[Splice]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        right = node.comparators[0]
        if isinstance(right, ast.Constant) and right.value is None:
            word = {ast.Eq: "is", ast.NotEq: "is not"}.get(type(node.ops[0]))
            if word:
                yield (*_span(node.left)[2:], *_span(right)[2:]), f" {word} None"


def _mutable_default(node: ast.AST, seen: Observation) -> Iterator[Splice]:
    """`a=[]` as `a=None`, and the list made anew at the start of the body, behind the docstring."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    arguments = [*node.args.posonlyargs, *node.args.args]
    named = [*zip(reversed(arguments), reversed(node.args.defaults), strict=False)]
    named += [(each, value) for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value]
    for each, value in named:
        empty = isinstance(value, (ast.List, ast.Dict)) and not ast.unparse(value)[1:-1]
        if not empty or each.annotation is not None or not seen.line <= value.lineno <= max(seen.end_line, seen.line):
            continue
        first = node.body[0]
        told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        if told and len(node.body) > 1:
            first = node.body[1]
        if first.lineno == node.lineno or (told and len(node.body) == 1):
            return
        start = min([first.lineno, *(line.lineno for line in getattr(first, "decorator_list", ()))])
        pad = " " * first.col_offset
        yield _span(value), "None"
        yield (start, 0, start, 0), f"{pad}if {each.arg} is None:\n{pad}    {each.arg} = {ast.unparse(value)}\n"
        return


Fix = Callable[[ast.AST, Observation], Iterator[Splice]]
_FIXES: Final[Mapping[str, Fix]] = {
    "security/unsafe-deserialization": _yaml_load,
    "security/tls-verification-off": _verify,
    "security/weak-hash": _weak_hash,
    "security/command-injection": _shell,
    "security/weak-random": _random,
    "security/debug-mode": _debug,
    "security/jwt-unverified": _jwt,
    "security/insecure-cookie": _cookie,
    "security/xss": _autoescape,
    "security/autoescape-off": _autoescape,
    "security/ssh-host-key": _host_key,
    "security/no-timeout": _timeout,
}
_BY_CODE: Final[Mapping[str, Fix]] = {"E711": _none, "B006": _mutable_default, "S602": _shell, "S604": _shell}
