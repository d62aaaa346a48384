"""What Kubernetes objects open: the node to a pod, a store to the network, the cluster to whoever holds a token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.kubernetes import Container, KubernetesDocument, KubernetesObject, Workload
from faultline.analyzers.design.documents.plain import at, strings, words
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security import images, trades
from faultline.core.finding import Severity

_CERTIFICATES: Final = ("certificate-arn", "ssl-cert", "managed-certificates", "pre-shared-cert", "ssl-certificate")
"""Annotations by which a load balancer ends TLS itself; cert-manager's alone makes no certificate."""
_NAMESPACES: Final = {"hostNetwork": "the network", "hostPID": "the processes", "hostIPC": "the memory"}


def check(design: Design) -> Iterator[Observation]:
    """All that the Kubernetes objects of a design open."""
    cluster = Cluster(design.of(KubernetesDocument))
    for workload in cluster.workloads:
        yield from _pod(workload)
        for container in workload.all_containers:
            yield from _context(workload, container)
            yield from _container(container)
    for each in cluster.objects:
        if each.kind == "Service":
            yield from _service(cluster, each)
        elif each.kind == "Ingress":
            yield from _ingress(cluster, each)
        elif each.kind == "Gateway":
            yield from _gateway(each)
        elif each.kind in ("Role", "ClusterRole"):
            yield from _role(each)
        elif each.kind in ("RoleBinding", "ClusterRoleBinding"):
            yield from _binding(each)
        elif each.kind == "ConfigMap":
            for name, value in strings(each.get("data")).items():
                yield from images.setting_faults(name, value, each.spot("data", name), each.symbol)
    yield from _policies(cluster)


def _pod(workload: Workload) -> Iterator[Observation]:
    symbol = workload.object.symbol
    agent = trades.is_agent(workload)
    for key, what in _NAMESPACES.items():
        if workload.pod.get(key) is True:
            message = f"The pods of {symbol} share {what} with their node."
            watches = agent and (key == "hostNetwork" or re.search(r"(?i)exporter|falco|datadog|csi", workload.name))
            severity = Severity.INFO if watches else Severity.MEDIUM if key == "hostNetwork" else None
            yield Observation(
                "security/host-namespace", workload.spot(key), message, cause=f"{symbol} {key}", severity=severity
            )
    volumes = workload.pod.get("volumes")
    for place, each in enumerate(volumes if isinstance(volumes, list) else ()):
        path = at(each, ("hostPath", "path"))
        if not isinstance(path, str):
            continue
        spot = workload.spot("volumes", place, "hostPath", "path")
        if path.endswith(images.SOCKETS):
            message = f"{symbol} may start any container on its node, as root."
            yield Observation("security/container-socket", spot, message, cause=symbol)
        else:
            worst = images.host_folder(path, read_only=False, monitor=agent)
            read = _only_read(workload, str(each.get("name")))
            reads = agent and read and (path != "/" or "exporter" in trades.called(workload))
            own = trades.may_have(workload, path, reads=read) or (agent and worst is None) or trades.is_driver(workload)
            own = own or trades.needs(path, trades.called(workload), reads=read)
            severity = Severity.INFO if reads or own else worst or Severity.MEDIUM
            message = f"{symbol} has the folder {path} of its node."
            yield Observation("security/host-path", spot, message, cause=f"{symbol} {path}", severity=severity)
    if workload.pod.get("automountServiceAccountToken") is not False:
        said = "automountServiceAccountToken" in workload.pod
        message = f"Every container of {symbol} holds a token of the cluster."
        spot = workload.spot("automountServiceAccountToken") if said else workload.object.spot()
        yield Observation(
            "security/service-account-token", spot, message, many="{count} workloads hold a token of the cluster"
        )


