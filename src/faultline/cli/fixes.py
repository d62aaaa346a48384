"""`--fix`: applies to the work tree what is proven to mend a finding."""

from __future__ import annotations

import os
import sys
import tempfile
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from pathlib import Path

from faultline.analyzers.review.bundle import MAX_FILE_BYTES
from faultline.cli.changes import Collected
from faultline.cli.worktree import read_below
from faultline.core.finding import Edit, Finding
from faultline.core.report import Report
from faultline.engine.render.untrusted import one_line, plural, span

PASSES = 10
"""A fix may make room for the next one, of lines that overlap; so many times at most."""


def fix(found: Collected, again: Callable[[], Collected], review: Callable[[Collected], Report]) -> Collected:
    """Review, apply, and review again until there is nothing more to apply.

    Args:
        found: what is reviewed.
        again: collects it anew.
        review: reviews it; no model is needed, for none has a part in what is proven.

    Returns:
        What there is to review after all.

    """
    for _ in range(PASSES):
        if not apply(review(found), found):
            break
        found = again()
    return found


def apply(report: Report, found: Collected) -> int:
    """Apply the proven edits of a report's findings, and say on standard error which.

    A file is written in one piece or not at all, and only while it is as it was reviewed. Of findings whose edits
    touch the same lines the first one wins.

    Returns:
        How many findings were mended.

    """
    assert found.top
    wanted: dict[str, list[Finding]] = {}
    for finding in report.findings:
        paths = {edit.path for edit in finding.edits}
        if finding.proven and len(paths) == 1:
            wanted.setdefault(paths.pop(), []).append(finding)
    mended = 0
    for path, findings in sorted(wanted.items()):
        taken = _apart(findings)
        refused = _mend(found, path, [edit for each in taken for edit in each.edits])
        if refused:
            print(f"faultline: {one_line(path)}: not fixed: {refused}", file=sys.stderr)
            continue
        mended += len(taken)
        for each in sorted(taken, key=lambda each: each.edits[0].start_line):
            where = span(each.edits[0].start_line, each.edits[-1].end_line)
            print(f"faultline: fixed {one_line(path)}:{where}: {one_line(each.title)}", file=sys.stderr)
    if mended:
        print(f"faultline: {plural(mended, 'finding')} fixed", file=sys.stderr)
    return mended


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """Of some findings, worst first, those whose edits do not touch an earlier one's."""
    lines: set[int] = set()
    taken = []
    for finding in findings:
        own = {line for edit in finding.edits for line in range(edit.start_line, edit.end_line + 1)}
        if not own & lines:
            lines |= own
            taken.append(finding)
    return taken


def _mend(found: Collected, path: str, edits: Sequence[Edit]) -> str:
    """Write a file with its edits applied; returns why it was not."""
    assert found.top
    reviewed = found.bundle.heads.get(path)
    # The name comes from the listing of the work tree, not from a diff: only what was read there can be written.
    raw = os.fsencode(path)
    now, _ = read_below(found.top, raw, MAX_FILE_BYTES)
    if reviewed is None or now != reviewed:
        return "it has changed since it was reviewed"
    text = edited(reviewed, edits)
    if text is None:
        return "it is not UTF-8"
    if len(text) > MAX_FILE_BYTES:
        return "it would be too large"
    write(found.top / os.fsdecode(raw), text)
    return ""


def edited(content: bytes, edits: Sequence[Edit]) -> bytes | None:
    """A file's content with edits applied that do not overlap; None where it is not UTF-8.

    New lines end as the lines do in whose place they stand.
    """
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    mark = content[: len(BOM_UTF8)] if content.startswith(BOM_UTF8) else b""
    lines = content[len(mark) :].split(b"\n")
    for edit in sorted(edits, key=lambda each: each.start_line, reverse=True):
        first = edit.start_line - 1
        # The last line may have no end, and then tells nothing: the one before it does.
        ended = lines[first] if first < len(lines) - 1 else lines[first - 1]
        carriage = b"\r" if ended.endswith(b"\r") else b""
        new = [] if edit.replacement is None else [line.encode() + carriage for line in edit.replacement.split("\n")]
        if new and edit.end_line >= len(lines):
            new[-1] = new[-1].removesuffix(b"\r")
        lines[first : edit.end_line] = new
    return mark + b"\n".join(lines)


def write(path: Path, content: bytes) -> None:
    """Put a new content into a file's place at once, with the mode of the old one."""
    handle, name = tempfile.mkstemp(prefix=".faultline-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
