"""Suppressed: what several kinds say of a finding that is not told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from faultline.core.finding import Noun


class Suppressed(Noun):
    """A finding that is not told: `by` is comment, config or model, `reason` what stands there."""

    rule_id: str
    path: str
    line: Annotated[int, Field(ge=1)]
    by: str
    reason: str = ""
