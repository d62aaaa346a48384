"""What an expression holds: text pieced together, data of strangers, or a constant; for every language with a grammar.

The pass stays within one file. A name stands for what was assigned to it before, in the function it is used in or in
one around it; the last assignment that surely ran hides those before it. A call is followed into its arguments only
where its answer is made of them (`join`, `format`, ...), never into its body. A name that the function compares with a
list or a pattern counts as checked. All of it is bounded by steps, for the text may be hostile.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from faultline.analyzers.review.grammars import GRAMMARS, Grammar
from faultline.analyzers.review.nodes import (
    ACCESS,
    BINARY,
    CALLS,
    LITERALS,
    LONGEST,
    NAMES,
    TEXTS,
    THROUGH,
    callee_of,
    last_in,
    name_of,
    named_in,
    operators_in,
    span_of,
)
from faultline.analyzers.review.source import Source

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_STEPS: Final = 400
"""Nodes that one question may look at."""
_HOPS: Final = 5
"""Assignments that one question may follow."""

_MAKES_TEXT: Final = re.compile(
    r"(?:^|[.:>])(?:Sprintf|Sprint|format|Format|sprintf|vsprintf|concat|Concat|formatted|implode|asprintf|snprintf|"
    r"Join|join)!?$|^format$|string\.(?:Format|Concat)$"
)
_CARRIES: Final = re.compile(
    r"(?:^|[.:>])(?:Sprintf|Sprint|format|Format|sprintf|concat|Concat|formatted|implode|Join|join|resolve|String|"
    r"toString|ToString|decodeURI\w*|unescape|urldecode|rawurldecode|base64_decode|atob|trim|get|strip|replace\w*|"
    r"Replace\w*|Trim\w*|ToLower|toLowerCase|strtolower|Buffer\.from|parse|normalize|Combine|File|FileInfo|Path|URL|"
    r"URI|Uri|Paths|of|to_s|new|stringify|TrimSpace|Clean|from|create|CString|strval|str_replace|html_entity_decode|"
    r"stripslashes|json_decode|unquote|all|decode|StringReader|InputSource|StreamSource|getBytes|asList|next|"
    r"append|toCharArray|url\.Parse|NewRequest)!?$"
)
_CONSTANT: Final = re.compile(r"^(?:[\w$]+(?:\.|::|->))*_*[A-Z][A-Z0-9_]+$")
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_HARMLESS: Final = re.compile(r"(?:\.|->|::)(?:length|size|count|Length|Count|id|Id|ID)(?:\(\))?$")
_NUMBER_CAST: Final = re.compile(
    r"^\(\s*(?:int|integer|float|double|bool|boolean|long|short|size_t|unsigned|uint\w*)\b"
)
_PLACEHOLDERS: Final = re.compile(r"(?i)placeholder|\bqs\b|'\?'|\"\?\"|fill\(")
_GUARD: Final = (
    r"(?:\b(?:includes|has|hasOwn|hasOwnProperty|test|contains\w*|in_array|array_key_exists|MatchString|Match|IsMatch|"
    r"Contains(?:Key)?|matches|startsWith|starts_with|str_starts_with|HasPrefix|StartsWith|TryGetValue|preg_match|"
    r"ctype_\w+|is_numeric|is_int|isdigit|isalnum|is_local\w*|IsLocal\w*|Is\w*Valid\w*|is\w*(?:Valid|Allowed|Safe)\w*|"
    r"\w*(?:[vV]alidate|[aA]ssert|[sS]anitize|[cC]heck|[aA]llow|[eE]nsure)\w*|key\?|include\?|member\?|match\?|"
    r"isInteger|isNaN|is_file|indexOf|strpos)\s*[(\[]\s*[^;\n]{0,60}?(?<![\w.])NAME\b"
    r"|\bNAME\s*(?:\.|->|\?\.)\s*(?:startsWith|StartsWith|start_with\?|starts_with|match\w*|Contains|contains|includes|"
    r"indexOf|IndexOf|normalize\(\)\.startsWith|IsNull|Host|hostname|host|protocol)\b"
    r"|\b[A-Za-z_]*(?:[aA]llow|ALLOW|[wW]hite|[sS]afe|SAFE|[vV]alid|VALID|PERMITTED|[kK]nown)\w*\s*[\[.]\s*\w*\(?\s*NAME\b"
    r"|\bNAME\s*(?:=~|!~|\s[<>]=?\s)|\bswitch\s*\(\s*NAME\b|\bcase\s+NAME\b|\bswitch\s+NAME\b)"
)


@dataclass(frozen=True, slots=True)
class _Assigned:
    """A value that a name gets: where, until where it surely holds, and whether it is added to what was there."""

    at: int
    line: int
    block: tuple[int, int]
    value: SgNode
    adds: bool


class _Spent(Exception):
    """A question has taken too many steps."""


class Values:
    """Answers questions about the expressions of one source, whose language has a grammar.

    Args:
        source: its `syntax` must be there.

    """

    def __init__(self, source: Source) -> None:
        assert source.syntax
        assert source.language
        self._source = source
        self._root = source.syntax.root()
        self._grammar: Grammar = GRAMMARS[source.language]
        self._kinds = frozenset(self._grammar.functions)
        self._steps = 0

    def built(self, node: SgNode) -> bool:
        """Whether it is a text that was pieced together of constants and of something that is none."""
        return self._asked(lambda: self._composed(node, _HOPS) and self._open(node, node, _HOPS))

    def variable(self, node: SgNode) -> bool:
        """Whether it is no constant."""
        return self._asked(lambda: self._open(node, node, _HOPS))

    def untrusted(self, node: SgNode) -> list[int]:
        """The lines, from 1, at which data of strangers comes in that it holds; empty where none does."""
        lines: list[int] = []
        self._asked(lambda: self._reached(node, node, _HOPS, lines))
        return sorted(set(lines))

    def parameter(self, node: SgNode) -> bool:
        """Whether it names a parameter of the function around."""
        for scope in node.ancestors():
            if scope.kind() in self._kinds:
                head = scope.text()[:LONGEST].partition("{")[0].partition("(")[2]
                return not set(_WORD.findall(node.text()[:LONGEST])).isdisjoint(_WORD.findall(head))
        return False

    def spelled(self, node: SgNode) -> list[str]:
        """The text of an expression, and those that were assigned to the names in it."""
        texts = [node.text()[:LONGEST]]
        for name in self._names(node)[:8]:
            texts += [each.value.text()[:LONGEST] for each in self._assigned(name, node)]
        return texts

    def around(self, node: SgNode) -> str:
        """The text of the function that a node is in, or of the file."""
        start, end = self._scope(node)
        return self._source.text[start:end]

    def _asked(self, question: object) -> bool:
        self._steps = 0
        try:
            return bool(question())  # type: ignore[operator]
        except _Spent:
            return False

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _STEPS:
            raise _Spent

    def _composed(self, node: SgNode, hops: int) -> bool:
        self._step()
        kind = node.kind()
        if kind in TEXTS:
            return any("interpolation" in each.kind() or each.kind() not in LITERALS for each in named_in(node))
        if kind in BINARY:
            return "+" in operators_in(node) or "." in operators_in(node) or "||" in operators_in(node)
        if kind in CALLS:
            callee = callee_of(node)
            if _MAKES_TEXT.search(callee):
                return True
            return kind != "new_expression" and callee.endswith(
                ("trim", "toString", "to_s", "c_str", "String", "strip")
            )
        if kind in NAMES and hops:
            return any(
                each.adds or self._composed(each.value, hops - 1) for each in self._assigned(name_of(node), node)
            )
        if kind in THROUGH or kind in ("conditional_expression", "ternary_expression", "conditional"):
            return any(self._composed(each, hops) for each in named_in(node))
        return False

    def _open(self, node: SgNode, use: SgNode, hops: int) -> bool:
        """Whether something in it is no constant, and nothing has made that harmless."""
        self._step()
        kind = node.kind()
        if kind in LITERALS:
            return False
        if kind in NAMES:
            name = name_of(node)
            if _CONSTANT.match(name) or kind == "constant" or self._checked(name, use):
                return False
            assigned = self._assigned(name, use) if hops else []
            return not assigned or any(self._open(each.value, each.value, hops - 1) for each in assigned)
        text = node.text()[:LONGEST]
        if kind in ACCESS:
            if self._checked_access(text, use):
                return False
            return bool(self._grammar.sources.search(text)) or not (_CONSTANT.match(text) or _HARMLESS.search(text))
        if kind in CALLS:
            callee = callee_of(node)
            if self._grammar.cleaners.search(callee) or _PLACEHOLDERS.search(text) or _HARMLESS.search(text):
                return False
            arguments = node.field("arguments") or last_in(node)
            if _MAKES_TEXT.search(callee) and arguments is not None:
                receiver = node.field("receiver") or node.field("object")
                return any(self._open(each, use, hops) for each in (arguments, receiver) if each is not None)
            return True
        if kind in ("conditional_expression", "ternary_expression", "conditional"):
            return any(self._open(each, use, hops) for each in named_in(node)[1:])
        if kind in self._kinds or (kind == "cast_expression" and _NUMBER_CAST.match(text)):
            return False
        return any(self._open(each, use, hops) for each in named_in(node))

    def _reached(self, node: SgNode, use: SgNode, hops: int, lines: list[int]) -> bool:
        self._step()
        kind = node.kind()
        if kind in LITERALS or kind in self._kinds:
            return False
        text = node.text()[:LONGEST]
        line = node.range().start.line + 1
        if kind == "cast_expression" and _NUMBER_CAST.match(text):
            return False
        if kind in NAMES:
            name = name_of(node)
            if self._grammar.sources.search(text):
                lines.append(line)
                return True
            if self._checked(name, use):
                return False
            for each in self._assigned(name, use) if hops else ():
                if self._reached(each.value, each.value, hops - 1, lines):
                    lines.append(each.line)
                    return True
            return self._handed(name, use, lines)
        if kind in CALLS:
            callee = callee_of(node)
            if self._grammar.cleaners.search(callee):
                return False
            if self._grammar.sources.search(f"{callee}("):
                lines.append(line)
                return True
            receiver = node.field("object") or node.field("receiver") or node.field("function")
            if receiver is not None and receiver.kind() not in NAMES and self._reached(receiver, use, hops, lines):
                return True
            if receiver is not None and node.field("object") is not None and self._reached(receiver, use, hops, lines):
                return True
            if _CARRIES.search(callee):
                arguments = node.field("arguments") or last_in(node)
                return arguments is not None and self._reached(arguments, use, hops, lines)
            return False
        if kind in ACCESS:
            if self._grammar.sources.search(text) and not self._checked_access(text, use):
                lines.append(line)
                return True
            if _HARMLESS.search(text):
                return False
            children = named_in(node)
            return bool(children) and self._reached(children[0], use, hops, lines)
        if kind in ("conditional_expression", "ternary_expression", "conditional"):
            return any(self._reached(each, use, hops, lines) for each in named_in(node)[1:])
        return any(self._reached(each, use, hops, lines) for each in named_in(node))

    def _handed(self, name: str, use: SgNode, lines: list[int]) -> bool:
        """Whether a parameter of the function around says that a stranger fills it."""
        for scope in use.ancestors():
            if scope.kind() in self._kinds and (parameters := scope.field("parameters")):
                for each in named_in(parameters):
                    text = each.text()[:LONGEST]
                    if self._grammar.parameter.search(text) and name in _WORD.findall(text):
                        lines.append(each.range().start.line + 1)
                        return True
        return False

    def _checked(self, name: str, use: SgNode) -> bool:
        """Whether the function compares the name with a list, a pattern or a prefix before it is used."""
        if not name:
            return False
        start, end = self._scope(use)[0], use.range().end.index
        before = self._source.text[max(start, end - 20_000) : end]
        return re.search(_GUARD.replace("NAME", re.escape(name)), before) is not None

    def _checked_access(self, text: str, use: SgNode) -> bool:
        return len(text) < 80 and self._checked(text, use)

    def _scope(self, node: SgNode) -> tuple[int, int]:
        for each in node.ancestors():
            if each.kind() in self._kinds:
                return span_of(each)
        return (0, len(self._source.text))

    def _assigned(self, name: str, use: SgNode) -> list[_Assigned]:
        """What a name may hold where it is used, the latest first."""
        if not name or name not in self._assignments:
            return []
        at = use.range().start.index
        scopes = [span_of(each) for each in use.ancestors() if each.kind() in self._kinds]
        for scope in [*scopes, (0, len(self._source.text))]:
            found = []
            for each in reversed(self._assignments[name].get(scope, ())):
                # What is being assigned does not count, or `a = a + b` would ask itself.
                if each.at >= at or each.value.range().start.index <= at < each.value.range().end.index:
                    continue
                found.append(each)
                if not each.adds and each.block[0] <= at < each.block[1]:
                    break
            if found:
                return found[:20]
        return []

    def _names(self, node: SgNode) -> list[str]:
        if node.kind() in NAMES:
            return [name_of(node)]
        rule = {"rule": {"any": [{"kind": "identifier"}]}}
        if self._source.language == "php":
            rule = {"rule": {"any": [{"kind": "variable_name"}]}}
        return list(dict.fromkeys(name_of(each) for each in node.find_all(rule)))  # type: ignore[call-overload]

    @cached_property
    def _assignments(self) -> dict[str, dict[tuple[int, int], list[_Assigned]]]:
        """By name and scope, in the order of the text."""
        found: dict[str, dict[tuple[int, int], list[_Assigned]]] = defaultdict(lambda: defaultdict(list))
        fields = self._grammar.assignments
        rule = {"rule": {"any": [{"kind": kind} for kind in fields]}}
        for node in self._root.find_all(rule):  # type: ignore[call-overload]
            name_field, value_field = fields[node.kind()]
            name = node.field(name_field)
            value = node.field(value_field) if value_field else last_in(node)
            if name is None or value is None or span_of(name) == span_of(value):
                continue
            adds = node.kind() in BINARY or any(each in ("+=", ".=", "<<=") for each in operators_in(node))
            scope = block = (0, len(self._source.text))
            for each in node.ancestors():
                kind = each.kind()
                if block[0] == 0 and ("block" in kind or "body" in kind or kind == "compound_statement"):
                    block = span_of(each)
                if kind in self._kinds:
                    scope = span_of(each)
                    break
            start = node.range().start
            assigned = _Assigned(start.index, start.line + 1, block, value, adds)
            for word in _bound(name):
                found[word][scope].append(assigned)
        return found


def _bound(target: SgNode) -> list[str]:
    """The names that an assignment's left side gives a value."""
    if target.kind() in NAMES:
        return [name_of(target)]
    if target.kind() in ACCESS:
        return []
    return list(dict.fromkeys(_WORD.findall(target.text()[:200])))
