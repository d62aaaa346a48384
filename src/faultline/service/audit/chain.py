"""The chain of the audit log: what an entry's hash is made of, and where a chain is broken.

An entry's hash is SHA-256 over the canonical JSON (sorted keys, no spaces, ASCII) of all its other fields, of which one
is the hash of the entry before; the first has an empty one. Sequence numbers begin at 1 and have no gaps. So a changed,
added, moved or removed entry shows, save one case: when the last entries are removed, what is left is a whole, shorter
chain. Only a head that was kept elsewhere tells that (`GET /v1/audit/head`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from faultline.service.audit.tables import AuditEntry

FIRST = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain; of an empty one the sequence is 0 and the hash empty."""

    sequence: int = 0
    hash: str = FIRST


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at one tenant's chain came to."""

    tenant_id: UUID
    head: Head
    """The last entry that is in order."""
    broken_at: int | None = None
    """Sequence number of the first entry that is not in order."""
    reason: str | None = None


def hash_of(entry: AuditEntry) -> str:
    """The hash that an entry must have: 64 hexadecimal digits."""
    fields = {
        "id": str(entry.id),
        "tenant_id": str(entry.tenant_id),
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "entity": entry.entity,
        "entity_id": entry.entity_id,
        "address": entry.address,
        "user_agent": entry.user_agent,
        "request_id": entry.request_id,
        "changes": entry.changes,
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def fault(head: Head, entry: AuditEntry) -> str | None:
    """What is wrong with the entry that follows a head; None when it is in order."""
    if entry.sequence != head.sequence + 1:
        return f"entry {head.sequence + 1} is missing"
    if entry.previous_hash != head.hash:
        return "it does not follow from the entry before it"
    if entry.hash != hash_of(entry):
        return "it was changed after it was written"
    return None
