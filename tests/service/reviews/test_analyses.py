"""A change by hand: the same analysis over the generic route, of a bare diff or a bundle."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.platform.database import SYSTEM
from faultline.service.app import create_app
from faultline.service.parts import Parts
from faultline.service.worker import Worker
from tests.fixtures.front_door import WAIT
from tests.service.conftest import World, client_of

pytestmark = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
HEAD = b"import subprocess\n\n\ndef run(command):\n    return subprocess.call(command, shell=True)\n"
DIFF = b"diff --git a/run.py b/run.py\nnew file mode 100644\n--- /dev/null\n+++ b/run.py\n@@ -0,0 +1,5 @@\n" + b"".join(
    b"+" + line for line in HEAD.splitlines(keepends=True)
)


@pytest.fixture
async def client(real_parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    owner = await World(real_parts).organization()
    worker = Worker(real_parts)
    await worker.start()
    async with client_of(create_app(real_parts)) as made:
        made.headers.update(owner.headers)
        yield made
    await worker.stop(0)


async def test_a_bare_diff_and_a_bundle_are_reviewed_and_others_are_refused(
    client: httpx.AsyncClient, real_parts: Parts
) -> None:
    for content in (DIFF, pack(Bundle(diff=DIFF, heads={"run.py": HEAD}))):
        answer = await client.post("/v1/analyses/review?name=change", content=content, headers=WAIT)
        assert answer.status_code == 200, answer.text
        report = answer.json()["report"]
        assert [file["path"] for file in report["result"]["files"]] == ["run.py"]
        assert any("CWE-78" in finding["cwe"] for finding in report["findings"])
    empty = await client.post("/v1/analyses/review", content=b"", headers=WAIT)
    assert empty.json()["status"] == "skipped"
    wrong = await client.post("/v1/analyses/review", content=b"PK\x03\x04 no zip", headers=WAIT)
    assert (wrong.json()["status"], wrong.json()["error"]["code"]) == ("failed", "artifact-rejected")
    async with real_parts.database.unit(SYSTEM, write=False) as unit:
        from faultline.service.reviews.store import ReviewStore

        assert await ReviewStore(unit.session).backlog() == (0, None)
