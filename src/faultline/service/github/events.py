"""What is heard from GitHub, as far as anybody here acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository: `external_id` stays through renames, `full_name` is `owner/name`.

    `default_branch` is empty where the event does not say it.
    """

    external_id: str
    full_name: str
    default_branch: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class PullRequestChanged:
    """A pull request was opened or reopened, has new commits, or is a draft no more."""

    installation_id: int
    repository: RepositoryRef
    number: int
    action: Literal["opened", "synchronize", "reopened", "ready_for_review"]
    head_sha: str
    base_sha: str
    base_ref: str
    draft: bool
    title: str
    author: str
    delivery: str


@dataclass(frozen=True, slots=True)
class PullRequestClosed:
    """A pull request was closed, merged or not."""

    installation_id: int
    repository: RepositoryRef
    number: int
    merged: bool
    head_sha: str
    delivery: str


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """Somebody wrote `/faultline ...` at a pull request; whether they may is not known yet (`Installation.permission`).

    `argument` is the rule of `ignore`, `reason` what stands after it. `thread` is the review comment that was answered;
    None for a comment on the pull request itself.
    """

    installation_id: int
    repository: RepositoryRef
    number: int
    command: Literal["review", "ignore", "help"]
    argument: str
    reason: str
    author: str
    comment_id: int
    delivery: str
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class WorkflowFailed:
    """A workflow's run has failed; `pull_numbers` are those of the same repository, and none for a fork's."""

    installation_id: int
    repository: RepositoryRef
    run_id: int
    head_sha: str
    pull_numbers: tuple[int, ...]
    name: str
    delivery: str


@dataclass(frozen=True, slots=True)
class InstallationChanged:
    """The App was installed, removed, suspended or resumed, or may see more repositories or fewer.

    `repositories` are those that came with `created` and `added`, or went with `removed`.
    """

    installation_id: int
    account: str
    action: Literal["created", "deleted", "suspended", "resumed", "added", "removed"]
    repositories: tuple[RepositoryRef, ...]
    delivery: str


Event = PullRequestChanged | PullRequestClosed | CommandGiven | WorkflowFailed | InstallationChanged
