"""Statements: what sentences say is missing, or is there and should not be.

A `Wording` is how engineers put one fault into words. There are two kinds, and both can be in one wording:

- a *thing* that protects (a timeout, a backup) is a fault where a sentence says that it is missing: "no timeout",
  "timeouts are not set", "Timeout: none", "❌ timeouts", "timeouts will be added later", a table's cell;
- a *hazard* (one instance, retries for ever) is a fault where a sentence says that it is there.

Both are judged by what stands around them. "No single point of failure", "never retries without a backoff" and "calls
without a token are rejected" deny theirs; "if no timeout is set, the build fails" only speaks of a case; a question,
what was so before, a rejected alternative and what is not needed state nothing about the design. The order of the
steps is in `Reader.fault`. Nothing here understands language; it knows how people write such documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from faultline.analyzers.design.documents.diagram import Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence

MAX_WORDS = 900
"""Characters of a sentence that is judged; longer ones are lists of data."""


@dataclass(frozen=True)
class Wording:
    """How one fault is put into words; all expressions are of lower case, and see a sentence in lower case.

    Args:
        rule: the rule's id.
        keys: one of these must be in the sentence, or nothing else is tried.
        thing: the noun of what protects.
        done: the participle of it: `rate[- ]limited`, told as missing by "not rate limited".
        hazards: what should not be there. One that starts with `(?#case)` may stand in an if-clause.
        about: must be in the sentence, its list's lead or its section.
        unless: where the sentence says this, it is no fault.
        limited: what a limit would be on, told as missing by "we do not restrict ..." and "... is not limited".
        cell: the heading of a table's column, or a label before a colon, when it is more than `thing`.
        bad: values of such a cell that are a fault beside those that say "none".
        says: what is so here, for the finding's message.

    """

    rule: str
    keys: tuple[str, ...]
    says: str
    thing: str = ""
    done: str = ""
    hazards: tuple[str, ...] = ()
    about: str = ""
    unless: str = ""
    limited: str = ""
    cell: str = ""
    bad: str = ""

    @cached_property
    def reader(self) -> Reader:
        """The compiled expressions."""
        return Reader(self)


@dataclass(frozen=True, slots=True)
class Statement:
    """A fault that a sentence states.

    Args:
        wording: which one.
        sentence: where; of a table's cell or a diagram's label as well.
        admitted: whether the text knows it: it stands under limitations or risks, or will be mended later.

    """

    wording: Wording
    sentence: Sentence
    admitted: bool = False


# Sections and leads of lists that say nothing of the design as it is.
_ELSEWHERE = re.compile(
    r"[\W\d_]*(?:(?:design|architectur\w+|other|possible|implementation|deployment|the|our|what we|system|future|security|api) )?"
    r"(?:(?:alternatives?|considered|rejected|options?\b(?! (?:page|menu))|pros|cons|histor(?:y|ical)|previous\w*|changelog|release notes|glossary"
    r"|references|anti-?patterns?|non-?goals?|out of scope|post-?mortems?|lessons|upgrade path|roadmap|recommend\w*|proposals?"
    r"|target (?:state|architecture)|examples?|requirements?|do not|don'?ts?|never do|avoid|threats?|mitigations?|review questions|faq"
    r"|acceptance criteria)\b|(?:before|background|motivation|problems?(?: statement)?|incidents?|context and problem statement)\W*$)",
    re.IGNORECASE,
)
_ADMITTED = re.compile(
    r"\b(?:limitations?|known (?:issues|problems|gaps)|risks?|technical debt|tech debt|to-?do|open (?:questions|issues|points)"
    r"|trade-?offs?|shortcomings|gaps|weaknesses|future|later|next steps|current state|drawbacks?|negative)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\b(?:current|today|as is)\b", re.IGNORECASE)
_SMALL = re.compile(
    r"\b(?:dev(?:elopment)?|local(?:ly| development| setup)?|staging|testing|test environment|demo|sandbox|laptop|preview|poc)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:previously|formerly|(?<!is )(?<!are )(?<!be )(?<!was )(?<!were )used to|in the past|historically|originally|back then|at (?:the|that) time"
    r"|before (?:this|the|that) (?:change|decision|migration|rewrite|release|move)|until (?:recently|last|version|20\d\d|v\d)"
    r"|the (?:old|former|previous) \w+|(?:had|were|was) (?:no|neither|never|not|without)\b(?! been)|last (?:year|month|quarter)|in 20[012]\d,"
    r"|were (?:added|removed|fixed)|(?:has|have) since|is now|are now|since then)\b"
)
_WOULD = re.compile(
    r"\b(?:otherwise|imagine|suppose|could have|hypothetic\w+|would have|we would|in theory|what happens|discuss\w*|wonder\w*)\b"
)
_CONSIDERED = re.compile(
    r"\b(?:considered|rejected (?:because|as|in favou?r|the idea)|(?:was|were) (?:discarded|dismissed)|ruled out|alternatively)\b"
)
_CASE = re.compile(
    r"\b(?:if|when|whenever|unless|in case|whether|as soon as|even if|should (?:a|an|the|any|it)) [^,;]{1,240}"
)
_LONE_CASE = re.compile(r"^(?:if|when|whenever|in case|as soon as|unless|should) [^,;]{1,400}$")
_WEAK = r"no|not|\w{2,6}n't|cannot|never|neither|nor|none|nothing|nobody|nowhere|without|hardly|zero"
_STRONG = (
    r"never|must not|mustn't|may not|cannot|can't|shall not|should not|shouldn't|no longer|avoid\w*|prevent\w*|instead of|rather than|unlike"
    r"|eliminat\w+|forbids?|forbidden|prohibit\w*|reject\w*|refus\w+|disallow\w*|den(?:y|ies|ied)|replac\w+|remov\w+|ruled? out"
    r"|protect\w*|guards?|against|ban(?:s|ned)?|block(?:s|ed)(?! (?:with|until|forever|indefinitely|while|on|for|the (?:thread|caller|worker)))|detect\w*|catch\w*|flags|free (?:of|from)|tolerat\w+|surviv\w+|withstand\w*|against|do not|don't"
)
_NEGATORS = re.compile(rf"\b(?:{_STRONG}|{_WEAK})\b")
_STRONG_ONLY = re.compile(rf"\b(?:{_STRONG})\b")
_NEUTRAL = re.compile(r"\b(?:not only|not just|no matter|no doubt|nothing else|whether or not|if not|no one knows)\b")
_BOUND = re.compile(
    r"[;:.]| - | but |, (?:and|so|which|while|yet|then|or)\b|\bhowever\b|, (?=\w+ (?:is|are|has|have|runs?|can|may) )|\bbecause\b|\bsince\b"
)
_DENIED = re.compile(
    r"\b(?:rejected|refused|forbidden|prohibited|denied|blocked|avoided|prevented|impossible|disallowed|banned|an error|unacceptable|answered with"
    r"|not (?:allowed|permitted|possible|used|accepted|exist|supported|tolerated|reach|pass|get|merged|deployed)|never (?:allowed|used|accepted|reach|leave|happen)"
    r"|fails? (?:the|review|ci|validation|in ci|closed)|(?:returns?|gets?|receives?|answers?|with|a) (?:an? )?(?:http )?4\d\d)\b"
)
_UNNEEDED = re.compile(
    r"\b(?:needs? no|no need|(?:not|n't) (?:be )?(?:needed?|necessary|applicable|an option|acceptable|required)|unnecessary|no \w+(?: \w+)? (?:is|are) needed"
    r"|without (?:needing|the need)|do(?:es)? not need|n't need|superfluous|not (?:affected|lost|dropped|interrupted))\b"
)
_NONE = (
    r"(?:none|no|nil|off|disabled|false|not (?:set|configured|implemented|used|enabled|defined|yet|planned|present|available|required|encrypted|in place|supported|at all|replicated)\b.*"
    r"|missing|absent|❌|✗|✘|✖|⛔|🔴|0|unlimited|infinite|infinity|∞|never|unset|unbounded|to-?do\b.*|tbd\b.*|nothing|forever|open|planned\b.*|later\b.*"
    r"|deferred\b.*|no limit|without|unknown|ignored|skipped|future\b.*|not .{0,30}yet)"
)
_DASH = re.compile(r"[-–—?.]*$")
_GAP = r"(?:(?!(?:need|two|three|four|five|change|impact|effect|longer|more|other|than|to|for|of|from|in|is|are|was|be|has|have|which|that|with|on|at|as|if|by|can|will|it|because|reason|exceptions?)\b)[\w/'&-]+ ){0,3}"
_ADVERBS = r"(?:(?:yet|currently|been|being|explicitly|\w+ly|at all|any|even|always|ever|fully|also) ){0,3}"
_SET = (
    r"(?:set|configured|used|enabled|implemented|defined|applied|enforced|present|available|supported|provided|in place|required|there|performed|taken|made"
    r"|done|checked|verified|specified|given|added|active|run|exist|happen|kept|stored|installed|built|limited|passed|propagated|tested|created|written|guaranteed|considered|foreseen|part of|tried|turned on|switched on|covered|validated|ready|planned|maintained|established|possible|offered|send|sent|deployed|use)"
)
_HAVE = (
    r"(?:have|has|set|uses?|define[sd]?|configure[sd]?|apply|applies|enforces?|implements?|supports?|provides?|requires?|includes?|employs?|specif(?:y|ies)|perform"
    r"|offers?|enables?|exist|take|make|do|run|adds?|carry|pass(?:es)?|come with|protected by|covered by|guarded by|backed by|behind|equipped with|fitted with|ask for|asks for|check|checks|know|know of|keep|maintain|write|create|expose|ship with|wrapped in|put|send|know any|demand|demands|schedule|require any|impose|validate)"
)
_WITHOUT = r"(?:without|lacks?|lacking|missing|misses|miss|omits?|omitting|skips?|skipping|bypass(?:es|ing)?|disables?|disabled|absence of|lack of|decided against|opted against|do(?:es)? without|dispenses? with|ignor(?:es|ing)|forgo(?:es)?|postponed|deferred|turned off|switched off|gave up on|removed|dropped|devoid of|get by without|gets by without)"


# What stands between the words of a hazard must not deny it: "is not reachable" is no "is .. reachable".
_GAPS = re.compile(r"\(\?:((?:\[[^\[\]]{1,20}\]|\\w)\+,?\??[, ]{1,2}\??)\)(?=[{?])")


def _affirmed(gap: re.Match[str]) -> str:
    return rf"(?:(?!(?:not|never|no|neither|nor|cannot|without|only|\w{{2,6}}n't) ){gap[1]})"


class Reader:
    """Judges sentences by one wording."""

    def __init__(self, wording: Wording) -> None:
        thing, done = wording.thing, wording.done
        self._wording = wording
        self._plain: list[re.Pattern[str]] = []
        self._without: list[re.Pattern[str]] = []
        self._no: list[re.Pattern[str]] = []
        self._label: list[re.Pattern[str]] = []
        if thing:
            stop = r"(?![\w-])(?! (?:is|are|was|were) (?:\w+er than|lost|late|too|hit|exceeded|reached|needed))(?! (?:errors?|failures?|storms?|fired|occur\w*|expir\w+|exceed\w*|longer|shorter|greater|breach\w*|violations?|events?|reached|lost|were seen))"
            self._no = [re.compile(rf"\b(?:no|zero|neither|nor|not an?|not any) {_GAP}(?:{thing}){stop}")]
            self._without = [re.compile(rf"\b{_WITHOUT} {_GAP}(?:of )?{_GAP}(?:{thing})(?![\w-])")]
            none = (
                r"(?:none of (?:the |our |these |its )?(?:[\w-]+ ){1,3}?|neither (?:[\w-]+ ){1,6}?|no (?!longer|more)(?:[\w-]+ ){1,2}?"
                r"|nothing |nobody |no one )"
            )
            self._plain = [
                re.compile(
                    rf"^(?:(?:currently|today|at present|so far),? )?{none}(?:has )?(?:\w+ly )?{_HAVE}s? {_GAP}(?:{thing}){stop}"
                ),
                re.compile(
                    rf"\b(?:{thing})(?:[ ,][\w'/-]+){{0,5}}? (?:(?:is|are|has|have|was|does|do|will|be|can|gets?) (?:\w+ly )?(?:not|never|nowhere)|\w{{2,6}}n't|cannot be|never) {_ADVERBS}{_SET}\b"
                ),
                re.compile(
                    rf"\b(?:{thing})(?: [\w'/-]+){{0,4}}? (?:is|are|remains?|stays?|were|has been|have been) (?:\w+ly |still |all ){{0,2}}(?:disabled|missing|absent|off|turned off|switched off|unset|infinite|none|unlimited|left out|omitted|skipped|deferred|out of scope|postponed|on the roadmap|planned|tbd|a to-?do|to be (?:defined|added|done|decided)|still open|future work|lacking|left (?:for|to) (?:later|a later|the)|not (?:yet|there)|ignored|commented out|an afterthought|non-?existent|zero|optional and off)\b"
                ),
                re.compile(rf"(?:\bnot|\bnever|n't|\bcannot) {_ADVERBS}{_HAVE} {_GAP}(?:{thing})(?![\w-])"),
                re.compile(
                    rf"\b(?:{thing})(?: [\w'/-]+){{0,3}}? (?:will|shall|is going to|are going to|can) (?:be )?(?:\w+ ){{0,2}}(?:added|introduced|implemented|come|follow|set up|considered|addressed|configured|done|enabled)\b(?: (?:\w+ ){{0,3}}(?:later|soon|next|phase|v2|after|future|release|quarter|q[1-4]|eventually|once|another|when))"
                ),
                re.compile(rf"\b(?:to-?do|fixme|not yet|later|missing)\b[:,]? (?:\w+ ){{0,3}}(?:{thing})(?![\w-])"),
                re.compile(
                    rf"\b(?:{thing})\b[^.;]{{0,40}}\((?:to-?do|planned|missing|not yet|later|future|not implemented|disabled|none)[^)]{{0,40}}\)"
                ),
            ]
            cell = wording.cell or thing
            self._cell = re.compile(rf"(?:[\w'/&-]+ ){{0,3}}(?:{cell})s?(?: [\w'/()&-]+){{0,3}}\??$")
            self._label = [
                re.compile(
                    rf"^(?:[\w'/&-]+ ){{0,3}}(?:{cell})(?: [\w'/()&-]+){{0,3}}\s?(?::|=| -| –| —|\?|→) ?(.{{1,80}})$"
                )
            ]
        elif wording.cell:
            self._cell = re.compile(rf"(?:[\w'/&-]+ ){{0,2}}(?:{wording.cell})(?: [\w'/()&-]+){{0,3}}\??$")
            self._label = [
                re.compile(
                    rf"^(?:[\w'/&-]+ ){{0,3}}(?:{wording.cell})(?: [\w'/()&-]+){{0,2}}\s?(?::|=| -| –| —|\?|→) ?(.{{1,80}})$"
                )
            ]
        else:
            self._cell = re.compile(r"(?!)")
        if done:
            self._plain += [
                re.compile(rf"(?:\bnot|\bnever|n't|\bno longer|\bun-?(?={done})) ?{_ADVERBS}(?:{done})(?![\w-])"),
            ]
        if wording.limited:
            verbs = r"(?:limit|restrict|cap|bound|check|control|constrain|enforce|slow|count|validat|verif|measur)"
            self._plain += [
                re.compile(
                    rf"(?:\bnot|\bnever|n't|\bnothing|\bnobody|\bno one|\bhardly|\bwithout) (?:\w+ly |ever |here )?{verbs}\w*"
                    rf" (?:(?:the|a|any|on|their|its|its own|total) ){{0,3}}(?:{wording.limited})"
                ),
                re.compile(
                    rf"\b(?:{wording.limited})\b(?: [\w'/-]+){{0,6}}? (?:(?:is|are|will be) (?:\w+ly )?(?:not|never)|isn't|aren't) "
                    rf"(?:\w+ly )?{verbs}\w*"
                ),
                re.compile(
                    rf"\b(?:{wording.limited})\b(?: [\w'/-]+){{0,4}}? (?:is|are|can be|may be|:) ?(?:\w+ly )?(?:unlimited|unrestricted|unbounded|unchecked|arbitrar\w+|infinite)\b"
                ),
            ]
        self._thing = re.compile(rf"\b(?:{thing})(?![\w-])") if thing else None
        self._hazards = [re.compile(_GAPS.sub(_affirmed, each)) for each in wording.hazards]
        self._about = re.compile(wording.about) if wording.about else None
        self._unless = re.compile(wording.unless) if wording.unless else None
        self._value = re.compile(rf"(?:{_NONE}{'|' + wording.bad if wording.bad else ''})(?:[.,;(].{{0,80}})?$")
        self._bad = re.compile(rf"(?:{wording.bad})(?:[.,;( ].{{0,80}})?$") if wording.bad else None

    def heads(self, heading: str) -> bool:
        """Whether a column of a table, or a label, is about it."""
        return bool(self._cell.match(heading))

    def lacks(self, value: str) -> bool:
        """Whether a cell under such a heading says that it is missing."""
        value = value.strip().lower()
        if self._wording.thing:
            return bool(self._value.match(value))
        return bool(self._bad and self._bad.match(value))

    def fault(self, text: str, said: Sentence) -> bool:
        """Whether a sentence in lower case states the fault."""
        wording = self._wording
        if not any(key in text for key in wording.keys):
            return False
        around = f"{text} {said.lead.lower()} {said.section.lower()} {' '.join(said.row).lower()}"
        if self._about and not self._about.search(around):
            return False
        if self._unless and self._unless.search(text):
            return False
        if said.checked is False and self._thing and self._thing.search(text) and not _NEGATORS.search(text):
            return True
        if any((match := each.match(text)) and self.lacks(match[1].strip(" .*")) for each in self._label):
            return True
        cases = [each.span() for each in _CASE.finditer(text)]
        if _LONE_CASE.match(text):
            cases = []
        return any(self._holds(text, match, kind, cases) for match, kind in self._matches(text))

    def _matches(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        for kind, patterns in (
            ("no", self._no),
            ("without", self._without),
            ("plain", self._plain),
            ("hazard", self._hazards),
        ):
            for pattern in patterns:
                for match in pattern.finditer(text):
                    yield match, "case" if pattern.pattern.startswith("(?#case)") else kind

    def _holds(self, text: str, match: re.Match[str], kind: str, cases: Sequence[tuple[int, int]]) -> bool:
        start, end = match.span()
        if kind != "case" and any(first <= start < last for first, last in cases):
            return False
        if kind not in ("hazard", "case") and _UNNEEDED.search(text):
            return False
        if kind in ("hazard", "case") and (_CONSIDERED.search(text)):
            return False
        cut = max((each.end() for each in _BOUND.finditer(text, 0, start)), default=0)
        cut = max([cut, *(last for _, last in cases if last <= start)])
        before = _NEUTRAL.sub("", text[cut:start])
        whole = _NEUTRAL.sub("", text[:start])
        if kind in ("hazard", "case", "without"):
            opened = re.match(
                r"(?:there (?:is|are) |we (?:have|run|keep) )?(?:no|none|neither|never|nothing|nobody|not one)\b", whole
            )
            negators = len(_NEGATORS.findall(before)) + (1 if opened and cut else 0)
        else:
            opened = (
                kind == "plain" and re.match(r"(?:there (?:is|are) )?(?:no|none|nothing|nobody)\b", whole) and start
            )
            negators = len(_STRONG_ONLY.findall(before)) + (1 if opened else 0)
        if negators % 2:
            return False
        rest = re.split(r"[;]| but |, (?:so|yet|and) ", text[end:], maxsplit=1)[0]
        return not _DENIED.search(rest)


def _normal(text: str) -> str:
    text = text.lower().replace("’", "'").replace("—", " - ").replace("–", "-").replace("“", '"').replace("”", '"')
    return " ".join(text.split()).strip(" _\"'")


def statements(document: Document, wordings: Sequence[Wording]) -> Iterator[Statement]:
    """The faults that a document states, in the order of its sentences; one a sentence and rule."""
    if isinstance(document, MarkdownDocument):
        said = [*document.sentences, *_spoken(document.diagrams)]
        skipped = ("context", "problem", "decision drivers") if document.adr else ()
        withdrawn = document.adr is not None and document.adr.status in ("rejected", "superseded", "deprecated")
        if not withdrawn:
            yield from _prose(document, said, wordings, skipped)
            yield from _tables(document, wordings)
    elif isinstance(document, DiagramDocument):
        yield from _prose(document, list(_spoken(document.diagrams)), wordings, ())


def _spoken(diagrams: Sequence[Diagram]) -> Iterator[Sentence]:
    for diagram in diagrams:
        if diagram.dialect not in ("class", "er", "state"):
            for note in diagram.notes:
                yield Sentence(note.text, note.line, note.line)
            for arrow in diagram.arrows:
                if " " in arrow.label:
                    yield Sentence(arrow.label, arrow.line, arrow.line)


def _prose(
    document: Document, said: Sequence[Sentence], wordings: Sequence[Wording], skipped: Sequence[str]
) -> Iterator[Statement]:
    mixed = {each.trail for each in said if each.checked}
    for each in said:
        if len(each.text) > MAX_WORDS or each.column >= 0 and not _wordy(each):
            continue
        text = _normal(each.text)
        if not text or apart(text) or elsewhere(each):
            continue
        if skipped and each.section.lower().startswith(tuple(skipped)):
            continue
        if each.checked is False and each.trail not in mixed and "- [ ]" in document.lines[each.line - 1]:
            continue
        if each.checked and "no " not in text and "not " not in text:
            continue
        told: set[str] = set()
        for wording in wordings:
            if wording.rule not in told and wording.reader.fault(text, each):
                told.add(wording.rule)
                yield Statement(wording, each, admitted(each, text))


def _wordy(said: Sentence) -> bool:
    """Whether a table's cell is prose: it has a verb's room. What stands beside a risk is its mitigation."""
    heads = " ".join(said.headers).lower()
    return said.text.count(" ") >= 3 and not re.search(
        r"mitigation|counter-?measure|alternative|option|pros?\b|cons?\b", heads
    )


def apart(text: str) -> bool:
    """Whether a sentence asks, looks back, or only supposes."""
    text = text.lower()
    return text.endswith("?") or bool(_PAST.search(text) or _WOULD.search(text))


def elsewhere(said: Sentence) -> bool:
    """Whether a sentence stands where a document does not speak of the design as it is."""
    if said.lead and len(said.lead) < 90 and _ELSEWHERE.match(said.lead):
        return True
    titles = said.trail[1:] or said.trail
    if any(_ELSEWHERE.match(title) and not _TODAY.search(title) for title in titles):
        return True
    start = said.text[:60].lower()
    return small(said) or bool(
        re.match(
            r"(?:rejected|alternatives?|considered|pros?|cons?|before|example|recommendation|upgrade path|mitigation|rationale)\b[^:]{0,30}:",
            start,
        )
    )


def small(said: Sentence) -> bool:
    """Whether a sentence is about an environment that nobody depends on."""
    places = (said.section, said.lead[-60:], said.row[0][:40] if said.row else "")
    return any(map(_SMALL.search, places)) or bool(
        re.match(
            r"(?:in|for|on) (?:a |the |local )?(?:dev\w*|local\w*|staging|test\w*|demo|sandbox|ci)\b|(?:dev\w*|local\w*|staging|test)\s?:",
            said.text.lower(),
        )
    )


def admitted(said: Sentence, text: str) -> bool:
    """Whether the text knows of the fault."""
    return bool(
        any(map(_ADMITTED.search, said.trail))
        or _ADMITTED.search(said.lead)
        or re.search(
            r"\b(?:for now|not yet|will be added|planned|to-?do|later|phase 2|known (?:limitation|issue)|accepted risk|roadmap)\b",
            text,
        )
    )


def _tables(document: MarkdownDocument, wordings: Sequence[Wording]) -> Iterator[Statement]:
    for table in document.tables:
        headers = [_normal(each) for each in table.headers]
        for row in table.rows:
            cells = [_normal(each) for each in row.cells]
            place = Sentence(
                " | ".join(row.cells), row.line, row.line, table.section, row.cells, table.headers, 0, table.trail
            )
            if elsewhere(place) or re.search(
                r"mitigation|alternative|option|\bpros?\b|\bcons?\b|before|old", " ".join(headers)
            ):
                continue
            told: set[str] = set()
            for wording in wordings:
                if wording.rule not in told and _row(wording, headers, cells, [each.cells for each in table.rows]):
                    told.add(wording.rule)
                    yield Statement(wording, place, admitted(place, place.text.lower()))


def _row(wording: Wording, headers: Sequence[str], cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    reader = wording.reader
    text = " ".join(cells)
    if reader._unless and reader._unless.search(text):
        return False
    for column, heading in enumerate(headers):
        if column and heading and reader.heads(heading) and column < len(cells):
            if reader.lacks(cells[column]):
                return True
            if wording.thing and _DASH.fullmatch(cells[column]) and len(rows) > 2:
                empty = sum(
                    1 for each in rows if _DASH.fullmatch(each[column].strip()) or "n/a" in each[column].lower()
                )
                if empty == 1 or empty * 4 <= len(rows):
                    return True
    if cells and any(key in cells[0] for key in wording.keys) and reader.heads(cells[0]) and len(cells) > 1:
        return (not reader._about or bool(reader._about.search(text))) and reader.lacks(cells[1])
    return False
