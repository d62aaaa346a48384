"""What is known by name: products, what they are for, and how images, schemes and people call them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_STORE, _CACHE, _QUEUE = ComponentRole.STORE, ComponentRole.CACHE, ComponentRole.QUEUE
_GATEWAY, _SERVICE = ComponentRole.GATEWAY, ComponentRole.SERVICE


class Technology(NamedTuple):
    """A product.

    Args:
        id: what we call it.
        role: what a component that is one is for.
        family: which ones can stand in for each other: `sql`, `broker`, ...; two of one family in one place contradict.
        names: what else it is called, in lower case, words joined by nothing: `postgres`, `amazonmq`.
        schemes: of URLs to it.

    """

    id: str
    role: ComponentRole
    family: str
    names: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()


_KNOWN: Final = (
    Technology(
        "postgresql",
        _STORE,
        "sql",
        ("postgres", "pg", "psql", "postgis", "timescaledb", "pgvector", "pgsql"),
        ("postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2", "pgsql"),
    ),
    Technology(
        "mysql", _STORE, "sql", ("percona", "mysqlserver"), ("mysql", "mysql+pymysql", "mysql2", "mysql+asyncmy")
    ),
    Technology("mariadb", _STORE, "sql", ("maria",), ("mariadb",)),
    Technology("sqlserver", _STORE, "sql", ("mssql", "microsoftsqlserver", "azuresql"), ("sqlserver", "mssql")),
    Technology("oracle", _STORE, "sql", ("oracledb", "oracledatabase"), ("oracle",)),
    Technology("sqlite", _STORE, "sql", ("sqlite3",), ("sqlite",)),
    Technology("cockroachdb", _STORE, "sql", ("cockroach", "crdb"), ("cockroachdb",)),
    Technology("mongodb", _STORE, "document", ("mongo", "documentdb"), ("mongodb", "mongodb+srv")),
    Technology("couchdb", _STORE, "document", ("couch", "couchbase")),
    Technology("dynamodb", _STORE, "document", ("awsdynamodb", "amazondynamodb", "dynamo")),
    Technology("cassandra", _STORE, "document", ("scylladb", "scylla")),
    Technology("elasticsearch", _STORE, "search", ("elastic",)),
    Technology("opensearch", _STORE, "search", ()),
    Technology("meilisearch", _STORE, "search", ()),
    Technology("typesense", _STORE, "search", ()),
    Technology("solr", _STORE, "search", ()),
    Technology("neo4j", _STORE, "graph", (), ("neo4j", "bolt")),
    Technology("influxdb", _STORE, "series", ("influx",)),
    Technology("clickhouse", _STORE, "columns", (), ("clickhouse",)),
    Technology("s3", _STORE, "objects", ("amazons3", "awss3", "objectstorage", "blobstorage"), ("s3",)),
    Technology("minio", _STORE, "objects", ()),
    Technology("redis", _CACHE, "cache", ("elasticache", "keydb", "dragonfly", "memorystore"), ("redis", "rediss")),
    Technology("valkey", _CACHE, "cache", (), ("valkey",)),
    Technology("memcached", _CACHE, "cache", ("memcache",), ("memcached",)),
    Technology("varnish", _CACHE, "httpcache", ()),
    Technology("rabbitmq", _QUEUE, "broker", ("rabbit",), ("amqp", "amqps")),
    Technology("kafka", _QUEUE, "broker", ("apachekafka", "redpanda", "msk", "cpkafka"), ("kafka",)),
    Technology("nats", _QUEUE, "broker", ("jetstream", "natsjetstream"), ("nats",)),
    Technology("activemq", _QUEUE, "broker", ("artemis", "amazonmq"), ("activemq",)),
    Technology("pulsar", _QUEUE, "broker", (), ("pulsar",)),
    Technology("sqs", _QUEUE, "broker", ("awssqs", "amazonsqs"), ("sqs",)),
    Technology("sns", _QUEUE, "broker", ("awssns", "amazonsns")),
    Technology("pubsub", _QUEUE, "broker", ("googlepubsub", "cloudpubsub")),
    Technology("eventbridge", _QUEUE, "broker", ("awseventbridge",)),
    Technology("kinesis", _QUEUE, "broker", ("awskinesis",)),
    Technology("servicebus", _QUEUE, "broker", ("azureservicebus",)),
    Technology("mosquitto", _QUEUE, "broker", ("mqtt",), ("mqtt", "mqtts")),
    Technology("nginx", _GATEWAY, "proxy", ("openresty",)),
    Technology("traefik", _GATEWAY, "proxy", ()),
    Technology("envoy", _GATEWAY, "proxy", ()),
    Technology("haproxy", _GATEWAY, "proxy", ()),
    Technology("caddy", _GATEWAY, "proxy", ()),
    Technology("kong", _GATEWAY, "proxy", ()),
    Technology("apisix", _GATEWAY, "proxy", ()),
    Technology("krakend", _GATEWAY, "proxy", ()),
    Technology("keycloak", _SERVICE, "identity", ()),
)
TECHNOLOGIES: Final = {each.id: each for each in _KNOWN}
_BY_NAME: Final = {name: each for each in _KNOWN for name in (each.id, *each.names)}
_BY_SCHEME: Final = {scheme: each for each in _KNOWN for scheme in each.schemes}
# Words that are also something else stand for a product only where an image or a whole name says them.
_ONLY_WHOLE: Final = frozenset(
    {"pg", "elastic", "couch", "influx", "dynamo", "rabbit", "maria", "oracle", "artemis", "msk"}
)
_WORD: Final = regex(r"[A-Za-z][A-Za-z0-9+]*")
_VERSION: Final = regex(
    r"^[ :@v-]{0,3}(\d{1,4}(?:\.\d{1,4}){0,2})(?![\w%]|\.\d| ?[x\u00d7/%]"
    r"|[ -](?:\w{1,12} )?(?:servers|nodes|replicas|brokers|instances|pods|members|shards|copies|zones|machines"
    r"|hosts|containers|partitions|times|days|hours|minutes|seconds|streams|gb|mb|tb|ms|s|h|min|voters"
    r"|queues)\b)",
    re.IGNORECASE,
)
_TAG: Final = regex(r"v?(\d{1,4}(?:\.\d{1,4}){0,2})(?:[-.+_]|$)")
_WEB: Final = frozenset({"http", "https", "grpc", "grpcs", "ws", "wss", "tcp"})
_TOOL: Final = regex(r"export|backup|admin|init|migrat|operator|proxy|client|commander|insight|express|ui$|stat")


def of_scheme(scheme: str) -> Technology | None:
    """The product that URLs of a scheme lead to."""
    return _BY_SCHEME.get(scheme.lower())


def of_image(image: str) -> tuple[Technology | None, str]:
    """The product in a container image and its version; None and an empty text for an image of somebody's own."""
    path, _, tag = image.partition("@")[0].rpartition(":")
    if not path or "/" in tag:
        path, tag = image.partition("@")[0], ""
    last = path.rpartition("/")[2].lower()
    found = _BY_NAME.get(last) or _BY_NAME.get(re.sub(r"[^a-z0-9]", "", last))
    if found is None and not _TOOL.search(last):
        found = _BY_NAME.get(last.partition("-")[0])
    version = _TAG.match(tag)
    return found, version[1] if found and version else ""


