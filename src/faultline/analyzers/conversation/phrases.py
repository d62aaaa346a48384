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
from faultline.core.results.conversation import Judged, Tier

MAX_PHRASES, MAX_WORDS = 5, 3
MAX_SENTENCES = 60

_WORD = re.compile(r"[^\W\d_][\w'-]*|[^\s\w'-]|\d\S*")
_GENERAL = frozenset(
    ["problem", "problems", "issue", "issues", "help", "please", "thanks", "thank", "hello", "hi", "hey", "dear", "team", "question", "sorry", "yes", "yeah", "no", "ok", "okay", "sure", "today", "yesterday", "tomorrow", "time", "times", "day", "days", "week", "weeks", "month", "months", "hour", "hours", "minute", "minutes", "year", "years", "ago", "need", "needs", "want", "wants", "know", "tell", "told", "said", "say", "says", "get", "getting", "got", "give", "given", "go", "going", "gone", "went", "come", "came", "make", "made", "making", "take", "took", "taken", "try", "tried", "trying", "use", "used", "using", "see", "saw", "seen", "look", "looking", "looks", "work", "works", "working", "worked", "keep", "keeps", "seems", "seem", "thing", "things", "something", "anything", "nothing", "everything", "someone", "anyone", "nobody", "everyone", "way", "lot", "bit", "sort", "kind", "new", "old", "good", "great", "bad", "nice", "fine", "right", "wrong", "really", "actually", "already", "always", "never", "ever", "even", "much", "many", "more", "most", "least", "less", "well", "back", "soon", "later", "let", "lets", "like", "think", "thought", "guess", "mean", "means", "happen", "happens", "happened", "being", "having", "doing", "done", "able", "could", "would", "should", "may", "might", "must", "shall", "one", "two", "three", "first", "second", "third", "last", "next", "same", "different", "other", "another", "without", "within", "while", "since", "until", "between", "both", "each", "every", "few", "own", "such", "though", "although", "however", "maybe", "perhaps", "please", "kindly", "asap", "immediately", "urgent", "urgently", "right", "away", "now", "send", "sent", "receive", "received", "ask", "asked", "call", "called", "contact", "contacted", "write", "writing", "reply", "wait", "waiting", "start", "started", "stop", "stopped", "put", "set", "show", "shows", "want", "wanted", "don", "doesn't", "isn't", "won't", "wasn't", "aren't", "couldn't", "wouldn't", "shouldn't", "hadn't", "you'd", "we'd", "they'd", "we've", "they've", "who's", "what's", "i'm", "im", "ive", "dont", "cant", "wont", "didnt", "doesnt", "u", "ur", "pls", "plz", "thx", "lol", "perfect", "perfectly", "super", "awesome", "amazing", "wonderful", "excellent", "cheers", "appreciate", "appreciated", "welcome", "glad", "happy", "whatever", "anyway", "exactly", "probably", "totally", "completely", "absolutely", "literally", "again", "soon", "either", "neither", "once", "twice", "almost", "around", "near", "also", "per", "via", "etc"]
)  # fmt: skip


def find(heard: Heard, language: str) -> tuple[Judged, ...]:
    """The best phrases, most telling first, each with the first sentence that has it.

    Nothing for languages that put no space between words.
    """
    stop = FUNCTION_WORDS.get(language, frozenset()) | FUNCTION_WORDS["en"] | _GENERAL
    frequency, degree = Counter[str](), Counter[str]()
    candidates: dict[tuple[str, ...], tuple[int, Sentence]] = {}
    told = [told for turn in heard.customer for told in turn.told][:MAX_SENTENCES]
    for each in told:
        for words in _candidates(each.sentence.folded, stop):
            frequency.update(words)
            for word in words:
                degree[word] += len(words)
            count, sentence = candidates.get(words, (0, each.sentence))
            candidates[words] = count + 1, sentence
    scored = []
    for at, (words, (count, sentence)) in enumerate(candidates.items()):
        score = sum(degree[word] / frequency[word] for word in words) * (1 + 0.5 * (count - 1))
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
        if taken.issuperset(words):
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
