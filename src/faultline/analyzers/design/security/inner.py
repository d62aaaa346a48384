"""Calls between services that go over plain HTTP where the others of the system are encrypted.

Plain HTTP inside a network of a system is usual, and nobody is told of it. It is a mistake where the system does it the
other way: most other calls between its services have TLS, or what is called holds a certificate. What a text promises
is held against addresses by `consistency/encryption-mismatch`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.system.model import DEPLOYMENTS, Call, Saying
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_CERTIFICATE: Final = regex(r"(?:^|[-_./])(?:m?tls|certs?|certificates?|keystore|x509)(?:$|[-_./])")


def plain_calls(design: Design) -> Iterator[Observation]:
    """Calls without TLS in a system that has it elsewhere."""
    system = design.system
    found = [
        (call, said)
        for call in system.calls
        if system.by_id[call.target].said_by(*DEPLOYMENTS) and not system.by_id[call.target].plumbing
        for said in call.said_by(*DEPLOYMENTS)
        if said.how == "url" and said.protocol in ("http", "https")
    ]
    plain = [each for each in found if each[1].protocol == "http"]
    secure = len(found) - len(plain)
    if not plain:
        return
    holders = _holders(design)
    for call, said in plain:
        names = {mention.name for mention in system.by_id[call.target].mentions if mention.source in DEPLOYMENTS}
        why = ""
        if secure >= 2 and len(plain) * 2 <= secure:
            why = "other calls between the services are encrypted"
        elif names & holders:
            why = "it holds a certificate"
        if why:
            yield _plain(call, said, why)


def _plain(call: Call, said: Saying, why: str) -> Observation:
    return Observation(
        "security/plain-http",
        said.spot,
        f"`{call.source}` calls `{call.target}` over plain HTTP, and {why}.",
        cause=f"{call.source} {call.target}",
        severity=Severity.MEDIUM,
    )


def _holders(design: Design) -> set[str]:
    """The names of what holds a certificate, or is asked for its health by HTTPS."""
    found: set[str] = set()
    for document in design.of(ComposeDocument):
        for service in document.services:
            secrets = service.get("secrets")
            names = [str(each.get("source") if isinstance(each, dict) else each) for each in secrets or ()]
            secured = any(_CERTIFICATE.search(each.lower()) for each in names) if isinstance(secrets, list) else False
            asked = "https://localhost" in str(service.get("healthcheck")) or "https://127." in str(
                service.get("healthcheck")
            )
            if secured or asked:
                found.add(service.name)
    for manifest in design.of(KubernetesDocument):
        for workload in manifest.workloads:
            probes = [
                str(container.get(kind, "httpGet", "scheme"))
                for container in workload.containers
                for kind in ("readinessProbe", "livenessProbe")
            ]
            if "HTTPS" in probes:
                found.add(workload.name)
    return found


CHECKS: tuple[Check, ...] = (plain_calls,)
