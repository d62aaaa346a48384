"""What `faultline design` does: collects the documents, has them analyzed as one system, and tells what is new."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.design.analyzer import ALONG, LEFT_OUT
from faultline.analyzers.design.bundle import AGAINST, pack
from faultline.analyzers.design.config import NAME
from faultline.cli import baseline, documents, inputs, older
from faultline.cli.analysis import Request
from faultline.cli.analysis import run as run_request
from faultline.cli.documents import Documents
from faultline.cli.exits import Exit
from faultline.cli.options import FormatName, SeverityName
from faultline.cli.placing import renamed
from faultline.core.artifact import Artifact
from faultline.core.errors import UsageError
from faultline.core.report import Report
from faultline.engine.render.untrusted import one_line, plural

KIND = "design"


@dataclass(frozen=True, slots=True)
class Wish:
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
    known = baseline.read(wish.baseline) if wish.baseline else None
    artifact, named = collected(wish)

    def shown(report: Report) -> Report:
        report = renamed(report, named)
        return baseline.without(report, known) if known is not None else report

    options = {"level": wish.level} if wish.level else {}
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
