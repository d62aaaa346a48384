"""What the name of an image, a password or an address shows, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.documents.products import DATA_PORTS, Image
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

MOVING: Final = frozenset(
    {"latest", "stable", "edge", "nightly", "main", "master", "dev", "develop", "mainline", "canary"}
)
"""Tags that are another image tomorrow."""
_MOVING: Final = "{count} images have no fixed version"
_DIGEST: Final = re.compile(r"^sha\d{1,3}:[0-9a-fA-F]{32,128}$")
DANGEROUS: Final = frozenset(
    {"ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "SYS_RAWIO", "BPF", "SYS_BOOT"}
)
"""Capabilities that open the host, or most of it, to a container."""
_HOST_FOLDERS: Final = re.compile(
    r"^(?:/|/etc(?:/(?!localtime|timezone|ssl|hosts|resolv).*)?|/root(?:/.*)?|/proc|/sys|/dev|/boot|/var/run|/run"
    r"|/var/lib(?:/docker|/kubelet)?(?:/.*)?|/usr|/home)/?$"
)
_READ_BY_MONITORS: Final = re.compile(
    r"^(?:/|/proc|/sys|/dev/disk|/var/log|/var/lib/docker(?:/containers)?|/run|/var/run)/?$"
)
_SETTINGS: Final = re.compile(r"^/etc/[\w.-]{1,60}(?:/.*)?$")
"""What a host keeps for one program: its settings, its certificates."""
_OF_THE_HOST: Final = re.compile(
    r"^/etc/(?:shadow|gshadow|passwd|sudoers|ssh|kubernetes|rancher|docker|cron|pam|security|systemd|default"
    r"|environment)[\w.-]*(?:/.*)?$"
)
SOCKETS: Final = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")
"""Whoever may write to one of them is root on its host."""
ADMIN_PORTS: Final = {15672: "RabbitMQ's management", 9443: "Portainer"}
MAIL_PORTS: Final = (25, 465, 587, 1025)
REMOTE_PORTS: Final = {
    22: "SSH",
    3389: "RDP",
    23: "telnet",
    5900: "VNC",
    2375: "the Docker API",
    2376: "the Docker API",
}
"""Ports by which a whole machine is taken over."""
_INSECURE: Final = (
    (
        re.compile(r"^ALLOW_EMPTY_PASSWORD$|^MYSQL_ALLOW_EMPTY_PASSWORD$|^MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$"),
        r"(?i)^(?:yes|true|1)$",
    ),
    (re.compile(r"^ALLOW_ANONYMOUS_LOGIN$|^ALLOW_PLAINTEXT_LISTENER$"), r"(?i)^(?:yes|true|1)$"),
    (re.compile(r"^POSTGRES_HOST_AUTH_METHOD$"), r"^trust$"),
    (re.compile(r"(?i)^(?:xpack|plugins)\.security\.(?:enabled|http\.ssl\.enabled)$"), r"(?i)^false$"),
    (re.compile(r"(?i)^plugins\.security\.disabled$|^DISABLE_SECURITY_PLUGIN$"), r"(?i)^true$"),
    (re.compile(r"(?i)^NEO4J_AUTH$"), r"(?i)^none$"),
    (
        re.compile(r"(?i)^(?:GF_AUTH_ANONYMOUS_ENABLED|DISABLE_AUTH|AUTH_DISABLED|SKIP_AUTH|NO_AUTH)$"),
        r"(?i)^(?:true|1|yes)$",
    ),
    (
        re.compile(r"(?i)^(?:(?:[A-Z0-9]+_)?AUTH_ENABLED|ENABLE_AUTH|REQUIRE_AUTH|AUTHENTICATION_ENABLED)$"),
        r"(?i)^(?:false|0|no|off)$",
    ),
)
_VERIFY: Final = re.compile(
    r"(?i)^(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY|(?:\w+_)?(?:SSL|TLS)_VERIFY|VERIFY_(?:SSL|TLS)"
    r"|(?:\w+_)?(?:SSL|TLS)_ENABLED)$"
)
_SKIP_VERIFY: Final = re.compile(r"(?i)^(?:\w+_)?(?:INSECURE_SKIP_VERIFY|TLS_INSECURE|SSL_INSECURE|SKIP_TLS_VERIFY)$")
_PLAIN: Final = re.compile(r"^(?:http|ws)://(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})(?:[:/?#]|$)")
_INSIDE: Final = re.compile(
    r"(?i)\.(?:local|localdomain|internal|intern|lan|home|svc|test|invalid|localhost|consul|docker|cluster|ns)$|"
    r"\.svc\.|\.cluster\.|\.internal\.|^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\."
    r"|^\d{1,3}(?:\.\d{1,3}){3}$|"
    r"(?:^|\.)(?:w3\.org|schemas\.[a-z.]+|xmlsoap\.org)$"
)
"""Hosts of one's own network; and names that only look like an address."""
_NO_ADDRESS: Final = re.compile(r"(?i)proxy|xmlns|namespace|schema|origin")
_VERSION: Final = re.compile(
    r"(?i)(?:min\w*_?)?(?:tls|ssl)_?(?:min\w*_?)?(?:version|protocols?)|ssl-protocols|minimum_protocol"
)
_WEAK: Final = re.compile(
    r"(?i)(?<![\w.])(?:ssl_?v?[23](?:\.0)?|tls_?v?1(?:[._][01]|0|1)?|1\.[01])(?![\w.])|^tls1_[01]$|^ssl3"
)


