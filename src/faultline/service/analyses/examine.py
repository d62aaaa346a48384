"""What a child process does: one analysis, and nothing of the service.

This module is imported in the children, so it imports the engine alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from faultline.core.artifact import Artifact, BytesContent, Content, PathContent
from faultline.core.report import Report
from faultline.engine import Registry, analyze


def examine(
    kind: str, name: str, source: bytes | str, digest: tuple[str, int], metadata: dict[str, str], options: Any
) -> Report:
    """Analyze one artifact.

    Args:
        kind: the artifact's kind.
        name: what the sender called it.
        source: the content, or the path of the file it is in.
        digest: its SHA-256 and size, which are known.
        metadata: the sender's words on it.
        options: as they came; they were checked when the analysis was submitted.

    Raises:
        ArtifactRejected: the content cannot be read or analyzed.
        AnalyzerFailed: the analyzer crashed.

    """
    chosen = Registry.installed().load(kind).options_type.model_validate(options)
    content: Content = BytesContent(source) if isinstance(source, bytes) else PathContent(Path(source))
    artifact = Artifact(kind, name, content, metadata=metadata, _digest=digest)
    return analyze(artifact, chosen).report
