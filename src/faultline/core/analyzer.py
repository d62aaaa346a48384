"""The contract every analyzer keeps, ours and anyone else's.

An analyzer knows one kind of artifact. The engine asks it, in this order:

    validate(artifact, options)    raise ArtifactRejected when these bytes cannot be analyzed
    prefilter(artifact, options)   return Skip when there is nothing to do
    agents(artifact, options)      the independent agents that look at it, run in parallel
    conclude(artifact, options, examinations, findings)
                                   fold what the agents saw into the kind's typed result and one paragraph

It is registered in the entry-point group `faultline.analyzers` under its kind; the entry point names a class that is
called without arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, Noun
from faultline.core.report import Result

if TYPE_CHECKING:
    from faultline.core.model import Answer, Brief

ENTRY_POINT_GROUP = "faultline.analyzers"


class Options(Noun):
    """Base of an analyzer's options.

    They are part of the result cache's key, so two equal options must mean the same.
    """


@dataclass(frozen=True, slots=True)
class Skip:
    """There is nothing to analyze, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What one agent saw.

    `metrics` and `unread` go into the report's AgentRun; `detail` is for the analyzer's own `conclude`, and can be
    pickled.
    """

    findings: Sequence[Finding] = ()
    metrics: Mapping[str, int | float | str] = field(default_factory=dict)
    unread: Sequence[str] = ()
    detail: object = None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The kind's typed result and one paragraph that says it."""

    summary: str
    result: Result | None = None


class Agent(Protocol):
    """One independent look at an artifact. May also be a `Briefing`."""

    name: str
    version: str

    def analyze(self, artifact: Artifact) -> Examination:
        """Look at the artifact; called once, perhaps in another thread."""
        ...


class Briefing(Protocol):
    """An agent that can use a model's help. What it has seen may travel from process to process on the way."""

    def briefs(self, artifact: Artifact, seen: Examination) -> Sequence[Brief]:
        """Say what a model may see of this artifact; nothing where it could not help."""
        ...

    def revise(self, artifact: Artifact, seen: Examination, answers: Sequence[Answer | None]) -> Examination:
        """See again with the answers to the briefs, in their order; None where there is no answer."""
        ...


class Analyzer(Protocol):
    """Knows one kind of artifact."""

    kind: ClassVar[str]
    version: ClassVar[str]
    options_type: ClassVar[type[Options]]
    result_type: ClassVar[type[Result]]

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Raise ArtifactRejected, with the limit, when the artifact cannot be analyzed."""
        ...

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """Cheaply find that there is nothing to do."""
        ...

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """List the independent agents that look at this artifact."""
        ...

    def conclude(
        self,
        artifact: Artifact,
        options: Options,
        examinations: Sequence[Examination],
        findings: Sequence[Finding],
    ) -> Conclusion:
        """Fold what the agents saw and the ranked findings into the typed result and a summary."""
        ...
