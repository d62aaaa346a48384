"""Designs through the service: one file, an upload, an archive with older versions; and what a tier allows."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from faultline.analyzers.design.bundle import pack
from faultline.service.tiers import Tier
from faultline.service.worker import Worker
from tests.fixtures.front_door import SQLITE, WAIT, problem
from tests.service.conftest import Key, World

pytestmark = SQLITE
DESIGN = "/v1/analyses/design"


def spec(paths: int) -> str:
    return json.dumps(
        {
            "openapi": "3.0.3",
            "info": {"title": "Shop", "version": "1"},
            "paths": {f"/p{number}": {"get": {"responses": {"200": {"description": "ok"}}}} for number in range(paths)},
        }
    )


async def test_a_design_comes_in_as_text_and_as_an_archive_with_what_it_is_compared_with(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    body = {"kind": "design", "name": "api.json", "content": spec(2), "options": {"level": "info"}}
    answer = await client.post("/v1/analyses", json=body, headers={**key.headers, **WAIT})
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["options"]["level"]) == ("completed", "info"), answer.text
    assert [each["operations"] for each in found["report"]["result"]["documents"]] == [2]
    archive = pack({"api/shop.json": spec(1).encode()}, {"api/shop.json": spec(2).encode()})
    answer = await client.post(f"{DESIGN}?name=shop.zip", content=archive, headers={**key.headers, **WAIT})
    result = answer.json()["report"]["result"]
    assert [(each["path"], each["operations"]) for each in result["documents"]] == [("api/shop.json", 1)]
    assert [each["operations"] for each in result["against"]] == [2]


async def test_the_same_content_under_another_name_is_another_design(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    kinds = []
    for name in ("a.json", "a.md"):
        answer = await client.post(f"{DESIGN}?name={name}", content=spec(1), headers={**key.headers, **WAIT})
        assert not answer.json()["cached"]
        kinds += [(each["path"], each["kind"]) for each in answer.json()["report"]["result"]["documents"]]
    assert kinds == [("a.json", "openapi"), ("a.md", "markdown")]


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({"api.json": spec(101)}, "100 endpoints"),
        ({"a.md": "\n\n".join(f"# S{number}\n\nText." for number in range(51))}, "50 sections"),
        ({"compose.yaml": "services:\n" + "".join(f"  s{n}: {{image: i:1}}\n" for n in range(51))}, "50 components"),
        ({"a.md": "word " * 100_001}, "500,000 bytes"),
    ],
    ids=["endpoints", "sections", "components", "bytes"],
)
async def test_a_design_beyond_the_tier_fails_and_names_the_limit(
    files: dict[str, str], limit: str, client: httpx.AsyncClient, world: World, worker: Worker
) -> None:
    poor = await world.organization(tier=Tier.FREE)
    content = {path: text.encode() for path, text in files.items()}
    if "bytes" in limit:
        answer = await client.post(f"{DESIGN}?name=a.md", content=content["a.md"], headers=poor.headers)
        assert limit in problem(answer, 413, "content-too-large")["detail"]
        return
    answer = await client.post(f"{DESIGN}?name=a.zip", content=pack(content), headers={**poor.headers, **WAIT})
    error = answer.json()["error"]
    assert error["code"] == "artifact-rejected"
    assert limit.split()[0] + " are allowed" in error["detail"]
    assert limit.split()[1] in error["detail"]


async def test_nobody_raises_a_limit_and_everybody_may_lower_it(
    client: httpx.AsyncClient, world: World, key: Key, worker: Worker
) -> None:
    poor = await world.organization(tier=Tier.FREE)
    for who, asked, expected in ((poor, 1_000, 100), (poor, 1, 1), (poor, 0, 0)):
        body = {"kind": "design", "name": "a.json", "content": spec(2), "options": {"max_endpoints": asked}}
        answer = await client.post("/v1/analyses", json=body, headers={**who.headers, **WAIT})
        assert answer.json()["options"]["max_endpoints"] == expected
        assert answer.json()["status"] == ("completed" if expected > 1 else "failed")
    body["options"] = {"max_endpoints": "many"}  # type: ignore[assignment]
    problem(await client.post("/v1/analyses", json=body, headers=poor.headers), 400, "usage")
    assert "design" not in Tier.ENTERPRISE.allowance.options
