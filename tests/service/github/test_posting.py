"""Posting a plan: once, whatever happens in between."""

from __future__ import annotations

import pytest

from faultline.core.report import Report
from faultline.service.github.answers import InlineComment, Posted
from faultline.service.github.client import Installation
from faultline.service.github.comments import Known, Plan, plan
from faultline.service.github.errors import GitHubRefused, GitHubUnavailable
from faultline.service.github.plans import PlannedComment
from faultline.service.github.posting import CHECK, announce, post
from faultline.service.github.writing import marked
from tests.servers.github_app import GitHubAppStandIn, PullRequest, Repository
from tests.service.conftest import MovableClock
from tests.service.github.findings import finding, mended, report

SHOP = "acme/shop"
FOUND = (finding(10), finding(40, name="b", **mended(39, 41, "x = 1")), finding(60, name="outside"))


@pytest.fixture
def pull(repository: Repository) -> PullRequest:
    return repository.pulls[1]


@pytest.fixture
def head(repository: Repository, pull: PullRequest) -> str:
    return repository.git.resolve("topic")


async def posted(installation: Installation, head: str, what: Report | Plan) -> Posted:
    return await post(installation, SHOP, 1, head, what if isinstance(what, Plan) else plan(what))


async def test_a_plan_is_one_review_one_summary_and_one_check(
    installation: Installation, repository: Repository, pull: PullRequest, head: str
) -> None:
    done = await posted(installation, head, report(*FOUND))
    assert [(each["line"], each.get("start_line")) for each in pull.comments] == [(10, None), (41, 39)]
    assert done.comments == {FOUND[0].fingerprint: pull.comments[0]["id"], FOUND[1].fingerprint: pull.comments[1]["id"]}
    assert [each["id"] for each in pull.reviews] == [done.review_id]
    assert [each["id"] for each in pull.talk] == [done.summary_id]
    assert [(each["id"], each["conclusion"], len(each["annotations"])) for each in repository.checks] == [
        (done.check_run_id, "failure", 3)
    ]


async def test_posting_again_changes_nothing(
    installation: Installation, repository: Repository, pull: PullRequest, head: str, github: GitHubAppStandIn
) -> None:
    first = await posted(installation, head, report(*FOUND))
    writes = sum(method != "GET" for method, _ in github.calls)
    again = await posted(installation, head, report(*FOUND))
    assert again.comments == first.comments
    assert (again.summary_id, again.check_run_id) == (first.summary_id, first.check_run_id)
    assert (len(pull.comments), len(pull.reviews), len(pull.talk), len(repository.checks)) == (2, 1, 1, 1)
    assert len(repository.checks[0]["annotations"]) == 3
    assert sum(method != "GET" for method, _ in github.calls) == writes + 1  # the check says the same again


@pytest.mark.parametrize("lost", ["/reviews", "/issues/1/comments", "/check-runs"])
async def test_what_github_took_before_the_answer_was_lost_is_not_posted_twice(
    installation: Installation,
    repository: Repository,
    pull: PullRequest,
    head: str,
    github: GitHubAppStandIn,
    lost: str,
) -> None:
    planned = plan(report(*FOUND))
    github.lose = ("POST", lost)
    with pytest.raises(GitHubUnavailable):
        await post(installation, SHOP, 1, head, planned)
    done = await post(installation, SHOP, 1, head, planned)
    assert len(done.comments) == len(pull.comments) == 2
    assert (len(pull.reviews), len(pull.talk), len(repository.checks)) == (1, 1, 1)


async def test_a_comment_that_github_does_not_take_stands_in_the_summary(
    installation: Installation, pull: PullRequest, head: str
) -> None:
    planned = plan(report(*FOUND))
    bad = PlannedComment(finding(25, name="bad", title="Misplaced"), InlineComment("app.py", 25, "body\n\nx"))
    done = await posted(installation, head, Plan((*planned.comments, bad), (), planned.summary, planned.check))
    assert len(pull.comments) == len(done.comments) == 2
    (summary,) = pull.talk
    assert "GitHub takes no comment at the lines of these:\n\n- High: Misplaced `app.py:25`" in summary["body"]
    assert marked(summary["body"]) == ("summary", "")


