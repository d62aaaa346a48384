"""What the service stands on fails: it says so, says when to come again, and nothing is half done."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from faultline.platform.database import dialect
from faultline.service.parts import Parts
from tests.fixtures.front_door import LOG, SQLITE, problem
from tests.service.conftest import Key
from tests.until import PATIENCE

ASYNC = {"Prefer": "respond-async"}
FILE_BYTES = 4_000_000
"""How large a file may become on the full disk; the database itself takes some 300 KB."""


@SQLITE
async def test_a_database_that_others_hold_is_busy_and_then_works_again(
    client: httpx.AsyncClient, key: Key, parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.5)
    headers = {**key.headers, **ASYNC}
    assert (await client.get("/v1/analyses", headers=headers)).status_code == 200
    with closing(sqlite3.connect(tmp_path / "faultline.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        posts = (client.post("/v1/analyses/ci", content=LOG, headers=headers) for _ in range(3))
        answers = await asyncio.gather(*posts, client.get("/v1/analyses", headers=headers))
        assert answers.pop().status_code == 200  # who only reads is not held up
        for answer in answers:
            problem(answer, 503, "database-busy")
            assert int(answer.headers["retry-after"]) >= 1
        other.execute("ROLLBACK")
    assert (await client.get("/v1/analyses", headers=headers)).json()["items"] == []
    assert (await client.post("/v1/analyses/ci", content=LOG, headers=headers)).status_code == 202


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """`faultline serve` whose files cannot grow beyond a size; its address and first key."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    process = subprocess.Popen(
        [sys.executable, "-m", "faultline", "serve", "--port", "0"],
        env={
            **os.environ,
            "FAULTLINE_DATA_DIR": str(folder),
            "FAULTLINE_WORKERS": "1",
            "FAULTLINE_MAX_WAIT_SECONDS": "30",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit,
    )
    try:
        assert process.stdout
        for line in process.stdout:
            said = json.loads(line)
            if said.get("event") == "ready":
                break
        yield said["address"], said["try_it"].partition("X-API-Key: ")[2].partition("'")[0]
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.mark.slow
def test_a_full_disk_is_said_and_corrupts_nothing(tmp_path: Path) -> None:
    with (
        serving(tmp_path) as (address, key),
        httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=PATIENCE) as client,
    ):
        kept = client.post("/v1/analyses/ci?name=kept", content=b"x" * 1_000_000, headers=ASYNC)
        assert kept.status_code == 202
        large = client.post("/v1/analyses/ci?name=large", content=b"x" * (FILE_BYTES + 1), headers=ASYNC)
        problem(large, 507, "storage-full")
        assert int(large.headers["retry-after"]) >= 1
        names, refused = {"kept"}, None
        for n in range(400):  # fills the database: content of this size lies in the rows
            answer = client.post(f"/v1/analyses/ci?name={n}", content=os.urandom(30_000), headers=ASYNC)
            if answer.status_code != 202:
                refused = answer
                break
            names.add(str(n))
        assert refused is not None
        problem(refused, 507, "storage-full")
        assert client.get("/v1/analyses?limit=1").status_code == 200
        assert client.get(f"{kept.headers['location']}/artifact").content == b"x" * 1_000_000
    with closing(sqlite3.connect(tmp_path / "faultline.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert {row[0] for row in database.execute("SELECT name FROM analyses")} == names
