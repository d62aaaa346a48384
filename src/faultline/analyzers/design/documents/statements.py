"""Statements: the faults that the sentences, tables and diagrams of a document state, judged by wordings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faultline.analyzers.design.documents.answered import answered
from faultline.analyzers.design.documents.contractions import written_out
from faultline.analyzers.design.documents.diagram import Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.listening import Listening
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.tense import past
from faultline.analyzers.design.documents.wording import Wording

MAX_WORDS = 900
"""Characters of a sentence that is judged; longer ones are lists of data."""


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
    r"[\W\d_]*(?:(?:design|architectur\w+|other|possible|implementation|deployment|the|our|what (?:else )?we|ideas we"
    r"|system"
    r"|future|security|api) )?"
    r"(?:(?:alternatives?|considered|rejected|options?\b(?! (?:page|menu))|pros|cons|histor(?:y|ical)"
    r"|previous\w*|changelog|release notes|glossary"
    r"|(?:we )?looked at (?:and|but)\b|turned down|decided against|dismissed|discarded|why (?:not|we did not)"
    r"|references|anti-?patterns?|non-?goals?|out of scope|post-?mortems?|lessons|upgrade path|roadmap"
    r"|recommend\w*|proposals\b|not (?:chosen|taken|done|pursued)"
    r"|examples?|requirements?|do not|don'?ts?|never do|avoid|threats?"
    r"|mitigations?|review questions|faq"
    r"|acceptance criteria|root causes?|recap|what (?:happened|went wrong|broke))\b|(?:before|background"
    r"|motivation|problems?(?: statement)?|incidents?"
    r"|context and problem statement"
    r"|usage|installation|install\w*(?: \w+){0,3}|(?:getting|get) started(?: \w+){0,3}|quick ?-?start(?: \w+){0,2}"
    r"|how to (?:install|run|use|build|contribute|help)\b[^:]{0,40}|prerequisites|troubleshooting|contribut\w+"
    r"|(?:local )?development(?: (?:setup|guide|workflow|environment))?|commit (?:messages?|style|conventions?)"
    r"|build(?:ing)?(?: (?:from source|instructions))?|benchmarks?(?: results)?|what'?s new\b.{0,40})\W*$)",
    re.IGNORECASE,
)
_ADMITTED = re.compile(
    r"\b(?:limitations?|known (?:issues|problems|gaps)|risks?|technical debt|tech debt|to-?do|open "
    r"(?:questions|issues|points)"
    r"|trade-?offs?|shortcomings|gaps|weaknesses|future|later|next steps|current state|drawbacks?|negative"
    r"|remaining|residual)\b",
    re.IGNORECASE,
)
_FORMER = re.compile(r"\W*(?:then|before|was|were|old|previously|formerly|until|up to)\b", re.IGNORECASE)
"""Headings of columns that tell of the past."""
_LIMITS = re.compile(r"\b(?:limitations?|gaps?|weakness(?:es)?|shortcomings?|debts?)\b", re.IGNORECASE)
_HYPOTHESES = re.compile(
    r"\b(?:threats?|risks?|likelihood|probability|alternatives?|options?|pros?|cons?)\b", re.IGNORECASE
)
_THREAT = re.compile(
    r"\b(?:risks?|threats?|hazards?|dangers?|attacks?|concerns?|fears?|worr(?:y|ies)|what if|objections?)\b"
)
_TREATED = re.compile(
    r"\b(?:treatment|answers?|mitigations?|measures?|controls?|actions?|responses?|how (?:we|it)|what (?:we|protects)"
    r"|handling|protection|defen[cs]e|owner|met by)\b"
)
"""Headings of columns: what might happen, and beside it what is done about it."""
_TODAY = re.compile(r"\b(?:current|today|as is)\b", re.IGNORECASE)
_SMALL = re.compile(
    r"\b(?:dev(?:elopment)?|local(?:ly| development| setup)?|staging|testing|test environment|demo"
    r"|sandbox|laptop|preview|poc)\b",
    re.IGNORECASE,
)
_TRYING = re.compile(
    r"\b(?:meant|intended|only|suited|just|made|good enough) for"
    r" (?:trying|dev\w*|test\w*|demos?|evaluation|local|playing|laptops?)\b"
)
_WOULD = re.compile(
    r"\b(?:(?<!and )(?<!or )otherwise|imagine|suppose|could have|hypothetic\w+|would have|we would|in theory"
    r"|what happens"
    r"|discuss\w*|wonder\w*)\b"
)

# Sentences of manuals and commit messages: what a setting does, and what was mended.
_MANUAL = re.compile(
    r"^(?:use|set|pass|specify|uncomment|append) (?:(?:`|'|\")?[\w./:-]+(?:`|'|\")? ){1,6}(?:to|in order to) "
    r"|\b(?:a value of|setting (?:this|it|the \w+) to|(?:when|if) set to|if (?:the )?value (?:is|equals)|this option)\b"
    r"|^(?:feat|fix|chore|docs|refactor|test|perf)(?:\([^)]{1,30}\))?!?: "
    r"|^fix(?:e[sd])? (?:an? |the |some )?(?:\w+ )?(?:bug|issue|crash|handling|regression)s?\b"
)
# What a measurement says of itself, and what a sentence says of a program's inside.
_MEASURED = re.compile(
    r"\b(?:achiev\w+|benchmark\w*|throughput|requests? per second|req/s|rps|bottleneck)\b.{0,200}\b(?:single|one) "
    r"(?:\w+ )?(?:machine|box|core|node|instance|host|server|laptop|vm)\b"
)

_SIGNS = str.maketrans({"\u2019": "'", "\u2014": " - ", "\u2013": "-", "“": '"', "”": '"'})


# "Good, because", the options of a record; "2023-06: the relay ran on one box", a history; what a record supersedes.
_ASIDE = re.compile(
    r"(?:good|bad|neutral|pro|con|positive|benefit|advantage|upside)s?[,:] |\+ |supersed(?:es|ed)\b"
    r"|(?:in )?(?:(?:early|late|mid|spring|summer|autumn|winter)[ -]|\w{3,9} )?"
    r"20[012]\d(?:-\d\d){0,2}(?: \([^)]{1,40}\))?(?:[:;]| -)"
)


# "Load test on 12 June with all devices coming back at once: 11 s": what was tried, and not how it is.
_TRIED = re.compile(
    r"(?:last |first |a |the |our |\w+ )?(?:(?:load|stress|chaos|soak|restore|fail-?over|acceptance|power"
    r"|network)[ -])?"
    r"(?:tests?|tested|tried|drills?|drilled|exercises?|exercised|rehears(?:al|ed)|game ?days?|measured|measurements?"
    r"|simulat(?:ed|ion)|experiments?)"
    r"(?:(?: run| \d+)? ?(?:of|on|in|with|by|from) |: ?(?!no\b|none\b|never\b|not\b)| \d)"
)
_LABEL = re.compile(r"(?<=[.!?)]) +")
_NONE = re.compile(r"\W*(?:no|none|not|nothing|nobody|never|without|later|unlimited)\b")
_SINCE = re.compile(r"\b(?:since|now|today|changed|until|then)\b")
_Y_STATEMENT = re.compile(r"\bin the context of\b.{1,600}?\b(?:we )?decided\b(?: (?:for|to|that|on|in favou?r of))?")
_Y_ASIDE = re.compile(
    r"[, ]+(?:and )?(?:against|neglect\w*|rejected|rather than|instead of|not for|to achieve|in order to|accepting)\b"
)


# In a plan of a move, what stands under "Today" is what is left behind.
_MOVING = re.compile(
    r"\b(?:migrat\w+|cut-?over|moving|move (?:to|from|off)|replac(?:ing|ement)|transition|roll-?out plan)\b"
)
_LEFT = re.compile(
    r"[\W\d]*(?:(?:the )?(?:today|now|current\w*|as[- ]is|present|existing|old|legacy|status quo|starting point"
    r"|where we (?:are|stand|come)|before)\b)"
)


_NUMBERED = re.compile(
    r"^\d{1,2}(?:\.\d{1,2}){1,3}\.? (?=[a-z]{3})(?!times|sec|min|hours?\b|days?\b|weeks|mil|bil|cores?\b|cpus?\b"
    r"|[a-z]?bytes)"
)
"""The number of a clause: "2.2 Per-provider timeout" tells of no 2.2 per provider."""


def _normal(text: str) -> str:
    text = written_out(text.lower().translate(_SIGNS))
    text = _NUMBERED.sub("", " ".join(text.split()).strip(" _\"'"))
    if "in the context of" in text and (decided := _Y_STATEMENT.search(text)):
        return _Y_ASIDE.split(text[decided.end() :], maxsplit=1)[0].strip(" ,")
    return text


def statements(document: Document, wordings: Sequence[Wording]) -> Iterator[Statement]:
    """The faults that a document states, in the order of its sentences; one a sentence and rule."""
    if isinstance(document, MarkdownDocument):
        said = [*document.sentences, *_listed(document), *_spoken(document.diagrams)]
        skipped = ("context", "problem", "decision drivers") if document.adr else ()
        withdrawn = document.adr is not None and document.adr.status in ("rejected", "superseded", "deprecated")
        if _moves(document):
            said = [each for each in said if not _left(each)]
        if not withdrawn:
            yield from _prose(document, said, wordings, skipped)
            yield from _tables(document, wordings)
    elif isinstance(document, DiagramDocument):
        yield from _prose(document, list(_spoken(document.diagrams)), wordings, ())


def _moves(document: MarkdownDocument) -> bool:
    """Whether a text plans the way from one system to another."""
    names = (document.path.rpartition("/")[2], *(each.title for each in document.sections[:1]))
    return any(_MOVING.search(each.lower().replace("_", " ").replace("-", " ")) for each in names)


def _left(said: Sentence) -> bool:
    """Whether a sentence of such a text speaks of the system that is left."""
    label = said.text.lower() if re.match(r"[\w ]{1,30}:", said.text) else ""
    column = said.headers[said.column].lower() if 0 <= said.column < len(said.headers) else ""
    return any(map(_LEFT.match, (label, column, said.section.lower(), said.lead.lower())))


_OPERATION = re.compile(
    r"\s{0,12}((?:GET|PUT|POST|PATCH|DELETE) /\S{0,200})\s{1,40}(?:[-#>=:\u2013\u2014\u2192]{1,3}\s{1,8})?(\w.{8,400})$"
)


def _listed(document: MarkdownDocument) -> Iterator[Sentence]:
    """Operations with what they do, listed in a block of code."""
    for fence in document.fences:
        if fence.language in ("", "http", "text", "txt", "plain", "indented"):
            for number, line in enumerate(fence.text.splitlines()[:200], fence.line):
                if (found := _OPERATION.match(line)) and not found[2].startswith("HTTP/"):
                    yield Sentence(f"{found[1]}: {found[2]}", number, number, fence.section, trail=(fence.section,))


def _spoken(diagrams: Sequence[Diagram]) -> Iterator[Sentence]:
    for diagram in diagrams:
        if diagram.dialect not in ("class", "er", "state"):
            for box in diagram.boxes:
                if box.technology or "(" in box.name:
                    words = f"{box.name}: {box.technology}" if box.technology else box.name
                    yield Sentence(words, box.line, box.line)
            for note in diagram.notes:
                yield Sentence(note.text, note.line, note.line)
            for arrow in diagram.arrows:
                if " " in arrow.label:
                    yield Sentence(arrow.label, arrow.line, arrow.line)


def _prose(
    document: Document, said: Sequence[Sentence], wordings: Sequence[Wording], skipped: Sequence[str]
) -> Iterator[Statement]:
    mixed = {each.trail for each in said if each.checked}
    listening = Listening(said, wordings, _normal)
    taken_back = [each for each in wordings if each.mended]
    for at, each in enumerate(said):
        short = each.column >= 0 and not _wordy(each)
        if len(each.text) > MAX_WORDS or (each.column >= 0 and _aside(each)):
            continue
        text = _present(_normal(each.text))
        if not text or apart(text) or elsewhere(each):
            continue
        if skipped and each.section.lower().startswith(tuple(skipped)):
            continue
        if each.checked is False and each.trail not in mixed and "- [ ]" in document.lines[each.line - 1]:
            continue
        if each.checked and "no " not in text and "not " not in text:
            continue
        heard = listening.faults(at, text)
        following = tuple(_following(said, at))
        told = {one.rule for one in taken_back if any(map(one.reader.mends, following))}
        near = (text, *following) if each.column < 0 else tuple(map(_normal, each.row))
        for index in sorted(heard if short else heard | listening.concerned(text)):
            wording = wordings[index]
            if wording.rule not in told and (index in heard or wording.reader.fault(text, each)):
                told.add(wording.rule)
                if not answered(wording.rule, near):
                    yield Statement(wording, each, admitted(each, text))


def _present(text: str) -> str:
    """A sentence without what it asks, and what looks back at its end.

    "No limit? - There is, 5 a second"; "it returns every trip; last year there were 1.2 million".
    """
    asked, mark, reply = text.rpartition("? ")
    if mark and asked and not _NONE.match(reply):
        text = reply
    first, *others = text.split("; ")
    if not others or past(first):
        return text
    return "; ".join((first, *(each for each in others if not past(each) or _SINCE.search(each))))


def _following(said: Sequence[Sentence], at: int) -> Iterator[str]:
    """The next two sentences of the same paragraph or list item."""
    for each in said[at + 1 : at + 3]:
        if each.column < 0 and each.block and each.block == said[at].block:
            yield _normal(each.text)


def _admits(headers: Sequence[str]) -> bool:
    """Whether a table lists what is wrong: what stands beside a limitation is when it will be mended."""
    return bool(headers) and any(map(_LIMITS.search, headers[:3])) and not any(map(_HYPOTHESES.search, headers))


def _mended(cells: Sequence[str]) -> bool:
    return any(
        re.match(r"(?:resolved|done|fixed|closed|completed?|mitigated|✅)\b", each.strip().lower()) for each in cells
    )


def _wordy(said: Sentence) -> bool:
    """Whether a table's cell is prose: it has a verb's room."""
    return said.text.count(" ") >= 3


def _aside(said: Sentence) -> bool:
    """Whether a table's cell speaks of what might be, or will. What stands beside a risk is its mitigation."""
    own = said.headers[said.column].lower() if said.column < len(said.headers) else ""
    if _FORMER.match(own):
        return True
    if _admits(said.headers):
        planned = re.search(r"mitigation|roadmap|plan|fix|work-?around|impact", own)
        return bool(planned) or _mended(said.row)
    heads = " ".join(said.headers).lower()
    if _THREAT.search(heads) and _TREATED.search(heads):
        return True
    return bool(re.search(r"mitigation|counter-?measure|alternative|option|pros?\b|cons?\b", heads))


