"""AgentRun and Report: the answer of one analysis, and the base of each kind's typed result."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, SerializeAsAny

from faultline.core.finding import Finding, Noun

SCHEMA: Final = "faultline.report/1"
"""Version of the JSON contract. Fields may be added under the same version; none changes or goes."""


class Status(StrEnum):
    """How an analysis ended."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    SKIPPED = "skipped"


class ArtifactInfo(Noun):
    """Which bytes were analyzed."""

    name: str
    sha256: str
    bytes: int


class AgentRun(Noun):
    """What one agent did: what it ran on and what it could not read."""

    agent: str
    version: str
    status: Literal["completed", "failed"]
    findings: int
    metrics: dict[str, int | float | str] = Field(default_factory=dict)
    unread: tuple[str, ...] = ()
    error: str | None = None


class Result(Noun):
    """Base of each kind's typed result."""


class Report(Noun):
    """The answer of one analysis. The same input gives the same bytes: no clock, no random, no unordered set."""

    schema_: Annotated[Literal["faultline.report/1"], Field(alias="schema")] = SCHEMA
    kind: str
    artifact: ArtifactInfo
    status: Status
    summary: str
    findings: tuple[Finding, ...] = ()
    agent_runs: tuple[AgentRun, ...] = ()
    result: SerializeAsAny[Result] | None = None
    notes: tuple[str, ...] = ()
    """What could not be done as asked, and what was done instead: no model could be reached, for one."""
