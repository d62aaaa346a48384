"""What GitHub sends, read as far as it asks something of us."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.service.github.commands import Command, command_of
from faultline.service.github.events import (
    CommandGiven,
    InstallationChanged,
    PullRequestChanged,
    PullRequestClosed,
    RepositoryRef,
    WorkflowFailed,
)
from faultline.service.github.payloads import KINDS, BadPayload, read

EXAMPLES = os.environ.get("FAULTLINE_WEBHOOK_EXAMPLES", "")
"""The folder of npm's `@octokit/webhooks-examples`, unpacked; there is none unless somebody fetched it."""
HEAD, BASE = "a" * 40, "b" * 40
REPOSITORY = {"id": 7, "full_name": "acme/shop", "default_branch": "main", "private": True, "anything": {"else": 1}}
SHOP = RepositoryRef("7", "acme/shop", "main", private=True)


def pull_request(action: str = "opened", **more: Any) -> dict[str, Any]:
    pull = {
        "number": 3,
        "title": "Title",
        "draft": False,
        "user": {"login": "mona"},
        "base": {"ref": "main", "sha": BASE},
        "head": {"ref": "topic", "sha": HEAD},
    }
    return {
        "action": action,
        "pull_request": pull | more,
        "repository": REPOSITORY,
        "installation": {"id": 99},
    }


def comment(body: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "action": "created",
        "issue": {"number": 3, "pull_request": {}},
        "comment": {"id": 5, "body": body, "user": {"login": "mona", "type": "User"}},
        "repository": REPOSITORY,
        "installation": {"id": 99},
    }
    return made | more


def heard(kind: str, payload: Any) -> Any:
    return read(kind, json.dumps(payload).encode(), "d-1")


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review"])
def test_a_pull_request_with_something_new_is_heard(action: str) -> None:
    assert heard("pull_request", pull_request(action)) == PullRequestChanged(
        99,
        SHOP,
        3,
        action,
        HEAD,
        BASE,
        "main",
        False,
        "Title",
        "mona",
        "d-1",  # type: ignore[arg-type]
    )


def test_a_closed_pull_request_is_heard() -> None:
    assert heard("pull_request", pull_request("closed", merged=True)) == PullRequestClosed(
        99, SHOP, 3, True, HEAD, "d-1"
    )


def test_what_asks_nothing_of_us_is_passed_over() -> None:
    assert heard("pull_request", pull_request("labeled")) is None
    assert heard("pull_request", pull_request() | {"installation": None}) is None
    assert heard("issue_comment", comment("/faultline review", action="edited")) is None
    assert heard("issue_comment", comment("/faultline review", issue={"number": 3})) is None
    assert heard("issue_comment", comment("nice")) is None
    assert heard("star", {"what": "ever"}) is None
    robot = {"id": 5, "body": "/faultline review", "user": {"login": "other[bot]", "type": "Bot"}}
    assert heard("issue_comment", comment("", comment=robot)) is None
    assert heard("issue_comment", comment("", comment=robot | {"user": None})) is None
    assert heard("installation", {"action": "new_permissions_accepted", "installation": {"id": 1}}) is None
    assert heard("installation_repositories", {"action": "x", "installation": {"id": 1}}) is None


def test_a_command_is_heard_from_a_comment_and_from_an_answer_at_a_line() -> None:
    body = "Hm.\n\n/faultline ignore security.eval it is a test"
    given = CommandGiven(99, SHOP, 3, "ignore", "security.eval", "it is a test", "mona", 5, "d-1")
    assert heard("issue_comment", comment(body)) == given
    answer = comment(body, pull_request={"number": 3})
    answer["comment"] |= {"in_reply_to_id": 4}
    del answer["issue"]
    found = heard("pull_request_review_comment", answer)
    assert (found.thread, found.command, found.comment_id) == (4, "ignore", 5)


