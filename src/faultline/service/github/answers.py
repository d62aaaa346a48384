"""What GitHub answers, as far as we use it. Everything in it was written by strangers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request.

    `head_repo` is None where the fork is gone. `base_sha` is the end of the base branch, not where the two parted:
    that is `Comparison.merge_base_sha`.
    """

    number: int
    title: str
    state: str
    draft: bool
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repo: str | None
    author: str
    url: str


@dataclass(frozen=True, slots=True)
class PullFile:
    """A file of a pull request; `patch` is None where GitHub gives none: binary, too large, or only renamed."""

    path: str
    status: str
    additions: int
    deletions: int
    previous_path: str | None
    patch: str | None


@dataclass(frozen=True, slots=True)
class Diff:
    """A pull request as a unified diff in git's form; `missing` says in a sentence each what is not in it."""

    data: bytes
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two revisions stand to each other."""

    merge_base_sha: str
    ahead_by: int
    behind_by: int
    status: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a workflow's run."""

    id: int
    name: str
    conclusion: str | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """A comment at a line; `line` is None once the line is no more. `reply_to` is the first one of its thread."""

    id: int
    node_id: str
    path: str
    line: int | None
    body: str
    author: str
    reply_to: int | None
    review_id: int | None
    url: str


@dataclass(frozen=True, slots=True)
class IssueComment:
    """A comment on the pull request as a whole."""

    id: int
    body: str
    author: str
    url: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check of ours at a commit."""

    id: int
    name: str
    status: str
    conclusion: str | None
    external_id: str
    annotations: int


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A comment that shall stand at lines of the new version; `start_line` only where it is more than one."""

    path: str
    line: int
    body: str
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """Lines that a check marks; `level` is one of notice, warning, failure."""

    path: str
    start_line: int
    end_line: int
    level: Literal["notice", "warning", "failure"]
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What is at GitHub now, under its ids there."""

    review_id: int | None
    comments: dict[str, int]
    """By fingerprint; those that were there before among them."""
    summary_id: int | None
    check_run_id: int | None
