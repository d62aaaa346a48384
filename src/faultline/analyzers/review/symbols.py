"""The function or class that a line is in: `Class.method` in Python, the nearest definition's name elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final
from weakref import WeakKeyDictionary

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source

MAX_UP: Final = 2_000
"""Lines above that are looked at for a definition."""
_MAX_WIDTH: Final = 300
_KEYWORD = re.compile(
    r"(?:def|class|function\*?|func|fn|fun|interface|struct|enum|trait|impl|module|namespace|object|resource)"
    r" {1,4}(?:\([^()]{0,80}\) {0,4})?[\"']?([A-Za-z_$][\w$:.]{0,80})"
)
_BOUND = re.compile(r"(?:const|let|var) {1,4}([A-Za-z_$][\w$]{0,80})")
_CALLED = re.compile(r"([A-Za-z_~$][\w$:]{0,80}) {0,4}\(")
_NO_NAMES: Final = re.compile(
    r"(?:if|else|for|while|switch|catch|return|throw|new|await|do|with|elif|unless|until|match|when|case|using|lock|foreach"
    r"|synchronized|sizeof|typeof|not|and|or|in|function|fn|func|def|lambda)"
)
_REMARKS: Final = ("#", "//", "*", "/*")
_spans: WeakKeyDictionary[Source, list[tuple[int, int, str]]] = WeakKeyDictionary()


def symbol_of(source: Source, line: int) -> str:
    """What the line is in; empty for the top of a file."""
    if (spans := _python(source)) is not None:
        return max(((start, name) for start, end, name in spans if start <= line <= end), default=(0, ""))[1]
    return _by_indentation(source, line)


def span_of(source: Source, line: int) -> tuple[int, int] | None:
    """The lines of the innermost Python function or class that a line is in."""
    return max(((start, end) for start, end, _ in _python(source) or () if start <= line <= end), default=None)


def _python(source: Source) -> list[tuple[int, int, str]] | None:
    """The definitions of a Python file; None where it is another language, or does not parse."""
    if source.language is not Language.PYTHON or source.partial or source.python is None:
        return None
    spans = _spans.get(source)
    if spans is None:
        spans = _spans[source] = list(_definitions(source.python))
    return spans


def _definitions(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    """First line, decorators included, last line and dotted name of each definition."""
    todo: list[tuple[ast.AST, str]] = [(tree, "")]
    while todo:
        node, name = todo.pop()
        for child in ast.iter_child_nodes(node):
            inner = name
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = f"{name}.{child.name}" if name else child.name
                start = min([child.lineno, *(each.lineno for each in child.decorator_list)])
                yield start, child.end_lineno or child.lineno, inner
            if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                todo.append((child, inner))


def _by_indentation(source: Source, line: int) -> str:
    """The nearest line above that is indented less and defines something; the line itself may do so by a keyword."""
    if not 1 <= line <= len(source.lines):
        return ""
    here = source.lines[line - 1].strip()[:_MAX_WIDTH]
    if not here.startswith(_REMARKS) and (found := _KEYWORD.match(here)):
        return found[1]
    margin = _margin(source.lines[line - 1])
    for text in source.lines[max(0, line - 1 - MAX_UP) : line - 1][::-1]:
        if margin == 0:
            break
        if text.strip() and _margin(text) < margin:
            if name := _defined(text.strip()[:_MAX_WIDTH]):
                return name
            if not text.lstrip().startswith(("{", ")", "}")):
                margin = _margin(text)
    return ""


def _margin(text: str) -> int:
    expanded = text[:_MAX_WIDTH].expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _defined(text: str) -> str:
    if text.startswith(_REMARKS):
        return ""
    if found := _KEYWORD.search(text):
        return found[1]
    if found := _BOUND.match(text.removeprefix("export ")):
        return found[1] if "=>" in text or "function" in text else ""
    if text.endswith((";", ",")) or "=" in text.partition("(")[0]:
        return ""
    if (found := _CALLED.search(text)) and text.endswith(("{", ")", ":")) and not _NO_NAMES.fullmatch(found[1]):
        return found[1]
    return ""
