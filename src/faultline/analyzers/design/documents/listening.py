"""Listening: which wordings a sentence may be about, found for all of them at once.

Most sentences are about none of the hundred wordings. Keys of expressions are filed under their first three letters and
cues under their first four, so a sentence is read once for all of them and its time does not grow with their number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from faultline.analyzers.design.documents.cues import Ear, Heard, Lexicon
from faultline.analyzers.design.documents.markdown import Sentence
from faultline.analyzers.design.documents.together import Passage, Together, states
from faultline.analyzers.design.documents.wording import Wording

_FILED = 3
"""Letters that a key is filed under; shorter keys are tried in every sentence."""
_CLAUSE = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.? [A-Z]")
"""How a numbered clause begins: "2.3 Health: ..." says nothing of 2.2, though they are one paragraph."""
_BESIDE = 2
"""Sentences on each side that are beside one."""
MAX_HEARD = 900
"""Characters of a sentence that are listened to."""


class _Index:
    """The keys and cues of some wordings."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self.keys: dict[str, list[tuple[str, int]]] = {}
        self.short: list[tuple[str, int]] = []
        self.hazards: dict[Lexicon, list[tuple[Together, int]]] = {}
        lexicons: list[Lexicon] = []
        for at, wording in enumerate(wordings):
            for key in wording.keys:
                place = self.short if len(key) < _FILED else self.keys.setdefault(key[:_FILED], [])
                place.append((key, at))
            for each in wording.together:
                self.hazards.setdefault(each.cues[-1], []).append((each, at))
                lexicons += filter(None, each.lexicons)
        self.ear = Ear(lexicons)


@lru_cache(maxsize=4)
def _index(wordings: tuple[Wording, ...]) -> _Index:
    return _Index(wordings)


class Listening:
    """Reads the sentences of one document.

    Args:
        said: the sentences in their order.
        wordings: what is listened for.
        normal: from the text of a sentence to what wordings see.

    """

    def __init__(self, said: Sequence[Sentence], wordings: Sequence[Wording], normal: Callable[[str], str]) -> None:
        self._said = said
        self._index = _index(tuple(wordings))
        self._normal = normal
        self._blocks: dict[tuple[int, int], list[int]] = {}
        self._clauses: list[int] = []
        clause = 0
        for at, each in enumerate(said):
            clause = at if _CLAUSE.match(each.text) else clause
            if each.block:
                self._blocks.setdefault((each.block, clause), []).append(at)
            self._clauses.append(clause)
        self._heard: dict[str, Heard] = {}

    def concerned(self, text: str) -> set[int]:
        """Which wordings have a key in a normal text: their indexes."""
        found = {at for key, at in self._index.short if key in text}
        filed = self._index.keys
        for start in {text[at : at + _FILED] for at in range(len(text) - _FILED + 1)}:
            for key, at in filed.get(start, ()):
                if at not in found and key in text:
                    found.add(at)
        return found

    def faults(self, at: int, text: str) -> set[int]:
        """Which wordings the sentence at an index states by cues, given its normal text: their indexes."""
        heard = self._hear(text)
        near = [each for lexicon in heard.lexicons for each in self._index.hazards.get(lexicon, ())]
        if not near:
            return set()
        passage = self._passage(at, heard)
        return {wording for each, wording in near if states(each, passage)}

    def _passage(self, at: int, heard: Heard) -> Passage:
        said = self._said[at]
        block = self._blocks.get((said.block, self._clauses[at]), [at])
        near = range(max(0, at - _BESIDE), min(len(self._said), at + _BESIDE + 1)) if said.column < 0 else ()
        before = [each for each in block if each < at][-1:] if said.column < 0 else []
        around = [said.lead, said.section]
        if said.column >= 0:
            around = [*said.headers[said.column : said.column + 1], *said.row[:1], said.section]
        return Passage(
            heard,
            self._hear(self._normal(self._said[before[0]].text) if before else ""),
            self._hear(self._normal(". ".join(around))),
            [self._hear(self._normal(self._said[each].text)) for each in block if each != at],
            [
                self._hear(self._normal(self._said[each].text))
                for each in near
                if each not in block and self._said[each].column < 0 and self._said[each].trail == said.trail
            ],
        )

    def _hear(self, text: str) -> Heard:
        if text not in self._heard:
            self._heard[text] = self._index.ear.hear(text[:MAX_HEARD])
        return self._heard[text]
