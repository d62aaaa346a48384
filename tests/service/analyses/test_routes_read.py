"""Finding and reading analyses: the list, the findings, the report, the artifact; and cancelling and retrying."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from faultline.platform.clock import Clock
from faultline.platform.database import Tenant, new_id
from faultline.service.analyses.content import INLINE_BYTES
from faultline.service.analyses.tables import Analysis, Finding
from faultline.service.parts import Parts
from faultline.service.projects.tables import Project
from faultline.service.worker import Worker
from tests.fixtures.front_door import LOG, NOWHERE, SQLITE, WAIT, problem, submitted
from tests.service.conftest import Key, World

ONE = "/v1/analyses"
FINGERPRINTS = ("a" * 64, "b" * 64)


@pytest.fixture
async def shelf(parts: Parts, key: Key, clock: Clock) -> list[dict[str, Any]]:
    """Twelve analyses that differ in all that can be asked for, the oldest first; and one of somebody else."""
    made = []
    async with parts.database.unit(Tenant(key.tenant_id)) as unit:
        project = Project(id=new_id(), name="checkout", created_at=clock())
        unit.session.add(project)
        await unit.session.flush()
        for n in range(12):
            row = {
                "kind": ("ci", "review")[n % 2],
                "status": ("completed", "failed", "queued")[n % 3],
                "project_id": project.id if n % 4 == 0 else None,
                "severity": (0, 2, None)[n % 3],
                "name": f"build-{n}_50%.log",
                "summary": None if n % 3 == 2 else f"Npm failed in STEP {n}",
            }
            analysis = Analysis(
                id=new_id(), priority=1, content=b"", bytes=0, sha256="0" * 64, options={}, details={}, attempts=0,
                cached=False, cancel_requested=False, finding_count=0, submitted_by="test", submitted_from="",
                created_at=clock(), available_at=clock(), error_code="x" if n % 3 == 1 else None, **row,
            )  # fmt: skip
            unit.session.add(analysis)
            await unit.session.flush()
            unit.session.add(
                Finding(
                    id=new_id(),
                    analysis_id=analysis.id,
                    agent="ci",
                    rule_id="r",
                    severity=2,
                    title="t",
                    description="d",
                    confidence=1.0,
                    evidence=[],
                    fingerprint=FINGERPRINTS[n % 5 == 0],
                )
            )
            made.append(row | {"id": str(analysis.id), "n": n})
    return made


async def listed(client: httpx.AsyncClient, who: Any, **query: Any) -> list[str]:
    """The ids of all pages of a list, three a page."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(ONE, params={**query, **cursor, "limit": 3}, headers=who.headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= 3
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


FILTERS: dict[str, tuple[Any, Any]] = {
    "kind": ("ci", lambda row: row["kind"] == "ci"),
    "status": ("failed", lambda row: row["status"] == "failed"),
    "project": ("checkout", lambda row: row["project_id"] is not None),
    "severity": ("high", lambda row: row["severity"] is not None and row["severity"] <= 1),
    "fingerprint": (FINGERPRINTS[1], lambda row: row["n"] % 5 == 0),
    "text": ("npm FAILED in step 1", lambda row: (row["summary"] or "").startswith("Npm failed in STEP 1")),
}


@pytest.mark.parametrize(
    "names",
    [(), *((name,) for name in FILTERS), ("kind", "severity"), ("project", "text"), ("status", "fingerprint"),
     ("kind", "project", "severity", "fingerprint"), tuple(FILTERS)],
    ids="+".join,
)  # fmt: skip
async def test_the_list_is_what_all_filters_let_through_newest_first_each_once(
    names: tuple[str, ...], client: httpx.AsyncClient, key: Key, shelf: list[dict[str, Any]]
) -> None:
    query = {name: FILTERS[name][0] for name in names}
    if "project" in query:
        query["project"] = str(next(row["project_id"] for row in shelf if row["project_id"]))
    wanted = [row["id"] for row in reversed(shelf) if all(FILTERS[name][1](row) for name in names)]
    assert await listed(client, key, **query) == wanted


@pytest.mark.parametrize(("text", "numbers"), [("_50%", range(11, -1, -1)), ("build-1_", [1]), ("%1%", []), ("\\", [])])
async def test_text_is_searched_for_as_it_is_written(
    text: str, numbers: Any, client: httpx.AsyncClient, key: Key, shelf: list[dict[str, Any]]
) -> None:
    assert await listed(client, key, text=text) == [shelf[n]["id"] for n in numbers]


