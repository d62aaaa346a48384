"""ast-grep: tree-sitter's trees, and patterns over them."""

from __future__ import annotations

import re

from ast_grep_py import SgRoot

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source

UNKNOWN = frozenset({Language.DOCKERFILE, Language.WORKFLOW, Language.TERRAFORM})
"""Languages of ours that ast-grep brings no grammar for."""

MOST_TEXT = 2_000_000
"""Characters that are parsed: a second or so."""
MOST_DEPTH = 500
"""How deep a tree may be. To say what a node lies in takes time in its depth, so that 20,000 additions in one
expression take 7 s a pattern."""

_BRACKET = re.compile(r"[(\[{]|[)\]}]")
_STATEMENT = re.compile(r"[;{}]")
_OPENS = re.compile(r"(<\?(?:php\b|=))")
_VISIBLE = re.compile(r"[^\n]")
_LONG = 4_000
_MANY = 300


def parse(source: Source) -> SgRoot | None:
    """The tree of a source; None where ast-grep does not know its language, or `source.unread` says why."""
    if source.language is None or source.language in UNKNOWN:
        return None
    if len(source.text) > MOST_TEXT:
        source.unread["syntax"] = f"longer than {MOST_TEXT:,} characters"
        return None
    text = _only_php(source.text) if source.language is Language.PHP else source.text
    root = SgRoot(text, source.language.value)
    if _suspicious(source.text) and _deep(root):
        source.unread["syntax"] = f"nested deeper than {MOST_DEPTH} levels"
        return None
    return root


def _only_php(text: str) -> str:
    """A page's code alone, each character at its place, for ast-grep's grammar knows no markup around it.

    `?>` becomes `;`, and `<?= x` becomes `$_= x`.
    """

    def blank(markup: str) -> str:
        return _VISIBLE.sub(" ", markup)

    opened, *rest = _OPENS.split(text)
    if not rest:
        return text
    parts = [blank(opened)]
    for at in range(0, len(rest), 2):
        tag, body = rest[at], rest[at + 1]
        code, closed, markup = body.partition("?>")
        parts += [tag if not at and tag != "<?=" else "$_=" if tag == "<?=" else " " * len(tag), code]
        parts += ["; ", blank(markup)] if closed else []
    return "".join(parts)


def _suspicious(text: str) -> bool:
    """Whether the tree may be deep; it takes longer to be sure."""
    if text.count("else") > _MANY or max(map(len, _STATEMENT.split(text))) > _LONG:
        return True
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        if match[0] in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif depth:
            depth -= 1
    return deepest > _MANY // 2


def _deep(root: SgRoot) -> bool:
    level = [root.root()]
    for _ in range(MOST_DEPTH):
        level = [child for node in level for child in node.children()]
        if not level:
            return False
    return True