def image_faults(
    image: Image | None, spot: Spot, symbol: str, built: bool = False, severity: Severity | None = None
) -> Iterator[Observation]:
    """An image whose tag moves, or that has none."""
    if image is None or built or image.variable or not image.name:
        return
    if image.digest and _DIGEST.match(image.digest):
        return
    if image.digest:
        message = f"{symbol} runs `{image.text}`, which is no digest and no tag."
        yield Observation("security/latest-tag", spot, message, cause=symbol, severity=severity, many=_MOVING)
        return
    if image.tag.lower() in MOVING or image.tag.lower().endswith("-latest"):
        message = f"{symbol} runs `{image.text}`: what that is changes without a word."
    elif not image.tag:
        message = f"{symbol} runs `{image.text}` without a tag, which means latest."
    else:
        return
    yield Observation("security/latest-tag", spot, message, cause=symbol, severity=severity, many=_MOVING)


def setting_faults(
    name: str, value: str | None, spot: Spot, symbol: str, severity: Severity | None = None
) -> Iterator[Observation]:
    """A variable that lets everybody in, or lets a connection be read."""
    if value is None or len(value) > 200:
        return
    value = value.strip()
    outside = _PLAIN.match(value)
    if outside and not _INSIDE.search(outside["host"]) and not _NO_ADDRESS.search(name):
        message = f"{name} of {symbol} leads to {outside['host']} without TLS."
        yield Observation("security/plain-http", spot, message, cause=f"{symbol} {name}", severity=severity)
    for pattern, wanted in _INSECURE:
        if pattern.search(name) and re.search(wanted, value):
            message = f"{name} is {value} in {symbol}: nobody is asked who they are."
            yield Observation("security/no-authentication", spot, message, cause=f"{symbol} {name}", severity=severity)
    off = value.lower() in ("0", "false", "no", "off")
    if (_VERIFY.match(name) and off) or (_SKIP_VERIFY.match(name) and value.lower() in ("1", "true", "yes")):
        message = f"{name} is {value} in {symbol}: whoever stands between can read and change what is sent."
        yield Observation("security/weak-tls", spot, message, cause=f"{symbol} {name}", severity=severity)
    elif _VERSION.search(name) and _WEAK.search(value):
        message = f"{name} of {symbol} allows {value}: older than TLS 1.2."
        yield Observation("security/weak-tls", spot, message, cause=f"{symbol} {name}", severity=severity)


def weak_tls(value: object) -> bool:
    """Whether a version or a policy of TLS is older than 1.2."""
    text = str(value)
    return bool(_WEAK.search(text)) or text in (
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-2015-05",
        "ELBSecurityPolicy-TLS-1-0-2015-04",
        "ELBSecurityPolicy-TLS-1-1-2017-01",
        "TLSv1_2016",
        "TLSv1.1_2016",
        "Policy-Min-TLS-1-0-2019-07",
    )


def host_folder(path: str, read_only: bool, monitor: bool) -> Severity | None:
    """How bad it is to mount a folder of the host; None where it is common."""
    path = path.rstrip("/") or "/"
    if path.endswith(SOCKETS):
        return None  # a rule of its own
    if read_only and _SETTINGS.match(path) and not _OF_THE_HOST.match(path):
        return None
    if _READ_BY_MONITORS.match(path) and ((monitor and path != "/") or (read_only and (monitor or path != "/"))):
        return Severity.INFO
    return Severity.HIGH if _HOST_FOLDERS.match(path) else None


def data_port(port: int | None) -> str | None:
    """What listens on a port of a store by custom."""
    return DATA_PORTS.get(port) if port else None
