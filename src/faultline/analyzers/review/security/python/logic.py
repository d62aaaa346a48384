"""Mistakes of plain logic that stop a program or open it: loops, bounds, divisors, identity, keys, locks."""

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

_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Yield, ast.YieldFrom, ast.Await)


def loops(module: Module) -> Iterable[Observation]:
    """Loops whose condition nothing in them changes."""
    for loop in module.of(ast.While):
        endless = module.value(loop.test) not in (UNKNOWN, False, 0, "", None) and isinstance(loop.test, ast.Constant)
        inside = [each for statement in loop.body for each in ast.walk(statement)]
        if any(isinstance(each, _LEAVES) for each in inside) or _exits(module, inside):
            continue
        if endless:
            if not _waits(module, inside) and not _serves(module, loop):
                yield see("infinite-loop", loop, "Nothing in it ends it.", 0.6, severity=Severity.LOW)
            continue
        if any(isinstance(each, ast.Call | ast.Attribute | ast.Subscript | ast.Await) for each in ast.walk(loop.test)):
            continue
        names = {each.id for each in ast.walk(loop.test) if isinstance(each, ast.Name)}
        if not names:
            continue
        stored = {
            each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del)
        }
        handed = {
            each.id
            for call in inside
            if isinstance(call, ast.Call)
            for part in [call.func, *call.args]
            for each in ast.walk(part)
            if isinstance(each, ast.Name)
        }
        function = module.function(loop)
        declared = {
            name for each in module.within(function or module.tree, ast.Global, ast.Nonlocal) for name in each.names
        }
        if (
            names & stored
            or names & declared
            or (
                function is None and any(isinstance(each, ast.Call) for each in inside) and _module_names(module, names)
            )
        ):
            continue
        counts = isinstance(loop.test, ast.Compare)
        if not counts and _aliased(module, loop, names):
            continue
        touched = names & handed and not counts
        if not touched and not _methods_change(inside, names):
            yield see(
                "infinite-loop",
                loop,
                f"Nothing in it changes {', '.join(f'`{each}`' for each in sorted(names)[:3])}.",
                0.85,
            )
    yield from _wrong_way(module)


def _module_names(module: Module, names: set[str]) -> bool:
    """Whether a function of the file may change one of some variables of the module."""
    declared = {name for each in module.of(ast.Global) for name in each.names}
    return bool(names & declared)


def _aliased(module: Module, loop: ast.While, names: set[str]) -> bool:
    """Whether something else may change the variable: a bound method of it, or a function inside."""
    for each in module.within(
        module.function(loop) or module.tree, ast.Attribute, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda
    ):
        if isinstance(each, ast.Attribute):
            if isinstance(each.value, ast.Name) and each.value.id in names:
                return True
        elif each is not module.function(loop) and names & {
            part.id for part in ast.walk(each) if isinstance(part, ast.Name)
        }:
            return True
    return False


def _methods_change(inside: list[ast.AST], names: set[str]) -> bool:
    """Whether a method of one of the names is called, or an item of it set, which can change it."""
    for each in inside:
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and isinstance(each.func.value, ast.Name)
            and each.func.value.id in names
        ):
            return True
        if (
            isinstance(each, ast.Subscript | ast.Attribute)
            and isinstance(each.ctx, ast.Store | ast.Del)
            and isinstance(each.value, ast.Name)
            and each.value.id in names
        ):
            return True
    return False


def _exits(module: Module, inside: list[ast.AST]) -> bool:
    for each in inside:
        if isinstance(each, ast.Call):
            name = module.name(each.func)
            if re.search(r"(?:^|\.)(?:exit|_exit|quit|abort|fail|skip|next|throw|execv\w*|main_?loop)$", name):
                return True
    return False


_WAITING = re.compile(
    r"(?:^|\.)(?:accept|recv\w*|sleep|wait|get|poll|select|input|serve\w*|read\w*|handle_request|listen|pause|join|next|run_pending|handle\w*|step|tick|update|process\w*|work|consume)$"
)


def _waits(module: Module, inside: list[ast.AST]) -> bool:
    return any(
        isinstance(each, ast.Call) and _WAITING.search(module.name(each.func) or getattr(each.func, "attr", ""))
        for each in inside
    )