@SQLITE
async def test_a_list_is_never_of_another_tenant(
    client: httpx.AsyncClient, key: Key, shelf: list[dict[str, Any]], world: World
) -> None:
    other = await world.organization("Others")
    assert await listed(client, other) == []
    assert await listed(client, other, fingerprint=FINGERPRINTS[0]) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"cursor": "AAAA"}, 400),
        ({"cursor": "!" * 22}, 400),
        ({"cursor": "x" * 101}, 422),
        ({"limit": 0}, 422),
        ({"limit": 201}, 422),
        ({"limit": "many"}, 422),
        ({"status": "lost"}, 422),
        ({"severity": "dire"}, 422),
        ({"project": "checkout"}, 422),
        ({"text": "\0"}, 400),
        ({"text": "x" * 201}, 422),
        ({"kind": "\0"}, 400),
        ({"fingerprint": "\0"}, 400),
        ({"kind": "\U0001f600'\";--"}, 200),
        ({"project": NOWHERE}, 200),
    ],
)
async def test_a_senseless_list_is_refused(
    query: dict[str, Any], status: int, client: httpx.AsyncClient, key: Key
) -> None:
    answer = await client.get(ONE, params=query, headers=key.headers)
    assert answer.status_code == status, answer.text


@SQLITE
async def test_findings_come_in_the_order_of_the_report(client: httpx.AsyncClient, key: Key, worker: Worker) -> None:
    made = await submitted(client, key, name="build.log")
    path = f"{ONE}/{made['id']}/findings"
    whole = (await client.get(path, headers=key.headers)).json()
    assert whole["next_cursor"] is None
    assert [item["fingerprint"] for item in whole["items"]] == [
        finding["fingerprint"] for finding in made["report"]["findings"]
    ]
    first = (await client.get(path, params={"limit": 1}, headers=key.headers)).json()
    assert first["items"] == whole["items"][:1]
    found = await listed(client, key, fingerprint=whole["items"][0]["fingerprint"])
    assert found == [made["id"]]


@SQLITE
@pytest.mark.parametrize(
    ("output", "media", "beginning"),
    [
        ("json", "application/json", "{"),
        ("jsonl", "application/x-ndjson", "{"),
        ("text", "text/plain; charset=utf-8", "build.log"),
        ("markdown", "text/markdown; charset=utf-8", "#"),
        ("sarif", "application/sarif+json", "{"),
        ("github", "text/plain; charset=utf-8", "faultline: build.log"),
    ],
)
async def test_a_report_is_shown_in_every_format(
    output: str, media: str, beginning: str, client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    made = await submitted(client, key, name="build.log")
    answer = await client.get(f"{ONE}/{made['id']}/report?format={output}", headers=key.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.text.startswith(beginning)
    if output == "json":
        assert answer.json() == made["report"]


@SQLITE
async def test_an_unknown_format_is_refused(client: httpx.AsyncClient, key: Key) -> None:
    answer = await client.get(f"{ONE}/{NOWHERE}/report?format=pdf", headers=key.headers)
    problem(answer, 422, "invalid-request")


@pytest.fixture(params=[100, INLINE_BYTES + 100], ids=["in the row", "in the blob store"])
async def artifact(request: pytest.FixtureRequest, client: httpx.AsyncClient, key: Key) -> tuple[str, bytes]:
    """An artifact's address and its content."""
    content = bytes(n % 251 for n in range(request.param))
    headers = {**key.headers, "Prefer": "respond-async"}
    answer = await client.post(f"{ONE}/ci?name=a.log", content=content, headers=headers)
    return f"{answer.headers['location']}/artifact", content


@SQLITE
async def test_an_artifact_comes_back_whole(client: httpx.AsyncClient, key: Key, artifact: Any) -> None:
    path, content = artifact
    answer = await client.get(path, headers=key.headers)
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-range" not in answer.headers


@SQLITE
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=-7", -7, None),
        ("bytes=90-", 90, None),
        ("bytes=-999999999", 0, None),
        ("bytes=10-999999999", 10, None),
    ],
)
async def test_a_range_of_an_artifact_is_exact(
    asked: str, start: int, end: int | None, client: httpx.AsyncClient, key: Key, artifact: Any
) -> None:
    path, content = artifact
    answer = await client.get(path, headers={**key.headers, "Range": asked})
    wanted = content[start:end]
    assert (answer.status_code, answer.content) == (206, wanted)
    first = start % len(content)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(content)}"
    assert answer.headers["content-length"] == str(len(wanted))