def test_a_failed_workflow_is_heard_with_our_own_pull_requests() -> None:
    run: dict[str, Any] = {
        "id": 8,
        "name": "CI",
        "head_sha": HEAD,
        "conclusion": "failure",
        "pull_requests": [{"number": 3, "base": {"repo": {"id": 7}}}, {"number": 4, "base": {"repo": {"id": 9}}}, None],
    }
    payload = {"action": "completed", "workflow_run": run, "repository": REPOSITORY, "installation": {"id": 99}}
    assert heard("workflow_run", payload) == WorkflowFailed(99, SHOP, 8, HEAD, (3,), "CI", "d-1")
    for changed in ({"action": "requested"}, {"workflow_run": run | {"conclusion": "success"}}):
        assert heard("workflow_run", payload | changed) is None


def test_installations_are_heard() -> None:
    installation = {"id": 99, "account": {"login": "acme"}}
    said = {"action": "created", "installation": installation, "repositories": [{"id": 7, "full_name": "acme/shop"}]}
    ref = RepositoryRef("7", "acme/shop")
    assert heard("installation", said) == InstallationChanged(99, "acme", "created", (ref,), "d-1")
    for action, meant in (("suspend", "suspended"), ("unsuspend", "resumed"), ("deleted", "deleted")):
        assert heard("installation", said | {"action": action}).action == meant
    moved = {
        "action": "added",
        "installation": installation,
        "repositories_added": [{"id": 7, "full_name": "acme/shop"}],
    }
    assert heard("installation_repositories", moved) == InstallationChanged(99, "acme", "added", (ref,), "d-1")
    gone = moved | {"action": "removed", "repositories_removed": moved["repositories_added"]}
    assert heard("installation_repositories", gone) == InstallationChanged(99, "acme", "removed", (ref,), "d-1")


def test_text_that_cannot_be_stored_is_no_reason_to_lose_an_event() -> None:
    assert heard("pull_request", pull_request(title="a\0b")).title == "ab"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'{"action": 1}',
        b"[" * 100_000,
        b"\xff",
        json.dumps(pull_request(number="x")).encode(),
        json.dumps(pull_request(number=2**70)).encode(),
        json.dumps(pull_request(head={"ref": "x", "sha": "../.."})).encode(),
        json.dumps(pull_request() | {"repository": {}}).encode(),
    ],
)
def test_a_payload_that_is_none_of_its_kind_is_refused(payload: bytes) -> None:
    with pytest.raises(BadPayload):
        read("pull_request", payload, "d-1")


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["action", "installation", "id", "repository", "comment", "pull_request"]), inner
            )
        ),
        max_leaves=12,
    ),
)
def test_no_payload_crashes(kind: str, payload: Any) -> None:
    with contextlib.suppress(BadPayload):
        read(kind, json.dumps(payload).encode(), "d-1")


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("/faultline review", Command("review")),
        ("please\n  /faultline   review now\nthanks", Command("review")),
        ("/faultline ignore a.b", Command("ignore", "a.b")),
        ("/faultline ignore `a.b-c` since it\tis so", Command("ignore", "a.b-c", "since it\tis so")),
        ("/faultline ignore", Command("ignore")),
        ("/faultline ignore !!", Command("ignore")),
        ("/faultline help", Command("help")),
        ("/faultline sing", Command("help")),
        ("> /faultline review", None),
        ("```\n/faultline review\n```", None),
        ("```\n/faultline help\n```\n/faultline review", Command("review")),
        ("run /faultline review", None),
        ("/faultlinereview", None),
        ("    /faultline review", None),
        ("/faultline", None),
        ("", None),
    ],
)
def test_a_command_stands_at_the_start_of_a_line(body: str, meant: Command | None) -> None:
    assert command_of(body) == meant


@pytest.mark.skipif(not EXAMPLES, reason="FAULTLINE_WEBHOOK_EXAMPLES names no folder")
def test_every_example_of_githubs_own_is_accepted_or_passed_over() -> None:
    taken: dict[str, int] = {}
    for path in sorted(Path(EXAMPLES).glob("*/index.json")):
        for kind in json.loads(path.read_text()):
            for example in kind["examples"]:
                event = heard(kind["name"], example)
                if kind["name"] in KINDS:
                    taken[kind["name"]] = taken.get(kind["name"], 0) + (event is not None)
    assert set(taken) >= {"pull_request", "installation", "installation_repositories"}, taken
