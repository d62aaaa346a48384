"""Whether two sentences that look alike say opposite or different things.

Vectors do not see it: "cancel my order" and "do not cancel my order" have a cosine of 0.956, and two people who have
changed places one of 0.996. So before an answer is used again, the two texts are compared word by word. Whatever looks
like a difference of meaning is one: a wrong refusal costs one call of a model, a wrong yes a wrong answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*(?:%|[^\W\d_]{1,2}\b)?|[^\W\d_]+(?:'[^\W\d_]+)?|[€$£¥]")
_NAME = re.compile(r"(?<![.!?\n]\s)(?<!^)(?<![\"'(])\b[A-Z][a-z][^\W\d_]*")

_NEGATION_WORDS = (
    "arent barely cannot cant couldnt didnt doesnt dont hadnt hardly hasnt havent isnt jamais kein keine neither "
    "never nicht nie no nobody none nor not nothing nowhere nunca pas shouldnt unable wasnt werent without wont "
    "wouldnt"
)
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_EXACT_WORDS = (
    "after again all almost always april august autumn before besides both december despite double dozen eight "
    "either eleven every except february fifth fifty five following forty four fourth friday half hundred if "
    "instead january july june last march midnight million monday next nine noon november october often only "
    "previous rarely saturday second september seven since six sometimes spring summer sunday ten than third "
    "thirty thousand three thursday till today tomorrow tonight triple tuesday twelve twenty twice two unless "
    "until wednesday weekend winter yesterday yet zero"
)
_EXACT = frozenset(_EXACT_WORDS.split())
"""Words that have to stand in both sentences or in neither."""
_PREFIXES = ("un", "dis", "in", "non", "mis", "de", "im", "ir", "il", "over", "under")
_PLACES = frozenset(("to", "from", "than", "before", "after", "over", "by", "into", "via", "for", "against"))
_ASKING = re.compile(
    r"^(?:(?:hi|hello|hey|please|ok|so|well)\b[ ,]*)*"
    r"(?:(?:can|could|would|will) you (?:please )?(?:help|tell|show|explain|let)"
    r"(?: to)?(?: me| us)?(?: know)?|i (?:want|need|would like|was wondering|wonder|d like) (?:to|if) ?)?\b"
)
_PERSONS = {
    **dict.fromkeys(("i", "me", "my", "mine", "we", "us", "our", "ours"), "1"),
    **dict.fromkeys(("you", "your", "yours"), "2"),
    **dict.fromkeys(("he", "him", "his"), "he"),
    **dict.fromkeys(("she", "her", "hers"), "she"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "they"),
}
_PLAIN_WORDS = (
    "a about also am an and are as at be been but by can could did do does done for from get got had has have "
    "hello help here hi how i im in is it its ive just like me mine my need now of on or please should so still "
    "thank thanks that the there these this those to want was we were what when where which who why will with "
    "would you your"
)
_PLAIN = frozenset(_PLAIN_WORDS.split()) | frozenset(_PERSONS)
_LIGHT_WORDS = (
    "a an the i we me us my our it its is are am be was were been do does did have has had can could would will please"
    " get got"
)
_LIGHT = frozenset(_LIGHT_WORDS.split())
"""Words that may stand for each other without a difference."""
_SHORT = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "n't": " not",
    "'m": " am",
    "'ve": " have",
    "'re": " are",
    "'ll": " will",
    "'d": " would",
    "'s": " is",
}
ALIKE = 0.75
"""Share of content words in common from which on their order has to be the same."""


@dataclass(frozen=True, slots=True)
class _Said:
    words: tuple[str, ...]
    stems: tuple[str, ...]
    content: tuple[str, ...]
    names: tuple[str, ...]


def differ(one: str, other: str) -> str | None:
    """What makes two sentences say different things, in a word; None where nothing is seen to.

    Args:
        one: a sentence, in any language; what is known of words is English, the rest is compared as it is.
        other: another one, in either order.

    """
    first, second = _read(one), _read(other)
    if _numbers(first) != _numbers(second):
        return "number"
    if _denies(first, second):
        return "negation"
    if set(first.words) & _EXACT != set(second.words) & _EXACT:
        return "condition"
    if set(first.names) - set(second.words) or set(second.names) - set(first.words):
        return "name"
    if _opposed(first, second):
        return "opposite"
    if _replaced(first, second):
        return "word"
    return "order" if _swapped(first, second) else None


def _read(text: str) -> _Said:
    plain = text.replace("\u2019", "'").replace("\u02bc", "'")
    lowered = plain.lower()
    for short, long in _SHORT.items():
        lowered = lowered.replace(short, long)
    lowered = _ASKING.sub("", lowered.strip(), count=1)
    words = tuple(found.group(0) for found in _TOKEN.finditer(lowered))
    stems = tuple(map(_stem, words))
    content = tuple(stem for word, stem in zip(words, stems, strict=True) if word not in _PLAIN)
    names = tuple(found.group(0).lower() for found in _NAME.finditer(plain) if found.group(0).lower() not in _PLAIN)
    return _Said(words, stems, content, tuple(name for name in names if name not in _EXACT))


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    for ending, rest in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "eed")):
            word = word.removesuffix(ending) + rest
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


@cache
def _sides() -> dict[str, list[tuple[int, int]]]:
    """For each stem the pairs it belongs to, and on which side it stands there."""
    sides: dict[str, list[tuple[int, int]]] = {}
    table = files("faultline.ai").joinpath("opposites.txt").read_text(encoding="utf-8")
    for number, line in enumerate(table.splitlines()):
        for side, group in enumerate(() if line.startswith("#") else line.split("|")):
            for word in group.split():
                sides.setdefault(_stem(word), []).append((number, side))
    return sides


def _numbers(said: _Said) -> Counter[str]:
    return Counter(word.replace(",", "") for word in said.words if word[0].isdigit() or word in "€$£¥")


def _denied(said: _Said) -> list[str]:
    """The content word that follows each denial: what is denied."""
    pairs = tuple(zip(said.words, said.stems, strict=True))
    return [
        next((stem for after, stem in pairs[index + 1 :] if after not in _PLAIN and after not in _NEGATIONS), "")
        for index, (word, _) in enumerate(pairs)
        if word in _NEGATIONS
    ]


def _denies(one: _Said, other: _Said) -> bool:
    """Whether one denies more often, or something that the other says."""
    mine, theirs = _denied(one), _denied(other)
    if len(mine) != len(theirs):
        return True
    return bool((set(mine) - set(theirs)) & set(other.content) or (set(theirs) - set(mine)) & set(one.content))


def _opposed(one: _Said, other: _Said) -> bool:
    """Whether a word of one has its opposite in the other, where it does not stand as well."""
    sides = _sides()
    mine, theirs = set(one.stems), set(other.stems)
    for here, there in ((mine - theirs, theirs - mine), (theirs - mine, mine - theirs)):
        opposed = {(number, side) for stem in there for number, side in sides.get(stem, ())}
        for stem in here:
            if any(number == n and side != s for number, side in sides.get(stem, ()) for n, s in opposed):
                return True
            if any(prefix + stem in there for prefix in _PREFIXES):
                return True
    return False


def _replaced(one: _Said, other: _Said) -> bool:
    """Whether they differ in one word only, in whose place another one stands.

    Most opposites are made like this, and no table has all of them; paraphrases mostly change more, or only add.
    """
    if not set(one.words) & set(other.words):
        return False
    weighty = tuple(
        Counter(stem for word, stem in zip(said.words, said.stems, strict=True) if word not in _LIGHT)
        for said in (one, other)
    )
    pairs = ((Counter(one.content), Counter(other.content)), weighty)
    return any((mine - theirs).total() == 1 == (theirs - mine).total() for mine, theirs in pairs)


def _swapped(one: _Said, other: _Said) -> bool:
    """Whether the same words stand in another order, which may make another one of them the doer."""
    named = set(one.names) | set(other.names)
    if [word for word in one.words if word in named] != [word for word in other.words if word in named]:
        return True
    if _aims(one) != _aims(other):
        return True
    mine, theirs = Counter(one.content), Counter(other.content)
    common = mine & theirs
    if common.total() < ALIKE * max(mine.total(), theirs.total()):
        return False
    if [word for word in one.content if word in common] != [word for word in other.content if word in common]:
        return True
    speakers = _persons(one.words), _persons(other.words)
    return all(speakers) and speakers[0] != speakers[1]


def _aims(said: _Said) -> frozenset[tuple[str, str]]:
    """What follows `to`, `from` and the like, where both ends are named: only then can they be the other way round."""
    aims = {(word, stem) for (word, stem) in _following(said) if word in _PLACES}
    return frozenset(aims) if {"to", "from"} <= {word for word, _ in aims} else frozenset()


def _following(said: _Said) -> list[tuple[str, str]]:
    kept = [(word, stem) for word, stem in zip(said.words, said.stems, strict=True)
            if word not in _PLAIN or word in _PLACES]  # fmt: skip
    return [(word, stem) for (word, _), (_, stem) in pairwise(kept)]


def _persons(words: Sequence[str]) -> tuple[str, ...]:
    """Who is spoken of, in the order in which they come up first."""
    return tuple(dict.fromkeys(_PERSONS[word] for word in words if word in _PERSONS))
