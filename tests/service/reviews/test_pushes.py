"""What becomes of a pull request, push by push."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faultline.service.analyses.tables import Analysis
from faultline.service.github.events import InstallationChanged, PullRequestClosed
from faultline.service.reviews.tables import GitHubDelivery
from tests.service.reviews.conftest import INSTALLATION, Pulls, Running

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
BASE = "x = 1\n" * 5


async def test_a_push_is_reviewed_and_posted_and_remembered(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        assert await pulls.push({"a.py": BASE + "x = 2  # FLAW sql\n"})
        review = await pulls.until("completed", "failed")
    assert review.status == "completed", review.error_detail
    assert review.stats["new"] == review.stats["comments"] == 1
    assert (review.title, review.author) == ("A change", "mona")
    assert {"fetch_ms", "analyze_ms", "publish_ms", "severities", "agents"} <= review.stats.keys()
    assert pulls.comments == ["sql"]
    assert await pulls.ledger() == {"sql": "open"}
    assert pulls.at.checks[0]["id"] == review.check_run_id
    assert pulls.at.checks[0]["status"] == "completed"


@ON_SQLITE
async def test_what_is_new_is_told_once_what_is_gone_is_fixed_and_what_comes_back_is_told_again(
    pulls: Pulls, running: Running
) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
        await pulls.done()
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n", "b.py": "y = 1\ntwo()  # FLAW two\n"})
        await pulls.done()
        assert pulls.comments == ["one", "two"]
        await pulls.push({"a.py": BASE})
        await pulls.done()
        assert await pulls.ledger() == {"one": "fixed", "two": "open"}
        # Its comment says so, and its thread is resolved.
        assert pulls.hub.resolved == {pulls.pull.comments[0]["id"]}
        await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
        assert await pulls.done() == ["completed"] * 4
    assert await pulls.ledger() == {"one": "open", "two": "open"}
    assert len(pulls.pull.reviews) == 3
    assert {row.shown for row in (await pulls.rules()).values()} == {1}


@ON_SQLITE
async def test_five_pushes_a_rebase_a_renamed_file_and_a_redelivery_say_nothing_twice(
    pulls: Pulls, running: Running
) -> None:
    flaws = "".join(f"f{n}()  # FLAW rule-{n}\n" for n in range(3))
    async with running(pulls.parts):
        for push in range(5):
            await pulls.push({"a.py": f"# push {push}\n" * (push + 1) + BASE + flaws})
            await pulls.done()
        # A rebase: main goes on, and the same change is put onto it under other hashes.
        pulls.at.git.commit("main", {"c.py": "z = 1\n"})
        pulls.at.git.commit("rebased", {"a.py": "# moved\n" * 40 + BASE + flaws}, onto="main")
        pulls.pull.head_ref = "rebased"
        event = pulls.pushed()
        assert await pulls.hear(event)
        await pulls.done()
        assert not await pulls.hear(event)
        assert not await pulls.hear(replace(event, delivery=pulls.delivery()))
        pulls.at.git.commit("rebased", {"a.py": None, "renamed.py": "# moved\n" * 40 + BASE + flaws})
        await pulls.hear(pulls.pushed())
        assert await pulls.done() == ["completed"] * 7
    assert pulls.duplicates == 0
    assert sorted(pulls.comments) == ["rule-0", "rule-1", "rule-2"]
    assert set((await pulls.ledger()).values()) == {"open"}


@ON_SQLITE
async def test_a_newer_head_takes_the_place_of_what_is_under_way(pulls: Pulls, running: Running) -> None:
    await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
    await pulls.push({"a.py": BASE + "two()  # FLAW two\n"})
    async with running(pulls.parts):
        assert await pulls.done() == ["superseded", "completed"]
    assert pulls.comments == ["two"]


async def test_the_analysis_of_a_superseded_review_is_cancelled(pulls: Pulls, running: Running) -> None:
    from faultline.service.reviews.tasks import ReviewRunner

    await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
    runner = ReviewRunner(pulls.parts)
    assert await runner.take() == 1
    await pulls.until("analyzing")
    await runner.stop(5)
    await pulls.push({"a.py": BASE + "two()  # FLAW two\n"})
    assert [row.status for row in await pulls.all(Analysis)] == ["cancelled"]
    async with running(pulls.parts):
        assert await pulls.done() == ["superseded", "completed"]
    assert [each["conclusion"] for each in pulls.at.checks] == ["cancelled", "failure"]


@ON_SQLITE
async def test_a_draft_is_noted_and_reviewed_once_it_is_ready(pulls: Pulls, running: Running) -> None:
    pulls.at.git.commit("feature", {"a.py": BASE + "one()  # FLAW one\n"}, onto="main")
    pulls.at.open("feature", draft=True)
    assert not await pulls.hear(pulls.pushed(draft=True, action="opened"))
    assert await pulls.reviews() == []
    assert (await pulls.repository()).name == "acme/shop"
    assert await pulls.hear(pulls.pushed(action="ready_for_review"))


@ON_SQLITE
async def test_what_does_not_concern_us_makes_nothing(pulls: Pulls) -> None:
    assert not await pulls.hear(InstallationChanged(7, "stranger", "created", (pulls.ref,), "d"))
    assert await pulls.all(GitHubDelivery) == []
    pulls.at.git.commit("feature", {"a.py": BASE}, onto="main")
    pulls.at.open("feature")
    assert await pulls.hear(pulls.pushed())
    await pulls.set(enabled=False)
    pulls.at.git.commit("feature", {"a.py": "other\n"})
    assert not await pulls.hear(pulls.pushed())


@ON_SQLITE
async def test_a_closed_pull_request_is_reviewed_no_more(pulls: Pulls, running: Running) -> None:
    await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
    assert await pulls.hear(PullRequestClosed(INSTALLATION, pulls.ref, 1, True, "x", "closed"))
    assert await pulls.done() == ["cancelled"]
    # Reopened with the same head: it was not reviewed.
    assert await pulls.hear(pulls.pushed(action="reopened"))
    pulls.pull.state = "closed"
    async with running(pulls.parts):
        assert await pulls.done() == ["cancelled", "cancelled"]
    assert (await pulls.reviews())[-1].error_code == "pull-request-closed"
    assert pulls.comments == []


@ON_SQLITE
async def test_the_repositorys_own_budget_and_severity_hold(pulls: Pulls, running: Running) -> None:
    await pulls.push({"a.py": BASE})
    await pulls.set(comment_budget=2, minimum_severity="medium")
    async with running(pulls.parts):
        await pulls.push(
            {"a.py": BASE + "a()  # FLAW a medium\nb()  # FLAW b critical\nc()  # FLAW c high\nd()  # FLAW d low\n"}
        )
        await pulls.done()
    assert sorted(pulls.comments) == ["b", "c"]
    assert await pulls.ledger() == {"a": "open", "b": "open", "c": "open"}
    assert {name: row.shown for name, row in (await pulls.rules()).items()} == {"a": 1, "b": 1, "c": 1}


@ON_SQLITE
async def test_what_an_agent_that_failed_does_not_see_is_not_fixed(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "one()  # FLAW logic/one\n", "b.py": "two()  # FLAW two\n"})
        await pulls.done()
        await pulls.push({"a.py": BASE, "b.py": "y = 1  # BLIND logic\n"})
        await pulls.done()
    assert await pulls.ledger() == {"logic/one": "open", "two": "fixed"}


@ON_SQLITE
async def test_an_empty_change_ends_the_review_with_words(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": "x = 1\n" * 5})
        review = await pulls.until("completed", "cancelled", "failed")
    assert review.status in ("completed", "cancelled")
    assert pulls.at.checks[0]["status"] == "completed"


@ON_SQLITE
async def test_an_analysis_that_fails_ends_the_review_with_its_words(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "CRASH\n"})
        review = await pulls.until("failed")
    assert (review.error_code, review.error_detail) == (
        "internal",
        "the analyzer crashed; the service's log says where",
    )
    assert pulls.at.checks[0]["conclusion"] == "neutral"
    assert "crashed" in pulls.at.checks[0]["output"]["summary"]


@ON_SQLITE
async def test_repositories_come_and_go_with_the_installation(pulls: Pulls, running: Running) -> None:
    def told(action: str) -> InstallationChanged:
        return InstallationChanged(INSTALLATION, "acme", action, (pulls.ref,), pulls.delivery())  # type: ignore[arg-type]

    assert await pulls.hear(told("added"))
    assert (await pulls.repository()).installation_id == INSTALLATION
    assert not await pulls.hear(told("suspended"))
    for action in ("removed", "deleted"):
        assert await pulls.hear(told("added"))
        assert await pulls.hear(told(action))
        assert (await pulls.repository()).installation_id is None
    await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
    await pulls.set(installation_id=None)
    async with running(pulls.parts):
        review = await pulls.until("failed")
    assert review.error_code == "not-connected"
