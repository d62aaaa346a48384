"""What a workload may have of its host because of what it is: agents of nodes, drivers of disks and networks.

A log shipper reads the logs of its node, a driver of volumes mounts disks, a VPN changes routes. Nobody is told of
what such a workload cannot do without: it is known by its kind (a DaemonSet runs on every node, to do something for
the node), by its name or its image, and by how it mounts (what is read only changes nothing).
"""

from __future__ import annotations

from typing import Final

from faultline.analyzers.design.documents.kubernetes import Workload
from faultline.core.patterns import regex

_AGENTS: Final = regex(
    r"(?i)exporter|fluent|filebeat|promtail|vector|datadog|cadvisor|csi|cni|calico|cilium|kube-proxy|falco|agent|alloy"
    r"|telegraf|logspout|beat\b|otel|opentelemetry|collector|log-?ship|shipper|node-problem|node-local|netdata"
    r"|sysdig|tetragon"
    r"|device-plugin|journal"
)
_DRIVERS: Final = regex(
    r"(?i)(?:^|[-/_])csi(?:[-/_]|$)|(?:^|[-/_])cni(?:[-/_]|$)|calico|cilium|flannel|kube-proxy|device-plugin|nvidia"
    r"|multus|longhorn"
    r"|openebs|rook|falco|tetragon|sysdig|node-problem|kube-router|weave|antrea"
)
"""Drivers of nodes, which are privileged by nature where they run on all of them."""
MONITORS: Final = regex(
    r"(?i)cadvisor|node-?exporter|promtail|filebeat|fluent|datadog|telegraf|vector|netdata|alloy|otel|collector"
)
_CAPABILITIES: Final = {
    "NET_ADMIN": regex(
        r"(?i)wire-?guard|vpn|tailscale|zerotier|gluetun|keepalived|metallb|speaker|cni|calico|cilium|flannel|istio"
        r"|linkerd|envoy"
        r"|proxy-init|kube-proxy|nftables|iptables|firewall|dhcp|dnsmasq|pi-?hole|adguard|fail2ban|crowdsec|router"
        r"|netem|toxiproxy"
        r"|chaos|multus|netdata|ntop|suricata|zeek|snort"
    ),
    "SYS_PTRACE": regex(r"(?i)netdata|datadog|falco|sysdig|profil|parca|pyroscope|apm|newrelic|dynatrace|debugger"),
    "BPF": regex(r"(?i)bpf|cilium|parca|pyroscope|beyla|falco|tetragon|hubble|pixie|inspektor|sysdig"),
    "DAC_READ_SEARCH": regex(r"(?i)restic|borg|kopia|velero|backup|rsync|duplic|bacula|bareos"),
    "SYS_ADMIN": regex(r"(?i)(?:^|[-/_])csi(?:[-/_]|$)|cilium|falco|tetragon|sysdig"),
}
"""Capabilities, and who cannot work without one."""
_OF_THE_NODE: Final = regex(
    r"^(?:/var/log(?:/.*)?|/run/log(?:/.*)?|/var/lib/docker/containers"
    r"|/var/lib/containers/storage/overlay-containers|/proc|/sys(?:/.*)?"
    r"|/dev/disk|/run/udev|/lib/modules|/usr/src|/etc/(?:machine-id|os-release|localtime|hostname|ssl/certs|pki"
    r"|resolv\.conf)"
    r"|/run/systemd(?:/.*)?|/usr/share/zoneinfo)/?$"
)
"""What a node says of itself."""
_READ_BY_ALL: Final = regex(
    r"^/(?:etc/(?:localtime|timezone|os-release|machine-id|hostname|hosts|resolv\.conf|(?:ssl/certs|pki"
    r"|ca-certificates)(?!.*/private)(?:/.*)?)|usr/share/(?:zoneinfo|ca-certificates)(?:/.*)?|usr/local/share/ca-certificates"
    r"|var/log(?:/.*)?|run/log(?:/.*)?)/?$"
)
"""What holds no secret and is often only read: the time zone, certificates, names, logs."""
_PEOPLE: Final = regex(r"^/etc/(?:passwd|group)$")
"""Names of users and groups, which monitors show; the hashes are elsewhere."""
_DEVICES: Final = regex(r"^/(?:dev|sys|run/udev)(?:/.*)?$")
_HARDWARE: Final = regex(
    r"(?i)smartctl|smart-?mon|scrutiny|usb|udev|gpio|serial|zigbee|z-?wave|modbus|gpu|\bsdr|rtl_?433|bluetooth"
    r"|frigate|home-?assistant|device|hardware|nut\b|\bups\b|ipmi|lm-?sensors"
)
_BACKUPS: Final = regex(r"(?i)restic|borg|kopia|velero|backup|rsync|duplic|bacula|bareos")
_CERTIFIERS: Final = regex(r"(?i)certbot|acme\.sh|\blego\b|letsencrypt|swag\b|dehydrated")
_OWN_SETTINGS: Final = regex(r"^/etc/(?P<first>[a-z][\w.-]{3,40})(?:/.*)?$")
_STATE: Final = regex(r"^/(?:var/lib|var/cache|var/spool|opt|mnt|srv|data)/(?P<first>[\w.-]{1,60})(?:/.*)?$")
_OTHERS: Final = frozenset(
    (
        "docker",
        "kubelet",
        "containerd",
        "containers",
        "etcd",
        "rancher",
        "k3s",
        "rke2",
        "cni",
        "crio",
        "cloud",
        "sudo",
        "sudoers",
        "shadow",
        "kubernetes",
        "dpkg",
        "apt",
    )
)
"""Folders below `/var/lib` that are the node's own."""


def called(workload: Workload) -> str:
    """The names by which a workload is known: its own, its containers' and their images'."""
    images = [each.image.name for each in workload.all_containers if each.image]
    return " ".join((workload.name, *(each.name for each in workload.all_containers), *images))


def is_agent(workload: Workload) -> bool:
    """Whether a workload does something for each node."""
    return workload.kind == "DaemonSet" and bool(_AGENTS.search(called(workload)))


def is_driver(workload: Workload) -> bool:
    """Whether a workload is a part of the nodes themselves."""
    return workload.kind == "DaemonSet" and bool(_DRIVERS.search(called(workload)))


def may_have(workload: Workload, path: str, *, reads: bool) -> bool:
    """Whether a folder of the node is what one on every node is there for: to be read, or for its own state."""
    if workload.kind != "DaemonSet":
        return False
    if reads and _OF_THE_NODE.match(path):
        return True
    state = _STATE.match(path)
    return state is not None and state["first"] not in _OTHERS


def needs(path: str, names: str, *, reads: bool) -> bool:
    """Whether a folder of the host is no more than the trade of a workload takes, wherever it runs.

    Args:
        path: the folder.
        names: by which the workload is known, its images among them.
        reads: whether it cannot write there.

    """
    path = path.rstrip("/") or "/"
    if reads and (
        _READ_BY_ALL.match(path) or _BACKUPS.search(names) or (_PEOPLE.match(path) and MONITORS.search(names))
    ):
        return True
    if _DEVICES.match(path) and _HARDWARE.search(names):
        return True
    if path.startswith("/etc/letsencrypt"):
        return bool(_CERTIFIERS.search(names))
    own = _OWN_SETTINGS.match(path)
    return bool(reads and own and own["first"] not in _OTHERS and own["first"].removesuffix(".d") in names.lower())


def may_do(capability: str, names: str) -> bool:
    """Whether who has such names cannot work without a capability."""
    needed = _CAPABILITIES.get(capability)
    return needed is not None and bool(needed.search(names))