@SQLITE
@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
async def test_a_range_beyond_the_end_says_how_long_the_artifact_is(
    asked: str, client: httpx.AsyncClient, key: Key, artifact: Any
) -> None:
    path, content = artifact
    answer = await client.get(path, headers={**key.headers, "Range": asked})
    problem(answer, 416, "range-not-satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(content)}"


@SQLITE
@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=5-1", "bytes=-", "bytes=1-2,5-6", "bytes=x-", ""])
async def test_a_range_that_nobody_understands_is_ignored(
    asked: str, client: httpx.AsyncClient, key: Key, artifact: Any
) -> None:
    path, content = artifact
    answer = await client.get(path, headers={**key.headers, "Range": asked})
    assert (answer.status_code, answer.content) == (200, content)


@SQLITE
@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd", "passwd"),
        ('a"b; filename=evil.exe', 'a"b; filename=evil.exe'),
        ("a\\..\\b", "a\\..\\b"),
        ("größe \U0001f600.log", "größe \U0001f600.log"),
        ("%0d%0aSet-Cookie: a=b", "%0d%0aSet-Cookie: a=b"),
        ("folder/", "folder"),
        ("//", "artifact"),
    ],
)
async def test_no_name_can_break_out_of_the_header_it_is_in(
    name: str, saved: str, client: httpx.AsyncClient, key: Key
) -> None:
    headers = {**key.headers, "Prefer": "respond-async"}
    made = await client.post(f"{ONE}/ci", params={"name": name}, content=b"x", headers=headers)
    assert made.json()["name"] == name
    answer = await client.get(f"{made.headers['location']}/artifact", headers=key.headers)
    shown = answer.headers["content-disposition"]
    assert shown.startswith("attachment; filename*=UTF-8''")
    encoded = shown.partition("''")[2]
    assert unquote(encoded) == saved
    assert not set(encoded) & set("\"'\\; \r\n/")


@SQLITE
async def test_a_waiting_analysis_is_cancelled_at_once_and_can_be_tried_again(
    client: httpx.AsyncClient, key: Key
) -> None:
    headers = {**key.headers, "Prefer": "respond-async"}
    path = (await client.post(f"{ONE}/ci", content=LOG, headers=headers)).headers["location"]
    problem(await client.post(f"{path}/retry", headers=key.headers), 409, "conflict")
    ended = await client.post(f"{path}/cancel", headers=key.headers)
    assert (ended.status_code, ended.json()["status"]) == (200, "cancelled")
    assert ended.json()["finished_at"]
    problem(await client.post(f"{path}/cancel", headers=key.headers), 409, "conflict")
    again = await client.post(f"{path}/retry", headers=key.headers)
    assert (again.status_code, again.json()["status"], again.json()["finished_at"]) == (200, "queued", None)


@SQLITE
async def test_an_analysis_tried_again_comes_to_its_report(
    client: httpx.AsyncClient, key: Key, worker: Worker, parts: Parts
) -> None:
    made = await submitted(client, key)
    problem(await client.post(f"{ONE}/{made['id']}/cancel", headers=key.headers), 409, "conflict")
    problem(await client.post(f"{ONE}/{made['id']}/retry", headers=key.headers), 409, "conflict")
    broken = await client.post(f"{ONE}/ci", content=bytes(range(256)) * 30, headers={**key.headers, **WAIT})
    assert broken.json()["status"] == "failed"
    path = broken.headers["location"]
    again = await client.post(f"{path}/retry", headers=key.headers)
    assert (again.json()["status"], again.json()["error"], again.json()["attempts"]) == ("queued", None, 0)
    ended = await client.get(path, headers={**key.headers, **WAIT})
    assert ended.json()["status"] == "failed"


@SQLITE
async def test_reading_with_a_wait_answers_as_soon_as_the_end_is_there(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    headers = {**key.headers, "Prefer": "respond-async"}
    path = (await client.post(f"{ONE}/ci", content=LOG, headers=headers)).headers["location"]
    answer = await client.get(path, headers={**key.headers, **WAIT})
    assert answer.json()["status"] == "completed"
