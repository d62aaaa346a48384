"""What an organization has chosen about its conversations, over HTTP."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from faultline.platform.database import insert_into, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.conversations.routes import From, Reader
from faultline.service.conversations.store import ConversationStore
from faultline.service.conversations.tables import ConversationSettings
from faultline.service.routing import PartsOf, UnitOf, router

routes = router("/v1/conversations", "conversations")
Chooser = Annotated[Principal, requires(Scope.OPERATIONS_WRITE)]


class ConversationChoices(BaseModel):
    """What an organization has chosen."""

    model_config = ConfigDict(extra="forbid")

    redact_at_rest: Annotated[
        bool | None,
        Field(
            description="Whether personal data and secrets are taken out of messages before they are stored; null: as "
            "FAULTLINE_REDACT_AT_REST says.",
            examples=[True],
        ),
    ]


@routes.get("/settings")
async def get_conversation_settings(_who: Reader, unit: UnitOf) -> ConversationChoices:
    """Get what your organization has chosen."""
    found = await ConversationStore(unit.session).settings()
    return ConversationChoices(redact_at_rest=found.redact_at_rest if found else None)


@routes.put("/settings")
async def set_conversation_settings(
    wanted: ConversationChoices, who: Chooser, unit: UnitOf, parts: PartsOf, origin: From
) -> ConversationChoices:
    """Choose, for the conversations that come in from now on."""
    await unit.session.execute(
        insert_into(unit.session, ConversationSettings)
        .values(id=new_id(), tenant_id=who.tenant_id, redact_at_rest=wanted.redact_at_rest)
        .on_conflict_do_update(index_elements=["tenant_id"], set_={"redact_at_rest": wanted.redact_at_rest})
    )
    await Audit(unit, parts).record(
        "conversations.settings_changed",
        "organization",
        who.tenant_id,
        by=who,
        origin=origin,
        changes={"redact_at_rest": str(wanted.redact_at_rest)},
    )
    return wanted
