"""Frames: the sentences in which engineers say that something is missing, with a gap for what it is.

"There is no X", "none of the services has an X", "X is not configured", "calls run without X", "X will be added later",
"Xs are not Y-ed", "we do not limit Z". All expressions are of lower case.
"""

from __future__ import annotations

import re

NONE = (
    r"(?:none(?: so far| yet| at all| at the moment)?|no|nil|off|disabled|false|not (?:set|configured|implemented"
    r"|used|enabled|defined|yet"
    r"|planned|present|available|required|encrypted|in place|supported|at all|replicated)\b.*"
    r"|missing|absent|❌|✗|✘|✖|⛔|🔴|0|unlimited|infinite|infinity|∞|never|unset|unbounded|to-?do\b.*"
    r"|tbd\b.*|nothing|forever|open|planned\b.*|later\b.*"
    r"|deferred\b.*|no limit|without|unknown|ignored|skipped|future\b.*|not .{0,30}yet)"
)
"""What a cell or a label says where something is missing."""
_GAP = (
    r"(?:(?!(?:without|need|two|three|four|five|change|impact|effect|longer|more|other|than|to|for|of|from|in|is"
    r"|are|was|be|has|have|which|that|with|on|at|as|if|by|can|will|it|because|reason|whose|when|where|what|who"
    r"|lost|missed|missing|failed|false|late|stale|unanswered|dropped|double|duplicate|wrong"
    r"|exceptions?)\b)[\w/'&-]+ ){0,3}"
)
_ADVERBS = r"(?:(?:yet|currently|been|being|explicitly|\w+ly|at all|any|even|always|ever|fully|also) ){0,3}"
_SET = (
    r"(?:set|configured|used|enabled|implemented|defined|applied|enforced|present|available|supported"
    r"|provided|in place|required|there|performed|taken|made"
    r"|done|checked|verified|specified|given|added|active|run|exist|happen|kept|stored|installed|built"
    r"|limited|passed|propagated|tested|created|written|guaranteed|considered|foreseen|part of|tried"
    r"|turned on|switched on|covered|validated|ready|planned|maintained|established|possible|offered|send"
    r"|sent|deployed|use)"
)
_HAVE = (
    r"(?:have|has|set|uses?|define[sd]?|configure[sd]?|apply|applies|enforces?|implements?|supports?"
    r"|provides?|requires?|includes?|employs?|specif(?:y|ies)|perform"
    r"|offers?|enables?|exist|take|make|do|run|adds?|carry|pass(?:es)?|come with|protected by|covered by"
    r"|guarded by|backed by|behind|equipped with|fitted with|ask for|asks for|check|checks|know|know of"
    r"|keep|maintain|write|create|expose|ship with|wrapped in|put|send|know any|demand|demands|schedule"
    r"|require any|impose|validate|bother with|care about|worry about|think of|pay for|invest in|want|see|deal with"
    r"|subject to|performed|done|made|taken|carried out|run|tested|tried|created|set up|put in place|had|configured"
    r"|implemented|defined|added|introduced|written|established|got)"
)
_WITHOUT = (
    r"(?:without|lacks?|lacking|(?<!\ba )(?<!\bany )(?<!\beach )(?<!\bevery )missing"
    r"|misses(?! (?:the|her|his|its|their|an?) \d| (?:her|his)\b)|miss|omits?|omitting|skips?|skipping|bypass(?:es"
    r"|ing)?"
    r"|disables?|disabled|absence of|lack of|decided against|opted against|do(?:es)? without"
    r"|dispenses? with|ignor(?:es|ing)|forgo(?:es)?|postponed|deferred|turned off|switched off|gave up on"
    r"|removed|dropped|devoid of|get by without|gets by without)"
)

Patterns = list[re.Pattern[str]]


