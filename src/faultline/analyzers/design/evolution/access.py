"""Access: what a client has to prove, and where the servers are."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from faultline.analyzers.design.documents.openapi import Node, Operation
from faultline.analyzers.design.evolution.change import Change
from faultline.analyzers.design.evolution.pairing import base_path, servers, template
from faultline.analyzers.design.evolution.versions import Versions
from faultline.core.finding import Severity

Requirement = dict[str, frozenset[str]]
"""Scopes by what has to be proven, all of it."""

_FLOWS: Final = {"accessCode": "authorizationCode", "application": "clientCredentials"}
_LOCAL: Final = ("localhost", "127.", "0.0.0.0", "[::1]")  # noqa: S104  what is looked for, nothing listens here


def compare_security(versions: Versions, old: Operation, new: Operation) -> None:
    """Whether what a client proves today is still enough."""
    before, after = _requirements(old, {}), _requirements(new, versions.scheme_names)
    at = _place(new)
    was = _place(old)
    for each in before:
        if any(_enough(each, need) for need in after):
            continue
        if not each:
            names = _words(after[0]) if after else "a credential"
            text = f"A call needs {names} now and needed nothing."
            versions.changes.append(Change("evolution/authentication-added", at, was, names, text, (new,), shared=True))
            continue
        scoped = [need for need in after if need.keys() <= each.keys()]
        if scoped:
            missing = sorted({scope for key, scopes in scoped[0].items() for scope in scopes - each[key]})
            listed = ", ".join(f"`{scope}`" for scope in missing)
            text = f"A call needs the scope {listed} in addition."
            versions.changes.append(Change("evolution/scope-added", at, was, listed, text, (new,), shared=True))
        else:
            names = _words(each)
            needed = " or ".join(_words(need) for need in after[:3])
            text = f"{names[:1].upper()}{names[1:]} is not enough any longer; {needed} is asked for."
            versions.changes.append(
                Change("evolution/authentication-changed", at, was, names, text, (new,), shared=True)
            )
    if all(before) and not all(after):
        text = "A call needed a credential and needs none now; is that meant?"
        versions.changes.append(Change("evolution/authentication-removed", at, was, "none", text, (new,), shared=True))


def compare_schemes(versions: Versions) -> None:
    """The definitions of the schemes, each told once."""
    before, after = _schemes(versions.old.root), _schemes(versions.new.root)
    versions.scheme_names = _renamed(versions, before, after)
    for name, one in before.items():
        if (other := after.get(name)) is None:
            continue
        first, second = versions.old.resolve(one), versions.new.resolve(other)
        if _signature(first.value) != _signature(second.value):
            text = f"The security scheme `{name}` was {_said(first.value)} and is {_said(second.value)} now."
            versions.changes.append(Change("evolution/security-scheme-changed", second, first, name, text))
            continue
        if not (isinstance(first.value, dict) and first.value.get("type") == "oauth2"):
            continue
        flows, now = _flows(first.value), _flows(second.value)
        for flow in sorted(flows.keys() - now.keys()):
            text = f"The security scheme `{name}` does not offer the flow `{flow}` any longer."
            versions.changes.append(Change("evolution/security-scheme-changed", second, first, f"{name} {flow}", text))
        for flow in sorted(flows.keys() & now.keys()):
            for keyword in ("authorizationUrl", "tokenUrl"):
                if keyword in flows[flow] and flows[flow][keyword] != now[flow].get(keyword):
                    what = f"{name} {flow} {keyword}"
                    text = f"The `{keyword}` of the flow `{flow}` of `{name}` is another one now."
                    change = Change(
                        "evolution/security-scheme-changed", second, first, what, text, severity=Severity.MEDIUM
                    )
                    versions.changes.append(change)


def compare_servers(versions: Versions, old: Operation, new: Operation) -> None:
    """Whether the addresses that clients call still answer."""
    before, was = servers(old.document, old.node, old.item)
    after, at = servers(new.document, new.node, new.item)
    if before == after and template(old.path) == template(new.path):
        return
    before = [each for each in before if not _local(each)]
    now = [_address(each, new.path) for each in after]
    paths = {path for _, path in now} or {template(new.path)}
    hosts = {host for host, _ in now}
    gone = [each for each in before if _address(each, old.path) not in now]
    lost = [each for each in gone if _address(each, old.path)[1] not in paths]
    at = _nearest(at, new)
    if not before and template(old.path) not in paths and after:
        lost = ["/"]
    if lost and len(lost) >= len(before):
        if any(template(old.path) == template(new.path) for _ in lost):
            first = base_path(lost[0]) or "/"
            second = base_path(after[0]) if after else ""
            text = f"The paths began with `{first}` and begin with `{second or '/'}` now."
            versions.changes.append(
                Change("evolution/base-path-changed", at, was, f"{first} {second}", text, (new,), shared=True)
            )
        return
    for each in gone:
        host = _address(each, old.path)[0]
        if host and "" not in hosts and hosts:
            every = len(gone) == len(before)
            text = f"`{each}` is not among the servers any longer."
            severity = Severity.MEDIUM if every else Severity.LOW
            versions.changes.append(
                Change("evolution/server-removed", at, was, each, text, (new,), severity=severity, shared=True)
            )


def _renamed(versions: Versions, before: dict[str, Node], after: dict[str, Node]) -> dict[str, str]:
    """What schemes of the new version were called that only have another name."""
    left = {name: versions.old.resolve(each).value for name, each in before.items() if name not in after}
    found = {}
    for name, each in after.items():
        if name in before:
            continue
        value = versions.new.resolve(each).value
        same = [old for old, known in left.items() if _alike(known, value)]
        if same:
            found[name] = same[0]
            del left[same[0]]
    return found


def _alike(one: Any, other: Any) -> bool:
    if _signature(one) != _signature(other) or not isinstance(one, dict):
        return False
    return one.get("type") != "oauth2" or _flows(one).keys() <= _flows(other).keys()


def _nearest(at: Node, operation: Operation) -> Node:
    return at if at.value is not None else operation.document.root.child("info")


def _local(url: str) -> bool:
    host = url.partition("://")[2]
    return host.startswith(_LOCAL)


def _address(url: str, path: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url) if "://" in url else None
    except ValueError:
        parts = None
    host = f"{parts.scheme}://{parts.netloc.lower()}" if parts else ""
    return host, template(base_path(url) + path)


def _place(operation: Operation) -> Node:
    """Where an operation's security is stated."""
    if "security" in operation.node.value:
        return operation.node.child("security")
    root = operation.document.root
    return root.child("security") if isinstance(root.value, dict) and "security" in root.value else operation.node


