"""Kubernetes objects as parts and links: what runs, under which names others find it, and what its settings lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.kubernetes import Container, KubernetesDocument, KubernetesObject, Workload
from faultline.analyzers.design.documents.operated import Operated, operated
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import roles
from faultline.analyzers.design.system.addresses import addresses
from faultline.analyzers.design.system.composed import elsewhere, filled, is_far, saying
from faultline.analyzers.design.system.model import Mention, Saying
from faultline.analyzers.design.system.naming import stem, words
from faultline.analyzers.design.system.openings import by_prefix, is_databases, is_secret, of_server
from faultline.analyzers.design.system.parts import Link, Part, Unit, listing, mapping, number
from faultline.analyzers.design.system.technologies import TECHNOLOGIES, of_image
from faultline.core.results.design import ComponentRole

_COUNTED = frozenset(
    {"Deployment", "StatefulSet", "Rollout", "DeploymentConfig", "ReplicaSet", "ReplicationController"}
)


def units(documents: Sequence[KubernetesDocument]) -> Iterator[Unit]:
    """One unit of all objects, where there are any that run."""
    cluster = Cluster(documents)
    unit = Unit("kubernetes")
    parts: dict[tuple[str, str], Part] = {}
    owners: list[tuple[Workload, Part]] = []
    for workload in cluster.workloads:
        if (part := parts.get((workload.kind, workload.name))) is None:
            part = parts[workload.kind, workload.name] = _part(workload, cluster)
            unit.parts.append(part)
        owners.append((workload, part))
    hosts: dict[str, Part] = {}
    for kept in operated(cluster):
        part = _of_operator(kept)
        unit.parts.append(part)
        hosts.update((f"{kept.object.name}{ending}", part) for ending in _ENDINGS)
    for workload, part in owners:
        for service in cluster.services_of(workload):
            part.mentions.append(Mention(service.spot(), "kubernetes", service.name, defines=True))
            hosts.setdefault(service.name, part)
            for port in service.items("spec", "ports"):
                if (opened := number(mapping(port).get("port"))) is not None:
                    part.claim("service port", str(opened), service.spot("spec", "ports", 0))
    for each in cluster.of("Service"):
        outside = each.get("spec", "externalName")
        if each.name not in hosts and isinstance(outside, str):
            hosts[each.name] = Part(each.name, each.spot(), "kubernetes", ComponentRole.EXTERNAL)
            unit.parts.append(hosts[each.name])
        unit.hosts.add(each.name)
    for workload, part in owners:
        unit.opened += [(part, store, said) for store, said in _by_secret(workload)]
        told = list(settings(workload, cluster))
        databases = by_prefix((name, filled(value)) for name, value, _ in told)
        for name, value, spot in told:
            for address in addresses(name, filled(value)):
                target = hosts.get(_service(address.host))
                said = saying("kubernetes", spot, address, target, of_server(name, databases), name)
                if store := elsewhere(name, address, target, said):
                    unit.opened.append((part, store, said))
                if is_far(address, target):
                    unit.far.append((part, address.host))
                if target is part or (target is None and not address.sure):
                    continue
                if target is None and (_service(address.host) != address.host or "." not in address.host):
                    host = _service(address.host)
                    if host not in unit.hosts and address.scheme and _misspelled(host, hosts):
                        unit.links.append(Link(part, None, said, host))
                    continue
                unit.links.append(Link(part, target, said, address.host))
    for door in _doors(cluster, hosts):
        if door.source not in unit.parts:
            unit.parts.append(door.source)
        unit.links.append(door)
    if unit.parts:
        yield unit


def _part(workload: Workload, cluster: Cluster) -> Part:
    main = workload.containers[0] if workload.containers else None
    image = str(main.get("image") or "") if main else ""
    technology, version = of_image(image)
    part = Part(workload.name, workload.object.spot(), "kubernetes")
    named = roles.by_name(workload.name)
    part.role = technology.role if technology else named
    if part.role == ComponentRole.CACHE and named in (ComponentRole.QUEUE, ComponentRole.STORE):
        part.role = named
    if part.role in (ComponentRole.CLIENT, ComponentRole.EXTERNAL):
        part.role = ComponentRole.SERVICE
    if part.role == ComponentRole.STORE and not technology and workload.kind == "Deployment":
        part.role = None
    if not workload.serves:
        part.role = ComponentRole.JOB
    part.technology = technology.id if technology else ""
    part.plumbing = roles.is_plumbing(workload.name) or workload.kind in ("Job", "CronJob", "DaemonSet")
    part.app = image.partition("@")[0]
    if technology and main:
        part.claim("technology", technology.id, main.spot("image"))
        if version:
            part.claim("version", version, main.spot("image"))
    for container in workload.containers:
        for port in container.ports:
            part.claim("port", str(port), container.spot("ports"))
    _count(part, workload, cluster)
    return part


_ENDINGS = ("", "-rw", "-ro", "-r", "-repl", "-pooler", "-primary", "-ha", "-es-http", "-kafka-bootstrap", "-haproxy")
"""What operators add to the names of the services of a store."""


def _of_operator(found: Operated) -> Part:
    """A store that an operator runs."""
    part = Part(found.object.name, found.object.spot(), "kubernetes", TECHNOLOGIES[found.product].role, found.product)
    part.claim("technology", found.product, found.object.spot())
    if found.instances:
        part.replicas(found.instances, found.instances, found.object.spot(*found.path))
    return part


def _count(part: Part, workload: Workload, cluster: Cluster) -> None:
    if workload.kind not in _COUNTED:
        return
    if (scaler := cluster.autoscaler_of(workload)) is not None:
        keys = (
            ("minReplicas", "maxReplicas") if scaler.kind != "ScaledObject" else ("minReplicaCount", "maxReplicaCount")
        )
        low, high = (number(scaler.get("spec", key)) for key in keys)
        low = 1 if low is None else low
        part.replicas(low, max(low, high or low), scaler.spot("spec", keys[0]))
        part.mentions.append(Mention(scaler.spot(), "kubernetes", scaler.name, defines=False))
    elif workload.replicas is not None:
        part.replicas(workload.replicas, workload.replicas, workload.object.spot("spec", "replicas"))
    else:
        part.replicas(1, 1, workload.object.spot(), explicit=False)


def settings(workload: Workload, cluster: Cluster) -> Iterator[tuple[str, str, Spot]]:
    """Name, value and place of all that a workload is told."""
    for container in workload.all_containers:
        for variable in container.env:
            if variable.value is not None:
                yield variable.name, variable.value, variable.spot
        for key in ("command", "args"):
            for place, each in enumerate(listing(container.get(key))):
                if isinstance(each, str):
                    yield "", each, container.spot(key, place)
        for name, wanted, settings in _maps(container, cluster):
            for key, value in mapping(settings.get("data")).items():
                if (not wanted or key == wanted) and isinstance(value, str):
                    yield name or key, value, settings.spot("data", key)


def _maps(container: Container, cluster: Cluster) -> Iterator[tuple[str, str, KubernetesObject]]:
    for each in listing(container.get("envFrom")):
        name = mapping(mapping(each).get("configMapRef")).get("name")
        if isinstance(name, str) and (found := cluster.named("ConfigMap", name, container.owner)):
            yield "", "", found
    for each in listing(container.get("env")):
        ref = mapping(mapping(mapping(each).get("valueFrom")).get("configMapKeyRef"))
        name, key = ref.get("name"), ref.get("key")
        found = cluster.named("ConfigMap", name, container.owner) if isinstance(name, str) else None
        if found and isinstance(key, str):
            yield str(each.get("name", "")), key, found


def _by_secret(workload: Workload) -> Iterator[tuple[str, Saying]]:
    """The secrets by which a workload opens a database."""
    for container in workload.all_containers:
        for place, each in enumerate(listing(container.get("env"))):
            ref = mapping(mapping(mapping(each).get("valueFrom")).get("secretKeyRef"))
            name, secret, key = (str(one or "") for one in (mapping(each).get("name"), ref.get("name"), ref.get("key")))
            if secret and is_secret(name, secret, key):
                spot = container.spot("env", place)
                yield f"secret {secret}", Saying(spot, "kubernetes", "url", True, name, database=key or secret)
        for place, each in enumerate(listing(container.get("envFrom"))):
            secret = str(mapping(mapping(each).get("secretRef")).get("name") or "")
            if secret and is_databases(secret):
                spot = container.spot("envFrom", place)
                yield f"secret {secret}", Saying(spot, "kubernetes", "url", True, database=secret)


def _service(host: str) -> str:
    """The name of the service that a host in a cluster is: `orders` of `orders.shop.svc.cluster.local`."""
    labels = host.split(".")
    inside = (
        len(labels) == 1 or "svc" in labels[2:3] or (len(labels) == 2 and labels[1] not in ("com", "io", "net", "org"))
    )
    return labels[0] if inside else host


def _misspelled(host: str, hosts: Mapping[str, Part]) -> bool:
    """Whether a host that is none is nearly one; any other may be of files that are not here."""
    wanted = stem(words(host))
    return any(stem(words(each)) == wanted for each in hosts)


def _doors(cluster: Cluster, hosts: dict[str, Part]) -> Iterator[Link]:
    """The ways in: one part for all of them, and what they lead to."""
    door: Part | None = None
    for kind in ("Ingress", "HTTPRoute", "VirtualService", "IngressRoute"):
        for each in cluster.of(kind):
            if door is None:
                door = Part("ingress", each.spot(), "kubernetes", ComponentRole.GATEWAY, managed=True, plumbing=True)
            else:
                door.mentions.append(Mention(each.spot(), "kubernetes", each.name, defines=True))
            for name, spot in _backends(each):
                if (target := hosts.get(_service(name))) is not None:
                    yield Link(door, target, Saying(spot, "kubernetes", "route", True))


def _backends(door: KubernetesObject) -> Iterator[tuple[str, Spot]]:
    if name := mapping(mapping(door.get("spec", "defaultBackend")).get("service")).get("name"):
        yield str(name), door.spot("spec", "defaultBackend")
    for number_, rule in enumerate(door.items("spec", "rules")):
        for place, path in enumerate(listing(mapping(mapping(rule).get("http")).get("paths"))):
            backend = mapping(mapping(path).get("backend"))
            name = mapping(backend.get("service")).get("name") or backend.get("serviceName")
            if name:
                yield str(name), door.spot("spec", "rules", number_, "http", "paths", place, "backend")
        for place, ref in enumerate(listing(mapping(rule).get("backendRefs"))):
            if name := mapping(ref).get("name"):
                yield str(name), door.spot("spec", "rules", number_, "backendRefs", place)
    for number_, route in enumerate(door.items("spec", "routes")):
        for place, ref in enumerate(listing(mapping(route).get("services"))):
            if name := mapping(ref).get("name"):
                yield str(name), door.spot("spec", "routes", number_, "services", place)
    for number_, route in enumerate(door.items("spec", "http")):
        for place, ref in enumerate(listing(mapping(route).get("route"))):
            if name := mapping(mapping(ref).get("destination")).get("host"):
                yield str(name), door.spot("spec", "http", number_, "route", place)