def _only_read(workload: Workload, volume: str) -> bool:
    """Whether no container may write to a volume."""
    mounts = [
        each
        for container in workload.all_containers
        for each in (container.get("volumeMounts") if isinstance(container.get("volumeMounts"), list) else ())
        if isinstance(each, dict) and each.get("name") == volume
    ]
    return bool(mounts) and all(each.get("readOnly") is True for each in mounts)


def _context(workload: Workload, container: Container) -> Iterator[Observation]:
    pod = workload.pod.get("securityContext")
    pod = pod if isinstance(pod, dict) else {}
    own = container.table("securityContext")
    symbol = container.symbol

    def spot(key: str) -> Any:
        return container.spot("securityContext", key) if key in own else workload.spot("securityContext", key)

    if own.get("privileged") is True:
        message = f"{symbol} is privileged: who takes it over has its node."
        severity = Severity.INFO if trades.is_driver(workload) else None
        yield Observation("security/privileged-container", spot("privileged"), message, cause=symbol, severity=severity)
    if own.get("allowPrivilegeEscalation") is True:
        message = f"A process in {symbol} may become more than it was started as."
        yield Observation("security/privilege-escalation", spot("allowPrivilegeEscalation"), message, cause=symbol)
    elif "allowPrivilegeEscalation" not in own and own.get("privileged") is not True:
        message = f"{symbol} does not forbid that a process becomes more than it was started as."
        yield Observation(
            "security/privilege-escalation",
            container.spot(),
            message,
            severity=Severity.INFO,
            many="{count} containers do not forbid privilege escalation",
        )
    user = own.get("runAsUser", pod.get("runAsUser"))
    not_root = own.get("runAsNonRoot", pod.get("runAsNonRoot"))
    if user == 0 or not_root is False:
        message = f"{symbol} runs as root."
        yield Observation(
            "security/runs-as-root", spot("runAsUser" if user == 0 else "runAsNonRoot"), message, cause=symbol
        )
    elif user is None and not_root is None:
        message = f"{symbol} does not say that it never runs as root."
        many = "{count} containers may run as root"
        yield Observation("security/runs-as-root", container.spot(), message, severity=Severity.INFO, many=many)
    if own.get("readOnlyRootFilesystem") is not True:
        message = f"Who takes {symbol} over can change its programs."
        where = spot("readOnlyRootFilesystem") if "readOnlyRootFilesystem" in own else container.spot()
        many = "The programs in {count} containers can be changed"
        yield Observation("security/writable-root-filesystem", where, message, many=many)
    added = at(own, ("capabilities", "add"))
    for place, each in enumerate(added if isinstance(added, list) else ()):
        name = str(each).upper().removeprefix("CAP_")
        if name in images.DANGEROUS:
            severity = Severity.HIGH if name in ("ALL", "SYS_ADMIN", "SYS_MODULE") else Severity.MEDIUM
            if trades.may_do(name, trades.called(workload)) or (
                name == "DAC_READ_SEARCH" and trades.is_agent(workload)
            ):
                severity = Severity.INFO
            yield Observation(
                "security/dangerous-capability",
                container.spot("securityContext", "capabilities", "add", place),
                f"{symbol} has the capability {name}.",
                cause=symbol,
                severity=severity,
            )
    kind = at(own, ("seccompProfile", "type")) or at(pod, ("seccompProfile", "type"))
    if kind == "Unconfined":
        message = f"{symbol} may call the kernel as it likes."
        where = (
            container.spot("securityContext", "seccompProfile", "type")
            if "seccompProfile" in own
            else workload.spot("securityContext", "seccompProfile", "type")
        )
        yield Observation("security/dangerous-capability", where, message, cause=symbol, severity=Severity.MEDIUM)


def _container(container: Container) -> Iterator[Observation]:
    yield from images.image_faults(container.image, container.spot("image"), container.symbol)
    for each in container.env:
        yield from images.setting_faults(each.name, each.value, each.spot, container.symbol)