async def test_if_github_takes_none_all_stand_in_the_summary(
    installation: Installation, pull: PullRequest, head: str
) -> None:
    planned = plan(report(*FOUND))
    empty = [PlannedComment(each.finding, InlineComment("app.py", 10, " ")) for each in planned.comments]
    done = await posted(installation, head, Plan(tuple(empty), (), planned.summary, planned.check))
    assert (done.review_id, done.comments, pull.comments) == (None, {}, [])
    assert pull.talk[0]["body"].count("\n- High: ") == 2


async def test_a_refusal_of_another_kind_is_told(
    installation: Installation, pull: PullRequest, head: str, github: GitHubAppStandIn
) -> None:
    await installation.pull(SHOP, 1)
    github.limited = {"X-RateLimit-Remaining": "9"}
    with pytest.raises(GitHubUnavailable):
        await posted(installation, head, report(*FOUND))


async def test_what_is_fixed_is_said_at_its_comment_and_its_thread_is_resolved(
    installation: Installation, repository: Repository, pull: PullRequest, head: str, github: GitHubAppStandIn
) -> None:
    first = await posted(installation, head, report(*FOUND))
    ledger = [Known(name, "open", number, "app.py", 10, agent="security") for name, number in first.comments.items()]
    planned = plan(report(FOUND[1]), ledger)
    for _ in range(2):
        await post(installation, SHOP, 1, head, planned)
    assert [marked(each["body"]) for each in pull.comments] == [
        ("fixed", FOUND[0].fingerprint),
        ("finding", FOUND[1].fingerprint),
    ]
    assert pull.comments[0]["body"].count("**Fixed**") == 1
    assert github.resolved == {pull.comments[0]["id"]}
    back = await posted(
        installation, head, plan(report(FOUND[0]), [Known(FOUND[0].fingerprint, "fixed", 1, "app.py", 1)])
    )
    assert back.comments[FOUND[0].fingerprint] == pull.comments[2]["id"]


async def test_marks_in_comments_of_others_are_not_believed(
    installation: Installation, pull: PullRequest, head: str
) -> None:
    planned = plan(report(*FOUND))
    forged = {"path": "app.py", "line": 1, "body": planned.comments[0].comment.body, "pull_request_review_id": 1}
    pull.comments.append({**forged, "id": 5, "node_id": "", "user": {"login": "mallory"}, "html_url": ""})
    pull.talk.append({"id": 6, "body": planned.summary, "user": {"login": "mallory"}, "html_url": ""})
    done = await post(installation, SHOP, 1, head, planned)
    assert 5 not in done.comments.values()
    assert done.summary_id != 6
    assert len(pull.comments) == 3


async def test_a_review_is_announced_once_and_then_concluded(
    installation: Installation, repository: Repository, head: str, clock: MovableClock
) -> None:
    run = await announce(installation, SHOP, head)
    assert await announce(installation, SHOP, head) == run
    assert [each["status"] for each in repository.checks] == ["in_progress"]
    done = await posted(installation, head, report(*FOUND))
    assert done.check_run_id == run
    (check,) = await installation.check_runs(SHOP, head, CHECK)
    assert (check.status, check.conclusion, check.annotations) == ("completed", "failure", 3)


async def test_a_pull_request_that_is_gone_is_told_as_refused(installation: Installation, head: str) -> None:
    with pytest.raises(GitHubRefused):
        await installation.create_check_run(SHOP, "0" * 40, CHECK, external_id="x")


async def test_an_app_that_may_write_no_checks_still_says_what_it_found(
    installation: Installation, repository: Repository, pull: PullRequest, head: str, github: GitHubAppStandIn
) -> None:
    github.may_check = False
    assert await announce(installation, SHOP, head) is None
    done = await posted(installation, head, report(*FOUND))
    assert (done.check_run_id, len(pull.comments), len(pull.talk)) == (None, 2, 1)
    with pytest.raises(GitHubRefused):
        await installation.create_check_run(SHOP, head, CHECK, external_id="x")
