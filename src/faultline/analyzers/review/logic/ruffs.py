"""What ruff finds that is a defect; codes that are a matter of taste are the agent `style`'s or nobody's."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from faultline.analyzers.review.engines.pythonindex import Index, called, dotted, index, inside
from faultline.analyzers.review.engines.ruffchecks import check_of
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source
from faultline.core.finding import Severity

_RULES = {
    "logic/undefined-name": "F821 F822 F823 PLE0117 PLE0118",
    "logic/redefinition": "F811 PLW0128 PIE794",
    "logic/not-valid-here": "F404 F407 F622 F621 F633 F701 F702 F704 F706 F707 F722 PLE0115 PLE0116 PLE1142 PLE1700",
    "logic/format-mismatch": "F501 F502 F503 F504 F505 F506 F507 F508 F509 F521 F522 F523 F524 F525 PLE1205 PLE1206 "
    "PLE1300 PLE1307 RUF030 F601 INT001 INT002 INT003",
    "logic/always-true-test": "F631 F634 PLW0129 F632",
    "logic/not-an-exception": "F901 B016 B030 PLW0711",
    "logic/exception-lost": "B012 B029 PLW0133",
    "logic/unreachable-except": "B014 B025",
    "logic/no-effect": "B015 B002 PLW2101 B022",
    "logic/wrong-call": "B005 PLE1310 PLE1507 PLE1519 PLE1520 PLE1132 PLW0245 PLW1501 RUF026 RUF064 RUF071",
    "logic/mutable-default": "B006 B039 RUF008",
    "logic/late-binding": "B023",
    "logic/loop-variable": "B020 B031 B035",
    "logic/shared-value": "RUF024 PLW1507",
    "logic/special-method": "PLE0100 PLE0101 PLE0237 PLE0241 PLE0302 PLE0303 PLE0304 PLE0305 PLE0307 PLE0308 PLE0309 "
    "PLE0604 PLE0605 PLR0206 RUF033 PLR1708 PIE796",
    "logic/self-assignment": "PLW0127",
    "logic/annotation-for-assignment": "B032",
    "logic/index-error": "PLE0643 RUF016",
    "logic/dangling-task": "RUF006",
    "logic/wrong-comparison": "PLW0177 RUF060 YTT101 YTT102 YTT103 YTT201 YTT203 YTT204 YTT301 YTT302 YTT303",
    "logic/async-misuse": "ASYNC100 ASYNC105",
    "logic/naive-datetime": "DTZ003 DTZ004 DTZ005 DTZ006",
    "logic/log-attribute-clash": "G101",
    "logic/missing-comma": "ISC004",
    "logic/unused-path-parameter": "FAST003",
    "logic/hidden-characters": "PLE2502 PLE2515",
    "logic/useless-else-on-loop": "PLW0120",
    "logic/import-self": "PLW0406",
    "logic/duplicate-key": "B033",
}

TABLE = {code: rule for rule, codes in _RULES.items() for code in codes.split()}
"""Rules of ours by ruff's code."""
TABLE["F601"] = "logic/duplicate-key"

_KEEPS = frozenset(
    [
        "append",
        "add",
        "connect",
        "submit",
        "call_later",
        "call_soon",
        "after",
        "register",
        "add_done_callback",
        "Thread",
        "Timer",
        "on",
        "bind",
        "subscribe",
        "insert",
        "setdefault",
        "put",
        "partial",
        "create_task",
        "addCleanup",
        "add_command",
    ]
)
_FILLS = frozenset(["append", "extend", "insert", "add", "update", "setdefault", "pop", "remove", "clear", "sort"])
_GIVEN = frozenset(("get_ipython", "reveal_type", "unicode", "basestring", "xrange", "long", "raw_input", "unichr"))
"""Names that some Python or shell gives."""

_told = check_of(TABLE)


def check(source: Source) -> Iterable[Observation]:
    """What ruff says, without what the code around it makes harmless."""
    for each in _told(source):
        if each.code == "F821" and _given(source, each):
            continue
        if each.code == "B023" and not _kept(source, each.line):
            continue
        if each.code == "PLW0127" and _at_import(source, each.line):
            continue
        if each.code == "B006" and not _filled(source, each.line):
            continue
        yield replace(each, severity=Severity.LOW) if each.code in ("DTZ003", "DTZ004") else each


def _given(source: Source, told: Observation) -> bool:
    """A name in the text of a `Literal` of somebody's own, one of another Python, one whose absence is caught."""
    name = told.message.partition("`")[2].partition("`")[0]
    line = source.lines[told.line - 1]
    if name in _GIVEN or f'"{name}"' in line or f"'{name}'" in line:
        return True
    code = index(source)
    if code is None:
        return False
    found = next((each for each in code.of(ast.Name) if each.id == name and each.lineno == told.line), None)
    handlers = (
        handler for each in (code.up(found) if found else ()) if isinstance(each, ast.Try) for handler in each.handlers
    )
    return any(handler.type is None or "NameError" in ast.unparse(handler.type) for handler in handlers)


def _at_import(source: Source, line: int) -> bool:
    """Outside of functions, `str = str` offers somebody else's name as this module's own."""
    code = index(source)
    found = next((each for each in code.of(ast.Assign) if each.lineno == line), None) if code else None
    return code is not None and found is not None and isinstance(code.scope(found), ast.Module | ast.ClassDef)


def _kept(source: Source, line: int) -> bool:
    """Whether a function made in a loop outlives its round: it is stored, or handed to what calls it later."""
    code = index(source)
    if code is None:
        return True
    for kind in (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef):
        for made in code.of(kind):
            if not made.lineno <= line <= (made.end_lineno or 0):  # type: ignore[attr-defined]
                continue
            if isinstance(made, ast.Lambda):
                return _is_kept(code, made)
            if code.loop(made) is None:
                continue
            name, loop = made.name, code.loop(made)  # type: ignore[attr-defined]
            assert loop is not None
            uses = [each for each in inside(loop.body) if isinstance(each, ast.Name) and each.id == name]
            return any(_is_kept(code, use) for use in uses)
    return True


def _is_kept(code: Index, node: ast.AST) -> bool:
    parent = code.parents[node]
    if isinstance(parent, ast.keyword):
        return parent.arg in ("target", "callback", "command", "on_click", "handler")
    if isinstance(parent, ast.Call):
        return node in parent.args and called(parent).rpartition(".")[2] in _KEEPS
    if isinstance(parent, ast.Assign):
        return isinstance(parent.targets[0], ast.Attribute | ast.Subscript)
    return isinstance(parent, ast.Dict | ast.List | ast.Tuple | ast.Set | ast.Yield)


def _filled(source: Source, line: int) -> bool:
    """Whether a function changes its default, or gives it away to be changed."""
    code = index(source)
    if code is None:
        return True
    for function in code.defs:
        takes = function.args
        every = (*takes.posonlyargs, *takes.args)
        pairs = list(zip(reversed(every), reversed(takes.defaults), strict=False))
        pairs += [(one, value) for one, value in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if value]
        names = {one.arg for one, value in pairs if value.lineno <= line <= (value.end_lineno or 0)}
        if names:
            return any(_fills(each, names) for each in inside(function.body))
    return True


def _fills(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _FILLS and dotted(node.func.value) in names
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return dotted(node.value) in names
    if isinstance(node, ast.AugAssign):
        return dotted(node.target) in names
    if isinstance(node, ast.Return) or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)):
        return dotted(node.value) in names
    return False
