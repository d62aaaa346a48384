"""The periodic chores: each once, by a clock that a test moves; and by two processes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from faultline.platform.blobs import BlobNotFound
from faultline.platform.database import SYSTEM, Base, new_id
from faultline.service.analyses import retention
from faultline.service.analyses.retention import forget_old_analyses
from faultline.service.analyses.tables import Analysis, Finding, Report
from faultline.service.idempotency.expired import remove_expired_keys
from faultline.service.idempotency.tables import IdempotencyKey
from faultline.service.operations.orphans import sweep_orphan_blobs
from faultline.service.parts import Parts
from faultline.service.projects.tables import Project
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.retention import forget_old_reviews
from faultline.service.reviews.tables import GitHubDelivery, Review, ReviewFinding
from faultline.service.settings import Settings
from faultline.service.uploads.abandoned import sweep_abandoned_uploads
from faultline.service.uploads.schemas import UploadStatus
from faultline.service.uploads.tables import Upload
from tests.service.analyses.conftest import Queue
from tests.service.conftest import MovableClock

NOW = datetime.now(UTC)


@pytest.fixture
def clock() -> MovableClock:
    """Begins at the real time: blobs and keys carry that."""
    return MovableClock(NOW)


async def twice(parts: Parts, make_settings: Callable[..., Settings], chore: Callable[[Parts], Awaitable[int]]) -> int:
    """Have two processes do a chore at the same time; what they have done in all."""
    other = Parts.of(make_settings(), parts.clock)
    try:
        return sum(await asyncio.gather(chore(parts), chore(other)))
    finally:
        await other.close()


async def put(parts: Parts, key: str) -> str:
    async def once() -> AsyncIterator[bytes]:
        yield b"content"

    await parts.blobs.put(key, once(), max_bytes=100)
    return key


async def there(parts: Parts, key: str) -> bool:
    try:
        await parts.blobs.size(key)
    except BlobNotFound:
        return False
    return True


async def count(parts: Parts, table: type[Base]) -> int:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        return int((await unit.session.execute(select(func.count()).select_from(table))).scalar_one())


async def ended(parts: Parts, tenant: UUID, *, blob: str | None, days: float, status: str = "completed") -> UUID:
    """An analysis that was made so many days ago, with a finding and a report of its own."""
    when = parts.clock() - timedelta(days=days)
    report = Report(id=new_id(), tenant_id=tenant, cache_key=None, body=b"x", hits=0, created_at=when, expires_at=when)
    row = Queue(parts).row(tenant, blob=blob)
    row.status, row.created_at, row.available_at = status, when, when
    row.report_id = report.id
    finding = Finding(
        id=new_id(),
        tenant_id=tenant,
        analysis_id=row.id,
        agent="a",
        rule_id="r",
        severity=0,
        title="t",
        description="d",
        confidence=1.0,
        evidence=[],
        fingerprint="f",
    )
    async with parts.database.unit(SYSTEM) as unit:
        for made in (report, row, finding):
            unit.session.add(made)
            await unit.session.flush()
    return row.id


async def test_old_analyses_are_forgotten_with_all_that_is_theirs(
    parts: Parts, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    tenant = await Queue(parts).tenant()
    old = await put(parts, "artifacts/a/old")
    young = await put(parts, "artifacts/a/young")
    for _ in range(4):
        await ended(parts, tenant, blob=None, days=31)
    await ended(parts, tenant, blob=old, days=31)
    kept = await ended(parts, tenant, blob=young, days=29)
    assert await twice(parts, make_settings, forget_old_analyses) == 5
    assert [await count(parts, table) for table in (Analysis, Report, Finding)] == [1, 1, 1]
    assert (await Queue(parts).get(kept)).blob == young
    assert [await there(parts, old), await there(parts, young)] == [False, True]


async def test_a_report_that_a_younger_analysis_has_is_kept(parts: Parts) -> None:
    tenant = await Queue(parts).tenant()
    first = await ended(parts, tenant, blob=None, days=31)
    report = (await Queue(parts).get(first)).report_id
    second = Queue(parts).row(tenant)
    second.status, second.created_at, second.available_at, second.report_id = "completed", NOW, NOW, report
    async with parts.database.unit(SYSTEM) as unit:
        unit.session.add(second)
    assert await forget_old_analyses(parts) == 1
    assert await count(parts, Report) == 1


async def test_what_still_waits_is_not_forgotten_however_old(parts: Parts) -> None:
    await ended(parts, await Queue(parts).tenant(), blob=None, days=99, status="queued")
    assert await forget_old_analyses(parts) == 0


async def upload(parts: Parts, tenant: UUID, status: UploadStatus, blob: str | None, pieces: list[str]) -> None:
    async with parts.database.unit(SYSTEM) as unit:
        unit.session.add(
            Upload(
                id=new_id(),
                tenant_id=tenant,
                name="n",
                status=status,
                received=1,
                parts=pieces,
                blob=blob,
                created_by="x",
                created_at=parts.clock(),
                expires_at=parts.clock() + timedelta(hours=24),
            )
        )


async def test_abandoned_uploads_go_with_their_content_unless_an_analysis_took_it(
    parts: Parts, make_settings: Callable[..., Settings], clock: MovableClock
) -> None:
    tenant = await Queue(parts).tenant()
    piece, whole, taken = [await put(parts, f"artifacts/a/{name}") for name in ("piece", "whole", "taken")]
    await upload(parts, tenant, UploadStatus.OPEN, None, [piece])
    await upload(parts, tenant, UploadStatus.COMPLETE, whole, [])
    await upload(parts, tenant, UploadStatus.TAKEN, taken, [])
    clock.move(hours=23)
    assert await sweep_abandoned_uploads(parts) == 0
    clock.move(hours=2)
    assert await twice(parts, make_settings, sweep_abandoned_uploads) == 3
    assert [await there(parts, key) for key in (piece, whole, taken)] == [False, False, True]


async def test_expired_idempotency_keys_are_removed(
    parts: Parts, make_settings: Callable[..., Settings], clock: MovableClock
) -> None:
    tenant = await Queue(parts).tenant()
    async with parts.database.unit(SYSTEM) as unit:
        for number in range(3):
            unit.session.add(
                IdempotencyKey(
                    id=new_id(),
                    tenant_id=tenant,
                    key=str(number),
                    fingerprint="f",
                    status=200,
                    headers={},
                    body=b"",
                    expires_at=parts.clock() + timedelta(hours=number),
                )
            )
    clock.move(hours=1, minutes=1)
    assert await twice(parts, make_settings, remove_expired_keys) == 2
    assert await count(parts, IdempotencyKey) == 1


async def test_content_that_belongs_to_nothing_is_swept_once_it_is_a_day_old(parts: Parts, clock: MovableClock) -> None:
    tenant = await Queue(parts).tenant()
    orphan, owned, uploaded = [await put(parts, f"artifacts/a/{name}") for name in ("orphan", "owned", "uploaded")]
    await ended(parts, tenant, blob=owned, days=0)
    await upload(parts, tenant, UploadStatus.COMPLETE, uploaded, [])
    assert await sweep_orphan_blobs(parts) == 0
    clock.move(hours=26)
    assert await sweep_orphan_blobs(parts) == 1
    assert [await there(parts, key) for key in (orphan, owned, uploaded)] == [False, True, True]


async def test_old_reviews_ledgers_and_deliveries_are_forgotten_and_what_goes_on_stays(
    parts: Parts, make_settings: Callable[..., Settings], clock: MovableClock
) -> None:
    tenant = await Queue(parts).tenant()

    async def fill(status: str, **columns: object) -> None:
        async with parts.database.unit(SYSTEM) as unit:
            project = Project(id=new_id(), tenant_id=tenant, name=status, created_at=clock())
            unit.session.add(project)
            await unit.session.flush()
            repository = Repository(
                id=new_id(), tenant_id=tenant, project_id=project.id, provider="github", external_id=status,
                name="a/b", default_branch="main", created_at=clock(),
            )  # fmt: skip
            unit.session.add(repository)
            await unit.session.flush()
            times = {"created_at": clock(), "queued_at": clock(), "updated_at": clock(), "available_at": clock()}
            review = Review(
                id=new_id(), tenant_id=tenant, repository_id=repository.id, number=1, status=status, trigger="push",
                requested_by="x", head_sha="", base_sha="", title="", author="", details={}, stats={},
                **times, **columns,
            )  # fmt: skip
            finding = ReviewFinding(
                id=new_id(), tenant_id=tenant, repository_id=repository.id, number=1, fingerprint="f", rule_id="r",
                agent="a", severity=0, confidence=1.0, title="", description="", proven=False, cwe=[], state="open",
                first_review_id=review.id, last_review_id=review.id, created_at=clock(), updated_at=clock(),
            )  # fmt: skip
            delivery = GitHubDelivery(id=new_id(), tenant_id=tenant, delivery=status, event="x", received_at=clock())
            unit.session.add_all([review, finding, delivery])

    await fill("completed", finished_at=clock())
    await fill("queued")
    assert await forget_old_reviews(parts) == 0
    clock.move(days=31)
    # One review has ended; both deliveries are too old; ledgers live longer.
    assert await twice(parts, make_settings, forget_old_reviews) == 3
    clock.move(days=150)
    assert await twice(parts, make_settings, forget_old_reviews) == 2
    async with parts.database.unit(SYSTEM, write=False) as unit:
        assert (await unit.session.execute(select(Review.status))).scalars().all() == ["queued"]
