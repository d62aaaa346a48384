"""What a component is for, by its name, its technology and the shape it is drawn with."""

from __future__ import annotations

import re
from typing import Final

from faultline.analyzers.design.system.naming import Words, words
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_LAST: Final = {
    "database": ComponentRole.STORE,
    "warehouse": ComponentRole.STORE,
    "bucket": ComponentRole.STORE,
    "cache": ComponentRole.CACHE,
    "queue": ComponentRole.QUEUE,
    "bus": ComponentRole.QUEUE,
    "topic": ComponentRole.QUEUE,
    "stream": ComponentRole.QUEUE,
    "worker": ComponentRole.JOB,
    "consumer": ComponentRole.JOB,
    "scheduler": ComponentRole.JOB,
    "cron": ComponentRole.JOB,
    "cronjob": ComponentRole.JOB,
    "job": ComponentRole.JOB,
    "beat": ComponentRole.JOB,
    "balancer": ComponentRole.GATEWAY,
    "ingress": ComponentRole.GATEWAY,
    "alb": ComponentRole.GATEWAY,
    "elb": ComponentRole.GATEWAY,
    "cdn": ComponentRole.EXTERNAL,
    "user": ComponentRole.CLIENT,
    "customer": ComponentRole.CLIENT,
    "shopper": ComponentRole.CLIENT,
    "buyer": ComponentRole.CLIENT,
    "visitor": ComponentRole.CLIENT,
    "person": ComponentRole.CLIENT,
    "browser": ComponentRole.CLIENT,
    "client": ComponentRole.CLIENT,
    "spa": ComponentRole.CLIENT,
    "provider": ComponentRole.EXTERNAL,
    "relay": ComponentRole.EXTERNAL,
    "waf": ComponentRole.EXTERNAL,
    "bank": ComponentRole.EXTERNAL,
    "erp": ComponentRole.EXTERNAL,
    "crm": ComponentRole.EXTERNAL,
    "smtp": ComponentRole.EXTERNAL,
    "idp": ComponentRole.EXTERNAL,
    "carrier": ComponentRole.EXTERNAL,
}
_GATEWAYS: Final = frozenset(
    {"api", "edge", "web", "public", "http", "app", "bff", "ingress", "shop", "main", "reverse"}
)
_CLIENTS: Final = regex(
    r"^(?:mobile|single page|ios|android"
    r"|web browser|browser|internet|users?|customers?|clients?|admin|operator|merchant|guest)"
    r"(?: ?(?:app|apps|user|users|client|clients|application))?$",
    re.IGNORECASE,
)
_SHAPES: Final = {
    "database": ComponentRole.STORE,
    "queue": ComponentRole.QUEUE,
    "person": ComponentRole.CLIENT,
    "actor": ComponentRole.CLIENT,
    "external": ComponentRole.EXTERNAL,
}
EXTERNALS: Final = frozenset(
    {
        *("stripe", "paypal", "adyen", "braintree", "klarna", "square", "plaid", "avalara", "taxjar", "sepa"),
        *("sendgrid", "mailgun", "mailchimp", "postmark", "twilio", "ses", "fcm", "apns", "firebase", "slack"),
        *("auth0", "okta", "github", "gitlab", "google", "facebook", "apple", "openai", "anthropic", "sentry"),
        *(
            "datadog",
            "cloudflare",
            "cloudfront",
            "akamai",
            "fastly",
            "algolia",
            "ups",
            "dhl",
            "fedex",
            "shippo",
            "easypost",
            "salesforce",
            "hubspot",
        ),
    }
)
_PLUMBING: Final = regex(
    r"(?:^|[-_ ])(?:migrat\w{0,6}|init|seed\w{0,3}|setup|backup\w?|prometheus|grafana|jaeger|zipkin|otel\w{0,12}"
    r"|collector|loki|tempo|promtail|\w{0,12}exporter|adminer|pgadmin\w?|phpmyadmin|mailhog|mailpit|mailcatcher|flower"
    r"|cadvisor|watchtower|certbot|swagger-ui|tests?|e2e|commander|kafka-ui|akhq|zookeeper|schema-registry|portainer|fluentd"
    r"|fluent-?bit|filebeat|logstash|kibana|alertmanager|dozzle|localstack|cert-manager|vector|debug"
    r"|k6|locust)(?:$|[-_ ])"
)


def by_name(name: str) -> ComponentRole | None:
    """What a name says of the role."""
    found = words(name)
    if not found:
        return None
    if _CLIENTS.match(" ".join(found)) or _CLIENTS.match(name.strip()):
        return ComponentRole.CLIENT
    if is_gateway(found):
        return ComponentRole.GATEWAY
    if any(each in EXTERNALS for each in found) and found[-1] not in ("service", "svc", "adapter", "worker", "gateway"):
        return ComponentRole.EXTERNAL
    if found[0] in ("external", "third", "partner") and len(found) > 1:
        return ComponentRole.EXTERNAL
    last = found[-1] if not found[-1].isdigit() or len(found) == 1 else found[-2]
    return _LAST.get(last)


def is_gateway(found: Words) -> bool:
    """Whether words name what stands before the system: an `API gateway`, not a `payment gateway`."""
    last, before = found[-1], found[-2] if len(found) > 1 else ""
    if last in ("gateway", "proxy"):
        return not before or before in _GATEWAYS
    return last in ("balancer", "ingress") or found == ("edge",) or found == ("reverse", "proxy")


def by_shape(shape: str) -> ComponentRole | None:
    """What the shape of a box says of the role."""
    return _SHAPES.get(shape)


def is_plumbing(name: str) -> bool:
    """Whether a name is that of a tool around the system: a migration, a monitor, an administration page."""
    return bool(_PLUMBING.search(name.lower()))
