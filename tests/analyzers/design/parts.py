"""Small designs, and what is found in them through the front door."""

from collections.abc import Mapping

from faultline.analyzers.design.bundle import pack
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.reading import design_of
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding
from faultline.core.report import Report
from faultline.engine import analyze

AGAINST = "against/"


def design(files: Mapping[str, str]) -> Design:
    """The design of some texts by path; those below `against/` are the older version."""
    new, old = _split(files)
    return design_of(new, old)


def seen(check: Check, files: Mapping[str, str]) -> list[Observation]:
    """What one check sees."""
    return list(check(design(files)))


def report(files: Mapping[str, str], level: str = "info") -> Report:
    """What is told of a design."""
    from faultline.analyzers.design.analyzer import DesignOptions

    new, old = _split(files)
    artifact = Artifact.from_bytes("design", "design.zip", pack(new, old))
    return analyze(artifact, DesignOptions.model_validate({"level": level})).report


def findings(files: Mapping[str, str], level: str = "info") -> list[Finding]:
    """The findings of a design."""
    told = report(files, level)
    assert not [trouble for run in told.agent_runs for trouble in (run.error, *run.unread) if trouble]
    return list(told.findings)


def rules(files: Mapping[str, str], level: str = "info") -> set[str]:
    """The ids of the rules that are found in a design."""
    return {each.rule_id for each in findings(files, level)}


def _split(files: Mapping[str, str]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    raw = {path: text.encode() for path, text in files.items()}
    old = {path.removeprefix(AGAINST): text for path, text in raw.items() if path.startswith(AGAINST)}
    return {path: text for path, text in raw.items() if not path.startswith(AGAINST)}, old
