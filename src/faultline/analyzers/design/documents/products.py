"""What well-known software is for, told from the name of its image or of a managed service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Use = Literal["database", "cache", "queue", "search", "objects", "gateway", "admin", "monitoring", "secrets"]
"""What a product is used as: `search` and `objects` keep data as a database does."""

STORES: Final = frozenset({"database", "cache", "queue", "search", "objects", "secrets"})
"""Uses that keep something."""
DURABLE: Final = frozenset({"database", "queue", "search", "objects", "secrets"})
"""Uses that lose something when their disk goes."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its name as people write it, its use, the ports it listens on, where it keeps its data."""

    name: str
    use: Use
    ports: tuple[int, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether it is a store of any kind, a cache or a queue as well."""
        return self.use in STORES

    @property
    def durable(self) -> bool:
        """Whether what it keeps must not be lost."""
        return self.use in DURABLE


_POSTGRES: Final = ("PostgreSQL", "database", (5432,), ("/var/lib/postgresql",))
_MYSQL: Final = ("MySQL", "database", (3306,), ("/var/lib/mysql",))
_REDIS: Final = ("Redis", "cache", (6379,), ("/data",))
_ELASTIC: Final = ("Elasticsearch", "search", (9200, 9300), ("/usr/share/elasticsearch/data",))
_KAFKA: Final = (
    "Kafka",
    "queue",
    (9092,),
    ("/var/lib/kafka", "/bitnami/kafka", "/kafka", "/tmp/kraft-combined-logs", "/tmp/kafka-logs"),  # noqa: S108 - theirs
)
_RABBIT: Final = ("RabbitMQ", "queue", (5672, 5671, 25672), ("/var/lib/rabbitmq",))
_CLICKHOUSE: Final = ("ClickHouse", "database", (8123, 9000), ("/var/lib/clickhouse",))

_KNOWN: Final[Mapping[str, tuple[str, Use, tuple[int, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        "postgres": _POSTGRES,
        "postgresql": _POSTGRES,
        "postgis": _POSTGRES,
        "pgvector": _POSTGRES,
        "timescaledb": _POSTGRES,
        "timescaledb-ha": _POSTGRES,
        "spilo": _POSTGRES,
        "mysql": _MYSQL,
        "mysql-server": _MYSQL,
        "percona": _MYSQL,
        "percona-server": _MYSQL,
        "mariadb": ("MariaDB", "database", (3306,), ("/var/lib/mysql",)),
        "mongo": ("MongoDB", "database", (27017,), ("/data/db",)),
        "mongodb": ("MongoDB", "database", (27017,), ("/bitnami/mongodb", "/data/db")),
        "mongodb-community-server": ("MongoDB", "database", (27017,), ("/data/db",)),
        "cassandra": ("Cassandra", "database", (9042, 7000), ("/var/lib/cassandra",)),
        "scylla": ("ScyllaDB", "database", (9042,), ("/var/lib/scylla",)),
        "cockroach": ("CockroachDB", "database", (26257,), ("/cockroach",)),
        "couchdb": ("CouchDB", "database", (5984,), ("/opt/couchdb/data",)),
        "couchbase": ("Couchbase", "database", (8091, 11210), ("/opt/couchbase/var",)),
        "neo4j": ("Neo4j", "database", (7687, 7474), ("/data",)),
        "influxdb": ("InfluxDB", "database", (8086,), ("/var/lib/influxdb", "/var/lib/influxdb2")),
        "clickhouse": _CLICKHOUSE,
        "clickhouse-server": _CLICKHOUSE,
        "arangodb": ("ArangoDB", "database", (8529,), ("/var/lib/arangodb3",)),
        "rethinkdb": ("RethinkDB", "database", (28015,), ("/data",)),
        "mssql": ("SQL Server", "database", (1433,), ("/var/opt/mssql",)),
        "mssql-server": ("SQL Server", "database", (1433,), ("/var/opt/mssql",)),
        "oracle-xe": ("Oracle", "database", (1521,), ("/opt/oracle/oradata",)),
        "oracle-free": ("Oracle", "database", (1521,), ("/opt/oracle/oradata",)),
        "surrealdb": ("SurrealDB", "database", (8000,), ()),
        "etcd": ("etcd", "database", (2379, 2380), ("/etcd-data", "/var/lib/etcd", "/bitnami/etcd")),
        "zookeeper": (
            "ZooKeeper",
            "database",
            (2181,),
            ("/data", "/datalog", "/var/lib/zookeeper", "/bitnami/zookeeper"),
        ),
        "redis": _REDIS,
        "redis-stack": _REDIS,
        "redis-stack-server": _REDIS,
        "valkey": ("Valkey", "cache", (6379,), ("/data",)),
        "keydb": ("KeyDB", "cache", (6379,), ("/data",)),
        "dragonfly": ("Dragonfly", "cache", (6379,), ("/data",)),
        "memcached": ("Memcached", "cache", (11211,), ()),
        "hazelcast": ("Hazelcast", "cache", (5701,), ()),
        "elasticsearch": _ELASTIC,
        "elasticsearch-oss": _ELASTIC,
        "opensearch": ("OpenSearch", "search", (9200, 9300), ("/usr/share/opensearch/data",)),
        "solr": ("Solr", "search", (8983,), ("/var/solr",)),
        "meilisearch": ("Meilisearch", "search", (7700,), ("/meili_data",)),
        "typesense": ("Typesense", "search", (8108,), ("/data",)),
        "qdrant": ("Qdrant", "search", (6333, 6334), ("/qdrant/storage",)),
        "weaviate": ("Weaviate", "search", (8080,), ("/var/lib/weaviate",)),
        "milvus": ("Milvus", "search", (19530,), ("/var/lib/milvus",)),
        "rabbitmq": _RABBIT,
        "kafka": _KAFKA,
        "cp-kafka": _KAFKA,
        "cp-server": _KAFKA,
        "redpanda": ("Redpanda", "queue", (9092,), ("/var/lib/redpanda",)),
        "nats": ("NATS", "queue", (4222,), ("/data", "/nats")),
        "nats-streaming": ("NATS", "queue", (4222,), ()),
        "pulsar": ("Pulsar", "queue", (6650,), ("/pulsar/data",)),
        "pulsar-all": ("Pulsar", "queue", (6650,), ("/pulsar/data",)),
        "activemq": ("ActiveMQ", "queue", (61616,), ()),
        "activemq-classic": ("ActiveMQ", "queue", (61616,), ()),
        "artemis": ("ActiveMQ", "queue", (61616,), ()),
        "mosquitto": ("Mosquitto", "queue", (1883,), ("/mosquitto/data",)),
        "emqx": ("EMQX", "queue", (1883,), ("/opt/emqx/data",)),
        "beanstalkd": ("beanstalkd", "queue", (11300,), ()),
        "elasticmq": ("ElasticMQ", "queue", (9324,), ()),
        "elasticmq-native": ("ElasticMQ", "queue", (9324,), ()),
        "minio": ("MinIO", "objects", (9000,), ("/data", "/export", "/bitnami/minio/data")),
        "seaweedfs": ("SeaweedFS", "objects", (8333, 9333), ("/data",)),
        "vault": ("Vault", "secrets", (8200,), ("/vault",)),
        "nginx": ("nginx", "gateway", (80, 443), ()),
        "nginx-unprivileged": ("nginx", "gateway", (8080,), ()),
        "openresty": ("nginx", "gateway", (80, 443), ()),
        "traefik": ("Traefik", "gateway", (80, 443), ()),
        "haproxy": ("HAProxy", "gateway", (80, 443), ()),
        "caddy": ("Caddy", "gateway", (80, 443), ()),
        "envoy": ("Envoy", "gateway", (10000,), ()),
        "kong": ("Kong", "gateway", (8000, 8443), ()),
        "kong-gateway": ("Kong", "gateway", (8000, 8443), ()),
        "krakend": ("KrakenD", "gateway", (8080,), ()),
        "apisix": ("APISIX", "gateway", (9080,), ()),
        "tyk-gateway": ("Tyk", "gateway", (8080,), ()),
        "httpd": ("Apache", "gateway", (80, 443), ()),
        "adminer": ("Adminer", "admin", (8080,), ()),
        "phpmyadmin": ("phpMyAdmin", "admin", (80,), ()),
        "pgadmin4": ("pgAdmin", "admin", (80,), ()),
        "pgweb": ("pgweb", "admin", (8081,), ()),
        "mongo-express": ("mongo-express", "admin", (8081,), ()),
        "redis-commander": ("Redis Commander", "admin", (8081,), ()),
        "redisinsight": ("RedisInsight", "admin", (5540, 8001), ()),
        "kibana": ("Kibana", "admin", (5601,), ()),
        "opensearch-dashboards": ("OpenSearch Dashboards", "admin", (5601,), ()),
        "kafka-ui": ("Kafka UI", "admin", (8080,), ()),
        "kafdrop": ("Kafdrop", "admin", (9000,), ()),
        "akhq": ("AKHQ", "admin", (8080,), ()),
        "cmak": ("CMAK", "admin", (9000,), ()),
        "flower": ("Flower", "admin", (5555,), ()),
        "portainer": ("Portainer", "admin", (9000, 9443), ()),
        "portainer-ce": ("Portainer", "admin", (9000, 9443), ()),
        "cerebro": ("Cerebro", "admin", (9000,), ()),
        "kubernetes-dashboard": ("Kubernetes Dashboard", "admin", (8443, 9090), ()),
        "dozzle": ("Dozzle", "admin", (8080,), ()),
        "mailhog": ("MailHog", "admin", (8025,), ()),
        "mailpit": ("Mailpit", "admin", (8025,), ()),
        "prometheus": ("Prometheus", "monitoring", (9090,), ("/prometheus",)),
        "alertmanager": ("Alertmanager", "monitoring", (9093,), ()),
        "grafana": ("Grafana", "monitoring", (3000,), ("/var/lib/grafana",)),
        "grafana-oss": ("Grafana", "monitoring", (3000,), ("/var/lib/grafana",)),
        "loki": ("Loki", "monitoring", (3100,), ("/loki",)),
        "tempo": ("Tempo", "monitoring", (3200,), ()),
        "jaeger": ("Jaeger", "monitoring", (16686,), ()),
        "all-in-one": ("Jaeger", "monitoring", (16686,), ()),
        "zipkin": ("Zipkin", "monitoring", (9411,), ()),
        "cadvisor": ("cAdvisor", "monitoring", (8080,), ()),
        "node-exporter": ("node exporter", "monitoring", (9100,), ()),
        "opentelemetry-collector": ("OpenTelemetry Collector", "monitoring", (4317, 4318), ()),
        "opentelemetry-collector-contrib": ("OpenTelemetry Collector", "monitoring", (4317, 4318), ()),
        "otel-collector": ("OpenTelemetry Collector", "monitoring", (4317, 4318), ()),
    }
)

DATA_PORTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        port: name
        for name, use, ports, _ in reversed(list(_KNOWN.values()))
        if use in STORES and name not in ("SurrealDB", "Weaviate")
        for port in ports
        if port != 9000
    }
)
"""What listens on a port of a database, a cache or a queue: 9000 is left out, for too much else listens there."""


@dataclass(frozen=True, slots=True)
class Image:
    """The name of a container image in its parts; `tag` and `digest` are empty where the name has none."""

    text: str
    name: str
    tag: str
    digest: str

    @property
    def variable(self) -> bool:
        """Whether some of it is only known when it is deployed."""
        return any(mark in self.text for mark in ("$", "{{", "<"))

    @property
    def base(self) -> str:
        """The last part of its name: `timescaledb` of `docker.io/timescale/timescaledb:2`."""
        return self.name.rpartition("/")[2]

    @property
    def product(self) -> Product | None:
        """What well-known product it is."""
        base = self.base.lower()
        known = _KNOWN.get(base)
        return Product(*known) if known else None


def image_of(text: str) -> Image:
    """The parts of an image's name; `${NAME:-default}` counts as its default."""
    plain = filled(text)
    rest, _, digest = plain.partition("@")
    head, slash, last = rest.rpartition("/")
    name, colon, tag = last.partition(":")
    return Image(plain, f"{head}{slash}{name}", tag if colon else "", digest)


_DEFAULTED = re.compile(r"\$\{[A-Za-z0-9_]{1,100}:?-([^{}$]{0,200})\}")


def filled(text: str) -> str:
    """A text with the defaults of its variables in their place, as in `${PORT:-8080}`."""
    return _DEFAULTED.sub(r"\1", text) if "${" in text else text
