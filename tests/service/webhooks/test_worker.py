"""The whole way: content comes in over HTTP, and its receiver hears of the end."""

import asyncio
import contextlib
import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from faultline.ai.ledger import Account
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.worker import Worker
from tests.service.budgets.calls import call, estimate
from tests.service.webhooks.conftest import Hooks, Inbox
from tests.until import PATIENCE


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
async def test_a_webhook_hears_of_an_analysis_soon_after_its_end(hooks: Hooks, inbox: Inbox) -> None:
    made = await hooks.create(inbox.url)
    worker = Worker(hooks.parts)
    await worker.start()
    try:
        answer = await hooks.client.post(
            "/v1/analyses/ci",
            params={"callback_url": f"{inbox.url}/callback"},
            headers=hooks.key.headers,
            content=b"##[error]Process completed with exit code 1.\n",
        )
        assert answer.status_code in (200, 202), answer.text
        async with asyncio.timeout(PATIENCE):
            while len(inbox.received) < 2:
                await asyncio.sleep(0.01)
    finally:
        await worker.stop(10)
    secrets = [made["secret"], (await hooks.request("GET", "/v1/organization/callback-secret"))["secret"]]
    told = {}
    for received in inbox.received:
        for secret in secrets:
            with contextlib.suppress(WebhookVerificationError):
                told[secret] = Webhook(secret).verify(received.body, received.headers)
    assert told.keys() == set(secrets)
    assert {event["data"]["analysis"]["id"] for event in told.values()} == {answer.json()["id"]}
    assert {delivery["status"] for delivery in await hooks.deliveries()} == {"delivered"}


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
async def test_a_webhook_hears_of_a_budget_soon_after_the_call_that_used_it_up(hooks: Hooks, inbox: Inbox) -> None:
    await hooks.create(inbox.url, events=["budget.exhausted"])
    budget = {"period": "daily", "unit": "dollars", "amount": "0.01"}
    made = await hooks.request("POST", "/v1/budgets", status=201, json=budget)
    worker = Worker(hooks.parts)
    await worker.start()
    try:
        hold = await DatabaseLedger(hooks.parts).reserve(Account("ci", hooks.key.tenant_id), estimate())
        await hold.settle(call())
        async with asyncio.timeout(PATIENCE):
            while not inbox.received:
                await asyncio.sleep(0.01)
    finally:
        await worker.stop(10)
    [received] = inbox.received
    told = json.loads(received.body)
    assert (told["type"], told["data"]["threshold"], told["data"]["budget"]["id"]) == (
        "budget.exhausted", 100, made["id"]
    )  # fmt: skip
