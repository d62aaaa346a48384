"""One site, one finding: of what several checks see in one place, that which says most.

Two observations mean the same where they are about the same lines and have the same rule, weaknesses that are equal or
parent and child (weaknesses.py), or rules that are two words for one thing (`SAME`). The worst of them is told, of
equal ones the surest; the others leave it their tools' codes, so that a comment which names one of those still counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.weaknesses import related

MAX_SPAN: Final = 10
"""Lines of an observation inside of which another one is about the same place."""
SAME: Final = (
    frozenset(("security/obsolete-function", "security/temporary-file")),
    frozenset(("security/obsolete-function", "security/weak-tls")),
)
"""Rules of one agent that say one thing of one call, though they have no weakness in common."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is told of one place; the codes of all who saw it, and the weaknesses that they have beside its rule's."""

    observation: Observation
    codes: frozenset[str] = frozenset()
    cwe: tuple[str, ...] = ()


def sites(observations: Iterable[Observation]) -> list[Sighting]:
    """The observations of one version of a file, one for each site, in the order of their lines."""
    by_line: dict[int, list[Sighting]] = {}
    for each in sorted(observations, key=_rank):
        places = range(each.line - MAX_SPAN, min(max(each.end_line, each.line), each.line + MAX_SPAN) + 1)
        for line in places:
            for at, other in enumerate(by_line.get(line, ())):
                if _one_site(other.observation, each):
                    by_line[line][at] = _joined(other, each)
                    break
            else:
                continue
            break
        else:
            by_line.setdefault(each.line, []).append(Sighting(each, _codes(each)))
    kept = [each for found in by_line.values() for each in found]
    return sorted(kept, key=lambda each: (each.observation.line, each.observation.rule))


def _one_site(one: Observation, other: Observation) -> bool:
    first, last = sorted((one, other), key=lambda each: each.line)
    if first.line != last.line and not last.line <= min(first.end_line, first.line + MAX_SPAN):
        return False
    if one.rule == other.rule:
        return first.line == last.line
    if any(one.rule in same and other.rule in same for same in SAME):
        return True
    return related(catalogue()[one.rule].cwe, catalogue()[other.rule].cwe)


def _joined(kept: Sighting, other: Observation) -> Sighting:
    told = kept.observation
    because = tuple(sorted({*told.because, *other.because}))
    known = (*catalogue()[told.rule].cwe, *kept.cwe)
    further = tuple(each for each in catalogue()[other.rule].cwe if each not in known)
    return Sighting(
        replace(told, because=because, edits=told.edits or other.edits, symbol=told.symbol or other.symbol),
        kept.codes | _codes(other),
        (*kept.cwe, *further),
    )


def _codes(each: Observation) -> frozenset[str]:
    return frozenset((each.code,)) if each.code else frozenset()


def _rank(each: Observation) -> tuple[object, ...]:
    rule = catalogue()[each.rule]
    confidence = rule.confidence if each.confidence is None else each.confidence
    whole = (each.code or "", each.end_line, each.message, each.because, each.symbol or "")
    return ((each.severity or rule.severity).rank, -confidence, each.line, each.rule, *whole)
