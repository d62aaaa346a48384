"""Nasty YAML: texts with every form of a node that YAML has, in random nesting, and what PyYAML marks in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import yaml

from faultline.analyzers.design.documents.tree import Pointer

_WORDS = ("a", "name", "x-y", "ключ", "é", "200", "a b", "it's", "url", "日本")
_PLAIN = (
    "1",
    "text",
    "two words",
    "http://x:80/y",
    "a#b",
    "é",
    "-1.5",
    "true",
    "~",
    "null",
    "a'b",
    'a"b',
    "2024-01-01",
    "x:y",
)


class Nasty:
    """Writes one document.

    Args:
        seed: the same one gives the same text.
        depth: of maps and lists in one another.

    """

    def __init__(self, seed: int, depth: int = 4) -> None:
        self._random = random.Random(seed)
        self._depth = depth
        self._anchors: list[str] = []
        self._pending: list[str] = []

    def text(self) -> str:
        """A document of some lines."""
        lead = self._some("", "", "\n", "# c\n", "# c\n\n  # d\n")
        body = self._block(0, self._depth, self._chance(0.7))
        return lead + body.lstrip("\n") + self._some("", "\n", "\n# end\n", "\n\n")

    def _chance(self, of: float) -> bool:
        return self._random.random() < of

    def _some(self, *of: str) -> str:
        return self._random.choice(of)

    def _comment(self) -> str:
        return self._some("", "", "", " # c", "  # it's: [a")

    def _break(self, indent: int) -> str:
        """The end of a line, with blank lines and comments."""
        between = self._some("", "", "", "", "\n", " " * indent + "# c\n", "# at the margin\n", "   \n")
        return self._comment() + "\n" + between

    def _props(self) -> str:
        """Anchor and tag, sometimes on a line of their own."""
        found = ""
        if self._chance(0.1):
            name = f"n{self._random.randrange(10**9)}"
            self._pending.append(name)
            found += f"&{name} "
        return found

    def _block(self, indent: int, depth: int, is_map: bool) -> str:
        """Entries of a block, each on lines of its own; begins in the column of the first one."""
        pad = " " * indent
        entries = []
        keys = self._random.sample(_WORDS, self._random.randint(1, 4))
        for place in range(len(keys)):
            if is_map:
                lead = self._key(keys[place]) + self._some(":", ":", ":", " :")
                entries.append(lead + self._value(indent, depth - 1, in_map=True))
            else:
                entries.append("-" + self._value(indent, depth - 1, in_map=False))
        return pad + pad.join(each + ("" if each.endswith("\n") else self._break(indent)) for each in entries)

    def _key(self, word: str) -> str:
        if "'" in word:
            return f'"{word}"'
        return self._some(word, word, word, f"'{word}'", f'"{word}"')

    def _value(self, indent: int, depth: int, *, in_map: bool) -> str:
        """What follows a colon or a dash; an alias may stand for it only when it is over."""
        before = len(self._pending)
        text = self._any(indent, depth, in_map)
        self._anchors += self._pending[before:]
        del self._pending[before:]
        return text

    def _any(self, indent: int, depth: int, in_map: bool) -> str:
        step = self._random.choice((2, 2, 1, 4))
        inner = " " * (indent + step)
        kind = self._random.random()
        if depth > 0 and kind < 0.35:
            is_map = self._chance(0.5)
            if not in_map and self._chance(0.6):
                # Compact: the first entry stands on the line of the dash.
                spaces = self._random.choice((1, 1, 3))
                return " " * spaces + self._block(indent + 1 + spaces, depth, is_map).lstrip(" ")
            props = self._props()
            indentless = in_map and not is_map and self._chance(0.4)
            return (
                f" {props}".rstrip()
                + self._break(indent)
                + self._block(indent if indentless else indent + step, depth, is_map)
            )
        if depth > 0 and kind < 0.5:
            if self._chance(0.2):
                return self._break(indent) + inner + self._props() + self._flow(depth, inner)
            return " " + self._props() + self._flow(depth, inner)
        if kind < 0.55:
            return ""
        if kind < 0.6 and self._anchors:
            return " *" + self._random.choice(self._anchors)
        if kind < 0.72:
            return " " + self._props() + self._literal(inner)
        scalar = self._scalar(inner)
        if self._chance(0.1):
            return self._break(indent) + inner + scalar
        return " " + self._props() + scalar

    def _literal(self, inner: str) -> str:
        header = self._some("|", ">", "|-", ">+", "|+", ">-") + self._some("", "", " # c")
        lines = [inner + self._some("line", "- no item", "key: no key", "# no comment", "  more", "") for _ in range(3)]
        lines[0] = inner + "first"
        return (
            header
            + "\n"
            + self._some("", "\n")
            + "\n".join(each.rstrip() for each in lines)
            + "\n"
            + self._some("", "\n", "\n\n")
        )

    def _scalar(self, inner: str) -> str:
        kind = self._random.random()
        if kind < 0.5:
            return self._some(*_PLAIN)
        if kind < 0.65:
            return self._some("'it''s'", "''", f"'a\n{inner}b'", f"'a\n\n{inner}b: c'")
        if kind < 0.85:
            return self._some(
                '"\\n\\t\\u00e9"', '""', f'"a\n{inner}b"', f'"a \\\n{inner} b"', '"\\"- a\\\\"', '"\\_\\x41"'
            )
        return self._some(f"a\n{inner}b", f"a\n\n{inner}b c\n{inner}  d", f"two words\n{inner}- no item")

    def _flow(self, depth: int, inner: str) -> str:
        """A list or a map in brackets."""
        is_map = self._chance(0.5)
        count = self._random.randint(0, 3)
        keys = self._random.sample(_WORDS, count)
        items = []
        for each in keys:
            value = self._flow(depth - 1, inner) if depth > 1 and self._chance(0.3) else self._flow_scalar(inner)
            if is_map:
                value = self._key(each) + self._some(": ", ": ", f":\n{inner}", " : ") + value
                if self._chance(0.08):
                    value = self._key(each) + self._some("", ":")
            items.append(value)
        gap = self._some("", "", " ", f"\n{inner}", f" # c, ]\n{inner}")
        body = ("," + self._some(" ", "", f"\n{inner}", f" # c\n{inner}")).join(items)
        trailing = self._some("", "", ",") if items else ""
        return ("{" if is_map else "[") + gap + body + gap + trailing + gap + ("}" if is_map else "]")

    def _flow_scalar(self, inner: str) -> str:
        return self._some(
            "1", "two words", "'q, ]'", '"q \\" }"', f"a\n{inner}b", "x:y", "''", "~", "http://x/y", f"'a\n{inner}b'"
        )


def places(text: str) -> Iterator[tuple[Pointer, int, int, int | None]]:
    """Every node of a document by PyYAML: where, line of its key, line of the value, and last line where marks say it.

    They do not say it of blocks, whose end mark is where the next token starts.
    """
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    if node is not None:
        yield from _places((), node, node)


def _places(pointer: Pointer, key: Any, node: Any) -> Iterator[tuple[Pointer, int, int, int | None]]:
    start, end = node.start_mark, node.end_mark
    last = None
    if (isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">")) or (
        not isinstance(node, yaml.ScalarNode) and node.flow_style
    ):
        last = end.line + 1
    yield pointer, key.start_mark.line + 1, start.line + 1, last
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _places((*pointer, name.value), name, value)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _places((*pointer, place), value, value)
