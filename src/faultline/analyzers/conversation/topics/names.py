"""Names of topics: two or three words that set a topic apart from all others, in the order in which people use them.

A word counts by how many people say it, so that nobody's repetition names a topic. It scores by its share of the
topic's sentences times the logarithm of how much larger that is than its share of all (class-based TF-IDF:
Grootendorst, 2022, section 3.3); the second and third must stand in the same sentences as the first. Forms of a word
are one.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

SPEAKERS = 3
"""People who have to use a word before it may name anything: the name of one customer never does."""
WORDS = 3
TOGETHER = 0.12
"""Least share of the sentences with the words so far that hold the next one."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_PARTICLES = frozenset(["up", "off", "out", "down", "back"])
_MASK = re.compile(r"\[[a-z][a-z -]*\]")
_STOP_WORDS = (
    "a able about above after again all already also am an and any anymore anyone anything are aren't as ask asked "
    "at auf be because been before being below between both but by can can't cannot cant che con could couldn't das "
    "de den der des di did didn't didnt die do does doesn't doesnt doing don't done dont down du during e each ein "
    "eine either el else en es est et ever every few for from further für get gets getting give go goes going gone "
    "got had hadn't has hasn't have haven't having he hello help her here hers hey hi him his how however i i'd "
    "i'll i'm i've ich if il im in into is isn't isnt ist it it's its itself ive je just keep keeps know la las le "
    "les let let's like lo long look looking los made make many may me mi might mine mit more most much must my "
    "myself ne need needed needs nicht no non nor not now of off ok okay on once one only onto or other our ours "
    "out over own para pas per please por possible put que really right same se see seem seems she should shouldn't "
    "show sie since so some somebody someone something soon still such sure take tell than thank thanks that that's "
    "the their theirs them then there there's these they thing things this those though through till to told too "
    "took tried try trying two un und under une until up us use used using very via von want wanted wants was "
    "wasn't way we well went were weren't what what's whats when where where's which while who who's whom whose why "
    "will wir with without won't wondering would wouldn't y yes yet you you'd you'll you're you've your yours "
    "yourself zu"
)
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence of a topic, who said it, and how many others it stands for."""

    person: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Use:
    weight: float
    people: int
    place: float


def stem(word: str) -> str:
    """What the forms of an English word have in common; enough to tell that `cards` and `card` are one."""
    word, _, particle = word.partition(" ")
    if particle:
        return f"{stem(word)} {particle}"
    word = word.removesuffix("'s").removesuffix("\u2019s")
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending) + rest
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def words(text: str) -> list[str]:
    """The words that may name something, in their order, in lower case."""
    spoken = [found.group(0).lower().replace("\u2019", "'") for found in _WORD.finditer(_MASK.sub(" ", text))]
    return [
        # `top up` is one word here: alone neither says anything.
        f"{word} {after}" if after in _PARTICLES else word
        for word, after in zip(spoken, [*spoken[1:], ""], strict=False)
        if word not in _STOP and len(word) > 1
    ]


def name_all(topics: Mapping[int, Sequence[Spoken]]) -> dict[int, str]:
    """Name topics, each by what the others are not about; no two alike as long as there are words for it."""
    everywhere: defaultdict[str, float] = defaultdict(float)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    read: dict[int, list[tuple[Spoken, list[str]]]] = {}
    for topic, sentences in topics.items():
        read[topic] = []
        for sentence in sentences:
            spoken = words(sentence.text)
            stems = [stem(word) for word in spoken]
            for one, form in zip(stems, spoken, strict=True):
                forms[one][form] += 1
            for one in set(stems):
                everywhere[one] += sentence.weight
            read[topic].append((sentence, stems))
    total = sum(sentence.weight for pairs in read.values() for sentence, _ in pairs) or 1.0
    shown = {one: min(counted, key=lambda form: (-counted[form], form)) for one, counted in forms.items()}
    taken: set[tuple[str, ...]] = set()
    names = {}
    for topic, pairs in read.items():
        chosen = _choose(pairs, everywhere, total, taken)
        taken.add(tuple(sorted(chosen)))
        names[topic] = " ".join(shown[one] for one in chosen)
    return names


def _choose(
    pairs: Sequence[tuple[Spoken, list[str]]],
    everywhere: Mapping[str, float],
    total: float,
    taken: set[tuple[str, ...]],
) -> list[str]:
    uses = _uses(pairs)
    here = sum(sentence.weight for sentence, _ in pairs) or 1.0
    scores = {
        one: use.weight / here * math.log(1.0 + (use.weight / here) / (everywhere[one] / total))
        for one, use in uses.items()
        if use.people >= SPEAKERS
    }
    ranked = sorted(scores, key=lambda one: (-scores[one], one))
    if not ranked:
        return []
    chosen = ranked[:1]
    for _ in range(len(ranked)):
        full = len(chosen) >= WORDS and tuple(sorted(chosen)) not in taken
        following = None if full or len(chosen) > WORDS else _next(chosen, ranked, scores, pairs)
        if following is None:
            break
        chosen.append(following)
    return sorted(chosen, key=lambda one: (uses[one].place, one))


def _next(
    chosen: Sequence[str], ranked: Sequence[str], scores: Mapping[str, float], pairs: Sequence[tuple[Spoken, list[str]]]
) -> str | None:
    beside: defaultdict[str, float] = defaultdict(float)
    of = 0.0
    for sentence, stems in pairs:
        if chosen[0] in stems:
            of += sentence.weight
            for one in set(stems):
                beside[one] += sentence.weight
    fitting = [one for one in ranked if one not in chosen and beside[one] >= TOGETHER * of]
    return max(fitting, key=lambda one: (scores[one] * beside[one], one), default=None)


def _uses(pairs: Sequence[tuple[Spoken, list[str]]]) -> dict[str, _Use]:
    weights: defaultdict[str, float] = defaultdict(float)
    people: defaultdict[str, set[int]] = defaultdict(set)
    places: defaultdict[str, list[float]] = defaultdict(list)
    for sentence, stems in pairs:
        for one in set(stems):
            weights[one] += sentence.weight
            people[one].add(sentence.person)
            places[one].append(stems.index(one) / len(stems))
    return {one: _Use(weights[one], len(people[one]), fmean(places[one])) for one in weights}
