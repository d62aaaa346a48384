"""How conversations come in: checked, told apart from those that are there, redacted where that was chosen, queued.

A bulk is read line by line and committed in chunks, so that neither memory nor the database's one writer is held by
whoever sends it slowly. A bulk that breaks off half-way has left its first part; sent again, that part is not taken
twice, as every conversation has an identity.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from faultline.core.errors import FaultlineError
from faultline.core.privacy import redact
from faultline.platform.database import Tenant, UnitOfWork, new_id
from faultline.service.auth.principal import Principal
from faultline.service.conversations import states
from faultline.service.conversations.schemas import BulkReceipt, ConversationIn, Receipt, RejectedLine
from faultline.service.conversations.states import ConversationStatus
from faultline.service.conversations.store import ConversationStore, hour_of
from faultline.service.conversations.transcript import content_hash, identity, packed
from faultline.service.parts import Parts
from faultline.service.usage.service import Usage

MAX_BYTES = 4_000_000
"""Of one conversation as JSON: 10,000 messages of 400 bytes."""
A_SUBMISSION = 100
"""So many conversations of a bulk count as one submission of the month's quota."""
CHUNK = 200
"""Conversations in one transaction: some 10 ms of the write lock."""
CHUNK_BYTES = 1_000_000
MAX_LISTED = 1_000
"""Rejected lines that the answer names."""
IN_A_THREAD = 100_000
"""From so many bytes on, parsing is no work for the event loop."""
Row = dict[str, Any]