def _serves(module: Module, loop: ast.While) -> bool:
    function = module.function(loop)
    return function is not None and bool(
        set(parts(function.name))
        & {"serve", "run", "main", "listen", "forever", "worker", "daemon", "loop", "monitor", "watch"}
    )


def _wrong_way(module: Module) -> Iterable[Observation]:
    """`while i < n: ... i -= 1`."""
    for loop in module.of(ast.While):
        match loop.test:
            case ast.Compare(
                left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() as kind], comparators=[limit]
            ):
                up = isinstance(kind, ast.Lt | ast.LtE)
            case _:
                continue
        inside = [each for statement in loop.body for each in ast.walk(statement)]
        if any(isinstance(each, _LEAVES) for each in inside) or _exits(module, inside):
            continue
        changes = [
            each
            for each in inside
            if isinstance(each, ast.AugAssign | ast.Assign | ast.For)
            and name
            in {part.id for part in ast.walk(each) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        ]
        if not changes or not all(
            isinstance(each, ast.AugAssign) and isinstance(module.value(each.value), int) for each in changes
        ):
            continue
        steps = [
            isinstance(each.op, ast.Sub) == up
            and isinstance(each.op, ast.Add | ast.Sub)
            and module.value(each.value) > 0
            for each in changes
        ]
        limits = {each.id for each in ast.walk(limit) if isinstance(each, ast.Name)}
        changed = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        if all(steps) and not limits & changed and not isinstance(limit, ast.Call):
            yield see("infinite-loop", loop, f"`{name}` goes away from its limit.", 0.8)


def bounds(module: Module) -> Iterable[Observation]:
    """An index that can be the length."""
    rule = "off-by-one"
    for loop in module.of(ast.For):
        match loop.target, loop.iter:
            case ast.Name(id=index), ast.Call(
                func=ast.Name(id="range"),
                args=[*_, ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=1))] as args,
            ) if len(args) <= 2:
                for each in _indexed(module, loop.body, index, 0):
                    if _is_length(module, left, each.value):
                        yield see(rule, each, f"`{index}` goes up to the length.", 0.9)
                        break
            case ast.Name(id=index), ast.Call(func=ast.Name(id="range"), args=[*_, end] as args) if len(args) <= 2:
                for each in _indexed(module, loop.body, index, 1):
                    if _is_length(module, end, each.value) and not _tested(module, each, index):
                        yield see(rule, each, f"`{index} + 1` goes up to the length.", 0.8)
                        break
    for loop in module.of(ast.While):
        for compare in module.within(loop.test, ast.Compare):
            match compare:
                case ast.Compare(left=ast.Name(id=index), ops=[ast.LtE()], comparators=[end]):
                    for each in _indexed(module, loop.body, index, 0):
                        if _is_length(module, end, each.value):
                            yield see(rule, compare, f"`{index}` goes up to the length.", 0.85)
                            break
                case ast.Compare(left=ast.Name(id=low), ops=[ast.LtE()], comparators=[ast.Name(id=high) as limit]) if (
                    low != high
                ):
                    bound = [each for each in module.bindings(limit) if each is not None]
                    if (
                        bound
                        and isinstance(bound[0], ast.Call)
                        and module.name(bound[0].func) == "len"
                        and re.search(r"hi|right|end|r$", high)
                    ):
                        yield see(rule, compare, f"`{high}` begins at the length.", 0.7)
    for each in module.of(ast.Subscript):
        if (
            isinstance(each.slice, ast.Call)
            and _is_length(module, each.slice, each.value)
            and isinstance(each.ctx, ast.Load)
        ):
            yield see(rule, each, "The last index is the length less one.", 0.95)
    for branch in module.of(ast.If):
        match branch.test:
            case (
                ast.Compare(left=ast.Name(id=index), ops=[ast.LtE()], comparators=[end])
                | ast.Compare(
                    left=ast.Constant(value=0), ops=[ast.LtE(), ast.LtE()], comparators=[ast.Name(id=index), end]
                )
            ):
                for each in _indexed(module, branch.body, index, 0):
                    if _is_length(module, end, each.value):
                        yield see(rule, branch.test, f"`{index}` may be the length.", 0.85)
                        break
            case ast.Compare(left=ast.Name(id=index), ops=[ast.Gt()], comparators=[end]) if branch.body and isinstance(
                branch.body[-1], ast.Return | ast.Raise
            ):
                function = module.function(branch)
                for each in _indexed(module, function.body if function else [], index, 0):
                    if _is_length(module, end, each.value) and each.lineno > branch.lineno:
                        yield see(rule, branch.test, f"`{index}` may be the length.", 0.85)
                        break


