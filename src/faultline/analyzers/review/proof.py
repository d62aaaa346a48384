"""Suggestions that carry proof: a change that would mend a finding is told only when it does, and breaks nothing.

Each one is applied in memory to the new version of its file, and has to hold in every respect:

    it fits         lines that exist, none twice, no other file; the end of the file and its newlines stay as they are
    it parses       Python's own parser, and tree-sitter without an error that was not there
    it mends        the same checks and tools see this once less, and nothing more often than before
    it is in form   a Python file that was formatted by ruff still is

What does not hold stays prose. The tools are asked once for all candidates of an agent, and a few are enough.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from faultline.analyzers.review.change import ChangedFile
from faultline.analyzers.review.fixes import fix_of
from faultline.analyzers.review.language import Language
from faultline.analyzers.review.looking import Looking
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source
from faultline.core.finding import Edit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_CANDIDATES: Final = 30
"""Of an agent in one review; the first ones, by path and line."""
MAX_SECONDS: Final = 5.0
"""No further candidate is looked at after that."""
MAX_LINES: Final = 5_000
"""Lines of a file; for longer ones the proof would take longer than the review."""
MAX_TEXT: Final = 4_000
"""Characters that a suggestion may put in."""
TOOL: Final = "ruff"
FORMAT: Final = "ruff-format"
FORMATTING: Final = "format"
"""The tools that look at Python, one for rules and one for the form, and the code of what the latter says."""
_Counts = Counter[tuple[str, str]]
"""How often: by the tool, empty for our checks, and its code."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(eq=False)
class _Candidate:
    place: int
    source: Source
    observation: Observation
    edits: tuple[Edit, ...]
    edited: Source


def prove(
    found: Sequence[tuple[ChangedFile, Observation]],
    looking: Looking,
    clock: Callable[[], float] = time.thread_time,
) -> list[tuple[Edit, ...]]:
    """For each of what was found the edits that mend it; none where there are none that hold.

    Args:
        found: with its file, whose new version is the one to mend.
        looking: the checks that found it, which know the unchanged files already.
        clock: seconds of this thread, which a busy machine does not change.

    """
    proven: list[tuple[Edit, ...]] = [()] * len(found)
    candidates = _candidates(found)
    if not candidates:
        return proven
    diagnostics = candidates[0].source.diagnostics.again([each.edited for each in candidates])
    before: dict[int, _Counts] = {}
    started = clock()
    for each in candidates:
        if clock() - started > MAX_SECONDS:
            break
        each.edited.diagnostics = diagnostics
        if _parses(each) and _mends(each, looking, before) and _in_form(each):
            proven[each.place] = each.edits
    return proven


def applied(text: str, edits: Iterable[Edit]) -> str | None:
    """A text with edits in it; None where they do not fit: lines that are not there, or that two of them change."""
    lines = text.split("\n")
    last = len(lines) - (1 if text.endswith("\n") else 0)
    bound = last + 1
    for edit in sorted(edits, key=lambda each: (each.start_line, each.end_line), reverse=True):
        if not edit.start_line <= edit.end_line < bound:
            return None
        bound = edit.start_line
        lines[edit.start_line - 1 : edit.end_line] = [] if edit.replacement is None else edit.replacement.split("\n")
    return "\n".join(lines)


def _candidates(found: Sequence[tuple[ChangedFile, Observation]]) -> list[_Candidate]:
    kept: list[_Candidate] = []
    for place, (file, observation) in enumerate(found):
        source = file.head
        if source is None or source.partial or len(source.lines) > MAX_LINES:
            continue
        edits = observation.edits or fix_of(source, observation)
        if not edits or any(edit.path != source.path for edit in edits):
            continue
        told = "".join(edit.replacement or "" for edit in edits)
        text = applied(source.text, edits)
        if text is None or len(told) > MAX_TEXT or _UNSEEN.search(told):
            continue
        if text == source.text or text.endswith("\n") is not source.text.endswith("\n"):
            continue
        edited = Source(source.path, text, source.role)
        kept.append(_Candidate(place, source, observation, tuple(sorted(edits, key=_line)), edited))
        if len(kept) == MAX_CANDIDATES:
            break
    return kept


def _line(edit: Edit) -> int:
    return edit.start_line


def _parses(each: _Candidate) -> bool:
    if each.source.language is Language.PYTHON:
        return each.source.python is not None and each.edited.python is not None
    before, after = each.source.syntax, each.edited.syntax
    if before is None or after is None:
        return each.source.language is not None  # no grammar to ask: Dockerfile, Terraform
    return _errors(after.root()) <= _errors(before.root())


def _errors(root: SgNode) -> int:
    """Nodes that tree-sitter could make nothing of."""
    return sum(1 for _ in root.find_all(kind="ERROR"))


def _mends(each: _Candidate, looking: Looking, before: dict[int, _Counts]) -> bool:
    if id(each.source) not in before:
        before[id(each.source)] = _seen(each.source, looking) or Counter()
    was, now = before[id(each.source)], _seen(each.edited, looking.afresh())
    form = (TOOL, FORMATTING)  # of a file that never was in form nothing is asked
    if now is None or any(now[other] > was[other] for other in now if other != form):
        return False
    # What a check of the whole change has told is to be seen in the records of its tool alone.
    told = (TOOL, each.observation.code or "")
    goal = told if was[told] else ("", each.observation.rule)
    return now[goal] < was[goal]


def _seen(source: Source, looking: Looking) -> _Counts | None:
    """How often each rule is to be seen, and each code of the tools; None where a check could not look."""
    seen = Counter(("", each.rule) for each in looking.at(source))
    seen.update((TOOL, str(record.get("code"))) for record in source.diagnostics.of(TOOL, source))
    seen[TOOL, FORMATTING] = len(source.diagnostics.of(FORMAT, source))
    return None if looking.failed(source) else seen


def _in_form(each: _Candidate) -> bool:
    """Whether the formatter leaves the edited file alone, where it left it alone before."""
    if each.source.language is not Language.PYTHON or each.source.diagnostics.of(FORMAT, each.source):
        return True
    return not each.edited.diagnostics.of(FORMAT, each.edited)
