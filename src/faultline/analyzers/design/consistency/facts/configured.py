"""Facts of deployments: variables, annotations, labels, resources, and what a proxy is told in its own language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from faultline.analyzers.design.consistency.facts.fact import (
    DEFAULT,
    MOST,
    Fact,
    Quantity,
    count,
    seconds,
    size,
)
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, Workload
from faultline.analyzers.design.documents.services import ComposeService
from faultline.analyzers.design.documents.terraform import TerraformBlock, TerraformDocument
from faultline.analyzers.design.documents.units import BYTES, SECONDS
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.clustered import settings
from faultline.analyzers.design.system.model import System
from faultline.analyzers.design.system.naming import words
from faultline.analyzers.design.system.parts import listing
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.results.design import ComponentRole

Owners = Mapping[tuple[str, str], str]
"""The ids of components by the path of a document and the name that they have in it."""

_EMPTY: Final = frozenset(
    """
    app application api service svc server http https rest value setting config configuration cfg spring request
    default global common env param option the a of in for with is my own us x max maximum limit client main custom
    """.split()  # noqa: SIM905 - a list of forty strings is not easier to read
)
_OUTWARD: Final = frozenset(
    {"upstream", "downstream", "outbound", "outgoing", "call", "external", "backend", "remote", "client", "proxy"}
)
_TIMEOUTS: Final = frozenset({"timeout", "deadline"})
_LIFE: Final = frozenset({"ttl", "lifetime", "expiry", "expiration", "expires", "expire"})
_TRIES: Final = frozenset({"retry", "attempt", "redelivery", "delivery", "try"})
_SENT: Final = frozenset({"upload", "body", "file", "payload", "attachment", "content", "request", "message", "image"})
_UNITS: Final = frozenset(SECONDS) | frozenset(BYTES) | {"per"}


def configured(design: Design) -> list[Fact]:
    """The facts that deployments state."""
    owners = owners_of(design.system)
    found: list[Fact] = []
    for document in design.of(ComposeDocument):
        for own in document.services:
            service = own.whole
            if not own.partial and (id := owners.get((service.document.path, service.name))):
                found += _compose(service, id)
    cluster = Cluster(design.of(KubernetesDocument))
    for workload in cluster.workloads:
        path = workload.object.document.path if workload.object.document else ""
        if id := owners.get((path, workload.name)):
            found += _workload(workload, cluster, id)
    doors = [each.id for each in design.system.components if each.role == ComponentRole.GATEWAY]
    for each in cluster.of("Ingress"):
        found += _annotations(each.annotations, each.spot("metadata", "annotations"), doors)
    for each in cluster.of("ConfigMap"):
        for key, value in each.table("data").items():
            if isinstance(value, str) and "\n" in value and len(doors) <= 1:
                found += _directives(value, each.spot("data", key), doors[0] if doors else "")
    places = {
        (each.spot.document.path, each.spot.line): one.id
        for one in design.system.components
        for each in one.mentions
        if each.source == "terraform"
    }
    for document_ in design.of(TerraformDocument):
        for block in document_.resources:
            found += _resource(document_, block, places.get((document_.path, block.line), ""))
    return found


def of_document(document: Document, vocabulary: Vocabulary) -> Iterator[Fact]:
    """The facts of a deployment that a text shows, of components that there are."""
    if isinstance(document, ComposeDocument):
        for service in document.services:
            if id := vocabulary.find(service.name):
                yield from _compose(service, id)
    elif isinstance(document, KubernetesDocument):
        cluster = Cluster([document])
        for workload in cluster.workloads:
            if id := vocabulary.find(workload.name):
                yield from _workload(workload, cluster, id)


def owners_of(system: System) -> Owners:
    """Which component something that a deployment declares is."""
    return {
        (mention.spot.document.path, mention.name): each.id
        for each in system.components
        for mention in each.mentions
        if mention.source in ("compose", "kubernetes") and mention.defines
    }


def _compose(service: ComposeService, id: str) -> Iterator[Fact]:
    for variable in service.environment:
        if variable.value is not None:
            yield from of_setting(variable.name, variable.value, variable.spot, id, service.name)
    for path in (("deploy", "resources", "limits", "memory"), ("mem_limit",)):
        if values := size(service.text(*path)):
            yield Fact(Quantity.MEMORY, id, frozenset(), values, service.text(*path), service.spot(*path))
            break
    for path in (("deploy", "resources", "limits", "cpus"), ("cpus",)):
        if re.fullmatch(r"\d{1,3}(?:\.\d{1,3})?", text := service.text(*path)):
            yield Fact(Quantity.PROCESSORS, id, frozenset(), (float(text),), text, service.spot(*path))
            break
    averages = {each.name: each for each in service.labels if "ratelimit" in each.name.lower()}
    for name, label in averages.items():
        if name.lower().endswith(".average") and (values := count(label.value or "")):
            period = averages.get(f"{name[: -len('average')]}period")
            every = seconds(period.value or "") if period else (1.0,)
            if every and every[0]:
                yield Fact(Quantity.RATE, "", frozenset(), (values[0] / every[0],), label.value or "", label.spot)


def _workload(workload: Workload, cluster: Cluster, id: str) -> Iterator[Fact]:
    for name, value, spot in settings(workload, cluster):
        if name:
            yield from of_setting(name, value, spot, id, workload.name)
    for container in workload.containers:
        for key in ("command", "args"):
            for place, each in enumerate(listing(container.get(key))):
                if isinstance(each, str) and (flag := _FLAG.fullmatch(each)):
                    yield from of_setting(flag[1], flag[2], container.spot(key, place), id, workload.name)
    if len(workload.containers) != 1:
        return
    (container,) = workload.containers
    for key, quantity in (("memory", Quantity.MEMORY), ("cpu", Quantity.PROCESSORS)):
        limit = container.get("resources", "limits", key)
        asked = container.get("resources", "requests", key)
        read = size if quantity is Quantity.MEMORY else _processors
        values = read(str(limit)) if limit is not None else ()
        if values:
            values += read(str(asked)) if asked is not None else ()
            spot = container.owner.spot(*container.path, "resources", "limits", key)
            yield Fact(quantity, id, frozenset(), values, str(limit), spot)


_FLAG: Final = re.compile(r"--?([a-z][\w.-]{2,60})=([\w.:]{1,40})")


def _processors(text: str) -> tuple[float, ...]:
    if text.endswith("m") and text[:-1].isdecimal():
        return (int(text[:-1][:9]) / 1000,)
    return (float(text),) if re.fullmatch(r"\d{1,4}(?:\.\d{1,3})?", text) else ()


def of_setting(name: str, value: str, spot: Spot, id: str, owner: str) -> Iterator[Fact]:
    """The fact that a variable states by its name and its value, if any.

    Args:
        name: as in `CARRIER_TIMEOUT_MS`.
        value: as in `2000`.
        spot: where it is set.
        id: of the component that it is set for.
        owner: what that is called there; words of it in the name say nothing more.

    """
    if len(name) > 100 or len(value) > 60 or not any(map(str.isdigit, value)):
        return
    spelled = words(name.replace(".", "_").replace("[", "_"))
    said = set(spelled)
    if {"min", "minimum", "connect", "threshold"} & set(spelled[:-1]):
        return
    named = spelled[-1] if spelled else ""
    more: set[str] = set()
    bound = ""
    values: tuple[float, ...] = ()
    quantity: Quantity | None = None
    if said & _TIMEOUTS:
        quantity, more, values = Quantity.TIMEOUT, set(_TIMEOUTS), seconds(value, named if named in SECONDS else "")
    elif "retention" in said or ("keep" in said and named in SECONDS):
        plain = (1.0, 0.001, 60.0, 3600.0, 86400.0)
        quantity, more = Quantity.RETENTION, {"retention", "keep", "period", "time"}
        values = seconds(value, named if named in SECONDS else "", plain=plain)
    elif said & _LIFE:
        quantity, more = Quantity.LIFETIME, {*_LIFE, "in", "time"}
        values = seconds(value, named if named in SECONDS else "", plain=(1.0, 0.001, 60.0, 3600.0))
    elif {"rp", "rps", "rpm"} & said or ("rate" in said and "limit" in said) or "throttle" in said:
        quantity, more = Quantity.RATE, {"rp", "rps", "rpm", "rate", "limit", "throttle", "max", "window"}
        values = _rate(spelled, value)
    elif "page" in said and said & {"size", "limit", "length"}:
        quantity, more = Quantity.PAGE, {"page", "size", "limit", "length", "item"}
        bound = DEFAULT if "default" in said else MOST if said & {"max", "maximum", "limit"} else ""
        values = count(value)
    elif said & {"max", "maximum", "limit"} and said & _SENT and (said & {"size", "length"} or named in BYTES):
        quantity, more = Quantity.UPLOAD, {*_SENT, "size", "length"}
        values = size(value, named if named in BYTES and named != "m" else "", plain=(1.0, 1e6, 1048576.0))
    elif said & _TRIES and said & {"max", "maximum", "limit", "count", "number"} and named not in SECONDS:
        quantity, more, values = Quantity.ATTEMPTS, {*_TRIES, "count", "number"}, count(value)
    if quantity and values and min(values) > 0:
        about = frozenset(said - more - _EMPTY - _UNITS - _OUTWARD - set(words(owner)))
        if "proxy" in said or "upstream" in said:
            about -= {"read", "send"}
        if quantity is Quantity.LIFETIME:
            about = frozenset({"token" if each == "jwt" else each for each in about - {"access", "authentication"}})
        elif quantity is Quantity.RETENTION and about == {"log"} and "kafka" in said:
            about = frozenset()  # what Kafka calls its log are the messages
        yield Fact(quantity, id, about, values, f"{name}={value}", spot, bound, bool(said & _OUTWARD))


def _rate(spelled: tuple[str, ...], value: str) -> tuple[float, ...]:
    """Requests a second, of `100`, `100/minute` and `10r/s` under a name that may end in a unit."""
    amount, slash, per = value.strip().lower().replace(" per ", "/").partition("/")
    number = re.match(r"(\d{1,9}) ?(?:r|req|requests)?$", amount.strip())
    if not number:
        return ()
    if slash:
        per = per.strip().removesuffix("s") or "s"
        return (float(number[1]) / SECONDS[per],) if per in SECONDS else ()
    if {"rp", "rps"} & set(spelled):
        return (float(number[1]),)
    if "rpm" in spelled:
        return (float(number[1]) / 60,)
    every = [each for each in spelled if each in ("second", "minute", "hour", "day", "sec", "min")]
    if every and "window" not in spelled:
        return (float(number[1]) / SECONDS[every[-1]],)
    plain = set(spelled) <= {"rate", "limit", "max", "request", "api", "global", "default", "value", "http", "per"}
    return tuple(float(number[1]) / each for each in (1, 60, 3600)) if plain else ()


_ANNOTATED: Final = (
    (re.compile(r"/proxy-(?:read|send)-timeout$"), Quantity.TIMEOUT),
    (re.compile(r"/proxy-body-size$"), Quantity.UPLOAD),
    (re.compile(r"/limit-rps$"), Quantity.RATE),
    (re.compile(r"/limit-rpm$"), Quantity.RATE),
)


def _annotations(annotations: Mapping[str, str], at: Spot, doors: list[str]) -> Iterator[Fact]:
    door = "ingress" if "ingress" in doors else doors[0] if len(doors) == 1 else ""
    for name, value in annotations.items():
        for pattern, quantity in _ANNOTATED:
            if not pattern.search(name):
                continue
            values = {
                Quantity.TIMEOUT: lambda text: seconds(text, plain=(1.0,)),
                Quantity.UPLOAD: size,
                Quantity.RATE: count,
            }[quantity](value)
            if values and name.endswith("rpm"):
                values = (values[0] / 60,)
            if values and values[0] > 0 and at.pointer is not None:
                spot = Spot(at.document, (*at.pointer, name), at.tree, symbol=at.symbol)
                words_ = f"{name.rpartition('/')[2]}: {value}"
                yield Fact(quantity, door, frozenset(), values, words_, spot, passing=True)


_DIRECTIVE: Final = re.compile(
    r"^\s{0,40}(?:(client_max_body_size|proxy_read_timeout|proxy_send_timeout)\s{1,8}(\w{1,12})\s{0,4};"
    r"|limit_req_zone\s[^;]{0,200}\brate=(\d{1,6})r/([sm]))"
)


def _directives(text: str, at: Spot, door: str) -> Iterator[Fact]:
    """What nginx is told; `text` stands in a block below its key."""
    if at.tree is None or at.pointer is None or ";" not in text:
        return
    start = at.tree.key_line_of(at.pointer)
    for number, line in enumerate(text.split("\n")[:5_000], 1):
        found = _DIRECTIVE.match(line[:400])
        if not found:
            continue
        spot = Spot(at.document, line=start + number, symbol=f"{at.symbol} {found[1] or 'limit_req_zone'}")
        if found[3]:
            rate = int(found[3]) / (1 if found[4] == "s" else 60)
            yield Fact(Quantity.RATE, door, frozenset(), (rate,), f"{found[3]}r/{found[4]}", spot, passing=True)
        elif found[1].endswith("timeout"):
            values = seconds(found[2], plain=(1.0,))
            if values:
                yield Fact(Quantity.TIMEOUT, door, frozenset(), values, line.strip(" ;"), spot, passing=True)
        elif values := size(found[2]):
            yield Fact(Quantity.UPLOAD, door, frozenset(), values, line.strip(" ;"), spot, passing=True)


_ATTRIBUTES: Final[Mapping[str, tuple[Quantity, str, tuple[str, ...]]]] = {
    "backup_retention_period": (Quantity.RETENTION, "day", ("backup",)),
    "backup_retention_days": (Quantity.RETENTION, "day", ("backup",)),
    "snapshot_retention_limit": (Quantity.RETENTION, "day", ("snapshot",)),
    "automated_snapshot_retention_period": (Quantity.RETENTION, "day", ("snapshot",)),
    "retention_in_days": (Quantity.RETENTION, "day", ("log",)),
    "message_retention_seconds": (Quantity.RETENTION, "second", ("message",)),
    "retention_period": (Quantity.RETENTION, "hour", ("record",)),
    "visibility_timeout_seconds": (Quantity.TIMEOUT, "second", ("visibility",)),
    "max_delivery_attempts": (Quantity.RECEIVES, "", ()),
    "max_delivery_count": (Quantity.RECEIVES, "", ()),
    "redrive_policy.maxReceiveCount": (Quantity.RECEIVES, "", ()),
    "idle_timeout": (Quantity.TIMEOUT, "second", ("idle",)),
}


def _literals(document: TerraformDocument, block: TerraformBlock) -> Iterator[tuple[str, object]]:
    """The values of a block by name; those of an object by their path."""
    for name in block.attributes:
        value = document.value(block, name)
        yield name, value
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield f"{name}.{key}", inner


def _resource(document: TerraformDocument, block: TerraformBlock, id: str) -> Iterator[Fact]:
    for inner in block.walk():
        for name, value in _literals(document, inner):
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                continue
            spot = document.spot(inner, name, block)
            if name in _ATTRIBUTES:
                quantity, per, about = _ATTRIBUTES[name]
                said = f"{name.rpartition('.')[2]} = {value}"
                if name == "retention_period" and block.type != "aws_kinesis_stream":
                    continue
                yield Fact(quantity, id, frozenset(about), (value * SECONDS.get(per, 1.0),), said, spot)
            elif block.type == "aws_lambda_function" and inner is block and name in ("timeout", "memory_size"):
                quantity = Quantity.TIMEOUT if name == "timeout" else Quantity.MEMORY
                values = (float(value),) if name == "timeout" else (value * 1048576.0,)
                yield Fact(quantity, id, frozenset(), values, f"{name} = {value}", spot)
    for inner in block.walk():
        variables = inner.attributes.get("variables")
        if inner.kind == "environment" and isinstance(variables, dict):
            for name, value in variables.items():
                spot = document.spot(inner, f"variables.{name}", block)
                yield from of_setting(str(name), str(document.resolved(value)), spot, id, block.name)
