"""What specifications show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from faultline.analyzers.design.apis.api import IN_DOUBT
from faultline.analyzers.design.consistency import answers, concepts, errors, naming, paths
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.core.finding import Severity

MAX_SLIPS: Final = 2
"""Rules of style that a document may break in a few places and still have a style.

Of 40 specifications with 80 to 120 operations 9 break more of them; each would get 4 to 7 findings about taste.
"""
_STYLE: Final = (*naming.CHECKS, *paths.CHECKS, *answers.CHECKS)


def style(design: Design) -> Iterator[Observation]:
    """Slips from the style of a document; where it slips everywhere it has none, and they are told as `info`."""
    seen = [each for check in _STYLE for each in check(design)]
    slips: dict[str, set[str]] = {}
    for each in seen:
        if each.severity is None:
            slips.setdefault(each.at.document.path, set()).add(each.rule)
    for each in seen:
        if len(slips.get(each.at.document.path, ())) > MAX_SLIPS and each.severity is None:
            yield replace(each, severity=Severity.INFO, cause=IN_DOUBT)
        else:
            yield each


CHECKS: tuple[Check, ...] = (*concepts.CHECKS, *errors.CHECKS, style)
