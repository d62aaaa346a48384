"""Twins: pairs of samples, one that shows a rule and one that does not, looked at as one change."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.engines.tools import attach
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.source import Source


def twins_of(path: Path) -> list[Mapping[str, str]]:
    """The twins of a file: `rule`, `bad` and `good`."""
    return list(tomllib.loads(path.read_text("utf-8"))["twin"])


def said(checks: Iterable[Check], texts: Mapping[str, str]) -> dict[str, set[str]]:
    """The rules that checks see, by path; ruff runs once for all."""
    files = [ChangedFile(path, "added", head=Source(path, text.lstrip("\n"))) for path, text in texts.items()]
    attach(Change(files, whole=True))
    checks = list(checks)
    return {
        file.path: {each.rule for check in checks for each in check(file.head)}
        for file in files
        if file.head is not None
    }