class Intake:
    """Takes in conversations of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    async def take(self, body: bytes, *, by: Principal) -> Receipt:
        """Take in one conversation.

        Raises:
            ValidationError: it has not the form of one.
            QuotaExceeded: the month's submissions are used up.
            TooMuchWaits: the queue is full.

        """
        # In a transaction of its own, which only reads: what is parsed meanwhile holds up no writer.
        async with self._parts.database.unit(Tenant(by.tenant_id), write=False) as unit:
            redacts = await self._redacts(unit)
        make = functools.partial(_row_of, body, by, self._parts.clock(), redacts=redacts)
        row = await _in_its_place(len(body), make)
        self._parts.conversation_backlog.admit()
        now = await self._unit.now()
        taken = await states.accept(self._unit, [row], now)
        if not taken:
            found = await ConversationStore(self._unit.session).with_identity(row["identity"])
            assert found is not None  # the statement has just found it
            status = ConversationStatus(found.status)
            return Receipt(id=found.id, external_id=found.external_id, status=status, created=False)
        await Usage(self._unit, self._parts).count_submission(by, len(body), now)
        self._unit.after_commit(self._parts.conversations.nudge)
        new, status = taken[0], ConversationStatus.QUEUED
        return Receipt(id=new.id, external_id=row["external_id"], status=status, created=new.created)

    async def take_bulk(self, lines: AsyncIterator[tuple[int, bytes | None]], *, by: Principal) -> BulkReceipt:
        """Take in the conversations of a bulk, line by line; those that cannot be taken are named.

        Args:
            lines: numbers and bytes; None for a line that is too long.
            by: who sends them.

        Raises:
            QuotaExceeded: the month's submissions are used up; says how far it came.
            TooMuchWaits: the queue is full; says how far it came.

        """
        bulk = _Bulk(by)
        async with self._parts.database.unit(Tenant(by.tenant_id), write=False) as unit:
            redacts = await self._redacts(unit)
        chunk: dict[str, Row] = {}
        size = 0
        async for number, line in lines:
            bulk.lines += 1
            if line is None:
                bulk.reject(number, f"is longer than {MAX_BYTES:,} bytes")
                continue
            try:
                row = await _in_its_place(
                    len(line), functools.partial(_row_of, line, by, self._parts.clock(), redacts=redacts)
                )
            except ValidationError as error:
                bulk.reject(number, _words(error))
                continue
            bulk.duplicates += row["identity"] in chunk
            chunk[row["identity"]] = row  # of two with one name, the later one stands
            size += len(line)
            if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
                await self._take_chunk(list(chunk.values()), size, bulk)
                bulk.reached = number
                chunk, size = {}, 0
        if chunk:
            await self._take_chunk(list(chunk.values()), size, bulk)
        return bulk.receipt()

    async def _take_chunk(self, rows: Sequence[Row], size: int, bulk: _Bulk) -> None:
        """Commit some rows, with their share of the quota."""
        by = bulk.by
        try:
            self._parts.conversation_backlog.admit(len(rows))
            now = await self._unit.now()
            taken = await states.accept(self._unit, rows, now)
            if submissions := bulk.count(len(taken)):
                await Usage(self._unit, self._parts).count_submission(by, size, now, submissions=submissions)
            self._unit.after_commit(self._parts.conversations.nudge)
            await self._unit.commit()
        except FaultlineError as error:
            if bulk.reached:
                error.args = (
                    f"{error}. The conversations up to line {bulk.reached:,} were taken; send the bulk again later, "
                    "they are not taken twice",
                )
            raise
        bulk.duplicates += len(rows) - len(taken)
        self._unit.enter(Tenant(by.tenant_id))

    async def _redacts(self, unit: UnitOfWork) -> bool:
        chosen = await ConversationStore(unit.session).settings()
        if chosen is None or chosen.redact_at_rest is None:
            return self._parts.settings.redact_at_rest
        return chosen.redact_at_rest


class _Bulk:
    """What has become of a bulk so far."""

    def __init__(self, by: Principal) -> None:
        self.by = by
        self.lines = self.accepted = self.duplicates = self.rejected = self.reached = 0
        self._listed: list[RejectedLine] = []

    def reject(self, line: int, reason: str) -> None:
        self.rejected += 1
        if len(self._listed) < MAX_LISTED:
            self._listed.append(RejectedLine(line=line, reason=reason))

    def count(self, accepted: int) -> int:
        """How many more submissions so many more conversations are."""
        before = -(-self.accepted // A_SUBMISSION)
        self.accepted += accepted
        return -(-self.accepted // A_SUBMISSION) - before

    def receipt(self) -> BulkReceipt:
        return BulkReceipt(
            lines=self.lines,
            accepted=self.accepted,
            duplicates=self.duplicates,
            rejected=self.rejected,
            rejected_lines=self._listed,
        )


async def _in_its_place(size: int, make: Any) -> Row:
    """Do what is short at once, and what is long in a thread."""
    row: Row = make() if size < IN_A_THREAD else await asyncio.to_thread(make)
    return row


def _row_of(body: bytes, by: Principal, now: datetime, *, redacts: bool) -> Row:
    """The columns of a conversation that comes in as JSON."""
    wanted = ConversationIn.model_validate_json(body)
    said = wanted.said()
    channel = wanted.channel or ""
    # Of what came, not of what is stored: two customers whose words differ in nothing but their address are two.
    content = content_hash(said)
    if redacts:
        said = [each._replace(text=redact(each.text), author=each.author and redact(each.author)) for each in said]
    text, turns = packed(said)
    happened = next((each.time for each in said if each.time), now)
    key: UUID = new_id()
    return {
        "id": key,
        "tenant_id": by.tenant_id,
        "channel": channel,
        "external_id": wanted.external_id,
        "identity": identity(channel, wanted.external_id, content),
        "content_hash": content,
        "priority": by.tier.allowance.priority,
        "text": text,
        "turns": turns,
        "size": len(body),
        "message_count": len(said),
        "metadata": wanted.metadata,
        "submitted_by": by.actor,
        "happened_at": happened,
        "happened_hour": hour_of(happened),
    }


def _words(error: ValidationError) -> str:
    """What is wrong with a line, in a few words that repeat nothing of it."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if fault["type"] == "json_invalid":
        return "is not JSON"
    where = ".".join(str(step)[:40] for step in fault["loc"])
    return f"{where}: {fault['msg']}"[:300] if where else str(fault["msg"])[:300]
