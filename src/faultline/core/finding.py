"""Severity, Location and Finding: what every analyzer answers with."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field


class Severity(StrEnum):
    """How much a finding matters, from `critical` down to `info`."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical up to 4 for info: sorts the worst first."""
        return _RANKS[self]

    def at_least(self, other: Severity) -> bool:
        """Whether this severity is as bad as `other`, or worse."""
        return self.rank <= other.rank


_RANKS: Final = {each: place for place, each in enumerate(Severity)}


class Noun(BaseModel):
    """Base of everything that goes into a report: immutable, and no field unknown to the contract."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        serialize_by_alias=True,
        validate_by_name=True,
        # A validator is made when the first one is validated: a run needs half of those it imports.
        defer_build=True,
    )


class Location(Noun):
    """Lines of one text: `path` as the user knows it, line numbers 1-based and inclusive."""

    path: str
    start_line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)]


class Place(Location):
    """One of the places a finding shows at; `symbol` is what stands there, as in `GET /orders` or `service web`."""

    symbol: str = ""


class Edit(Noun):
    """Lines of one file and what shall stand in their place.

    Lines are 1-based and inclusive. `replacement` is whole lines without the last newline; None takes the lines out.
    """

    path: str
    start_line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)]
    replacement: str | None


class Finding(Noun):
    """One thing that is broken, or will break.

    `evidence` holds the exact lines that show it. `fingerprint` names the same problem again in another run:
    it depends on the rule, the normalised evidence and the symbol, never on line numbers or paths.

    `suggested_fix` is prose. `edits` are the same as a change that can be applied, and are there only where `proven`:
    applied, every file still parses, is formatted as before, this finding is gone and none has come.

    `places` are all that it shows at, the location's own first: of one cause that touches many, or of two statements
    that contradict each other. There may be none where the location says it all.

    `cwe` are weaknesses of the Common Weakness Enumeration, as in `CWE-89`, the closest one first.
    """

    rule_id: str
    agent: str
    severity: Severity
    title: str
    description: str = ""
    suggested_fix: str | None = None
    confidence: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    location: Location | None = None
    places: tuple[Place, ...] = ()
    evidence: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    proven: bool = False
    cwe: tuple[Annotated[str, Field(pattern=r"^CWE-[0-9]+$")], ...] = ()
    fingerprint: str


def fingerprint(rule_id: str, *parts: str) -> str:
    """Name a finding stably.

    Args:
        rule_id: the rule that found it.
        parts: evidence that has been normalised (paths, numbers, times and ids masked), then the symbol if known.

    Returns:
        32 hexadecimal digits (BLAKE2b, 128 bits).

    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (rule_id, *parts):
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


def by_severity(findings: Iterable[Finding]) -> str:
    """How many findings of which severity, as in `1 high, 2 low`; empty for none."""
    found = Counter(each.severity for each in findings)
    return ", ".join(f"{found[each]} {each}" for each in Severity if found[each])
