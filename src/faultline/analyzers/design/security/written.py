"""Addresses in the settings that a deployment carries as text: files in a ConfigMap, commands, arguments.

`endpoint: http://logs.example.org` in the settings of a log shipper sends in the clear what a variable of that value
would. Only what stands behind a telling name, or after a flag, is an address that is called: texts are full of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.developed import is_developed
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, KubernetesObject
from faultline.analyzers.design.documents.plain import strings
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security import images
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

_CALLED: Final = (
    r"(?:\w{1,30}[._-])*(?:\w{0,30}(?:url|uri|endpoint|addr|address|target|server|remote|upstream|webhook|sink"
    r"|collector|backend|dest"
    r"|destination|gateway|broker|registry)|hosts?|host_?name|proxy_pass|to|api|forward|push|write)s?"
)
SAID: Final = regex(
    rf"^\s{{0,60}}(?:-\s{{1,4}})?(?:set\s{{1,4}})?[\"']?(?P<name>(?i:{_CALLED}))[\"']?\s{{0,4}}(?:[:=]"
    rf"|\s)\s{{0,4}}\[?\s{{0,4}}[\"']?"
    r"(?P<value>https?://[^\s\"',;\]]{4,190})"
)
_INLINE: Final = regex(
    rf"[{{,]\s{{0,4}}[\"']?(?P<name>(?i:{_CALLED}))[\"']?\s{{0,3}}:\s{{0,3}}[\"']?(?P<value>http://[^\s\"',;}}\]]{{4,190}})"
)
_ITEM: Final = regex(r"^\s{0,60}-\s{1,4}[\"']?(?P<value>http://[^\s\"',;\]]{4,190})[\"']?\s*$")
_KEY: Final = regex(rf"^\s{{0,60}}[\"']?(?P<name>(?i:{_CALLED}))[\"']?\s{{0,3}}:\s*$")
_FLAG: Final = regex(r"(?:^|\s)(?P<name>--?[\w.-]{1,60})(?:=|\s{1,3})[\"']?(?P<value>http://[^\s\"',;]{4,190})")
FETCH: Final = regex(r"\b(?P<name>curl|wget|http)\s(?:[^|;&]{0,200}?\s)?[\"']?(?P<value>http://[^\s\"',;|&]{4,190})")
_NOT_CALLED: Final = regex(
    r"(?i)origin|referer|proxy|issuer|audience|realm|redirect|allowed|external|public|namespace|schema|header|^-[hHAe]$"
)


def check(design: Design) -> Iterator[Observation]:
    """Addresses without TLS in settings that are carried as text."""
    for document in design.of(KubernetesDocument):
        for thing in document.objects:
            if thing.kind == "ConfigMap":
                yield from _files(thing)
        for workload in document.workloads:
            for container in workload.all_containers:
                for key in ("command", "args"):
                    yield from _commands(
                        container.get(key), container.symbol, lambda *at, c=container, k=key: c.spot(k, *at)
                    )
    for compose in design.of(ComposeDocument):
        if compose.stage == "development":
            continue
        for service in compose.services:
            if not is_developed(service):
                spot = lambda *at, s=service: s.spot("command", *at)  # noqa: E731 - bound to this service
                yield from _commands(service.get("command"), f"service {service.name}", spot)
        yield from _contents(compose)


def _files(thing: KubernetesObject) -> Iterator[Observation]:
    for name, text in strings(thing.get("data")).items():
        if "\n" in text and "http://" in text:
            yield from _lines(text, thing.spot("data", name), f"{thing.symbol} {name}")


def _contents(document: ComposeDocument) -> Iterator[Observation]:
    configs = document.data.get("configs")
    for name, each in configs.items() if isinstance(configs, dict) else ():
        text = each.get("content") if isinstance(each, dict) else None
        if isinstance(text, str) and "http://" in text:
            yield from _lines(text, Spot(document, ("configs", name, "content"), symbol=str(name)), f"config {name}")


def _lines(text: str, spot: Spot, symbol: str) -> Iterator[Observation]:
    """What the lines of a text call; a comment, a page and a list of links call nothing."""
    tree = spot.tree or getattr(spot.document, "tree", None)
    if tree is None or spot.pointer is None or text.lstrip().startswith("<"):
        return
    start = tree.key_line_of(spot.pointer)
    listed = ""
    for offset, line in enumerate(text.split("\n")[:5_000], 1):
        if "http" not in line:
            key = _KEY.match(line)
            listed = key["name"] if key else listed if line.lstrip().startswith("-") else ""
            continue
        if line.lstrip().startswith(("#", "//", ";", "*")) or len(line) > 1_000:
            continue
        found = SAID.match(line) or _INLINE.search(line)
        item = _ITEM.match(line) if not found and listed else None
        if found or item:
            name, value = (found["name"], found["value"]) if found else (listed, item["value"] if item else "")
            where = Spot(spot.document, line=start + offset, symbol=spot.symbol)
            yield from judged(name, value, where, symbol)


def _commands(said: Any, symbol: str, spot: Any) -> Iterator[Observation]:
    lines = said if isinstance(said, list) else [said]
    for place, line in enumerate(lines):
        if not isinstance(line, str) or "http://" not in line or len(line) > 4_000:
            continue
        where = spot(place) if isinstance(said, list) else spot()
        before = lines[place - 1] if place and isinstance(lines[place - 1], str) else ""
        text = f"{before} {line}" if before.startswith("-") and line.startswith("http://") else line
        called = {each["value"]: each["name"] for each in (*_FLAG.finditer(text), *FETCH.finditer(text))}
        for value, name in called.items():
            yield from judged(name, value, where, symbol)


def judged(name: str, value: str, spot: Spot, symbol: str) -> Iterator[Observation]:
    """What is wrong with the address that a setting or a flag of a name leads to."""
    name = name.replace("proxy_pass", "upstream")
    if not _NOT_CALLED.search(name):
        for each in images.setting_faults(name, value, spot, symbol):
            if each.rule == "security/plain-http":
                yield each


CHECKS: tuple[Check, ...] = (check,)
