"""The front door of kind `review`: five agents over one change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from faultline.analyzers.review import architecture, logic, performance, security, style
from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.engines import found, tools
from faultline.analyzers.review.reading import read
from faultline.analyzers.review.squad import Detail, Reviewer
from faultline.core.analyzer import Agent, Analyzer, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, by_severity
from faultline.core.readings import Readings
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


def _read(artifact: Artifact) -> Change:
    change = read(artifact)
    return tools.attach(change, found.further(change, artifact.metadata))


CHANGES: Final = Readings(_read)


class ReviewAnalyzer:
    """What a change to code brings with it."""

    kind: ClassVar[str] = "review"
    version: ClassVar[str] = VERSION
    options_type: ClassVar[type[Options]] = Options
    result_type: ClassVar[type[Result]] = ReviewResult

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Reject what is no change."""
        CHANGES.of(artifact)()

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """A change of no file needs no reviewer."""
        change = CHANGES.of(artifact)()
        if change.files or change.left_out:
            return None
        return Skip("there is no file to review" if change.whole else "nothing has changed")

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """The five."""
        change = CHANGES.of(artifact)
        return [Reviewer(name, VERSION, change, each.CHECKS, each.CHANGE_CHECKS) for name, each in SQUAD.items()]

    def conclude(
        self,
        artifact: Artifact,
        options: Options,
        examinations: Sequence[Examination],
        findings: Sequence[Finding],
    ) -> Conclusion:
        """What was reviewed, and a sentence that counts."""
        change = CHANGES.of(artifact)()
        CHANGES.over()
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
    files = len(result.files)
    return f"{files} file{'s' if files != 1 else ''} reviewed: {by_severity(findings) or 'nothing found'}."


_: type[Analyzer] = ReviewAnalyzer
