"""Python's own syntax tree, of sources that may be newer than the Python that runs us.

Where the host's parser refuses a text, tree-sitter finds the pieces that older grammars lack, and each is rewritten
into something that they have, on the same lines (columns move):

    f"{a["b"]}"  (PEP 701), t"..."      a call __fstring__(...), which becomes a JoinedStr again once it is parsed
    def f[T](), class A[T], type X = Y  the parameters go, the alias becomes an assignment  (PEP 695)
    except A, B:                        except (A, B):  (PEP 758)

Of a partial source (a bare diff) the blocks of lines that are known are parsed one by one; a block's beginning or end
that is only half a statement is left out.
"""

from __future__ import annotations

import ast
import contextlib
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source
from faultline.core.uncollected import Uncollected

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_FSTRING = "__fstring__"
_ATTEMPTS = 40
"""How often a block of a partial source is tried; each further attempt leaves out one more line."""
_Edit = tuple[int, int, str]


def parse(source: Source) -> ast.Module | None:
    """The tree of a source; None where it is not Python, or does not parse, which `source.unread` then says."""
    if source.language is not Language.PYTHON:
        return None
    if source.partial:
        return _of_blocks(source)
    try:
        return _tree(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        try:
            tree = _tree(_older(source))
            _Joined().visit(tree)
            return ast.fix_missing_locations(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            source.unread["syntax"] = f"not valid Python: {error}"
            return None


def _tree(text: str) -> ast.Module:
    with Uncollected(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _older(source: Source) -> str:
    """The text in the host's grammar, as far as tree-sitter understands it."""
    syntax = source.syntax
    if syntax is None:
        raise ValueError("no tree")
    edits: list[_Edit] = []
    for node in syntax.root().find_all({"rule": {"any": [{"kind": kind} for kind in _REWRITES]}}):
        edits.extend(_REWRITES[node.kind()](node))
    pieces: list[str] = []
    at = 0
    for start, end, replacement in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < at:
            continue
        pieces += (source.text[at:start], replacement)
        at = end
    pieces.append(source.text[at:])
    return "".join(pieces)


def _span(node: SgNode) -> tuple[int, int]:
    span = node.range()
    return span.start.index, span.end.index


def _string(node: SgNode) -> Iterator[_Edit]:
    children = node.children()
    if not children or not any(child.kind() == "interpolation" for child in children):
        # Without a placeholder it may still be a t-string, a prefix that the host does not know.
        start = _span(children[0]) if children else (0, 0)
        prefix = children[0].text() if children else ""
        if "t" in prefix.lower():
            yield (*start, prefix.replace("t", "f").replace("T", "f"))
        return
    raw = "r" in children[0].text().lower().rstrip("'\"")
    for child in children:
        kind = child.kind()
        if kind == "string_start":
            yield (*_span(child), f"{_FSTRING}(")
        elif kind == "string_end":
            yield (*_span(child), ")")
        elif kind == "string_content":
            yield (*_span(child), _literal(child.text(), raw))
        elif kind == "interpolation":
            yield from _interpolation(child)


def _literal(text: str, raw: bool) -> str:
    value = text.replace("{{", "{").replace("}}", "}")
    if not raw and "\\" in value:
        with contextlib.suppress(SyntaxError, ValueError):
            value = ast.literal_eval("'''" + value.replace("'", "\\'") + " '''")[:-1]
    return f"{value!r}," + "\n" * text.count("\n")


def _interpolation(node: SgNode) -> Iterator[_Edit]:
    closed = False
    for child in node.children():
        kind, (start, end) = child.kind(), _span(child)
        if kind == "{":
            yield start, end, "("
        elif kind == "}":
            yield start, end, "," if closed else "),"
        elif kind == "=":
            yield start, end, ""
        elif kind == "type_conversion":
            yield start, end, "" if closed else ")"
            closed = True
        elif kind == "format_specifier":
            if not closed:
                yield start, start, ")"
                closed = True
            at = start
            for inner in child.children():
                if inner.kind() in ("format_expression", "interpolation"):
                    first, last = _span(inner)
                    yield at, first, ""
                    yield first, first + 1, ",("
                    yield last - 1, last, ")"
                    at = last
            yield at, end, ""


def _concatenated(node: SgNode) -> Iterator[_Edit]:
    strings = [child for child in node.children() if child.kind() == "string"]
    if not any(part.kind() == "interpolation" for child in strings for part in child.children()):
        return
    start, end = _span(node)
    yield start, start, f"{_FSTRING}("
    for child in strings:
        at = _span(child)[1]
        yield at, at, ","
    yield end, end, ")"


def _type_parameter(node: SgNode) -> Iterator[_Edit]:
    parent = node.parent()
    if parent is not None and parent.kind() in ("function_definition", "class_definition"):
        yield (*_span(node), "\\\n" * node.text().count("\n"))


def _type_alias(node: SgNode) -> Iterator[_Edit]:
    name = node.children()[1]
    start, end = _span(node.children()[0])[0], _span(name)[1]
    yield start, end, name.text().partition("[")[0] + "\\\n" * node.text()[: end - start].count("\n")


def _except(node: SgNode) -> Iterator[_Edit]:
    children = node.children()
    colon = next((index for index, child in enumerate(children) if child.kind() == ":"), 0)
    if any(child.kind() == "," for child in children[:colon]) and not any(
        child.kind() == "as" for child in children[:colon]
    ):
        yield _span(children[1])[0], _span(children[1])[0], "("
        yield _span(children[colon])[0], _span(children[colon])[0], ")"


_REWRITES = {
    "string": _string,
    "concatenated_string": _concatenated,
    "type_parameter": _type_parameter,
    "type_alias_statement": _type_alias,
    "except_clause": _except,
}


class _Joined(ast.NodeTransformer):
    """Makes JoinedStr of the calls that stand for f-strings."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Name) and node.func.id == _FSTRING):
            return node
        values: list[ast.expr] = []
        for each in node.args:
            if isinstance(each, ast.JoinedStr):
                values += each.values
            elif isinstance(each, ast.Constant) and isinstance(each.value, str):
                values.append(each)
            else:
                values.append(ast.copy_location(ast.FormattedValue(each, -1, None), each))
        return ast.copy_location(ast.JoinedStr(values), node)


def _of_blocks(source: Source) -> ast.Module | None:
    """What parses of a source of which only some lines are known."""
    body: list[ast.stmt] = []
    tried = failed = 0
    for first, lines in _blocks(source.lines):
        tried += 1
        tree = _block(lines)
        if tree is None:
            failed += 1
            continue
        ast.increment_lineno(tree, first)
        body += tree.body
    if tried and failed == tried:
        source.unread["syntax"] = "no part of the change that is known is valid Python by itself"
        return None
    return ast.Module(body=body, type_ignores=[])


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of known lines, cut where the indentation falls below that of the run's first line; with lines before."""
    block: list[str] = []
    indent = start = empty = 0
    for number, line in enumerate([*lines, "", ""]):
        if not line.strip():
            empty += 1
            # Two unknown lines are a gap between hunks more often than a paragraph; one is a paragraph.
            if block and empty > 2:
                yield start, block
                block = []
            elif block:
                block.append("")
            continue
        empty = 0
        depth = len(line) - len(line.lstrip())
        if block and depth < indent:
            yield start, block
            block = []
        if not block:
            start, indent = number, depth
        block.append(line[indent:])
    if block:
        yield start, block


def _block(lines: list[str]) -> ast.Module | None:
    """The tree of a block; where it does not parse, of as much as does when its first or last lines go."""
    for skipped, kept in _cuts(len(lines)):
        text = "\n" * skipped + "\n".join(lines[skipped:kept])
        for candidate in (text, text.rstrip() + _empty_body(lines[skipped:kept])):
            try:
                tree = _tree(candidate)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            if tree.body:
                return tree
    return None


def _cuts(count: int) -> Iterable[tuple[int, int]]:
    yield 0, count
    for away in range(1, min(count, _ATTEMPTS // 2)):
        yield 0, count - away
        yield away, count


def _empty_body(lines: list[str]) -> str:
    last: Any = next((line for line in reversed(lines) if line.strip()), "")
    return "\n" + " " * (len(last) - len(last.lstrip()) + 1) + "pass" if last.rstrip().endswith(":") else ""
