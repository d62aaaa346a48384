"""Calls that do not do what they seem to: results thrown away, coroutines not awaited, arguments in the wrong place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Function, Index, called, dotted, index, inside
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_TEXT_METHODS = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "splitlines",
        "startswith",
        "endswith",
        "isdigit",
        "isalpha",
        "isalnum",
        "isspace",
        "removeprefix",
        "removesuffix",
        "zfill",
    ]
)
_PURE = frozenset(
    [
        "sorted",
        "reversed",
        "len",
        "abs",
        "sum",
        "min",
        "max",
        "round",
        "enumerate",
        "zip",
        "map",
        "filter",
        "isinstance",
        "issubclass",
        "os.path.join",
        "os.path.exists",
        "os.path.basename",
        "os.path.dirname",
        "copy.copy",
        "copy.deepcopy",
        "json.dumps",
        "re.sub",
        "functools.partial",
        "itertools.chain",
        "math.floor",
        "math.ceil",
        "datetime.timedelta",
    ]
)
_IN_PLACE = frozenset(("sort", "reverse", "append", "extend"))
_NOW = frozenset(
    [
        "time.time",
        "time.monotonic",
        "time.perf_counter",
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "date.today",
        "datetime.date.today",
        "timezone.now",
        "uuid.uuid4",
        "uuid4",
        "random.random",
        "random.randint",
        "secrets.token_hex",
        "secrets.token_urlsafe",
    ]
)
_FLAGS = frozenset(["I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "X", "VERBOSE", "A", "ASCII", "U", "UNICODE"])


def ignored_results(source: Source) -> Iterable[Observation]:
    """A call that only computes stands alone: its result is lost."""
    if (code := index(source)) is None:
        return
    for each in code.of(ast.Expr):
        call = each.value
        if not isinstance(call, ast.Call) or _expected_to_fail(code, each):
            continue
        name = called(call)
        last = name.rpartition(".")[2]
        text = isinstance(call.func, ast.Attribute) and (
            (last in _TEXT_METHODS and not call.keywords and (_texts(call.args) or _is_text(code, call.func.value)))
            or (last == "replace" and len(call.args) == 2 and not call.keywords and _texts(call.args))
        )
        if text or (name in _PURE and name.partition(".")[0] not in code.functions):
            yield Observation("logic/result-ignored", each.lineno, each.end_lineno or 0, f"`{last}` changes nothing.")


def in_place_results(source: Source) -> Iterable[Observation]:
    """`x = x.sort()`: what works in place returns None."""
    if (code := index(source)) is None:
        return
    frames = bool(code.imported & {"pandas", "polars", "numpy", "pyspark", "dask"})
    for each in code.of(ast.Call):
        if not isinstance(each.func, ast.Attribute) or each.func.attr not in _IN_PLACE:
            continue
        parent, receiver = code.parents[each], each.func.value
        assigned = (
            isinstance(parent, ast.Assign)
            and len(parent.targets) == 1
            and bool(dotted(receiver))
            and same_name(parent.targets[0], receiver)
            and not frames
        )
        counts = len(each.args) == (0 if each.func.attr in ("sort", "reverse") else 1) and bool(dotted(receiver))
        chained = isinstance(parent, ast.Subscript) and parent.value is each
        looped = isinstance(parent, ast.For) and parent.iter is each
        measured = isinstance(parent, ast.Call) and called(parent) in ("len", "list", "sum", "max", "min")
        if counts and (assigned or ((chained or looped or measured) and not frames)):
            yield Observation(
                "logic/none-result", each.lineno, message=f"`{each.func.attr}` works in place and returns None."
            )


def awaits(source: Source) -> Iterable[Observation]:
    """A coroutine of this file is called and never awaited."""
    if "async def" not in source.text or (code := index(source)) is None:
        return
    for each in code.of(ast.Expr):
        call = each.value
        if not isinstance(call, ast.Call):
            continue
        name = called(call)
        if name == "asyncio.sleep" or _coroutine(code, call):
            yield Observation(
                "logic/missing-await", each.lineno, message=f"`{name}` is a coroutine: without `await` it does not run."
            )


def _coroutine(code: Index, call: ast.Call) -> bool:
    name = called(call)
    owner = code.class_of(call) if name.startswith(("self.", "cls.")) and name.count(".") == 1 else None
    found = [each for each in code.functions.get(name.rpartition(".")[2], []) if _reaches(code, call, each, owner)]
    if "." in name and owner is None:
        return False
    wrapped = any(each.decorator_list for each in found)
    generator = any(isinstance(part, ast.Yield | ast.YieldFrom) for each in found for part in inside(each.body))
    return bool(found) and not wrapped and not generator and all(isinstance(one, ast.AsyncFunctionDef) for one in found)


def _reaches(code: Index, call: ast.Call, function: Function, owner: ast.ClassDef | None) -> bool:
    if owner is not None:
        return code.owner(function) is owner
    if code.owner(function) is not None:
        return False
    scope = code.scope(function)
    return isinstance(scope, ast.Module) or scope in code.up(call)


def arguments(source: Source) -> Iterable[Observation]:
    """Calls of functions of this file with too many, too few, unknown or swapped arguments."""
    if (code := index(source)) is None:
        return
    for call in code.of(ast.Call):
        found = _callee(code, call)
        if found is None:
            continue
        function, skipped = found
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)][skipped:]
        given = [each.id if isinstance(each, ast.Name) else "" for each in call.args]
        for at, name in enumerate(given[: len(names)]):
            other = names.index(name) if name in names else at
            if other > at and other < len(given) and given[other] == names[at]:
                message = (
                    f"`{name}` and `{given[other]}` are given in the other order than `{function.name}` takes them."
                )
                yield Observation("logic/swapped-arguments", call.lineno, message=message, because=(function.lineno,))
                break
        if wrong := _wrong(function, names, call):
            yield Observation("logic/wrong-arguments", call.lineno, message=wrong, because=(function.lineno,))


def _callee(code: Index, call: ast.Call) -> tuple[Function, int] | None:
    """The function of this file that a call surely calls, and how many parameters Python fills by itself."""
    name = dotted(call.func)
    if name.startswith(("self.", "cls.")) and name.count(".") == 1:
        owner = code.class_of(call)
        found = [each for each in code.functions.get(name.partition(".")[2], []) if code.owner(each) is owner]
        if owner is None or len(found) != 1 or owner.bases or owner.keywords or found[0].decorator_list:
            return None
        return (found[0], 1) if not _stored(code, found[0].name) and not _first_is_free(call, code) else None
    found = code.functions.get(name, [])
    if len(found) != 1 or found[0].decorator_list or not isinstance(code.parents[found[0]], ast.Module):
        return None
    return (found[0], 0) if not _rebound(code, name) else None


def _first_is_free(call: ast.Call, code: Index) -> bool:
    """`self` is no parameter of the method it stands in."""
    method = next((each for each in code.up(call) if isinstance(each, FUNCTIONS) and code.owner(each)), None)
    first = method.args.args[0].arg if method is not None and method.args.args else ""
    return first != dotted(call.func).partition(".")[0]


def _stored(code: Index, name: str) -> bool:
    return any(each.attr == name and isinstance(each.ctx, ast.Store) for each in code.of(ast.Attribute))


def _rebound(code: Index, name: str) -> bool:
    stored = any(each.id == name and not isinstance(each.ctx, ast.Load) for each in code.of(ast.Name))
    imported = any((each.asname or each.name) == name for each in code.of(ast.alias))
    return stored or imported or any(each.arg == name for each in code.of(ast.arg)) or _is_class(code, name)


def _is_class(code: Index, name: str) -> bool:
    return any(each.name == name for each in code.of(ast.ClassDef))


def _wrong(function: Function, names: list[str], call: ast.Call) -> str:
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return ""
    takes = function.args
    if len(call.args) > len(names) and takes.vararg is None:
        return f"`{function.name}` takes {len(names)} positional arguments, {len(call.args)} are given."
    by_name = {each.arg for each in call.keywords}
    positional_only = {each.arg for each in takes.posonlyargs}
    known = (set(names) - positional_only) | {each.arg for each in takes.kwonlyargs}
    if takes.kwarg is None and (unknown := sorted(str(each) for each in by_name - known)):
        return f"`{function.name}` has no parameter `{unknown[0]}`."
    needed = names[len(call.args) : max(len(names) - len(takes.defaults), 0)]
    needed += [each.arg for each, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if default is None]
    if missing := [each for each in needed if each not in by_name]:
        return f"`{function.name}` needs `{missing[0]}`."
    return ""


def mismatch(function: Function, call: ast.Call) -> str:
    """Why a call does not fit a function of a module, in a sentence; `""` where it does, or nobody can say."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    return _wrong(function, names, call)