def _indexed(module: Module, body: list[ast.stmt], index: str, more: int) -> Iterable[ast.Subscript]:
    """The places where something is indexed by a variable plus so much."""
    for statement in body:
        for each in module.within(statement, ast.Subscript):
            match each.slice:
                case ast.Name(id=name) if name == index and not more:
                    yield each
                case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant(value=1)) if (
                    name == index and more
                ):
                    yield each


def _tested(module: Module, node: ast.AST, index: str) -> bool:
    """Whether a condition around a place looks at the index."""
    for each in module.around(node):
        tests = [each.test] if isinstance(each, ast.If | ast.IfExp) else [each] if isinstance(each, ast.BoolOp) else []
        if any(
            isinstance(part, ast.Compare)
            and index in {name.id for name in ast.walk(part) if isinstance(name, ast.Name)}
            and "len" in module.text(part)
            for test in tests
            for part in ast.walk(test)
        ):
            return True
        if isinstance(each, ast.Try):
            return True
        if isinstance(each, ast.For):
            return any(
                isinstance(part, ast.If)
                and index in module.text(part.test).split()
                and part.body
                and isinstance(part.body[-1], ast.Break | ast.Continue)
                for part in each.body
            )
    return False


def _is_length(module: Module, end: ast.expr, of: ast.expr) -> bool:
    end = module.origin(end)
    if isinstance(end, ast.Call) and isinstance(end.func, ast.Name) and end.func.id == "len" and len(end.args) == 1:
        return ast.dump(end.args[0]) == ast.dump(of).replace("Store()", "Load()")
    made = module.origin(of)
    match made:
        case ast.BinOp(left=ast.List(elts=[_]), op=ast.Mult(), right=ast.Name(id=size)):
            return isinstance(end, ast.Name) and end.id == size
        case _:
            return False


def division(module: Module) -> Iterable[Observation]:
    """Divisors that come from outside and that nobody has looked at."""
    for each in module.of(ast.BinOp):
        if (
            not isinstance(each.op, ast.Div | ast.FloorDiv | ast.Mod)
            or module.value(each.left) is not UNKNOWN
            and isinstance(module.value(each.left), str)
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
        plain = given and len(function.body) <= 4 and not function.name.startswith("_") and re.search(
            r"divi|averag|mean|ratio|rate|percent|per_|split|share|quotient", function.name.lower()
        )  # fmt: skip
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
        owner.name for owner in module.of(ast.ClassDef)
        if not owner.bases and not owner.keywords and not owner.decorator_list
        and not any(isinstance(each, ast.FunctionDef) and each.name == "__eq__" for each in owner.body)
    }  # fmt: skip
    for compare in module.of(ast.Compare):
        if len(compare.ops) == 1 and isinstance(compare.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            kinds = [module.name(each) for each in (compare.left, compare.comparators[0])]
            if kinds[0] == kinds[1] and kinds[0].endswith("()") and kinds[0][:-2] in plain:
                if ast.dump(compare.left) != ast.dump(compare.comparators[0]):
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
        and isinstance(value, str | bytes | int | float | list)
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
        "token",
        "first_name",
        "last_name",
        "isbn",
        "title",
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
        first = [
            pair.elts[0].value
            for pair in each.elts
            if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant)
        ]
        twice = [
            word for word, times in Counter(str(word) for word in first if isinstance(word, str)).items() if times > 1
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
                label = first.id if isinstance(first, ast.Name) else ""
                if (
                    set(parts(label)) & {"key", "name", "username", "id", "code"}
                    and _looked_up(module, ast.dump(base))
                    and not _guarded(module, call, label)
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
            if name in shared and reads and not _held(module, each, function):
                yield see("missing-lock", each, f"`{name}` is changed by several threads at once.", 0.85)
            elif (
                isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
                and isinstance(each, ast.AugAssign) and function.name in started and not _held(module, each, function)
            ):  # fmt: skip
                yield see("missing-lock", each, f"`self.{target.attr}` is changed by several threads at once.", 0.6)


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


LOOKS = (loops, bounds, division, identity, keys, locks, slow_peers)
