"""What Terraform shows of tasks in ECS: how many there are where one object says it for all, and who watches them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resource import Here
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_EACH: Final = re.compile(r"each\.value(?:\.(\w{1,60}))?")
_WITHOUT: Final = re.compile(r"!=\s{0,4}\"([^\"]{1,80})\"|!contains\(\s{0,4}\[\"([^\"]{1,80})\"")
_ALONE: Final = re.compile(r"(?i)scheduler|cron|beat|leader|singleton|migrat|clock")
LOOKED_UP: Final = re.compile(r"\.[\w-]+\[\"([^\"\]]{1,80})\"\]|^(?:local|var)\.[\w-]+\.([\w-]+)")
"""The key that an expression looks up: `api` of `local.services["api"].count`."""
_BESIDE: Final = re.compile(r"(?i)envoy|proxy|sidecar|agent|datadog|fluent|log|x-?ray|otel|collector|init|migrat")


def counted(here: Here) -> Iterator[Observation]:
    """Services made of the entries of one object: those that say that they are one task."""
    whole = here.block.attributes.get("for_each")
    asked = _EACH.fullmatch(str(here.block.attributes.get("desired_count", "")))
    entries: Any = whole
    found = here.document.source(whole)
    if not isinstance(whole, Mapping):
        entries = found[1] if found else None
    if asked is None or not isinstance(entries, Mapping):
        return
    without = {name for pair in _WITHOUT.findall(str(whole)) for name in pair if name}
    for name, entry in entries.items():
        if name in without or _ALONE.search(str(name)):
            continue
        count = entry.get(asked[1]) if asked[1] and isinstance(entry, Mapping) else None if asked[1] else entry
        if here.document.resolved(count) != 1 or isinstance(count, bool):
            continue
        at = here.document.entry_spot(whole, str(name))
        if at is None:
            line = here.block.lines.get(f"for_each.{name}", here.block.line)
            at = Spot(here.document, line=line, symbol=str(name))
        message = f"`{name}` of {here.block.address} runs one task: while it is replaced, nobody does its work."
        yield Observation("resilience/single-replica", at, message, cause=f"{here.block.address} {name}")


def task_definition(here: Here) -> Iterator[Observation]:
    """Containers that ECS replaces only when they end: no health check, and no balancer that asks in its place."""
    found = here.block.attributes.get("container_definitions")
    tasks = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    if not tasks or any("healthCheck" in each for each in tasks):
        return
    module = [each for document in here.document.module for each in document.resources]
    services = [
        each
        for each in module
        if each.type == "aws_ecs_service" and _names(each.attributes.get("task_definition", ""), here.block.address)
    ]
    balanced = [each for each in services if each.first("load_balancer") or each.all("load_balancer")]
    others = [
        each
        for block in module
        if block.type == here.block.type and block is not here.block
        for each in (block.attributes.get("container_definitions") or ())
        if isinstance(each, dict)
    ]
    usual = bool(others) and all("healthCheck" in each for each in others if each.get("essential") is not False)
    for place, task in enumerate(tasks):
        if task.get("essential") is False or _BESIDE.search(str(task.get("name"))):
            continue
        written = {"portMappings", "logConfiguration"} <= task.keys()
        if not usual and not (written and services and len(balanced) < len(services)):
            return
        lines = here.block.lines
        line = lines.get(f"container_definitions.{place}.name") or lines.get("container_definitions", here.block.line)
        spot = Spot(here.document, line=line, symbol=f"{here.block.address} container")
        message = f"Nothing tells ECS whether the container of {here.block.address} works or only runs."
        also = (here.document.spot(here.block),)
        yield Observation(
            "resilience/no-health-check",
            spot,
            message,
            cause=here.block.address,
            also=also,
            severity=Severity.LOW if balanced else Severity.MEDIUM,
        )
        return


def _names(value: Any, address: str) -> bool:
    """Whether an expression speaks of a resource, and not of one whose name begins alike."""
    return re.search(rf"{re.escape(address)}(?![\w-])", str(value)) is not None
