"""The `ci` analyzer: one agent that reads the log and says why the job failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from faultline.analyzers.ci import brief, causes, diagnosis, sketch
from faultline.analyzers.ci.green import GreenLines
from faultline.analyzers.ci.signature import catalogue
from faultline.analyzers.ci.source import open_logs
from faultline.core.analyzer import Agent, Analyzer, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Finding
from faultline.core.model import Answer, Brief
from faultline.core.report import Result
from faultline.core.results.ci import Category, CiDiagnosis

VERSION = "1"
"""Part of the result cache's key: raised whenever an answer may change."""
GREEN = "green"
"""The companion that holds a log of a passing build of the same job."""


@dataclass(slots=True)
class LogReader:
    """Reads every job log of the artifact; a zip of a run may hold several."""

    name: str = "log-reader"
    version: str = VERSION

    def analyze(self, artifact: Artifact) -> Examination:
        """Diagnose each job log; one finding for each that failed."""
        green = artifact.companions.get(GREEN)
        is_green = GreenLines(_blocks(green)) if green is not None else None
        found: list[tuple[CiDiagnosis, Finding | None]] = []
        lines = read = 0
        for source in open_logs(artifact):
            kept = sketch.read(source.blocks(), catalogue())
            lines, read = lines + kept.total_lines, read + kept.total_bytes
            cause = causes.find(kept, is_green)
            answer = diagnosis.diagnose(kept, cause, log=source.name)
            rule = cause.blocks[0].signature.id if cause and cause.blocks else "unknown"
            shown = bool(cause and answer.evidence)
            found.append(
                (
                    answer,
                    diagnosis.finding(answer, diagnosis.title(kept, cause), rule, artifact.name)
                    if cause and shown
                    else None,
                )
            )
        # The job that failed with the surest diagnosis speaks for the run.
        found.sort(key=lambda pair: (pair[1] is None, pair[0].failed is not True, -pair[0].confidence))
        return Examination(
            findings=[told for _, told in found if told is not None],
            metrics={"logs": len(found), "lines": lines, "bytes": read, "signatures": len(catalogue().signatures)},
            detail=[answer for answer, _ in found],
        )

    def briefs(self, artifact: Artifact, seen: Examination) -> Sequence[Brief]:
        """The evidence of the jobs that failed."""
        return brief.briefs(_diagnoses(seen))

    def revise(self, artifact: Artifact, seen: Examination, answers: Sequence[Answer | None]) -> Examination:
        """Take a model's words in: explanation and fix, nothing else."""
        return brief.revise(seen, _diagnoses(seen), answers)


def _diagnoses(seen: Examination) -> list[CiDiagnosis]:
    return list(seen.detail) if isinstance(seen.detail, list) else []


def _blocks(artifact: Artifact) -> Iterable[bytes]:
    for source in open_logs(artifact):
        yield from source.blocks()


class CiAnalyzer:
    """Why a CI job failed, from its log."""

    kind: ClassVar[str] = "ci"
    version: ClassVar[str] = VERSION
    options_type: ClassVar[type[Options]] = Options
    result_type: ClassVar[type[Result]] = CiDiagnosis

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Reject what is no log before anything is read at length."""
        for source in open_logs(artifact):
            next(iter(source.blocks()), None)
            break
        if (green := artifact.companions.get(GREEN)) is not None:
            try:
                for source in open_logs(green):
                    next(iter(source.blocks()), None)
                    break
            except ArtifactRejected as error:
                raise ArtifactRejected(
                    f"the green log {green.name} cannot be read: {error.reason}", limit=error.limit
                ) from error

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """An empty log says nothing."""
        return Skip("the log is empty") if artifact.size == 0 else None

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """The one reader."""
        return [LogReader()]

    def conclude(
        self,
        artifact: Artifact,
        options: Options,
        examinations: Sequence[Examination],
        findings: Sequence[Finding],
    ) -> Conclusion:
        """The diagnosis of the job that failed; of a run, the surest one."""
        answers = [answer for seen in examinations for answer in _diagnoses(seen)]
        if not answers:
            empty = CiDiagnosis(failed=None, category=Category.UNKNOWN, confidence=0.0)
            return Conclusion("The log is empty.", empty)
        failed = sum(1 for answer in answers if answer.evidence)
        words = diagnosis.describe(answers[0])
        if len(answers) > 1:
            words = f"{failed} of {len(answers)} jobs failed. {words}"
        return Conclusion(words, answers[0])


_: type[Analyzer] = CiAnalyzer
