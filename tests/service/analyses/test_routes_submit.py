"""Sending something to be analyzed, in every way there is."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
import zstandard

from faultline.service.auth.principal import Scope
from faultline.service.parts import Parts
from faultline.service.tiers import Tier
from faultline.service.worker import Worker
from tests.fixtures.front_door import LOG, NOWHERE, SQLITE, WAIT, problem, submitted
from tests.service.conftest import Key, World

pytestmark = SQLITE
CI = "/v1/analyses/ci"


async def pieces(content: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def test_a_small_log_in_json_comes_back_explained(client: httpx.AsyncClient, key: Key, worker: Worker) -> None:
    answer = await client.post(
        "/v1/analyses",
        json={"kind": "ci", "content": LOG, "name": "build.log", "metadata": {"commit": "abc"}},
        headers=key.headers,
    )
    assert answer.status_code == 200
    found = answer.json()
    assert answer.headers["location"] == f"/v1/analyses/{found['id']}"
    assert found["status"] == "completed"
    assert found["report"]["artifact"]["name"] == "build.log"
    assert found["report"]["findings"]
    assert found["finding_count"] == len(found["report"]["findings"])
    assert found["severity"] == found["report"]["findings"][0]["severity"]
    assert (found["metadata"], found["cached"]) == ({"commit": "abc"}, False)
    assert (found["bytes"], found["sha256"]) == (len(LOG), sha256(LOG.encode()).hexdigest())


@pytest.mark.parametrize("encoding", ["plain", "chunked", "gzip", "x-gzip", "zstd", "gzip chunked", "identity"])
async def test_a_raw_body_is_kept_as_it_was_before_it_was_packed(
    encoding: str, client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    content = LOG.encode()
    headers = {**key.headers, **WAIT}
    sent: Any = content
    if "gzip" in encoding:
        sent = gzip.compress(content)
        headers["Content-Encoding"] = encoding.split()[0]
    elif encoding == "zstd":
        sent = zstandard.compress(content)
        headers["Content-Encoding"] = "zstd"
    elif encoding == "identity":
        headers["Content-Encoding"] = "identity"
    if "chunked" in encoding:
        sent = pieces(sent)
    answer = await client.post(f"{CI}?name=a%20b.log&metadata.job=7", content=sent, headers=headers)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["name"], found["metadata"]) == ("a b.log", {"job": "7"})
    assert (found["bytes"], found["sha256"]) == (len(content), sha256(content).hexdigest())
    artifact = await client.get(f"/v1/analyses/{found['id']}/artifact", headers=key.headers)
    assert artifact.content == content


async def test_a_body_in_json_may_be_packed_as_well(client: httpx.AsyncClient, key: Key, worker: Worker) -> None:
    sent = gzip.compress(b'{"kind": "ci", "content": "##[error]Process completed with exit code 1."}')
    headers = {**key.headers, **WAIT, "Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = await client.post("/v1/analyses", content=sent, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["bytes"] == 44


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("gzip", b"this is no gzip at all", 400, "bad-encoding"),
        ("gzip", gzip.compress(b"x" * 1000, mtime=0)[:-9], 400, "bad-encoding"),
        ("zstd", zstandard.compress(b"x" * 1000)[:-3], 400, "bad-encoding"),
        ("br", b"whatever", 415, "unsupported-encoding"),
        ("gzip, zstd", b"whatever", 415, "unsupported-encoding"),
        ("gzip", gzip.compress(b"\0" * 6_000_000, mtime=0), 413, "content-too-large"),
        ("zstd", zstandard.compress(b"\0" * 6_000_000), 413, "content-too-large"),
    ],
    ids=["no gzip", "cut gzip", "cut zstd", "brotli", "two at once", "gzip bomb", "zstd bomb"],
)
@pytest.mark.parametrize("path", ["/v1/analyses", CI])
async def test_a_body_that_cannot_be_unpacked_is_refused_in_words(
    path: str, encoding: str, body: bytes, status: int, code: str, client: httpx.AsyncClient, world: World
) -> None:
    poor = await world.organization(tier=Tier.FREE)
    headers = {**poor.headers, "Content-Encoding": encoding, "Content-Type": "application/json"}
    problem(await client.post(path, content=body, headers=headers), status, code)


async def test_refused_content_leaves_nothing_behind(client: httpx.AsyncClient, world: World, parts: Parts) -> None:
    poor = await world.organization(tier=Tier.FREE)
    for path, body, headers in (
        (CI, b"x" * 1_000_001, {}),
        ("/v1/analyses/nosuchkind", b"x", {}),
        (f"{CI}?project={NOWHERE}", b"x", {}),
        (f"{CI}?callback_url=http://127.0.0.1/", b"x", {}),
        (CI, b"no gzip", {"Content-Encoding": "gzip"}),
    ):
        answer = await client.post(path, content=body, headers={**poor.headers, **headers})
        assert 400 <= answer.status_code < 500
    assert [blob.key async for blob in parts.blobs.list()] == []
    listed = await client.get("/v1/analyses", headers=poor.headers)
    assert listed.json() == {"items": [], "next_cursor": None}


async def test_a_large_log_is_queued_and_says_where_to_look(client: httpx.AsyncClient, key: Key, parts: Parts) -> None:
    answer = await client.post(CI, content=b"x" * parts.settings.express_bytes, headers=key.headers)
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert "report" not in answer.json()
    again = await client.get(answer.headers["location"], headers=key.headers)
    assert again.json() == answer.json()


async def test_a_large_log_is_waited_for_when_its_sender_asks(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    content = ("ok\n" * 5000 + LOG).encode()
    answer = await client.post(CI, content=content, headers={**key.headers, "prefer": 'Wait="30"'})
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")


@pytest.mark.parametrize("prefer", ["respond-async", "wait=0", "handling=strict, respond-async", "Respond-Async"])
async def test_nobody_waits_who_does_not_want_to(prefer: str, client: httpx.AsyncClient, key: Key) -> None:
    answer = await client.post(CI, content=LOG, headers={**key.headers, "Prefer": prefer})
    assert answer.status_code == 202


async def test_what_does_not_end_in_time_is_queued(client: httpx.AsyncClient, key: Key) -> None:
    answer = await client.post(CI, content=LOG, headers={**key.headers, "Prefer": "wait=1"})  # there is no worker
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")


@pytest.mark.parametrize("output", ["json", "jsonl", "text", "markdown", "sarif", "github"])
async def test_the_answer_is_the_report_alone_in_the_format_asked_for(
    output: str, client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    answer = await client.post(f"{CI}?format={output}", content=LOG, headers={**key.headers, **WAIT})
    assert answer.status_code == 200
    again = await client.get(f"{answer.headers['location']}/report?format={output}", headers=key.headers)
    assert (again.status_code, again.headers["content-type"]) == (200, answer.headers["content-type"])
    assert again.content == answer.content


async def test_content_that_cannot_be_analyzed_fails_with_a_reason(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    answer = await client.post(f"{CI}?format=text", content=bytes(range(256)) * 30, headers={**key.headers, **WAIT})
    found = answer.json()
    assert (answer.status_code, found["status"], found["report"]) == (200, "failed", None)
    assert found["error"]["detail"]
    for output in ("json", "text"):
        report = await client.get(f"/v1/analyses/{found['id']}/report?format={output}", headers=key.headers)
        problem(report, 409, "conflict")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/x", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "ftp://example.com/"],
)
@pytest.mark.parametrize("raw", [False, True])
async def test_a_callback_into_our_own_network_is_refused(
    address: str, raw: bool, client: httpx.AsyncClient, key: Key
) -> None:
    if raw:
        answer = await client.post(CI, params={"callback_url": address}, content=LOG, headers=key.headers)
    else:
        body = {"kind": "ci", "content": LOG, "callback_url": address}
        answer = await client.post("/v1/analyses", json=body, headers=key.headers)
    assert answer.status_code == 422, answer.text


async def test_an_analysis_belongs_to_a_project_that_is_there(
    client: httpx.AsyncClient, key: Key, world: World
) -> None:
    project = (await client.post("/v1/projects", json={"name": "checkout"}, headers=key.headers)).json()["id"]
    answer = await client.post(f"{CI}?project={project}", content=LOG, headers={**key.headers, "Prefer": "wait=0"})
    assert answer.json()["project_id"] == project
    stranger = await world.organization("Others")
    unknown = await client.post(f"{CI}?project={NOWHERE}", content=LOG, headers=key.headers)
    foreign = await client.post(f"{CI}?project={project}", content=LOG, headers=stranger.headers)
    assert (
        problem(unknown, 404, "not-found")["detail"].replace(NOWHERE, project)
        == problem(foreign, 404, "not-found")["detail"]
    )


@pytest.mark.parametrize(
    "metadata",
    [{str(n): "x" for n in range(33)}, {"n" * 101: "x"}, {"n": "x" * 1001}, {"n": 1}, {"n": "\0"}, {"\0": "n"}],
    ids=["33 entries", "long name", "long value", "number", "NUL value", "NUL name"],
)
async def test_metadata_has_limits(metadata: dict[str, Any], client: httpx.AsyncClient, key: Key) -> None:
    body = {"kind": "ci", "content": LOG, "metadata": metadata}
    answer = await client.post("/v1/analyses", json=body, headers={**key.headers, "Prefer": "wait=0"})
    problem(answer, 422, "invalid-request")
    if metadata != {"n": 1}:
        words = {f"metadata.{name}": value for name, value in metadata.items()}
        answer = await client.post(CI, params=words, content=LOG, headers=key.headers)
        assert 400 <= answer.status_code <= 422


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "ci"},
        {"kind": "ci", "content": LOG, "upload_id": NOWHERE},
        {"kind": "ci", "content": LOG, "surprise": 1},
        {"kind": "CI!", "content": LOG},
        {"kind": "ci", "content": 5},
        {"kind": "ci", "content": LOG, "name": ""},
        {"kind": "ci", "content": LOG, "name": "a\nb"},
        {"kind": "ci", "content": LOG, "name": "x" * 501},
        {"kind": "ci", "content": LOG, "options": []},
        {"kind": "ci", "content": LOG, "project_id": "x"},
    ],
)
async def test_a_submission_must_have_the_documented_form(
    body: dict[str, Any], client: httpx.AsyncClient, key: Key
) -> None:
    problem(await client.post("/v1/analyses", json=body, headers=key.headers), 422, "invalid-request")


async def test_an_unknown_kind_or_option_is_named(client: httpx.AsyncClient, key: Key) -> None:
    answer = await client.post("/v1/analyses", json={"kind": "tea", "content": LOG}, headers=key.headers)
    assert answer.status_code in (400, 422)
    assert "tea" in answer.json()["detail"]
    body = {"kind": "ci", "content": LOG, "options": {"no_such_option": 1}}
    answer = await client.post("/v1/analyses", json=body, headers=key.headers)
    assert answer.status_code in (400, 422)
    assert "no_such_option" in answer.json()["detail"]


async def test_a_lone_surrogate_in_content_becomes_a_question_mark(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    body = rb'{"kind": "ci", "content": "\ud800\u0000##[error]Process completed with exit code 1."}'
    headers = {**key.headers, **WAIT, "Content-Type": "application/json"}
    answer = await client.post("/v1/analyses", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    artifact = await client.get(f"{answer.headers['location']}/artifact", headers=key.headers)
    assert artifact.content.startswith(b"?\0##")


async def test_a_key_that_may_only_read_cannot_submit(client: httpx.AsyncClient, key: Key, world: World) -> None:
    reader = await world.key(key.tenant_id, frozenset({Scope.ANALYSES_READ}))
    problem(await client.post(CI, content=LOG, headers=reader.headers), 403, "not-allowed")


async def test_an_upload_is_analyzed_in_place_of_content(client: httpx.AsyncClient, key: Key, worker: Worker) -> None:
    upload = (await client.post("/v1/uploads", json={}, headers=key.headers)).json()["id"]
    part = {**key.headers, "Upload-Offset": "0"}
    await client.patch(f"/v1/uploads/{upload}", content=LOG, headers=part)
    early = {"kind": "ci", "upload_id": upload}
    problem(await client.post("/v1/analyses", json=early, headers=key.headers), 409, "conflict")
    done = await client.post(f"/v1/uploads/{upload}/complete", headers=key.headers)
    assert done.json()["sha256"] == sha256(LOG.encode()).hexdigest()
    answer = await client.post("/v1/analyses", json=early, headers={**key.headers, **WAIT})
    assert (answer.status_code, answer.json()["sha256"]) == (200, done.json()["sha256"])
    problem(await client.post("/v1/analyses", json=early, headers=key.headers), 409, "conflict")


async def test_tenants_do_not_see_each_others_analyses(
    client: httpx.AsyncClient, key: Key, world: World, worker: Worker
) -> None:
    ours = await submitted(client, key)
    stranger = await world.organization("Others")
    for method, path in (
        ("GET", ""),
        ("GET", "/findings"),
        ("GET", "/report"),
        ("GET", "/artifact"),
        ("POST", "/cancel"),
        ("POST", "/retry"),
    ):
        foreign = await client.request(method, f"/v1/analyses/{ours['id']}{path}", headers=stranger.headers)
        unknown = await client.request(method, f"/v1/analyses/{NOWHERE}{path}", headers=stranger.headers)
        wanted = problem(unknown, 404, "not-found")["detail"].replace(NOWHERE, ours["id"])
        assert problem(foreign, 404, "not-found")["detail"] == wanted
    assert (await client.get("/v1/analyses", headers=stranger.headers)).json()["items"] == []
