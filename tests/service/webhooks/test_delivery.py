"""Deliveries to real receivers, well and badly behaved."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.responses import Response

from faultline.platform.database import SYSTEM
from faultline.platform.http.dialer import Dialer
from faultline.platform.jobs.lease import LeaseLost
from faultline.service.parts import Parts
from faultline.service.webhooks import states
from faultline.service.webhooks.schedule import DELAYS
from faultline.service.webhooks.states import DeliveryStatus
from faultline.service.webhooks.store import Full, WebhookStore
from faultline.service.webhooks.tables import WebhookEndpoint
from faultline.service.webhooks.tasks import LEASE, PER_TARGET, Sender, remove_old_deliveries
from tests.platform.http.peers import peer
from tests.service.conftest import MovableClock
from tests.service.webhooks.conftest import Hooks, Inbox, Received
from tests.until import PATIENCE

SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
LOOPBACK = [ip_network("127.0.0.0/8")]


def verified(secret: str, received: Received) -> Any:
    """What the independent library of the Standard Webhooks project makes of it."""
    return Webhook(secret).verify(received.body, received.headers)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_an_ended_analysis_is_told_and_the_signature_holds(hooks: Hooks, inbox: Inbox) -> None:
    made = await hooks.create(inbox.url)
    analysis_id = await hooks.end_analysis()
    assert await hooks.send() == 1
    (received,) = inbox.received
    assert verified(made["secret"], received)["data"]["analysis"]["id"] == str(analysis_id)
    assert received.headers["content-type"] == "application/json"
    (delivery,) = await hooks.deliveries()
    assert delivery["status"] == "delivered"
    assert delivery["event_id"] == received.headers["webhook-id"]
    (attempt,) = delivery["attempts"]
    assert (attempt["status"], attempt["error"], attempt["answer"]) == (200, None, "thanks")
    assert (delivery["next_attempt_at"], delivery["finished_at"] is None) == (None, False)
    whole = await hooks.request("GET", f"/v1/webhooks/deliveries/{delivery['id']}")
    assert whole["payload"] == json.loads(received.body)
    assert await hooks.send() == 0


@SQLITE
async def test_a_changed_body_a_foreign_secret_and_an_old_timestamp_are_refused_by_the_receiver(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    made = await hooks.create(inbox.url)
    other = await hooks.create(inbox.url, events=["analysis.failed"])
    clock.move(minutes=-6)
    await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=202)
    await hooks.send()
    with pytest.raises(WebhookVerificationError, match="too old"):
        verified(made["secret"], inbox.received[0])
    clock.move(minutes=6)
    await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=202)
    await hooks.send()
    received = inbox.received[1]
    verified(made["secret"], received)
    with pytest.raises(WebhookVerificationError, match="No matching"):
        verified(other["secret"], received)
    with pytest.raises(WebhookVerificationError, match="No matching"):
        verified(made["secret"], Received(received.headers, received.body + b" "))


@SQLITE
async def test_while_a_secret_is_rotated_both_sign_and_afterwards_the_new_one_alone(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    old = await hooks.create(inbox.url)
    path = f"/v1/webhooks/{old['id']}"
    new = await hooks.request("POST", f"{path}/rotate", json={"overlap_hours": 0.05})
    await hooks.request("POST", f"{path}/test", status=202)
    await hooks.send()
    clock.move(minutes=4)
    await hooks.request("POST", f"{path}/test", status=202)
    await hooks.send()
    during, after = inbox.received
    assert len(during.headers["webhook-signature"].split()) == 2
    verified(old["secret"], during)
    verified(new["secret"], during)
    verified(new["secret"], after)
    with pytest.raises(WebhookVerificationError):
        verified(old["secret"], after)


async def test_a_callback_url_is_told_under_the_organizations_own_secret(hooks: Hooks, inbox: Inbox) -> None:
    secret = (await hooks.request("GET", "/v1/organization/callback-secret"))["secret"]
    await hooks.end_analysis(callback_url=f"{inbox.url}?job=7")
    assert await hooks.send() == 1
    assert verified(secret, inbox.received[0])["type"] == "analysis.completed"
    (delivery,) = await hooks.deliveries()
    assert (delivery["webhook_id"], delivery["status"]) == (None, "delivered")
    await hooks.request("POST", f"/v1/webhooks/deliveries/{delivery['id']}/redeliver", status=202)
    await hooks.send()
    assert len(inbox.received) == 2


async def test_what_fails_is_tried_again_on_the_schedule_and_is_given_up_after_the_eighth_attempt(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    await hooks.create(inbox.url)
    inbox.answers += [Response("no\x00t\nnow " + "x" * 1000, 500) for _ in range(9)]
    await hooks.end_analysis()
    assert await hooks.send() == 1
    for number, delay in enumerate(DELAYS, start=1):
        (delivery,) = await hooks.deliveries()
        assert (delivery["status"], len(delivery["attempts"])) == ("pending", number)
        assert instant(delivery["next_attempt_at"]) - clock.now == delay
        clock.now += delay - timedelta(seconds=1)
        assert await hooks.send() == 0
        clock.move(seconds=1)
        assert await hooks.send() == 1
    (delivery,) = await hooks.deliveries(status="failed")
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500] * 8
    answer = delivery["attempts"][0]["answer"]
    assert answer.startswith("no t now xxx")
    assert len(answer) == 500
    clock.move(days=30)
    assert await hooks.send() == 0
    assert len({received.headers["webhook-id"] for received in inbox.received}) == 1
    assert len({received.headers["webhook-timestamp"] for received in inbox.received}) == 8


@SQLITE
@pytest.mark.parametrize(("asked", "waits"), [("120", 120), ("1", 5), ("999999", 24 * 3600)])
async def test_an_answer_that_asks_for_time_gets_it(
    hooks: Hooks, inbox: Inbox, clock: MovableClock, asked: str, waits: int
) -> None:
    await hooks.create(inbox.url)
    inbox.answers.append(Response(status_code=429, headers={"Retry-After": asked}))
    await hooks.end_analysis()
    await hooks.send()
    (delivery,) = await hooks.deliveries()
    assert instant(delivery["next_attempt_at"]) - clock.now == timedelta(seconds=waits)
    clock.move(seconds=waits)
    await hooks.send()
    (delivery,) = await hooks.deliveries()
    assert delivery["status"] == "delivered"


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Oh\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


@SQLITE
@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (hang, None, "timeout"),
        (reset, None, "reset"),
        (endless, 500, None),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "redirect"),
    ],
    ids=["hang", "reset", "endless body", "redirect to private"],
)
async def test_a_receiver_that_misbehaves_is_tried_again_and_the_log_says_why(
    hooks: Hooks, parts: Parts, answer: Any, status: int | None, error: str | None
) -> None:
    parts.dialer.close()
    parts.dialer = Dialer(allowed=LOOPBACK, timeout=2.0, clock=parts.clock)
    async with peer(answer) as server:
        await hooks.create(f"http://127.0.0.1:{server.port}/")
        await hooks.end_analysis()
        await hooks.send()
        assert len(server.requests) == 1
    (delivery,) = await hooks.deliveries()
    (attempt,) = delivery["attempts"]
    assert (delivery["status"], attempt["status"], attempt["error"]) == ("pending", status, error)


@SQLITE
async def test_a_name_that_leads_to_a_private_address_by_now_is_not_dialed(
    hooks: Hooks, parts: Parts, inbox: Inbox
) -> None:
    class Rebinding:
        address = "93.184.215.14"

        async def __call__(self, host: str) -> Sequence[str]:
            return [self.address]

    resolver = Rebinding()
    parts.dialer.close()
    parts.dialer = Dialer(resolver=resolver, clock=parts.clock)
    await hooks.create(inbox.url.replace("127.0.0.1", "hooks.example"))
    resolver.address = "127.0.0.1"
    await hooks.end_analysis()
    await hooks.send()
    (delivery,) = await hooks.deliveries()
    assert delivery["attempts"][0]["error"] == "refused-address"
    assert inbox.received == []


async def test_410_gone_disables_the_webhook_at_once(hooks: Hooks, inbox: Inbox, clock: MovableClock) -> None:
    made = await hooks.create(inbox.url)
    inbox.answers += [Response(status_code=500), Response(status_code=410)]
    await hooks.end_analysis()
    await hooks.send()
    await hooks.end_analysis()
    await hooks.send()
    assert (await hooks.get(made))["enabled"] is False
    clock.move(seconds=5)
    assert await hooks.send() == 1
    assert len(inbox.received) == 2
    gone, waited = await hooks.deliveries(status="failed")
    assert gone["attempts"][-1]["status"] == 410
    assert waited["attempts"][-1]["error"] == "disabled"
    await hooks.request("POST", f"/v1/webhooks/deliveries/{gone['id']}/redeliver", status=409)
    await hooks.end_analysis()
    assert await hooks.send() == 0


async def drain(hooks: Hooks, clock: MovableClock) -> None:
    """Let time pass until nothing is due any more."""
    for delay in DELAYS:
        clock.now += delay
        await hooks.send()


@SQLITE
async def test_a_webhook_is_disabled_after_failing_for_five_days_and_not_before(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    made = await hooks.create(inbox.url)
    inbox.answers += [Response(status_code=503) for _ in range(100)]
    began = clock.now
    while clock.now - began < timedelta(days=5):
        assert (await hooks.get(made))["enabled"] is True
        await hooks.end_analysis()
        await hooks.send()
        assert instant((await hooks.get(made))["failing_since"]) == began
        await drain(hooks, clock)
    shown = await hooks.get(made)
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "everything sent to it failed for 5 days")


@SQLITE
async def test_a_webhook_that_fails_now_and_then_is_not_disabled(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    made = await hooks.create(inbox.url)
    for _ in range(4):
        inbox.answers += [Response(status_code=503) for _ in range(8)]
        await hooks.end_analysis()
        await hooks.send()
        await drain(hooks, clock)
        assert (await hooks.get(made))["failing_since"] is not None
        clock.move(days=2)
        await hooks.end_analysis()
        await hooks.send()
        assert (await hooks.get(made))["failing_since"] is None
    # Two whole days apart, each away for one attempt only, and nothing sent in between.
    for _ in range(2):
        inbox.answers.append(Response(status_code=503))
        await hooks.end_analysis()
        await hooks.send()
        clock.move(days=6)
    assert (await hooks.get(made))["enabled"] is True


async def test_what_was_delivered_is_sent_again_on_request_under_the_same_id(hooks: Hooks, inbox: Inbox) -> None:
    made = await hooks.create(inbox.url)
    await hooks.end_analysis()
    await hooks.relay.relay()
    (delivery,) = await hooks.deliveries()
    path = f"/v1/webhooks/deliveries/{delivery['id']}/redeliver"
    await hooks.request("POST", path, status=409)
    await hooks.send()
    again = await hooks.request("POST", path, status=202)
    assert (again["status"], again["finished_at"]) == ("pending", None)
    await hooks.send()
    first, second = inbox.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    (delivery,) = (await hooks.request("GET", f"/v1/webhooks/{made['id']}/deliveries"))["items"]
    assert (delivery["status"], len(delivery["attempts"])) == ("delivered", 2)


@SQLITE
async def test_a_slow_target_delays_nobody_but_itself(hooks: Hooks, inbox: Inbox) -> None:
    async with peer(hang) as slow:
        url = f"http://127.0.0.1:{slow.port}/"
        await hooks.create(url)
        for number in range(3 * PER_TARGET):
            await hooks.end_analysis(callback_url=f"{url}?{number}")
        await hooks.relay.relay()
        quick = await hooks.create(inbox.url)
        await hooks.end_analysis(callback_url=f"{inbox.url}/callback")
        await hooks.relay.relay()
        await hooks.sender.send()
        async with asyncio.timeout(PATIENCE):
            while len(inbox.received) < 2 or len(slow.requests) < 2 * PER_TARGET:
                await asyncio.sleep(0.005)
            while hooks.sender.busy > 2 * PER_TARGET:
                await asyncio.sleep(0.005)
        assert await hooks.sender.send() == 0
        (delivery,) = (await hooks.request("GET", f"/v1/webhooks/{quick['id']}/deliveries"))["items"]
        assert delivery["status"] == "delivered"
        # Nothing that is on its way holds a connection to the database, and what is stopped is due again at once.
        assert hooks.parts.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        await hooks.sender.stop(0)
        async with hooks.parts.database.unit(SYSTEM, write=False) as unit:
            due = await WebhookStore(unit.session).due(hooks.parts.clock(), 100, Full())
        assert len(due) == 2 * 3 * PER_TARGET + 1


async def claimed(hooks: Hooks, delivery_id: Any) -> states.Claim | None:
    async with hooks.parts.database.unit(SYSTEM) as unit:
        return await states.claim(unit, delivery_id, LEASE, await unit.now())


async def test_a_late_outcome_is_refused_after_the_lease_was_lost(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    await hooks.create(inbox.url)
    await hooks.end_analysis()
    await hooks.relay.relay()
    (delivery,) = await hooks.deliveries()
    lost = await claimed(hooks, UUID(delivery["id"]))
    assert lost
    assert await claimed(hooks, lost.id) is None
    assert await hooks.send() == 0
    clock.now += LEASE
    assert await hooks.send() == 1
    with pytest.raises(LeaseLost):
        async with hooks.parts.database.unit(SYSTEM) as unit:
            await states.end(unit, lost, DeliveryStatus.FAILED, {}, clock.now)
    (delivery,) = await hooks.deliveries()
    assert (delivery["status"], len(delivery["attempts"])) == ("delivered", 1)


async def test_a_webhook_removed_while_a_delivery_is_on_its_way_ends_it_quietly(hooks: Hooks) -> None:
    asked = asyncio.Event()
    go = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go.wait()
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()

    async with peer(wait) as server:
        made = await hooks.create(f"http://127.0.0.1:{server.port}/")
        await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=202)
        await hooks.sender.send()
        await asked.wait()
        await hooks.request("DELETE", f"/v1/webhooks/{made['id']}", status=204)
        go.set()
        await hooks.sender.idle()
    assert await hooks.deliveries() == []
    assert b'webhook_deliveries_total{outcome="late"} 1.0' in hooks.parts.metrics.render()[0]


@SQLITE
async def test_a_secret_that_cannot_be_decrypted_puts_the_delivery_off_without_blame(
    hooks: Hooks, inbox: Inbox
) -> None:
    made = await hooks.create(inbox.url)
    async with hooks.parts.database.unit(SYSTEM) as unit:
        await unit.session.execute(update(WebhookEndpoint).values(secret=b"x" * 40))
    await hooks.end_analysis()
    await hooks.send()
    (delivery,) = await hooks.deliveries()
    assert (delivery["status"], delivery["attempts"][0]["error"]) == ("pending", "unsigned")
    assert (await hooks.get(made))["failing_since"] is None
    assert inbox.received == []


async def test_two_senders_do_not_send_the_same_delivery(hooks: Hooks, inbox: Inbox) -> None:
    await hooks.create(inbox.url)
    for _ in range(6):
        await hooks.end_analysis()
    await hooks.relay.relay()
    other = Sender(hooks.parts)
    begun = await asyncio.gather(hooks.sender.send(), other.send())
    await asyncio.gather(hooks.sender.idle(), other.idle())
    begun += [await hooks.sender.send(), await other.send()]
    await asyncio.gather(hooks.sender.idle(), other.idle())
    assert sum(begun) == 6
    assert len({received.headers["webhook-id"] for received in inbox.received}) == len(inbox.received) == 6


async def test_ended_deliveries_are_removed_after_the_retention_and_others_are_not(
    hooks: Hooks, inbox: Inbox, clock: MovableClock
) -> None:
    await hooks.create(inbox.url)
    await hooks.end_analysis()
    await hooks.send()
    await hooks.end_analysis()
    await hooks.relay.relay()
    assert await remove_old_deliveries(hooks.parts) == 0
    clock.move(days=hooks.parts.settings.retention_days + 1)
    assert await remove_old_deliveries(hooks.parts) == 1
    (delivery,) = await hooks.deliveries()
    assert delivery["status"] == "pending"
