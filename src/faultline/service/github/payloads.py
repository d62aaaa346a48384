"""From a webhook's payload to an event of ours. Only what we use is read; of anything else there may be any amount.

An event of a kind that we know, but whose action or circumstances ask nothing of us, reads as None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from faultline.core.errors import UsageError
from faultline.service.github.commands import command_of
from faultline.service.github.events import (
    CommandGiven,
    Event,
    InstallationChanged,
    PullRequestChanged,
    PullRequestClosed,
    RepositoryRef,
    WorkflowFailed,
)


class BadPayload(UsageError):
    """The payload is not of the form that GitHub documents for its event."""

    code = "bad-payload"


def _clean(text: str) -> str:
    """Text that can be stored (see `service.texts`); a title is no reason to lose an event."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(_clean)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]


class _Account(BaseModel):
    login: Text = ""
    type: str = ""


class _Repository(BaseModel):
    id: Id
    full_name: Annotated[Text, Field(max_length=250)]
    default_branch: Text = ""
    private: bool = False

    def ref(self) -> RepositoryRef:
        return RepositoryRef(str(self.id), self.full_name, self.default_branch, self.private)


class _Installation(BaseModel):
    id: Id
    account: _Account | None = None


class _Named(BaseModel):
    """What every payload of an App has; without an installation it is a repository's own webhook, not an App's."""

    installation: _Installation | None = None


class _Of(_Named):
    repository: _Repository


class _End(BaseModel):
    ref: Text
    sha: Sha


class _PullRequest(BaseModel):
    number: Id
    title: Text = ""
    draft: bool | None = False
    merged: bool | None = False
    user: _Account | None = None
    base: _End
    head: _End


class _PullRequestPayload(_Of):
    action: str
    pull_request: _PullRequest


class _Issue(BaseModel):
    number: Id
    pull_request: dict[str, Any] | None = None


class _Comment(BaseModel):
    id: Id
    body: Text | None = ""
    user: _Account | None = None
    in_reply_to_id: int | None = None


class _IssueCommentPayload(_Of):
    action: str
    issue: _Issue
    comment: _Comment


class _Numbered(BaseModel):
    number: Id


class _ReviewCommentPayload(_Of):
    action: str
    pull_request: _Numbered
    comment: _Comment


class _RunPull(BaseModel):
    number: Id
    base: dict[str, Any] = {}


class _Run(BaseModel):
    id: Id
    name: Text | None = ""
    head_sha: Sha
    conclusion: str | None = None
    pull_requests: list[_RunPull | None] = []


class _WorkflowRunPayload(_Of):
    action: str
    workflow_run: _Run


class _InstallationPayload(BaseModel):
    action: str
    installation: _Installation
    repositories: list[_Repository] | None = None
    repositories_added: list[_Repository] = []
    repositories_removed: list[_Repository] = []


_CHANGED: Mapping[str, Literal["opened", "synchronize", "reopened", "ready_for_review"]] = {
    "opened": "opened",
    "synchronize": "synchronize",
    "reopened": "reopened",
    "ready_for_review": "ready_for_review",
}
_INSTALLED: Mapping[str, Literal["created", "deleted", "suspended", "resumed"]] = {
    "created": "created",
    "deleted": "deleted",
    "suspend": "suspended",
    "unsuspend": "resumed",
}
_FAILED = frozenset({"failure", "timed_out", "startup_failure"})


def _pull_request(said: bytes, delivery: str) -> Event | None:
    payload = _PullRequestPayload.model_validate_json(said)
    pull, installation = payload.pull_request, payload.installation
    if installation is None:
        return None
    if payload.action == "closed":
        return PullRequestClosed(
            installation.id, payload.repository.ref(), pull.number, bool(pull.merged), pull.head.sha, delivery
        )
    action = _CHANGED.get(payload.action)
    if action is None:
        return None
    return PullRequestChanged(
        installation_id=installation.id,
        repository=payload.repository.ref(),
        number=pull.number,
        action=action,
        head_sha=pull.head.sha,
        base_sha=pull.base.sha,
        base_ref=pull.base.ref,
        draft=bool(pull.draft),
        title=pull.title,
        author=pull.user.login if pull.user else "",
        delivery=delivery,
    )