def _service(cluster: Cluster, service: KubernetesObject) -> Iterator[Observation]:
    type_ = service.get("spec", "type")
    outside = type_ in ("NodePort", "LoadBalancer") or bool(service.get("spec", "externalIPs"))
    inside = any(
        "internal" in name and value.lower() in ("true", "internal", "0.0.0.0/0")
        for name, value in service.annotations.items()
    )
    if not outside or inside:
        return
    behind = cluster.selected(service.table("spec", "selector"), service)
    products = [each.product for each in behind if each.product]
    spot = service.spot("spec", "type")
    ranges = service.items("spec", "loadBalancerSourceRanges")
    if ranges and "0.0.0.0/0" not in ranges:
        return
    for product in products:
        if product.keeps:
            message = f"{service.symbol} opens {product.name} to whoever reaches the cluster ({type_})."
            yield Observation("security/exposed-data-port", spot, message, cause=service.symbol)
            return
        if product.use == "admin":
            message = f"{service.symbol} opens {product.name} to whoever reaches the cluster ({type_})."
            yield Observation("security/exposed-admin-interface", spot, message, cause=service.symbol)
            return
    if type_ == "LoadBalancer" and behind and (cluster.of("Ingress") or cluster.of("HTTPRoute")):
        message = f"{service.symbol} is exposed by a load balancer of its own, beside the Ingress ({type_})."
        yield Observation("security/open-beside-gateway", spot, message, cause=service.symbol)
        return
    for port in service.items("spec", "ports"):
        number = at(port, ("port",))
        data = images.data_port(number) if isinstance(number, int) else None
        if data and not products and number not in (8000, 8080):
            message = f"{service.symbol} opens the port {number} of {data} to whoever reaches the cluster ({type_})."
            yield Observation("security/exposed-data-port", spot, message, cause=service.symbol)
            return


def _ingress(cluster: Cluster, ingress: KubernetesObject) -> Iterator[Observation]:
    annotations = ingress.annotations
    terminated = any(
        any(mark in name for mark in _CERTIFICATES) or ("listen-ports" in name and "HTTPS" in value)
        for name, value in annotations.items()
    )
    if not ingress.items("spec", "tls") and not terminated:
        message = f"{ingress.symbol} has no tls: what users send can be read and changed on its way."
        yield Observation("security/plain-http", ingress.spot(), message, cause=ingress.symbol)
    for name, value in annotations.items():
        spot = ingress.spot("metadata", "annotations", name)
        if name.endswith("/ssl-redirect") and value == "false":
            message = f"{ingress.symbol} answers without TLS as well."
            yield Observation("security/plain-http", spot, message, cause=ingress.symbol)
        elif name.endswith("/whitelist-source-range") and "0.0.0.0/0" in value:
            message = f"{ingress.symbol} lets every address in."
            yield Observation("security/open-firewall", spot, message, cause=ingress.symbol, severity=Severity.LOW)
        else:
            yield from images.setting_faults(name.rpartition("/")[2], value, spot, ingress.symbol)
    guarded = any("auth" in name or "whitelist" in name or "allowlist" in name for name in annotations)
    for place, rule in enumerate(ingress.items("spec", "rules")):
        paths = at(rule, ("http", "paths"))
        for number, each in enumerate(paths if isinstance(paths, list) else ()):
            name = at(each, ("backend", "service", "name")) or at(each, ("backend", "serviceName"))
            behind = cluster.named("Service", str(name), ingress)
            found = cluster.selected(behind.table("spec", "selector"), behind) if behind else []
            admin = next((each.product for each in found if each.product and each.product.use == "admin"), None)
            if admin and not guarded:
                spot = ingress.spot("spec", "rules", place, "http", "paths", number)
                message = f"{ingress.symbol} opens {admin.name} to everybody."
                yield Observation("security/exposed-admin-interface", spot, message, cause=f"{ingress.symbol} {name}")


