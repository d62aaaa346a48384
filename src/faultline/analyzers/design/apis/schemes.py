"""Security schemes: the flows of OAuth 2."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.apis.api import Api
from faultline.analyzers.design.documents.openapi import Node


def flows(api: Api, scheme: Node) -> Iterator[tuple[str, Node]]:
    """The flows of a scheme by name; of 2.0, where a scheme is one flow, the scheme's value at its key `flow`."""
    if scheme.value.get("type") != "oauth2":
        return
    if api.document.version == "2.0":
        yield str(scheme.value.get("flow")), Node(scheme.document, (*scheme.pointer, "flow"), scheme.value)
        return
    for name, each in scheme.child("flows").items():
        if isinstance(each.value, dict):
            yield str(name), each
