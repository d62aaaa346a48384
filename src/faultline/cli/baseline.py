"""A baseline: an earlier answer, of which nothing is told again.

A finding is known by its fingerprint. One that shows at several places is told again where the earlier one did not have
a place: a place is known by its symbol, as in `GET /orders`, for lines shift and files are renamed; where it has none,
by how many such places there were in a file of that name.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from faultline.cli import inputs
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Finding, Place
from faultline.core.report import SCHEMA, Report

MAX_BYTES = 256 << 20
Known = Mapping[str, Counter[str]]
"""The places of each finding by what they are known by, how often; by fingerprint."""


def read(path: Path) -> Known:
    """What an earlier answer told.

    Args:
        path: what `--format json` or `jsonl` wrote.

    Raises:
        ArtifactRejected: it cannot be read, or is no answer of ours.

    """
    name = inputs.named(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ArtifactRejected("is too large for a baseline", name=name, limit=f"{MAX_BYTES >> 20} MB")
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ArtifactRejected(
            "no such file; `faultline design ... --format json > FILE` makes a baseline", name=name
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ArtifactRejected(f"cannot be read as a baseline: {error}", name=name) from error
    known: dict[str, Counter[str]] = {}
    try:
        for finding in (finding for report in _reports(text) for finding in report["findings"]):
            places = [Place.model_validate(each) for each in finding["places"]]
            known.setdefault(finding["fingerprint"], Counter()).update(map(_key, places))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArtifactRejected(
            "is no report of ours; `faultline design ... --format json > FILE` makes a baseline", name=name
        ) from error
    return known


def without(report: Report, known: Known) -> Report:
    """A report with only what is new: findings that are not known, and of known ones the places that are not."""
    told = tuple(new for each in report.findings if (new := _new(each, known)) is not None)
    gone = len(report.findings) - len(told)
    if not gone and told == report.findings:
        return report
    summary = f"{report.summary} {gone} of the findings are in the baseline and not told again." if gone else ""
    return report.model_copy(update={"findings": told, "summary": summary or report.summary})


def _reports(text: str) -> list[Any]:
    """Raises ValueError and its like where it is none of ours."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    reports = found if isinstance(found, list) else [found]
    if not reports or any(each["schema"] != SCHEMA for each in reports):
        raise ValueError("no report, or of another schema")
    return reports


def _new(finding: Finding, known: Known) -> Finding | None:
    before = known.get(finding.fingerprint)
    if before is None:
        return finding
    left = before.copy()
    new = []
    for place in finding.places:
        key = _key(place)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(place)
    if len(new) == len(finding.places) > 0:
        return finding
    if not new:
        return None
    first = new[0]
    return finding.model_copy(
        update={
            "title": f"{finding.title} ({len(new)} of {len(finding.places)} places are new)",
            "location": finding.location and finding.location.model_copy(update=_lines(first)),
            "places": tuple(new) if len(new) > 1 else (),
            "evidence": (),
        }
    )


def _lines(place: Place) -> dict[str, object]:
    return {"path": place.path, "start_line": place.start_line, "end_line": place.end_line}


def _key(place: Place) -> str:
    return place.symbol or PurePosixPath(place.path).name
