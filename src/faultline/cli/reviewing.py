"""What `faultline review` does: collects what is reviewed, says what that is, and has it analyzed."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.review.bundle import pack
from faultline.analyzers.review.engines.found import RULES
from faultline.cli import bare, changes, fixes, whole
from faultline.cli.analysis import Request
from faultline.cli.analysis import run as run_request
from faultline.cli.exits import Exit
from faultline.cli.git import Repository
from faultline.cli.options import FormatName, SeverityName
from faultline.cli.placing import renamed
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected, UsageError
from faultline.core.folders import cache_folder
from faultline.core.report import Report
from faultline.engine import analyze
from faultline.engine.cache import FolderCache
from faultline.engine.render.untrusted import one_line, plural

KIND = "review"
TOOLS = ("bandit", "oxlint", "semgrep")
TOOLS_VARIABLE = "FAULTLINE_TOOLS"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one call asks for, as on the command line."""

    paths: Sequence[Path] = ()
    base: str | None = None
    head: str | None = None
    staged: bool = False
    diff: str | None = None
    everything: bool = False
    fix: bool = False


def run(
    wish: Wish,
    output: FormatName,
    fail_on: SeverityName,
    timings: bool,
    no_cache: bool,
    models: Sequence[str],
) -> Exit:
    """Review what is wished for and return the exit code.

    Raises:
        UsageError, ArtifactRejected: it cannot be found, or the options do not go together.

    """
    check(wish)
    found = collect(wish)
    print(f"faultline: reviewing {one_line(found.words)}, {plural(found.files, 'file')}", file=sys.stderr)
    if wish.fix:
        folder = None if no_cache else cache_folder(os.environ)
        cache = FolderCache(folder) if folder else None
        found = fixes.fix(found, lambda: collect(wish), lambda found: analyze(artifact(found), cache=cache).report)
    shown = placed(found, output)
    return run_request(
        Request(KIND, (), {}, output, fail_on, timings, no_cache, models, artifacts=(artifact(found),), shown=shown)
    )


def check(wish: Wish) -> None:
    """Raise UsageError where options do not go together."""
    if sum(bool(each) for each in (wish.head, wish.staged, wish.diff, wish.everything)) > 1:
        raise UsageError("--head, --staged, --diff and --all exclude one another: each says what to review")
    if wish.base and (wish.diff or wish.everything):
        raise UsageError("--base goes with what git compares, not with --diff or --all")
    if wish.fix and (wish.head or wish.staged or wish.diff):
        raise UsageError("--fix mends the work tree; it does not go with --head, --staged or --diff")


def collect(wish: Wish) -> changes.Collected:
    """Find what is to be reviewed."""
    if wish.everything:
        return whole.whole(wish.paths or (Path(),))
    if wish.diff is not None:
        return bare.bare(wish.diff, wish.paths)
    folder = wish.paths[0] if wish.paths else Path()
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    repository = Repository.find(folder)
    if repository is None:
        raise ArtifactRejected(
            "is in no git repository, so there is no change to review; --all reviews whole files, --diff a diff",
            name=str(folder.absolute()),
        )
    return changes.change(repository, wish.paths, base=wish.base, head=wish.head, staged=wish.staged)


def artifact(found: changes.Collected) -> Artifact:
    """What was collected, as the analyzer takes it."""
    made = Artifact.from_bytes(KIND, one_line(found.name), pack(found.bundle, small=False))
    made.metadata.update(tools(os.environ))
    return made


def tools(environment: Mapping[str, str]) -> dict[str, str]:
    """Which tools of others help: those on PATH, or of these the ones that FAULTLINE_TOOLS names.

    semgrep only helps with rules, which it would else fetch: a file or folder that FAULTLINE_SEMGREP_RULES names.
    What they are is part of what the answer depends on, so the digest of where they are and how old goes along.
    """
    named = environment.get(TOOLS_VARIABLE)
    wanted = TOOLS if named is None else [name.strip() for name in named.split(",")]
    places = {name: place for name in TOOLS if name in wanted and (place := shutil.which(name))}
    rules = environment.get(RULES)
    if not rules:
        places.pop("semgrep", None)
    if not places:
        return {}
    seen = [*places.values(), *([rules] if rules and "semgrep" in places else [])]
    about = [f"{place} {Path(place).stat().st_mtime_ns if Path(place).exists() else 0}" for place in seen]
    return {"tools": " ".join(places), "tools_seen": hashlib.sha256("\n".join(about).encode()).hexdigest()[:16]}


def placed(found: changes.Collected, output: FormatName) -> Callable[[Report], Report] | None:
    """How paths are told: to people as seen from where they stand, to programs as the repository has them."""
    if found.typed is not None:
        typed = found.typed
        return (lambda report: renamed(report, lambda path: str(Path(typed, path)))) if typed else None
    here = os.path.realpath(os.curdir)
    if output != "text" or found.top is None or os.path.realpath(found.top) == here:
        return None
    top = os.path.realpath(found.top)
    return lambda report: renamed(report, lambda path: os.path.relpath(Path(top, path), here))
