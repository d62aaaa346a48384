"""Plan: what shall be at GitHub about a report, and what is known from before."""

from __future__ import annotations

from dataclasses import dataclass, field

from faultline.core.finding import Finding
from faultline.service.github.answers import Annotation, InlineComment


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of an earlier push of this pull request.

    `state` is one of open, fixed, ignored; what is ignored is told no more. `told` says whether it was posted, at a
    line (`comment_id`) or in the summary: what was not, because posting failed, is posted now. `agent` is whose it is.
    """

    fingerprint: str
    state: str
    comment_id: int | None
    path: str
    line: int | None
    told: bool = True
    rule_id: str = ""
    agent: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class PlannedComment:
    """A finding that gets a comment of its own; `line` of the summary says it where GitHub takes the comment not."""

    finding: Finding
    comment: InlineComment

    @property
    def fingerprint(self) -> str:
        """The finding's."""
        return self.finding.fingerprint


@dataclass(frozen=True, slots=True)
class Check:
    """What the check run says."""

    title: str
    summary: str
    conclusion: str
    annotations: tuple[Annotation, ...] = ()
    details_url: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall be at GitHub.

    `told` are the fingerprints of all findings that are told of, at a line or in the summary, to be remembered as such;
    `fixed` those that are open in the ledger and gone now, with the comments that say so.
    """

    comments: tuple[PlannedComment, ...]
    fixed: tuple[Known, ...]
    summary: str
    check: Check
    told: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The findings of a report by what becomes of them; each in the report's order, the worst first.

    `news` are new and get a comment, `elsewhere` are new and do not: the diff does not show their lines, `beyond` are
    too many. `open` were told at an earlier push, `muted` are not told. `fixed` are gone.
    """

    news: tuple[PlannedComment, ...]
    elsewhere: tuple[Finding, ...]
    beyond: tuple[Finding, ...]
    open: tuple[Finding, ...]
    muted: tuple[Finding, ...]
    fixed: tuple[Known, ...]

    @property
    def told(self) -> tuple[Finding, ...]:
        """All that are told, the worst first."""
        every = (*(each.finding for each in self.news), *self.elsewhere, *self.beyond, *self.open)
        return tuple(sorted(every, key=worst))


def worst(finding: Finding) -> tuple[int, float, str, int, str]:
    """Sorts findings, the worst and surest first."""
    at = finding.location
    return (
        finding.severity.rank,
        -finding.confidence,
        at.path if at else "",
        at.start_line if at else 0,
        finding.fingerprint,
    )
