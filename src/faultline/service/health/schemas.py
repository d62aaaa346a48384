"""What goes over the wire about health."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok", "degraded"]
    version: str
    queue_size: Annotated[int | None, Field(description="Analyses that wait; null when the database does not answer.")]
    conversation_queue_size: Annotated[
        int | None, Field(description="Conversations that wait; null when the database does not answer.")
    ]
    worker_running: bool
    checks: Annotated[dict[str, Literal["ok", "failed"]], Field(description="What it stands on.")]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
