"""Stores that an operator runs in a Kubernetes cluster: which objects are one, and how many instances each asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.kubernetes import KubernetesObject
from faultline.analyzers.design.documents.tree import Pointer


class Operated(NamedTuple):
    """A store that an operator runs: its object, what it is, how many there are of it, and where that stands.

    `instances` is what the object says, or what its operator takes where it says nothing; None where neither is known.
    """

    object: KubernetesObject
    product: str
    instances: int | None
    path: Pointer


class _Kind(NamedTuple):
    group: str
    product: str
    path: Pointer
    usual: int | None = None


_KINDS: Final[Mapping[str, tuple[_Kind, ...]]] = {
    "Cluster": (_Kind("postgresql.cnpg.io", "postgresql", ("spec", "instances"), 1),),
    "postgresql": (_Kind("acid.zalan.do", "postgresql", ("spec", "numberOfInstances")),),
    "PostgresCluster": (_Kind("crunchydata.com", "postgresql", ("spec", "instances", "*", "replicas"), 1),),
    "PerconaPGCluster": (_Kind("percona.com", "postgresql", ("spec", "instances", "*", "replicas"), 1),),
    "InnoDBCluster": (_Kind("mysql.oracle.com", "mysql", ("spec", "instances"), 1),),
    "PerconaXtraDBCluster": (_Kind("percona.com", "mysql", ("spec", "pxc", "size")),),
    "MariaDB": (_Kind("mariadb", "mariadb", ("spec", "replicas"), 1),),
    "MongoDBCommunity": (_Kind("mongodb", "mongodb", ("spec", "members")),),
    "PerconaServerMongoDB": (_Kind("percona.com", "mongodb", ("spec", "replsets", "*", "size")),),
    "Elasticsearch": (_Kind("elastic.co", "elasticsearch", ("spec", "nodeSets", "*", "count")),),
    "RabbitmqCluster": (_Kind("rabbitmq.com", "rabbitmq", ("spec", "replicas"), 1),),
    "Kafka": (_Kind("strimzi.io", "kafka", ("spec", "kafka", "replicas")),),
    "RedisFailover": (_Kind("spotahome.com", "redis", ("spec", "redis", "replicas"), 3),),
    "RedisReplication": (_Kind("opstreelabs.in", "redis", ("spec", "clusterSize")),),
    "CassandraDatacenter": (_Kind("k8ssandra.io", "cassandra", ("spec", "size")),),
}
"""Kinds of objects, as their operators document them: CloudNativePG, Zalando, Crunchy, Percona, Strimzi, ECK, ..."""
MOST: Final = 50


def operated(cluster: Cluster) -> Iterator[Operated]:
    """The stores that operators run in a cluster, in the order of the kinds above."""
    for kind, known in _KINDS.items():
        for each in cluster.of(kind):
            group = str(each.get("apiVersion") or "").partition("/")[0]
            for one in known:
                if one.group in group:
                    count, path = _count(each, one)
                    yield Operated(each, one.product, count, path)


def _count(found: KubernetesObject, kind: _Kind) -> tuple[int | None, Pointer]:
    if "*" not in kind.path:
        return _number(found.get(*kind.path), kind.usual), kind.path
    place = kind.path.index("*")
    before, (after,) = kind.path[:place], kind.path[place + 1 :]
    counts = [
        _number(each.get(after), kind.usual) if isinstance(each, dict) else None for each in found.items(*before)[:MOST]
    ]
    known = [each for each in counts if each is not None]
    whole = bool(known) and len(known) == len(counts)
    return sum(known) if whole else None, (*before, 0, after)


def _number(value: Any, usual: int | None) -> int | None:
    if value is None:
        return usual
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000 else None
