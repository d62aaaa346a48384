"""Pull requests through the service: from GitHub's webhook to the posted review, reviews a minute, and repeated words.

The service is `faultline serve` on SQLite; GitHub is the stand-in of the tests, over real git repositories, on the same
machine. Each pull request changes 50 Python files of 80 lines, in which there are some findings of every agent.

The reference says of itself: 45 seconds a pull request, 15 a minute at its peak.

    python benchmarks/review_github.py [PULL REQUESTS]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from measure import row
from service_load import service

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.servers.github_app import BOT, GitHubAppStandIn, signature

FILES = 50
LIMIT_SECONDS = 5.0
REFERENCE_SECONDS, REFERENCE_A_MINUTE = 45.0, 15.0
WAIT_SECONDS = 300.0
_deliveries = count(1)


def text(pull: int, number: int) -> str:
    """A file like many: 80 lines, and in some of them something to be found."""
    functions = [
        f"""
def total_{part}(rows, factor={part}):
    result = 0
    for row in rows:
        if row is not None and row["amount"] > {part + pull}:
            result += row["amount"] * factor
    return result
"""
        for part in range(9)
    ]
    flaw = (
        "def run(command):\n    return subprocess.call(command, shell=True)\n",
        "def find(cursor, name):\n    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n",
        "def load(data):\n    return pickle.loads(data)\n",
        "def quiet(path):\n    try:\n        return open(path).read()\n    except:\n        pass\n",
        "def fine(value):\n    return value\n",
    )[number % 5]
    return "import pickle\nimport subprocess\n\n" + "".join(functions) + "\n\n" + flaw


class GitHub:
    """The stand-in, and what it tells the service."""

    def __init__(self, hub: GitHubAppStandIn, client: httpx.Client) -> None:
        self.hub = hub
        self._client = client
        self.at = hub.repository()
        self.at.git.commit("main", {f"shop/part_{n}.py": f"PART = {n}\n" for n in range(FILES)})
        installed = {
            "action": "created",
            "installation": {"id": self.at.installation, "account": {"login": "acme"}},
            "repositories": [self.at.ref()],
            "sender": {"login": "mona"},
        }
        self.tell("installation", installed)

    def tell(self, kind: str, payload: dict[str, Any], delivery: str | None = None) -> str:
        """Send an event, signed; answers with the delivery's id."""
        body, delivery = json.dumps(payload).encode(), delivery or f"delivery-{next(_deliveries)}"
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": kind,
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": signature(body),
        }
        answer = self._client.post("/webhooks/github", content=body, headers=headers)
        assert answer.status_code in (202, 204), answer.text
        return delivery

    def open(self, pull: int) -> int:
        """A pull request of 50 files; its number."""
        files = {f"shop/part_{n}.py": f"PART = {n}\n" + text(pull, n) for n in range(FILES)}
        self.at.git.commit(f"feature-{pull}", files, onto="main")
        return self.at.open(f"feature-{pull}").number

    def pushed(self, number: int, action: str = "opened", delivery: str | None = None) -> str:
        """Tell of a pull request's head."""
        return self.tell("pull_request", self.hub.pull_request_event(self.at, number, action), delivery)

    def wait(self, reviews: int) -> list[dict[str, Any]]:
        """All reviews, the oldest first, once so many of them have ended."""
        deadline = time.perf_counter() + WAIT_SECONDS
        while True:
            found = self._client.get("/v1/reviews?limit=200").json()["items"]
            ended = [each for each in found if each["finished_at"]]
            if len(ended) >= reviews and len(ended) == len(found):
                return found[::-1]
            assert time.perf_counter() < deadline, found
            time.sleep(0.1)

    def posted(self, number: int) -> float:
        """When the check of a pull request's head is concluded, which is said after everything else; asks GitHub only.

        The service puts its own work behind requests, so whoever asks it all the time waits longer.
        """
        head, deadline = self.at.git.resolve(self.at.pulls[number].head_ref), time.perf_counter() + WAIT_SECONDS
        while not any(each["head_sha"] == head and each["conclusion"] for each in list(self.at.checks)):
            assert time.perf_counter() < deadline
            time.sleep(0.005)
        return time.perf_counter()


