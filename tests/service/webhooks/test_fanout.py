import json

import pytest
from sqlalchemy import delete, select

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.service.analyses.states import FINISHED, Status
from faultline.service.analyses.tables import Analysis
from faultline.service.webhooks.events import CATALOGUE, EventType
from faultline.service.webhooks.fanout import tell_of_end
from tests.service.conftest import Person
from tests.service.webhooks.conftest import Hooks, Inbox

URL = "http://127.0.0.1:1234/hooks"
ENDS = {
    Status.COMPLETED: "analysis.completed",
    Status.FAILED: "analysis.failed",
    Status.CANCELLED: "analysis.cancelled",
    Status.SKIPPED: "analysis.skipped",
}


@pytest.mark.parametrize(("status", "event"), ENDS.items(), ids=ENDS.values())
@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
async def test_every_end_of_an_analysis_is_an_event_of_the_catalogue(
    hooks: Hooks, inbox: Inbox, status: Status, event: str
) -> None:
    await hooks.create(inbox.url)
    analysis_id = await hooks.end_analysis(status)
    assert await hooks.send() == 1
    payload = json.loads(inbox.received[0].body)
    CATALOGUE[EventType(event)].model_validate(payload)
    assert (payload["type"], payload["data"]["analysis"]["id"]) == (event, str(analysis_id))
    assert payload["data"]["analysis"]["status"] == status.value
    assert EventType(event).summary


async def test_an_event_goes_to_those_who_asked_for_it_and_to_no_other_tenant(hooks: Hooks, stranger: Person) -> None:
    everything = await hooks.create(URL)
    failures = await hooks.create(URL, events=["analysis.failed"])
    await hooks.create(URL, events=["analysis.completed"])
    disabled = await hooks.create(URL)
    await hooks.request("PATCH", f"/v1/webhooks/{disabled['id']}", json={"enabled": False})
    await hooks.request("POST", "/v1/webhooks", key=stranger, status=201, json={"url": URL})
    await hooks.end_analysis(Status.FAILED)
    await hooks.relay.relay()
    found = await hooks.deliveries()
    assert {delivery["webhook_id"] for delivery in found} == {everything["id"], failures["id"]}
    assert len({delivery["event_id"] for delivery in found}) == 1
    assert (await hooks.request("GET", "/v1/webhooks/deliveries", key=stranger))["items"] == []


async def test_a_message_handed_over_twice_makes_one_delivery_to_each(hooks: Hooks) -> None:
    await hooks.create(URL)
    await hooks.end_analysis(callback_url=URL)
    async with hooks.parts.database.unit(SYSTEM, write=False) as unit:
        message = (
            await unit.session.execute(select(OutboxMessage).where(OutboxMessage.topic == FINISHED))
        ).scalar_one()
    made = []
    for _ in range(2):
        async with hooks.parts.database.unit(SYSTEM) as unit:
            made.append(await tell_of_end(unit, message))
    assert made == [2, 0]
    assert len(await hooks.deliveries()) == 2


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
async def test_an_analysis_that_was_removed_meanwhile_is_no_event(hooks: Hooks) -> None:
    await hooks.create(URL)
    await hooks.end_analysis()
    async with hooks.parts.database.unit(SYSTEM) as unit:
        await unit.session.execute(delete(Analysis))
    await hooks.relay.relay()
    assert await hooks.deliveries() == []
