"""Passwords and keys that a text writes out for people: `password: ...`, `login: user / ...`, a column of passwords.

Prose names a secret in words, so that the name tells little and the value must tell: it is one word, and mixed as
words are not (three of capitals, small letters, digits and signs), and no name of an algorithm, a path or a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.documents.genre import tells_design
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import elsewhere
from faultline.analyzers.design.security.values import is_mixed_word
from faultline.core.patterns import regex

_OURS: Final = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
"""Who speaks of a system of their own, even to those who use it; the manual of a tool shows examples."""

_OFTEN: Final = 3
_KIND: Final = (
    r"(?:passwords?|passwd|passphrase|passcode|pwd|pw|pin|secret|token|credentials?"
    r"|(?:api|access|secret|signing|account|shared)[ -]?key)"
)
_VALUE: Final = r"[\"'`(]{0,2}(?P<value>(?=\S{0,79}\d)[^\s\"'`|,;()<>=]{8,80})[\"'`)]{0,2}"
_NAMED: Final = regex(
    rf"\b{_KIND}\b(?: (?:for|of|to|in|on) (?:the |our "
    rf"|its )?[\w.'-]{{1,40}}(?: [\w.'-]{{1,40}}){{0,3}}?)?\s{{0,2}}(?::|=|\bis|\bwas)?\s{{0,2}}{_VALUE}",
    re.IGNORECASE,
)
_PAIR: Final = regex(
    rf"\b(?:log[- ]?in|credentials?|user(?:name)?"
    rf"|account)\b[^.;:=]{{0,40}}[:=(]?\s{{0,2}}[\w.@-]{{2,60}} ?(?:[/:]|(?=\()) ?{_VALUE}",
    re.IGNORECASE,
)
_COLUMN: Final = regex(rf"[\W_]*(?:[\w-]+ ){{0,2}}{_KIND}[\W_]*$", re.IGNORECASE)


def disclosed(document: MarkdownDocument) -> Iterator[tuple[int, str]]:
    """The lines of a text that write a secret out, and the secret."""
    ours = tells_design(document) or sum(1 for each in document.sentences if _OURS.search(each.text)) >= _OFTEN
    for said in document.sentences if ours else ():
        if len(said.text) > 900 or elsewhere(said):
            continue
        for value in _values(said):
            word = value.rstrip(".:!?") if not is_mixed_word(value) else value
            if is_mixed_word(word):
                yield said.line, word
                break


def _values(said: Sentence) -> Iterator[str]:
    if 0 <= said.column < len(said.headers) and _COLUMN.match(said.headers[said.column]):
        word = said.text.strip(" `\"'")
        if " " not in word and len(word) >= 8:
            yield word
    for pattern in (_NAMED, _PAIR):
        for found in pattern.finditer(said.text):
            yield found["value"]