def _requirements(operation: Operation, names: dict[str, str]) -> list[Requirement]:
    stated = operation.security
    listed = stated.value if stated is not None else None
    if not isinstance(listed, list) or not listed:
        return [{}]
    found = []
    for each in listed:
        if isinstance(each, dict):
            need: Requirement = {}
            for name, scopes in each.items():
                known = [scope for scope in scopes if isinstance(scope, str)] if isinstance(scopes, list) else []
                need[names.get(str(name), str(name))] = frozenset(known)
            found.append(need)
    return found or [{}]


def _enough(proof: Requirement, need: Requirement) -> bool:
    return all(key in proof and scopes <= proof[key] for key, scopes in need.items())


def _words(need: Requirement) -> str:
    return " and ".join(f"`{each}`" for each in need) or "nothing"


def _schemes(root: Node) -> dict[str, Node]:
    for place in (("components", "securitySchemes"), ("securityDefinitions",)):
        found = root.child(*place)
        if isinstance(found.value, dict):
            return {str(name): each for name, each in found.items()}
    return {}


def _signature(scheme: Any) -> tuple[str, ...]:
    if not isinstance(scheme, dict):
        return ("unknown",)
    kind = str(scheme.get("type"))
    if kind == "basic":
        return ("http", "basic")
    if kind == "http":
        return ("http", str(scheme.get("scheme")).lower())
    if kind == "apiKey":
        where, name = str(scheme.get("in")), str(scheme.get("name"))
        return (kind, where, name.lower() if where == "header" else name)
    if kind == "openIdConnect":
        return (kind, str(scheme.get("openIdConnectUrl")))
    return (kind,)


def _said(scheme: Any) -> str:
    return " ".join(f"`{each}`" for each in _signature(scheme))


def _flows(scheme: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if isinstance(flow := scheme.get("flow"), str):
        return {_FLOWS.get(flow, flow): scheme}
    flows = scheme.get("flows")
    return (
        {str(name): each for name, each in flows.items() if isinstance(each, dict)} if isinstance(flows, dict) else {}
    )
