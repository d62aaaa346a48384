"""Pull requests at a small GitHub, and a service that reviews them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from faultline.platform.database import SYSTEM, new_id
from faultline.service.analyses import job as analyses
from faultline.service.github.events import CommandGiven, Event, PullRequestChanged, RepositoryRef, WorkflowFailed
from faultline.service.github.tables import GitHubInstallation
from faultline.service.parts import Parts
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.intake import heard
from faultline.service.reviews.tables import Review, ReviewFinding, RuleFeedback
from faultline.service.settings import Settings
from faultline.service.worker import Worker
from tests.servers import github_app
from tests.servers.github_app import BOT, GitHubAppStandIn, PullRequest
from tests.service.conftest import Person, World
from tests.service.reviews import work
from tests.until import PATIENCE

INSTALLATION = 99


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHubAppStandIn]:
    made = GitHubAppStandIn(tmp_path / "hub")
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def real_parts(make_settings: Callable[..., Settings], hub: GitHubAppStandIn) -> AsyncIterator[Parts]:
    """The parts of a process whose clock is the real one, and whose GitHub is the stand-in."""
    made = Parts.of(make_settings(workers=1, lease_seconds=60.0, **hub.settings))
    yield made
    await made.close()


class Pulls:
    """A repository at the stand-in with one pull request, and what becomes of it in the service."""

    def __init__(self, parts: Parts, hub: GitHubAppStandIn, owner: Person) -> None:
        self.parts = parts
        self.hub = hub
        self.owner = owner
        self.at = hub.repository()
        self.at.git.commit("main", {"a.py": "x = 1\n" * 5, "b.py": "y = 1\n"})
        self._deliveries = count(1)

    @property
    def ref(self) -> RepositoryRef:
        return RepositoryRef(str(self.at.id), self.at.full_name, "main", True)

    @property
    def pull(self) -> PullRequest:
        return self.at.pulls[1]

    async def hear(self, event: Event) -> bool:
        async with self.parts.database.unit(SYSTEM) as unit:
            return await heard(unit, self.parts, event)

    def pushed(self, delivery: str = "", **changed: Any) -> PullRequestChanged:
        """What GitHub tells of the pull request's head as it is now."""
        git = self.at.git
        fixed: dict[str, Any] = {
            "installation_id": INSTALLATION,
            "repository": self.ref,
            "number": 1,
            "action": "synchronize",
            "head_sha": git.resolve(self.pull.head_ref),
            "base_sha": git.resolve("main"),
            "base_ref": "main",
            "draft": False,
            "title": "A change",
            "author": "mona",
            "delivery": delivery or self.delivery(),
        }
        return PullRequestChanged(**(fixed | changed))

    def delivery(self) -> str:
        return f"d{next(self._deliveries)}"

    async def push(self, files: dict[str, Any], branch: str = "feature") -> bool:
        """Commit to the pull request, which is opened if there is none, and tell the service."""
        self.at.git.commit(branch, files, onto="main")
        if not self.at.pulls:
            self.at.open(branch)
        return await self.hear(self.pushed())

    async def command(self, command: Any, argument: str = "", *, by: str = "mona", thread: int | None = None) -> bool:
        return await self.hear(
            CommandGiven(INSTALLATION, self.ref, 1, command, argument, "", by, 7, self.delivery(), thread=thread)
        )

    async def workflow(self, run_id: int, *pulls: int, name: str = "tests") -> bool:
        head = self.at.git.resolve(self.pull.head_ref)
        return await self.hear(WorkflowFailed(INSTALLATION, self.ref, run_id, head, pulls, name, self.delivery()))

    async def all(self, table: Any) -> list[Any]:
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            return list((await unit.session.execute(select(table).order_by(table.id))).scalars())

    async def reviews(self) -> list[Review]:
        return await self.all(Review)

    async def ledger(self) -> dict[str, str]:
        """States by rule; of a pull request in which each rule is found once."""
        return {row.rule_id: row.state for row in await self.all(ReviewFinding)}

    async def rules(self) -> dict[str, RuleFeedback]:
        return {row.rule_id: row for row in await self.all(RuleFeedback)}

    async def repository(self) -> Repository:
        found: Repository = (await self.all(Repository))[0]
        return found

    async def set(self, **columns: Any) -> None:
        """Change how the repository is reviewed."""
        async with self.parts.database.unit(SYSTEM) as unit:
            row = (await unit.session.execute(select(Repository))).scalar_one()
            for name, value in columns.items():
                setattr(row, name, value)

    async def until(self, *wanted: str, review_id: UUID | None = None) -> Review:
        """The newest review, or a certain one, once it is in one of these states."""
        async with asyncio.timeout(PATIENCE):
            while True:
                rows = [row for row in await self.reviews() if review_id in (None, row.id)]
                if rows and rows[-1].status in wanted:
                    return rows[-1]
                await asyncio.sleep(0.02)

    async def done(self) -> list[str]:
        """How all reviews have ended, in their order."""
        async with asyncio.timeout(PATIENCE):
            while not all(row.finished_at for row in await self.reviews()):
                await asyncio.sleep(0.02)
        return [row.status for row in await self.reviews()]

    @property
    def comments(self) -> list[str]:
        """Rules of the comments at lines, in their order; what was marked as fixed has a mark."""
        return [_rule(each["body"]) for each in self.pull.comments]

    @property
    def duplicates(self) -> int:
        """Comments that say again what another one of them says."""
        counts = Counter(self.comments)
        summaries = sum(each["user"]["login"] == BOT for each in self.pull.talk)
        return sum(counts.values()) - len(counts) + max(0, summaries - 1)


def _rule(body: str) -> str:
    return body.split("faultline ignore ")[1].split("`")[0] if "faultline ignore " in body else body


@pytest.fixture
async def pulls(real_parts: Parts, hub: GitHubAppStandIn) -> Pulls:
    """A repository whose installation belongs to an organization."""
    owner = await World(real_parts).organization()
    async with real_parts.database.unit(SYSTEM) as unit:
        unit.session.add(
            GitHubInstallation(
                id=new_id(),
                tenant_id=owner.tenant_id,
                installation_id=INSTALLATION,
                account="acme",
                suspended=False,
                created_at=real_parts.clock(),
            )
        )
    return Pulls(real_parts, hub, owner)


Running = Callable[..., Any]


NEEDED = {"relay the outbox", "take analyses", "take reviews", "renew leases of reviews"}
"""The loops that a review goes through; the chores of a worker's start would take as long as the rest of a test."""


class InThreads:
    """Slots without processes: nothing here crashes or grows, and a child takes 0.2 s to begin."""

    def __init__(self, count: int, **_: Any) -> None:
        self.count = count

    async def run(self, function: Callable[..., Any], *arguments: Any, timeout: float | None = None) -> Any:
        return await asyncio.to_thread(function, *arguments)

    async def close(self) -> None:
        pass


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Running:
    """A worker over some parts, as far as reviews need one; what is looked at says `work`."""
    monkeypatch.setattr(analyses, "examine", work.examine)
    monkeypatch.setattr("faultline.service.worker.ProcessSlots", InThreads)

    @asynccontextmanager
    async def run(parts: Parts) -> AsyncIterator[Worker]:
        worker = Worker(parts)
        # The first one stays the first: it is the relay, which nudges mean.
        worker._loops = [loop for loop in worker._loops if loop.name in NEEDED]
        await worker.start()
        try:
            yield worker
        finally:
            await worker.stop(0)

    return run


__all__ = ["INSTALLATION", "Pulls", "Running", "github_app"]
