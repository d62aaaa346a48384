"""What a model may see of a design, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Sequence

from faultline.analyzers.design.design import Design
from faultline.core.finding import Finding
from faultline.core.model import Answer, Brief
from faultline.core.results.review import Suppressed


def briefs(agent: str, design: Design, findings: Sequence[Finding]) -> list[Brief]:
    """The questions of an agent about a design."""
    return []


def revise(
    agent: str,
    design: Design,
    findings: Sequence[Finding],
    answers: Sequence[Answer | None],
    suppressed: Sequence[Suppressed],
) -> tuple[list[Finding], dict[str, int]]:
    """What an agent tells once a model was asked, and what the model did."""
    return list(findings), {}
