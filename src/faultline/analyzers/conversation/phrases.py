"""Key phrases of what the customer writes, as RAKE finds them.

Rose et al., "Automatic keyword extraction from individual documents" (2010): phrases are what stands between function
words and punctuation, a word weighs its degree over its frequency. Ours are of at most three words, and what everybody
writes to a support desk (problem, help, please) opens and closes none.
"""

from __future__ import annotations

import re
from collections import Counter

from faultline.analyzers.conversation.heard import Heard
from faultline.analyzers.conversation.language import FUNCTION_WORDS
from faultline.analyzers.conversation.sentences import Sentence
from faultline.analyzers.conversation.words import data
from faultline.core.results.conversation import Judged, Tier

MAX_PHRASES, MAX_WORDS = 5, 3
MAX_SENTENCES = 60

_WORD = re.compile(r"[^\W\d_][\w'-]*|[^\s\w'-]|\d\S*")
_GENERAL = frozenset(data("phrase")["general"].split())


def find(heard: Heard, language: str) -> tuple[Judged, ...]:
    """The best phrases, most telling first, each with the first sentence that has it.

    Nothing for languages that put no space between words.
    """
    stop = FUNCTION_WORDS.get(language, frozenset()) | FUNCTION_WORDS["en"] | _GENERAL
    frequency, degree = Counter[str](), Counter[str]()
    candidates: dict[tuple[str, ...], tuple[int, Sentence]] = {}
    whole: set[tuple[str, ...]] = set()
    told = [told for turn in heard.customer for told in turn.told][:MAX_SENTENCES]
    for each in told:
        for words in _candidates(each.sentence.folded, stop):
            frequency.update(words)
            for word in words:
                degree[word] += len(words)
            for part in dict.fromkeys((words, words[:2], words[-2:])):
                count, sentence = candidates.get(part, (0, each.sentence))
                candidates[part] = count + 1, sentence
            whole.add(words)
    scored = []
    for at, (words, (count, sentence)) in enumerate(candidates.items()):
        if count < 2 and words not in whole:
            continue  # a part says something only when it comes again
        score = sum(degree[word] / frequency[word] for word in words) * (1 + 0.8 * (count - 1))
        if len(words) == 1:
            # A single word says something when it comes again.
            score = 0.9 * frequency[words[0]] if len(words[0]) > 3 else 0.0
        if score > 0:
            scored.append((-score, at, words, sentence))
    scored.sort()
    chosen: list[Judged] = []
    taken: set[str] = set()
    for negative, _, words, sentence in scored:
        if len(chosen) == MAX_PHRASES:
            break
        if 2 * len(taken.intersection(words)) > len(words):
            continue
        taken.update(words)
        confidence = round(min(0.9, 0.4 + 0.06 * -negative), 2)
        chosen.append(Judged(value=" ".join(words), confidence=confidence, tier=Tier.RULES, quote=sentence.quote))
    return tuple(chosen)


def _candidates(folded: str, stop: frozenset[str]) -> list[tuple[str, ...]]:
    """What stands between stop words, numbers and punctuation; long ones lose their front."""
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for word in (*_WORD.findall(folded), "."):
        if word[0].isalpha() and word not in stop and 1 < len(word) <= 24 and ord(word[0]) < 0x2E80:
            run.append(word)
        elif run:
            found.append(tuple(run[-MAX_WORDS:]))
            run = []
    return found
