"""The front door of kind `review`: five agents over one change."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from faultline.analyzers.review import architecture, logic, performance, security, style
from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.engines import found, tools
from faultline.analyzers.review.reading import read
from faultline.analyzers.review.squad import Detail, Reviewer
from faultline.core.analyzer import Agent, Analyzer, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, Severity
from faultline.core.report import Result
from faultline.core.results.review import Reading, ReviewedFile, ReviewResult, Span

VERSION = "1"
LINES_ONLY = "only the lines of the diff are known"
SQUAD = {
    "security": security,
    "style": style,
    "logic": logic,
    "performance": performance,
    "architecture": architecture,
}


class Reviewed:
    """A change that is read once and shared: by the agents, and by what comes before and after them.

    Where all of it happens in one process, `of` gives the same one for the same bytes until `over` is called.
    """

    _guard: ClassVar[threading.Lock] = threading.Lock()
    _last: ClassVar[tuple[object, Reviewed] | None] = None
    """One, for whoever analyzes several at once pays with reading again, not with memory."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._lock = threading.Lock()
        self._change: Change | None = None

    @classmethod
    def of(cls, artifact: Artifact) -> Reviewed:
        """What is read of an artifact, or is going to be."""
        key = (artifact.sha256, sorted(artifact.metadata.items()))
        with cls._guard:
            if cls._last is None or cls._last[0] != key:
                cls._last = (key, cls(artifact))
            return cls._last[1]

    @classmethod
    def over(cls) -> None:
        """Keep nothing any longer."""
        with cls._guard:
            cls._last = None

    def __call__(self) -> Change:
        """The change.

        Raises:
            ArtifactRejected: see `reading.read`.

        """
        with self._lock:
            if self._change is None:
                change = read(self._artifact)
                self._change = tools.attach(change, found.further(change, self._artifact.metadata))
            return self._change


class ReviewAnalyzer:
    """What a change to code brings with it."""

    kind: ClassVar[str] = "review"
    version: ClassVar[str] = VERSION
    options_type: ClassVar[type[Options]] = Options
    result_type: ClassVar[type[Result]] = ReviewResult

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Reject what is no change."""
        Reviewed.of(artifact)()

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """A change of no file needs no reviewer."""
        change = Reviewed.of(artifact)()
        if change.files or change.left_out:
            return None
        return Skip("there is no file to review" if change.whole else "nothing has changed")

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """The five."""
        change = Reviewed.of(artifact)
        return [Reviewer(name, VERSION, change, each.CHECKS, each.CHANGE_CHECKS) for name, each in SQUAD.items()]

    def conclude(
        self,
        artifact: Artifact,
        options: Options,
        examinations: Sequence[Examination],
        findings: Sequence[Finding],
    ) -> Conclusion:
        """What was reviewed, and a sentence that counts."""
        change = Reviewed.of(artifact)()
        Reviewed.over()
        details = [seen.detail for seen in examinations if isinstance(seen.detail, Detail)]
        unread: dict[str, set[str]] = {}
        for detail in details:
            for path, reasons in detail.unread.items():
                unread.setdefault(path, set()).update(reasons.values())
        files = tuple(_file(file, sorted(unread.get(file.path, ()))) for file in change.files)
        result = ReviewResult(
            base=change.base,
            head=change.head,
            whole=change.whole,
            files=files,
            suppressed=tuple(each for detail in details for each in detail.suppressed),
            left_out=change.left_out,
        )
        return Conclusion(_words(result, findings), result)


def _file(file: ChangedFile, unread: list[str]) -> ReviewedFile:
    reading = Reading.SKIPPED if file.skipped else Reading.UNREAD if file.unread else Reading.WHOLE
    reason = file.skipped or file.unread
    if reading is Reading.WHOLE and file.head is not None and file.head.partial:
        unread = [LINES_ONLY, *unread]
    if unread and reading is Reading.WHOLE:
        reading, reason = Reading.PART, "; ".join(unread)
    return ReviewedFile(
        path=file.path,
        old_path=file.old_path,
        change=file.change,
        language=file.head.language if file.head else None,
        added=len(file.added),
        removed=sum(len(hunk.removed) for hunk in file.hunks),
        hunks=tuple(
            Span(start_line=hunk.new_start, end_line=hunk.new_start + hunk.new_length - 1)
            for hunk in file.hunks
            if hunk.new_length
        ),
        new=tuple(_runs(sorted(file.added))),
        reading=reading,
        reason=reason,
    )


def _runs(lines: Iterable[int]) -> Iterator[Span]:
    """Lines in order as runs of lines."""
    start = end = 0
    for line in lines:
        if line != end + 1 and start:
            yield Span(start_line=start, end_line=end)
        start, end = (start if start and line == end + 1 else line), line
    if start:
        yield Span(start_line=start, end_line=end)


def _words(result: ReviewResult, findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    found = ", ".join(f"{counts[each]} {each}" for each in Severity if counts[each])
    files = len(result.files)
    return f"{files} file{'s' if files != 1 else ''} reviewed: {found or 'nothing found'}."


_: type[Analyzer] = ReviewAnalyzer
