"""From GitHub's JSON to what we use of it. What is not as documented reads as nothing, never as an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from faultline.service.github.answers import (
    CheckRun,
    Comparison,
    IssueComment,
    Job,
    Pull,
    PullFile,
    ReviewComment,
)
from faultline.service.github.wire import time_of


def pull(said: Any) -> Pull:
    """A pull request."""
    base, head = _object(said, "base"), _object(said, "head")
    return Pull(
        number=_number(said, "number"),
        title=_text(said, "title"),
        state=_text(said, "state"),
        draft=said.get("draft") is True,
        base_ref=_text(base, "ref"),
        base_sha=_text(base, "sha"),
        head_ref=_text(head, "ref"),
        head_sha=_text(head, "sha"),
        head_repo=_text(_object(head, "repo"), "full_name") or None,
        author=_text(_object(said, "user"), "login"),
        url=_text(said, "html_url"),
    )


def pull_file(said: Any) -> PullFile:
    """A file of a pull request."""
    patch = said.get("patch")
    return PullFile(
        path=_text(said, "filename"),
        status=_text(said, "status"),
        additions=_number(said, "additions"),
        deletions=_number(said, "deletions"),
        previous_path=_text(said, "previous_filename") or None,
        patch=patch if isinstance(patch, str) else None,
    )


def comparison(said: Any) -> Comparison:
    """How two revisions stand to each other."""
    return Comparison(
        merge_base_sha=_text(_object(said, "merge_base_commit"), "sha"),
        ahead_by=_number(said, "ahead_by"),
        behind_by=_number(said, "behind_by"),
        status=_text(said, "status"),
    )


def job(said: Any) -> Job:
    """A job of a workflow's run."""
    return Job(
        id=_number(said, "id"),
        name=_text(said, "name"),
        conclusion=_text(said, "conclusion") or None,
        completed_at=time_of(said.get("completed_at")),
    )


def review_comment(said: Any) -> ReviewComment:
    """A comment at a line."""
    return ReviewComment(
        id=_number(said, "id"),
        node_id=_text(said, "node_id"),
        path=_text(said, "path"),
        line=_number(said, "line") or None,
        body=_text(said, "body"),
        author=_text(_object(said, "user"), "login"),
        reply_to=_number(said, "in_reply_to_id") or None,
        review_id=_number(said, "pull_request_review_id") or None,
        url=_text(said, "html_url"),
    )


def issue_comment(said: Any) -> IssueComment:
    """A comment on a pull request as a whole."""
    return IssueComment(
        id=_number(said, "id"),
        body=_text(said, "body"),
        author=_text(_object(said, "user"), "login"),
        url=_text(said, "html_url"),
    )


def check_run(said: Any) -> CheckRun:
    """A check at a commit."""
    return CheckRun(
        id=_number(said, "id"),
        name=_text(said, "name"),
        status=_text(said, "status"),
        conclusion=_text(said, "conclusion") or None,
        external_id=_text(said, "external_id"),
        annotations=_number(_object(said, "output"), "annotations_count"),
    )


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of comments, by the first of them."""

    id: str
    comment_id: int
    resolved: bool


@dataclass(frozen=True, slots=True)
class Threads:
    """A page of threads; `after` is where the next one begins."""

    items: tuple[Thread, ...]
    after: str | None


def threads(said: Any) -> Threads:
    """A page of a pull request's threads."""
    found = said
    for name in ("data", "repository", "pullRequest", "reviewThreads"):
        found = _object(found, name)
    items = []
    for node in _list(found, "nodes"):
        first = next(iter(_list(_object(node, "comments"), "nodes")), {})
        items.append(Thread(_text(node, "id"), _number(first, "databaseId"), node.get("isResolved") is True))
    page = _object(found, "pageInfo")
    return Threads(tuple(items), _text(page, "endCursor") if page.get("hasNextPage") is True else None)


def _object(said: Any, name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _list(said: Any, name: str) -> list[dict[str, Any]]:
    found = said.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(said: Any, name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""


def _number(said: Any, name: str) -> int:
    found = said.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
