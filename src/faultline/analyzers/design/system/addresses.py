"""Addresses in configuration: which hosts a setting leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faultline.core.patterns import regex

_URL: Final = regex(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+]{1,24})://"
    r"(?:(?P<login>[^@/:\s\"'\\]{0,80})(?::[^@/\s\"'\\]{0,160})?@)?"
    r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,200}[A-Za-z0-9_])?)"
    r"(?::(?P<port>\d{1,5}))?"
    r"(?P<rest>(?:,(?![A-Za-z][A-Za-z0-9+]{1,24}://)[A-Za-z0-9_.:-]{1,80}){0,9})"
    r"(?:/(?P<path>[A-Za-z0-9_.-]{0,80}))?"
)
_HOST_PORT: Final = regex(r"^([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,200}[A-Za-z0-9_])?):(\d{1,5})$")
_HOST: Final = regex(r"^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,200}[A-Za-z0-9_])?$")
_HOST_KEY: Final = regex(
    r"(?:HOST|HOSTNAME|HOSTS|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|BROKER|BROKERS|SERVICE|URL|URI)$"
)
_NOWHERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "host.docker.internal", "example.com"})
# What stands behind these is a bucket, a file or a name.
_NO_HOSTS: Final = frozenset(
    {
        *("s3", "s3a", "s3n", "gs", "gcs", "abfs", "abfss", "wasb", "wasbs", "azblob", "b2", "r2", "swift", "rclone"),
        *(
            "file",
            "jar",
            "az",
            "sqlite",
            "sqlite3",
            "unix",
            "data",
            "arn",
            "oci",
            "docker",
            "git",
            "urn",
            "env",
            "vault",
            "secret",
        ),
        *("projects", "gcpkms", "awskms", "ssm", "memory", "mem", "inmemory", "bucket", "minio"),
    }
)
_STORE_PATHS: Final = regex(r"^(?:postgres|postgresql|pgsql|mysql|mariadb|mongodb|sqlserver|cockroachdb)")
_SCHEMA: Final = regex(r"[?&;](?:schema|currentSchema|search_path)=([\w-]{1,60})")
# Where measurements go is needed by nobody; what a service is called from outside is itself.
_WATCHED: Final = regex(
    r"(?:^|_)(?:OTEL|OTLP|SENTRY|JAEGER|ZIPKIN|STATSD|DATADOG|DD|TRACING|METRICS|LOKI|PUSHGATEWAY)(?:_|$)"
)
_ITSELF: Final = regex(
    r"(?:^|_)(?:PUBLIC|EXTERNAL|CORS|ORIGINS?|ISSUER|AUDIENCE|CALLBACK|REDIRECT|FRONTEND|SITE|DOMAIN|ALLOWED"
    r"|ROOT_URL|SELF)(?:_|$)"
    r"|^(?:BASE_URL|APP_URL|VITE_\w{0,40}|REACT_APP_\w{0,40})$"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A host that something leads to.

    `scheme` is empty and `port` 0 where they are not written; `database` is what a store's URL opens. `sure` says
    whether it is one beyond doubt, or only a word that is the name of a host if there is one of that name.
    """

    host: str
    scheme: str = ""
    port: int = 0
    database: str = ""
    sure: bool = True
    login: str = ""


def addresses(key: str, value: str) -> Iterator[Address]:
    """The hosts that a setting leads to, those of this machine left out."""
    if _WATCHED.search(key.upper()):
        return
    value = value[:4000]
    found = False
    itself = bool(_ITSELF.search(key.upper()))
    for match in _URL.finditer(value):
        found = True
        scheme = match["scheme"].lower()
        if scheme in _NO_HOSTS:
            continue
        path = match["path"] or ""
        database = path if _STORE_PATHS.match(scheme) and path else ""
        if database and (schema := _SCHEMA.search(value, match.end(), match.end() + 300)):
            database = f"{database}.{schema[1]}"
        for number, each in enumerate([match["host"], *(match["rest"] or "").split(",")]):
            host, _, port = (each, "", match["port"] or "") if number == 0 else each.partition(":")
            if host and not _local(host) and not (itself and outside(host)):
                yield Address(host, scheme, int(port) if port.isdigit() else 0, database, login=match["login"] or "")
    if found:
        return
    named = bool(_HOST_KEY.search(key.upper()))
    for each in value.split(",") if named else [value]:
        if (pair := _HOST_PORT.match(each.strip())) and not _local(pair[1]) and not pair[1].isdigit():
            yield Address(pair[1], "", int(pair[2]), sure=named)
        elif named and _HOST.match(each.strip()) and not _local(each.strip()):
            yield Address(each.strip(), sure=False)


def _local(host: str) -> bool:
    return host.lower() in _NOWHERE or host.startswith(("127.", "0.")) or host.lower().endswith(".example.com")


def outside(host: str) -> str:
    """What to call a host of somebody else: `stripe` of `api.stripe.com`; empty for an address and a host of ours."""
    labels = host.lower().rstrip(".").split(".")
    if len(labels) < 2 or all(each.isdigit() for each in labels):
        return ""
    if labels[-1] in ("local", "internal", "lan", "localdomain", "svc", "cluster", "test", "localhost", "example"):
        return ""
    if len(labels) > 2 and labels[-2] in ("co", "com", "org", "ac") and len(labels[-1]) == 2:
        return labels[-3]
    return labels[-2]