def missing(thing: str) -> tuple[Patterns, Patterns, Patterns]:
    """The frames for a noun: those with "no", those with "without", and the others."""
    stop = (
        r"(?![\w-])(?! to (?:tune|set|configure|maintain|manage|worry|think|guess|agree))"
        r"(?! (?:is|are|was|were) (?:\w+er than|lost|late|too|hit|exceeded|reached|needed))(?! "
        r"(?:errors?|failures?|storms?|fired|occur\w*|expir\w+|exceed\w*|longer|shorter|greater|breach\w*"
        r"|violations?|events?|reached|lost|were seen))"
    )
    no = [re.compile(rf"\b(?:no|zero|neither|nor|not an?|not any) {_GAP}(?:{thing}){stop}")]
    without = [re.compile(rf"\b{_WITHOUT} {_GAP}(?:of )?{_GAP}(?:{thing})(?![\w-])")]
    none = (
        r"(?:none of (?:the |our |these |its )?(?:[\w-]+ ){1,3}?|neither (?:[\w-]+ ){1,6}?|no (?!longer"
        r"|more)(?:[\w-]+ ){1,2}?"
        r"|nothing |nobody |no one )"
    )
    plain = [
        re.compile(
            rf"^(?:(?:currently|today|at present|so far),? )?{none}(?:has )?(?:\w+ly )?{_HAVE}s? {_GAP}"
            rf"(?:{thing}){stop}"
        ),
        re.compile(
            rf"\b(?:{thing})(?:[ ,][\w'/-]+){{0,5}}? (?:(?:is|are|has|have|was|does|do|will|be|can|gets?) "
            rf"(?:\w+ly )?(?:not|never|nowhere)|\w{{2,6}}n't|cannot be|never) {_ADVERBS}{_SET}\b"
        ),
        re.compile(
            rf"\b(?:{thing})(?: [\w'/-]+){{0,6}}? (?:is|are|remains?|stays?|were|has been|have been) (?:\w+ly "
            rf"|still |all ){{0,2}}(?:disabled|missing|absent|off|turned off|switched off|unset|infinite|none"
            rf"|unlimited|left out|omitted|skipped|deferred|out of scope|postponed|on the roadmap|planned|tbd"
            rf"|a to-?do|to be (?:defined|added|done|decided)|still open|future work|lacking|left (?:for|to) "
            rf"(?:later|a later|the)|not (?:yet|there)|ignored|commented out|an afterthought|non-?existent|zero"
            rf"|optional and off)\b"
        ),
        re.compile(rf"(?:\bnot|\bnever|n't|\bcannot) {_ADVERBS}{_HAVE} {_GAP}(?:{thing})(?![\w-])"),
        re.compile(
            rf"\b(?:{thing})(?: [\w'/-]+){{0,3}}? (?:will|shall|is going to|are going to|can) (?:be )?"
            rf"(?:\w+ ){{0,2}}(?:added|introduced|implemented|come|follow|set up|considered|addressed|configured"
            rf"|done|enabled)\b(?: (?:\w+ ){{0,3}}(?:later|soon|next|phase|v2|after|future|release|quarter|q[1-4]"
            rf"|eventually|once|another|when))"
        ),
        re.compile(rf"\b(?:to-?do|fixme|not yet|later|missing)\b[:,]? (?:\w+ ){{0,3}}(?:{thing})(?![\w-])"),
        re.compile(
            rf"\b(?:{thing})\b[^.;]{{0,40}}\((?:to-?do|planned|missing|not yet|later|future|not implemented"
            rf"|disabled|none)[^)]{{0,40}}\)"
        ),
    ]
    return no, without, plain


def undone(done: str) -> Patterns:
    """The frames for a participle: "not encrypted", "unencrypted"."""
    return [re.compile(rf"(?:\bnot|\bnever|n't|\bno longer|\bun-?(?={done})) ?{_ADVERBS}(?:{done})(?![\w-])")]


def unlimited(limited: str) -> Patterns:
    """The frames for what has no limit: "we do not restrict the size", "the size is not checked"."""
    verbs = r"(?:limit|restrict|cap|bound|check|control|constrain|enforce|slow|count|validat|verif|measur)"
    return [
        re.compile(
            rf"(?:\bnot|\bnever|n't|\bnothing|\bnobody|\bno one|\bhardly|\bwithout) (?:\w+ly |ever "
            rf"|here )?{verbs}\w*"
            rf" (?:(?:the|a|any|on|their|its|its own|total) ){{0,3}}(?:{limited})"
        ),
        re.compile(
            rf"\b(?:{limited})\b(?: [\w'/-]+){{0,6}}? (?:(?:is|are|will be) (?:\w+ly )?(?:not|never)|isn't"
            rf"|aren't) "
            rf"(?:\w+ly )?{verbs}\w*"
        ),
        re.compile(
            rf"\b(?:{limited})\b(?: [\w'/-]+){{0,4}}? (?:is|are|can be|may be|:) ?(?:\w+ly )?(?:unlimited"
            rf"|unrestricted|unbounded|unchecked|arbitrar\w+|infinite)\b"
        ),
    ]


def label(heading: str) -> re.Pattern[str]:
    """A label and its value, as in `Timeout: none`."""
    words = r"[\w'/&-]+"
    return re.compile(
        rf"^(?:{words} ){{0,3}}(?:{heading})(?: [\w'/()&-]+){{0,3}}\s?(?::|=| -| \u2013| \u2014|\?|→) ?(.{{1,80}})$"
    )


def heading(words: str) -> re.Pattern[str]:
    """The heading of a table's column, or of a row."""
    return re.compile(rf"(?:[\w'/&-]+ ){{0,3}}(?:{words})s?(?: [\w'/()&-]+){{0,3}}\??$")