def in_text(text: str) -> list[tuple[Technology, str, int]]:
    """The products that a text names, each with the version behind it and where it stands in the text."""
    found = []
    words = list(_WORD.finditer(text))
    skip = -1
    for place, word in enumerate(words):
        if place <= skip:
            continue
        for length in (3, 2, 1):
            part = words[place : place + length]
            raw = "".join(each[0] for each in part).lower()
            between = text[part[0].start() : part[-1].end()]
            technology = _BY_NAME.get(raw)
            if len(part) == length and technology and raw not in _ONLY_WHOLE and len(between) <= len(raw) + length:
                version = _VERSION.match(text[part[-1].end() : part[-1].end() + 40])
                found.append((technology, version[1] if version else "", word.start()))
                skip = place + length - 1
                break
    return found


def of_name(name: str) -> tuple[Technology | None, str]:
    """The product that a name as a whole is: `PostgreSQL 15`, `pg`, `Apache Kafka`."""
    bare = re.sub(r"[^a-z0-9]", "", re.sub(r"\d+(\.\d+)*\s*$", "", name.lower()))
    if bare in _BY_NAME:
        version = re.search(r"(\d{1,4}(?:\.\d{1,4}){0,2})\s*$", name)
        whole = re.sub(r"[^a-z0-9]", "", name.lower())
        return _BY_NAME[bare], version[1] if version and whole not in _BY_NAME else ""
    whole = re.sub(r"[^a-z0-9]", "", name.lower())
    return _BY_NAME.get(whole), ""


def is_web(scheme: str) -> bool:
    """Whether a URL of a scheme is a call that waits for an answer."""
    return scheme.lower() in _WEB
