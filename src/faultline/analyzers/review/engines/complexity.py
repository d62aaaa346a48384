"""How large and how branched functions are: of Python from its own tree, of other languages by lizard.

Complexity is the cyclomatic one (McCabe 1976): one, and one more for every decision.
"""

from __future__ import annotations

import ast
import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Function, Index, index
from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source

_MAX_CHARS = 500_000
_LIZARD = frozenset(
    (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.RUST, Language.RUBY,
     Language.PHP, Language.C, Language.CPP, Language.CSHARP)
)  # fmt: skip
_DECIDES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)
_NESTS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_MEASURED: WeakKeyDictionary[Source, tuple[Measure, ...]] = WeakKeyDictionary()
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Measure:
    """One function: `name` with those it stands in, lines 1-based and inclusive; `nesting` 0 where nobody counts it.

    `words` are the lines of its docstring, which do not make it long.
    """

    name: str
    line: int
    end_line: int
    complexity: int
    parameters: int
    nesting: int = 0
    words: int = 0

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.end_line - self.line + 1 - self.words


def measured(source: Source) -> tuple[Measure, ...]:
    """The functions of a source; none where nobody can read it."""
    with _LOCK:
        found = _MEASURED.get(source)
    if found is None:
        found = _measure(source)
        with _LOCK:
            _MEASURED[source] = found
    return found


def _measure(source: Source) -> tuple[Measure, ...]:
    if source.partial or len(source.text) > _MAX_CHARS:
        return ()
    if source.language is Language.PYTHON:
        code = index(source)
        if code is None:
            return ()
        return tuple(_of(code, each) for each in code.defs)
    return _by_lizard(source) if source.language in _LIZARD else ()


def _of(code: Index, function: Function) -> Measure:
    names = [function.name, *(each.name for each in code.up(function) if isinstance(each, (*FUNCTIONS, ast.ClassDef)))]
    complexity, deepest = 1, 0
    stack: list[tuple[ast.AST, int]] = [(each, 0) for each in function.body]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            continue
        complexity += isinstance(node, _DECIDES) + (len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0)
        inner = depth + isinstance(node, _NESTS)
        deepest = max(deepest, inner)
        for child in ast.iter_child_nodes(node):
            # `elif` is an `if` inside of `else`, and no deeper for the reader.
            flat = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
            stack.append((child, depth if flat else inner))
    takes = function.args
    parameters = len(takes.posonlyargs) + len(takes.args) - (code.owner(function) is not None and bool(takes.args))
    end = function.end_lineno or function.lineno
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    words = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
    return Measure(".".join(reversed(names)), function.lineno, end, complexity, parameters, deepest, words)


def _by_lizard(source: Source) -> tuple[Measure, ...]:
    import lizard

    name = f"source.{source.path.rpartition('.')[2]}"
    try:
        read = lizard.analyze_file.analyze_source_code(name, source.text)
    except (RecursionError, ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        source.unread["complexity"] = f"lizard cannot read it: {type(error).__name__}"
        return ()
    return tuple(
        Measure(
            each.name,
            each.start_line,
            max(each.end_line, each.start_line),
            each.cyclomatic_complexity,
            each.parameter_count,
        )
        for each in read.function_list
    )
