"""Whether what a sentence says stands open was meant to, or is not said of the design at all.

Texts speak of doors for many reasons. "The timetable needs no login" is a fault of nothing: it is there to be read by
everybody. So three things are asked of a sentence that a wording has found: who speaks (a threat in its table, a
quotation, the name of a rule), what is open (something to be read by the public, with nothing private in it and
nothing that writes), and whether the words only look alike ("is logged in", "has no account there").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from faultline.analyzers.design.documents.markdown import Sentence
from faultline.core.patterns import regex

_THREATS: Final = regex(
    r"[\W\d_]*(?:\w+ ){0,3}?(?:threats?|attacks?|abuses?|misuses?|attackers?|attack vectors?|what (?:could|can|might) "
    r"(?:happen|go wrong)|scenarios?|vulnerabilit(?:y|ies)|weakness(?:es)?|findings?|concerns?|objections?|worr(?:y"
    r"|ies)"
    r"|fears?|myths?|misunderstandings?|questions?|rules?|checks?|cwe|stride)\b",
    re.IGNORECASE,
)
"""Headings of columns whose cells are what somebody fears, found or asks; beside them stands how it is met."""
_MODEL: Final = regex(
    r"\b(?:threat (?:model|analysis)|misuse cases?|abuse cases?|attack (?:trees?|paths?))\b", re.IGNORECASE
)
_ADVERSARY: Final = regex(
    r"\W*(?:an? |the )?(?:\w+ )?(?:attackers?|intruders?|adversar(?:y|ies)|hackers?|thie(?:f|ves)|burglars?|somebody"
    r"|someone)\b",
    re.IGNORECASE,
)
_QUOTATION: Final = regex(
    r"[\W_]{0,3}[\"\u201c\u201e\u00ab][^\"\u201c\u201d\u201e\u00ab\u00bb]{1,600}[\"\u201d\u201c\u00bb][\W_]{0,3}$"
)

_IDENTIFIER: Final = regex(r"[\w-]{1,60}(?:[/:.][\w*:./-]{1,100}|[-_][\w-]{1,100})")
"""The name of a rule, a setting or a file."""

_PARTS: Final = regex(r"; | but |, (?=only )|, (?:while|whereas|yet|though) | - ")
_FOR_ALL: Final = regex(
    r"\b(?:for the (?:general )?public|(?:meant|there|made|free|intended) (?:for|to be (?:read|seen|used|shown) by) "
    r"(?:everybody|everyone|anybody|anyone|all|the public)|(?:read|seen|looked at) by (?:everybody|everyone|anybody"
    r"|anyone)"
    r"|(?:everybody|everyone|anybody|anyone|visitors|readers|passers-by) (?:may|can|should|is meant to"
    r"|are meant to) (?:read|see|look)"
    r"|published (?:for|to) (?:everybody|everyone|all)|(?:the )?people's|open data|open licen[cs]e|by (?:licen[cs]e"
    r"|law|intent|design)"
    r"|no secrets?|(?:that is|for) (?:its|their) purpose|as the law (?:demands|wants|says)|(?:are"
    r"|is) free(?! to (?!browse|read|see|use|look))"
    r"|public (?:feeds?|streams?|data|pages?|information|catalogue?s?|timetables?|content|part|lists?|view|resources"
    r"|domain|programme)"
    r"|reference (?:data|lists?|genomes?|tables?)|nothing personal|no personal data|no names"
    r"|read-only for (?:the world|everybody)"
    r"|on purpose|deliberately|broadcasts?|amateurs?|invented|made up|synthetic|fictitious)\b"
)
"""What says that something is meant for everybody; the reason may stand in a neighbour."""
_IS_PUBLIC: Final = regex(
    r"\b(?:are|is|were|remains?|stays?|being) (?:\w+ )?public(?!-| (?:load|gateway|host|ip|address|internet|api"
    r"|subnet|network))\b"
)
_A_DOOR: Final = regex(
    r"\b(?:endpoints?|apis?|ports?|interfaces?|servers?|hosts?|buckets?|instances?|acls?|clusters?|graphql)\b"
)
"""What is public in the other sense: reached from everywhere."""
_FOR_READERS: Final = regex(
    r"\b(?:catalogue?s?|timetables?|schedules?|calendars?|opening hours|prices?|price lists?|fares?|tariffs?|results?"
    r"|weather|forecasts?|maps?|tiles|status page|news|home ?page|front page|episodes?|feeds?|podcasts?|lists? of"
    r"|\w+ lists?"
    r"|reference|glossary|holidays|menus?|exhibits?|tours?|audio|departures?|arrivals?|brochures?|documentation"
    r"|faq|static files|downloads?|statistics|water levels?|tides?|tide tables?|air quality|search(?:es|ing)?|browsing"
    r"|reading|readers?|visitors?|listeners?|statutes?|by-?laws?|minutes|postal codes?|zip codes?|programmes?"
    r"|library|libraries"
    r"|published|exchange rates?|positions?|beacons?|statement|courts|leaflets?|recipes?|guests?|shar(?:ed|ing)"
    r"|(?:screen|board|kiosk|display)s? (?:in|on|at) [^,;]{1,30} shows?|articles?|lost and found"
    r"|get /[\w/.-]{1,80}(?=[\s,;:|)]|$))(?!\w)"
)
"""What is there to be read by strangers."""
_FORMS: Final = regex(
    r"\b(?:feedback|tip-?offs?|whistle-?\w+|votes?|voting|ratings?|surveys?|polls?|contact forms?|newsletters?"
    r"|guest ?books?)\b"
)
"""What strangers may send."""
_PRIVATE: Final = regex(
    r"\b(?:admin\w*|consoles?|back-? ?office|internal|ops|operations?|operational|operators?|staff|clerks?|debug"
    r"|actuator|customers?"
    r"|patients?|pupils?|private|partners?"
    r"|students?|users?|accounts?(?= (?:data|number|balance|api|service))|(?:credentials?|passwords?"
    r"|secrets?) (?:are|is|lie|stand|stay)|mutations"
    r"|orders?|bookings?|reservations?|invoices?|payments?|salar\w+"
    r"|personal data(?<!no personal data)|customer|medical|health (?:data|records?)|diagnos\w+|claims?|exports?"
    r"|refunds?|commands?|telecommands?"
    r"|databases?|postgres\w*|redis|brokers?|mqtt|kafka|elasticsearch|mongo\w*|webhooks?|callbacks?|tenants?"
    r"|vpn|every (?:request|call|caller|client)|any (?:request|call|caller|client)|requests inside|trust\w*|employees?"
    r"|members'?|contracts?|payroll|wages?|documents?|files of|grafana|kibana|prometheus|jenkins|swagger|metrics"
    r"|ledger|stock|meters?)\b"
)
"""What strangers have no business with, even to read."""
_WRITING: Final = regex(
    r"\b(?:accept\w*|receiv\w+|writ(?:e|es|ing)|create[sd]?|delet\w+|chang(?:e|es|ing)|sets?|post(?:s|ed|ing)?"
    r"|upload\w*|cancel\w*"
    r"|orders?|books?|refund\w*|publish(?:es|ing)?|trigger\w*|starts?|stops?|switch\w*|sends?|submit\w*|edit(?:s"
    r"|ing)?|control\w*"
    r"|execut\w+|runs?|resets?|imports?|updat\w+|modif\w+|register\w*|issu\w+|put|patch|overwrit\w+|takes?"
    r"|push\w*|pay(?:s"
    r"|ing)?)\b"
)

_NO_MEMBER: Final = regex(
    r"\b(?:ha(?:s|ve)|had|keeps?|holds?|with|gets?) no (?:\w+ )?(?:log-?ins?|accounts?|credentials?|passwords?"
    r"|users?|keys?)"
    r"(?: (?:there|here)\b| (?:to|in|on|for|at) (?:the |this |that |our |its |these )?(?:[\w-]+ ){0,2}(?:database"
    r"|server|system|store"
    r"|cluster|vault|machine|production|registry|warehouse)s?\b)"
)
"""Somebody who has no account somewhere cannot get in there."""
_LEFT_OUT: Final = regex(
    r"\b(?:logged|recorded|sent|stored|kept|shown|returned|listed|exported|printed|written|copied|dumped"
    r"|delivered) without "
    r"(?:the |any |their |its |a )?(?:passwords?|tokens?|credentials?|keys?)\b"
)
"""What is done to data, not by callers."""
_HOLDS_NONE: Final = regex(
    r"\b(?:strings?|urls?|uris?|dsns?|files?|config\w*|images?|repositor(?:y|ies)|manifests?|backups?|dumps?"
    r"|exports?|mails?|messages?"
    r"|templates?|snapshots?)(?: in (?:the )?\w+)? (?:has|have|contains?|holds?|carr(?:y"
    r"|ies)) no (?:\w+ )?(?:passwords?|credentials?|tokens?|keys?)\b"
)
_NO_SUCH: Final = regex(
    r"\bno (?:shared|common|generic|default|second|further|other|standing|permanent|universal|master|extra|additional"
    r"|such) (?:\w+ )?(?:log-?ins?|sign-?in|accounts?|passwords?|credentials?|keys?|tokens?)\b"
)
_NOWHERE: Final = regex(
    r"\bno (?:\w+ )?(?:passwords?|keys?|tokens?|credentials?|secrets?|log-?ins?)(?: (?:or|and|nor) (?:\w+ )?\w+)? "
    r"(?:(?:shall|may|must|should|can|will|is to|are to) (?:ever )?(?:be|stand|lie|appear|end up|leave|get|go|come)"
    r"|(?:stands?|lies?|appears?|leaves?|gets? into|goes into|ends? up)"
    r"|(?:is|are|was|were) (?:ever )?(?:in|part of|stored|kept|written|sent|logged|committed|printed|baked|left"
    r"|copied|built|shipped))\b"
)
"""What is said of the places of secrets, not of doors."""
_NO_WAY: Final = regex(
    r"\bno (?:\w+ )?(?:log-?ins?|sign-?ins?|log-?ons?|authentication|access) (?:from|via|by|with|over|after|outside"
    r"|without|during)\b"
)
"""A door that is not there: "no sign-in from private devices"."""
_ALONE: Final = regex(
    r"\boffline\b|\b(?:flight|airplane) mode\b|\bwithout (?:a |any )?(?:network|connection|internet|reception|signal)\b"
    r"|\b(?:listens?|listening|bound|binds?|reachable|answers?|available|served|only) (?:[\w-]+ ){0,4}?(?:localhost"
    r"|loopback|127\.0\.0\.1|the same (?:host|machine|pod))"
)
"""Nobody else is there to be asked."""
_NOTHING_SENT: Final = regex(
    r"\b(?:no|nor|neither|without) (?:a |any )?(?:chats?|uploads?|comments?|forms?|user input|input fields?|writes?"
    r"|cookies?|personal data|user accounts?)\b"
)
"""Where visitors can leave nothing, they need not say who they are."""
_OVER: Final = regex(
    r"\b(?:abolished|abandoned|discontinued|phased out|done away with|withdrawn|scrapped|decommissioned|gone"
    r"|forbidden|banned|a thing of the past)\b"
)
_HAZARDS: Final = frozenset(
    (
        "security/shared-account", "security/default-password", "security/credentials-never-expire",
        "security/secrets-in-logs", "security/public-bucket", "security/exposed-data-port",
    )
)  # fmt: skip
"""Rules of what should not be: where it was ended, all is well. A login that was abolished is another matter."""
_SETTLED: Final = regex(
    r"[\W\d]*(?:(?:all )?(?:done|fixed|resolved|closed|settled|solved|mended|remediated|completed))\b", re.IGNORECASE
)
"""Headings and sentences by which a finding of the past is no longer one."""
_MENDED: Final = regex(
    r"\W*(?:it |this |that |they |all |we )?(?:is |was |were |are |has been |have been )?(?:since )?(?:removed|closed"
    r"|fixed|resolved|mended|solved|purged|rotated|switched off|turned off|moved to)\b",
    re.IGNORECASE,
)
_ONCE: Final = regex(r"\b(?:was|were|had|contained|held|showed|used|stood|lay|allowed|accepted|ran|went|kept)\b")
_ENDED: Final = regex(
    r"\bno (?:\w+ )?(?:passwords?|log-?ins?) left\b|\b(?:root|guest|anonymous|default|password|local|ssh|direct"
    r"|remote) "
    r"(?:log-?ins?|access|sign-?ins?) (?:is|are|remains?) (?:off|disabled|closed|blocked|switched off|turned off)\b"
)
_NOT_THESE: Final = regex(
    r"\b(?:bod(?:y|ies)|tokens?|passwords?|payloads?|contents?|headers?|names?|data) (?:are|is)(?: not|n't)\b"
)
_BY_ANOTHER: Final = regex(r"\bnot (?:authenticate|check|verify|identify)(?: \w+){1,3} (?:itself|themselves)\b")
_NO_PASSWORD: Final = regex(
    r"\b(?:no|without(?: an?| any)?|not? (?:need|ask for|have|use)s? (?:an?|any)?|never (?:need|use)s?) (?:\w+ )?"
    r"(?:passwords?|api[- ]keys?|log-?ins?)\b"
)
_PROOF: Final = regex(
    r"\b(?:(?:client )?certificates?|passkeys?|smart ?cards?|chip cards?|(?:their|a|the|staff) cards?|kerberos"
    r"|m?tls says|mtls|single sign-?on|sso"
    r"|hardware keys?|fingerprints?|workload identity|peer authentication|unix socket|managed identit(?:y|ies)"
    r"|ticket number"
    r"|iam roles?|oidc|magic link|one-time (?:code|link)|badges?)\b"
)
_SIGNED_IN: Final = regex(
    r"\b(?:logged|logs|log|logging)[ -](?:in(?! (?:clear|plain|full|the\b|a\b|our\b|detail))|on|into|out|off)s?\b"
)
_LOGS: Final = regex(
    r"\b(?:logs?|logged|logging|logger|traces?|tracing|spans?|kibana|sentry|loki|splunk|datadog|stdout|printed|dumped"
    r"|breadcrumbs|reports?|events?|audit)\b"
)

_GUARDED: Final = regex(
    r"\b(?:needs?|requires?|behind|identif(?:y|ies)|authenticated|signed|asks? for|has to|have to|must|only)\b(?! no\b)"
)
_MISSING: Final = regex(r"\b(?:no|not|without|n't|never|none|un\w+ed|anonymous|open)\b")
_NO_DOOR: Final = (
    _ENDED, _NO_MEMBER, _LEFT_OUT, _HOLDS_NONE, _NO_SUCH, _BY_ANOTHER, _NOWHERE, _NO_WAY, _ALONE, _NOTHING_SENT,
)  # fmt: skip
_ENTERED: Final = frozenset(("security/no-authentication", "security/public-bucket"))
"""Rules of what strangers get into."""
_SEEN: Final = frozenset(
    (
        "security/any-origin", "security/plain-http", "security/unencrypted-storage", "security/no-authorization",
    )
)  # fmt: skip
"""Rules of what strangers may see; there only a reason counts."""


def spared(rule: str, said: Sentence, beside: Sequence[Sentence]) -> bool:
    """Whether a sentence that a wording has found states no fault.

    Args:
        rule: whose wording it is.
        said: the sentence, a cell of a table, or a whole row of it.
        beside: the other sentences of its paragraph or item.

    """
    text = _plain(" | ".join(said.row) if said.column >= 0 else said.text)
    if _IDENTIFIER.fullmatch(said.text.strip()) or _is_somebodys(said):
        return True
    if _is_settled(said, text, beside) or (rule in _HAZARDS and _OVER.search(text)):
        return True
    if rule == "security/secrets-in-logs":
        if _NOT_THESE.search(text):
            return True
        return bool(_SIGNED_IN.search(text)) and not _LOGS.search(_SIGNED_IN.sub(" ", text))
    if rule == "security/no-authentication" and (any(each.search(text) for each in _NO_DOOR) or _is_proven(text)):
        return True
    around = [_plain(each.text) for each in beside]
    return (rule in _ENTERED or rule in _SEEN) and is_meant(text, around, reading=rule in _ENTERED)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "'").replace("\u2013", "-").replace("\u2014", "-").split())


def _is_somebodys(said: Sentence) -> bool:
    """Whether it is not the design that speaks: a threat, a finding, a quotation."""
    if said.column >= 0 and len(said.headers) > 1:
        feared = [at for at, each in enumerate(said.headers) if _THREATS.match(each)]
        if feared and (said.column in feared or said.text.count(" | ") == len(said.row) - 1):
            return True
    if _QUOTATION.match(said.text.strip()):
        return True
    return any(map(_MODEL.search, said.trail)) and bool(_ADVERSARY.match(said.text))


def _is_settled(said: Sentence, text: str, beside: Sequence[Sentence]) -> bool:
    """Whether it tells of what was found once and has been mended since."""
    if any(map(_SETTLED.match, (*said.trail, said.section))):
        return True
    return bool(_ONCE.search(text)) and any(_MENDED.match(each.text) for each in beside)


def _is_proven(text: str) -> bool:
    """Whether only the password is missing, since callers prove in another way who they are."""
    return bool(_NO_PASSWORD.search(text)) and bool(_PROOF.search(text))


def is_meant(text: str, beside: Sequence[str], *, reading: bool = True) -> bool:
    """Whether what is open is there for everybody.

    Args:
        text: the sentence, in lower case.
        beside: its neighbours, which may give the reason.
        reading: whether it is enough that it is something to be read by strangers.

    """
    parts = [each for each in _PARTS.split(text) if _MISSING.search(each) or not _GUARDED.search(each)] or [text]
    said = " ; ".join(parts)
    forms = _FORMS.search(said)
    if _PRIVATE.search(said) or (_WRITING.search(said) and not forms):
        return False
    if any(map(_FOR_ALL.search, (text, *beside))):
        return True
    if _IS_PUBLIC.search(said) and not _A_DOOR.search(said):
        return True
    return bool(reading and (forms or _FOR_READERS.search(said)))
