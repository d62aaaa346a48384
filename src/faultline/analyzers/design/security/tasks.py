"""What Terraform runs: the images of tasks and functions, and what their containers may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.documents.products import image_of
from faultline.analyzers.design.documents.terraform import Expression
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resource import Here
from faultline.analyzers.design.security import images
from faultline.analyzers.design.security.policies import written
from faultline.core.patterns import regex


def definition(here: Here) -> Iterator[Observation]:
    """Tasks of ECS: their images, and containers that own their host."""
    tasks = here.block.attributes.get("container_definitions")
    if isinstance(tasks, str) and not isinstance(tasks, Expression):
        tasks = written(tasks)
    for place, task in enumerate(tasks if isinstance(tasks, list) else ()):
        if not isinstance(task, dict):
            continue
        where = f"container_definitions.{place}"

        def spot(key: str, where: str = where) -> Any:
            lines = here.block.lines
            line = lines.get(f"{where}.{key}") or lines.get("container_definitions", here.block.line)
            found = here.document.spot(here.block, "", here.block)
            return type(found)(here.document, line=line, symbol=found.symbol)

        symbol = f"{here.block.address} container {task.get('name', place)}"
        if isinstance(task.get("image"), str):
            yield from images.image_faults(image_of(_filled(here, task["image"])), spot("image"), symbol)
        if task.get("privileged") is True:
            message = f"{symbol} is privileged: who takes it over has its host."
            yield Observation("security/privileged-container", spot("privileged"), message, cause=symbol)
        if task.get("user") in ("root", "0", 0):
            yield Observation("security/runs-as-root", spot("user"), f"{symbol} runs as root.", cause=symbol)


def run(here: Here) -> Iterator[Observation]:
    """Images of functions, and of containers that are blocks."""
    for block in here.block.walk():
        name = "image_uri" if block is here.block else "image" if block.kind in ("container", "containers") else ""
        value = here.document.value(block, name)
        if isinstance(value, str):
            spot = here.document.spot(block, name, here.block)
            yield from images.image_faults(image_of(_filled(here, value)), spot, here.block.address)


_PART: Final = regex(r"\$\{([^{}]{1,200})\}")
_QUOTED: Final = regex(r'"([^"]{0,300}:[\w.-]{1,60})"')


def _filled(here: Here, image: str) -> str:
    """An image with what is known filled in; of a registry that is not known only that it is one, of a tag nothing."""
    if isinstance(image, Expression):  # format("%s/orders:latest", var.registry)
        found = _QUOTED.search(image)
        return found[1].replace("%s", "registry") if found and "%s" not in found[1].rpartition("/")[2] else "${}"

    def known(part: re.Match[str]) -> str:
        value = here.document.resolved(Expression(part[1].strip()))
        if isinstance(value, str) and not isinstance(value, Expression):
            return "registry" if "${" in value else value
        return "registry" if image.startswith(part[0]) and image.startswith("/", part.end()) else part[0]

    filled = _PART.sub(known, image)
    name, _, tag = filled.rpartition(":")
    # Whatever `${each.key}:latest` is called, its tag is written out.
    return f"{_PART.sub('name', name)}:{tag}" if name and not {"$", "/"} & set(tag) else filled
