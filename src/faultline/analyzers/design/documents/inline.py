"""Text without markup, and its sentences with their lines. Every expression is linear: bounded, and not nested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_CODE = re.compile(r"(`{1,3})([^`\n]{1,400})\1")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\n]{0,600}\)")
_LINK = re.compile(r"\[([^\[\]]{1,400})\](?:\([^()\n]{0,600}\)|\[[^\[\]\n]{0,100}\])")
_AUTOLINK = re.compile(r"<((?:https?|mailto)[^<>\s]{1,400})>")
_DEFINITION = re.compile(r"^\[[^\[\]\n]{1,100}\]:\s.*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--[^<]{0,2000}-->")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
_STRUCK = re.compile(r"~~[^~\n]{1,600}~~")
_STRONG = re.compile(
    r"\*{2,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.,:;!?)])_{1,3}(?!\w)|(?<![\w\\])\*(?=\w)|(?<=[\w.,:;!?)%])\*(?!\w)"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~&])")
_BOX = re.compile(r"\s{0,3}\[([ xX])\]\s+")
_CROSS = "❌✗✘🚫⛔❎✖"
_CHECK = "✅✓✔☑🟢"
_MARK = re.compile(rf"\s*(?:([{_CROSS}☐🔴])|([{_CHECK}]))\ufe0f?\s*")
# A sentence ends at a full stop that is followed by a capital, a digit or a quote; a line ends one where the next is
# marked as a thing of its own: a label in bold, a mark. Labels lose their stars before, so the caller leaves U+2029.
_END = re.compile(
    rf"(?<=[.!?])[\"')\]]{{0,3}}(\s+)(?=[A-Z0-9\"'(\[{_CROSS}{_CHECK}])|(\u2029)|( {{2,}}\n|\\\n)"
    rf"|(\n(?=\s{{0,3}}[{_CROSS}{_CHECK}]))"
)
_LABEL = re.compile(r"\n(?=(?:\*\*|__)[^*_\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__)\s?:))")
# Sentences begin with names that are written small, too: "... four pods. `stock` answers ...". Once the marks are gone
# nothing shows it.
_NAMED = re.compile(r"(?<=[\w)%][.!?])(\s)(?=(?:\*\*|`)[a-z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|cf|incl|excl|max|min|resp|No|no|Nr|Dr|Mr|Ms|St|Fig|Sec|sec|ver"
    r"|v)|\b[A-Za-z])\.$"
)


def plain(text: str) -> str:
    """Text without markup, on as many lines as before. What is struck through is withdrawn and left out."""
    if "[" in text or "]" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", _DEFINITION.sub("", text)))
    if "<" in text:
        text = _TAG.sub(" ", _AUTOLINK.sub(r"\1", _COMMENT.sub(_blank, text)))
    if "~~" in text:
        text = _STRUCK.sub("", text)
    if "`" in text or "**" in text:
        text = _NAMED.sub(_ended, text)
    if "`" in text:
        text = _CODE.sub(r"\2", text)
    if "*" in text or "_" in text:
        text = _STRONG.sub("", _LABEL.sub("\u2029\n", text))
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return unescape(text) if "&" in text else text


def _ended(match: re.Match[str]) -> str:
    short = _ABBREVIATION.search(match.string, max(match.start() - 12, 0), match.start())
    return match[1] if short else f"\u2029{match[1]}"


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def checked(text: str) -> tuple[bool | None, str]:
    """Whether a box or mark before a text is ticked (None without one), and the text behind it."""
    if box := _BOX.match(text):
        return box[1] != " ", text[box.end() :]
    if mark := _MARK.match(text):
        return mark[2] is not None, text[mark.end() :]
    return None, text


def split(text: str) -> Iterator[tuple[str, int, int, bool | None]]:
    """The sentences of a text: words, first and last line (from 0, within the text), and the mark before it."""
    start = line = 0
    for end in _ends(text):
        part = text[start:end]
        yield from _sentence(part, line)
        line += part.count("\n")
        start = end


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if match[1] is None or not _ABBREVIATION.search(text, max(match.start(1) - 12, 0), match.start(1)):
            yield match.end()
    yield len(text)


def _sentence(part: str, line: int) -> Iterator[tuple[str, int, int, bool | None]]:
    mark, words = checked(part)
    first = line + part[: len(part) - len(words)].count("\n") if mark is not None else line
    lead = len(words) - len(words.lstrip())
    first += words.count("\n", 0, lead)
    told = words.strip().replace("\u2029", "")
    if told:
        yield " ".join(told.split()), first, first + told.count("\n"), mark
