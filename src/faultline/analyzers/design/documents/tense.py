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
    rf"[- /]?)?(?:\d{{1,2}}\.? )?(?:{_MONTH}\.?(?: \d{{1,2}},?)?(?: 20\d\d)?|20\d\d(?:[-/.]\d{{1,2}}){{0,2}}|{_MONTH} '\d\d)"
    r"\)? ?(?::| - |-(?= )|[|])"
)
"""A date and a colon or dash at the start, perhaps after the name of what happened."""
_PAST: Final = re.compile(
    r"\b(?:was|were|had|did|wasn't|weren't|hadn't|didn't|couldn't|went|ran|took|broke|fell|came|hung|began|became|gave"
    r"|grew|saw|wrote|stood|brought|ate|threw|blew|drove|overran|woke|chose not|knew|got)\b"
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
    if _DATED.match(text):
        return True
    told = _OF_SOMETHING.sub("", text)
    return bool(_PAST.search(told)) and not _PRESENT.search(text) and not _DECIDED.search(text)
