"""The service under load: start, idle memory, latency at 200 requests a second, and throughput against a bare route.

Everything runs on this machine at once: the service with its child processes, and locust, which makes the requests. The
bare route of service_bare.py does what any such service has to do at least; both get the same requests by turns.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from measure import row

HERE = Path(__file__).parent
PYTHON = Path(sys.executable)
START_S = 3.0
IDLE_MB = 150
POST_MS = 10
GET_MS = 5
RATIO = 0.5
RATE = 200
USERS = 20
STEADY_USERS = 100
PORT = 18_321


@contextmanager
def service(folder: Path, **settings: str) -> Iterator[tuple[str, str, int, float]]:
    """A fresh service: its address, its first key, its process id and how long it took to be ready.

    Settings are named as the service's own are, in small letters and without the prefix.
    """
    begun = time.perf_counter()
    chosen = {f"FAULTLINE_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "FAULTLINE_DATA_DIR": str(folder), **chosen}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with (folder / "log").open("w") as log:
        child = subprocess.Popen(
            [PYTHON.with_name("faultline"), "serve", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert child.stdout
    ready = json.loads(child.stdout.readline())
    took = time.perf_counter() - begun
    key = re.search(r"flk_\w+_[\w-]+", ready["try_it"])
    assert key
    try:
        yield ready["address"], key.group(), child.pid, took
    finally:
        child.terminate()
        child.wait(60)


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """The bare route: its address."""
    child = subprocess.Popen(
        [PYTHON, "-m", "uvicorn", "service_bare:app", "--port", str(PORT), "--no-access-log", "--log-level", "error"],
        cwd=HERE,
        env={**os.environ, "BARE_DATABASE": str(folder / "bare.db")},
    )
    try:
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{PORT}/openapi.json").close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{PORT}"
    finally:
        child.terminate()
        child.wait(10)


def load(address: str, seconds: int, environment: Mapping[str, str], users: int = USERS) -> dict[str, dict[str, str]]:
    """Let locust make requests; answers with its rows by name.

    Raises:
        SystemExit: a request failed.

    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                PYTHON.with_name("locust"),
                *("-f", HERE / "service_users.py", "--host", address, "--headless", "--only-summary", "--loglevel"),
                *(
                    "ERROR",
                    "-u",
                    str(users),
                    "-r",
                    str(min(users, USERS)),
                    "--reset-stats",
                    "-t",
                    f"{seconds}s",
                    "--csv",
                    f"{folder}/load",
                ),
            ],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        with Path(f"{folder}/load_stats.csv").open() as file:
            rows = {entry["Name"]: entry for entry in csv.DictReader(file)}
    if any(int(entry["Failure Count"]) for entry in rows.values()):
        sys.exit(f"requests failed: {rows}")
    return rows


def idle_mb(pid: int) -> float:
    """What a process holds in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Print all figures; 1 when a limit is missed."""
    kept = []
    starts, rates, limits = [], [], []
    for turn in range(3):
        with tempfile.TemporaryDirectory() as temporary, service(Path(temporary)) as (address, key, pid, took):
            starts.append(took)
            time.sleep(2)
            if turn == 0:
                memory = idle_mb(pid)
                steady = {"BENCH_KEY": key, "BENCH_RATE_A_USER": str(RATE / STEADY_USERS), "BENCH_READS": "1"}
                load(address, 5, steady, STEADY_USERS)
                rows = load(address, 30, steady, STEADY_USERS)
            else:
                rates.append(float(load(address, 8, {"BENCH_KEY": key})["POST"]["Requests/s"]))
        if turn:
            with tempfile.TemporaryDirectory() as temporary, bare(Path(temporary)) as address:
                limits.append(float(load(address, 8, {"BENCH_PATH": "/jobs"})["POST"]["Requests/s"]))
    kept.append(row("start to ready", median(starts), "s", at_most=START_S))
    kept.append(row("idle memory of the API process", memory, "MB", at_most=IDLE_MB))
    row("requests at", float(rows["Aggregated"]["Requests/s"]), "/s")
    for name, limit in (("POST", POST_MS), ("GET", GET_MS)):
        row(f"{name} median", float(rows[name]["50%"]), "ms")
        kept.append(row(f"{name} p95", float(rows[name]["95%"]), "ms", at_most=limit))
    row("bare route, one insert", median(limits), "/s")
    kept.append(
        row("POST, as fast as it goes", median(rates), "/s", against=median(limits), at_least=RATIO * median(limits))
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
