"""Whether a text answers the weakness that it states: who accepted it, why nothing is lost by it, that it is gone.

"The label printer exists once; its loss does not stop brewing", "One copy, since they can be computed", "A second call
is tolerable": whoever wrote that has thought of it, and a reader who is told so learns nothing. Of 2,033 sentences with
a fault, planted into designs or written for tests, six have such words; a reason alone ("because the bank is slow") is
no answer, for most faults that people make have one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from faultline.core.patterns import regex

_ACCEPTED: Final = (
    r"(?<!not )\b(?:acceptable|tolerable|tolerated|bearable)\b|\brisk (?:list|register|log)\b"
    r"|\b(?:agreed|approved|signed off|discussed and accepted) (?:[\w']+ ){0,2}?(?:with|by) "
    r"|(?<!been )(?<!be )\b(?:accepted|taken) (?:knowingly |deliberately )?by the (?:[\w-]+ ){0,2}?(?:owners?|ministry"
    r"|board|city|council|director\w*|management|head|heads|business|department|steering|committee|team|cto|ciso"
    r"|auditors?|insurer|sponsor|operator|customer|office)\b"
)
_AGAIN: Final = (
    r"\bcan (?:always |all |easily |simply |at any time )?be (?:re-?)?(?:computed|calculated|built|made|generated"
    r"|created"
    r"|derived|read|loaded|fetched|downloaded|imported|filled)\b"
    r"|\b(?:(?:it|they|which|that|these|index|indexes|data|copy|copies|files|views?|projections?|cache|contents?|store"
    r"|everything) (?:is|are|gets?|get)|it's|they're) (?:\w+ )?(?:derived|rebuilt|recomputed|recalculated"
    r"|regenerated|refilled"
    r"|re-?rendered|computed again|built again|built anew|filled again|read again) ?(?:from|at|on|in|every|after|within"
    r"|by|out of|[.;,]|$)|\bonly a cache\b"
)
_HARMLESS: Final = (
    r"\bbetter than (?:none|nothing)\b|\b(?:harmless|no harm|without harm)\b|\b(?:nothing|no data"
    r"|no \w+) (?:else )?(?:depends on|is lost|gets lost"
    r"|waits for)\b|\b(?:nobody|no one) (?:depends on|waits for|needs (?!to\b)|loses)"
    r"|\b(?:its|their|the|this|that|a) (?:loss|failure|outage|absence|death|breakdown|standstill|restart)\b"
    r"[^.;]{0,30}?(?:(?: not|n't) (?:a |an |be )?(?:stop|hurt|matter|harm|affect|delay|break|fail\w*|felt|noticed"
    r"|prevent"
    r"|block|touch|end|problem|outage)| (?:costs?|means|delays?) (?:only|us|merely|nothing|at most|a (?:few|minute"
    r"|cup)))"
    r"|\b(?:goes|go|carr(?:y|ies)|works?|runs?) on without (?:it|them)\b|\bdo(?:es)? without (?:it|them)\b"
    r"|\b(?:to|in|into|over|has|have|with|had) (?:the )?(?:same|one) (?:place|slot|row|effect|result)\b"
    r"|\bis (?:a )?no-?op\b"
)
_NEEDLESS: Final = (
    r"(?:because|since|as|for) (?:nobody (?!ever)|no one (?!ever)|nothing (?!may|must|shall|ever)|there (?:is"
    r"|are) (?:nothing|nobody|only))"
    r"|\bused (?:only )?(?:once|twice|rarely|seldom|\w+ times) (?:a|per|in a) (?:week|month|quarter|year|season)\b"
    r"|\b(?:on purpose|by intention|intentional(?:ly)?)\b|\bis (?:not needed|needless)\b"
)
_GONE: Final = (
    r"\((?:mended|fixed|closed|done|resolved|solved|corrected)\b[^)]{0,40}\)|\bfindings? (?:of \w+ )?(?:is"
    r"|are) closed\b"
    r"|\b(?:has been|have been|was|were|is|are) (?:fixed|mended|resolved|corrected) (?:in|on|since|by|with)\b"
    r"|\b(?:is|are|has been|have been|was|were|stays|remains) (?:switched |turned |powered )?off (?:since|for good|on \d"
    r"|in (?:20\d\d|[jfmasond][a-z]{2,8}\b))"
    r"|\b(?:retired|decommissioned|dismantled|shredded|scrapped|no longer (?:exists?|runs?|used|there"
    r"|reachable))\b"
)
_ANSWER: Final = regex("|".join((_ACCEPTED, _AGAIN, _NEEDLESS, _GONE)))
_REPEATED: Final = regex(_HARMLESS)
_WHATEVER: Final = frozenset(("resilience/no-backoff", "resilience/endless-retries", "resilience/no-timeout"))
"""What harms others than those whose data it is: that a call only reads is no reason to repeat it without a pause."""


def answered(rule: str, texts: Iterable[str]) -> bool:
    """Whether a sentence, or one right after it, answers what the rule finds in it; texts in lower case."""
    if not rule.startswith("resilience/"):
        return False
    return any(_ANSWER.search(each) or (rule not in _WHATEVER and _REPEATED.search(each)) for each in texts)
