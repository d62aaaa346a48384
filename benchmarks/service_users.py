"""Users of the service for locust: what they do is said by the environment, see service_load.py."""

from __future__ import annotations

import itertools
import os
import random

from locust import FastHttpUser, task

KEY = os.environ.get("BENCH_KEY", "")
RATE = float(os.environ.get("BENCH_RATE_A_USER", "0"))
READS = os.environ.get("BENCH_READS") == "1"
PATH = os.environ.get("BENCH_PATH", "/v1/analyses/ci")
LOG = b"step\n" * 2_000 + b"##[error]Process completed with exit code 1.\n"
"""10 KB: large enough to be queued."""
_numbers = itertools.count(int.from_bytes(os.urandom(4), "big") << 20)


class Sender(FastHttpUser):
    """Submits logs, no two alike, and looks at the last one."""

    def wait_time(self) -> float:
        """Exponential pauses: all together come as independent clients do, not in step and in bursts."""
        return random.expovariate(RATE) if RATE else 0.0

    location = ""

    @task
    def submit(self) -> None:
        """Queue a log."""
        headers = {"X-API-Key": KEY, "Prefer": "respond-async"}
        with self.client.post(
            PATH, data=b"%d\n" % next(_numbers) + LOG, headers=headers, name="POST", catch_response=True
        ) as answer:
            if answer.status_code not in (200, 202):
                answer.failure(f"{answer.status_code}: {answer.text[:200]}")
            self.location = answer.headers.get("Location", "") if answer.headers else ""

    if READS:

        @task
        def look(self) -> None:
            """Get the last one."""
            if self.location:
                self.client.get(self.location, headers={"X-API-Key": KEY}, name="GET")
