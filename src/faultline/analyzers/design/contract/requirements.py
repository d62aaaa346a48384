"""Security requirements: that they name schemes, and scopes, that the document defines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faultline.analyzers.design.contract.spots import dicts, of_each_document, shown, spot
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation


def requirements(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about the requirements of the document and of its operations."""
    old = document.version == "2.0"
    where = ("securityDefinitions",) if old else ("components", "securitySchemes")
    holder = document.root.child(*where)
    defined: dict[str, Any] = holder.value if isinstance(holder.value, dict) else {}
    for node in document.index.requirements:
        for name, scopes in node.value.items():
            if name not in defined:
                # 3.2 lets a requirement name a scheme by its address.
                if document.version == "3.2" and ("/" in name or "#" in name):
                    continue
                yield Observation(
                    "contract/undefined-security-scheme",
                    spot(node, name),
                    f"There is no security scheme {shown(name)} in `{'.'.join(where)}`.",
                    cause=name,
                )
                continue
            scheme = document.resolve(holder.child(name)).value
            known = _scopes(scheme, old) if isinstance(scheme, dict) else None
            if known is None or not isinstance(scopes, list):
                continue
            for place, scope in enumerate(scopes):
                if not (isinstance(scope, str) and scope in known):
                    yield Observation(
                        "contract/undefined-scope",
                        spot(node, name, place),
                        f"The scheme {shown(name)} has no scope {shown(scope)}.",
                        many="{count} scopes are not defined by their scheme",
                    )


def _scopes(scheme: dict[str, Any], old: bool) -> set[str] | None:
    """The scopes of a scheme; None where nobody has to list them."""
    kind = scheme.get("type")
    if kind == "openIdConnect" or (kind != "oauth2" and not old):
        # 3.1 lets any scheme name roles, and OpenID Connect's scopes are listed by its discovery document.
        return None
    flows = [scheme] if old else [flow for _, flow in dicts(scheme.get("flows"))]
    return {scope for flow in flows if isinstance(scopes := flow.get("scopes"), dict) for scope in scopes}


CHECKS: tuple[Check, ...] = (of_each_document(requirements),)
