"""What is so once a condition has held: which untrusted data it has checked, and for which kinds of sink."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from faultline.analyzers.review.security.flows import containers
from faultline.analyzers.review.security.flows.domain import EVERYTHING, NOTHING, Class, Function, Value

if TYPE_CHECKING:
    from faultline.analyzers.review.security.flows.core import Core

_ALL: Final = EVERYTHING | {"size"}
_PLAIN_TESTS: Final = frozenset({"isdigit", "isalnum", "isalpha", "isdecimal", "isnumeric", "isidentifier", "isascii"})
_URL_PARTS: Final = frozenset({"netloc", "hostname", "scheme", "host", "domain"})
_MATCHERS: Final = frozenset({"match", "fullmatch", "search"})
_LOOSE: Final = re.compile(r"(?<!\\)\.[*+]|\[\^|\\S|\\W|\\D")
"""What lets a regular expression match nearly anything."""
_CHARACTERS: Final = {
    "..": frozenset({"path", "zip"}),
    "/": frozenset({"path", "zip"}),
    "\\": frozenset({"path", "zip"}),
    "'": frozenset({"sql", "xpath", "code"}),
    '"': frozenset({"xpath", "code"}),
    "\n": frozenset({"header", "log", "mail"}),
    "\r": frozenset({"header", "log", "mail"}),
    "<": frozenset({"html", "xml"}),
    ";": frozenset({"shell"}),
    "(": frozenset({"ldap"}),
    "*": frozenset({"ldap"}),
    "$": frozenset({"nosql"}),
    "{": frozenset({"template", "format"}),
    "__": frozenset({"reflection"}),
    "://": frozenset({"redirect"}),
    "//": frozenset({"redirect"}),
    "<!ENTITY": frozenset({"xxe"}),
    "<!DOCTYPE": frozenset({"xxe"}),
}
"""Where one of these is refused, what is left is safe for some kinds of sink."""
_PARSERS: Final = frozenset({"urlparse", "urlsplit", "parse_url", "url_parse", "URL"})
_OF_URLS: Final = frozenset({"redirect", "ssrf"})
_RESOLVED: Final = frozenset({"resolved"})
_NOTHING: Final = frozenset[str]()
_DEEPEST = 6


def refine(machine: Core, test: ast.expr, holds: bool, depth: int = 0) -> None:
    """Change the state to what is so when a condition has been found true, or false."""
    if depth > _DEEPEST:
        return
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        refine(machine, test.operand, not holds, depth + 1)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is holds:
            for each in test.values:
                refine(machine, each, holds, depth + 1)
    elif isinstance(test, ast.Compare):
        _refine_compare(machine, test, holds)
    elif isinstance(test, ast.Call):
        _refine_call(machine, test, holds, depth)
    elif isinstance(test, ast.Attribute):
        if not holds and _url_part(test) not in ("", "scheme"):  # an address without a host leads to this site
            _clean(machine, test, _OF_URLS)
    elif isinstance(test, ast.NamedExpr):
        refine(machine, test.value, holds, depth + 1)
    elif isinstance(test, ast.Name):
        value = machine.lookup(test.id)
        if value.test is not None:
            refine(machine, value.test, holds, depth + 1)


def _refine_compare(machine: Core, test: ast.Compare, holds: bool) -> None:
    if len(test.ops) != 1:
        for each in (test.left, *test.comparators):
            _clean(machine, each, frozenset({"size"}))
        return
    op, left, right = test.ops[0], test.left, test.comparators[0]
    if isinstance(op, ast.NotIn | ast.NotEq | ast.IsNot):
        holds = not holds
    if isinstance(op, ast.In | ast.NotIn):
        _refine_membership(machine, left, right, holds)
    elif isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot) and holds:
        for subject, other in ((left, right), (right, left)):
            known = machine.eval(other)
            called = machine.lookup(subject.id).test if isinstance(subject, ast.Name) else subject
            if isinstance(called, ast.Call) and _last(called.func) in ("commonpath", "commonprefix"):
                _clean_all(machine, called, frozenset({"path", "zip"}))
                continue
            if known.taint:
                continue
            if _url_part(subject):
                if _url_part(subject) != "scheme":
                    _clean(machine, subject, _OF_URLS)
            elif isinstance(subject, ast.Call) and _last(subject.func) in ("len", "type", "count", "find"):
                _clean(machine, subject, frozenset({"size"}))
            elif isinstance(subject, ast.Name) and known.known and machine.lookup(subject.id).taint:
                machine.bind(subject.id, Value(known.const))
            elif not isinstance(subject, ast.Constant) and not (known.known and known.const in (None, "")):
                _clean(machine, subject, EVERYTHING, strict=True)
    elif isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        for each in (left, right):
            _clean(machine, each, frozenset({"size"}))


def _refine_membership(machine: Core, left: ast.expr, right: ast.expr, holds: bool) -> None:
    item, group = machine.eval(left), machine.eval(right)
    if holds:
        if isinstance(right, ast.Attribute) and right.attr == "parents":
            if machine.eval(right.value).marks & _RESOLVED:
                _clean(machine, right.value, frozenset({"path", "zip"}))
        elif not containers.deep(machine, group):
            url = _url_part(left)
            if url == "scheme":
                return
            _clean(machine, left, _OF_URLS if url else EVERYTHING, strict=not url)
    elif isinstance(item.const, str | bytes) and containers.deep(machine, group):
        refused = item.const if isinstance(item.const, str) else item.const.decode("latin-1")
        kinds = _CHARACTERS.get(refused)
        if kinds is None:
            kinds = _CHARACTERS["\n"] if refused and not refused.strip("\r\n") else _NOTHING
            kinds |= _CHARACTERS[".."] if ".." in refused else _NOTHING
        _clean(machine, right, kinds)


def _refine_call(machine: Core, test: ast.Call, holds: bool, depth: int) -> None:
    function = test.func
    name = _last(function)
    if isinstance(function, ast.Attribute):
        if name in _PLAIN_TESTS and holds:
            _clean(machine, function.value, EVERYTHING)
            return
        if name == "startswith" and holds and test.args:
            _refine_start(machine, function.value, machine.eval(test.args[0]))
            return
        if name == "endswith":
            return
        if name == "is_relative_to" and holds:
            if machine.eval(function.value).marks & _RESOLVED:
                _clean(machine, function.value, frozenset({"path", "zip"}))
            return
        if name == "is_absolute":
            return
        if name in ("issubset", "issuperset") and holds:
            _clean_all(machine, test, EVERYTHING)
            return
    if name in _MATCHERS and holds:
        _refine_match(machine, test, name)
        return
    if name in ("bool", "str") and len(test.args) == 1:
        refine(machine, test.args[0], holds, depth + 1)
        return
    if name == "all" and holds and len(test.args) == 1 and isinstance(test.args[0], ast.GeneratorExp):
        _refine_all(machine, test.args[0])
        return
    if name == "any" and not holds and len(test.args) == 1 and isinstance(test.args[0], ast.GeneratorExp):
        _refine_any(machine, test.args[0])
        return
    known = machine.eval(function)
    own = [each for each in known.calls if isinstance(each, Function)]
    if own:
        machine.refine_by(own[0], test, holds)  # type: ignore[attr-defined]
    elif holds and not any(isinstance(each, Class) for each in known.calls) and _vouches(machine, name):
        _clean_all(machine, test, _ALL)


def _refine_start(machine: Core, subject: ast.expr, start: Value) -> None:
    value = machine.eval(subject)
    if value.marks & _RESOLVED:
        if not start.taint:
            _clean(machine, subject, frozenset({"path", "zip"}))
    elif isinstance(start.const, str) and re.match(r"https?://[^/]+/|/[^/\\]", start.const):
        _clean(machine, subject, _OF_URLS)


def _refine_match(machine: Core, test: ast.Call, name: str) -> None:
    function = test.func
    assert isinstance(function, ast.Attribute | ast.Name)
    owner = machine.eval(function.value) if isinstance(function, ast.Attribute) else Value()
    if owner.name in ("re", "regex", "re2") and len(test.args) > 1:
        pattern, subject = machine.eval(test.args[0]).const, test.args[1]
    elif owner.name in ("re.compile()", "regex.compile()") and test.args:
        pattern, subject = owner.text, test.args[0]
    else:
        return
    if not isinstance(pattern, str) or _LOOSE.search(pattern):
        return
    if name == "fullmatch" or (pattern.endswith(("$", r"\Z")) and (name == "match" or pattern.startswith("^"))):
        _clean(machine, subject, EVERYTHING)


def _refine_all(machine: Core, each: ast.GeneratorExp) -> None:
    """`all(c in ALLOWED for c in x)`, `all(c.isalnum() for c in x)`: x is made of what is tested for."""
    over = each.generators[0]
    if isinstance(over.target, ast.Name):
        test = each.elt
        plain = isinstance(test, ast.Call) and _last(test.func) in _PLAIN_TESTS
        among = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In)
        if plain or among:
            _clean(machine, over.iter, EVERYTHING)


def _refine_any(machine: Core, each: ast.GeneratorExp) -> None:
    """`any(c in x for c in BAD)` is not so: x has none of them."""
    over, test = each.generators[0], each.elt
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In):
        bad = containers.sequence(machine, machine.eval(over.iter))
        constant = machine.eval(over.iter).const
        given = [value.const for value in bad or ()] or (list(constant) if isinstance(constant, str) else [])
        kinds = frozenset[str]().union(*(_CHARACTERS.get(char, _NOTHING) for char in given if isinstance(char, str)))
        _clean(machine, test.comparators[0], kinds)


def _vouches(machine: Core, name: str) -> bool:
    lowered = name.lower().lstrip("_")
    return any(lowered == word or (word in lowered and len(word) > 5) for word in machine.tables.guards)


def _clean(machine: Core, subject: ast.expr, kinds: frozenset[str], strict: bool = False) -> None:
    """Make what an expression is made from safe; with `strict`, only where it is that, not something made from it."""
    if not kinds:
        return
    if isinstance(subject, ast.Name):
        value = machine.lookup(subject.id)
        if value.taint:
            machine.bind(subject.id, value.safe_for(kinds))
        # A parsed address vouches for the text it was parsed from.
        if isinstance(value.test, ast.Call) and _last(value.test.func) in _PARSERS and value.test.args:
            of = value.test.args[0]
            if isinstance(of, ast.Name) and kinds <= _OF_URLS:
                machine.bind(of.id, machine.lookup(of.id).safe_for(kinds))
        return
    if isinstance(subject, ast.Subscript | ast.Attribute | ast.Call) and _may_be_untrusted(machine, subject):
        text = machine.text_of(subject)
        machine.state.facts[text] = machine.state.facts.get(text, _NOTHING) | kinds
    if isinstance(subject, ast.Attribute):
        _clean_attribute(machine, subject, kinds)
    inner = _inner(machine, subject, strict)
    if inner is not None:
        _clean(machine, inner, kinds, strict)


def _may_be_untrusted(machine: Core, subject: ast.expr) -> bool:
    """Whether what an expression begins with is untrusted, or may hold what is."""
    root: ast.expr | None = subject
    while root is not None and not isinstance(root, ast.Name):
        if isinstance(root, ast.Call) and root.args and not isinstance(root.func, ast.Attribute):
            root = root.args[0]
        elif isinstance(root, ast.Call):
            root = root.func
        else:
            root = root.value if isinstance(root, ast.Attribute | ast.Subscript | ast.Starred) else None
    if root is None:
        return False
    value = machine.lookup(root.id)
    return bool(value.taint or value.refs) or value.name in machine.tables.requests or _is_module(value)


def _is_module(value: Value) -> bool:
    return value.name is not None and not value.name.endswith(")")


def _clean_attribute(machine: Core, subject: ast.Attribute, kinds: frozenset[str]) -> None:
    owner = machine.eval(subject.value)
    for cell in containers.cells(machine, owner):
        if subject.attr in cell.items:
            containers.write(machine, owner.refs, subject.attr, cell.items[subject.attr].safe_for(kinds))


_SAME = frozenset(
    {"lower", "upper", "strip", "casefold", "str", "Path", "PurePath", "resolve", "realpath", "decode", "encode"}
)


def _inner(machine: Core, subject: ast.expr, strict: bool) -> ast.expr | None:
    if isinstance(subject, ast.Call):
        name = _last(subject.func)
        if strict and name not in _SAME:
            return None
        if isinstance(subject.func, ast.Attribute) and machine.eval(subject.func.value).taint:
            return subject.func.value
        if subject.args:
            return subject.args[0]
        return subject.func.value if isinstance(subject.func, ast.Attribute) else None
    if strict:
        return None
    if isinstance(subject, ast.Attribute | ast.Subscript | ast.NamedExpr):
        return subject.value
    return None


def _clean_all(machine: Core, test: ast.Call, kinds: frozenset[str]) -> None:
    for each in test.args:
        if isinstance(each, ast.List | ast.Tuple):
            for part in each.elts:
                _clean(machine, part, kinds)
        else:
            _clean(machine, each, kinds)


def _url_part(subject: ast.expr) -> str:
    """netloc, hostname or scheme, where an expression is that of a parsed address."""
    if isinstance(subject, ast.Attribute) and subject.attr in _URL_PARTS:
        return subject.attr
    if isinstance(subject, ast.Call) and isinstance(subject.func, ast.Attribute):
        return _url_part(subject.func.value)
    return ""


def _last(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def outcome(value: Value, holds: bool) -> bool | None:
    """Whether a value has the truth that is asked for; None where that is not certain."""
    return None if value.const is NOTHING else bool(value.const) is holds
