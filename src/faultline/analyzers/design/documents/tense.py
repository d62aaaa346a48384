"""Whether a sentence tells of the past: what once went wrong is mended, and no fault of the design as it is.

Nothing here parses. A sentence is of the past when it begins with a date, as the lines of a history do ("May 2024:
clients reconnected every second"); or when it has a verb that can only be past ("had", "ran", "broke") and no word of
the present beside it. "We decided", "was chosen" and "no limit was set" tell of what holds since then.
"""

from __future__ import annotations

import re
from typing import Final

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATED: Final = re.compile(
    rf"^[\W_]*(?:[^:.;]{{1,50}}[,(] ?)?(?:in |on )?(?:(?:early|late|mid|spring|summer|autumn|fall|winter|q[1-4])"
    r"[- /]?)?(?:\d{1,2}\.? )?"
    rf"(?:{_MONTH}\.?(?: \d{{1,2}},?)?(?: 20\d\d)?|20\d\d(?:[-/.]\d{{1,2}}){{0,2}}|{_MONTH} '\d\d)"
    r"\)? ?(?::| - |-(?= )|[|])"
)
"""A date and a colon or dash at the start, perhaps after the name of what happened."""
_ONCE: Final = re.compile(
    r"^v\d{1,2} (?:had|was|ran|kept|did|used)\b|\b(?:previously|formerly|(?<!is )(?<!are )(?<!be )(?<!was "
    r")(?<!were )(?<!got )(?<!get )used to|in the past"
    r"|historically|originally|back then|at (?:the|that) time"
    r"|before (?:this|the|that) (?:change|decision|migration|rewrite|release|move)|until (?:recently|last"
    r"|version|20\d\d|v\d)"
    r"|the (?:old|former|previous) (?!image|release|containers|instances|pods"
    r"|one\b|attempts?\b|try\b|calls?\b|requests?\b|steps?\b)\w+(?: \w+){0,3} (?:was|were|had|ran"
    r"|did|kept|took|could|\w{2,12}ed)\b|(?<!which )(?<!that )(?<!who )(?:had|were|was)"
    r" (?:no|neither|never|not|without)\b(?! been)"
    r"|(?:in|at) the (?:beginning|start|early days)\b.{0,80}\b(?:was|were|had|ran|kept|used|did|could)"
    r"|(?:until|till|before) (?:(?:early|late|mid|the|end of|spring|summer|autumn|winter|last) ){0,3}"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter)"
    r"|(?:^|[;:] )up to (?:(?:version |release |v)\d[\d.]*|\d[\d.]* (?:the|we|it|there|our|all|this|they)) "
    r"|last (?:year|month|quarter)|in (?:\w+ )?20[012]\d(?:,| (?:\w+ ){1,5}(?:was|were|had|ran|did|took|brought|shared"
    r"|used|kept|stored)\b)|(?:was|were) (?:discarded|dismissed|turned down|ruled out|retired|replaced by|cut in"
    r"|closed in|revoked)"
    r"|(?:(?<=^)|(?<=; ))before(?: that)?, (?:\w+ ){1,4}(?:could|would|had|was|were|did)"
    r"|(?:the|our|in) (?:very )?first version|\bwe looked at\b|\bthe (?:proposal|idea) to\b"
    r"|were (?:added|removed|fixed)|(?:has|have) since|is now|are now|since then)\b"
    r"|^\W*20[012]\d(?:[-/.]\d{1,2}){0,2} ?:|\b(?:in the beginning|supersedes|in the first (?:version|release)"
    r"|until we (?:moved|switched|replaced|introduced|split)|in those days|our old \w+"
    r"|(?:is|are) (?:one|two|three|some) now|(?:nobody|we|it|they|which) had (?:an?|one|no)"
    r"|\w+ (?:ran|lived|stood) (?:on|as) (?:an?|one|the))\b"
)
"""Words that tell of another time."""
_PAST: Final = re.compile(
    r"\b(?:was|were|had|did|wasn't|weren't|hadn't|didn't|couldn't|went|ran|took|broke|fell|came|hung|began|became|gave"
    r"|grew|saw|wrote|stood|brought|ate|lost (?:the|an?|all|some|our|its|\d+)|threw|blew|drove|overran|woke"
    r"|chose not|knew|got)\b"
)
_PRESENT: Final = re.compile(
    r"\b(?:is|are|am|has|have|does|do|isn't|aren't|hasn't|haven't|don't|doesn't|will|won't|can|cannot|can't|may|must"
    r"|should|shall|runs|goes|takes|keeps|stays|remains|waits|gets|lives|needs|uses|calls|writes|reads|sends|now|today"
    r"|currently|still|at present)\b"
)
_OF_SOMETHING: Final = re.compile(r"\b(?:that|which|who|whom|whose \w+|what|as) (?:\w+ )?(?:was|were|had|did)\b")
"""A clause about a thing: "a message that was delivered before"."""
_DECIDED: Final = re.compile(
    r"\b(?:decid\w+|chosen|chose(?! not)|agreed|settled|accepted|picked|selected|opted|went (?:with|for)|concluded)\b"
    r"|\b(?:was|were) (?:(?:never|not|deliberately|left|kept) )?(?:set|configured|defined|tested|planned|added|foreseen"
    r"|specified|enabled|provided|implemented|left|given|restored|rotated|introduced|built|designed|made|taken|granted"
    r"|created|generated|issued|shared)\b"
)


def past(text: str) -> bool:
    """Whether a sentence, in lower case, tells of the past."""
    if _DATED.match(text) or _ONCE.search(text):
        return True
    told = _OF_SOMETHING.sub("", text)
    return bool(_PAST.search(told)) and not _PRESENT.search(text) and not _DECIDED.search(text)
