"""Bringing a plan to GitHub, so that doing it again changes nothing.

What is there already is known by the marks in our own comments (`writing.marked`), not by what we remember: a crash
after GitHub took a review and before anybody wrote that down leaves nothing to be posted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faultline.core.results.review import Span
from faultline.service.github.answers import Posted, ReviewComment
from faultline.service.github.client import Installation
from faultline.service.github.errors import GitHubRefused
from faultline.service.github.patches import new_spans
from faultline.service.github.plans import Check, Plan, PlannedComment
from faultline.service.github.summary import without
from faultline.service.github.writing import as_fixed, mark, marked

CHECK = "Faultline"
FORBIDDEN, UNPROCESSABLE = 403, 422


async def announce(installation: Installation, repo: str, head_sha: str) -> int | None:
    """Say at the commit that a review is under way; returns the check's id, None where the App may write none."""
    try:
        return await _begun(installation, repo, head_sha)
    except GitHubRefused as refused:
        _pass_over(refused)
        return None


async def _begun(installation: Installation, repo: str, head_sha: str) -> int:
    for run in await installation.check_runs(repo, head_sha, CHECK):
        if run.external_id == _external_id(head_sha):
            return run.id
    return await installation.create_check_run(
        repo, head_sha, CHECK, external_id=_external_id(head_sha), title="Reviewing", summary="A review is under way."
    )


async def post(installation: Installation, repo: str, number: int, head_sha: str, plan: Plan) -> Posted:
    """Post a plan: the review with its comments, the summary, the check, and what is fixed.

    What is there already, by our marks, is not posted again.

    Args:
        installation: that may write there.
        repo: `owner/name`.
        number: of the pull request.
        head_sha: the commit that was reviewed.
        plan: what to say.

    Raises:
        Gone, GitHubRefused, GitHubUnavailable: as of `Installation`; post the same plan again later.

    """
    login = await installation.own_login()
    there = [each for each in await installation.comments(repo, number) if each.author == login and not each.reply_to]
    open_there = _by_fingerprint(there)
    fresh = [each for each in plan.comments if each.fingerprint not in open_there]
    review_id, posted, refused = await _review(installation, repo, number, head_sha, fresh)
    summary_id = await _summary(installation, repo, number, login, without(plan.summary, refused))
    check_run_id = await _check(installation, repo, head_sha, plan.check)
    await _fix(installation, repo, number, head_sha, plan, there)
    return Posted(review_id, {**open_there, **posted}, summary_id, check_run_id)


async def _review(
    installation: Installation, repo: str, number: int, head_sha: str, fresh: Sequence[PlannedComment]
) -> tuple[int | None, Mapping[str, int], Sequence[PlannedComment]]:
    """Post a review; answers with its id, its comments, and those that GitHub does not take."""
    wanted = list(fresh)
    refused: list[PlannedComment] = []
    for attempt in range(2):
        if not wanted:
            return None, {}, refused
        noun = "finding" if len(wanted) == 1 else "findings"
        body = f"Faultline has {len(wanted)} new {noun}.\n\n{mark('review', head_sha)}"
        try:
            review_id = await installation.create_review(
                repo, number, head_sha, body, [each.comment for each in wanted]
            )
        except GitHubRefused as error:
            if error.answered != UNPROCESSABLE:
                raise
            # It says no to all for one, and not for which: look at GitHub's own diff, then do without.
            spans = {each.path: new_spans(each.patch or "") for each in await installation.files(repo, number)}
            valid = [each for each in wanted if not attempt and _stands(each, spans)]
            refused += [each for each in wanted if each not in valid]
            wanted = valid
        else:
            posted = _by_fingerprint(await installation.review_comments(repo, number, review_id))
            return review_id, posted, refused
    return None, {}, refused


def _stands(planned: PlannedComment, spans: Mapping[str, Sequence[Span]]) -> bool:
    at = planned.comment
    start = at.line if at.start_line is None else at.start_line
    return any(span.start_line <= start and at.line <= span.end_line for span in spans.get(at.path, ()))


async def _summary(installation: Installation, repo: str, number: int, login: str, body: str) -> int:
    for each in await installation.issue_comments(repo, number):
        if each.author == login and marked(each.body) == ("summary", ""):
            if each.body != body:
                await installation.update_issue_comment(repo, each.id, body)
            return each.id
    return await installation.create_issue_comment(repo, number, body)


def _pass_over(refused: GitHubRefused) -> None:
    """Pass over that the App may write no checks: what it has to say stands in the review and the summary as well."""
    if refused.answered != FORBIDDEN:
        raise refused


async def _check(installation: Installation, repo: str, head_sha: str, check: Check) -> int | None:
    try:
        return await _concluded(installation, repo, head_sha, check)
    except GitHubRefused as refused:
        _pass_over(refused)
        return None


async def _concluded(installation: Installation, repo: str, head_sha: str, check: Check) -> int:
    for run in await installation.check_runs(repo, head_sha, CHECK):
        if run.external_id == _external_id(head_sha):
            # Annotations can only be added: what stands there from an attempt before is not sent again.
            await installation.update_check_run(
                repo,
                run.id,
                conclusion=check.conclusion,
                title=check.title,
                summary=check.summary,
                annotations=check.annotations[run.annotations :],
            )
            return run.id
    return await installation.create_check_run(
        repo,
        head_sha,
        CHECK,
        external_id=_external_id(head_sha),
        conclusion=check.conclusion,
        title=check.title,
        summary=check.summary,
        annotations=check.annotations,
        details_url=check.details_url,
    )


async def _fix(
    installation: Installation, repo: str, number: int, head_sha: str, plan: Plan, there: Sequence[ReviewComment]
) -> None:
    """Say of comments that what they are about is gone, and resolve their threads."""
    gone = {each.fingerprint for each in plan.fixed}
    resolved = []
    for each in there:
        kind, name = marked(each.body) or ("", "")
        if kind == "finding" and name in gone:
            await installation.update_comment(repo, each.id, as_fixed(each.body, name, head_sha))
            resolved.append(each.id)
    if resolved:
        await installation.resolve_threads(repo, number, resolved)


def _by_fingerprint(comments: Sequence[ReviewComment]) -> dict[str, int]:
    found = {}
    for each in comments:
        kind, name = marked(each.body) or ("", "")
        if kind == "finding":
            found[name] = each.id
    return found


def _external_id(head_sha: str) -> str:
    return f"faultline:{head_sha}"
