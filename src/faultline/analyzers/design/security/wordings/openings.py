"""How engineers put faults into words: what stands open: stores, buckets, answers for other sites.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.security.wordings.lexicons import DENYING, GUARD, OUTSIDE

_STORE = cues(
    "primary, standby, search cluster, elastic, document store, data node, data nodes, queue manager, mq, replica",
    "replicas, read replica, data lake, time series, database/databases, databases, db, postgres/postgresql, mysql",
    "mariadb, mongo/mongodb, redis, elasticsearch, opensearch, rabbitmq, kafka, memcached, etcd, cassandra",
    "clickhouse, influxdb, broker/brokers, cache, nfs, consul, zookeeper, data store, datastore, rds, cloud sql",
    "warehouse, nats, sql server, oracle, port 5432/3306/6379/27017/9200/5672/9092/11211/2379/1433/8123/4222/5433",
)
_FRONT = cues(
    "search page, status page, api, gateway, load balancer, web, front end, site, portal, browser/browsers, app",
    "ingress, users, shop, edge, cdn, proxy, website, page, dashboard/dashboards, bastion, vpc, endpoint, requests",
    "request, https, application",
)
_ANY_ADDRESS = cues(
    "0.0.0.0, all addresses, any address, any ip, from anywhere, from everywhere, open to the world, from outside",
    "open to the internet, publicly accessible",
)
_FRONT_ONLY = cues(
    "api, gateway, site, web server, portal, vpn, private network, users, customers, office, cdn, edge",
)
_STORE_DOOR = cues(
    "database is in a public, in a public subnet, instance is in a public, primary listens on a public",
    "straight from .. browser, from the browser to, mapped on the host, port .. on the host, on a public address",
    "has a public address, port of the broker, database port, broker listens, store listens, its port, their port",
    "cache port, replica on its public, replica .. public, reads .. replica .. public, port of .. database",
    "database's port, database .. port, whose port, broker's port, port 5432/3306/6379/27017/9200",
    "port 5672/9092/11211/2379/1433/8123/4222, security group of .. database, directly to .. database",
    "database listens, postgresql listens, database .. reachable, database is .. reachable, database has a public",
    "database is exposed, straight to .. database, reads directly from .. database, database instance is",
    "rds instance, publicly .. database, database lives in, redis is published, connect to .. database",
    "connections to .. database, database host, cache is bound, brokers are, data store is not in, cloud sql instance",
    "database server, into .. database from, database through, query .. database from, exposes .. database",
    "published .. ports, database is on",
)
_BUCKET = cues(
    "exports, export bucket, export container, bucket, buckets, storage container, blob container, object store",
    "object storage, file share, s3, storage account, uploaded documents, exports are, receipts, static host",
)
_ANONYMOUS = cues(
    "anyone/anybody/everyone/everybody/whoever can/may/could list/read/open/download/see",
    "public bucket/buckets/container/share, public read, public read access, without .. login, world readable",
)
_MEANT_PUBLIC = cues(
    "boundary, boundaries, by intent, fonts, on purpose, intended, intentionally, by design, private",
    "block/blocks/blocked, static assets, static, assets, website, marketing, product images, presigned, signed, cdn",
    "no public, not public, denies, refused, front end, docs, downloads page, release artifacts, never, lifecycle",
    "encrypted, replicated, cloudfront, images are public, public on purpose, map tiles, open data",
)
_ORIGIN = cues(
    "browsers, browser, cors, origin, origins, preflight, cross origin, cross site, same origin",
    "access control allow origin, any web page, every site, any site, browser api, any website",
)
_ANY_ORIGIN = cues(
    "wildcard, from wherever, any/every/all origin/origins/site/sites/page/pages/domain/domains/host/hosts",
    "any web page, not checked, disabled, from anywhere, any website",
)
_FEW_ORIGINS = cues(
    "of our, our domains, our own, our two, only, allow list, allowlist, allowed origins, listed, refused, refuses",
    "rejected, fail/fails, other than, nobody else, public fonts, fonts, no business, never, debugging is, cdn",
    "certificate, dns, image, page builder, compared with",
)

WORDINGS = (
    Wording(
        rule="security/exposed-data-port",
        keys=(),
        together=(
            Together((_STORE, OUTSIDE), unless=GUARD + DENYING + _FRONT, lone=True, clause=True),
            Together((_STORE, _ANY_ADDRESS), unless=DENYING + _FRONT_ONLY, lone=True, clause=True),
            Together((_STORE, _STORE_DOOR, OUTSIDE), unless=GUARD + DENYING, lone=True),
        ),
        says="The text says that a store of data is open to the network.",
    ),
    Wording(
        rule="security/public-bucket",
        keys=(),
        together=(Together((_BUCKET, OUTSIDE + _ANONYMOUS), unless=_MEANT_PUBLIC, lone=True),),
        says="The text says that stored files are open to everybody.",
    ),
    Wording(
        rule="security/any-origin",
        keys=(),
        together=(Together((_ORIGIN, _ANY_ORIGIN), unless=_FEW_ORIGINS, lone=True),),
        says="The text says that every web site may call it from a browser.",
    ),
)
