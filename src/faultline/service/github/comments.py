"""What is said at a pull request about a report; pure, so that it can be planned again after a crash."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from faultline.core.finding import Severity
from faultline.core.report import Report
from faultline.service.github.answers import Annotation, InlineComment

BUDGET = 10
"""New comments at lines, of one push."""


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
    """A finding that gets a comment of its own."""

    fingerprint: str
    comment: InlineComment


@dataclass(frozen=True, slots=True)
class Check:
    """What the check run says."""

    title: str
    summary: str
    conclusion: str
    annotations: tuple[Annotation, ...] = ()


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


def plan(
    report: Report,
    ledger: Sequence[Known] = (),
    budget: int = BUDGET,
    muted: Collection[str] = (),
    *,
    remarks: Mapping[str, str] = {},  # noqa: B006 - nobody writes into it
    notes: Sequence[str] = (),
    fail_on: Severity | None = Severity.HIGH,
    details_url: str | None = None,
) -> Plan:
    """Say what is new, what is fixed and what there is.

    Args:
        report: of kind `review`, of the pull request as a whole.
        ledger: what is known of this pull request.
        budget: how many new comments at lines at most, the most severe first.
        muted: rules, and fingerprints, that are not told.
        remarks: by rule, a sentence about it: how often it was right in this repository.
        notes: what could not be fetched, in a sentence each.
        fail_on: the check fails from this severity on; None never.
        details_url: where the whole report is to be read.

    """
    raise NotImplementedError
