"""What compose files show: services that do not come back, are not watched, take all memory, or lose their data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument, ComposeService
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resilience import settings
from faultline.core.finding import Severity

_WORKER: Final = re.compile(r"(?i)worker|consumer|celery|sidekiq|processor|scheduler")
_WATCHED: Final = re.compile(r"(?i)\b(?:beat|scheduler)\b")


def check(design: Design) -> Iterator[Observation]:
    """All that a compose file shows."""
    for document in design.of(ComposeDocument):
        running = [each.whole for each in document.services if not each.partial and not each.once]
        yield from _health_checks(document, running)
        yield from _restarts(document, running)
        yield from _limits(document, running)
        yield from _replicas(document, running)
        for service in document.services:
            yield from _order(document, service)
            yield from _references(document, service)
            yield from _settings(document, service)
        for service in running:
            yield from _data(document, service)
            yield from _host_ports(service)
            yield from _niceties(service)


def _weighed(document: ComposeDocument, severity: Severity) -> Severity:
    """What it counts on a developer's machine: nothing that must be told."""
    return Severity.INFO if document.stage == "development" else severity


_SAID: Final = {
    "resilience/no-health-check": (("healthcheck",),),
    "resilience/no-restart-policy": (("deploy", "restart_policy", "condition"), ("restart",)),
    "resilience/no-resource-limits": (("mem_limit",),),
}
"""What a service says where it says that it has none; what counts first, first."""


def _lacking(
    document: ComposeDocument,
    rule: str,
    lacking: Sequence[ComposeService],
    running: Sequence[ComposeService],
    message: Callable[[ComposeService], str],
    severity: Callable[[ComposeService], Severity],
    many: str,
) -> Iterator[Observation]:
    """Something that services lack: one finding where all of them do, one for each where others have it."""
    everywhere = len(lacking) == len(running) > 1
    for each in lacking:
        cause = "" if everywhere else each.name
        said = [spot for path in _SAID[rule] if (spot := each.spot(*path)).pointer != each.pointer]
        spot = said[0] if said and said[0].document is document else each.spot()
        yield Observation(rule, spot, message(each), cause=cause, severity=severity(each), many=many)


def _health_checks(document: ComposeDocument, running: Sequence[ComposeService]) -> Iterator[Observation]:
    others = [each for each in running if each.healthcheck is not None]
    usual = len(others) > 1 and len(others) >= len(running) - 1

    def severity(service: ComposeService) -> Severity:
        reached = (
            usual or service.exposed or service.name in document.needed or (service.product and service.product.keeps)
        )
        beside = service.product and service.product.use in ("admin", "monitoring")
        return _weighed(document, Severity.MEDIUM if reached and not beside else Severity.INFO)

    watched = [each for each in running if not str(each.get("network_mode") or "").startswith("service:")]
    lacking = sorted((each for each in watched if each.healthcheck is None), key=lambda each: severity(each).rank)
    # One finding must not hide behind the severity of another: what nobody reaches is told by itself.
    told = [each for each in lacking if severity(each) is not Severity.INFO]
    relevant = [each for each in watched if severity(each) is not Severity.INFO]
    for group, among in ((told, relevant), ([each for each in lacking if each not in told], ())):
        yield from _lacking(
            document,
            "resilience/no-health-check",
            group,
            among,
            lambda each: f"Nothing tells whether service `{each.name}` works or only runs.",
            severity,
            "{count} services have no health check",
        )


_SWARM: Final = ("placement", "update_config", "rollback_config", "mode", "endpoint_mode", "labels")