def _issue_comment(said: bytes, delivery: str) -> Event | None:
    payload = _IssueCommentPayload.model_validate_json(said)
    if payload.issue.pull_request is None:
        return None
    return _command(payload, payload.action, payload.comment, payload.issue.number, delivery, None)


def _review_comment(said: bytes, delivery: str) -> Event | None:
    payload = _ReviewCommentPayload.model_validate_json(said)
    thread = payload.comment.in_reply_to_id or payload.comment.id
    return _command(payload, payload.action, payload.comment, payload.pull_request.number, delivery, thread)


def _command(
    payload: _Of, action: str, comment: _Comment, number: int, delivery: str, thread: int | None
) -> Event | None:
    # What a program says is no command: two Apps that answer each other would never end.
    person = comment.user is not None and comment.user.type != "Bot" and not comment.user.login.endswith("[bot]")
    if action != "created" or payload.installation is None or comment.user is None or not person:
        return None
    command = command_of(comment.body or "")
    if command is None:
        return None
    return CommandGiven(
        installation_id=payload.installation.id,
        repository=payload.repository.ref(),
        number=number,
        command=command.name,
        argument=command.argument,
        reason=command.reason,
        author=comment.user.login,
        comment_id=comment.id,
        delivery=delivery,
        thread=thread,
    )


def _workflow_run(said: bytes, delivery: str) -> Event | None:
    payload = _WorkflowRunPayload.model_validate_json(said)
    run = payload.workflow_run
    if payload.action != "completed" or run.conclusion not in _FAILED or payload.installation is None:
        return None
    # A run of a fork's branch may name pull requests of the fork.
    ours = [
        each.number
        for each in run.pull_requests
        if each is not None and _repository_id(each.base) in (None, payload.repository.id)
    ]
    return WorkflowFailed(
        installation_id=payload.installation.id,
        repository=payload.repository.ref(),
        run_id=run.id,
        head_sha=run.head_sha,
        pull_numbers=tuple(dict.fromkeys(ours)),
        name=run.name or "",
        delivery=delivery,
    )


def _repository_id(base: Mapping[str, Any]) -> object:
    repo = base.get("repo")
    return repo.get("id") if isinstance(repo, dict) else None


def _installation(said: bytes, delivery: str) -> Event | None:
    payload = _InstallationPayload.model_validate_json(said)
    action = _INSTALLED.get(payload.action)
    if action is None:
        return None
    return InstallationChanged(
        payload.installation.id,
        _account(payload),
        action,
        tuple(each.ref() for each in payload.repositories or ()),
        delivery,
    )


def _installation_repositories(said: bytes, delivery: str) -> Event | None:
    payload = _InstallationPayload.model_validate_json(said)
    action: Literal["added", "removed"]
    if payload.action == "added":
        action, repositories = "added", payload.repositories_added
    elif payload.action == "removed":
        action, repositories = "removed", payload.repositories_removed
    else:
        return None
    return InstallationChanged(
        payload.installation.id, _account(payload), action, tuple(each.ref() for each in repositories), delivery
    )


def _account(payload: _InstallationPayload) -> str:
    return payload.installation.account.login if payload.installation.account else ""


KINDS: Mapping[str, Callable[[bytes, str], Event | None]] = {
    "pull_request": _pull_request,
    "issue_comment": _issue_comment,
    "pull_request_review_comment": _review_comment,
    "workflow_run": _workflow_run,
    "installation": _installation,
    "installation_repositories": _installation_repositories,
}
"""The events that are listened to, as X-GitHub-Event names them."""


def read(kind: str, body: bytes, delivery: str) -> Event | None:
    """The event in a payload; None where there is nothing to be done.

    Args:
        kind: what X-GitHub-Event says.
        body: the payload, whose signature was found good.
        delivery: what X-GitHub-Delivery says.

    Raises:
        BadPayload: it is none of its kind.

    """
    reader = KINDS.get(kind)
    if reader is None:
        return None
    try:
        return reader(body, delivery)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:100] or "the body"
        raise BadPayload(f"this is no payload of {kind}: {where}: {first['msg']}"[:300]) from None
