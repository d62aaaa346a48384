"""`faultline kinds`: what can be analyzed, and by whom."""

from __future__ import annotations


def kinds() -> None:
    """List the kinds that can be analyzed.

    Each with the version of its analyzer and the package that provides it.
    """
    from faultline.core.errors import AnalyzerFailed
    from faultline.engine.registry import Registry

    registry = Registry.installed()
    rows = []
    for entry in registry.registrations():
        try:
            version = registry.load(entry.kind).version
        except AnalyzerFailed as error:
            version = f"unusable: {error}"
        rows.append((entry.kind, version, f"{entry.distribution} {entry.distribution_version}".strip()))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    for kind, version, origin in rows:
        print(f"{kind:<{widths[0]}}  {version:<{widths[1]}}  {origin}")