def _restarts(document: ComposeDocument, running: Sequence[ComposeService]) -> Iterator[Observation]:
    some = any(each.restart for each in running)
    # A swarm starts again what has stopped, also where nobody says it; limits are read by plain compose as well.
    swarm = {each.name for each in running if any(key in each.table("deploy") for key in _SWARM)}
    silent = [each for each in running if each.restart in ("", "no", "none")]
    lacking = [each for each in silent if some or each.name not in swarm]
    # Who said how a swarm replaces a service, and of none how it comes back, forgot it.
    left = [each for each in silent if each not in lacking and "update_config" in each.table("deploy")]
    left = left if len(silent) == len(running) else []
    yield from _lacking(
        document,
        "resilience/no-restart-policy",
        lacking,
        running,
        lambda each: f"Service `{each.name}` stays down once it has stopped.",
        lambda _: _weighed(document, Severity.MEDIUM),
        "{count} services do not come back once they have stopped",
    )
    yield from _lacking(
        document,
        "resilience/no-restart-policy",
        left,
        running,
        lambda each: f"How service `{each.name}` comes back is left to the swarm's default: no `restart_policy`.",
        lambda _: _weighed(document, Severity.LOW),
        "{count} services leave it to the swarm how they come back",
    )


def _limits(document: ComposeDocument, running: Sequence[ComposeService]) -> Iterator[Observation]:
    severity = Severity.MEDIUM if document.stage == "production" else Severity.LOW
    lacking = [each for each in running if not each.memory_limit]
    yield from _lacking(
        document,
        "resilience/no-resource-limits",
        lacking,
        running,
        lambda each: f"Service `{each.name}` may take all memory of its host.",
        lambda _: _weighed(document, severity),
        "{count} services may take all memory of their host",
    )


def _replicas(document: ComposeDocument, running: Sequence[ComposeService]) -> Iterator[Observation]:
    if document.stage == "development":
        return
    some = any((each.replicas or 1) > 1 for each in running)
    for each in running:
        single = each.replicas == 1 or (each.replicas is None and some and "deploy" in each.data)
        reached = each.exposed or each.name in document.needed or any("traefik" in label.name for label in each.labels)
        others = [one for one in running if one is not each and not one.product]
        odd = document.stage == "production" and each.replicas == 1 and bool(others)
        odd = odd and all((one.replicas or 1) > 1 for one in others)
        if not single or not (reached or odd) or each.product or each.get("deploy", "mode") == "global":
            continue
        if not _WATCHED.search(each.name):
            message = f"Service `{each.name}` runs once: when it stops, nobody answers in its place."
            at = each.spot("deploy", "replicas") if each.replicas else each.spot()
            yield Observation("resilience/single-replica", at, message, cause=each.name)


