"""ReviewResult: what a change to code brings with it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from faultline.core.finding import Noun
from faultline.core.report import Result
from faultline.core.results.suppressed import Suppressed


class Reading(StrEnum):
    """How much of a file was looked at."""

    WHOLE = "whole"
    PART = "part"
    """Some checks could not read it, or only the lines of a bare diff are known; `reason` says which."""
    UNREAD = "unread"
    """It should have been read and could not be."""
    SKIPPED = "skipped"
    """There is nothing to read in it, or nobody wrote it by hand: binary, deleted, generated, vendored, excluded."""


class Span(Noun):
    """Lines of the new version of a file, 1-based and inclusive."""

    start_line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)]


class ReviewedFile(Noun):
    """One file of the change.

    `change` is one of added, modified, deleted, renamed, copied, mode; `old_path` is given where it had another name.
    `added` and `removed` count lines. `hunks` are the lines of the new version that a comment may stand at, context
    included, in order; `new` are those of them that the change brings.
    """

    path: str
    old_path: str | None = None
    change: str
    language: str | None = None
    added: int = 0
    removed: int = 0
    hunks: tuple[Span, ...] = ()
    new: tuple[Span, ...] = ()
    reading: Reading = Reading.WHOLE
    reason: str | None = None


class ReviewResult(Result):
    """What was reviewed, and what is not told and why; the findings stand in the report.

    `base` and `head` are what was compared, as the user knows it: a revision, `index`, `work tree`, empty for nothing.
    `whole` is set where whole files were reviewed rather than a change of them.
    """

    base: str = ""
    head: str = ""
    whole: bool = False
    files: tuple[ReviewedFile, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    left_out: tuple[str, ...] = ()
    """What was too much to review, in a sentence each."""
