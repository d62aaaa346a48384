"""What Kubernetes workloads show: pods that nobody watches, that stand alone or together, and jobs without an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.documents.cluster import Cluster, together
from faultline.analyzers.design.documents.kubernetes import Container, Workload
from faultline.analyzers.design.documents.plain import at
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resilience import settings
from faultline.core.finding import Severity

REPLICATED: Final = ("Deployment", "StatefulSet", "ReplicaSet", "Rollout", "ReplicationController", "DeploymentConfig")


def looks(cluster: Cluster) -> Iterator[Observation]:
    """All that the workloads show by themselves, and by how many there are."""
    for workload in cluster.workloads:
        if is_patch(workload):
            continue
        if workload.serves:
            for container in workload.containers:
                yield from _probes(cluster, workload, container)
            yield from _replicas(cluster, workload)
            yield from _spread(cluster, workload)
            yield from _strategy(workload)
            yield from _data(workload)
            yield from _grace(workload)
        else:
            yield from _job(workload)
        for container in workload.containers:
            yield from _resources(container)
            yield from _settings(container)
        yield from _claims(cluster, workload)


def is_patch(workload: Workload) -> bool:
    """Whether it only changes a workload of that name, as in an overlay: its containers have no image."""
    return not workload.containers or any(each.image is None for each in workload.containers)


def instances(cluster: Cluster, workload: Workload) -> int | None:
    """How many pods there are at the least; None where that cannot be known.

    An overlay's number counts where it is higher, and an autoscaler's lower bound instead of both.
    """
    scaler = cluster.autoscaler_of(workload)
    if scaler is not None:
        low = scaler.get("spec", "minReplicas" if scaler.kind == "HorizontalPodAutoscaler" else "minReplicaCount")
        return low if isinstance(low, int) else None if isinstance(low, str) else 1
    said: list[Any] = [
        each.object.get("spec", "replicas")
        for each in cluster.workloads
        if each.kind == workload.kind and each.name == workload.name and together(each.object, workload.object)
    ]
    if any(isinstance(each, str) for each in said):
        return None
    return max((each for each in said if isinstance(each, int)), default=1)


def _probes(cluster: Cluster, workload: Workload, container: Container) -> Iterator[Observation]:
    reached = bool(cluster.services_of(workload))
    main = container is workload.containers[0] or bool(container.ports)
    has = {name: container.get(f"{name}Probe") for name in ("liveness", "readiness")}
    where = f"`{container.name}` of {workload.object.symbol}"
    if not any(has.values()) and main:
        if not (container.ports or reached):
            severity = Severity.LOW if not container.get("startupProbe") else Severity.INFO
            message = f"Nothing tells whether {where} works or only runs: it has no liveness probe."
        else:
            severity = Severity.MEDIUM
            message = f"Container {where} has neither a liveness nor a readiness probe."
        many = "{count} containers have no probe"
        yield Observation(
            "resilience/no-probes", container.spot(), message, cause=container.symbol, severity=severity, many=many
        )
    elif main and has["liveness"] and not has["readiness"] and (reached or container.ports):
        message = f"Container {where} gets traffic before it is ready: it has no readiness probe."
        many = "{count} containers have no readiness probe"
        yield Observation("resilience/no-probes", container.spot(), message, cause=container.symbol, many=many)
    elif main and has["readiness"] and not has["liveness"]:
        message = f"Container {where} is not restarted when it hangs: it has no liveness probe."
        yield Observation(
            "resilience/no-probes",
            container.spot(),
            message,
            cause=container.symbol,
            severity=Severity.LOW,
            many="{count} containers have no liveness probe",
        )
    if isinstance(has["liveness"], dict) and isinstance(has["readiness"], dict):
        asked = [{key: each.get(key) for key in ("httpGet", "tcpSocket", "exec", "grpc")} for each in has.values()]
        if asked[0] == asked[1]:
            message = f"Both probes of {where} ask the same."
            spot = container.spot("livenessProbe")
            yield Observation("resilience/same-probes", spot, message, cause=container.symbol)


def _resources(container: Container) -> Iterator[Observation]:
    resources = container.table("resources")
    limits, requests = resources.get("limits"), resources.get("requests")
    limits, requests = limits if isinstance(limits, dict) else {}, requests if isinstance(requests, dict) else {}
    if "memory" not in limits:
        message = f"Container `{container.name}` of {container.owner.symbol} may take all memory of its node."
        many = "Nothing limits the memory that {count} containers may take"
        yield Observation(
            "resilience/no-resource-limits", container.spot("resources"), message, cause=container.symbol, many=many
        )
    elif not requests and "cpu" not in limits:
        message = f"Container `{container.name}` of {container.owner.symbol} asks for no processor time."
        yield Observation(
            "resilience/no-resource-limits",
            container.spot("resources"),
            message,
            cause=container.symbol,
            severity=Severity.LOW,
        )


def _replicas(cluster: Cluster, workload: Workload) -> Iterator[Observation]:
    if workload.kind not in REPLICATED:
        return
    count = instances(cluster, workload)
    if count is None or count > 1 or (count == 0 and workload.replicas == 0):
        return
    product = workload.product
    store = product is not None and product.keeps
    if not (cluster.services_of(workload) or store or any(each.ports for each in workload.containers)):
        return
    if product is not None and product.use in ("admin", "monitoring"):
        return
    scaler = cluster.autoscaler_of(workload)
    spot = workload.object.spot(*(("spec", "replicas") if workload.replicas is not None else ()))
    if scaler is not None:
        spot = scaler.spot("spec", "minReplicas" if scaler.kind == "HorizontalPodAutoscaler" else "minReplicaCount")
    message = f"{workload.object.symbol} is one pod: while it is moved or restarted, nobody answers in its place."
    severity = Severity.LOW if store or workload.kind == "StatefulSet" else None
    many = "There is only one pod of {count} workloads"
    yield Observation(
        "resilience/single-replica", spot, message, cause=workload.object.symbol, severity=severity, many=many
    )


def _spread(cluster: Cluster, workload: Workload) -> Iterator[Observation]:
    count = instances(cluster, workload)
    if workload.kind not in REPLICATED or count is None or count < 2:
        return
    symbol = workload.object.symbol
    if not cluster.budgets_of(workload):
        message = f"A drain of nodes may take all {count} pods of {symbol} at once."
        yield Observation("resilience/no-disruption-budget", workload.object.spot(), message, cause=symbol)
    affinity = workload.pod.get("affinity")
    apart = isinstance(affinity, dict) and bool(affinity.get("podAntiAffinity"))
    if not apart and not workload.pod.get("topologySpreadConstraints"):
        message = f"All {count} pods of {symbol} may stand on one node."
        yield Observation("resilience/no-anti-affinity", workload.object.spot(), message, cause=symbol)


def _strategy(workload: Workload) -> Iterator[Observation]:
    strategy = workload.object.table("spec", "strategy")
    symbol = workload.object.symbol
    if strategy.get("type") == "Recreate" and not _claimed(workload):
        message = f"Every release of {symbol} stops all its pods before it starts new ones."
        yield Observation(
            "resilience/recreate-strategy", workload.object.spot("spec", "strategy", "type"), message, cause=symbol
        )
    unavailable = at(strategy, ("rollingUpdate", "maxUnavailable"))
    if unavailable == "100%" or (isinstance(unavailable, int) and unavailable >= (workload.replicas or 1) > 1):
        spot = workload.object.spot("spec", "strategy", "rollingUpdate", "maxUnavailable")
        message = f"A release of {symbol} may stop all its pods at once."
        yield Observation("resilience/recreate-strategy", spot, message, cause=symbol)


def _grace(workload: Workload) -> Iterator[Observation]:
    grace = workload.pod.get("terminationGracePeriodSeconds")
    symbol = workload.object.symbol
    if grace == 0:
        message = f"The pods of {symbol} are killed without a moment to end their work."
        spot = workload.spot("terminationGracePeriodSeconds")
        yield Observation("resilience/no-grace-period", spot, message, cause=symbol, severity=Severity.LOW)
    elif grace is None and not any(each.get("lifecycle", "preStop") for each in workload.containers):
        message = f"{symbol} says neither how long its pods may take to end nor what they do before."
        yield Observation("resilience/no-grace-period", workload.object.spot(), message, cause=symbol)


def _job(workload: Workload) -> Iterator[Observation]:
    symbol = workload.object.symbol
    spec = workload.object.table("spec")
    job = spec
    if workload.kind == "CronJob":
        job = workload.object.table("spec", "jobTemplate", "spec")
        policy = spec.get("concurrencyPolicy")
        if policy in (None, "Allow"):
            message = f"{symbol} starts again while its last run goes on."
            spot = workload.object.spot(*(("spec", "concurrencyPolicy") if policy else ()))
            yield Observation("resilience/overlapping-job", spot, message, cause=symbol)
        if "startingDeadlineSeconds" not in spec:
            message = f"{symbol} says no startingDeadlineSeconds."
            yield Observation(
                "resilience/endless-job",
                workload.object.spot(),
                message,
                cause=f"{symbol} start",
                severity=Severity.INFO,
            )
    if (
        workload.kind in ("CronJob", "Job")
        and "activeDeadlineSeconds" not in job
        and ("activeDeadlineSeconds" not in workload.pod)
    ):
        # Where a run waits for the one before, one that hangs is the last.
        blocks = workload.kind == "CronJob" and spec.get("concurrencyPolicy") == "Forbid"
        message = f"{symbol} may run for ever: it has no activeDeadlineSeconds."
        message += " While it does, no later run starts." if blocks else ""
        severity = Severity.INFO if "backoffLimit" in job and not blocks else None
        yield Observation("resilience/endless-job", workload.object.spot(), message, cause=symbol, severity=severity)
    elif workload.kind in ("CronJob", "Job") and "backoffLimit" not in job:
        message = f"{symbol} leaves it open how often it is tried again: it has no backoffLimit."
        yield Observation(
            "resilience/endless-job", workload.object.spot(), message, cause=symbol, severity=Severity.INFO
        )


def _claimed(workload: Workload) -> list[str]:
    volumes = workload.pod.get("volumes")
    names = [
        at(each, ("persistentVolumeClaim", "claimName")) for each in (volumes if isinstance(volumes, list) else ())
    ]
    return [each for each in names if isinstance(each, str)]


def _claims(cluster: Cluster, workload: Workload) -> Iterator[Observation]:
    count = instances(cluster, workload)
    if workload.kind not in ("Deployment", "ReplicaSet", "Rollout", "StatefulSet") or count is None or count < 2:
        return
    for place, name in enumerate(_claimed(workload)):
        claim = cluster.named("PersistentVolumeClaim", name, workload.object)
        modes = claim.items("spec", "accessModes") if claim else []
        if claim is not None and modes and all(each in ("ReadWriteOnce", "ReadWriteOncePod") for each in modes):
            message = (
                f"{count} pods of {workload.object.symbol} want the claim `{name}`, which one node mounts at a time."
            )
            also = (claim.spot("spec", "accessModes"),)
            spot = workload.spot("volumes", place)
            yield Observation("resilience/single-node-volume", spot, message, cause=workload.object.symbol, also=also)


def _data(workload: Workload) -> Iterator[Observation]:
    templates = workload.object.items("spec", "volumeClaimTemplates")
    claimed = {str(at(each, ("metadata", "name"))) for each in templates}
    found = workload.pod.get("volumes")
    volumes = {
        str(each.get("name")): (place, each)
        for place, each in enumerate(found if isinstance(found, list) else ())
        if isinstance(each, dict)
    }
    for container in workload.containers:
        product = container.product
        if product is None or not product.durable or not product.folders:
            continue
        if product.name == "NATS" and not re.search(r"-js\b|jetstream|-sd\b", container.command):
            continue
        mounts = container.get("volumeMounts")
        kept = [
            str(each.get("name"))
            for each in (mounts if isinstance(mounts, list) else ())
            if isinstance(each, dict)
            and str(each.get("mountPath", "")).startswith((*product.folders, "/data", "/bitnami"))
        ]
        loses = f"What {product.name} keeps in {workload.object.symbol} is gone when its pod is."
        cause = workload.object.symbol
        empty = [volumes[name] for name in kept if name in volumes and "emptyDir" in volumes[name][1]]
        if empty:
            spot = workload.spot("volumes", empty[0][0])
            yield Observation("resilience/store-without-volume", spot, loses, cause=cause)
        elif not kept and not claimed and not _claimed(workload):
            yield Observation("resilience/store-without-volume", container.spot(), loses, cause=cause)


def _settings(container: Container) -> Iterator[Observation]:
    for each in container.env:
        yield from settings.faults(each.name, each.value, each.spot, container.symbol)
    spot = container.spot("args" if container.get("args") else "command")
    yield from settings.command_faults(container.command, spot, container.symbol)