def one_by_one(github: GitHub, pulls: int) -> bool:
    """How long it takes from the webhook to the end of a review, with nothing else going on."""
    took = []
    for n in range(pulls):
        number = github.open(n)
        begun = time.perf_counter()
        github.pushed(number)
        took.append(github.posted(number) - begun)
        review = github.wait(n + 1)[-1]
        assert review["status"] == "completed", review
        assert github.at.pulls[number].comments, "nothing was posted"
    row("the first review, everything cold", took[0], "s", against=REFERENCE_SECONDS)
    warm = sorted(took[1:])
    row("webhook to posted review, median", statistics.median(warm), "s", against=REFERENCE_SECONDS)
    stats = review["stats"]
    for step in ("fetch", "analyze", "publish"):
        row(f"  of the last one: {step}", stats[f"{step}_ms"] / 1000, "s")
    last = warm[min(len(warm) - 1, int(0.95 * len(warm)))]
    return row("webhook to posted review, p95", last, "s", against=REFERENCE_SECONDS, at_most=LIMIT_SECONDS)


def all_at_once(github: GitHub, before: int, pulls: int) -> bool:
    """How many reviews a minute come out when they come in together."""
    numbers = [github.open(1000 + n) for n in range(pulls)]
    begun = time.perf_counter()
    for number in numbers:
        github.pushed(number)
    took = max(github.posted(number) for number in numbers) - begun
    reviews = github.wait(before + pulls)
    assert all(each["status"] == "completed" for each in reviews), reviews
    a_minute = pulls * 60 / took
    return row("reviews a minute, together", a_minute, "", against=REFERENCE_A_MINUTE, at_least=REFERENCE_A_MINUTE)


def repeated(github: GitHub, before: int) -> bool:
    """Five pushes, a rebase, a redelivery and a repeated head: how many comments say what another says."""
    git, ended = github.at.git, before
    files = {f"shop/part_{n}.py": f"PART = {n}\n" + text(7, n) for n in range(4)}
    for push in range(5):
        git.commit("pushed", {path: "# one more line\n" * push + each for path, each in files.items()}, onto="main")
        if not push:
            number = github.at.open("pushed").number
        github.pushed(number, "synchronize" if push else "opened")
        ended += 1
        github.wait(ended)
    git.commit("main", {"other.py": "x = 1\n"})
    git.commit("rebased", {path: "# moved\n" * 30 + each for path, each in files.items()}, onto="main")
    github.at.pulls[number].head_ref = "rebased"
    delivery = github.pushed(number, "synchronize")
    ended += 1
    github.wait(ended)
    github.pushed(number, "synchronize", delivery)  # the same again
    github.pushed(number, "synchronize")  # the same head in another delivery
    assert len(github.wait(ended)) == ended
    pull = github.at.pulls[number]
    said = Counter(_mark(each["body"]) for each in pull.comments)
    summaries = sum(each["user"]["login"] == BOT for each in pull.talk)
    row("comments of seven deliveries", sum(said.values()), "")
    twice = sum(said.values()) - len(said) + summaries - 1
    return row("comments that repeat another", twice, "", at_most=0)


def _mark(body: str) -> str:
    """The hidden mark that names a finding."""
    return body[body.rfind("<!--") :]


@contextmanager
def standing_in(folder: Path) -> Iterator[GitHubAppStandIn]:
    """GitHub."""
    hub = GitHubAppStandIn(folder)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def main(pulls: int) -> int:
    """Print the figures; 1 when a limit is missed."""
    with tempfile.TemporaryDirectory() as folder, standing_in(Path(folder) / "hub") as hub:
        data = Path(folder) / "data"
        data.mkdir()
        # Without sign-in by GitHub the only organization has the installation by itself.
        settings = {name: value for name, value in hub.settings.items() if not name.startswith("github_client")}
        alone = max(2, pulls // 2)
        with (
            service(data, **settings) as (address, key, _, _),
            httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=60) as client,
        ):
            github = GitHub(hub, client)
            kept = [
                one_by_one(github, alone),
                all_at_once(github, alone, pulls),
                repeated(github, alone + pulls),
            ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
