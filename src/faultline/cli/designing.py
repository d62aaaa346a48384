"""What `faultline design` does: collects the documents, has them analyzed as one system, and tells what is new."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from faultline.analyzers.design.analyzer import LEFT_OUT
from faultline.analyzers.design.bundle import AGAINST, pack
from faultline.analyzers.design.config import NAME
from faultline.analyzers.design.reading import ALONG
from faultline.cli import baseline, documents, inputs, older
from faultline.cli.analysis import Request, set_encoding
from faultline.cli.analysis import run as run_request
from faultline.cli.documents import Documents
from faultline.cli.exits import Exit
from faultline.cli.options import FormatName, SeverityName
from faultline.cli.placing import renamed
from faultline.cli.progress import waiting
from faultline.core.artifact import Artifact
from faultline.core.errors import UsageError
from faultline.core.folders import cache_folder
from faultline.core.report import Report
from faultline.core.results.design import DesignResult
from faultline.engine import analyze
from faultline.engine.cache import FolderCache
from faultline.engine.render.untrusted import one_line, plural

KIND = "design"


class Wish(NamedTuple):
    """What one call asks for, as on the command line."""

    paths: Sequence[str]
    against: str | None = None
    level: SeverityName | None = None
    baseline: Path | None = None
    graph: str | None = None


def run(
    wish: Wish,
    output: FormatName,
    fail_on: SeverityName,
    timings: bool,
    no_cache: bool,
    models: Sequence[str],
) -> Exit:
    """Look at what is wished for and return the exit code.

    Raises:
        UsageError, ArtifactRejected: it cannot be found, or the options do not go together.

    """
    if [*wish.paths, wish.against].count(inputs.STDIN) > 1:
        raise UsageError("standard input can be read only once; name `-` once")
    if wish.graph and (wish.baseline or models):
        raise UsageError("--graph prints the system alone; it does not go with --baseline or --model")
    known = baseline.read(wish.baseline) if wish.baseline else None
    artifact, named = collected(wish)

    def shown(report: Report) -> Report:
        report = renamed(report, named)
        return baseline.without(report, known) if known is not None else report

    options = {"level": wish.level} if wish.level else {}
    if wish.graph:
        return draw(artifact, wish.graph, shown, no_cache)
    return run_request(
        Request(KIND, (), {}, output, fail_on, timings, no_cache, models, options, (artifact,), shown=shown)
    )


def collected(wish: Wish) -> tuple[Artifact, Callable[[str], str]]:
    """The artifact of a call, and what the user calls its paths; how much it is, is said on standard error."""
    only = wish.paths[0] if len(wish.paths) == 1 else ""
    if only.lower().endswith(".zip") and Path(only).is_file():
        if wish.against:
            raise UsageError("--against goes with files and folders; in a zip the older files are below " + AGAINST)
        return Artifact.from_path(KIND, Path(only), name=inputs.named(only)), str
    found = documents.collect(wish.paths)
    old = older.collect(wish.against, wish.paths, found) if wish.against else None
    own = len(found.files) - len(found.along)
    name = ", ".join(map(inputs.named, wish.paths[:3])) + (", ..." if len(wish.paths) > 3 else "")
    told = f"{plural(own, 'document')}{f' and {len(found.along)} that they refer to' if found.along else ''}"
    against = f", against {plural(len(old.files), 'older one')}" if old else ""
    print(f"faultline: reading {one_line(name)}: {told}{against}", file=sys.stderr)
    return artifact(one_line(name), found, old), _names(found, old)


def draw(artifact: Artifact, output: str, shown: Callable[[Report], Report], no_cache: bool) -> Exit:
    """Print the system that the documents describe, as mermaid or as JSON, and return the exit code."""
    from faultline.engine.render import graph  # here, for only this draws

    folder = None if no_cache else cache_folder(os.environ)
    with waiting(f"reading {artifact.name}"):
        report = shown(analyze(artifact, cache=FolderCache(folder) if folder else None).report)
    result = report.result if isinstance(report.result, DesignResult) else DesignResult()
    set_encoding("json")
    if output == "json":
        print(json.dumps(graph.graph(result), indent=2, ensure_ascii=False))
    else:
        print(graph.mermaid(result).rstrip("\n"))
    return Exit.INTERNAL if any(each.status == "failed" for each in report.agent_runs) else Exit.OK


def artifact(name: str, found: Documents, old: Documents | None) -> Artifact:
    """What was collected, as the analyzer takes it."""
    files = dict(found.files)
    if found.config is not None:
        files[NAME] = found.config
    made = Artifact.from_bytes(KIND, name, pack(files, old.files if old else None))
    if along := found.along | {AGAINST + path for path in (old.along if old else ())}:
        made.metadata[ALONG] = "\n".join(sorted(along))
    if found.left_out:
        made.metadata[LEFT_OUT] = "\n".join(dict.fromkeys(found.left_out))
    return made


def _names(found: Documents, old: Documents | None) -> Callable[[str], str]:
    names = dict(found.names)
    if old:
        names |= {AGAINST + path: name for path, name in old.names.items()}
    return lambda path: names.get(path, path)
