"""Together: faults that several cues make, in any order, where nothing protects.

"The mail job sends the batch again right away when the provider is down" and "When the provider is down, right away the
batch goes out again" have no sequence of words in common; both have a cue of repeating and one of not waiting. Such a
fault is a `Together`: lexicons of which each must be heard, the last one stated as a fact (not denied, not inside an
if-clause), the first one also from what stands around (the sentence before in the same paragraph, the list's lead, the
section's title, the heading of the table's column). A protecting cue that is not denied, in the sentence or its
paragraph or its row, makes it none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faultline.analyzers.design.documents.cues import NOTHING, Heard, Lexicon, Span


@dataclass(frozen=True)
class Together:
    """Cues that make a fault.

    Args:
        cues: the lexicons; the last says the hazard, the first the subject.
        unless: what protects, in the sentence.
        spared: what protects, anywhere in the paragraph, the list item or the table's row.
        wide: the subject may be anywhere in the paragraph, or in a sentence or two beside it.
        lone: the subject must be in the sentence itself, not only around it.
        case: the hazard may stand in an if-clause.
        clause: no semicolon, full stop or "but" stands between the subject, the hazard and what protects.

    """

    cues: tuple[Lexicon, ...]
    unless: Lexicon = NOTHING
    spared: Lexicon = NOTHING
    wide: bool = False
    lone: bool = False
    case: bool = False
    clause: bool = False

    @property
    def lexicons(self) -> Iterator[Lexicon]:
        """All lexicons that it asks for."""
        yield from self.cues
        yield self.unless
        yield self.spared


@dataclass(frozen=True)
class Passage:
    """A sentence and what stands around it; all in lower case.

    Args:
        text: the sentence.
        before: the sentence before it in the same paragraph.
        around: the list's lead, the section's title, the heading of the column.
        whole: the other sentences of its paragraph or list item; the other cells of its row.
        beside: the sentences before and after it that stand in the same section and another paragraph.

    """

    text: Heard
    before: Heard
    around: Heard
    whole: Sequence[Heard] = ()
    beside: Sequence[Heard] = ()


_GOES_ON = re.compile(
    r"(?:it|its|this|they|their|that|these|those|there|such|each|all|both|then|after|the (?:second|next|same|others?"
    r"|attempts?|jobs?|messages?|calls?|requests?|events?))\b"
)
"""How a sentence begins that speaks of what the one before it spoke of."""
FAR = 170
"""Characters that may stand between two cues of one fault."""
_CASE = re.compile(
    r"\b(?:(?:if|when|whenever|unless|in case(?! of)|whether|though|should (?:a|an|the|any|it))"
    r" (?:(?!(?<!and)(?<!or)(?<!that)(?<!which) we (?:create|send|post|repeat|retry|try|make|book|charge|submit"
    r"|start|ask|call|take|put|use|go|just|simply|drop|delete|discard|throw|keep|restart|restore)\b"
    r"| (?:(?:it|they|we|he|nobody|nothing|somebody|everything|all) [a-z]+(?:s|re|ill|n|ve)"
    r"|(?:the|an?|its|our|their|all|no|every) [\w-]+(?: [\w-]+)? (?:is|are|will|gets?|goes|go|cannot|can|must|has|have"
    r"|fails?|hangs?|waits?|tries|simply)|the [\w-]+ [a-z]{3,}s)\b)[^,;]){1,240}"
    r"|(?:even if|although|even though|also (?:if|when)) [^;]{1,240})"
)
_LONE_CASE = re.compile(r"^(?:if|when|whenever|in case(?! of)|unless|should|although) [^,;]{1,400}$")
_NEGATORS = re.compile(
    r"\b(?:no|not|never|neither|nor|none|nothing|nobody|nowhere|without|hardly|zero|cannot|\w{2,6}n't|avoid\w*"
    r"|prevent\w*|instead of|rather than|unlike|forbid\w*|prohibit\w*|disallow\w*|eliminat\w+|rul(?:e|es|ed|ing) out"
    r"|no longer|protects?|guards?|stop(?:s|ped)? \w+ing|tolerat\w+|cop(?:e|es|ing)|surviv\w+|withstand\w*)\b"
)
_NEUTRAL = re.compile(
    r"\b(?:not only|not just|no matter|no doubt|nothing else|whether or not|no one knows|even if|in case"
    r"|(?:that|which|who|whose \w+) (?:\w+ )?(?:cannot|\w{2,6}n't|(?:could|did|does|do|was|were|is|are|has|have|will)"
    r" not)"
    r"|not (?:responding|answering|reachable|available|acknowledged|delivered|processed)|is not wait\w*"
    r"|no (?:answer|reply|response|ack\w*|confirmation|result|reaction|connection|network|error"
    r"|receipt|one (?:answers|replies))"
    r"|(?:does|do|did) not (?:answer|respond|reply|succeed|acknowledge|work|wait|stop)"
    r"|without (?:waiting|limit|a limit|end|(?:an? |any )?(?:answer|reply|response|ack\w*|confirmation|result)))\b"
)
_BOUND = re.compile(
    r"[;:.?!] | - | but |, (?:and|so|which|while|yet|then|or)\b|\bhowever\b"
    r"| and (?=not |never |no |none |nobody |nothing)|, (?=\w+ (?:is|are|has|have|do|runs?|can|may) )|\bbecause\b"
    r"|\bsince\b"
    r"|(?<=without )(?:an? |any |the )?[\w-]+ and (?=[\w-]+s )"  # "without a timeout and retries at once"
)
_PARTS = re.compile(r"[;.](?= |$)| but | - ")
_REST = re.compile(r"[;.] | but |, (?:so|yet|and|which) ")
_DENIED = re.compile(
    r"\b(?:rejected|refused|forbidden|prohibited|denied|avoided|prevented|impossible|disallowed|banned"
    r"|is an error"
    r"|unacceptable|ruled out|no longer"
    r"|not (?:allowed|permitted|possible|used|accepted|supported|tolerated|needed|necessary)"
    r"|(?:gets?|receives?|returns?|answer(?:s|ed)? (?:with|by)) (?:an? )?(?:http )?4\d\d"
    r"|never (?:allowed|used|accepted|happens?)|would (?:have|be|lead|mean|make|cause|need|not))\b"
)
_DIRECTLY = re.compile(
    r"(?:\b(?:not|never|hardly)|n't) $|\b(?:no|nothing|nobody|none)(?: [\w'-]+){0,2}? (?:is|are|gets?|can be|will be) $"
)
"""What denies the very next words, whatever was denied before: "no order is sent twice, no fill is lost"."""
_CONSIDERED = re.compile(
    r"\b(?:(?<!is )(?<!are )considered|rejected (?:because|as|in favou?r|the idea)|(?:was|were) (?:discarded|dismissed"
    r"|rejected|turned down)|alternatively)\b"
)
_WOULD = re.compile(r"\b(?:would|could(?! not\b))\b")
_UNDONE = re.compile(r" (?:(?:is|are|was|were) (?:not|never|no longer)|(?:does|do) not|never)\b")
"""After a hazard: "payloads are not logged"."""
_QUOTED = re.compile(r"\"[^\"]{1,200}\"")
_DENIES = re.compile(
    r"\b(?:no|not|never|without|neither|nor|lacks?|missing|nobody|nothing|\w{2,6}n't|cannot|saves?|spares?"
    r"|saving|sparing|instead of|rather than|unlike)\b"
    r"(?: (?!(?:is|are|was|were|does|do|that|(?<!by )which)\b)[\w'-]+){0,6} ?$"
)
_ABSENT = re.compile(
    r"^(?: [\w'-]+){0,4}? (?:(?:is|are|has|have|was|were|will be) (?:\w+ )?"
    r"(?:not|never|no|missing|absent|off|disabled|unset|removed|retired|dropped|dismantled|gone)"
    r"|\w{2,6}n't|not (?:set|used|configured|there|yet)|missing)\b"
)


def affirmed(heard: Heard, lexicon: Lexicon, beside: Span | None = None) -> bool:
    """Whether a text says one of the cues, in the clause of `beside`, without denying it right before or after."""
    return any(
        not _DENIES.search(heard.text[max(0, start - 60) : start]) and not _ABSENT.match(heard.text[end : end + 80])
        for start, end in heard.of(lexicon)
        if not beside or not _parted(heard, (start, end), beside)
    )


def states(together: Together, passage: Passage) -> bool:
    """Whether a passage states a fault."""
    heard = passage.text
    hazards = heard.of(together.cues[-1])
    if not hazards:
        return False
    first, *others = together.cues[:-1] or (together.cues[-1],)
    if any(not heard.of(each) for each in others):
        return False
    subjects = heard.of(first)
    if not subjects:
        before = bool(passage.before.of(first) and _GOES_ON.match(heard.text))
        whole = together.wide and any(each.of(first) for each in (*passage.whole, *passage.beside))
        if together.lone or not (before or whole or affirmed(passage.around, first)):
            return False
    if together.unless and not together.clause and affirmed(heard, together.unless):
        return False
    spares = (heard, *passage.whole, *(passage.beside if together.wide else ())) if together.spared else ()
    if any(affirmed(each, together.spared) for each in spares):
        return False
    told = [span for each in together.cues[:-1] for span in heard.of(each)]
    return any(
        (
            not subjects
            or any(_near(hazard, each) and not (together.clause and _parted(heard, hazard, each)) for each in subjects)
        )
        and _stated(heard, hazard, told, together.case)
        and not (together.clause and together.unless and affirmed(heard, together.unless, hazard))
        for hazard in hazards
    )


def _ends_in(text: str, hazard: Span, case: Span) -> bool:
    """Whether a cue reaches into an if-clause; "does not check whether" has one of its own."""
    return case[0] < hazard[1] <= case[1] and not text.startswith(("whether", "even if"), case[0])


def _near(one: Span, other: Span) -> bool:
    return max(one[0], other[0]) - min(one[1], other[1]) <= FAR


def _parted(heard: Heard, one: Span, other: Span) -> bool:
    return bool(_PARTS.search(heard.text, min(one[1], other[1]), max(one[0], other[0])))


def _stated(heard: Heard, hazard: Span, others: Sequence[Span], case: bool) -> bool:
    """Whether a cue is told as a fact; `others` are those of its fault, which may hold a "not" of their own."""
    text, (start, end) = heard.text, hazard
    if any(first <= start and end <= last for first, last in (each.span() for each in _QUOTED.finditer(text))):
        return False
    cases = [each.span() for each in _CASE.finditer(text)]
    if (
        not case
        and not _LONE_CASE.match(text)
        and any(first < start < last or _ends_in(text, hazard, (first, last)) for first, last in cases)
    ):
        return False
    cut = max((each.end() for each in _BOUND.finditer(text, 0, start)), default=0)
    cut = max([cut, *(last for _, last in cases if last <= start)])
    before = text[cut:start]
    for first, last in others:  # "whatever was not acknowledged" is a subject, and denies nothing
        if cut <= first and last <= start:
            before = before.replace(text[first:last], " ")
    if _DIRECTLY.search(before) or _WOULD.search(before) or len(_NEGATORS.findall(_NEUTRAL.sub("", before))) % 2:
        return False
    if _CONSIDERED.search(text):
        return False
    if _UNDONE.match(text, end) and not _NEGATORS.search(text, start, end):
        return False
    return not _DENIED.search(_REST.split(text[end:], maxsplit=1)[0])
