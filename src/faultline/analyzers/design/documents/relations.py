"""Relations: what sentences say of one component and another, for those who put the system together.

Who reads them knows which names are components; here are only the phrases. What is denied, asked, past, planned or a
rejected alternative is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence, Table


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing said of a component.

    Args:
        subject: the component, as the sentence calls it, without an article.
        verb: `calls`, `stores` (keeps data in), `reads`, `publishes`, `consumes`, `uses`, `depends`; or `replicas`,
            `technology`, `port`, whose object is the value.
        object: another component, or a value.
        line: where it says so.
        synchronous: whether it waits for the answer; None where nobody says.
        optional: it goes on without: a fallback or a cache is named.

    """

    subject: str
    verb: str
    object: str
    line: int
    synchronous: bool | None = None
    optional: bool = False


_NAME = (
    r"((?:the |an? |our |each |every )?(?:[A-Za-z][\w./-]*)(?: (?!(?:and|or|is|are|which|that|then|also"
    r"|only|synchronously|asynchronously|directly)\b)[\w./-]+){0,4}?)"
)
_OBJECT = (
    r"(?:the |an? |our |its |their )?((?:[A-Za-z][\w./-]*)(?: (?!(?:and|or|to|in|on|over|via|with|by|for"
    r"|when|if|while|through|as|from|using|at|without|which|that|is|are|before|after|because|so|but|into"
    r"|of|synchronously|asynchronously|every|once)\b)[\w./-]+){0,3})"
)
_ADVERB = r"(?:(?:then|also|only|always|first|directly|synchronously|asynchronously|periodically|in turn) )?"
_VERBS = (
    (
        "consumes",
        r"(?:consumes?|subscribes? to|listens? (?:to|for)|reads? (?:messages|events|jobs|tasks) from"
        r"|takes? (?:jobs|messages|tasks|work|events) from|polls?|pulls? (?:jobs|messages|tasks|work) from"
        r"|is fed (?:by|from))(?: (?:[\w-]+ ){0,4}?from)?",
    ),
    (
        "publishes",
        r"(?:publish(?:es)?|emits?|produces?|enqueues?|puts?|pushes|sends? (?:events?|messages|jobs|tasks))"
        r"(?: (?!to\b)[\w`'-]+){0,6}? (?:to|into|on|onto)",
    ),
    (
        "stores",
        r"(?:stores?|saves?|persists?|writes?|keeps?|records?|archives?)(?: (?!in\b|to\b"
        r"|into\b)[\w`'-]+){0,6}? (?:in|to|into|on)",
    ),
    ("stores", r"(?:owns|is backed by|has its own)"),
    ("reads", r"(?:reads?|loads?|looks? up|fetch(?:es)?|gets?)(?: (?!from\b|in\b)[\w`'-]+){0,6}? (?:from|in)"),
    (
        "calls",
        r"(?:calls?|invokes?|quer(?:y|ies)|asks?|talks? to|speaks? to|communicates? with|connects? to"
        r"|forwards? (?:[\w-]+ ){0,4}?to|proxies (?:[\w-]+ ){0,4}?to|routes? (?:[\w-]+ ){0,4}?to|sends? "
        r"(?:[\w-]+ ){0,4}?requests? to|requests? (?:[\w-]+ ){0,4}?from|sends? (?:[\w-]+ ){1,5}?to|hits"
        r"|reaches|delegates? (?:[\w-]+ ){0,4}?to|waits? for(?: (?:a|an|the) (?:reply|answer|response) (?:of"
        r"|from))?)",
    ),
    ("depends", r"(?:depends? on|relies on|rely on|requires?|needs?)"),
    ("uses", r"(?:uses?)"),
)
_RELATION = [
    (verb, re.compile(rf"(?:^|[,;] (?:and |then )?|\bthen )({_NAME}) {_ADVERB}{words} {_OBJECT}", re.IGNORECASE))
    for verb, words in _VERBS
]
_SYNC = re.compile(
    r"\b(?:synchronous(?:ly)?|blocking|waits? for|rest|grpc|http|https|rpc|graphql|soap)\b", re.IGNORECASE
)
_ASYNC = re.compile(
    r"\b(?:asynchronous(?:ly)?|async|event[- ]driven|fire[- ]and[- ]forget|via (?:the |a )?(?:queue"
    r"|broker|kafka|rabbitmq|message\w*|event\w*))\b",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(
    r"\b(?:fall(?:s|ing)? ?back|fallback|optional(?:ly)?|degrad\w+|best[- ]effort|cached (?:copy|value"
    r"|price)|goes on without"
    r"|last known|default value|if available)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|n't|cannot|must not|instead of|rather than|no|without)\b", re.IGNORECASE
)
_NUMBERS = {word: number for number, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven"))}
_COUNT = r"(\d{1,4}|" + "|".join(_NUMBERS) + r"|a single|single)"
_COPIES = r"(?:replicas?|instances?|pods?|nodes?|copies|brokers|containers|servers|tasks)"
_REPLICAS = (
    re.compile(
        rf"^{_NAME} (?:runs?|is run|is deployed|are deployed|is scaled|is|has|consists|operates?|starts?) "
        rf"(?:\w+ )?(?:as |with |on |to |in |of |at )?(?:at least |a minimum of |only |exactly )?{_COUNT} "
        rf"(?:[\w-]+ )?{_COPIES}\b",
        re.IGNORECASE,
    ),
    re.compile(rf"^{_NAME} \({_COUNT} (?:[\w-]+ )?{_COPIES}\b", re.IGNORECASE),
    re.compile(rf"^{_NAME}: {_COUNT} (?:[\w-]+ )?{_COPIES}\b", re.IGNORECASE),
)
_LABELLED = re.compile(
    rf"^(?:min(?:imum)? )?(?:number of )?(?:replicas|instances|replica count)\s?[:=] ?{_COUNT}\b", re.IGNORECASE
)
_PORT = re.compile(
    rf"^{_NAME} (?:listens|is served|is exposed|runs|is reachable|answers) (?:\w+ )?on (?:tcp )?port (\d{{2,5}})\b",
    re.IGNORECASE,
)
_WATCHED = re.compile(r"\b(?:metrics|admin\w*|management|debug\w*)\b", re.IGNORECASE)
_WRITTEN = re.compile(
    rf"^{_NAME} (?:is |was )?(?:an? [\w -]{{0,40}}?)?(?:written|implemented|built|developed) (?:in|with|on"
    rf"|using) ([A-Z][\w.+#]*(?: [A-Z\d][\w.]*){{0,2}})"
)


def relations_of(document: MarkdownDocument) -> list[Relation]:
    """The relations that a text states, in its order; those it denies or only plans are left out."""
    found: list[Relation] = []
    for each in document.sentences:
        if each.column < 0 and len(each.text) <= MAX_WORDS and not apart(each.text) and not elsewhere(each):
            found += _of(each)
    for table in document.tables:
        found += _rows(table)
    return sorted(dict.fromkeys(found), key=lambda each: each.line)


def _of(said: Sentence) -> Iterator[Relation]:
    text = said.text.rstrip(".")
    yield from _values(said, text)
    for verb, pattern in _RELATION:
        for match in pattern.finditer(text):
            subject, target = _bare(match[1]), _bare(match[match.lastindex or 1])
            if _NEGATED.search(match[0]) or subject.lower() in _PRONOUNS or target.lower() in _PRONOUNS:
                continue
            waits = True if _SYNC.search(text) else None
            if _ASYNC.search(text) or verb in ("publishes", "consumes"):
                waits = False
            yield Relation(subject, verb, target, said.line, waits, bool(_OPTIONAL.search(text)))


def _values(said: Sentence, text: str) -> Iterator[Relation]:
    for pattern in _REPLICAS:
        if match := pattern.match(text):
            yield Relation(_bare(match[1]), "replicas", _count(match[2]), said.line)
            break
    if (match := _LABELLED.match(text)) and said.section:
        yield Relation(said.section, "replicas", _count(match[1]), said.line)
    if (match := _PORT.match(text)) and not _WATCHED.search(text):
        yield Relation(_bare(match[1]), "port", match[2], said.line)
    if match := _WRITTEN.match(text):
        yield Relation(_bare(match[1]), "technology", match[2], said.line)


_PRONOUNS = {
    "it",
    "this",
    "that",
    "they",
    "we",
    "which",
    "there",
    "he",
    "she",
    "you",
    "i",
    "who",
    "these",
    "nothing",
    "nobody",
    "one",
}
_COLUMNS = (
    ("replicas", re.compile(r"(?:min\w* |number of )?(?:replicas|instances|pods|nodes|copies)", re.IGNORECASE)),
    (
        "technology",
        re.compile(r"technolog(?:y|ies)|tech(?: stack)?|implementation|language|stack|engine", re.IGNORECASE),
    ),
    ("port", re.compile(r"ports?", re.IGNORECASE)),
    ("depends", re.compile(r"depends on|dependenc(?:y|ies)|needs|requires", re.IGNORECASE)),
    ("calls", re.compile(r"calls", re.IGNORECASE)),
    ("stores", re.compile(r"(?:data ?)?stores?|database|storage|persistence", re.IGNORECASE)),
)
_FIRST = re.compile(
    r"services?|components?|names?|systems?|containers?|modules?|applications?|parts?|elements?", re.IGNORECASE
)
_NOTHING = re.compile(r"(?:none|no|n/a|[-\u2013\u2014]*)\Z", re.IGNORECASE)


def _rows(table: Table) -> Iterator[Relation]:
    if not table.headers or not _FIRST.fullmatch(table.headers[0].strip()):
        return
    for column, header in enumerate(table.headers[1:], 1):
        verb = next((verb for verb, pattern in _COLUMNS if pattern.fullmatch(header.strip())), "")
        for row in table.rows if verb else ():
            value = row.cells[column].strip() if column < len(row.cells) else ""
            if _NOTHING.match(value) or not row.cells[0]:
                continue
            if verb in ("depends", "calls", "stores"):
                for each in re.split(r",| and |;|/", value):
                    if each.strip():
                        yield Relation(row.cells[0], verb, _bare(each), row.line)
            else:
                yield Relation(row.cells[0], verb, _count(value) if verb == "replicas" else value, row.line)


def _bare(phrase: str) -> str:
    return re.sub(r"^(?:the|an?|our|each|every|its|their) ", "", phrase.strip(" `*.,"), flags=re.IGNORECASE).strip()


def _count(text: str) -> str:
    text = text.strip().lower()
    return "1" if text.endswith("single") else str(_NUMBERS.get(text, text))
