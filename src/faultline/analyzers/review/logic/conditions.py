"""Conditions that say something else than they seem to: always the same, said twice, about the wrong thing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from faultline.analyzers.review.engines.pythonindex import (
    FUNCTIONS,
    Index,
    called,
    calm,
    dotted,
    index,
    inside,
    leaves,
    same,
)
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_EQUALITY = (ast.Eq, ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.Is)

_SELF_CANCELLING = (ast.Sub, ast.Div, ast.FloorDiv, ast.BitXor, ast.BitAnd, ast.BitOr, ast.Mod)


def repeated(source: Source) -> Iterable[Observation]:
    """`a and a`, `x == x`, `x == 1 and x == 2`: what is said twice was meant to be something else."""
    if (code := index(source)) is None:
        return
    for each in code.of(ast.BoolOp):
        for one, other in combinations(each.values[:8], 2):
            if same(one, other) and calm(one):
                yield Observation("logic/repeated-operand", other.lineno, message=f"`{_text(one)}` stands there twice.")
                break
            if word := _contradiction(each.op, one, other):
                yield Observation("logic/constant-condition", other.lineno, message=f"This is always {word}.")
                break
    for compare in code.of(ast.Compare):
        left, right = compare.left, compare.comparators[0]
        equal = len(compare.ops) == 1 and isinstance(compare.ops[0], _EQUALITY) and same(left, right)
        if equal and not isinstance(left, ast.Constant) and calm(left) and not _about_equality(code, compare):
            message = f"`{_text(left)}` is compared with itself."
            yield Observation("logic/repeated-operand", compare.lineno, message=message)
    for assigned in code.of(ast.Assign):
        alone = len(assigned.targets) == 1 and isinstance(assigned.value, ast.Attribute)
        if alone and same(assigned.targets[0], assigned.value) and calm(assigned.value):
            yield Observation("logic/self-assignment", assigned.lineno)
    for binary in code.of(ast.BinOp):
        named = isinstance(binary.left, ast.Name | ast.Attribute | ast.Subscript)
        if isinstance(binary.op, _SELF_CANCELLING) and named and same(binary.left, binary.right) and calm(binary.left):
            message = f"Both sides are `{_text(binary.left)}`."
            yield Observation("logic/repeated-operand", binary.lineno, message=message)


def branches(source: Source) -> Iterable[Observation]:
    """Branches that cannot be reached or do not differ."""
    if (code := index(source)) is None:
        return
    for each in code.of(ast.If):
        if each.orelse and same(each.body, each.orelse) and not _spelled_out(each.body):
            yield Observation("logic/identical-branches", each.lineno, message="Both branches do the same.")
        tests, at = [each.test], each
        while len(at.orelse) == 1 and isinstance(at.orelse[0], ast.If) and len(tests) < 50:
            at = at.orelse[0]
            if calm(at.test) and any(same(at.test, test) for test in tests):
                message = f"`{_text(at.test)}` was asked before, so this branch is never taken."
                yield Observation("logic/duplicate-condition", at.lineno, at.test.end_lineno or 0, message=message)
            tests.append(at.test)
    for choice in code.of(ast.IfExp):
        if same(choice.body, choice.orelse):
            yield Observation("logic/identical-branches", choice.lineno, message="Both values are the same.")


def _spelled_out(body: list[ast.stmt]) -> bool:
    """One short jump in both branches is mostly there to name the cases."""
    value = getattr(body[0], "value", None)
    return (
        len(body) == 1
        and isinstance(body[0], ast.Return | ast.Pass | ast.Continue | ast.Break | ast.Raise)
        and (value is None or isinstance(value, ast.Constant | ast.Name))
    )


def operands(source: Source) -> Iterable[Observation]:
    """Operands that make the test constant or ask the wrong thing."""
    if (code := index(source)) is None:
        return
    for test in _tests(code):
        for each in inside(test):
            if isinstance(each, ast.BoolOp) and isinstance(each.op, ast.Or):
                first, *rest = each.values
                if isinstance(first, ast.Compare) and any(_truthy(value) for value in rest):
                    yield Observation(
                        "logic/constant-condition",
                        each.lineno,
                        message="An operand of this `or` is a constant, so the whole is always true.",
                    )
        yield from _asked_wrongly(code, test)
    for compare in code.of(ast.Compare):
        yield from _lengths(compare)
        yield from _chains(compare)
        yield from _floats(compare)
        for side in (compare.left, *compare.comparators):
            if all(isinstance(op, ast.Eq | ast.NotEq | ast.Lt | ast.Gt | ast.LtE | ast.GtE) for op in compare.ops):
                yield from _function_for_result(code, side, compare.ops)


def missing_values(source: Source) -> Iterable[Observation]:
    """A value is used where it was just found to be None."""
    if (code := index(source)) is None:
        return
    for each in code.of(ast.BoolOp):
        for one, other in zip(each.values, each.values[1:], strict=False):
            absent = _none_test(one, present=isinstance(each.op, ast.Or))
            if absent and (use := _dereferenced(other, absent)) is not None:
                word = "and" if isinstance(each.op, ast.And) else "or"
                message = f"`{absent}` is None where the right side of this `{word}` is asked."
                yield Observation("logic/none-dereference", use.lineno, message=message)
    for branch in code.of(ast.If):
        for present, body in ((False, branch.body), (True, branch.orelse)):
            absent = _none_test(branch.test, present=present)
            if absent and (use := _first_use(body, absent)) is not None:
                yield Observation(
                    "logic/none-dereference",
                    use.lineno,
                    message=f"`{absent}` is None here, as line {branch.lineno} asks.",
                    because=(branch.lineno,),
                )
    yield from _fallen_through(code)


def _fallen_through(code: Index) -> Iterator[Observation]:
    for branch in code.of(ast.If):
        absent = _none_test(branch.test, present=False)
        if not absent or branch.orelse or not all(_only_tells(each) for each in branch.body):
            continue
        parent = code.parents[branch]
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and branch in block:
                use = _first_use(block[block.index(branch) + 1 :][:1], absent)
                if use is not None:
                    yield Observation(
                        "logic/none-dereference",
                        use.lineno,
                        message=f"`{absent}` may be None here: line {branch.lineno} only tells about it.",
                        because=(branch.lineno,),
                        confidence=0.6,
                    )


def _only_tells(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    last = called(statement.value).rpartition(".")[2] if isinstance(statement, ast.Expr) else ""
    return last in ("print", "debug", "info", "warning", "warn", "log")


def _tests(code: Index) -> Iterator[ast.expr]:
    for kind in (ast.If, ast.While, ast.IfExp, ast.Assert):
        for each in code.of(kind):
            yield each.test  # type: ignore[attr-defined]


def _truthy(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and bool(value.value) and not isinstance(value.value, bool)


def _contradiction(op: ast.boolop, one: ast.expr, other: ast.expr) -> str:
    """`x == 1 and x == 2` is always false, `x != 1 or x != 2` always true."""
    wanted = ast.Eq if isinstance(op, ast.And) else ast.NotEq
    for each in (one, other):
        if not (isinstance(each, ast.Compare) and len(each.ops) == 1 and isinstance(each.ops[0], wanted)):
            return ""
        if not isinstance(each.comparators[0], ast.Constant) or not calm(each.left):
            return ""
    assert isinstance(one, ast.Compare)
    assert isinstance(other, ast.Compare)
    values = [each.comparators[0].value for each in (one, other) if isinstance(each.comparators[0], ast.Constant)]
    if same(one.left, other.left) and type(values[0]) is type(values[1]) and values[0] != values[1]:
        return "false" if wanted is ast.Eq else "true"
    return ""


def _about_equality(code: Index, node: ast.AST) -> bool:
    """Whether it stands where comparing with itself is the point: tests of `__eq__`, checks for NaN."""
    names = (each.name.lower() for each in code.up(node) if isinstance(each, FUNCTIONS))
    return any("eq" in name or "nan" in name or name.startswith("test") for name in names)


def _lengths(each: ast.Compare) -> Iterator[Observation]:
    if len(each.ops) != 1 or called(each.left) != "len" or not isinstance(each.comparators[0], ast.Constant):
        return
    op, value = each.ops[0], each.comparators[0].value
    if not isinstance(value, int) or isinstance(value, bool):
        return
    always = (isinstance(op, ast.GtE) and value <= 0) or (isinstance(op, ast.Gt | ast.NotEq) and value < 0)
    never = (isinstance(op, ast.Lt) and value <= 0) or (isinstance(op, ast.LtE | ast.Eq) and value < 0)
    if always or never:
        word = "always true" if always else "never true"
        yield Observation(
            "logic/constant-condition", each.lineno, message=f"A length is never negative: this is {word}."
        )


def _chains(each: ast.Compare) -> Iterator[Observation]:
    kinds = {_kind(op) for op in each.ops}
    if len(each.ops) > 1 and "membership" in kinds and len(kinds) > 1:
        message = f"`{_text(each)}` is a chain: it means `a {_sign(each.ops[0])} b and b {_sign(each.ops[1])} c`."
        yield Observation("logic/comparison-chain", each.lineno, message=message)
    elif len(each.ops) == 2 and kinds == {"order"} and _turns(each.ops):
        yield Observation(
            "logic/comparison-chain", each.lineno, message="The two signs of this chain point in different directions."
        )
    elif len(each.ops) > 1 and "identity" in kinds and len(kinds) > 1:
        yield Observation("logic/comparison-chain", each.lineno, message="`is` and a comparison stand in one chain.")


def _turns(ops: list[ast.cmpop]) -> bool:
    return any(isinstance(op, ast.Lt | ast.LtE) for op in ops) and any(isinstance(op, ast.Gt | ast.GtE) for op in ops)


def _kind(op: ast.cmpop) -> str:
    if isinstance(op, ast.In | ast.NotIn):
        return "membership"
    if isinstance(op, ast.Is | ast.IsNot):
        return "identity"
    return "equality" if isinstance(op, ast.Eq | ast.NotEq) else "order"


def _sign(op: ast.cmpop) -> str:
    signs = {ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Eq: "==", ast.NotEq: "!="}
    return signs.get(type(op), "<")


def _floats(each: ast.Compare) -> Iterator[Observation]:
    if len(each.ops) != 1 or not isinstance(each.ops[0], ast.Eq | ast.NotEq):
        return
    for side, other in ((each.left, each.comparators[0]), (each.comparators[0], each.left)):
        if not (isinstance(side, ast.Constant) and isinstance(side.value, float) and isinstance(other, ast.BinOp)):
            continue
        # 0.5 and 0.25 are exact in binary, 0.1 and 0.3 are not.
        if abs(side.value) < 1e9 and Fraction(side.value).denominator > 1024:
            yield Observation("logic/float-equality", each.lineno)
            return


def _function_for_result(code: Index, node: ast.expr, ops: list[ast.cmpop]) -> Iterator[Observation]:
    del ops
    if (name := _uncalled(code, node)) and not _about_equality(code, node):
        message = f"`{name}` is a function; it is compared itself and not what it returns."
        yield Observation("logic/function-not-called", node.lineno, message=message)


def _asked_wrongly(code: Index, test: ast.expr) -> Iterator[Observation]:
    parts = [test]
    while parts:
        part = parts.pop()
        if isinstance(part, ast.BoolOp):
            parts += part.values
        elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            parts.append(part.operand)
        elif isinstance(part, ast.Call):
            if isinstance(part.func, ast.Attribute) and part.func.attr in ("find", "rfind") and _finds_text(part):
                yield Observation("logic/find-as-condition", part.lineno)
        elif name := _uncalled(code, part):
            message = f"`{name}` is a function and always true; it is not called."
            yield Observation("logic/function-not-called", part.lineno, message=message)


def _finds_text(call: ast.Call) -> bool:
    """`.find("x")` with text, and not the `find` of an element tree or a database."""
    text = len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    receiver = dotted(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    tree = ("tree", "root", "elem", "node", "soup", "xml", "doc", "tag", "page", "row", "cell", "div", "item", "child")
    return text and not call.keywords and bool(receiver) and not any(word in receiver.lower() for word in tree)


def _uncalled(code: Index, node: ast.expr) -> str:
    """The name of a function of this file, where a node names it and the name means nothing else."""
    if isinstance(node, ast.Name):
        found = code.functions.get(node.id, [])
        if len(found) == 1 and isinstance(code.parents[found[0]], ast.Module) and not found[0].decorator_list:
            return node.id if _bound_once(code, node.id) else ""
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        owner = code.class_of(node)
        methods = [each for each in code.functions.get(node.attr, []) if code.owner(each) is owner] if owner else []
        if owner and len(methods) == 1 and not methods[0].decorator_list and not _assigned(code, node.attr):
            return f"self.{node.attr}"
    return ""


def _bound_once(code: Index, name: str) -> bool:
    stored = any(each.id == name and not isinstance(each.ctx, ast.Load) for each in code.of(ast.Name))
    parameter = any(each.arg == name for each in code.of(ast.arg))
    imported = any((alias.asname or alias.name) == name for alias in code.of(ast.alias))
    return not (stored or parameter or imported)


def _assigned(code: Index, attribute: str) -> bool:
    stored = any(each.attr == attribute and isinstance(each.ctx, ast.Store) for each in code.of(ast.Attribute))
    return stored or any(each.id == attribute and isinstance(each.ctx, ast.Store) for each in code.of(ast.Name))


def _none_test(test: ast.expr, *, present: bool) -> str:
    """The dotted name of what is None where a test is true; with `present`, where it is false."""
    wanted = ast.IsNot if present else ast.Is
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], wanted):
        right = test.comparators[0]
        if isinstance(right, ast.Constant) and right.value is None:
            return dotted(test.left)
    return ""


def _dereferenced(node: ast.AST, name: str) -> ast.expr | None:
    """Where a part of a node takes an attribute or an item of a name, before anything could change it."""
    for each in inside(node):
        if isinstance(each, ast.BoolOp | ast.IfExp | ast.NamedExpr | ast.Try) and each is not node:
            return None
        if isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Load):
            special = isinstance(each, ast.Attribute) and each.attr.startswith("__")
            if dotted(each.value) == name and not special:
                return each
    return None


def _first_use(body: list[ast.stmt], name: str) -> ast.expr | None:
    root = name.partition(".")[0]
    for statement in body:
        if not isinstance(statement, ast.Expr | ast.Return | ast.Assign | ast.AnnAssign | ast.Raise):
            return None
        if "." in name and any(isinstance(each, ast.Call | ast.Await) for each in inside(statement)):
            return None  # a call may set an attribute
        value = statement.exc if isinstance(statement, ast.Raise) else statement.value
        if value is not None and not isinstance(value, ast.BoolOp | ast.IfExp | ast.Lambda):
            use = _dereferenced(value, name)
            if use is not None:
                return use
        bound = {dotted(each) for each in ast.walk(statement) if isinstance(getattr(each, "ctx", None), ast.Store)}
        if name in bound or root in bound or any(isinstance(each, ast.NamedExpr) for each in ast.walk(statement)):
            return None
        if leaves([statement]):
            return None
    return None


def _text(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


CHECKS = (repeated, branches, operands, missing_values)
