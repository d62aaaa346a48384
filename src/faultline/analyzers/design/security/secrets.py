"""Secrets in any file: tokens of a provider's shape, and values of a telling name.

A name tells only together with its value: `DB_PASSWORD` with `${DB_PASSWORD}`, `changeme-please` or an example of a
specification is no secret. What a data file says is looked at key by key, so that a secret's line is that of its key;
any other text line by line. A default password (`postgres`, `admin`, `changeme`) is a finding of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security.values import DEFAULTS, is_secret, mixed, named_secret, suspects, token
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

if TYPE_CHECKING:
    from faultline.analyzers.design.security.named import Value


def check(design: Design) -> Iterator[Observation]:
    """Secrets and default passwords of all files, at most one a line."""
    for document in design.documents:
        told: set[int] = set()
        for found in () if document.kind == "openapi" else _named(document):
            if found.at.lines[0] not in told:
                told.add(found.at.lines[0])
                yield found
        for number in suspects(document.text):
            kind = token(document.lines[number - 1]) if number not in told else None
            if kind is not None:
                message = f"{kind} is written down here."
                spot = Spot(document, line=number)
                yield Observation("security/secret-in-file", spot, message, cause=f"{kind} {number}")


def _named(document: Document) -> Iterator[Observation]:
    """What is a secret by its name. A specification has none: its examples are no secrets."""
    from faultline.analyzers.design.security import named  # here, for it needs all kinds of documents: 0.01 s

    lenient, typed = named.lenient(document), named.typed(document)
    for each in named.values(document):
        if not typed and not mixed(each.value):
            continue  # a label, a translation, a word of prose
        found = _judged(each, lenient=lenient)
        if found is not None:
            yield found


def _judged(each: Value, *, lenient: bool) -> Observation | None:
    cause = f"{each.spot.symbol} {each.name}".strip()
    kind = token(each.value)
    if kind is not None:
        return Observation("security/secret-in-file", each.spot, f"{kind} is the value of {each.name}.", cause=cause)
    if not named_secret(each.name):
        return None
    if each.value.lower() in DEFAULTS:
        severity = Severity.INFO if lenient else None
        message = f"{each.name} is a password that everybody tries first."
        return Observation("security/default-password", each.spot, message, cause=cause, severity=severity)
    if is_secret(each.name, each.value):
        severity = Severity.LOW if lenient else None
        message = f"The value of {each.name} is written down here."
        return Observation("security/secret-in-file", each.spot, message, cause=cause, severity=severity)
    return None


CHECKS: tuple[Check, ...] = (check,)
