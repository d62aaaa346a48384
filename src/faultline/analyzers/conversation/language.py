"""The language a customer writes in: by script, and in the Latin and Cyrillic ones by the most frequent words.

The word lists are our own (`cues/language.toml`). They also say which words never make a key phrase.
"""

from __future__ import annotations

import re
from collections import Counter

from faultline.analyzers.conversation.sentences import fold
from faultline.analyzers.conversation.words import data

MAX_LOOKED_AT = 1_500
"""Characters; more does not change the answer."""

_WORDS: dict[str, str] = data("language")
_SCRIPTS = (
    ("ja", 0x3040, 0x30FF), ("ko", 0xAC00, 0xD7AF), ("ko", 0x1100, 0x11FF), ("zh", 0x4E00, 0x9FFF),
    ("zh", 0x3400, 0x4DBF), ("cyrl", 0x400, 0x52F), ("el", 0x370, 0x3FF), ("he", 0x590, 0x5FF), ("ar", 0x600, 0x6FF),
    ("ar", 0x750, 0x77F), ("hi", 0x900, 0x97F), ("bn", 0x980, 0x9FF), ("ta", 0xB80, 0xBFF), ("te", 0xC00, 0xC7F),
    ("th", 0xE00, 0xE7F), ("ka", 0x10A0, 0x10FF), ("hy", 0x530, 0x58F),
)  # fmt: skip
_LETTERS_OF = {
    "de": "ßäöü", "es": "ñ¿¡áíé", "pt": "ãõçêàáíé", "fr": "çœêèùàé", "it": "èùòìà", "sv": "äöå", "fi": "äö",
    "da": "åøæ", "no": "åøæ", "pl": "łążęźść", "cs": "řěůščžáíé", "tr": "öüçğşı", "hu": "öőűáíé", "ro": "țșă",
    "vi": "êăđươ", "uk": "іїє", "ru": "ыёэ",
}  # fmt: skip
_LETTERS = {
    letter: tuple(language for language, letters in _LETTERS_OF.items() if letter in letters)
    for letter in frozenset("".join(_LETTERS_OF.values()))
}
_PERSIAN, _URDU = frozenset("پچژگک"), frozenset("ٹڈڑںےہ")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def _profiles() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each word with the languages that use it; one that many use says little."""
    users: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in dict.fromkeys(fold(words).split()):
            users.setdefault(word, []).append(language)
    return {word: tuple((each, 1 / len(used)) for each in used) for word, used in users.items()}


_PROFILES = _profiles()
FUNCTION_WORDS = {language: frozenset(fold(words).split()) for language, words in _WORDS.items()}
"""By language; folded."""
LATIN = frozenset(FUNCTION_WORDS) - {"ru", "uk"}
"""The languages that are told apart by their words and share English's letters."""
UNKNOWN = "und"
"""ISO 639-2: undetermined."""


def detect(plain: str, folded: str) -> tuple[str, float]:
    """The language of a text and how sure that is.

    Args:
        plain: the text, accents kept.
        folded: the same without accents, in small letters.

    Returns:
        An ISO 639-1 code, or "und" where nothing tells; 0 to 1.

    """
    plain, folded = plain[:MAX_LOOKED_AT], folded[:MAX_LOOKED_AT]
    scripts = Counter[str]() if plain.isascii() else _scripts(plain)
    latin = sum(map(str.isalpha, folded)) - scripts.total()
    if scripts and (most := scripts.most_common(1)[0])[1] * 2 > latin:
        # Kana decides: Japanese is written with Chinese characters too.
        script = "ja" if scripts["ja"] and most[0] == "zh" else most[0]
        share = scripts[most[0]] / max(1, scripts.total() + latin)
        if script == "ar":
            script = "ur" if _URDU & set(plain) else "fa" if _PERSIAN & set(plain) else "ar"
        if script != "cyrl":
            return script, round(min(0.99, 0.6 + 0.4 * share), 2)
        return _by_words(plain, folded, among=("ru", "uk"), otherwise="ru")
    return _by_words(plain, folded, among=None, otherwise=UNKNOWN)


def _scripts(text: str) -> Counter[str]:
    found = Counter[str]()
    for char, count in Counter(text).items():
        code = ord(char)
        if code >= 0x370:
            name = next((name for name, first, last in _SCRIPTS if first <= code <= last), None)
            if name and char.isalpha():
                found[name] += count
    return found


def _by_words(plain: str, folded: str, among: tuple[str, ...] | None, otherwise: str) -> tuple[str, float]:
    words = _WORD.findall(folded)
    scores: dict[str, float] = {}
    for word in words:
        for language, weight in _PROFILES.get(word, ()):
            scores[language] = scores.get(language, 0.0) + weight
    if not plain.isascii():
        for char in sorted(set(plain.lower()) & _LETTERS.keys()):
            told = _LETTERS[char]
            for language in told:
                scores[language] = scores.get(language, 0.0) + 1.5 / len(told)
    if among:
        scores = {language: score for language, score in scores.items() if language in among}
    if not scores:
        return otherwise, 0.55 if among else 0.2
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if score < 0.4:
        return otherwise, 0.3
    margin = (score - second) / (score + second)
    seen = min(1.0, score / 3)
    return best, round(min(0.99, 0.55 + 0.25 * margin * seen + 0.2 * seen), 2)
