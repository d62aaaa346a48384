"""Where a comment may stand: lines of the new version in one hunk of the diff, or GitHub refuses the whole review."""

from __future__ import annotations

from collections.abc import Sequence

from faultline.core.finding import Edit, Finding
from faultline.core.results.review import ReviewedFile, Span

LONGEST = 20
"""Lines; a comment on more says no more than one on their first line."""


def anchor(finding: Finding, file: ReviewedFile | None) -> Span | None:
    """The lines for a finding's comment; None where the diff does not show them.

    Of a finding that reaches beyond its hunk, the lines that the hunk shows.
    """
    if finding.location is None or file is None:
        return None
    edit = single_edit(finding)
    if edit is not None and (hunk := _around(file.hunks, edit.start_line, edit.end_line)):
        return hunk
    start, end = finding.location.start_line, finding.location.end_line
    for hunk in file.hunks:
        first, last = max(start, hunk.start_line), min(end, hunk.end_line)
        if first <= last:
            return Span(start_line=first, end_line=last if last - first < LONGEST else first)
    return None


def single_edit(finding: Finding) -> Edit | None:
    """The one proven edit of a finding, at the lines that it is about; None where there is none, or are several."""
    if not finding.proven or len(finding.edits) != 1 or finding.location is None:
        return None
    (edit,) = finding.edits
    about = finding.location
    apart = edit.path != about.path or edit.end_line < about.start_line or about.end_line < edit.start_line
    return None if apart or edit.end_line < edit.start_line else edit


def _around(hunks: Sequence[Span], start: int, end: int) -> Span | None:
    """The lines themselves, where one hunk shows them all."""
    shown = any(hunk.start_line <= start and end <= hunk.end_line for hunk in hunks)
    return Span(start_line=start, end_line=end) if shown else None
