"""From a failed workflow to a comment that says why, and which changed lines the failing frames point at.

There is one comment for each head and workflow, found again by its marker: the next run of the same one changes it.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from time import perf_counter
from typing import Final

from faultline.core.report import Report
from faultline.core.results.ci import CiDiagnosis
from faultline.engine.render.markup import code
from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.lease import Lease
from faultline.service.analyses.service import rendered
from faultline.service.github.answers import Job, PullFile
from faultline.service.parts import Parts
from faultline.service.reviews import states
from faultline.service.reviews.fetch import submission
from faultline.service.reviews.publish import report_of
from faultline.service.reviews.states import ReviewStatus
from faultline.service.reviews.step import Ended, Place, Step, place_of
from faultline.service.reviews.tables import Review

MAX_JOBS: Final = 5
"""Logs of one run that are read; a matrix that fails as a whole fails for one reason."""
MAX_LOG_BYTES: Final = 20_000_000
MAX_PLACES: Final = 10
"""Changed lines that a comment names."""
MAX_COMMENT: Final = 60_000
"""Characters; GitHub takes 65,536."""
_FAILED: Final = frozenset({"failure", "timed_out"})
_EPOCH = (1980, 1, 1, 0, 0, 0)
# `path:line`, `File "path", line 12`, `path(12,3)`, `path line 12`. A path begins where none goes on and is bounded, so
# that it takes linear time.
_FRAME = re.compile(
    r"(?<![\w@+~.\\/-])(?P<path>[\w@+~.\\/-]{1,250}\.[A-Za-z][A-Za-z0-9]{0,9})"
    r"(?:\"?, line |:|\(|\[| line )(?P<line>[0-9]{1,7})(?![0-9.])"
)
_HUNK = re.compile(r"@@ -[0-9,]{1,20} \+(?P<start>[0-9]{1,9})(?:,[0-9]{1,9})? @@")


@dataclass(frozen=True, slots=True)
class Frame:
    """A changed line of the pull request that the log points at; `added` says whether the change wrote it."""

    path: str
    line: int
    added: bool


async def fetch_logs(parts: Parts, review: Review, lease: Lease) -> Step:
    """Fetch the logs of a run's failed jobs as one zip, as GitHub itself packs them.

    Raises:
        Ended: no job of it has failed.

    """
    start = perf_counter()
    place = await place_of(parts, review)
    jobs = await place.installation.jobs(place.name, review.details["run_id"])
    failed = [job for job in jobs if job.conclusion in _FAILED]
    if not failed:
        raise Ended("no-failed-job", "no job of this run has failed", ReviewStatus.CANCELLED)
    logs = [
        (job, await place.installation.job_log(place.name, job.id, max_bytes=MAX_LOG_BYTES))
        for job in failed[:MAX_JOBS]
    ]
    parts.metrics.github_call("fetched")
    content = await asyncio.to_thread(_packed, logs)
    values = {"stats": {"fetch_ms": round((perf_counter() - start) * 1000), "bytes": len(content)}}
    name = f"{place.name}#{review.number} {review.details['workflow']}"
    return submission(parts, review, lease, place, "ci", _printable(name), content, values)


async def explain(parts: Parts, review: Review, lease: Lease) -> Step:
    """Comment on the pull request with what the logs say.

    Raises:
        Ended: the analysis has come to nothing.
        Held: it is not done.

    """
    start = perf_counter()
    place = await place_of(parts, review)
    _, report = await report_of(parts, review)
    frames: Sequence[Frame] = ()
    comment = None
    if report.findings:
        frames = frames_in(report, await place.installation.files(place.name, review.number))
        shown = await rendered(report.model_dump_json().encode(), "markdown")
        comment = await _say(place, review, _body(review, shown, frames))
        parts.metrics.github_call("posted")
    publish_ms = round((perf_counter() - start) * 1000)

    async def write(unit: UnitOfWork, now: datetime) -> str:
        stats = review.stats | {
            "findings": len(report.findings),
            "frames": len(frames),
            "comments": int(comment is not None),
            "publish_ms": publish_ms,
        }
        await states.complete(unit, lease, now, stats=stats, summary_comment_id=comment)
        return ReviewStatus.COMPLETED

    return write


def frames_in(report: Report, files: Iterable[PullFile]) -> list[Frame]:
    """The changed lines that the evidence of a diagnosis points at, those that the change wrote first.

    A log calls a file by any path that ends like the file's own; where two changed files end alike, nothing is said.
    """
    changed = {file.path: _lines_of(file.patch or "") for file in files if file.status != "removed"}
    by_name: dict[str, list[str]] = {}
    for own in changed:
        by_name.setdefault(PurePosixPath(own).name, []).append(own)
    found: dict[tuple[str, int], Frame] = {}
    for text in _evidence(report):
        for match in _FRAME.finditer(text):
            path = _resolved(match["path"].replace("\\", "/"), by_name)
            line = int(match["line"])
            if path is not None and line in changed[path]:
                found.setdefault((path, line), Frame(path, line, changed[path][line]))
    return sorted(found.values(), key=lambda frame: not frame.added)[:MAX_PLACES]


def _evidence(report: Report) -> Iterator[str]:
    result = report.result
    for finding in report.findings:
        yield from finding.evidence
    if isinstance(result, CiDiagnosis):
        for excerpt in result.evidence:
            yield excerpt.text


def _resolved(told: str, by_name: Mapping[str, Sequence[str]]) -> str | None:
    parts = PurePosixPath(told).parts
    fitting = []
    for path in by_name.get(parts[-1] if parts else "", ()):
        own = PurePosixPath(path).parts
        shorter = min(len(own), len(parts))
        if own[-shorter:] == parts[-shorter:]:
            fitting.append(path)
    return fitting[0] if len(fitting) == 1 else None


def _lines_of(patch: str) -> dict[int, bool]:
    """The lines of the new version that a patch shows, and whether each is new."""
    lines: dict[int, bool] = {}
    number = 0
    for row in patch.split("\n"):
        if match := _HUNK.match(row):
            number = int(match["start"])
        elif number and row[:1] in ("+", " "):
            lines[number] = row[0] == "+"
            number += 1
    return lines


def _packed(logs: Iterable[tuple[Job, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for index, (job, log) in enumerate(logs):
            # As the zip of a run has them. The name is a stranger's; it is never a path here.
            name = f"{index}_{re.sub(r'[^A-Za-z0-9 _.,()-]', '_', job.name)[:100]}.txt"
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), log, zipfile.ZIP_DEFLATED)
    return out.getvalue()


async def _say(place: Place, review: Review, body: str) -> int:
    """Comment, or change the comment that is there already; returns its id."""
    marker, own = _marker(review), await place.installation.own_login()
    for comment in await place.installation.issue_comments(place.name, review.number):
        if comment.author == own and comment.body.startswith(marker):
            await place.installation.update_issue_comment(place.name, comment.id, body)
            return comment.id
    return await place.installation.create_issue_comment(place.name, review.number, body)


def _marker(review: Review) -> str:
    # The workflow's name is a stranger's, and could end the comment.
    workflow = hashlib.sha256(review.details["workflow"].encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"<!-- faultline:ci:{review.head_sha}:{workflow} -->"


def _body(review: Review, shown: str, frames: Sequence[Frame]) -> str:
    blocks = [_marker(review), f"**{code(review.details['workflow'])} failed at {code(review.head_sha[:10])}**"]
    if frames:
        words = {True: "written by this pull request", False: "beside what it changes"}
        blocks.append("The failing frames point at lines of this pull request:")
        blocks.append("\n".join(f"- {code(f'{each.path}:{each.line}')}, {words[each.added]}" for each in frames))
    blocks.append(shown)
    body = "\n\n".join(blocks)
    return body if len(body) <= MAX_COMMENT else body[:MAX_COMMENT] + "\n```\n\n*The rest is too long.*"


def _printable(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)[:500]
