"""The front door of kind `design`: five agents over all files of one system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, ClassVar, Final

from pydantic import Field

from faultline.analyzers.design.agents import AGENTS, checks
from faultline.analyzers.design.bundle import AGAINST
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.reading import ALONG, read
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.squad import Detail, Inspector
from faultline.analyzers.design.system.failure import failures
from faultline.core.analyzer import Agent, Analyzer, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Finding, Location, Severity, by_severity
from faultline.core.readings import Readings
from faultline.core.report import Result
from faultline.core.results.design import DesignCall, DesignComponent, DesignDocument, DesignResult
from faultline.core.uncollected import Uncollected

VERSION = "1"


LEFT_OUT: Final = "faultline.left_out"
"""Name of an artifact's metadata: sentences on what whoever packed it left out, one a line."""
Limit = Annotated[int | None, Field(ge=0)]


class DesignOptions(Options):
    """What may be asked for.

    `level` is the least severity that is told; None for what the config says, else low. The others are limits on what
    is looked at: bytes of all documents, operations of specifications, components of the system, sections of texts; a
    design beyond one is rejected. None is no limit.
    """

    level: Severity | None = None
    max_bytes: Limit = None
    max_endpoints: Limit = None
    max_components: Limit = None
    max_sections: Limit = None


def _read(artifact: Artifact) -> Design:
    with Uncollected():
        return _own(read(artifact), artifact.metadata)


DESIGNS: Final = Readings(_read)


class DesignAnalyzer:
    """Where a design will fail."""

    kind: ClassVar[str] = "design"
    version: ClassVar[str] = VERSION
    options_type: ClassVar[type[Options]] = DesignOptions
    result_type: ClassVar[type[Result]] = DesignResult
    by_name: ClassVar[bool] = True  # a name tells what a file is, and is the path in the result
    # Its agents only compute: in threads, which share one interpreter, they take 5 % longer, also on the clock.
    in_turn: ClassVar[bool] = True

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Reject what is no design, and what is larger than the options allow."""
        assert isinstance(options, DesignOptions)
        _check(DESIGNS.of(artifact)(), options)

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """A folder without a design needs no agent."""
        return None if DESIGNS.of(artifact)().documents else Skip("there is no design document in it")

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """The five."""
        assert isinstance(options, DesignOptions)
        design = DESIGNS.of(artifact)
        level = design().level = options.level or design().config.level or Severity.LOW
        return [Inspector(name, VERSION, design, partial(checks, name), level) for name in AGENTS]

    def conclude(
        self,
        artifact: Artifact,
        options: Options,
        examinations: Sequence[Examination],
        findings: Sequence[Finding],
    ) -> Conclusion:
        """What was read, the system it describes, and a sentence that counts."""
        design = DESIGNS.of(artifact)()
        DESIGNS.over()
        details = [seen.detail for seen in examinations if isinstance(seen.detail, Detail)]
        result = DesignResult(
            documents=tuple(map(_document, design.documents)),
            against=tuple(_document(each, AGAINST) for each in (design.older.documents if design.older else ())),
            components=tuple(
                DesignComponent(
                    id=each.id,
                    name=each.name,
                    role=each.role,
                    technology=each.technology,
                    replicas=each.replicas,
                    managed=each.managed,
                    places=tuple(_location(mention.spot) for mention in each.mentions),
                )
                for each in design.system.components
            ),
            calls=tuple(
                DesignCall(
                    source=each.source,
                    target=each.target,
                    synchronous=each.synchronous,
                    label=each.label,
                    optional=each.optional,
                    place=_location(each.spot),
                )
                for each in design.system.calls
            ),
            failures=failures(design.system),
            suppressed=tuple(each for detail in details for each in detail.suppressed),
            left_out=tuple(design.left_out),
        )
        return Conclusion(_words(result, findings), result)


def _own(design: Design, metadata: Mapping[str, str]) -> Design:
    """The design without what is there only for others to refer to: they know it already."""
    along = set(metadata.get(ALONG, "").split("\n"))
    design.documents = [
        each for each in design.documents if each.path not in along and not design.config.excluded(each.path)
    ]
    if design.older:
        design.older.documents = [
            each
            for each in design.older.documents
            if AGAINST + each.path not in along and not design.config.excluded(each.path)
        ]
    design.left_out = [*filter(None, metadata.get(LEFT_OUT, "").split("\n")), *design.config.problems, *design.left_out]
    return design


def _check(design: Design, options: DesignOptions) -> None:
    """Reject a design that is larger than the options allow; the cheap counts first."""
    counts: tuple[tuple[str, int | None, Callable[[], int]], ...] = (
        (
            "bytes",
            options.max_bytes,
            lambda: sum(len(each.text.encode("utf-8", "surrogatepass")) for each in design.documents),
        ),
        ("sections", options.max_sections, lambda: sum(len(each.sections) for each in design.documents)),
        ("endpoints", options.max_endpoints, lambda: sum(len(each.operations) for each in design.of(OpenApiDocument))),
        ("components", options.max_components, lambda: len(design.system.components)),
    )
    for noun, most, count in counts:
        if most is not None and (found := count()) > most:
            raise ArtifactRejected(
                f"has {found:,} {noun}, and {most:,} are allowed at once; split it, or ask for a higher tier",
                limit=f"{most:,} {noun}",
            )


def _location(spot: Spot) -> Location:
    start, end = spot.lines
    return Location(path=spot.document.path, start_line=start, end_line=end)


def _document(document: Document, folder: str = "") -> DesignDocument:
    return DesignDocument(
        path=folder + document.path,
        kind=document.kind,
        version=document.version if isinstance(document, OpenApiDocument) else None,
        lines=len(document.lines),
        operations=len(document.operations) if isinstance(document, OpenApiDocument) else 0,
        sections=len(document.sections),
        reason="; ".join(document.problems) or None,
    )


def _words(result: DesignResult, findings: Sequence[Finding]) -> str:
    files = len(result.documents)
    return f"{files} document{'s' if files != 1 else ''} read: {by_severity(findings) or 'nothing found'}."


_: type[Analyzer] = DesignAnalyzer
