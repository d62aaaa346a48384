"""What becomes of a pull request, push by push."""

from __future__ import annotations

import pytest

from tests.service.reviews.conftest import Pulls, Running

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


async def test_a_push_is_reviewed_and_posted_and_remembered(pulls: Pulls, running: Running) -> None:
    async with running(pulls.parts):
        assert await pulls.push({"a.py": "x = 1\n" * 5 + "x = 2  # FLAW sql\n"})
        review = await pulls.until("completed", "failed")
    assert review.status == "completed", review.error_detail
    assert review.stats["new"] == review.stats["comments"] == 1
    assert pulls.comments == ["sql"]
    assert await pulls.ledger() == {"sql": "open"}
