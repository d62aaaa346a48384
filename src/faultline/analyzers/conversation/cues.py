"""Cues: what people write when something matters, in the languages that support desks read most.

The patterns are data (`cues/*.toml`). All of one kind of speaker are matched in one pass over a sentence (`re2.Set`:
one automaton for all, time linear in the text). One kind may take away another in the same sentence: "not urgent" is
no urgency, "cancel my order" is nobody leaving.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import re2

from faultline.analyzers.conversation.sentences import Sentence, fold
from faultline.analyzers.conversation.words import data

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_CANCELS = {"calm": "urgent", "stays": "churn", "wish": "praise"}


class CueSet:
    """All cues of one kind of speaker; `name` is that of the file."""

    def __init__(self, name: str) -> None:
        found = data(name)
        options = re2.Options()
        options.log_errors = False
        options.max_mem = 64 << 20
        self._set = re2.Set.SearchSet(options)
        self._kinds: list[str] = []
        for kind, patterns in found["cues"].items():
            for pattern in patterns:
                self._set.Add(_written_out(pattern, found["words"]))
                self._kinds.append(kind)
        self._set.Compile()

    def find(self, folded: str) -> frozenset[str]:
        """The kinds of cues in a folded sentence."""
        kinds = {self._kinds[at] for at in self._set.Match(folded) or ()}
        for kind, other in _CANCELS.items():
            if kind in kinds:
                kinds.discard(other)
        return frozenset(kinds)


def _written_out(pattern: str, words: dict[str, str]) -> str:
    for _ in range(2):  # a word may be made of others
        for name, alternatives in words.items():
            pattern = pattern.replace(f"<{name}>", alternatives)
    # Escapes such as \W mean something else in small letters.
    return _FOREIGN.sub(lambda found: fold(found.group(0)), pattern)


@cache
def cue_set(name: str) -> CueSet:
    """The cues of a file: of the speaker `customer` or `agent`, of an `intent` or a `topic`. Compiled once."""
    return CueSet(name)


@lru_cache(maxsize=8192)
def _agent(folded: str) -> frozenset[str]:
    """Remembered: agents and bots say the same again and again."""
    return cue_set("agent").find(folded)


def cues(sentence: Sentence, *, customer: bool) -> frozenset[str]:
    """The kinds of cues in a sentence, as its speaker means them."""
    return cue_set("customer").find(sentence.folded) if customer else _agent(sentence.folded)
