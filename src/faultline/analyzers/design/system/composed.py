"""Compose files as parts and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from faultline.analyzers.design.documents.compose import ComposeDocument, ComposeService
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import roles
from faultline.analyzers.design.system.addresses import Address, addresses
from faultline.analyzers.design.system.model import Mention, Saying
from faultline.analyzers.design.system.openings import Opened, by_prefix, is_secret, is_server, of_server
from faultline.analyzers.design.system.parts import Link, Part, Unit
from faultline.analyzers.design.system.technologies import is_web, of_image, of_scheme
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_OPENS: Final = regex(r"(?:port[ =]|(?<![\w-])--?(?:bind|listen|addr|address)[ =]\S{0,60}?:|^-p )(\d{2,5})\b")
_ASYNCHRONOUS: Final = frozenset({ComponentRole.QUEUE})


def units(documents: Sequence[ComposeDocument]) -> Iterator[Unit]:
    """A unit for the files of each folder; overrides belong to what they add to."""
    folders: dict[str, list[ComposeDocument]] = {}
    for each in documents:
        folders.setdefault(each.path.rpartition("/")[0], []).append(each)
    for folder, files in folders.items():
        yield _unit(folder, files)


def _unit(folder: str, files: Sequence[ComposeDocument]) -> Unit:
    unit = Unit("compose")
    parts: dict[str, Part] = {}
    services: list[ComposeService] = []
    for document in files:
        unit.open |= any("external" in str(each) for each in (document.data.get("networks"),) if each)
        for own in document.services:
            if own.partial:
                continue
            service = own.whole
            if service.name in parts:  # a second variant of the same system: compose.prod.yaml beside compose.yaml
                parts[service.name].mentions.append(_mention(service))
                _claims(parts[service.name], service)
            else:
                parts[service.name] = _part(service, folder)
                unit.parts.append(parts[service.name])
            services.append(service)
    hosts: dict[str, Part] = {}
    for service in services:
        for name in _hosts(service):
            hosts.setdefault(name, parts[service.name])
    unit.hosts.update(
        each.partition(":")[0].partition("=")[0] for s in services for each in _texts(s.get("extra_hosts"))
    )
    for service in services:
        unit.links += _links(service, parts[service.name], hosts, unit)
    return unit


def _mention(service: ComposeService) -> Mention:
    return Mention(service.spot(), "compose", service.name, defines=True)


def _part(service: ComposeService, folder: str) -> Part:
    technology, version = of_image(service.text("image")) if not service.built else (None, "")
    part = Part(service.name, service.spot(), "compose", home=folder)
    part.technology = technology.id if technology else ""
    named = roles.by_name(service.name)
    part.role = technology.role if technology else named
    if part.role == ComponentRole.CACHE and named in (ComponentRole.QUEUE, ComponentRole.STORE):
        part.role = named
    if part.role in (ComponentRole.CLIENT, ComponentRole.EXTERNAL) or (technology and technology.family == "identity"):
        part.role = ComponentRole.SERVICE  # what runs here is ours
    if part.role is None and service.once:
        part.role = ComponentRole.JOB
    if part.role in (ComponentRole.STORE, ComponentRole.QUEUE, ComponentRole.CACHE) and service.built:
        part.role = None if part.role == ComponentRole.STORE else part.role
    part.plumbing = roles.is_plumbing(service.name) or bool(service.profiles) or service.once
    part.plumbing |= roles.is_plumbing(service.text("image").rpartition("/")[2].partition(":")[0])
    part.app = str(service.get("image") or "").partition("@")[0] or _built(service)
    _claims(part, service)
    if technology and version:
        part.claim("version", version, service.spot("image"))
    if technology:
        part.claim("technology", technology.id, service.spot("image"))
    return part


def _claims(part: Part, service: ComposeService) -> None:
    for path in (("deploy", "replicas"), ("scale",)):
        if service.text(*path).isdecimal() and (count := service.replicas) is not None:
            part.replicas(count, count, service.spot(*path))
            break
    for port in service.ports:
        if port.container:
            part.claim("port", str(port.container), port.spot)
        if port.published.isdecimal():
            part.claim("published", port.published, port.spot)
    for exposed in service.exposed:
        if not any(each.about == "port" and each.value == str(exposed) for each in part.claims):
            part.claim("port", str(exposed), service.spot("expose"))
    for place, argument in enumerate(arguments := _texts(service.get("command"))):
        before = arguments[place - 1] if place else ""
        for found in _OPENS.finditer(f"{before} {argument}" if before.startswith("-") else argument):
            # Products listen on their usual port as well, and tools on one for metrics or a console.
            aside = part.technology or re.search(r"console|metric|admin|manage", f"{before} {argument}")
            part.claim("more port" if aside else "port", found[1], _within(service, "command", place))
    for variable in service.environment:
        if variable.name.upper() in ("PORT", "SERVER_PORT", "HTTP_PORT", "APP_PORT", "LISTEN_PORT", "GRPC_PORT") and (
            (variable.value or "").isdigit()
        ):
            part.claim("port", variable.value or "", variable.spot)


def _built(service: ComposeService) -> str:
    build = service.get("build")
    context = build.get("context", ".") if isinstance(build, dict) else build
    if context is None:
        return ""
    file = build.get("dockerfile", "") if isinstance(build, dict) else ""
    return f"build:{str(context).rstrip('/')}:{file}"


def _hosts(service: ComposeService) -> Iterator[str]:
    yield service.name
    for key in ("container_name", "hostname"):
        if isinstance(name := service.get(key), str):
            yield name
    for network in service.table("networks").values():
        if isinstance(network, dict):
            yield from _texts(network.get("aliases"))


def _links(service: ComposeService, part: Part, hosts: dict[str, Part], unit: Unit) -> Iterator[Link]:
    told: set[Part] = set()
    names = [(each.name, each.value or "", each.spot) for each in service.environment]
    told_of = by_prefix((name, filled(value)) for name, value, _ in names)
    for place, argument in enumerate(_texts(service.get("command"))):
        names.append(("", argument, _within(service, "command", place)))
    for name, value, spot in names:
        for address in addresses(name, filled(value)):
            target = hosts.get(address.host)
            said = saying("compose", spot, address, target, of_server(name, told_of), name)
            if store := elsewhere(name, address, target, said):
                unit.opened.append((part, store, said))
            if is_far(address, target):
                unit.far.append((part, address.host))
            if target is part or (target is None and not address.sure):
                continue
            if target is None and not address.scheme and "." not in address.host:
                continue  # `LOG_LEVEL: debug:1` is no host, and a word with a port may be anything
            if target is not None:
                told.add(target)
            yield Link(part, target, said, address.host)
        if value.startswith("/run/secrets/") and is_secret(name, value):
            unit.opened.append(
                (part, f"secret {value[13:]}", Saying(spot, "compose", "url", True, name, "", 0, value[13:]))
            )
    for dependency in (*service.depends_on, *service.links):
        target = hosts.get(dependency.service)
        if target is not None and target is not part and dependency.condition != "service_completed_successfully":
            waits = False if target.role in _ASYNCHRONOUS else None
            yield Link(part, target, Saying(dependency.spot, "compose", "depends", waits))


def saying(source: str, spot: Spot, address: Address, target: Part | None, other: Opened, label: str) -> Saying:
    """What an address in a setting says of a call; `other` is what other settings say of the database."""
    known = of_scheme(address.scheme)
    role = known.role if known else target.role if target else None
    store = role == ComponentRole.STORE or is_server(label)
    database = address.database or (other.database if store else "")
    login = address.login or (other.login if store else "")
    waits = role not in _ASYNCHRONOUS
    return Saying(spot, source, "url", waits, label, address.scheme, address.port, database, login)


def is_far(address: Address, target: Part | None) -> bool:
    """Whether a host is of elsewhere, and may be that of a store or a queue."""
    return target is None and "." in address.host and not is_web(address.scheme)


def elsewhere(name: str, address: Address, target: Part | None, said: Saying) -> str:
    """The host of a database that is no part of the files, or stands behind a pooler; empty for all else."""
    known = of_scheme(address.scheme)
    store = known.role == ComponentRole.STORE if known else is_server(name)
    return address.host if store and said.database and (target is None or target.role != ComponentRole.STORE) else ""


def filled(value: str) -> str:
    """A setting with the defaults of its variables: `http://a:80` of `${URL:-http://a:80}`."""
    return re.sub(r"\$\{[A-Za-z_]\w{0,60}(?::?-([^{}]{0,300}))?\}", lambda found: found[1] or "VALUE", value[:4000])


def _within(service: ComposeService, key: str, place: int) -> Spot:
    return service.spot(key, place) if isinstance(service.get(key), list) else service.spot(key)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}" for key in value]
    if isinstance(value, list):
        return [str(each) for each in value]
    return [value] if isinstance(value, str) else []
