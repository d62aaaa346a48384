"""`kill -9` of what works, at random moments: what was accepted ends once, with one report and one set of findings."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.until import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds children in /proc")
LOG = "npm ERR! code ELIFECYCLE\nnpm ERR! in job {number}\n"


class Service:
    """`faultline serve` over one data folder, started again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ""
        self.start()

    def start(self) -> None:
        settings = {"DATA_DIR": str(self.folder), "LEASE_SECONDS": "1", "JOB_ATTEMPTS": "100", "WORKERS": "2"}
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("faultline")), "serve", "--port", "0"],
                env={**os.environ, **{f"FAULTLINE_{name}": value for name, value in settings.items()}},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        ready = json.loads(self.process.stdout.readline())
        if found := re.search(r"flk_\w+_[\w-]+", ready.get("try_it", "")):
            self.key = found.group()
        self.address = ready["address"]

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(60)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def kill_a_child(self, dice: random.Random) -> None:
        """Kill one of the processes that the fork server has made, if there is any."""
        parents = _parents()
        direct = {pid for pid, parent in parents.items() if parent == self.process.pid}
        if children := sorted(pid for pid, parent in parents.items() if parent in direct):
            os.kill(dice.choice(children), signal.SIGKILL)

    def submit(self, number: int) -> str:
        answer = httpx.post(
            f"{self.address}/v1/analyses/ci",
            content=LOG.format(number=number),
            headers={"X-API-Key": self.key, "Prefer": "respond-async"},
            timeout=PATIENCE,
        )
        assert answer.status_code == 202
        return str(answer.json()["id"])

    def rows(self, query: str) -> list[tuple[str, int]]:
        with sqlite3.connect(self.folder / "faultline.db", timeout=10) as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found

    def until_all_ended(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.rows("SELECT id, 1 FROM analyses WHERE status IN ('queued', 'running')"):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _parents() -> dict[int, int]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    running = Service(folder)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop(signal.SIGKILL)


def rounds(folder: Path, count: int) -> None:
    dice, accepted = random.Random(7), set()
    with service(folder) as running:
        for turn in range(count):
            accepted |= {running.submit(10 * turn + number) for number in range(10)}
            time.sleep(dice.random() / 5)
            if turn % 2:
                running.kill_a_child(dice)
            else:
                running.stop(signal.SIGKILL)
                running.start()
        running.until_all_ended()
        statuses = running.rows("SELECT status, count(*) FROM analyses GROUP BY status")
        doubles = running.rows(
            "SELECT a.id, (SELECT count(*) FROM findings f WHERE f.analysis_id = a.id) n FROM analyses a "
            "WHERE n <> 1 OR (SELECT count(*) FROM agent_runs r WHERE r.analysis_id = a.id) <> 1 OR a.report_id IS NULL"
        )
        reports = running.rows("SELECT '', count(*) FROM reports")
    assert statuses == [("completed", 10 * count)]
    assert len(accepted) == 10 * count
    assert doubles == []
    assert reports == [("", 10 * count)]


@pytest.mark.slow
def test_two_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    rounds(tmp_path, 2)


@pytest.mark.slow
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    rounds(tmp_path, 20)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_lets_what_runs_end_and_keeps_the_rest_for_the_next_start(tmp_path: Path, how: signal.Signals) -> None:
    with service(tmp_path) as running:
        for number in range(10):
            running.submit(number)
        assert running.stop(how) == 0
        assert running.rows("SELECT id, 1 FROM analyses WHERE status = 'running' OR attempts > 1") == []
        running.start()
        running.until_all_ended()
        assert running.rows("SELECT status, count(*) FROM analyses GROUP BY status") == [("completed", 10)]
