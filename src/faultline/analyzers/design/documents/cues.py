"""Cues: word lists that are looked for in a sentence all at once.

A `Lexicon` holds the ways in which one concept is put, "sent again" or "retries" for a repeated call. They are written
as phrases of words, with commas between them:

    cues("retr*, send/sends/sent .. again, every # ms")

- a word stands for itself, and with `'s` at its end; hyphens in texts separate words (`re-sent` is `re sent`);
- `*` at its end stands for any ending; what stands before it has four letters or more;
- `/` parts alternatives of one word;
- `..` stands for up to four words of any kind but "not" and "never", commas between them included;
- `#` stands for a number, with or without a unit; `#t` for a duration ("2 s", "ten minutes"), `#ms` for one in
  milliseconds, `#s` for one in seconds or longer, `#few` for a number of one or two digits.

A sentence is read once against all lexicons: each phrase is filed under its most telling word, so the time grows with
the words of a text and hardly with the number of phrases. No regular expression is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

_FILED = 4
"""Letters that a beginning is filed under; words are filed whole."""
_GAP = 4
_WORD = re.compile(r"\d+(?:[.,]\d+)*[\w%]*|[a-z_\u00c0-\u024f'][\w']*|[%∞❌✗✘]|[;:.!?()\"]|(?<= )->?(?= )")
_UNITS = frozenset(
    {"ms", "s", "sec", "secs", "seconds", "min", "mins", "minute", "minutes", "h", "hour", "hours", "day", "days"}
    | {"week", "weeks", "milliseconds", "millisecond", "month", "months", "year", "years"}
)
_COUNTS = frozenset(
    {"a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "ten", "twelve", "fifteen", "twenty"}
    | {"thirty", "forty", "sixty", "half"}
)
_DURATION = re.compile(rf"\d[\d.,]*(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})$")
_MILLIS = re.compile(r"\d[\d.,]*(?:ms|millis\w+)$")
_SECONDS = re.compile(_DURATION.pattern.replace("(?:", "(?!m(?:s|illis))(?:", 1))
_STOPS = frozenset(';:.!?()"-')
_DENYING = frozenset({"not", "never", "neither", "nor", "none", "nobody", "nothing"})
"""No gap goes over one: "passwords are not stored as plain text" has no "passwords .. plain text"."""
_EVERYDAY = frozenset(
    {"from", "with", "that", "this", "have", "been", "when", "they", "them", "then", "than", "into", "will", "each"}
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One word of a phrase: its alternatives, whole words and beginnings; a gap or a number where there are none."""

    words: frozenset[str]
    stems: tuple[str, ...]
    gap: bool = False
    number: re.Pattern[str] | None = None
    telling: int = 0
    """How well a phrase is filed under it; 0 if it cannot be."""
    filed: tuple[str, ...] = ()
    """What a phrase is then filed under."""

    @property
    def plain(self) -> frozenset[str]:
        """The words that can stand here, where those are all; empty where others can, or none need to."""
        return frozenset() if self.stems or self.gap or self.number else self.words

    def fits(self, word: str) -> bool:
        """Whether a word of a text can stand here."""
        if word in self.words:
            return True
        if self.number:
            return bool(self.number.match(word))
        return bool(self.stems) and word.startswith(self.stems)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a lexicon: the slots left and right of the one it is filed under, both going outwards."""

    anchor: Slot
    left: tuple[Slot, ...]
    right: tuple[Slot, ...]

    def at(self, words: Sequence[str], index: int) -> Span | None:
        """The first and last word it takes with its anchor at `index`; None if it does not fit."""
        if self.anchor.stems and not self.anchor.fits(words[index]):
            return None
        last = index + 1 == len(words)  # most phrases fall with the next word
        if self.right and not self.right[0].gap and (last or not self.right[0].fits(words[index + 1])):
            return None
        if self.left and not self.left[0].gap and (not index or not self.left[0].fits(words[index - 1])):
            return None
        first = _follow(self.left, words, index, -1) if self.left else index
        if first is None:
            return None
        end = _follow(self.right, words, index, 1) if self.right else index
        return None if end is None else (first, end)


def _follow(slots: Sequence[Slot], words: Sequence[str], index: int, step: int) -> int | None:
    """The index of the last word that a run of slots takes, going one way; None if they do not fit."""
    reached = [index]
    for slot in slots:
        following = []
        for each in reached:
            if slot.gap:
                following.append(each)
                at = each
                for _ in range(_GAP):
                    at += step
                    if not 0 <= at < len(words) or words[at] in _STOPS or words[at] in _DENYING:
                        break
                    following.append(at)
            elif 0 <= each + step < len(words) and slot.fits(words[each + step]):
                following.append(each + step)
        if not following:
            return None
        reached = list(dict.fromkeys(following))
    return reached[0]


_NUMBERS = {"#": re.compile(r"\d"), "#t": _DURATION, "#ms": _MILLIS, "#s": _SECONDS, "#few": re.compile(r"\d{1,2}$")}


@cache
def _slot(written: str) -> Slot:
    if written == "..":
        return Slot(frozenset(), (), gap=True)
    if written in _NUMBERS:
        return Slot(frozenset(), (), number=_NUMBERS[written])
    choices = [each.removesuffix("'s") for each in written.split("/")]
    words = [each for each in choices if not each.endswith("*")]
    stems = [each[:-1] for each in choices if each.endswith("*")]
    telling = 1 + min(map(len, (*words, *stems)))
    if any(len(each) < _FILED for each in stems):
        telling = 0
    elif not _EVERYDAY.isdisjoint(choices):
        telling = 1
    filed = dict.fromkeys((*words, *(each[:_FILED] + "*" for each in stems)))
    return Slot(frozenset(words), tuple(stems), telling=telling, filed=tuple(filed))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The ways in which one concept is put; `+` joins two. Equal is only what is the same object."""

    written: tuple[str, ...] = ()

    def __add__(self, other: Lexicon) -> Lexicon:
        return Lexicon(self.written + other.written)

    def __bool__(self) -> bool:
        return bool(self.written)

    @cached_property
    def phrases(self) -> tuple[tuple[tuple[str, ...], Phrase], ...]:
        """The phrases, each with what it is filed under.

        Raises:
            ValueError: a phrase has no word that it can be filed under.

        """
        return tuple(map(_phrase, self.written))


