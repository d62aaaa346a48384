"""What a child process does: one analysis, and nothing of the service.

This module is imported in the children, so it imports the engine alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from faultline.core.artifact import Artifact, PathContent
from faultline.core.report import Report
from faultline.engine import Registry, analyze


def examine(kind: str, name: str, path: str, digest: tuple[str, int], metadata: dict[str, str], options: Any) -> Report:
    """Analyze a file.

    Args:
        kind: the artifact's kind.
        name: what the sender called it.
        path: of the content.
        digest: its SHA-256 and size, which are known.
        metadata: the sender's words on it.
        options: as they came; they were checked when the analysis was submitted.

    Raises:
        ArtifactRejected: the content cannot be read or analyzed.
        AnalyzerFailed: the analyzer crashed.

    """
    chosen = Registry.installed().load(kind).options_type.model_validate(options)
    artifact = Artifact(kind, name, PathContent(Path(path)), metadata=metadata, _digest=digest)
    return analyze(artifact, chosen).report
