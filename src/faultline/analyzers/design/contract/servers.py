"""Where an API is: servers and their variables; in 2.0 the host and its schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from faultline.analyzers.design.contract.spots import dicts, of_each_document, shown, spot
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation

_VARIABLE = re.compile(r"\{([^{}]{1,200})\}")


def servers(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about the servers of a document, of its paths and of its operations."""
    root = document.root
    if not isinstance(root.value, dict):
        return
    if document.version == "2.0":
        yield from _host(root)
    else:
        declared = root.value.get("servers")
        if not isinstance(declared, list) or not declared:
            yield Observation(
                "contract/no-server",
                spot(root, "servers") if "servers" in root.value else spot(root),
                "No server is named, so that readers have to guess where the API is.",
            )
        for place, server in dicts(declared):
            if isinstance(url := server.get("url"), str):
                yield from _address(url, root.child("servers", place, "url"))
    for node in document.index.servers:
        yield from _variables(node)


def _address(url: str, node: Node) -> Iterator[Observation]:
    if len(url) > 1 and url.endswith("/"):
        yield Observation(
            "contract/trailing-slash-in-server",
            spot(node),
            f"{shown(url)} ends with a slash.",
            many="{count} servers end with a slash",
        )
    if "example.com" in url:
        yield Observation("contract/example-server", spot(node), f"{shown(url)} is an address for examples.")


def _host(root: Node) -> Iterator[Observation]:
    host = root.value.get("host")
    if not host:
        yield Observation(
            "contract/no-server",
            spot(root, "host") if "host" in root.value else spot(root),
            "No host is named, so that readers have to guess where the API is.",
        )
    if isinstance(host, str):
        yield from _address(host, root.child("host"))
    schemes = root.value.get("schemes")
    if not isinstance(schemes, list) or not schemes:
        yield Observation(
            "contract/no-schemes",
            spot(root, "schemes") if "schemes" in root.value else spot(root),
            "Nothing says whether the API speaks http or https.",
        )


def _variables(node: Node) -> Iterator[Observation]:
    url, variables = node.value.get("url"), node.value.get("variables")
    if not isinstance(url, str):
        return
    used = list(dict.fromkeys(_VARIABLE.findall(url)))
    described: dict[str, Any] = variables if isinstance(variables, dict) else {}
    missing = [name for name in used if name not in described]
    if missing:
        yield Observation(
            "contract/undefined-server-variable",
            spot(node, "variables") if described else spot(node),
            f"{shown(url)} has the variable {', '.join(missing)}, and nothing says what it may be."[:300],
        )
    for name, each in dicts(described):
        if name not in used:
            yield Observation(
                "contract/unused-server-variable",
                spot(node, "variables", name),
                f"{shown(url)} has no variable {name}.",
                many="{count} server variables stand in no address",
            )
        values, default = each.get("enum"), each.get("default")
        if isinstance(values, list) and default is not None and default not in values:
            yield Observation(
                "contract/server-variable-default",
                spot(node, "variables", name, "default"),
                f"The default {shown(default)} of {name} is not among the values that it may have.",
            )
        elif default is None:
            yield Observation(
                "contract/server-variable-default",
                spot(node, "variables", name),
                f"The server variable {name} has no default.",
            )


CHECKS: tuple[Check, ...] = (of_each_document(servers),)