def apart(text: str) -> bool:
    """Whether a sentence asks, looks back, or only supposes."""
    text = text.lower()
    if text.endswith("?") or _ASIDE.match(text) or _TRIED.match(text) or past(text):
        return True
    return any(each.search(text) for each in (_WOULD, _MANUAL, _MEASURED))


def elsewhere(said: Sentence) -> bool:
    """Whether a sentence stands where a document does not speak of the design as it is."""
    lead = _LABEL.split(said.lead)[-1]
    if lead and len(lead) < 90 and _ELSEWHERE.match(lead):
        return True
    titles = said.trail[1:] or said.trail
    if any(_ELSEWHERE.match(title) and not _TODAY.search(title) for title in titles):
        return True
    start = said.text[:60].lower()
    return small(said) or bool(
        re.match(
            r"(?:rejected|alternatives?|considered|pros?|cons?|before|example|context|background|problem|motivation"
            r"|history"
            r"|recommendation|upgrade path"
            r"|mitigation|rationale)\b[^:]{0,30}:",
            start,
        )
    )


def small(said: Sentence) -> bool:
    """Whether a sentence is about an environment that nobody depends on."""
    if _TRYING.search(said.text.lower()):
        return True
    places = (said.section, said.lead[-60:], said.row[0][:40] if said.row else "")
    return any(map(_SMALL.search, places)) or bool(
        re.match(
            r"(?:in|for|on) (?:a |the |local )?(?:dev\w*|local\w*|staging|test\w*|demo|sandbox|ci)\b|(?:dev\w*"
            r"|local\w*|staging|test)\s?:",
            said.text.lower(),
        )
        or re.search(
            r"\b(?:during|only (?:for|in|during)) (?:the )?(?:local )?(?:development|testing|tests|demos)\b"
            r"|\bdevelopment[- ]only\b|\blocal compose\b",
            said.text.lower(),
        )
    )


def admitted(said: Sentence, text: str) -> bool:
    """Whether the text knows of the fault."""
    return bool(
        any(map(_ADMITTED.search, said.trail))
        or _admits(said.headers)
        or _ADMITTED.search(said.lead)
        or re.search(
            r"\b(?:for now|not yet|will be added|planned|to-?do|later|phase 2|known (?:limitation|issue)"
            r"|accepted risk|roadmap)\b",
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
            if _admits(table.headers) and _mended(row.cells):
                continue
            if elsewhere(place) or re.search(
                r"threat|treatment|mitigation|alternative|option|\bpros?\b|\bcons?\b|before|old", " ".join(headers)
            ):
                continue
            told: set[str] = set()
            about = " ".join((*headers, *cells))
            for wording in wordings:
                concerned = wording.rule not in told and wording.concerns(about)
                if concerned and wording.reader.row(headers, cells, [each.cells for each in table.rows]):
                    told.add(wording.rule)
                    if answered(wording.rule, cells):
                        continue
                    yield Statement(wording, place, admitted(place, place.text.lower()))
