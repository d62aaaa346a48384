"""Outgoing: requests that an API sends to others, its webhooks and callbacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faultline.analyzers.design.apis.api import Api
from faultline.analyzers.design.documents.openapi import METHODS, Node


class Outgoing(NamedTuple):
    """One request: its operation, a name for it, what is said of it, and the names of its headers in lower case."""

    node: Node
    symbol: str
    text: str
    headers: tuple[str, ...]


def outgoing(api: Api) -> list[Outgoing]:
    """Those of a specification, webhooks first."""
    return [
        *(_of(api, each.node, each.item, f"webhook {each.path}", "") for each in api.webhooks),
        *_callbacks(api),
    ]


def _callbacks(api: Api) -> Iterator[Outgoing]:
    for call in api.calls:
        if "callbacks" not in call.operation.node.value:
            continue
        for name, callback in call.operation.node.child("callbacks").items():
            for _, item in api.resolve(callback).items():
                for method, node in item.items():
                    if method in METHODS and isinstance(node.value, dict):
                        yield _of(api, node, item, f"callback {name} of {call.symbol}", call.prose)


def _of(api: Api, node: Node, item: Node, symbol: str, around: str) -> Outgoing:
    said = [around]
    headers = []
    for owner in (item, node):
        if isinstance(owner.value, dict):
            said += [each for key in ("summary", "description") if isinstance(each := owner.value.get(key), str)]
        for _, raw in owner.child("parameters").items():
            each = api.resolve(raw)
            if isinstance(each.value, dict) and each.value.get("in") == "header":
                headers.append(str(each.value.get("name", "")).lower())
                said.append(str(each.value.get("description", "")))
    return Outgoing(node, symbol, " ".join(said).lower(), tuple(headers))
