"""MarkedTree: a tree over the nodes of PyYAML's C parser. Slow, exact, and the measure of the fast one.

It reads what the fast parser refuses (unknown tags, keys that are no text, more aliases than that one likes, keys that
are there twice) and says what is wrong, with line and column, where the text is no YAML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any, Final

import yaml

from faultline.analyzers.design.documents.text import Unreadable
from faultline.analyzers.design.documents.tree import Pointer, Repeated

MAX_EXPANDED: Final = 500_000
"""Nodes of one document when all its aliases are written out. 13 MB of JSON have 300,000."""
_MERGE: Final = "tag:yaml.org,2002:merge"


class _Loader(yaml.CSafeLoader):  # type: ignore[misc]  # it has no types
    """PyYAML with the scalars of YAML 1.2's core schema, and merge keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own form


_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+|0b[01]+")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
for _tag, _pattern, _first in (
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    ("null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    ("int", re.compile(rf"(?:{_INT.pattern})\Z"), "-+0123456789"),
    ("float", re.compile(rf"(?:{_FLOAT.pattern})\Z"), "-+.0123456789"),
    ("merge", re.compile(r"<<\Z"), "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, list(_first))


class MarkedTree:
    r"""See the top of this module.

    Args:
        text: one document, with `\n` at the ends of lines.
        before: lines before it in its file.

    Raises:
        Unreadable: it is no YAML, an alias stands within its own anchor, or too much comes of its aliases.

    """

    def __init__(self, text: str, before: int = 0) -> None:
        self._text = text
        self._before = before
        self._node = compose(text, before)
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._pairs: dict[int, dict[str, tuple[Any, Any]]] = {}
        self._made: dict[int, Any] = {}
        self._sizes: dict[int, int] = {}
        self.repeated: list[Repeated] = []
        self.nodes = 0
        self.data: Any = None
        if self._node is not None:
            self.data = self._make(self._node, ())
            self.nodes = self._sizes[id(self._node)]

    def line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        return self._line(self._find(pointer)[1].start_mark) if self._node else self._before + 1

    def key_line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        return self._line(self._find(pointer)[0].start_mark) if self._node else self._before + 1

    def end_line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        if self._node is None:
            return self._before + 1
        node = self._find(pointer)[1]
        start, end = node.start_mark.index, self._end(node)
        return self._before + bisect_left(self._breaks, max(end - 1, start)) + 1

    def _end(self, node: Any) -> int:
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode):
            if node.style in ("|", ">"):
                end = start + len(self._text[start:end].rstrip())
        elif not node.flow_style:
            # The end mark of a block is where the next thing starts. Its last line is that of its last value, which may
            # look like a comment; or that of an alias, whose node is elsewhere.
            while end > start:
                line = max(self._text.rfind("\n", start, end) + 1, start)
                content = self._text[line:end].strip()
                if content and (content[0] != "#" or line == start):
                    break
                end = line - 1
            if node.value:
                last = node.value[-1]
                last = self._end(last[1] if isinstance(node, yaml.MappingNode) else last)
                end = max(end, last) if last <= node.end_mark.index else end
        return end

    def _line(self, mark: Any) -> int:
        # By the index: PyYAML's lines also end at characters that no editor ends them at (U+0085, U+2028).
        return self._before + bisect_left(self._breaks, mark.index) + 1

    def _find(self, pointer: Pointer) -> tuple[Any, Any]:
        key = node = self._node
        for part in pointer:
            if isinstance(node, yaml.MappingNode):
                pair = self._pairs_of(node).get(str(part))
                if pair is None:
                    break
                key, node = pair
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
                key = node = node.value[part]
            else:
                break
        return key, node

    def _pairs_of(self, node: Any) -> dict[str, tuple[Any, Any]]:
        """Key and value of a map by the key's text, merged ones first; the last of equal ones holds."""
        found = self._pairs.get(id(node))
        if found is None:
            found = {}
            own: dict[str, tuple[Any, Any]] = {}
            for key, value in node.value:
                merged = _merged(key, value)
                if merged is None:
                    own[self._name(key)] = (key, value)
                else:
                    for each in reversed(merged):
                        found |= self._pairs_of(each)
            found = self._pairs[id(node)] = found | own
        return found

    def _name(self, key: Any) -> str:
        if not isinstance(key, yaml.ScalarNode):
            start = key.start_mark
            raise self._wrong(start, "a key is a list or a map; write it as text, in quotes where it has brackets")
        return str(key.value)

    def _make(self, node: Any, pointer: Pointer) -> Any:
        if id(node) in self._made:
            made = self._made[id(node)]
            if made is _PENDING:
                raise _recursion(self._text, self._before)
            return made
        size = 1
        if isinstance(node, yaml.ScalarNode):
            made = _scalar(node)
        else:
            self._made[id(node)] = _PENDING
            if isinstance(node, yaml.MappingNode):
                made = self._map(node, pointer)
                # What is merged counts as well: it is written out too.
                size += sum(self._sizes[id(value)] for _, value in self._pairs_of(node).values())
            else:
                made = [self._make(each, (*pointer, place)) for place, each in enumerate(node.value)]
                size += sum(self._sizes[id(each)] for each in node.value)
        if size > MAX_EXPANDED:
            raise self._wrong(
                node.start_mark,
                f"its aliases stand for more than {MAX_EXPANDED:,} values; write out what is meant, or less of it",
            )
        self._made[id(node)] = made
        self._sizes[id(node)] = size
        return made

    def _map(self, node: Any, pointer: Pointer) -> dict[str, Any]:
        first: dict[str, Any] = {}
        for key, value in node.value:
            merged = _merged(key, value)
            for each in merged or ():
                self._make(each, pointer)
            if merged is None:
                name = self._name(key)
                if name in first:
                    lines = self._line(first[name].start_mark), self._line(key.start_mark)
                    self.repeated.append(Repeated((*pointer, name), *lines))
                first.setdefault(name, key)
                self._make(value, (*pointer, name))
        return {name: self._made[id(value)] for name, (_, value) in self._pairs_of(node).items()}

    def _wrong(self, mark: Any, reason: str) -> Unreadable:
        line, column = place_of(self._text, mark.index)
        return Unreadable(self._before + line, column, reason)


_PENDING: Final = object()


def compose(text: str, before: int = 0) -> Any:
    """PyYAML's node of a document; None for one without content.

    Raises:
        Unreadable: it is no YAML.

    """
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _told(error, text, before) from None
    except yaml.reader.ReaderError as error:
        line, column = place_of(text, error.position if isinstance(error.position, int) else 0)
        code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
        reason = f"the character U+{code:04X} may not stand in YAML; remove it"
        raise Unreadable(before + line, column, reason) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(before + 1, 1, f"it is no YAML that can be read ({type(error).__name__})") from None
    finally:
        loader.dispose()


def place_of(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, from 1. PyYAML's own lines also end at characters where no editor ends one."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def too_deep(text: str, limit: int) -> int | None:
    """The line, from 1, on which lists and maps first stand deeper in one another than a limit; None where they do not.

    The parser's events are read one by one, so nothing recurses, and none is read after the one that is too much.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > limit:
                    return place_of(text, event.start_mark.index)[0]
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass  # Whoever reads the text says what is wrong with it.
    return None


def _recursion(text: str, before: int) -> Unreadable:
    open_: list[str | None] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            open_.pop()
        elif isinstance(event, yaml.AliasEvent) and event.anchor in open_:
            line, column = place_of(text, event.start_mark.index)
            reason = (
                f"the alias *{event.anchor} stands within its own anchor, which has no end; write out what is meant"
            )
            return Unreadable(before + line, column, reason)
    return Unreadable(before + 1, 1, "an alias stands within its own anchor, which has no end; write out what is meant")


def _merged(key: Any, value: Any) -> list[Any] | None:
    """The maps that a merge key brings; None for another key, and for one that brings no maps."""
    if key.tag != _MERGE:
        return None
    merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
    return merged if all(isinstance(each, yaml.MappingNode) for each in merged) else None


def _scalar(node: Any) -> Any:
    value, tag = node.value, node.tag.removeprefix("tag:yaml.org,2002:")
    if tag == "null":
        return None
    if tag == "bool":
        return value.lower() == "true" if value.lower() in ("true", "false") else value
    if tag == "int" and _INT.fullmatch(value):
        if len(value) > 1_000:
            return float("inf")  # Python refuses to read that many digits.
        return int(value, 0) if value[:2] in ("0x", "0o", "0b") else int(value)
    if tag in ("int", "float") and _FLOAT.fullmatch(value):
        return float(value.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return value


_HINTS: Final = (
    ("expected <block end>", "the indentation does not fit the lines before it"),
    ("did not find expected key", "the indentation does not fit the lines before it, or a colon is missing"),
    ("did not find expected '-' indicator", "the indentation does not fit the items before it"),
    ("mapping values are not allowed", "there is a colon where none can be; put a text with `: ` in it in quotes"),
    ("could not find expected ':'", "a colon is missing after the key, or a text needs quotes"),
    ("did not find expected ',' or ']'", "a list is not closed; a comma or `]` is missing"),
    ("did not find expected ',' or '}'", "a map is not closed; a comma or `}` is missing"),
    ("found unexpected end of stream", "a text in quotes is not closed"),
    ("found undefined alias", "the alias has no anchor; there must be an `&` of that name before it"),
    (
        "found unknown escape character",
        "a backslash in double quotes starts no escape that there is; use single quotes",
    ),
    ("undefined tag handle", "the tag's handle is not declared; add a %TAG line or use another tag"),
    ("block sequence entries are not allowed", "a list cannot start here; put it on a line of its own"),
    ("did not find expected node content", "a value is missing here"),
    ("did not find expected <document start>", "the document has ended already; put `---` before the next one"),
)


_ENDS: Final = "more must follow: a bracket or a quote before it is not closed, or a value is missing"


def _told(error: yaml.MarkedYAMLError, text: str, before: int) -> Unreadable:
    problem, context = error.problem or "it is no YAML", error.context_mark
    mark = error.problem_mark or context
    if mark is None:
        return Unreadable(before + 1, 1, problem)
    at_end = not text[mark.index :].strip()
    if context is not None and (at_end or "could not find expected ':'" in problem):
        mark = context  # That it is missed only later, or at the end of the file, helps nobody.
    rest = text[mark.index : mark.index + 1]
    if "cannot start any token" in problem and rest == "\t":
        reason = "there is a tab where YAML wants spaces; indent with spaces"
    elif "cannot start any token" in problem:
        reason = f"no value can start with {rest!r}; put it in quotes"
    else:
        reason = next((hint for sign, hint in _HINTS if sign in problem), problem)
    if not text[mark.index :].strip():
        line, column = place_of(text, max(len(text.rstrip()) - 1, 0))
        return Unreadable(before + line, column, f"the text ends where {_ENDS}")
    line, column = place_of(text, mark.index)
    opened = place_of(text, context.index)[0] if context is not None and "closed" in reason else 0
    if 0 < opened < line:
        reason += f" (it starts on line {before + opened})"
    return Unreadable(before + line, column, reason, before + opened if opened else 0)
