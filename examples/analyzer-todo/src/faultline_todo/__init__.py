"""The kind `todo`: comments in which somebody meant to do something later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from faultline.core.analyzer import Agent, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Finding, Location, Severity, fingerprint
from faultline.core.report import Result

MAX_BYTES = 10_000_000
MARK = re.compile(r"(?:#|//|/\*|--|;)\s*(TODO|FIXME|XXX)\b[:\s]*(.*)")
SEVERITIES = {"TODO": Severity.LOW, "FIXME": Severity.MEDIUM, "XXX": Severity.MEDIUM}


class TodoResult(Result):
    """How many comments there are of each word."""

    counts: dict[str, int]


class CommentReader:
    """The one agent: reads the file line by line."""

    name = "comment-reader"
    version = "1"

    def analyze(self, artifact: Artifact) -> Examination:
        """Find every marked comment."""
        findings = []
        with artifact.open() as stream:
            for number, raw in enumerate(stream, start=1):
                line = raw.decode("utf-8", "replace").rstrip()
                if match := MARK.search(line):
                    word, rest = match.groups()
                    findings.append(
                        Finding(
                            rule_id=f"todo/{word.lower()}",
                            agent=self.name,
                            severity=SEVERITIES[word],
                            title=rest or f"{word} without a word of what",
                            location=Location(path=artifact.name, start_line=number, end_line=number),
                            evidence=(line,),
                            fingerprint=fingerprint(f"todo/{word.lower()}", artifact.name, rest),
                        )
                    )
        return Examination(findings=findings)


class TodoAnalyzer:
    """What the entry point names; called without arguments."""

    kind: ClassVar[str] = "todo"
    version: ClassVar[str] = "1"
    options_type: ClassVar[type[Options]] = Options
    result_type: ClassVar[type[Result]] = TodoResult

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Refuse what is no source file."""
        if artifact.size > MAX_BYTES:
            raise ArtifactRejected("is too large for a source file", limit="10 MB")

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """An empty file has nothing to do later."""
        return Skip("the file is empty") if artifact.size == 0 else None

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """One agent is enough."""
        return [CommentReader()]

    def conclude(
        self, artifact: Artifact, options: Options, examinations: Sequence[Examination], findings: Sequence[Finding]
    ) -> Conclusion:
        """Count the words."""
        words = [finding.rule_id.removeprefix("todo/").upper() for finding in findings]
        counts = {word: words.count(word) for word in SEVERITIES if word in words}
        said = ", ".join(f"{count} {word}" for word, count in counts.items())
        summary = f"Left for later: {said}." if counts else "Nothing is left for later."
        return Conclusion(summary=summary, result=TodoResult(counts=counts))
