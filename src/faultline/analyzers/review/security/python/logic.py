"""Mistakes of plain logic that stop a program or open it: divisors, identity, keys, locks, requests that wait."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.handlers import asked, endpoint_of
from faultline.analyzers.review.security.python.module import FunctionNode, Module, see
from faultline.analyzers.review.security.python.words import parts
from faultline.core.finding import Severity


def division(module: Module) -> Iterable[Observation]:
    """Divisors that come from outside and that nobody has looked at."""
    for each in module.of(ast.BinOp):
        if not isinstance(each.op, ast.Div | ast.FloorDiv | ast.Mod) or (
            module.value(each.left) is not UNKNOWN and isinstance(module.value(each.left), str)
        ):
            continue
        if isinstance(each.op, ast.Mod) and (
            isinstance(each.right, ast.Tuple | ast.Dict) or not asked(module, each.right)
        ):
            continue
        divisor = each.right
        function = module.function(each)
        if function is None or module.packages & {"numpy", "torch", "pandas", "pathlib", "scipy"}:
            continue
        if any(isinstance(part, ast.Try) for part in module.around(each)):
            continue
        divisor_of = (
            divisor.args[0]
            if isinstance(divisor, ast.Call) and getattr(divisor.func, "id", "") == "len" and divisor.args
            else divisor
        )
        if not isinstance(divisor_of, ast.Name):
            continue
        name = divisor_of.id
        given = any(each.arg == name for each in (*function.args.posonlyargs, *function.args.args))
        looked = any(
            name in {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
            for branch in module.within(function, ast.If, ast.IfExp, ast.While, ast.Assert, ast.BoolOp)
            for test in ([branch] if isinstance(branch, ast.BoolOp) else [branch.test])
        ) or any(
            isinstance(part, ast.Call) and getattr(part.func, "id", "") == "max" and name in module.text(part)
            for part in ast.walk(function)
        )
        if looked or (given and _positive(function, name)):
            continue
        from_request = asked(module, divisor_of)
        plain = (
            given
            and len(function.body) <= 4
            and not function.name.startswith("_")
            and re.search(r"divi|averag|mean|ratio|rate|percent|per_|split|share|quotient", function.name.lower())
        )
        if from_request:
            yield see(
                "division-by-zero",
                each,
                f"`{name}` comes from the request and can be 0.",
                0.75,
                severity=Severity.MEDIUM,
            )
        elif plain and module.class_of(function) is None:
            yield see("division-by-zero", each, f"`{name}` can be 0.", 0.55)


def _positive(function: FunctionNode, name: str) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    defaults = dict(zip([each.arg for each in reversed(arguments)], reversed(function.args.defaults), strict=False))
    return name in defaults


_VALUES = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr)


_SINGLE = (True, False, None, Ellipsis)


def identity(module: Module) -> Iterable[Observation]:
    """`is` between values."""
    for compare in module.of(ast.Compare):
        operands = [compare.left, *compare.comparators]
        for index, kind in enumerate(compare.ops):
            if not isinstance(kind, ast.Is | ast.IsNot):
                continue
            sides = operands[index : index + 2]
            if any(
                isinstance(each, ast.Constant) and any(each.value is single for single in _SINGLE) for each in sides
            ):
                continue
            if any(isinstance(each, _VALUES) for each in sides):
                yield see("wrong-comparison", compare, "`is` compares objects, not values.", 0.95)
            elif any(_made(module, each) for each in sides):
                yield see("wrong-comparison", compare, "`is` compares objects, and this one has just been made.", 0.85)
            elif all(_worded(each) for each in sides) and not module.packages & {"weakref", "typing", "enum"}:
                yield see("wrong-comparison", compare, "`is` compares objects, not values.", 0.6)
    plain = {
        owner.name
        for owner in module.of(ast.ClassDef)
        if not owner.bases
        and not owner.keywords
        and not owner.decorator_list
        and not any(isinstance(each, ast.FunctionDef) and each.name == "__eq__" for each in owner.body)
    }
    for compare in module.of(ast.Compare):
        if len(compare.ops) == 1 and isinstance(compare.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            kinds = [module.name(each) for each in (compare.left, compare.comparators[0])]
            two = ast.dump(compare.left) != ast.dump(compare.comparators[0])
            if two and kinds[0] == kinds[1] and kinds[0].endswith("()") and kinds[0][:-2] in plain:
                yield see(
                    "wrong-comparison",
                    compare,
                    f"`{kinds[0][:-2]}` has no `__eq__`, so two of them are never equal.",
                    0.8,
                )


def _made(module: Module, node: ast.expr) -> bool:
    """Whether an expression is a new object, or a text or number of some size."""
    value = module.value(node)
    if isinstance(node, ast.Name) and node.id.isupper():
        return False
    if (
        value is not UNKNOWN
        and isinstance(value, str | bytes | int | float)
        and not any(value is each for each in _SINGLE)
    ):
        return True
    name = module.name(node) if isinstance(node, ast.Call) else ""
    return name in ("str()", "int()", "input()", "float()", "list()", "dict()", "len()", "tuple()")


def _worded(node: ast.expr) -> bool:
    label = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return bool(label) and label.lower() in {
        "name",
        "username",
        "password",
        "email",
        "first_name",
        "last_name",
        "isbn",
        "address",
    }


def keys(module: Module) -> Iterable[Observation]:
    """Keys that stand twice in a dictionary, or in a list of pairs that is searched like one."""
    for each in module.of(ast.Dict):
        seen: dict[object, ast.expr] = {}
        for key, value in zip(each.keys, each.values, strict=True):
            if not isinstance(key, ast.Constant):
                continue
            mark = (type(key.value).__name__, key.value)
            if mark in seen and ast.dump(seen[mark]) != ast.dump(value):
                yield see(
                    "duplicate-key", key, f"{str(key.value)[:40]!r} stands there before; the last one counts.", 0.9
                )
            seen[mark] = value
    for each in module.of(ast.List):
        if len(each.elts) < 2 or not all(isinstance(pair, ast.Tuple) and len(pair.elts) == 2 for pair in each.elts):
            continue
        starts = [
            pair.elts[0].value
            for pair in each.elts
            if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant)
        ]
        twice = [
            word for word, times in Counter(str(word) for word in starts if isinstance(word, str)).items() if times > 1
        ]
        parent = module.parents.get(each)
        made = isinstance(parent, ast.Call) and module.name(parent.func) in (
            "dict",
            "collections.OrderedDict",
            "OrderedDict",
        )
        if twice and (made or _searched(module, each)):
            yield see("duplicate-key", each, f"{twice[0][:40]!r} stands there twice.", 0.8)
    for call in module.methods["append"]:
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as base),
                args=[ast.Tuple(elts=[first, _]) | ast.List(elts=[first, _])],
            ):
                word = first.id if isinstance(first, ast.Name) else ""
                if (
                    set(parts(word)) & {"key", "name", "username", "id", "code"}
                    and _looked_up(module, ast.dump(base))
                    and not _guarded(module, call, word)
                ):
                    yield see(
                        "duplicate-key",
                        call,
                        "The same key can be there twice, and the first one is found.",
                        0.6,
                        severity=Severity.LOW,
                    )


def _searched(module: Module, node: ast.List) -> bool:
    parent = module.parents.get(node)
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return False
    name = parent.targets[0].id
    return any(
        isinstance(each.iter, ast.Name) and each.iter.id == name and isinstance(each.target, ast.Tuple)
        for each in module.of(ast.For)
    )


def _looked_up(module: Module, base: str) -> bool:
    """Whether a list of pairs is gone through to find the one with a key."""
    for loop in module.of(ast.For, ast.comprehension):
        if (
            ast.dump(loop.iter) == base
            and isinstance(loop.target, ast.Tuple)
            and isinstance(loop.target.elts[0], ast.Name)
        ):
            key = loop.target.elts[0].id
            tests = (
                loop.ifs if isinstance(loop, ast.comprehension) else [each.test for each in module.within(loop, ast.If)]
            )
            if any(
                isinstance(test, ast.Compare)
                and isinstance(test.ops[0], ast.Eq)
                and key in {each.id for each in ast.walk(test) if isinstance(each, ast.Name)}
                for test in tests
            ):
                return True
    return False


def _guarded(module: Module, call: ast.Call, label: str) -> bool:
    function = module.function(call)
    return function is not None and any(
        label in {part.id for part in ast.walk(branch.test) if isinstance(part, ast.Name)}
        for branch in module.within(function, ast.If)
    )


def locks(module: Module) -> Iterable[Observation]:
    """Variables that several threads change with no lock held."""
    if not module.packages & {"threading", "concurrent", "multiprocessing", "_thread", "thread"}:
        return
    started: set[str] = set()
    for name, calls in module.calls.items():
        last = name.rpartition(".")[2]
        for call in calls:
            if last in ("Thread", "Process", "Timer"):
                target = module.argument(call, 1, "target", "function")
            elif last in ("submit", "map", "start_new_thread", "apply_async"):
                target = call.args[0] if call.args else None
            else:
                continue
            if isinstance(target, ast.Name | ast.Attribute):
                started.add(target.id if isinstance(target, ast.Name) else target.attr)
    for function in module.functions:
        owner = module.class_of(function)
        threaded = function.name in started or (
            function.name == "run"
            and owner is not None
            and any(module.name(each) == "threading.Thread" for each in owner.bases)
        )
        if not threaded:
            continue
        shared = {name for each in module.within(function, ast.Global) for name in each.names}
        for each in module.within(function, ast.AugAssign, ast.Assign):
            target = each.target if isinstance(each, ast.AugAssign) else each.targets[0]
            reads = isinstance(each, ast.AugAssign) or (
                isinstance(target, ast.Name)
                and target.id in {part.id for part in ast.walk(each.value) if isinstance(part, ast.Name)}
            )
            name = target.id if isinstance(target, ast.Name) else ""
            if (
                isinstance(each, ast.AugAssign)
                and isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and isinstance(module.origin(target.value), ast.Dict | ast.List)
                and module.function(module.origin(target.value)) is None
                and not _held(module, each, function)
            ):
                yield see("missing-lock", each, f"`{target.value.id}` is changed by several threads at once.", 0.8)
            elif name in shared and reads and not _held(module, each, function):
                yield see("missing-lock", each, f"`{name}` is changed by several threads at once.", 0.85)
            elif (
                isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id == "self"
                and isinstance(each, ast.AugAssign)
                and function.name in started
                and not _held(module, each, function)
            ):
                yield see(
                    "missing-lock",
                    each,
                    f"`self.{target.attr}` is changed by several threads at once.",
                    0.5,
                    severity=Severity.LOW,
                )


def _held(module: Module, node: ast.AST, function: ast.AST) -> bool:
    for each in module.around(node):
        if isinstance(each, ast.With) and re.search(
            r"lock|mutex|semaphore|condition",
            " ".join(module.text(item.context_expr) + module.name(item.context_expr).lower() for item in each.items),
        ):
            return True
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr == "acquire"
        for call in module.within(function, ast.Call)
    )


def slow_peers(module: Module) -> Iterable[Observation]:
    """Requests in handlers and loops that may wait for ever."""
    for name, calls in module.calls.items():
        if not re.match(r"requests\.(?:Session\(\)\.|session\(\)\.)?(?:get|post|put|patch|delete|head|request)$", name):
            continue
        for call in calls:
            if any(each.arg in ("timeout", None) and module.value(each.value) is not None for each in call.keywords):
                continue
            explicit = any(each.arg == "timeout" for each in call.keywords)
            looped = any(isinstance(each, ast.While) for each in module.around(call))
            if explicit or looped or endpoint_of(module, call) is not None:
                yield see("no-timeout", call, "One that never answers holds a worker.", 0.6)


LOOKS = (
    division,
    identity,
    keys,
    locks,
    slow_peers,
)
