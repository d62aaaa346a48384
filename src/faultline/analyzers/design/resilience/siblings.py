"""Lists of calls in which all but one state a timeout: what a text leaves out where its neighbours say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import elsewhere
from faultline.analyzers.design.documents.telling import quoted, symbol
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_TIMEOUT = re.compile(r"\b(?:time-?outs?|times? out|deadline)\b", re.IGNORECASE)
_CALL = re.compile(r"->|→|\bcalls?\b|\bto\b|\bfrom\b|\bapi\b|\bhttps?\b|\bgrpc\b|\bservice\b", re.IGNORECASE)
_WAITLESS = re.compile(
    r"\b(?:async\w*|queues?|events?|publish\w*|kafka|rabbitmq|webhooks?|batch|cache[sd]?|file)\b", re.IGNORECASE
)
_LEAST = 3


def unlike(design: Design) -> Iterator[Observation]:
    """The one call of a list without a timeout, where all others have theirs."""
    for document in design.of(MarkdownDocument):
        listed = (each for each in document.sentences if each.list)
        for _, group in groupby(listed, key=lambda each: each.list):
            items = _items(list(group))
            silent = [each for each in items if not _TIMEOUT.search(each.text)]
            if len(items) >= _LEAST and len(silent) == 1:
                one = silent[0]
                if _CALL.search(one.text) and not _WAITLESS.search(one.text) and not elsewhere(one):
                    yield Observation(
                        "resilience/no-timeout",
                        Spot(document, line=one.line, end_line=one.end_line, symbol=symbol(one)),
                        f"All other calls of this list have a timeout, this one states none: “{quoted(one)}”.",
                        cause=symbol(one),
                        severity=Severity.LOW,
                        confidence=0.6,
                    )


def _items(said: list[Sentence]) -> list[Sentence]:
    """A sentence an item: those of one item are joined, for a timeout may stand in its second one."""
    found: list[Sentence] = []
    for each in said:
        if found and found[-1].item == each.item:
            found[-1] = replace(found[-1], text=f"{found[-1].text} {each.text}", end_line=each.end_line)
        else:
            found.append(each)
    return found


CHECKS: tuple[Check, ...] = (unlike,)
