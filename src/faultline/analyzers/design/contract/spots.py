"""Where the rules of this agent say something: a node, or what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

DocumentCheck = Callable[[OpenApiDocument], Iterable[Observation]]
MAX_SHOWN = 60
"""Characters of a value that a message repeats."""


def spot(node: Node, *below: str | int, symbol: str = "") -> Spot:
    """A node, or what is below it, as a place."""
    return Spot(node.document, (*node.pointer, *below), symbol=symbol)


def shown(value: Any) -> str:
    """A value as a message repeats it: in quotes where it is text, and not too much of it."""
    text = str(value) if not isinstance(value, str) else f'"{value}"'
    text = " ".join({True: "true", False: "false", None: "null"}.get(value, text).split()) if _plain(value) else text
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def dicts(value: Any) -> Iterator[tuple[str | int, dict[str, Any]]]:
    """The dicts below a dict or a list, with their keys; none below anything else."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        if isinstance(each, dict):
            yield key, each


def of_each_document(check: DocumentCheck) -> Check:
    """A check of a design that looks at one specification after the other."""

    @wraps(check)
    def look(design: Design) -> Iterator[Observation]:
        for document in design.of(OpenApiDocument):
            yield from check(document)

    return look
