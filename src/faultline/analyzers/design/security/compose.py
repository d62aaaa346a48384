"""What compose files open: the host to a container, a store to the network, a door without a lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument, ComposeService
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security import images, trades
from faultline.core.finding import Severity

_PROXIES: Final = re.compile(
    r"(?i)traefik|socket-?proxy|portainer|watchtower|dozzle|cadvisor|autoheal|runner|dind|nginx-proxy|diun"
)


def check(design: Design) -> Iterator[Observation]:
    """All that a compose file opens."""
    for document in design.of(ComposeDocument):
        for service in document.services:
            yield from _host(document, service)
            yield from _mounts(document, service)
            yield from _ports(document, service)
            yield from _image(document, service)
            yield from _settings(document, service)
            yield from _user(service)


def _weighed(document: ComposeDocument, severity: Severity) -> Severity:
    """On a developer's machine a step less."""
    if document.stage != "development":
        return severity
    return {Severity.CRITICAL: Severity.MEDIUM, Severity.HIGH: Severity.LOW}.get(severity, Severity.INFO)


def _host(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    called = f"service `{service.name}`"
    if service.get("privileged") in (True, "true"):
        message = f"{called.capitalize()} is privileged: who takes it over has its host."
        severity = Severity.LOW if re.search(r"(?i)dind|cadvisor", service.text("image")) else Severity.HIGH
        yield Observation(
            "security/privileged-container",
            service.spot("privileged"),
            message,
            cause=service.name,
            severity=_weighed(document, severity),
        )
    added = service.get("cap_add")
    for place, each in enumerate(added if isinstance(added, list) else ()):
        name = str(each).upper().removeprefix("CAP_")
        if name in images.DANGEROUS:
            severity = Severity.HIGH if name in ("ALL", "SYS_ADMIN", "SYS_MODULE") else Severity.MEDIUM
            if trades.may_do(name, f"{service.name} {service.text('image')}"):
                severity = Severity.INFO
            message = f"{called.capitalize()} has the capability {name}."
            yield Observation(
                "security/dangerous-capability",
                service.spot("cap_add", place),
                message,
                cause=service.name,
                severity=_weighed(document, severity),
            )
    for key in ("network_mode", "pid", "ipc", "userns_mode"):
        if service.get(key) == "host":
            message = f"{called.capitalize()} shares {_SHARED[key]} with its host."
            severity = Severity.MEDIUM if key == "network_mode" else Severity.HIGH
            if trades.MONITORS.search(service.text("image")):
                severity = Severity.INFO
            yield Observation(
                "security/host-namespace",
                service.spot(key),
                message,
                cause=f"{service.name} {key}",
                severity=_weighed(document, severity),
            )
    options = service.get("security_opt")
    for place, each in enumerate(options if isinstance(options, list) else ()):
        if re.search(
            r"(?i)(?:seccomp|apparmor)[:=]\s?unconfined|label[:=]\s?disable|no-new-privileges[:=]false", str(each)
        ):
            message = f"{called.capitalize()} switches a protection of its host off: {each}."
            yield Observation(
                "security/dangerous-capability",
                service.spot("security_opt", place),
                message,
                cause=service.name,
                severity=_weighed(document, Severity.MEDIUM),
            )


_SHARED: Final = {
    "network_mode": "the network",
    "pid": "the processes",
    "ipc": "the memory",
    "userns_mode": "the users",
}


def _mounts(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    image = service.text("image")
    for volume in service.volumes:
        if volume.source.endswith(images.SOCKETS) or volume.target.endswith(images.SOCKETS):
            message = f"Service `{service.name}` may start any container on its host, as root."
            known = _PROXIES.search(f"{image} {service.name}")
            severity = Severity.INFO if known and volume.read_only else Severity.MEDIUM if known else Severity.HIGH
            yield Observation(
                "security/container-socket",
                volume.spot,
                message,
                cause=service.name,
                severity=_weighed(document, severity),
            )
        elif volume.kind == "bind":
            monitor = bool(trades.MONITORS.search(f"{image} {service.name}"))
            bad = images.host_folder(volume.source, volume.read_only, monitor)
            if bad is not None and not trades.needs(volume.source, f"{image} {service.name}", reads=volume.read_only):
                message = f"Service `{service.name}` has the folder {volume.source} of its host."
                severity = bad if not volume.read_only or bad is Severity.INFO else Severity.MEDIUM
                yield Observation(
                    "security/host-path",
                    volume.spot,
                    message,
                    cause=service.name,
                    severity=_weighed(document, severity),
                )


def _ports(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    product = service.product
    for port in service.ports:
        if port.local or port.protocol == "udp":
            continue
        number = port.container or 0
        store = product.name if product and product.keeps else None
        admin = images.ADMIN_PORTS.get(number)
        if product and product.use == "admin":
            admin = product.name if number not in images.MAIL_PORTS else None
        elif service.image and "management" in service.image.tag and number == 15672:
            admin = "RabbitMQ's management"
        elif product and product.name == "Traefik" and number == 8080:
            admin = "Traefik's dashboard"
        elif product and product.name == "MinIO" and number == 9001:
            admin = "MinIO's console"
        data = images.data_port(number)
        if not store and not admin and data and (service.built or not service.image) and number == 8080:
            data = None
        if admin:
            message = f"{admin} of service `{service.name}` answers on every address of its host."
            yield Observation(
                "security/exposed-admin-interface",
                port.spot,
                message,
                cause=f"{service.name} {number}",
                severity=_weighed(document, Severity.MEDIUM),
                many="{count} pages for administrators are open to whoever reaches their host",
            )
        elif store or (data and not service.built):
            message = (
                f"{store or data} of service `{service.name}` answers on every address of its host, port {number}."
            )
            severity = Severity.HIGH if document.stage == "production" else Severity.MEDIUM
            yield Observation(
                "security/exposed-data-port",
                port.spot,
                message,
                cause=service.name,
                severity=Severity.INFO if document.stage == "development" else severity,
                many="{count} ports of stores are open to whoever reaches their host",
            )
        elif number in images.REMOTE_PORTS:
            message = f"{images.REMOTE_PORTS[number]} of service `{service.name}` answers on every address of its host."
            yield Observation(
                "security/open-firewall",
                port.spot,
                message,
                cause=service.name,
                severity=_weighed(document, Severity.HIGH),
            )


def _image(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    spot = service.spot("image")
    if spot.document is document:
        severity = _weighed(document, Severity.MEDIUM)
        severity = Severity.LOW if document.stage == "any" else severity
        yield from images.image_faults(service.image, spot, f"service {service.name}", service.built, severity)


def _settings(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    severity = Severity.INFO if document.stage == "development" else Severity.MEDIUM
    for each in service.environment:
        if each.spot.document is document:
            yield from images.setting_faults(each.name, each.value, each.spot, f"service {service.name}", severity)
    command = service.get("command")
    lines = command if isinstance(command, list) else [command] if isinstance(command, str) else []
    for place, line in enumerate(lines):
        if re.search(r"--api\.insecure(?:=true)?(?:\s|$)|--protected-mode no|--no-auth\b|--auth-mode=none", str(line)):
            spot = service.spot("command", place) if isinstance(command, list) else service.spot("command")
            message = f"Service `{service.name}` asks nobody who they are."
            yield Observation("security/no-authentication", spot, message, cause=service.name, severity=severity)


def _user(service: ComposeService) -> Iterator[Observation]:
    user = service.get("user")
    if user is not None and re.fullmatch(r"(?:root|0)(?::.*)?", str(user)):
        message = f"Service `{service.name}` runs as root."
        yield Observation("security/runs-as-root", service.spot("user"), message, cause=service.name)


CHECKS: tuple[Check, ...] = (check,)