def _gateway(gateway: KubernetesObject) -> Iterator[Observation]:
    """Listeners of the Gateway API; one for plain HTTP beside one for HTTPS is there to send clients on."""
    listeners = [each for each in gateway.items("spec", "listeners") if isinstance(each, dict)]
    if listeners and all(each.get("protocol") == "HTTP" for each in listeners):
        message = f"{gateway.symbol} listens for plain HTTP only."
        spot = gateway.spot("spec", "listeners", 0, "protocol")
        yield Observation("security/plain-http", spot, message, cause=gateway.symbol)


def _role(role: KubernetesObject) -> Iterator[Observation]:
    if role.name.startswith("system:"):
        return
    for place, rule in enumerate(role.items("rules")):
        if not isinstance(rule, dict):
            continue
        given = {key: words(rule.get(key)) for key in ("verbs", "resources", "apiGroups")}
        wild = [key for key, listed in given.items() if "*" in listed]
        if "verbs" in wild or "resources" in wild:
            key = "verbs" if "verbs" in wild else "resources"
            both = "verbs" in wild and "resources" in wild
            message = (
                f"{role.symbol} may do {'everything' if both else 'more than it can need'}: {', '.join(wild)} is `*`."
            )
            severity = None if both or role.kind == "ClusterRole" else Severity.MEDIUM
            spot = role.spot("rules", place, key)
            yield Observation("security/wildcard-permissions", spot, message, cause=role.symbol, severity=severity)
        elif (
            role.kind == "ClusterRole"
            and "secrets" in given["resources"]
            and {"get", "list", "watch"} & set(given["verbs"])
            and not rule.get("resourceNames")
        ):
            message = f"{role.symbol} may read the secrets of all namespaces."
            spot = role.spot("rules", place, "resources")
            yield Observation(
                "security/wildcard-permissions", spot, message, cause=role.symbol, severity=Severity.MEDIUM
            )


def _binding(binding: KubernetesObject) -> Iterator[Observation]:
    role = binding.get("roleRef", "name")
    subjects = [each for each in binding.items("subjects") if isinstance(each, dict)]
    everybody = [
        place
        for place, each in enumerate(subjects)
        if each.get("name") in ("system:anonymous", "system:unauthenticated", "system:authenticated")
    ]
    if everybody:
        message = f"{binding.symbol} gives `{role}` to everybody."
        spot = binding.spot("subjects", everybody[0], "name")
        yield Observation("security/wildcard-permissions", spot, message, cause=binding.symbol)
    elif role == "cluster-admin" and any(each.get("kind") == "ServiceAccount" for each in subjects):
        message = f"{binding.symbol} makes a program master of the whole cluster."
        yield Observation(
            "security/wildcard-permissions", binding.spot("roleRef", "name"), message, cause=binding.symbol
        )


def _policies(cluster: Cluster) -> Iterator[Observation]:
    policies = [*cluster.of("NetworkPolicy"), *cluster.of("CiliumNetworkPolicy")]
    serving = [each for each in cluster.workloads if each.serves]
    if serving and not policies:
        message = "Every pod of the cluster may speak to the pods of these workloads: there is no NetworkPolicy."
        yield Observation("security/no-network-policy", serving[0].object.spot(), message)
    for policy in cluster.of("NetworkPolicy"):
        for direction, key in (("ingress", "from"), ("egress", "to")):
            for place, rule in enumerate(policy.items("spec", direction)):
                peers = rule.get(key) if isinstance(rule, dict) else None
                for number, peer in enumerate(peers if isinstance(peers, list) else ()):
                    if direction == "ingress" and at(peer, ("ipBlock", "cidr")) == "0.0.0.0/0":
                        message = f"{policy.symbol} lets every address in."
                        spot = policy.spot("spec", direction, place, key, number, "ipBlock", "cidr")
                        yield Observation(
                            "security/open-firewall", spot, message, cause=policy.symbol, severity=Severity.LOW
                        )


CHECKS: tuple[Check, ...] = (check,)
