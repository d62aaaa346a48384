"""Words in a document that say that something is not to be told: a comment, or `x-faultline-ignore`.

    web:  # faultline: ignore[resilience/no-health-check] the load balancer looks after it       YAML, Terraform
    <!-- faultline: ignore[resilience/*] a sketch -->                                            Markdown
    %% faultline: ignore[consistency/*] drawn before the split                                   mermaid; ' in PlantUML
    x-faultline-ignore: [{rule: security/no-authentication, reason: public by intent}]           OpenAPI, JSON, compose

A comment is about its line, or, alone on a line, about the next one that is not empty; on the line of a key it is about
all that stands below that key, on a heading about the section, on the first line of a block about the block.
`ignore-file` among the first 20 lines is about the whole file. `x-faultline-ignore` is about the node that it stands
in. Rules are named by globs of their ids, or by a weakness such as `CWE-319`; without brackets all are meant. A reason
is asked for: without one the finding stays, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.spot import Spot
from faultline.core.globs import rule_matches
from faultline.core.patterns import regex

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.terraform import TerraformBlock

KEY: Final = "x-faultline-ignore"
HEAD_LINES: Final = 20
MAX_DIRECTIVES: Final = 2_000
MAX_REASON: Final = 200
_HINT: Final = "faultline:"
_MARKS: Final = {
    "markdown": r"<!--|%%",
    "diagram": r"%%|'|//|#|<!--",
    "terraform": r"#|//|/\*",
}
_FORM: Final = r"[ \t]{0,5}faultline:[ \t]{0,3}ignore(-file)?(?![\w-])(?:\[([^\]\n]{0,400})\])?(.{0,400})"
_PATTERNS: Final = {kind: regex(f"(?:{marks}){_FORM}", re.IGNORECASE) for kind, marks in _MARKS.items()}
_PLAIN: Final = regex(f"#{_FORM}", re.IGNORECASE)
_ENDS: Final = regex(r"(?:--+>|\*/|'/)[ \t]*$")


class Word(NamedTuple):
    """What one of them says: which rules it names, none for all, and why."""

    rules: tuple[str, ...]
    reason: str

    def covers(self, names: Sequence[str]) -> bool:
        """Whether it means a rule that goes by these names."""
        return not self.rules or any(rule_matches(each, name) for each in self.rules for name in names)


class Words:
    """Those of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        any_ = "aultline" in document.text  # in both, and mostly nowhere
        self._commented = any_ and "aultline:" in document.text
        self._keyed = any_ and KEY in document.text

    @property
    def any(self) -> bool:
        """Whether there is one; asking costs one search of the text."""
        return self._commented or self._keyed

    def about(self, spot: Spot, names: Sequence[str]) -> Word | None:
        """The word that means a rule at this spot; one with a reason before one without."""
        found = None
        for word in self._at(spot) if self.any else ():
            if word.covers(names):
                if word.reason:
                    return word
                found = found or word
        return found

    def _at(self, spot: Spot) -> Iterator[Word]:
        if self._keyed and spot.pointer is not None:
            yield from _of_nodes(spot)
        if self._commented and self._by_line:
            yield from self._by_line.get(0, ())
            for line in _lines_above(spot):
                yield from self._by_line.get(line, ())
            if spot.pointer is None:
                for start, end, word in self._ranges:
                    if start < spot.line <= end:
                        yield word

    @cached_property
    def _by_line(self) -> dict[int, list[Word]]:
        """The comments by the line that they are about; those about the whole file by 0."""
        pattern = _PATTERNS.get(self._document.kind, _PLAIN)
        lines = self._document.lines
        told: dict[int, list[Word]] = {}
        left = MAX_DIRECTIVES
        for number, line in enumerate(lines, 1):
            if len(line) > 4_000 or _HINT not in line.lower() or not left:
                continue
            found = pattern.search(line)
            if found is None or (found[1] and number > HEAD_LINES):
                continue
            left -= 1
            alone = not line[: found.start()].strip()
            target = 0 if found[1] else _next(lines, number) if alone else number
            told.setdefault(target, []).append(_word(found[2], found[3]))
        return told

    @cached_property
    def _ranges(self) -> list[tuple[int, int, Word]]:
        """What comments on headings and blocks are about, beside their own line: first and last line."""
        ends = _ends(self._document)
        return [
            (line, ends[line], word) for line, words in sorted(self._by_line.items()) for word in words if line in ends
        ]


_KEPT: Final = "_words"


def words_of(document: Document) -> Words:
    """Those of a document, which are looked for once: to search 4 MB is 0.002 s, and all agents ask."""
    kept = vars(document)
    if _KEPT not in kept:
        kept[_KEPT] = Words(document)  # Two that ask at once make two equal ones.
    found: Words = kept[_KEPT]
    return found


def _word(rules: str | None, rest: str) -> Word:
    reason = _ENDS.sub("", rest.strip()).strip(" \t:;,-")
    named = tuple(each for each in re.split(r"[\s,]+", rules or "") if each)
    return Word(named, reason[:MAX_REASON] if any(map(str.isalnum, reason)) else "")


def _next(lines: Sequence[str], number: int) -> int:
    """The next line that is neither empty nor another such comment."""
    for at in range(number + 1, min(number + 8, len(lines)) + 1):
        if lines[at - 1].strip() and _HINT not in lines[at - 1].lower():
            return at
    return number + 1


def _lines_above(spot: Spot) -> Iterator[int]:
    """The lines of the keys that a spot stands below, its own included; of an object of Kubernetes its first line."""
    if spot.pointer is None:
        yield from range(spot.line, min(max(spot.end_line, spot.line), spot.line + 50) + 1)
        return
    tree = spot.tree or spot.document.tree
    assert tree is not None
    for depth in range(len(spot.pointer), 0, -1):
        yield tree.key_line_of(spot.pointer[:depth])
    if spot.document.kind == "kubernetes" or not spot.pointer:
        yield tree.line_of(())


def _of_nodes(spot: Spot) -> Iterator[Word]:
    """What the nodes that a spot stands in say."""
    tree = spot.tree or spot.document.tree
    node: Any = tree.data if tree else None
    for part in (*(spot.pointer or ()), None):
        if isinstance(node, dict):
            yield from _said(node.get(KEY))
            node = node.get(part) if part is not None else None
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return


def _said(value: Any) -> Iterator[Word]:
    for each in (value if isinstance(value, list) else [value])[:100]:
        if isinstance(each, dict) and isinstance(each.get("rule"), str):
            reason = each.get("reason")
            yield _word(each["rule"], reason if isinstance(reason, str) else "")


def _ends(document: Document) -> dict[int, int]:
    """By the first line of a section or block its last one."""
    if sections := document.sections:
        ends = {}
        for place, section in enumerate(sections):
            last = section.end_line
            for other in sections[place + 1 :]:
                if other.level <= section.level:
                    break
                last = other.end_line
            ends[section.line] = last
        return ends
    if document.kind != "terraform":
        return {}
    from faultline.analyzers.design.documents.terraform import TerraformDocument  # here: few documents are of its kind

    return dict(_of_blocks(document.blocks)) if isinstance(document, TerraformDocument) else {}


def _of_blocks(blocks: Sequence[TerraformBlock]) -> Iterator[tuple[int, int]]:
    for block in blocks:
        yield block.line, block.end_line
        yield from _of_blocks(block.blocks)
