"""Whom a sentence speaks of: components by name, and by the noun that only one of them ends in ("the engine")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.system.model import Component
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_THE: Final = regex(r"\b[Tt]he ([a-z]{4,20})\b(?! [a-z]+ing\b)|\b[Oo]ur ([a-z]{4,20})\b")
_LAST: Final = regex(r"([A-Za-z]{4,20})\W*$")
_PRONOUN: Final = regex(r"(?:it|they|this service)\b|(?:asks?|calls?|reads?|writes?|sends?)\b", re.IGNORECASE)
_KINDS: Final[Mapping[str, ComponentRole]] = {
    "broker": ComponentRole.QUEUE,
    "queue": ComponentRole.QUEUE,
    "database": ComponentRole.STORE,
    "cache": ComponentRole.CACHE,
}


class Referring:
    """Names of components in the sentences of texts, in the order in which they stand there."""

    def __init__(self, components: Sequence[Component]) -> None:
        self.vocabulary = Vocabulary(components)
        heads: dict[str, set[str]] = {}
        for each in components:
            if found := _LAST.search(each.name):
                heads.setdefault(found[1].lower(), set()).add(each.id)
        for word, role in _KINDS.items():
            heads[word] = {each.id for each in components if each.role == role}
        self._heads = {word: next(iter(ids)) for word, ids in heads.items() if len(ids) == 1}
        self._owners: dict[tuple[str, int], str] = {}
        self._blocks: dict[str, dict[int, Sentence]] = {}

    def named(self, text: str) -> list[str]:
        """The ids of those that a text names, each once."""
        spoken = self.vocabulary.spoken(text)
        found = [(each.start, each.component) for each in spoken]
        for match in _THE.finditer(text[:2000]):
            word = match[1] or match[2]
            inside = any(each.start <= match.end() - 1 < each.end for each in spoken)
            if word in self._heads and not inside:
                found.append((match.start(), self._heads[word]))
        return list(dict.fromkeys(id for _, id in sorted(found)))

    def of(self, document: MarkdownDocument, said: Sentence) -> list[str]:
        """The ids that a sentence names, before them whom its row is about, or its paragraph where it says "it"."""
        found = self.named(said.text)
        if said.row and said.column > 0 and not found:
            found = self.named(said.row[0])
        owner = self.vocabulary.find(said.row[0]) if said.row and said.column > 0 else self._owner(document, said)
        if owner and owner not in found and (said.row or _PRONOUN.match(said.text)):
            return [owner, *found]
        return found

    def _first(self, document: MarkdownDocument) -> Mapping[int, Sentence]:
        """The first sentence of each paragraph, item or row."""
        if document.path not in self._blocks:
            known = self._blocks[document.path] = {}
            for each in document.sentences:
                known.setdefault(each.block, each)
        return self._blocks[document.path]

    def _owner(self, document: MarkdownDocument, said: Sentence) -> str | None:
        """The component that a paragraph begins with, as its name alone or as its subject; else its section's."""
        key = document.path, said.block
        if key not in self._owners:
            first = self._first(document).get(said.block, said)
            begun = next(iter(self.vocabulary.spoken(first.text[:80])), None)
            id = (
                begun.component
                if begun and not first.text[: begun.start].strip("*`_ ").lower().strip("theour ")
                else ""
            )
            self._owners[key] = (
                id or next(filter(None, (self.vocabulary.find(title) for title in said.trail[:0:-1])), "") or ""
            )
        return self._owners[key] or None
