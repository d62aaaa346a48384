"""Wordings: how engineers say that something is missing, or is there and should not be.

A `Wording` is how engineers put one fault into words. There are three kinds, and all can be in one wording:

- a *thing* that protects (a timeout, a backup) is a fault where a sentence says that it is missing: "no timeout",
  "timeouts are not set", "Timeout: none", "❌ timeouts", "timeouts will be added later", a table's cell;
- a *hazard* (one instance, retries for ever) is a fault where a sentence says that it is there;
- cues that make a fault *together*, in any order and none of them an expression (`together.py`): what most wordings
  want, for the other two find only what they foresee.

All are judged by what stands around them. "No single point of failure", "never retries without a backoff" and "calls
without a token are rejected" deny theirs; "if no timeout is set, the build fails" only speaks of a case; a question,
what was so before, a rejected alternative and what is not needed state nothing about the design. The order of the
steps is in `Reader.fault`. Nothing here understands language; it knows how people write such documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from faultline.analyzers.design.documents import frames
from faultline.analyzers.design.documents.markdown import Sentence
from faultline.analyzers.design.documents.together import Together


@dataclass(frozen=True)
class Wording:
    """How one fault is put into words; all expressions are of lower case, and see a sentence in lower case.

    Args:
        rule: the rule's id.
        keys: one of these must be in the sentence, or none of the expressions is tried.
        together: cues that make the fault in any order (`together.py`); needs no keys.
        thing: the noun of what protects.
        done: the participle of it: `rate[- ]limited`, told as missing by "not rate limited".
        hazards: what should not be there. One that starts with `(?#case)` may stand in an if-clause.
        about: must be in the sentence, its list's lead or its section.
        unless: where the sentence says this, it is no fault.
        mended: where the sentence after it says this, it is none either.
        limited: what a limit would be on, told as missing by "we do not restrict ..." and "... is not limited".
        cell: the heading of a table's column, or a label before a colon, when it is more than `thing`.
        value: what a cell says that is a fault whatever its heading.
        bad: values of such a cell that are a fault beside those that say "none".
        strict: only the values of `bad` are a fault in a cell: "Retries: none" is none.
        vague: told as `info`, for on texts of strangers it was wrong more often than right.
        says: what is so here, for the finding's message.

    """

    rule: str
    keys: tuple[str, ...]
    says: str
    together: tuple[Together, ...] = ()
    thing: str = ""
    done: str = ""
    hazards: tuple[str, ...] = ()
    about: str = ""
    unless: str = ""
    mended: str = ""
    limited: str = ""
    cell: str = ""
    value: str = ""
    bad: str = ""
    strict: bool = False
    vague: bool = False

    def concerns(self, text: str) -> bool:
        """Whether a text in lower case may be about it at all: what is tried first, for it is cheap."""
        return any(key in text for key in self.keys)

    @cached_property
    def reader(self) -> Reader:
        """The compiled expressions."""
        return Reader(self)


_CONSIDERED = re.compile(
    r"\b(?:considered|rejected (?:because|as|in favou?r|the idea)|(?:was|were) (?:discarded|dismissed|rejected"
    r"|turned down)"
    r"|ruled out|alternatively)\b"
)
_CASE = re.compile(
    r"\b(?:(?:if|when|whenever|unless|in case|whether|as soon as|should (?:a|an|the|any|it)) [^,;]{1,240}"
    r"|(?:even if|although|even though) [^;]{1,240})"
)
_LONE_CASE = re.compile(r"^(?:if|when|whenever|in case|as soon as|unless|should) [^,;]{1,400}$")
_WEAK = r"no|not|\w{2,6}n't|cannot|never|neither|nor|none|nothing|nobody|nowhere|without|hardly|zero"
_STRONG = (
    r"never|must not|mustn't|may not|cannot|can't|shall not|should not|shouldn't|no longer|avoid\w*"
    r"|prevent\w*|instead of|rather than|unlike"
    r"|eliminat\w+|forbids?|forbidden|prohibit\w*|reject\w*|refus\w+|disallow\w*|den(?:y|ies|ied)"
    r"|replac\w+|remov\w+|ruled? out"
    r"|protect\w*|guards?|against|ban(?:s|ned)?|block(?:s|ed)(?! (?:with|until|forever|indefinitely|while"
    r"|on|for|the (?:thread|caller|worker)))|detect\w*|catch\w*|flags|free (?:of|from)|tolerat\w+"
    r"|surviv\w+|withstand\w*|against|do not|don't"
)
_NEGATORS = re.compile(rf"\b(?:{_STRONG}|{_WEAK})\b")
_STRONG_ONLY = re.compile(rf"\b(?:{_STRONG})\b")
_NEUTRAL = re.compile(r"\b(?:not only|not just|no matter|no doubt|nothing else|whether or not|if not|no one knows)\b")
_OPENED = re.compile(r"(?:there (?:is|are) |we (?:have|run|keep) )?(?:no|none|neither|never|nothing|nobody|not one)\b")
_NO = re.compile(r"(?:there (?:is|are) )?(?:no|none|nothing|nobody)\b")
_END = re.compile(r"[;:.] | - | but |\bbecause\b|\bsince\b")
_BOUND = re.compile(
    r"[;:.]| - | but |, (?:and|so|which|while|yet|then|or)\b|\bhowever\b|, (?=\w+ (?:is|are|has|have"
    r"|runs?|can|may) )|\bbecause\b|\bsince\b"
)
_DENIED = re.compile(
    r"\b(?:rejected|refused|turned away|forbidden|prohibited|denied|blocked|avoided|prevented|impossible|disallowed"
    r"|banned|an error|unacceptable|answered with|no longer (?:pass|build|compile|happen|exist|reach|get|possible)\w*"
    r"|not (?:allowed|permitted|possible|used|accepted|exist|supported|tolerated|reach|pass|get|merged"
    r"|deployed)|never (?:allowed|used|accepted|reach|leave|happen|get|pass)"
    r"|fails? (?:the|review|ci|validation|in ci|closed)|(?:returns?|gets?|receives?|answers?|with|a) "
    r"(?:an? )?(?:http )?4\d\d)\b"
)
_UNNEEDED = re.compile(
    r"\b(?:needs? no|no need|(?:not|n't) (?:be )?(?:needed?|necessary|applicable|an option|acceptable"
    r"|required)|unnecessary|no \w+(?: \w+)? (?:is|are) needed"
    r"|without (?:needing|the need)|do(?:es)? not need|n't need|superfluous|not (?:affected|lost|dropped"
    r"|interrupted))\b"
)
_QUOTED = re.compile(r"\"[^\"]{1,200}\"")
_FOR_A_WHILE = re.compile(r"\d ?\w{0,12} $")
"""Before "without": "after 15 minutes without a heartbeat" tells what is noticed."""
_UP_TO = re.compile(r"\b(?:within|up to|at most|no more than|max\.?|limited by|bounded by) (?:[\w'-]+ ){0,3}\d")
"""What bounds a cell after all: "no limit within the run's 96 h"."""
_SCHEDULE = re.compile(r"\d ?(?:s|m|h|sec\w*|min\w*|hours?|days?)\b.{1,30}\d ?(?:s|m|h|sec\w*|min\w*|hours?|days?)\b")
"""Pauses one after the other: "at once, 1 h, 6 h"."""
_DASH = re.compile(r"[-\u2013\u2014?.]*$")
# What stands between the words of a hazard must not deny it: "is not reachable" is no "is .. reachable".
_GAPS = re.compile(r"\(\?:((?:\[[^\[\]]{1,20}\]|\\w)\+,?\??[, ]{1,2}\??)\)(?=[{?])")


def _affirmed(gap: re.Match[str]) -> str:
    return rf"(?:(?!(?:not|never|no|neither|nor|cannot|without|only|\w{{2,6}}n't) ){gap[1]})"


class Reader:
    """Judges sentences by one wording."""

    def __init__(self, wording: Wording) -> None:
        thing, done = wording.thing, wording.done
        self._wording = wording
        heads = wording.cell or thing
        self._no, self._without, self._plain = frames.missing(thing) if thing else ([], [], [])
        self._plain += frames.undone(done) if done else []
        self._plain += frames.unlimited(wording.limited) if wording.limited else []
        self._heads = frames.heading(heads) if heads else None
        self._label = frames.label(heads) if heads else None
        self._thing = re.compile(rf"\b(?:{thing})(?![\w-])") if thing else None
        self._hazards = [re.compile(_GAPS.sub(_affirmed, each)) for each in wording.hazards]
        self._about = re.compile(wording.about) if wording.about else None
        self._unless = re.compile(wording.unless) if wording.unless else None
        self._mended = re.compile(wording.mended) if wording.mended else None
        self._value = re.compile(rf"(?:{frames.NONE}{'|' + wording.bad if wording.bad else ''})(?: ?[.,;(].{{0,80}})?$")
        self._cell = re.compile(wording.value) if wording.value else None
        self._bad = re.compile(rf"(?:{wording.bad})(?:[.,;( ].{{0,80}})?$") if wording.bad else None

    def heads(self, heading: str) -> bool:
        """Whether a column of a table, or a label, is about it."""
        return bool(self._heads and self._heads.match(heading))

    def lacks(self, value: str) -> bool:
        """Whether a cell under such a heading says that it is missing."""
        value = value.strip().lower()
        if _UP_TO.search(value) or _SCHEDULE.search(value):
            return False
        if self._wording.thing and not self._wording.strict:
            return bool(self._value.match(value))
        return bool(self._bad and self._bad.match(value))

    def mends(self, after: str) -> bool:
        """Whether the sentence after one takes back what it states."""
        return bool(self._mended and self._mended.search(after))

    def fault(self, text: str, said: Sentence) -> bool:
        """Whether a sentence in lower case states the fault."""
        around = f"{text} {said.lead.lower()} {said.section.lower()} {' '.join(said.row).lower()}"
        if self._about and not self._about.search(around):
            return False
        if self._unless and self._unless.search(text):
            return False
        if said.checked is False and self._thing and self._thing.search(text) and not _NEGATORS.search(text):
            return True
        if self._label and (match := self._label.match(text)) and self.lacks(match[1].strip(" .*")):
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
        if any(first.start() < start and end <= first.end() for first in _QUOTED.finditer(text)):
            return False
        if kind == "without" and _FOR_A_WHILE.search(text, max(0, start - 30), start):
            return False
        if kind != "case" and any(first <= start < last for first, last in cases):
            return False
        if kind not in ("hazard", "case") and _UNNEEDED.search(text):
            return False
        if kind in ("hazard", "case") and (_CONSIDERED.search(text)):
            return False
        cut = max((each.end() for each in _BOUND.finditer(text, 0, start)), default=0)
        cut = max([cut, *(last for _, last in cases if last <= start)])
        before = _NEUTRAL.sub("", text[cut:start])
        ended = max((each.end() for each in _END.finditer(text, 0, start)), default=0)
        whole = _NEUTRAL.sub("", text[ended:start]).lstrip()
        if kind in ("hazard", "case", "without"):
            opened = bool(cut > ended and _OPENED.match(whole))
            negators = len(_NEGATORS.findall(before)) + opened
        else:
            opened = bool(start and kind == "plain" and _NO.match(whole))
            negators = len(_STRONG_ONLY.findall(before)) + opened
        if negators % 2:
            return False
        rest = re.split(r"[;]| but |, (?:so|yet|and) ", text[end:], maxsplit=1)[0]
        return not _DENIED.search(rest)

    def row(self, headers: Sequence[str], cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
        """Whether a row of a table states the fault.

        Args:
            headers: of the columns, in lower case.
            cells: of the row, in lower case.
            rows: the cells of all rows: an empty cell says something where its siblings are filled.

        """
        text = " ".join(cells)
        if self._unless and self._unless.search(text):
            return False
        if self._about and not self._about.search(f"{' '.join(headers)} {text}"):
            return False
        for column, heading in enumerate(headers):
            if self._cell and column and column < len(cells) and self._cell.fullmatch(cells[column]):
                return not re.search(r"\b(?:max|unavailable|surge|per|minimum|lost|fail\w*)\b", heading)
            if column and heading and self.heads(heading) and column < len(cells):
                if self.lacks(cells[column]):
                    return True
                if (
                    self._wording.thing
                    and not self._wording.strict
                    and _DASH.fullmatch(cells[column])
                    and len(rows) > 2
                ):
                    others = [each[column].lower().strip() for each in rows]
                    empty = sum(1 for each in others if _DASH.fullmatch(each) or "n/a" in each)
                    if empty == 1 or empty * 4 <= len(rows):
                        return True
        if len(cells) > 1 and any(key in cells[0] for key in self._wording.keys) and self.heads(cells[0]):
            return self.lacks(cells[1])
        return False
