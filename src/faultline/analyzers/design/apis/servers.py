"""Addresses that a specification names: where its API is served, and whether that is reached from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from faultline.analyzers.design.apis.api import Api
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

_INSIDE: Final = regex(
    r"(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|0\.0\.0\.0|localhost$|\[?::1)"
    r"|.{0,250}\.(?:local|localhost|internal|intranet|lan|test|svc|cluster\.local|corp|home)$|[^.]{1,63}$"
)
_VARIABLE: Final = regex(r"\{([^{}]{1,100})\}")


def host_of(url: str) -> str:
    """The host of an address in lower case; empty where it names none or cannot be read."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_inside(host: str) -> bool:
    """Whether a host is this machine, or is reached in a private network only; a name without a dot is such."""
    return bool(_INSIDE.match(host))


def servers(api: Api) -> Iterator[tuple[Node, str]]:
    """Every server with its address, variables replaced by their defaults: those of the document, paths and calls."""
    root = api.document.root
    if api.document.version == "2.0":
        host = api.root.get("host")
        if isinstance(host, str):
            schemes = api.root.get("schemes")
            for place, scheme in enumerate(schemes if isinstance(schemes, list) else ()):
                yield root.child("schemes", place), f"{scheme}://{host}"
        return
    owners = [root]
    seen: set[Any] = set()
    for call in api.calls:
        item = call.operation.item
        if item.pointer not in seen:
            seen.add(item.pointer)
            owners.append(item)
        owners.append(call.operation.node)
    for owner in owners:
        if isinstance(owner.value, dict) and "servers" in owner.value:
            for _, node in owner.child("servers").items():
                if isinstance(node.value, dict) and isinstance(url := node.value.get("url"), str):
                    yield node, _filled(url, node.value.get("variables"))


def _filled(url: str, variables: Any) -> str:
    def default(found: re.Match[str]) -> str:
        value = variables.get(found[1]) if isinstance(variables, dict) else None
        return str(value["default"]) if isinstance(value, dict) and "default" in value else found[0]

    return _VARIABLE.sub(default, url[:2000])


def is_internal(api: Api) -> bool:
    """Whether all the hosts that are named are inside; False where none is named."""
    hosts = [host for _, url in servers(api) if (host := host_of(url))]
    return bool(hosts) and all(map(is_inside, hosts))


def is_public(api: Api) -> bool:
    """Whether a host is named that is reached from outside."""
    return any((host := host_of(url)) and not is_inside(host) for _, url in servers(api))


def address_spot(node: Node) -> Spot:
    """Where a server's address stands; of 2.0 the scheme."""
    named = isinstance(node.value, dict)
    pointer = (*node.pointer, "url") if named else node.pointer
    return Spot(node.document, pointer, symbol=f"server {node.value.get('url') if named else node.value}")
