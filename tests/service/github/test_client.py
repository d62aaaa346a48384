"""What the App asks of GitHub, and what becomes of it when GitHub fails."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from faultline.core.errors import UsageError
from faultline.service.errors import NotFound
from faultline.service.github.answers import Annotation, InlineComment
from faultline.service.github.app import GitHubApp
from faultline.service.github.client import Installation
from faultline.service.github.errors import AnswerTooLarge, GitHubRefused, GitHubUnavailable, Gone
from faultline.service.github.patches import patches
from faultline.service.github.wire import JSON
from faultline.service.settings import Settings
from tests.servers.git_repository import SUBMODULE, SYMLINK
from tests.servers.github import GitHubStandIn
from tests.servers.github_app import BOT, GitHubAppStandIn, Repository, private_key
from tests.service.conftest import MovableClock
from tests.service.github.conftest import settings_of

SHOP = "acme/shop"


async def test_many_calls_at_once_ask_for_one_token(
    installation: Installation, repository: Repository, github: GitHubAppStandIn, clock: MovableClock
) -> None:
    await asyncio.gather(*(installation.pull(SHOP, 1) for _ in range(5)))
    assert github.made("POST", "/access_tokens") == 1
    clock.move(minutes=54)
    await installation.pull(SHOP, 1)
    assert github.made("POST", "/access_tokens") == 1
    clock.move(minutes=2)  # less than five minutes are left
    await installation.pull(SHOP, 1)
    assert github.made("POST", "/access_tokens") == 2


async def test_a_token_that_github_does_not_know_any_more_is_renewed_once(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    await installation.pull(SHOP, 1)
    github.tokens.clear()
    assert (await installation.pull(SHOP, 1)).number == 1
    assert github.made("POST", "/access_tokens") == 2


async def test_an_app_that_is_not_set_up_says_which_setting_is_missing(tmp_path: Path, clock: MovableClock) -> None:
    app = GitHubApp(Settings(data_dir=tmp_path), clock)
    with pytest.raises(NotFound, match="FAULTLINE_GITHUB_APP_ID is unset"):
        app.installation(1)
    app = GitHubApp(Settings(data_dir=tmp_path, github_app_id="1"), clock)
    with pytest.raises(NotFound, match="FAULTLINE_GITHUB_PRIVATE_KEY is unset"):
        app.signed()
    with pytest.raises(NotFound, match="FAULTLINE_GITHUB_APP_SLUG is unset"):
        assert app.install_url


async def test_the_key_may_be_a_file_or_have_its_line_breaks_written_out(tmp_path: Path, clock: MovableClock) -> None:
    (tmp_path / "key.pem").write_text(private_key())
    for given in (str(tmp_path / "key.pem"), private_key().replace("\n", "\\n")):
        settings = Settings(data_dir=tmp_path, github_app_id="1", github_private_key=SecretStr(given))
        assert GitHubApp(settings, clock).signed().count(".") == 2
    for given, said in (("no key", "cannot be read"), ("-----BEGIN nothing", "no private key")):
        settings = Settings(data_dir=tmp_path, github_app_id="1", github_private_key=SecretStr(given))
        with pytest.raises(UsageError, match=said):
            GitHubApp(settings, clock).signed()


async def test_a_pull_request_is_read(installation: Installation, repository: Repository) -> None:
    pull = await installation.pull(SHOP, 1)
    assert (pull.base_ref, pull.head_ref, pull.author, pull.head_repo) == ("main", "topic", "mona", SHOP)
    assert pull.head_sha == repository.git.resolve("topic")
    compared = await installation.compare(SHOP, pull.base_sha, pull.head_sha)
    assert (compared.merge_base_sha, compared.ahead_by, compared.status) == (pull.base_sha, 1, "ahead")
    assert (await installation.diff(SHOP, 1)).data == repository.git.diff("main", "topic")


async def test_a_diff_that_is_too_large_is_made_of_its_files(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    repository.git.commit(
        "topic",
        {"README.md": None, "a b.py": "x\n", "pkg/moved.py": "import os\n", "pkg/util.py": None, 'q"\t.py': "1\n"},
    )
    github.diff_too_large = True
    diff = await installation.diff(SHOP, 1)
    read = {each.new_path or each.old_path: each for each in patches(diff.data)}
    assert set(read) == {"README.md", "a b.py", "app.py", "fresh.py", "pkg/moved.py", 'q"\t.py'}
    assert read["README.md"].new_path is None
    assert read["a b.py"].old_path is None
    assert b"rename from pkg/util.py\nrename to pkg/moved.py\n" in diff.data
    assert diff.missing == ()


async def test_lists_are_read_to_their_last_page(installation: Installation, repository: Repository) -> None:
    repository.git.commit("topic", {f"many/{number:03}.py": "x\n" for number in range(230)})
    assert len(await installation.files(SHOP, 1)) == 232


async def test_only_plain_files_are_read(installation: Installation, repository: Repository) -> None:
    sha = repository.git.resolve("main")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    repository.git.commit(
        "topic", {"sub": (SUBMODULE, sha), "link": (SYMLINK, "app.py"), "ü/b c.txt": "ja", "l": pointer}
    )
    assert await installation.file(SHOP, "ü/b c.txt", "topic") == b"ja"
    for path in ("sub", "pkg", "nowhere", "../app.py", "", "pkg//util.py", "l", "a\0"):
        assert await installation.file(SHOP, path, "topic") is None
    with pytest.raises(AnswerTooLarge):
        await installation.file(SHOP, "app.py", "topic", max_bytes=10)


async def test_logs_come_from_another_host_that_never_sees_our_token(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    repository.jobs[7] = [
        {"id": 1, "name": "test", "conclusion": "failure", "completed_at": "2026-05-17T11:00:00Z"},
        {"id": 2, "name": "lint", "conclusion": "success", "completed_at": None},
    ]
    repository.logs[1] = b"boom\n"
    jobs = await installation.jobs(SHOP, 7)
    assert [(job.name, job.conclusion) for job in jobs] == [("test", "failure"), ("lint", "success")]
    assert await installation.job_log(SHOP, 1) == b"boom\n"
    assert (await installation.tarball(SHOP, "topic", max_bytes=100_000)).startswith(b"\x1f\x8b")
    assert [authorization for _, authorization in github.strangers] == [None, None]
    with pytest.raises(Gone):
        await installation.job_log(SHOP, 2)
    with pytest.raises(AnswerTooLarge):
        await installation.job_log(SHOP, 1, max_bytes=2)


async def test_a_redirect_elsewhere_is_followed_for_logs_and_archives_only(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    with pytest.raises(GitHubUnavailable, match="another host"):
        await installation._get(f"/repos/{SHOP}/tarball/topic")
    with pytest.raises(GitHubUnavailable, match="another host"):
        await installation._get(github.elsewhere + "/logs/acme/shop/1")


async def test_an_outage_is_waited_out_where_that_does_no_harm(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    await installation.pull(SHOP, 1)
    github.outage = 2
    assert (await installation.pull(SHOP, 1)).number == 1
    github.outage = 3
    with pytest.raises(GitHubUnavailable, match="502"):
        await installation.pull(SHOP, 1)
    github.outage = 1
    with pytest.raises(GitHubUnavailable):  # nobody knows whether GitHub has taken it
        await installation.create_issue_comment(SHOP, 1, "hello")
    github.stop()
    with pytest.raises(GitHubUnavailable, match="does not answer"):
        await installation.pull(SHOP, 1)
    github.start()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "90"}, 90),
        ({"Retry-After": "Sun, 17 May 2026 12:01:30 GMT"}, 90),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1779019500"}, 300),
        ({"X-RateLimit-Remaining": "0"}, 60),
        ({}, 60),
    ],
)
async def test_a_limit_says_when_to_come_again_and_nothing_is_asked_until_then(
    installation: Installation,
    repository: Repository,
    github: GitHubAppStandIn,
    clock: MovableClock,
    headers: dict[str, str],
    seconds: float,
) -> None:
    await installation.pull(SHOP, 1)
    github.limited = headers
    with pytest.raises(GitHubUnavailable) as refused:
        await installation.pull(SHOP, 1)
    assert refused.value.retry_at == clock() + timedelta(seconds=seconds)
    assert refused.value.retry_after == seconds
    github.limited, calls = None, len(github.calls)
    with pytest.raises(GitHubUnavailable):
        await installation.pull(SHOP, 1)
    assert len(github.calls) == calls
    clock.move(seconds=seconds + 1)
    assert (await installation.pull(SHOP, 1)).number == 1


async def test_what_is_not_there_is_gone(installation: Installation, app_of_github: GitHubApp) -> None:
    for repo in ("acme/nothing", "acme", "acme/../x", "a b/c", "acme/.."):
        with pytest.raises(Gone):
            await installation.pull(repo, 1)
    with pytest.raises(Gone):
        await app_of_github.installation(1).pull(SHOP, 1)


async def test_an_address_that_is_not_githubs_is_told_as_such(tmp_path: Path, clock: MovableClock) -> None:
    other = GitHubStandIn(user=["what"])
    other.start()
    other.tokens.add("x")
    app = GitHubApp(Settings(data_dir=tmp_path, github_api_url=other.url + "/api"), clock)
    for path in ("/user",):
        answer = await app.wire.send("GET", path, accept=JSON, authorization="Bearer x", lane=1)
        with pytest.raises(GitHubUnavailable, match="FAULTLINE_GITHUB_API_URL"):
            answer.object()
    await app.close()
    other.stop()


async def test_who_may_command_is_asked_of_github(installation: Installation, repository: Repository) -> None:
    repository.permissions["reader"] = "read"
    assert [await installation.permission(SHOP, who) for who in ("mona", "reader", "stranger/../x")] == [
        "write",
        "read",
        "none",
    ]


async def test_a_review_is_posted_as_one(installation: Installation, repository: Repository) -> None:
    head = repository.git.resolve("topic")
    comments = [InlineComment("app.py", 10, "one"), InlineComment("app.py", 42, "several", 39)]
    review = await installation.create_review(SHOP, 1, head, "body", comments)
    found = await installation.comments(SHOP, 1)
    assert [(each.path, each.line, each.body, each.author, each.review_id) for each in found] == [
        ("app.py", 10, "one", BOT, review),
        ("app.py", 42, "several", BOT, review),
    ]
    for bad in (InlineComment("app.py", 25, "x"), InlineComment("app.py", 40, "x", 10), InlineComment("no.py", 1, "x")):
        with pytest.raises(GitHubRefused) as refused:
            await installation.create_review(SHOP, 1, head, "body", [comments[0], bad])
        assert refused.value.answered == 422
    assert len(await installation.comments(SHOP, 1)) == 2
    reply = await installation.reply(SHOP, 1, found[0].id, "indeed")
    assert (await installation.comments(SHOP, 1))[2].reply_to == found[0].id != reply


async def test_annotations_go_fifty_at_a_time(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    head = repository.git.resolve("topic")
    many = [Annotation("app.py", number, number, "notice", "title", "message") for number in range(1, 121)]
    run = await installation.create_check_run(
        SHOP, head, "Faultline", external_id="x", conclusion="neutral", title="t", summary="s", annotations=many
    )
    (check,) = await installation.check_runs(SHOP, head, "Faultline")
    assert (check.id, check.conclusion, check.annotations, check.status) == (run, "neutral", 120, "completed")
    assert github.made("PATCH", f"/check-runs/{run}") == 2


async def test_threads_are_resolved_where_the_app_may(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    head = repository.git.resolve("topic")
    await installation.create_review(SHOP, 1, head, "b", [InlineComment("app.py", 10, "x")])
    (comment,) = await installation.comments(SHOP, 1)
    github.may_resolve = False
    assert await installation.resolve_threads(SHOP, 1, [comment.id]) == 0
    github.may_resolve = True
    assert await installation.resolve_threads(SHOP, 1, [comment.id]) == 1
    assert await installation.resolve_threads(SHOP, 1, [comment.id]) == 0
    assert github.resolved == {comment.id}


async def test_an_enterprise_server_has_its_own_addresses(tmp_path: Path, clock: MovableClock) -> None:
    own = Settings(
        data_dir=tmp_path,
        github_url="https://git.example.com/",
        github_api_url="https://git.example.com/api/v3/",
        github_app_id="1",
        github_app_slug="faultline",
    )
    app = GitHubApp(own, clock)
    assert app.install_url == "https://git.example.com/github-apps/faultline/installations/new"
    assert app.installation(1).graphql_url == "https://git.example.com/api/graphql"
    public = GitHubApp(Settings(data_dir=tmp_path, github_app_id="1", github_app_slug="f"), clock)
    assert public.install_url == "https://github.com/apps/f/installations/new"
    assert public.installation(1).graphql_url == "https://api.github.com/graphql"


async def test_the_app_knows_its_own_name(github: GitHubAppStandIn, tmp_path: Path, clock: MovableClock) -> None:
    app = GitHubApp(Settings(data_dir=tmp_path, **settings_of(github, github_app_slug="")), clock)
    assert await app.login() == await app.login() == BOT
    assert github.made("GET", "/app") == 1
    assert await app.account_of(99) == "acme"
    await app.close()


async def test_a_repository_that_has_moved_is_found_under_its_new_name(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    github.moved["acme/old"] = SHOP
    assert (await installation.pull("acme/old", 1)).number == 1
    await installation.create_issue_comment("acme/old", 1, "hello")
    assert [each["body"] for each in repository.pulls[1].talk] == ["hello"]
    github.moved["acme/round"] = "acme/round"
    with pytest.raises(GitHubUnavailable, match="circles"):
        await installation.pull("acme/round", 1)
