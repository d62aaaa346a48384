"""Names of components evened out: `order-service`, `Order Service`, `OrderService`, `orders`, `orders-api` are one.

What a name is made of are its words: split at case, spaces and signs, in lower case and singular. Words that only say
that a thing runs (`service`, `svc`, `api`, `app`, `server`) count for nothing at the end. `orders-db` keeps its
`database`, so it is not `orders`. Whether two names are one is decided by `joining.py`, which knows all of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from faultline.analyzers.design.system.technologies import of_name
from faultline.core.patterns import regex

Words = tuple[str, ...]

MAX_NAME = 120
_PARTS: Final = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ASIDE: Final = regex(r"\s*[(\[<{][^()\[\]<>{}]{0,80}[)\]>}]")
_RUNS: Final = frozenset(
    {"service", "svc", "api", "app", "application", "server", "microservice", "ms", "component", "srv", "backend"}
)
_SHORT: Final = {
    "db": "database",
    "datastore": "database",
    "databases": "database",
    "svc": "service",
    "srv": "service",
    "gw": "gateway",
    "mq": "queue",
    "broker": "queue",
    "fe": "frontend",
    "ui": "frontend",
    "be": "backend",
    "auth": "authentication",
    "authn": "authentication",
    "mgmt": "management",
    "notif": "notification",
    "notifier": "notification",
    "msg": "message",
    "cfg": "configuration",
    "config": "configuration",
    "lb": "balancer",
    "repo": "repository",
    "txn": "transaction",
    "acct": "account",
    "cust": "customer",
    "inv": "inventory",
    "rec": "recommendation",
    "reco": "recommendation",
    "app": "app",
    "js": "js",
}
_KEEP_S: Final = frozenset(
    {
        "redis",
        "sms",
        "dns",
        "aws",
        "sns",
        "sqs",
        "nats",
        "kubernetes",
        "postgres",
        "gps",
        "news",
        "ios",
        "status",
        "js",
        "dbs",
    }
)
_GLUED: Final = regex(r"(?!micro|web|data|observ)([a-z]{3,30}?)(service|svc|server|worker|gateway|database|db|queue)s?")
# Products whose capitals and plurals are no ends of words.
_PRODUCTS: Final = regex(
    r"postgres(?:ql)?|mysql|mongo(?:db)?|rabbitmq|mariadb|dynamodb|cockroachdb|couchdb|influxdb|elasticsearch|opensearch"
    r"|clickhouse|elasticache|activemq|memcached|pubsub|graphql|oauth|github|paypal|sendgrid|haproxy|openai"
    r"|cloudfront|cloudflare|datadog|hubspot|mailchimp|fedex|taxjar|easypost|youtube|linkedin|whatsapp|salesforce",
    re.IGNORECASE,
)
_EMPTY: Final = frozenset({"the", "a", "an", "our"})


def bare(name: str) -> str:
    """A name without what stands in brackets behind it, and its first line only: `Orders (Go)` is `Orders`."""
    first = re.split(r"<br\s*/?>|\\n|\n", name[: 4 * MAX_NAME], maxsplit=1)[0]
    return _ASIDE.sub("", first).strip(" \t\"'`*_:")[:MAX_NAME] or first.strip()[:MAX_NAME]


@lru_cache(maxsize=8192)
def words(name: str) -> Words:
    """The words of a name, none where it has no letters or digits."""
    found = []
    text = bare(name)
    product, _ = of_name(text)
    if product:
        return (product.id,)
    for part in _PARTS.findall(_PRODUCTS.sub(_product, text)):
        word = part.lower()
        if word in _EMPTY:
            continue
        if glued := _GLUED.fullmatch(word):
            found.append(singular(glued[1]))
            word = glued[2]
        found.append(_SHORT.get(word) or _SHORT.get(singular(word)) or singular(word))
    return tuple(found)


def _product(found: re.Match[str]) -> str:
    product, _ = of_name(found[0])
    return f" {product.id if product else found[0].lower()} "


@lru_cache(maxsize=8192)
def stem(name: Words) -> Words:
    """The words without those that only say that the thing runs; one word always stays."""
    if len(name) > 1 and name[0] in ("api", "app") and name[-1] in ("gateway", "balancer"):
        name = name[1:]
    while len(name) > 1 and name[-1] in _RUNS:
        name = name[:-1]
    if len(name) > 1 and name[-1].isdigit():
        name = name[:-1]
    return name


def slug(name: str) -> str:
    """A name as an id: `orders-db` of `Orders DB`, nothing shortened but case and signs."""
    return "-".join(part.lower() for part in _PARTS.findall(bare(name))) or "component"


def singular(word: str) -> str:
    """A noun without the plural: `orders`, `boxes`, `inventories`; `status` and `redis` are none."""
    if len(word) < 4 or word in _KEEP_S or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]
