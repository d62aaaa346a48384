"""Installation: what the App can ask and do where it is installed.

Names of repositories and paths come from payloads and diffs, so they are checked before they become part of an address.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from faultline.service.github import reading
from faultline.service.github.answers import (
    Annotation,
    CheckRun,
    Comparison,
    Diff,
    InlineComment,
    IssueComment,
    Job,
    Pull,
    PullFile,
    ReviewComment,
)
from faultline.service.github.assembly import assembled
from faultline.service.github.errors import AnswerTooLarge, GitHubRefused, GitHubUnavailable, Gone
from faultline.service.github.wire import JSON, Answer

if TYPE_CHECKING:
    from faultline.service.github.app import GitHubApp

DIFF = "application/vnd.github.diff"
RAW = "application/vnd.github.raw+json"
PER_PAGE = 100
MAX_PAGES = 30
"""GitHub itself lists at most 3,000 files of a pull request."""
ANNOTATIONS = 50
"""Of a check run, in one request (docs.github.com, "Create a check run")."""
MAX_DIFF = 20_000_000
MAX_FILE = 5_000_000
MAX_LOG = 50_000_000
MAX_BODY = 65_536
"""Characters of a comment or a summary."""
SLOW_SECONDS = 120.0
WRITERS = frozenset({"admin", "write"})
"""The permissions of those who may tell Faultline what to do; `maintain` is told as `write`."""
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_LFS = b"version https://git-lfs.github.com/spec/"
_THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved comments(first: 1) { nodes { databaseId } } }
      }
    }
  }
}
"""
_RESOLVE = "mutation($thread: ID!) { resolveReviewThread(input: {threadId: $thread}) { thread { id } } }"


