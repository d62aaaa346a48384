"""Pages of a list, by keyset.

Keys are UUIDv7, so the key alone orders rows by the time they were made, and a cursor is the last key of the page
before. Rows that come or go between two pages neither repeat nor hide others, and page 1,000 costs what page 1 costs.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.core.errors import UsageError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page; None when this was the last."""

    items: list[Row]
    next_cursor: str | None


def encode_cursor(key: UUID) -> str:
    """A cursor as it goes over the wire: opaque, URL-safe."""
    return base64.urlsafe_b64encode(key.bytes).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> UUID:
    """The key in a cursor.

    Raises:
        UsageError: it is none of ours.

    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        key = UUID(bytes=raw)
    except (ValueError, binascii.Error):
        key = None
    if key is None or encode_cursor(key) != cursor:
        raise UsageError("this cursor was not given by the list; leave it out to begin at the start")
    return key


async def page(
    session: AsyncSession, query: Select[Row], key: Any, *, cursor: str | None, limit: int, newest_first: bool = True
) -> Page[Row]:
    """One page of a query of whole rows.

    Args:
        session: of the unit of work.
        query: selects one entity, without an order.
        key: the entity's key column, a UUIDv7.
        cursor: `next_cursor` of the page before; None for the first.
        limit: how many rows at most.
        newest_first: else the oldest come first.

    """
    if cursor is not None:
        after = decode_cursor(cursor)
        query = query.where(key < after if newest_first else key > after)
    query = query.order_by(key.desc() if newest_first else key).limit(limit + 1)
    rows = list((await session.execute(query)).scalars())
    more = len(rows) > limit
    return Page(rows[:limit], encode_cursor(rows[limit - 1].id) if more else None)  # type: ignore[attr-defined]