def _phrase(written: str) -> tuple[tuple[str, ...], Phrase]:
    slots = [_slot(each) for each in written.replace("-", " ").split()]
    at = max(range(len(slots)), key=lambda each: slots[each].telling)
    anchor = slots[at]
    if not anchor.telling:
        raise ValueError(f"the cue {written!r} has no word that it can be filed under")
    return anchor.filed, Phrase(anchor, tuple(reversed(slots[:at])), tuple(slots[at + 1 :]))


def cues(*written: str) -> Lexicon:
    """A lexicon of phrases with commas between them."""
    phrases = (" ".join(each.split()) for text in written for each in text.split(","))
    return Lexicon(tuple(each for each in phrases if each))


NOTHING = Lexicon()


def _tokens(text: str) -> tuple[list[str], list[Span]]:
    """The words of a text and where they stand; a number and its unit of time are one word: "2 s" is `2s`."""
    words: list[str] = []
    spans: list[Span] = []
    for each in _WORD.finditer(text):
        word = each[0].removesuffix("'s")
        if word in _UNITS or word == "second":
            last = words[-1] if words else ""
            if last[:1].isdigit() and last[-1].isdigit():
                words[-1], spans[-1] = last + word, (spans[-1][0], each.end())
                continue
            if last in _COUNTS and word != "second":
                words[-1], spans[-1] = "1" + word, (spans[-1][0], each.end())
                continue
        words.append(word)
        spans.append(each.span())
    return words, spans


class Heard:
    """What a sentence holds of each lexicon."""

    def __init__(self, text: str, found: Mapping[Lexicon, Sequence[Span]]) -> None:
        self.text = text
        self._found = found

    @property
    def lexicons(self) -> Iterable[Lexicon]:
        """All that are heard."""
        return self._found.keys()

    def of(self, lexicon: Lexicon) -> Sequence[Span]:
        """Where a lexicon is heard: characters of the text, in their order."""
        return self._found.get(lexicon, ())


class _Drawer:
    """The phrases that are filed under a word: those with a plain neighbour by that one, and all others."""

    __slots__ = ("alone", "following", "last")

    def __init__(self) -> None:
        self.alone: list[tuple[Phrase, Lexicon]] = []
        self.following: dict[str, list[tuple[Phrase, Lexicon]]] = {}
        self.last: dict[str, list[tuple[Phrase, Lexicon]]] = {}


class Ear:
    """Hears lexicons in sentences.

    A phrase whose next word is a plain one is filed under both, else one whose last word is: of 60 phrases that have a
    word in common with a sentence, 25 remain to be looked at, and half of them are single words.
    """

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._filed: dict[str, _Drawer] = {}
        for lexicon in dict.fromkeys(lexicons):
            for filed, phrase in lexicon.phrases:
                following, last = (slots[0].plain if slots else () for slots in (phrase.right, phrase.left))
                for key in filed:
                    drawer = self._filed.setdefault(key, _Drawer())
                    for word in following:
                        drawer.following.setdefault(word, []).append((phrase, lexicon))
                    for word in () if following else last:
                        drawer.last.setdefault(word, []).append((phrase, lexicon))
                    if not following and not last:
                        drawer.alone.append((phrase, lexicon))

    def hear(self, text: str) -> Heard:
        """Read a sentence, in lower case."""
        words, spans = _tokens(text)
        found: dict[Lexicon, list[Span]] = {}
        filed = self._filed
        for index, word in enumerate(words):
            for drawer in (filed.get(word), filed.get(word[:_FILED] + "*")):
                if drawer is None:
                    continue
                near = drawer.alone
                if drawer.following and index + 1 < len(words) and (more := drawer.following.get(words[index + 1])):
                    near = near + more
                if drawer.last and index and (more := drawer.last.get(words[index - 1])):
                    near = near + more
                for phrase, lexicon in near:
                    span = phrase.at(words, index)
                    if span:
                        found.setdefault(lexicon, []).append((spans[span[0]][0], spans[span[1]][1]))
        for spans in found.values():
            spans.sort()
        return Heard(text, found)