class Installation:
    """One installation of the App.

    Every method may raise `Gone`, `GitHubRefused`, `GitHubUnavailable` and `AnswerTooLarge`; what else they do is said
    there.

    Args:
        app: whose.
        installation_id: which.

    """

    def __init__(self, app: GitHubApp, installation_id: int) -> None:
        self.id = installation_id
        self._app = app
        self._wire = app.wire

    # Reading.

    async def pull(self, repo: str, number: int) -> Pull:
        """A pull request."""
        return reading.pull((await self._get(f"{_repo(repo)}/pulls/{number}")).object())

    async def diff(self, repo: str, number: int) -> Diff:
        """A pull request's diff; of one that GitHub finds too large, what the list of its files gives."""
        try:
            answer = await self._get(
                f"{_repo(repo)}/pulls/{number}", accept=DIFF, max_bytes=MAX_DIFF, seconds=SLOW_SECONDS
            )
        except GitHubRefused as refused:
            if refused.answered != 406:
                raise
        except AnswerTooLarge:
            pass
        else:
            return Diff(answer.body)
        return assembled(await self.files(repo, number))

    async def files(self, repo: str, number: int) -> list[PullFile]:
        """The files of a pull request; GitHub tells of 3,000 at most."""
        return [reading.pull_file(each) async for each in self._pages(f"{_repo(repo)}/pulls/{number}/files")]

    async def compare(self, repo: str, base: str, head: str) -> Comparison:
        """How two revisions stand to each other."""
        basehead = f"{quote(base, safe='')}...{quote(head, safe='')}"
        # The files stand on the first page only, and nobody here wants them.
        return reading.comparison((await self._get(f"{_repo(repo)}/compare/{basehead}?per_page=1&page=2")).object())

    async def file(self, repo: str, path: str, ref: str, *, max_bytes: int = MAX_FILE) -> bytes | None:
        """A file's content; None where there is none: no such path, a folder, a submodule, content kept in LFS.

        Of a symbolic link GitHub gives what it leads to; whoever must not read that looks at the mode in the diff.

        Raises:
            AnswerTooLarge: it is longer than `max_bytes`.

        """
        if not _is_plain(path):
            return None
        address = f"{_repo(repo)}/contents/{quote(path, safe='/')}?{urlencode({'ref': ref})}"
        try:
            answer = await self._get(address, accept=RAW, max_bytes=max_bytes)
        except Gone:
            return None
        # What is no file is told as JSON, whatever was asked for.
        if not answer.headers.get("content-type", "").startswith("application/vnd.github.raw"):
            return None
        return None if answer.body.startswith(_LFS) else answer.body

    async def tarball(self, repo: str, ref: str, *, max_bytes: int) -> bytes:
        """All files of a revision as a tar archive, compressed with gzip."""
        answer = await self._get(
            f"{_repo(repo)}/tarball/{quote(ref, safe='')}", leaving=True, max_bytes=max_bytes, seconds=SLOW_SECONDS
        )
        return answer.body

    async def jobs(self, repo: str, run_id: int) -> list[Job]:
        """The jobs of a workflow's run, those of its last attempt."""
        address = f"{_repo(repo)}/actions/runs/{run_id}/jobs?filter=latest"
        return [reading.job(each) async for each in self._pages(address, "jobs")]

    async def job_log(self, repo: str, job_id: int, *, max_bytes: int = MAX_LOG) -> bytes:
        """What a job has printed."""
        answer = await self._get(
            f"{_repo(repo)}/actions/jobs/{job_id}/logs", leaving=True, max_bytes=max_bytes, seconds=SLOW_SECONDS
        )
        return answer.body

    async def repository_count(self) -> int:
        """How many repositories the installation shows."""
        found = (await self._get("/installation/repositories?per_page=1")).object().get("total_count")
        return found if isinstance(found, int) else 0

    async def permission(self, repo: str, user: str) -> str:
        """What somebody may do in a repository: admin, write, read or none; see `WRITERS`."""
        try:
            answer = await self._get(f"{_repo(repo)}/collaborators/{quote(user, safe='')}/permission")
        except Gone:
            return "none"
        return str(answer.object().get("permission", "none"))

    async def comments(self, repo: str, number: int) -> list[ReviewComment]:
        """The comments at lines of a pull request, the oldest first."""
        return [reading.review_comment(each) async for each in self._pages(f"{_repo(repo)}/pulls/{number}/comments")]

    async def review_comments(self, repo: str, number: int, review_id: int) -> list[ReviewComment]:
        """The comments of one review; GitHub leaves their lines out here."""
        address = f"{_repo(repo)}/pulls/{number}/reviews/{review_id}/comments"
        return [reading.review_comment(each) async for each in self._pages(address)]

    async def issue_comments(self, repo: str, number: int) -> list[IssueComment]:
        """The comments on a pull request as a whole, the oldest first."""
        return [reading.issue_comment(each) async for each in self._pages(f"{_repo(repo)}/issues/{number}/comments")]

    async def check_runs(self, repo: str, sha: str, name: str) -> list[CheckRun]:
        """Checks of this name at a commit."""
        address = f"{_repo(repo)}/commits/{quote(sha, safe='')}/check-runs?{urlencode({'check_name': name})}"
        return [reading.check_run(each) async for each in self._pages(address, "check_runs")]

    async def own_login(self) -> str:
        """How the App is called where it comments: `slug[bot]`."""
        return await self._app.login()

    # Writing.

    async def create_review(
        self, repo: str, number: int, head_sha: str, body: str, comments: Sequence[InlineComment]
    ) -> int:
        """Post a review with all its comments at once; returns its id.

        Raises:
            GitHubRefused: 422: GitHub takes one of the comments not, and so none; it does not say which.

        """
        sent = {
            "commit_id": head_sha,
            "event": "COMMENT",
            "body": body,
            "comments": [
                {"path": each.path, "line": each.line, "side": "RIGHT", "body": each.body}
                | ({"start_line": each.start_line, "start_side": "RIGHT"} if each.start_line else {})
                for each in comments
            ],
        }
        return _id(await self._send("POST", f"{_repo(repo)}/pulls/{number}/reviews", sent))

    async def reply(self, repo: str, number: int, comment_id: int, body: str) -> int:
        """Answer in the thread of a comment at a line; returns the answer's id."""
        address = f"{_repo(repo)}/pulls/{number}/comments/{comment_id}/replies"
        return _id(await self._send("POST", address, {"body": body}))

    async def update_comment(self, repo: str, comment_id: int, body: str) -> None:
        """Change a comment at a line."""
        await self._send("PATCH", f"{_repo(repo)}/pulls/comments/{comment_id}", {"body": body}, repeatable=True)

    async def create_issue_comment(self, repo: str, number: int, body: str) -> int:
        """Comment on a pull request as a whole; returns the comment's id."""
        return _id(await self._send("POST", f"{_repo(repo)}/issues/{number}/comments", {"body": body}))

    async def update_issue_comment(self, repo: str, comment_id: int, body: str) -> None:
        """Change a comment on a pull request as a whole."""
        await self._send("PATCH", f"{_repo(repo)}/issues/comments/{comment_id}", {"body": body}, repeatable=True)

    async def create_check_run(
        self,
        repo: str,
        sha: str,
        name: str,
        *,
        external_id: str,
        conclusion: str | None = None,
        title: str = "",
        summary: str = "",
        annotations: Sequence[Annotation] = (),
        details_url: str | None = None,
    ) -> int:
        """Put a check at a commit; returns its id.

        Args:
            repo: where.
            sha: at which commit.
            name: of the check.
            external_id: our own name for this run of it.
            conclusion: success, neutral, failure, ...; None while it goes on.
            title: in a few words.
            summary: Markdown.
            annotations: any number; they are sent fifty at a time.
            details_url: where more is to be read.

        """
        sent: dict[str, Any] = {"name": name, "head_sha": sha, "external_id": external_id}
        if details_url:
            sent["details_url"] = details_url
        sent |= _check(conclusion, title, summary, annotations[:ANNOTATIONS])
        run_id = _id(await self._send("POST", f"{_repo(repo)}/check-runs", sent))
        await self._annotate(repo, run_id, title, summary, annotations[ANNOTATIONS:])
        return run_id

    async def update_check_run(
        self,
        repo: str,
        run_id: int,
        *,
        conclusion: str | None,
        title: str,
        summary: str,
        annotations: Sequence[Annotation] = (),
    ) -> None:
        """Change a check; its annotations are added to those that it has."""
        sent = _check(conclusion, title, summary, annotations[:ANNOTATIONS])
        await self._send("PATCH", f"{_repo(repo)}/check-runs/{run_id}", sent, repeatable=not annotations)
        await self._annotate(repo, run_id, title, summary, annotations[ANNOTATIONS:])

    async def resolve_threads(self, repo: str, number: int, comment_ids: Collection[int]) -> int:
        """Mark the threads that begin with these comments as resolved; returns how many could be.

        GitHub asks for more than the right to comment: where the App lacks it, nothing is resolved and nothing raised.
        """
        wanted, resolved, after = set(comment_ids), 0, None
        owner, _, name = repo.partition("/")
        try:
            for _ in range(MAX_PAGES):
                if not wanted:
                    break
                found = await self._graphql(_THREADS, {"owner": owner, "name": name, "number": number, "after": after})
                threads = reading.threads(found)
                for thread in threads.items:
                    if thread.comment_id in wanted:
                        wanted.discard(thread.comment_id)
                        if not thread.resolved:
                            await self._graphql(_RESOLVE, {"thread": thread.id})
                            resolved += 1
                if threads.after is None:
                    break
                after = threads.after
        except (GitHubRefused, Gone):
            return resolved
        return resolved

    async def _annotate(
        self, repo: str, run_id: int, title: str, summary: str, annotations: Sequence[Annotation]
    ) -> None:
        for start in range(0, len(annotations), ANNOTATIONS):
            more = _check(None, title, summary, annotations[start : start + ANNOTATIONS])
            more.pop("status")
            await self._send("PATCH", f"{_repo(repo)}/check-runs/{run_id}", more)

    @property
    def graphql_url(self) -> str:
        """Where GraphQL is spoken: beside the API, which on an Enterprise server is `/api/v3`."""
        api = urlsplit(self._wire.api)
        return f"{api.scheme}://{api.netloc}{api.path.removesuffix('/v3')}/graphql"

    async def _graphql(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._send("POST", self.graphql_url, {"query": query, "variables": variables}, repeatable=True)
        said = answer.object()
        if said.get("errors"):
            raise GitHubRefused("GitHub said no to a GraphQL request", answered=answer.status)
        return said

    async def _pages(self, address: str, key: str | None = None) -> AsyncIterator[dict[str, Any]]:
        """The entries of a list, page by page; `key` is where they stand in each answer."""
        following: str | None = f"{address}{'&' if '?' in address else '?'}per_page={PER_PAGE}"
        for _ in range(MAX_PAGES):
            if following is None:
                return
            answer = await self._get(following)
            entries = answer.json() if key is None else answer.object().get(key)
            if not isinstance(entries, list):
                raise GitHubUnavailable("GitHub's answer cannot be read; check FAULTLINE_GITHUB_API_URL")
            for entry in entries:
                if isinstance(entry, dict):
                    yield entry
            following = answer.next

    async def _get(self, address: str, *, accept: str = JSON, **more: Any) -> Answer:
        return await self._authorized("GET", address, accept=accept, **more)

    async def _send(self, method: str, address: str, body: Any, *, repeatable: bool = False) -> Answer:
        return await self._authorized(method, address, accept=JSON, body=body, repeatable=repeatable)

    async def _authorized(self, method: str, address: str, **more: Any) -> Answer:
        """Ask with the installation's token; with another one if GitHub does not know this one any more."""
        token = await self._app.token(self.id)
        try:
            return await self._wire.send(method, address, authorization=f"Bearer {token}", lane=self.id, **more)
        except GitHubRefused as refused:
            if refused.answered != 401:
                raise
        token = await self._app.token(self.id, instead_of=token)
        return await self._wire.send(method, address, authorization=f"Bearer {token}", lane=self.id, **more)


def _check(conclusion: str | None, title: str, summary: str, annotations: Sequence[Annotation]) -> dict[str, Any]:
    state = {"status": "completed", "conclusion": conclusion} if conclusion else {"status": "in_progress"}
    output = {
        "title": title or "Faultline",
        "summary": summary[:MAX_BODY],
        "annotations": [
            {
                "path": each.path,
                "start_line": each.start_line,
                "end_line": each.end_line,
                "annotation_level": each.level,
                "title": each.title,
                "message": each.message,
            }
            for each in annotations
        ],
    }
    return {**state, "output": output}


def _repo(name: str) -> str:
    if not _REPOSITORY.fullmatch(name) or set(name.split("/")) & {".", ".."}:
        raise Gone(f"{name[:100]!r} is no repository's name")
    return f"/repos/{name}"


def _is_plain(path: str) -> bool:
    """Whether a path names a file below the root and nothing else."""
    parts = path.split("/")
    return "\0" not in path and not any(part in ("", ".", "..") for part in parts)


def _id(answer: Answer) -> int:
    found = answer.object().get("id")
    if not isinstance(found, int):
        raise GitHubUnavailable("GitHub's answer cannot be read; check FAULTLINE_GITHUB_API_URL")
    return found
