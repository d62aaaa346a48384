"""The query parameters of every list."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Cursor = Annotated[
    str | None, Query(max_length=100, description="`next_cursor` of the page before; left out for the first.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
DEFAULT_LIMIT = 50