def definitions(source: Source) -> Iterable[Observation]:
    """Methods without `self`; defaults that are computed once for all calls."""
    if (code := index(source)) is None:
        return
    for function in code.defs:
        takes = function.args
        for default in (*takes.defaults, *takes.kw_defaults):
            if called(default) in _NOW and default is not None:
                message = f"`{called(default)}()` is called once, when `{function.name}` is defined."
                yield Observation("logic/default-computed-once", default.lineno, message=message)
        owner = code.owner(function)
        none = not (takes.args or takes.posonlyargs or takes.vararg or takes.kwonlyargs or takes.kwarg)
        if owner is None or not none or function.decorator_list or _used_in_class(owner, function.name):
            continue
        if function.name not in ("__new__", "__init_subclass__", "__class_getitem__") and not _no_instances(owner):
            message = f"`{owner.name}.{function.name}` takes no `self`: a call of it on an instance fails."
            yield Observation("logic/missing-self", function.lineno, message=message)


def _used_in_class(owner: ast.ClassDef, name: str) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == name
        for statement in owner.body
        if not isinstance(statement, FUNCTIONS)
        for each in ast.walk(statement)
    ) or any(
        isinstance(each, FUNCTIONS) and any(dotted(one) == name for one in each.decorator_list) for each in owner.body
    )


