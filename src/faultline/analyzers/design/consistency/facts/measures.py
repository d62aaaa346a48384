"""The figures of a sentence: what kind of figure the words beside it make each one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.consistency.facts.fact import (
    DEFAULT,
    MOST,
    Quantity,
)
from faultline.analyzers.design.documents.units import BYTES, SECONDS, unit

MAX_WAIT: Final = 86_400.0
"""Seconds; a deadline of days is one of people."""
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
    "hundred": 100, "a hundred": 100, "one hundred": 100, "a thousand": 1000, "one thousand": 1000,
}  # fmt: skip
_WRITTEN: Final = re.compile(
    r"\b(" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")(?=[ -][a-z])", re.IGNORECASE
)
_N: Final = r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,4})?)"
_TIME: Final = re.compile(
    rf"{_N}[ -]?(ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hours?|d|days?|weeks?|months?|years?)\b"
)
_SIZE: Final = re.compile(rf"{_N}[ -]?([kmg]i?b|[kmg]i|megabytes?|gigabytes?)\b", re.IGNORECASE)
_RATE: Final = re.compile(
    rf"{_N} ?(?:\w+ )?(?:requests?|req|calls|pages|hits|queries|r|messages|attempts)?"
    r"(?: ?/ ?|(?: per| a| an| each| every) )(?:\w+ (?:and|per) )?(s|sec|second|min|minute|h|hour|day)\b",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(r"\b(?:requests?|req|calls|pages|hits|queries|rate|r/)\b|\br/", re.IGNORECASE)
_RPS: Final = re.compile(rf"{_N} ?(rps|rpm|qps)\b", re.IGNORECASE)
_CORES: Final = re.compile(rf"{_N} (?:v?cpus?|cores?|processors?)\b|\b(half) a (?:cpu|core)\b", re.IGNORECASE)
_CORES_CELL: Final = re.compile(rf"(?:v?cpus?|cores?|processors?)(?: limits?| \(limit\))?: ?{_N}", re.IGNORECASE)
_WATCHED: Final = re.compile(r"\b(?:serves?|when|if|once|alert\w*|restart\w*|needs?)\b", re.IGNORECASE)
_MEMORY_CELL: Final = re.compile(r"(?:memory|ram)(?: limits?| \(limit\))?: ", re.IGNORECASE)
_TRIES: Final = re.compile(rf"{_N} (times|attempts|retries|tries)\b", re.IGNORECASE)
_RECEIVES: Final = re.compile(
    rf"{_N} (?:\w{{1,12}} )?(?:receives?|deliver(?:y|ies)(?: attempts)?|redeliveries)\b"
    rf"|\b(?:received|delivered|redelivered)(?: at most| up to)? {_N} times\b",
    re.IGNORECASE,
)
DEAD: Final = re.compile(r"\b(?:dead[ -]?letter\w*|dlqs?|parked|parking)\b|-dlq\b", re.IGNORECASE)
_COUNT: Final = re.compile(rf"{_N}\b(?![ -]?(?:ms|s|secs?|seconds?|minutes?|hours?|days?|[kmg]i?b|%|percent)\b)")
_NO_TIMEOUT: Final = re.compile(
    r"(?:\b(?:retr\w+|again|every|each|backoff|back off|pause[sd]?|waits? another|interval\w*|window|probe\w*)\b"
    r"[^,.;]{0,20}|\bat least )$",
    re.IGNORECASE,
)
_GIVEN_UP: Final = re.compile(
    r"\b(?:time-?outs?|times? out|timed out|deadlines?|giv(?:e|es|en|ing) up|abandon\w*|cancel\w*|cut off|abort\w*"
    r"|interrupt\w*|stops? waiting|waits?|waited for|fails? after|failed after|no answer (?:with)?in"
    r"|must (?:be answered|answer|respond) (?:with)?in"
    r"|cuts? (?:\w+ ){1,3}off|not (?:answer\w*|respon\w*|repl\w*) (?:with)?in"
    r"|gives? (?:a|an|each|every|the|its) (?:request|call|query|\w+ call))\b[^.;]{0,34}$",
    re.IGNORECASE,
)
_GIVES: Final = re.compile(r"\bgives? (?:the |its )?[\w-]{2,30} $", re.IGNORECASE)
_GIVEN: Final = re.compile(r"(?: at (?:the )?most)?(?:[,.;)]|$| and | to (?:answer|reply|respond)| before )")
_WAITS: Final = re.compile(
    r"\bwaits?\b(?! (?:at most|up to|no (?:longer|more)|for (?:at most|up to)|only))[^.;]{0,34}$",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\b(?:asks?|calls?|queries|fetches|requests?)\b[^.;]{1,40}\band waits?(?: for)? $", re.IGNORECASE
)
"""Who asks and waits, waits for the answer, and not before asking again."""
_CANCELLED: Final = re.compile(r"\b(?:cancel\w*|abandon\w*)\b", re.IGNORECASE)
_OF_CALLS: Final = re.compile(
    r"\b(?:calls?|requests?|quer(?:y|ies)|statements?|transactions?|connections?)\b", re.IGNORECASE
)
_CUT: Final = re.compile(
    r"[ -](?:time-?outs?|deadlines?)\b"
    r"|,? (?:before (?:it|the \w+) (?:answers?|returns?|fails?|gives?)|(?:are|is|will be|gets?) "
    r"(?:cut|cancel|abort|kill|stopp|ended|given up|interrupt|abandon)|for an answer\b"
    r"|then (?:it )?(?:fails|gives up)|(?:it|they|the \w+|[a-z]+) gives? up\b)",
    re.IGNORECASE,
)
_REMINDED: Final = re.compile(r"\b(?:remind\w*|warn\w*|notif\w*|check\w*|poll\w*|refresh\w*|alert\w*) \w* ?$")
_KEPT: Final = re.compile(
    r"\b(?:kept|keeps?|keeping|retain\w*|retention|stor(?:es?|ed)|held|holds?|delet\w*|purg\w*|remov\w*"
    r"|expir\w*)\b[^.;]{0,45}$",
    re.IGNORECASE,
)
_RETAINED: Final = re.compile(r"[ -](?:retention|of (?:history|logs|backups|messages))\b", re.IGNORECASE)
_VALID: Final = re.compile(
    r"\b(?:expir\w*|valid\w*|lifetime|ttl|lives?|live for|lasts?|cached|holds?|held|reserv\w+|lock(?:s"
    r"|ed))\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_LIVES: Final = re.compile(r"[ -](?:ttl|lifetime|expiry)\b", re.IGNORECASE)
_ALLOWED: Final = re.compile(
    r"\b(?:limit\w*|429|throttl\w*|reject\w*|refus\w*|may|lets?|allow\w*|quota|beyond|above|more than"
    r"|at most|max\w*|up to"
    r"|(?:per|each|every) (?!second|minute|hour|day)\w+)\b",
    re.IGNORECASE,
)
_SENT: Final = re.compile(
    r"\b(?:uploads?|uploaded|bod(?:y|ies)|payloads?|files?|attachments?|photo\w*|images?|pictures?|documents?"
    r"|requests?)\b",
    re.IGNORECASE,
)
_BOUNDED: Final = re.compile(
    r"\b(?:at most|up to|max\w*|limit\w*|larger|bigger|greater|exceed\w*|no more than|more than"
    r"|may (?:have|be|use|take)"
    r"|over|above|allow\w*|accept\w*|cap(?:ped)?|only)\b",
    re.IGNORECASE,
)
_MEMORY: Final = re.compile(r"(?<!in )\b(?:memory|ram)\b", re.IGNORECASE)
_LOAD: Final = re.compile(
    r"\b(?:handle|sustain|expect|serve|process|cope|load|traffic|throughput|capacity|designed|scales?|peak"
    r"|plans?|tiers?"
    r"|saw|seen|observed|measured|reached|free|paid|premium|enterprise|anonymous)\w{0,3}\b",
    re.IGNORECASE,
)
_NO_BODY: Final = re.compile(r"\b(?:memory|ram|heap|disk|volume|storage|queue|logs?|cache|database|chunks?|parts?)\b")
_A_PAGE: Final = re.compile(r"^ (?:\w+ ){0,2}(?:a|per|each|/) ?page\b", re.IGNORECASE)
_AT_ONCE: Final = re.compile(r"^ (?:\w+ ){1,3}(?:at once|at a time|per (?:request|call|response))\b", re.IGNORECASE)
_RETURNED: Final = re.compile(
    r"\b(?:lists?|returns?|returned|gives?) (?:\w+ ){0,2}?(?:at most |up to |no more than |a maximum of )$",
    re.IGNORECASE,
)
_PAGES: Final = re.compile(
    r"\b(?:pages? of|page sizes?(?: is| of| defaults to|:)?|pages? (?:has|have|holds?|contains?|returns?)"
    r"|page limit(?: is| of|:)?|(?:a|each|one) page)"
    r"(?: limited to| at most| up to| no more than| a maximum of| by default| never more than| exactly)?:? $",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"\b(?:at most|maximum(?: is| of)?|max(?: is| of)?|up to|no more than|(?:the )?default (?:is|of)|defaults to"
    r"|never more than|by default|capped at|limited to|default|(?:can|may) be raised to)(?: \w+ ){0,1} ?$",
    re.IGNORECASE,
)
_MORE_BEHIND: Final = re.compile(r" (?:at (?:the )?most|by default|is the (?:default|maximum))\b", re.IGNORECASE)
_SHOWN: Final = re.compile(r"\b(?:front|home|web|landing) ?page\b|\b(?:screens?|displays?|shows?|ui)\b", re.IGNORECASE)
_ASKED_FOR: Final = re.compile(
    r"(?<![\w-])(?:limit|page_size|per_page|pageSize|perPage)(?:`? (?:parameter|defaults|\()|`?:|=)"
)
_TRIED: Final = re.compile(
    r"\b(?:tri(?:es|ed)|retri\w*|attempt\w*|redeliver\w*|deliver\w*|again|give)\b", re.IGNORECASE
)
_AT_MOST: Final = re.compile(
    r"\b(?:at most|max\w*|up to|no more than|never more than|limited|capped|raised|not more than)\b", re.IGNORECASE
)
_BY_DEFAULT: Final = re.compile(r"\b(?:default\w*|unless)\b", re.IGNORECASE)
_HEDGED: Final = re.compile(
    r"\b(?:about|around|roughly|approximately|usually|typically|at least|normally|average|median|p9[059]|p50|up from"
    r"|would|should|could|might|planned|will be|instead of|not(?! (?:answer|respon|repl|more|longer))"
    r"|never(?! more)|no longer(?! than)|e\.g|for example|such as"
    r"|between|burst\w*|peak|free|premium|enterprise|anonymous|soft|warning|alert\w*|staging|development|locally"
    r"|measured|currently|some|~)\s*(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)


def has_figure(text: str) -> bool:
    """Whether a sentence may have a figure: told fast."""
    return any(map(str.isdigit, text)) or bool(_WRITTEN.search(text)) or " half a " in text


def figures(text: str) -> Iterator[tuple[Quantity, tuple[float, ...], str, str]]:
    """The figures of a sentence: of what kind, what each is worth, how it is written, and the bound of a page."""
    plain = _WRITTEN.sub(lambda found: str(_NUMBERS[found[1].lower()]), text)
    taken: list[tuple[int, int]] = []
    for quantity, values, bound, start, end in (*_rates(plain), *_times(plain), *_sizes(plain), *_counts(plain)):
        free = all(end <= a or start >= b for a, b in taken)
        if free and not _HEDGED.search(plain[max(0, start - 40) : start]):
            yield quantity, values, plain[start:end].strip(), bound
        taken.append((start, end))


_Found = Iterator[tuple[Quantity, tuple[float, ...], str, int, int]]


def _rates(text: str) -> _Found:
    if not _ALLOWED.search(text) or _LOAD.search(text):
        return
    for each in _RATE.finditer(text):
        if _ASKED.search(each[0]) or re.search(r"\b(?:rate|requests?)\b", text[: each.start()], re.IGNORECASE):
            value = number(each[1]) / SECONDS[unit(each[2])]
            yield Quantity.RATE, (value,), "", each.start(), each.end()
    for each in _RPS.finditer(text):
        value = number(each[1]) / (60 if each[2].lower() == "rpm" else 1)
        yield Quantity.RATE, (value,), "", each.start(), each.end()


def _times(text: str) -> _Found:
    last = 0
    for each in _TIME.finditer(text):
        before, after = text[max(0, each.start() - 60) : each.start()], text[each.end() : each.end() + 45]
        if last and re.match(r"[^,]{0,12},[^,]{12}", text[last : each.start()]):
            before = text[max(last, each.start() - 60) : each.start()]  # the figure before has its own noun
        last = each.end()
        value = number(each[1]) * SECONDS[unit(each[2])]
        quantity: Quantity | None = None
        waits = _WAITS.search(before) and not _AT_MOST.match(after.strip()) and not _ASKS.search(before)
        given_up = _GIVEN_UP.search(before) and not waits and (_OF_CALLS.search(text) or not _CANCELLED.search(before))
        given = each[2] in ("ms", "s") and _GIVES.search(before) and _GIVEN.match(after)
        if (_CUT.match(after) or given_up or given) and value < MAX_WAIT:
            if not _NO_TIMEOUT.search(before) and not re.match(
                r" (?:between|before (?:re)?try|apart|and (?:after )?\d{1,6}(?! (?:retr|attempt|time)))", after
            ):
                quantity = Quantity.TIMEOUT
        elif _LIVES.match(after) or (_VALID.search(before) and not _REMINDED.search(before)):
            quantity = Quantity.LIFETIME
        elif (_RETAINED.match(after) or _KEPT.search(before)) and value >= 3600:
            quantity = Quantity.RETENTION
        if quantity:
            yield quantity, (value,), "", each.start(), each.end()


def _sizes(text: str) -> _Found:
    for each in _SIZE.finditer(text):
        clause = _clause(text, each.start(), each.end())
        value = number(each[1]) * BYTES[unit(each[2])]
        if _WATCHED.search(clause):
            continue
        if _MEMORY_CELL.match(text) or (
            _MEMORY.search(clause)
            and (_BOUNDED.search(clause) or re.search(r"\b(?:each|every|per|has|gets?)\b", clause))
        ):
            yield Quantity.MEMORY, (value,), "", each.start(), each.end()
        elif _SENT.search(clause) and _BOUNDED.search(clause) and not _NO_BODY.search(clause.lower()):
            yield Quantity.UPLOAD, (value,), "", each.start(), each.end()


def _counts(text: str) -> _Found:
    for each in _CORES.finditer(text):
        clause = _clause(text, each.start(), each.end())
        if _BOUNDED.search(clause) or re.search(r"\b(?:each|every|per|has|gets?)\b", clause):
            yield Quantity.PROCESSORS, (number(each[1]) if each[1] else 0.5,), "", each.start(), each.end()
    if cell := _CORES_CELL.fullmatch(text):
        yield Quantity.PROCESSORS, (number(cell[1]),), "", cell.start(1), cell.end(1)
    for each in _RECEIVES.finditer(text):
        if DEAD.search(text):
            yield Quantity.RECEIVES, (number(each[1] or each[2]),), "", each.start(), each.end()
    for each in _TRIES.finditer(text):
        clause = _clause(text, each.start(), each.end())
        if _TRIED.search(clause) and not re.match(r" (?:a|per|each|every|in|within) ", text[each.end() :]):
            yield Quantity.ATTEMPTS, (number(each[1]),), "", each.start(), each.end()
    if _SHOWN.search(text):
        return
    paged = bool(_ASKED_FOR.search(text))
    for each in _COUNT.finditer(text):
        before, after = text[max(0, each.start() - 60) : each.start()], text[each.end() : each.end() + 40]
        of_page = bool(_A_PAGE.match(after) or _PAGES.search(before))
        of_page |= bool(_AT_ONCE.match(after) and _RETURNED.search(before))
        if of_page or (paged and (_MORE.search(before) or _MORE_BEHIND.match(after))):
            # What names the figure stands in its own clause, before it, or right behind it.
            near = re.split(r"[,;]|\band\b", before)[-1]
            behind = re.split(r"[,;.]|\band\b", after)[0]
            most = _AT_MOST.search(near) or _AT_MOST.match(behind.strip())
            bound = MOST if most else DEFAULT if _BY_DEFAULT.search(f"{near} {behind}") else ""
            yield Quantity.PAGE, (number(each[1]),), bound, each.start(), each.end()
            paged = True


def _clause(text: str, start: int, end: int) -> str:
    """What stands around a figure up to the next semicolon, full stop or dash."""
    before = re.split(r";|\. | - | \u2014 ", text[:start])[-1]
    return before + re.split(r";|\. | - | \u2014 |, (?:and|but|so|then|which)\b", text[start:end] + text[end:])[0]


def number(text: str) -> float:
    """A number with its commas taken out."""
    return float(text.replace(",", ""))
