"""What operations say over the wire."""

from __future__ import annotations

from pydantic import BaseModel, Field

from faultline.service.analyses.schemas import AnalysisOut


class DeadLetterPage(BaseModel):
    """Analyses that failed without an answer about their content, newest first."""

    items: list[AnalysisOut]
    next_cursor: str | None
    messages: int = Field(description="Messages, such as webhook events, that could not be handed over.")


class Redriven(BaseModel):
    """What was queued again."""

    analyses: int
    messages: int
    more: bool = Field(description="Whether dead letters may be left: ask again.")


class Forgotten(BaseModel):
    """What no longer answers for new analyses."""

    forgotten: int = Field(description="How many reports.")
