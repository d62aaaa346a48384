"""What Kubernetes objects show: pods (`pods`), and what scales them, keeps them and sends them what they should do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.cluster import Cluster, target_of
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, KubernetesObject, Workload
from faultline.analyzers.design.documents.operated import operated
from faultline.analyzers.design.documents.plain import at, strings
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resilience import pods, settings
from faultline.analyzers.design.resilience.pods import REPLICATED, instances
from faultline.core.finding import Severity

LONGEST_WAIT: Final = 900
"""Seconds a proxy may wait for an answer before that counts as waiting for ever."""
_WAITS: Final = ("proxy-read-timeout", "proxy-send-timeout", "proxy-connect-timeout", "timeout-server")


def check(design: Design) -> Iterator[Observation]:
    """All that the Kubernetes objects of a design show."""
    cluster = Cluster(design.of(KubernetesDocument))
    yield from pods.looks(cluster)
    yield from _operated(cluster)
    yield from _budgets(cluster)
    yield from _scalers(cluster)
    yield from _services(cluster)
    yield from _ingresses(cluster)
    yield from _maps(cluster)


def _operated(cluster: Cluster) -> Iterator[Observation]:
    """Stores that an operator runs, with nothing that it could fail over to."""
    for each in operated(cluster):
        if each.instances == 1:
            symbol = each.object.symbol
            message = f"{symbol} is one instance: its operator has none to fail over to."
            yield Observation("resilience/single-replica", each.object.spot(*each.path), message, cause=symbol)


def _budgets(cluster: Cluster) -> Iterator[Observation]:
    for budget in cluster.of("PodDisruptionBudget"):
        found = cluster.selected(budget.table("spec", "selector"), budget)
        spec = budget.table("spec")
        unavailable, available = spec.get("maxUnavailable"), spec.get("minAvailable")
        counts = [count for each in found if (count := instances(cluster, each)) is not None]
        if unavailable in (0, "0", "0%"):
            spot, says = budget.spot("spec", "maxUnavailable"), f"maxUnavailable {unavailable}"
        elif available == "100%" or (isinstance(available, int) and counts and available >= max(counts)):
            spot, says = budget.spot("spec", "minAvailable"), f"minAvailable {available}"
            if counts and isinstance(available, int):
                says += f" of {max(counts)}"
        else:
            continue
        message = f"{budget.symbol} lets no pod go ({says}): a node cannot be drained."
        yield Observation("resilience/blocking-disruption-budget", spot, message, cause=budget.symbol)
    if not cluster.workloads:
        return
    for budget in cluster.of("PodDisruptionBudget"):
        selector = budget.table("spec", "selector")
        if selector and not cluster.selected(selector, budget) and _known_here(cluster, selector, budget):
            message = f"{budget.symbol} selects no pod of these files."
            yield Observation(
                "resilience/dangling-reference", budget.spot("spec", "selector"), message, cause=budget.symbol
            )


def _scalers(cluster: Cluster) -> Iterator[Observation]:
    for scaler in (*cluster.of("HorizontalPodAutoscaler"), *cluster.of("ScaledObject")):
        kind, name = target_of(scaler)
        named = [each for each in cluster.workloads if each.kind == kind and each.name == name]
        if not named and any(each.kind in REPLICATED for each in cluster.workloads):
            message = f"{scaler.symbol} scales {kind} `{name}`, which is not in these files."
            spot = scaler.spot("spec", "scaleTargetRef", "name")
            yield Observation("resilience/dangling-reference", spot, message, cause=scaler.symbol)
        low, high = scaler.get("spec", "minReplicas"), scaler.get("spec", "maxReplicas")
        if isinstance(low, int) and isinstance(high, int) and low >= high:
            message = f"{scaler.symbol} has room for nothing: at least {low} and at most {high} pods."
            spot = scaler.spot("spec", "maxReplicas")
            yield Observation("resilience/fixed-autoscaling", spot, message, cause=scaler.symbol)


def _known_here(cluster: Cluster, selector: dict[str, Any], owner: KubernetesObject) -> bool:
    """Whether what a selector wants should be among these files.

    They hold workloads that label the same keys, or one of the name of whoever selects.
    """
    plain = selector.get("matchLabels", selector)
    keys = strings(plain).keys()
    return any(keys & workload.labels.keys() or workload.name == owner.name for workload in cluster.workloads)


def _services(cluster: Cluster) -> Iterator[Observation]:
    for service in cluster.of("Service"):
        selector = service.table("spec", "selector")
        if not selector or service.get("spec", "type") == "ExternalName":
            continue
        found = cluster.selected(selector, service)
        if not found:
            if _known_here(cluster, selector, service):
                wanted = ", ".join(f"{key}={value}" for key, value in strings(selector).items())
                message = f"{service.symbol} sends to pods with {wanted}, and no workload of these files has such pods."
                spot = service.spot("spec", "selector")
                yield Observation("resilience/dangling-reference", spot, message, cause=service.symbol)
            continue
        yield from _ports(service, found)


def _ports(service: KubernetesObject, workloads: Iterable[Workload]) -> Iterator[Observation]:
    containers = [container for each in workloads for container in each.containers]
    numbers = {port for each in containers for port in each.ports}
    names = {
        str(port.get("name"))
        for each in containers
        for port in (each.get("ports") if isinstance(each.get("ports"), list) else ())
        if isinstance(port, dict)
    }
    for place, port in enumerate(service.items("spec", "ports")):
        if not isinstance(port, dict):
            continue
        target = port.get("targetPort", port.get("port"))
        missing = target not in numbers if isinstance(target, int) else str(target) not in names
        if missing and numbers and all(each.ports for each in containers[:1]):
            message = f"{service.symbol} sends to the port {target}, and no container behind it listens there."
            key = "targetPort" if "targetPort" in port else "port"
            spot = service.spot("spec", "ports", place, key)
            yield Observation(
                "resilience/dangling-reference", spot, message, cause=f"{service.symbol} port", severity=Severity.MEDIUM
            )


def _ingresses(cluster: Cluster) -> Iterator[Observation]:
    known = {each.name for each in cluster.of("Service")}
    for ingress in cluster.of("Ingress"):
        for path, name in _backends(ingress):
            if known and name not in known:
                message = f"{ingress.symbol} sends to the service `{name}`, which is not in these files."
                yield Observation(
                    "resilience/dangling-reference", ingress.spot(*path), message, cause=f"{ingress.symbol} {name}"
                )
        for name, value in ingress.annotations.items():
            if name.endswith(_WAITS) and value.rstrip("s").isdecimal():
                seconds = int(value.rstrip("s")[:9])
                if seconds == 0 or seconds > LONGEST_WAIT:
                    message = f"{ingress.symbol} waits {seconds or 'for ever, with 0'} seconds for an answer."
                    spot = ingress.spot("metadata", "annotations", name)
                    yield Observation(
                        "resilience/no-timeout", spot, message, cause=f"{ingress.symbol} {name}", severity=Severity.LOW
                    )


def _backends(ingress: KubernetesObject) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The services an Ingress names, each with the path to its name; those of the old form as well."""
    for start in (("spec", "defaultBackend"), ("spec", "backend")):
        yield from _backend(ingress, start)
    for place, rule in enumerate(ingress.items("spec", "rules")):
        paths = at(rule, ("http", "paths"))
        for number in range(len(paths) if isinstance(paths, list) else 0):
            yield from _backend(ingress, ("spec", "rules", place, "http", "paths", number, "backend"))


def _backend(ingress: KubernetesObject, start: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for end in (("service", "name"), ("serviceName",)):
        name = ingress.get(*start, *end)
        if isinstance(name, str):
            yield (*start, *end), name


def _maps(cluster: Cluster) -> Iterator[Observation]:
    for each in cluster.of("ConfigMap"):
        for name, value in strings(each.get("data")).items():
            yield from settings.faults(name, value, each.spot("data", name), each.symbol)


CHECKS: tuple[Check, ...] = (check,)