def _order(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    by_name = {each.name: each.whole for each in document.services}
    for needed in service.depends_on:
        other = by_name.get(needed.service)
        if other is None or needed.condition != "service_started":
            continue
        keeps = other.product is not None and other.product.keeps
        # Of other services only where others are awaited: then this one was forgotten.
        careful = any(each.condition == "service_healthy" for each in service.depends_on)
        named = needed.spot.pointer is not None and needed.spot.pointer[-1] == needed.service
        if not keeps and not (other.healthcheck and (careful or named)):
            continue
        message = f"Service `{service.name}` starts as soon as `{other.name}` has been started, not when it answers."
        severity = _weighed(document, Severity.LOW)
        cause = f"{service.name} {other.name}"
        many = "Services do not wait until their stores answer, in {count} places"
        yield Observation(
            "resilience/dependency-not-awaited", needed.spot, message, cause=cause, severity=severity, many=many
        )


def _references(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    if "include" in document.data:
        return
    bases = [document, *([document.base] if document.base else ()), *document.overrides]
    names = {each.name for base in bases for each in base.services}
    for needed in (*service.depends_on, *service.links):
        if needed.service not in names and needed.spot.document is document and "$" not in needed.service:
            message = f"Service `{service.name}` needs `{needed.service}`, which no service is called."
            cause = f"{service.name} {needed.service}"
            yield Observation("resilience/dangling-reference", needed.spot, message, cause=cause)
    declared = {name for base in bases for name in _names(base, "volumes")}
    for volume in service.volumes:
        plain = volume.kind == "volume" and volume.source and "$" not in volume.source
        if plain and volume.source not in declared and volume.spot.document is document:
            message = f"Service `{service.name}` mounts the volume `{volume.source}`, which is not declared."
            yield Observation(
                "resilience/dangling-reference", volume.spot, message, cause=f"{service.name} {volume.source}"
            )


def _names(document: ComposeDocument, key: str) -> Iterable[str]:
    found = document.data.get(key)
    return map(str, found) if isinstance(found, dict) else ()


def _settings(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    severity = Severity.LOW if document.stage == "development" else None
    for each in service.environment:
        yield from settings.faults(each.name, each.value, each.spot, service.name, severity)
    yield from settings.command_faults(service.command, service.spot("command"), service.name, severity)


def _data(document: ComposeDocument, service: ComposeService) -> Iterator[Observation]:
    product = service.product
    if product is None or not (product.durable or "--appendonly yes" in service.command):
        return
    kept = [each for each in service.volumes if each.kind != "tmpfs" and each.source]
    folders = product.folders
    if any(not folders or each.target.startswith(folders) or "$" in each.target for each in kept):
        return
    moved = [each.value or "" for each in service.environment if re.search(r"PGDATA|DATA_?DIR|DATA_PATH", each.name)]
    if any(each.target and value.startswith(each.target) for each in kept for value in moved):
        return
    if product.name == "NATS" and "-js" not in service.command and "jetstream" not in service.command:
        return
    severity = Severity.HIGH if product.use in ("database", "objects") else Severity.MEDIUM
    loses = f"What {product.name} keeps in service `{service.name}` is gone when its container is made anew."
    temporary = [each for each in service.volumes if each.kind == "tmpfs" and each.target.startswith(folders)]
    spot = temporary[0].spot if temporary and folders else service.spot()
    yield Observation(
        "resilience/store-without-volume", spot, loses, cause=service.name, severity=_weighed(document, severity)
    )


def _host_ports(service: ComposeService) -> Iterator[Observation]:
    """What only one instance can have. A swarm shares a port among them, and few files say whether they are for one."""
    if (service.replicas or 1) < 2:
        return
    if service.text("container_name"):
        message = f"{service.replicas} instances of `{service.name}` want the name {service.text('container_name')}."
        spot = service.spot("container_name")
        yield Observation("resilience/pinned-host-port", spot, message, cause=service.name, severity=Severity.MEDIUM)
    deploy = service.table("deploy")
    if deploy.keys() & {"update_config", "rollback_config", "placement", "restart_policy", "endpoint_mode"}:
        return
    for port in service.ports:
        if port.published.isdecimal():
            message = f"{service.replicas} instances of `{service.name}` want the port {port.published} of one host."
            yield Observation("resilience/pinned-host-port", port.spot, message, cause=service.name)


def _niceties(service: ComposeService) -> Iterator[Observation]:
    driver = service.text("logging", "driver")
    if driver in ("", "json-file") and not service.text("logging", "options", "max-size"):
        message = f"The log of service `{service.name}` grows until the disk is full."
        many = "The logs of {count} services grow until the disk is full"
        yield Observation("resilience/unbounded-logs", service.spot(), message, many=many)
    if _WORKER.search(service.name) and "stop_grace_period" not in service.data:
        message = f"`{service.name}` has 10 seconds to end what it works on."
        yield Observation("resilience/no-grace-period", service.spot(), message, cause=service.name)
    product = service.product
    if product and product.name in ("Redis", "Valkey", "RabbitMQ", "KeyDB") and product.use in ("cache", "queue"):
        limited = re.search(
            r"maxmemory|max-length|overflow|redis\.conf|valkey\.conf|memory_high_watermark", service.command
        )
        if not limited and not any(
            re.search(r"(?i)maxmemory|watermark|_conf", each.name) for each in service.environment
        ):
            message = f"Nothing limits how much {product.name} holds in memory in service `{service.name}`."
            queue = product.use == "cache" and re.search(r"(?i)queue|broker|jobs|tasks", service.name)
            severity = Severity.LOW if queue else Severity.INFO
            yield Observation(
                "resilience/unbounded-queue", service.spot(), message, cause=service.name, severity=severity
            )


CHECKS: tuple[Check, ...] = (check,)
