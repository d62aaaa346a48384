"""CiDiagnosis: why a CI log failed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from faultline.core.finding import Noun
from faultline.core.report import Result


class Category(StrEnum):
    """The class of a failure's cause."""

    TEST = "test"
    COMPILE = "compile"
    LINT = "lint"
    DEPENDENCY = "dependency"
    CONFIGURATION = "configuration"
    NETWORK = "network"
    AUTHENTICATION = "authentication"
    RESOURCE_MEMORY = "resource-memory"
    RESOURCE_DISK = "resource-disk"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    INFRASTRUCTURE = "infrastructure"
    CRASH = "crash"
    UNKNOWN = "unknown"


class Excerpt(Noun):
    """Lines of the log: numbers are 1-based and inclusive, bytes are half-open and count from the decompressed start.

    `text` is the lines as they stand in the log, escape codes included, decoded as UTF-8 with invalid bytes replaced.
    A line of over 8 KiB is cut there and `truncated` is set. `matched_lines` are the numbers of the lines by which the
    failure was recognised.
    """

    start_line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)]
    start_byte: Annotated[int, Field(ge=0)]
    end_byte: Annotated[int, Field(ge=0)]
    text: str
    truncated: bool = False
    matched_lines: tuple[int, ...] = ()


class Explanation(Noun):
    """What a language model made of the evidence; the diagnosis itself is not its work.

    `lines` and `fix_lines` are the numbers of the log's lines that it cites, all of which stand in the evidence.
    `model` is its name, as in `openai:gpt-5-mini`. Where `fix` is given, it is the diagnosis' `suggested_fix` too.
    """

    text: str
    lines: tuple[int, ...]
    cause: str | None = None
    fix: str | None = None
    fix_lines: tuple[int, ...] = ()
    model: str


class CiDiagnosis(Result):
    """Why a CI job failed.

    `failed` is None where the log does not say. `log` names the member inside a zip of logs, else it is empty.
    `cascade` is what followed from the cause; it is shown, and never blamed. `explanation` is there where a model was
    asked and what it said holds.
    """

    failed: bool | None
    category: Category
    confidence: Annotated[float, Field(ge=0.0, le=1.0)]
    provider: str | None = None
    log: str = ""
    failing_step: str | None = None
    exit_code: int | None = None
    tool: str | None = None
    failed_tests: tuple[str, ...] = ()
    evidence: tuple[Excerpt, ...] = ()
    cascade: tuple[Excerpt, ...] = ()
    suggested_fix: str | None = None
    fingerprint: str | None = None
    explanation: Explanation | None = None