def _no_instances(owner: ast.ClassDef) -> bool:
    """Interfaces of zope and the like are written without `self`."""
    return any("interface" in dotted(base).lower() or not dotted(base) for base in owner.bases) or bool(
        owner.decorator_list
    )


def misused(source: Source) -> Iterable[Observation]:
    """Standard functions with an argument in the wrong place."""
    if (code := index(source)) is None:
        return
    for call in code.of(ast.Call):
        name = called(call)
        place = {"re.sub": 3, "re.subn": 3, "re.split": 2}.get(name)
        if place and len(call.args) > place and any(flag in _FLAGS for flag in _flags(call.args[place])):
            message = f"The argument {place + 1} of `{name}` is a count, not the flags."
            yield Observation("logic/flags-as-count", call.lineno, message=message)
        if name in ("Thread", "threading.Thread", "Process", "multiprocessing.Process", "threading.Timer", "Timer"):
            yield from _target(code, call)
        if name == "range" and any(_division(each) for each in call.args):
            yield Observation("logic/float-as-index", call.lineno, message="`/` gives a float, `range` takes integers.")
    for item in code.of(ast.Subscript):
        if _division(item.slice) and "len" in {called(each) for each in ast.walk(item.slice)}:
            yield Observation("logic/float-as-index", item.lineno, message="`/` gives a float, an index is an integer.")


def _flags(node: ast.expr) -> list[str]:
    return [each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and dotted(each.value) == "re"]


def _division(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not isinstance(node.left, ast.Name)


def _target(code: Index, call: ast.Call) -> Iterator[Observation]:
    for keyword in call.keywords:
        if keyword.arg == "target" and isinstance(keyword.value, ast.Call):
            found = _callee(code, keyword.value)
            returns = found is None or any(
                isinstance(each, ast.Return) and each.value is not None for each in inside(found[0].body)
            )
            if not returns:
                message = f"`{called(keyword.value)}` is called here and now; the thread gets what it returns."
                yield Observation("logic/called-not-passed", keyword.value.lineno, message=message)


def _expected_to_fail(code: Index, statement: ast.stmt) -> bool:
    """Inside of `try` or `with raises(...)` a call may stand there to see whether it fails."""
    for each in code.up(statement):
        if isinstance(each, FUNCTIONS):
            return each.name.startswith("test")
        if isinstance(each, ast.Try) and statement in each.body:
            return True
        if isinstance(each, ast.With) and any("raises" in called(one.context_expr).lower() for one in each.items):
            return True
    return False


def _is_text(code: Index, node: ast.expr) -> bool:
    """Whether a value is a text for sure: others have methods of these names that work in place."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        return not isinstance(node, ast.Constant) or isinstance(node.value, str)
    function = next((each for each in code.up(node) if isinstance(each, FUNCTIONS)), None)
    if not isinstance(node, ast.Name) or function is None:
        return False
    takes = function.args
    for each in (*takes.posonlyargs, *takes.args, *takes.kwonlyargs):
        if each.arg == node.id:
            return dotted(each.annotation) == "str"
    for part in inside(function.body):
        if isinstance(part, ast.Assign) and any(dotted(target) == node.id for target in part.targets):
            last = called(part.value).rpartition(".")[2]
            text = isinstance(part.value, ast.JoinedStr) or last in (
                "str",
                "input",
                "read",
                "readline",
                "join",
                "strip",
            )
            return text or (isinstance(part.value, ast.Constant) and isinstance(part.value.value, str))
    return False


def _texts(nodes: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str | bytes) for each in nodes)


def same_name(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are the same dotted name."""
    return bool(dotted(one)) and dotted(one) == dotted(other)


CHECKS = (ignored_results, in_place_results, awaits, arguments, definitions, misused)
