"""Containers and services that a text has by their very names, and that no deployment beside it has.

A name that stands as code before "container" or "service", or in a list of what a compose file starts, is meant as it
is written. It counts where the text names others that are deployed, and no file of the deployment has the word at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from faultline.analyzers.design.consistency.series import Series, series_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.statements import apart
from faultline.analyzers.design.documents.terraform import TerraformDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

MAX_LINES: Final = 20_000
_NAMED: Final = regex(
    r"\b(?:the|a|an|our) `([a-z][a-z0-9]{1,30}(?:[-_][a-z0-9]{1,30}){0,4})`"
    r" (?:container|service|pod|deployment|stateful ?set)\b",
    re.IGNORECASE,
)
_STARTS: Final = regex(
    r"\b(?:compose|stack|docker|manifests?|containers|services|pods)\b[^.\n]{0,80}:\s*$", re.IGNORECASE
)
_CODE: Final = regex(r"`([a-z][a-z0-9]{1,30}(?:[-_][a-z0-9]{1,30}){0,4})`")
_OTHERWISE: Final = regex(
    r"\b(?:no|not|never|without|removed|retired|former\w*|old|legacy|was|were|had|until|planned|later|future|will|would"
    r"|could|may|might|should|if|external|elsewhere|other team|another|own|their|systemd|host|optional\w*|instead"
    r"|example|e\.g)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_ENOUGH: Final = 2


def absent(design: Design) -> Iterator[Observation]:
    """Containers and services that a text names as such, and no deployment has."""
    deployments = [
        each for each in design.documents if isinstance(each, ComposeDocument | KubernetesDocument | TerraformDocument)
    ]
    if not deployments:
        return
    names = _deployed(design)
    written = "\n".join(each.text for each in deployments).lower()
    for document in design.of(MarkdownDocument):
        spoken = {each for line in document.lines[:MAX_LINES] for each in _CODE.findall(line[:2000]) if each in names}
        if document.adr or len(spoken) < _ENOUGH:
            continue
        told: set[str] = set()
        for line, name in sorted({**_listed(document, names), **_spoken(document)}.items()):
            if name.lower() not in written and name not in told:
                told.add(name)
                there = names[min(spoken)]
                yield Observation(
                    "consistency/undeployed-component",
                    Spot(document, line=line, symbol=f"component {name}".lower()),
                    f"{document.path} speaks of the container or service `{name}`, "
                    f"and {there.document.path} has none of this name.",
                    cause=name,
                    also=(there,),
                )


def _deployed(design: Design) -> Mapping[str, Spot]:
    """What runs, by its name: services of compose files, and workloads."""
    found: dict[str, Spot] = {}
    for compose in design.of(ComposeDocument):
        for service in compose.services:
            found.setdefault(service.name, service.spot())
    for cluster in design.of(KubernetesDocument):
        for workload in cluster.workloads:
            found.setdefault(workload.name, workload.object.spot())
    return found


def _spoken(document: MarkdownDocument) -> dict[int, str]:
    found = {}
    drawn = {line for each in document.fences for line in range(each.line, each.line + each.text.count("\n") + 1)}
    for each in document.sentences:
        if _OTHERWISE.search(each.text) or apart(each.text):
            continue
        for number in range(each.line, each.end_line + 1):
            line = document.lines[number - 1] if number <= len(document.lines) else ""
            if number not in drawn and (match := _NAMED.search(line[:2000])):
                found[number] = match[1]
    return found


def _listed(document: MarkdownDocument, names: Mapping[str, Spot]) -> dict[int, str]:
    """The entries of lists of what is started, all of them written as code, and most of them deployed."""
    found = {}
    for series in series_of(document):
        known = [each for each in series.entries if each.name in names]
        unknown = [each for each in series.entries if each.name not in names]
        if len(known) < _ENOUGH or len(unknown) > len(known) // 2 or not _introduced(document, series):
            continue
        for each in unknown:
            line = document.lines[each.line - 1]
            if each.mark == "code" and _CODE.fullmatch(f"`{each.name}`") and not _OTHERWISE.search(line[:120]):
                found[each.line] = each.name
    return found


def _introduced(document: MarkdownDocument, series: Series) -> bool:
    if series.kind != "list":
        return False
    before = [each for each in document.lines[max(0, series.line - 4) : series.line - 1] if each.strip()]
    return bool(before) and bool(_STARTS.search(before[-1][:400]))


CHECKS: tuple[Check, ...] = (absent,)
