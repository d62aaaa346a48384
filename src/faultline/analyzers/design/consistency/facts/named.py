"""Settings that a text calls by their own name: "`maxmemory-policy` is `noeviction`"; figures are not here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere
from faultline.analyzers.design.documents.terraform import TerraformBlock, TerraformDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

MAX_SETTINGS: Final = 20_000


class Named(NamedTuple):
    """A setting with a name of its own: that name in lower case with hyphens, its value and its place."""

    name: str
    value: str
    spot: Spot


# Both the name and the value are code, or the value is a word that can be nothing else (`allkeys-lru`).
_STATED: Final = regex(
    r"(?<![\w.-])([A-Za-z][a-z0-9]{1,20}(?:[-_.][A-Za-z0-9]{1,20}){1,5}|[a-z]{2,20}(?:[A-Z][a-z]{2,20}){1,4})"
    r"(?: (?:is(?: set to)?|of|stays)|: ?| ?= ?| to) ?([A-Za-z0-9][\w.-]{0,40})(?=$|[\s,;:.)])"
)
_CALLED: Final = regex(r"\b(eviction policy|isolation level) (?:is|of) ([A-Za-z][\w-]{2,40})", re.IGNORECASE)
_SAME: Final = {"eviction policy": "maxmemory-policy", "isolation level": "isolation-level"}
_FLAG: Final = regex(r"(?<!\S)--?([A-Za-z][\w.-]{3,60})(?:=|\s{1,4})([\w.:-]{1,40})(?=\s|$)")
_DENIED: Final = regex(
    r"\b(?:not|never|no longer|instead of|rather than|was|were|would|could|should|if|when|unless|default\w*"
    r"|staging|development|locally|until|before|change\w*|switch\w*|from|rejected|considered)\b|n't\b",
    re.IGNORECASE,
)
_VALUE: Final = regex(r"[a-z]{2,20}(?:[-_][a-z0-9]{1,20}){1,4}|true|false|on|off|yes|no|all|none|\d{1,9}")
_UNIT: Final = regex(r" ?(?:[A-Za-z%]|/)")
_LINE: Final = regex(r"^\s{0,20}([A-Za-z][\w.-]{3,60})(?: ?[=:] ?| {1,4})[\"']?([\w.-]{1,40})[\"']?;?\s{0,4}$")
_TRUE: Final = {"on": "true", "yes": "true", "off": "false", "no": "false"}


def stated(design: Design) -> Iterator[Observation]:
    """Settings of which a text gives the name and another value than any file has."""
    said = list(islice(_said(design), MAX_SETTINGS))
    if not said:
        return
    wanted = {each.name for each in said}
    there: dict[str, list[Named]] = {}
    for each in islice(_set(design), MAX_SETTINGS):
        if each.name in wanted:
            there.setdefault(each.name, []).append(each)
    for each in said:
        found = there.get(each.name, [])
        if found and len({one.value for one in found}) == 1 and found[0].value != each.value:
            yield Observation(
                "consistency/setting-mismatch",
                each.spot,
                f"{each.spot.document.path} says that `{each.name}` is `{each.value}`, "
                f"{found[0].spot.document.path} has `{found[0].value}`.",
                cause=each.name,
                also=(found[0].spot,),
            )


def _said(design: Design) -> Iterator[Named]:
    for document in design.of(MarkdownDocument):
        if document.void:
            continue
        for each in document.sentences:
            aside = document.adr and each.section.lower().startswith(("context", "problem", "decision drivers"))
            if aside or len(each.text) > MAX_WORDS or not (_STATED.search(each.text) or _CALLED.search(each.text)):
                continue
            if not apart(each.text) and not elsewhere(each):
                yield from _of(document, each)


def _of(document: MarkdownDocument, sentence: Sentence) -> Iterator[Named]:
    for pattern in (_STATED, _CALLED):
        for found in pattern.finditer(sentence.text):
            clause = re.split(r"[;.,(] ", sentence.text[: found.start()])[-1]
            after = re.split(r"[;.,] ", sentence.text[found.end() :])[0]
            value = found[2].lower().rstrip(".")
            if value.isdecimal() and _UNIT.match(sentence.text[found.end() :]):
                continue  # a figure with a unit, which `compared` reads
            if _DENIED.search(clause) or _DENIED.search(after[:40]) or not _VALUE.fullmatch(value):
                continue
            name = _SAME.get(found[1].lower(), _name(found[1]))
            spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=f"setting {name}")
            yield Named(name, _TRUE.get(value, value), spot)


def _name(text: str) -> str:
    return re.sub(r"[_.]", "-", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text)).lower()


def _set(design: Design) -> Iterator[Named]:
    for compose in design.of(ComposeDocument):
        for service in compose.services:
            for variable in service.environment:
                if variable.value is not None:
                    yield _made(variable.name, variable.value, variable.spot)
            for key in ("command", "entrypoint"):
                yield from _flags(service.data.get(key), service.spot(key))
    for cluster in design.of(KubernetesDocument):
        for each in cluster.objects:
            if each.kind == "ConfigMap":
                for name, value in each.table("data").items():
                    yield from _file(str(name), value, each.spot("data", name))
        for workload in Cluster([cluster]).workloads:
            for container in workload.all_containers:
                for setting in container.env:
                    if setting.value is not None:
                        yield _made(setting.name, setting.value, setting.spot)
                for key in ("command", "args"):
                    yield from _flags(container.get(key), container.spot(key))
    for terraform in design.of(TerraformDocument):
        for resource in terraform.resources:
            for block in resource.walk():
                yield from _attributes(terraform, block, resource)


def _file(name: str, value: object, spot: Spot) -> Iterator[Named]:
    """An entry of a ConfigMap, or the settings line by line of a file that is one."""
    if not isinstance(value, str):
        return
    if "\n" not in value.strip():
        yield _made(name, value, spot)
    elif spot.tree is not None and spot.pointer is not None:
        start = spot.tree.key_line_of(spot.pointer)
        for number, line in enumerate(value.split("\n")[:5_000], 1):
            if found := _LINE.match(line[:200]):
                yield _made(found[1], found[2], Spot(spot.document, line=start + number, symbol=spot.symbol))


def _attributes(document: TerraformDocument, block: TerraformBlock, resource: TerraformBlock) -> Iterator[Named]:
    for name in block.attributes:
        value = document.value(block, name)
        parts = {f"{name}.{key}": one for key, one in value.items()} if isinstance(value, dict) else {name: value}
        for path, inner in parts.items():
            if isinstance(inner, str | bool | int | float):
                text = str(inner).lower() if isinstance(inner, bool) else str(inner)
                yield _made(path.rpartition(".")[2], text, document.spot(block, path, resource))
    named = document.value(block, "name")
    if block.kind in ("parameter", "database_flags") and isinstance(named, str):
        yield _made(named, str(document.value(block, "value")), document.spot(block, "value", resource))


def _flags(value: Any, spot: Spot) -> Iterator[Named]:
    parts = value if isinstance(value, list) else [value]
    text = " ".join(each for each in parts if isinstance(each, str))
    for found in _FLAG.finditer(text[:4000]):
        yield _made(found[1], found[2], spot)


def _made(name: str, value: str, spot: Spot) -> Named:
    value = value.strip().strip("'\"").lower()
    return Named(_name(name), _TRUE.get(value, value), spot)


CHECKS: tuple[Check, ...] = (stated,)
