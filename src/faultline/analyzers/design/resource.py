"""Here: a resource of Terraform as the checks of two agents look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from faultline.analyzers.design.documents.terraform import Expression, TerraformBlock, TerraformDocument
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity


class Here(NamedTuple):
    """A resource and the file it stands in."""

    document: TerraformDocument
    block: TerraformBlock

    def value(self, name: str) -> Any:
        """See TerraformDocument.value; `a.b` is b of the block a."""
        outer, _, inner = name.rpartition(".")
        block = self.inner(outer)
        return self.document.value(block, inner) if block is not None else None

    def inner(self, path: str) -> TerraformBlock | None:
        """The block at a path of kinds; itself for the empty path."""
        block: TerraformBlock | None = self.block
        for kind in path.split(".") if path else ():
            block = block.first(kind) if block is not None else None
        return block

    def say(
        self, rule: str, message: str, name: str = "", severity: Severity | None = None, cause: str = ""
    ) -> Observation:
        """An observation at an attribute; where it is not said, at the block that should say it, or at the resource."""
        outer, _, inner = name.rpartition(".")
        block: TerraformBlock = self.block
        for kind in outer.split(".") if outer else ():
            nearest = block.first(kind)
            if nearest is None:
                inner = ""
                break
            block = nearest
        spot = self.document.spot(block, inner, self.block)
        return Observation(rule, spot, message, cause=cause or self.block.address, severity=severity)


def open_(value: Any) -> bool:
    """Whether a value is only known when Terraform runs."""
    return isinstance(value, Expression) or (isinstance(value, str) and "${" in value)


def variables(here: Here) -> Iterator[tuple[str, str, Spot]]:
    """The variables that functions and tasks are given, as far as they are written out."""
    for block in here.block.walk():
        said = block.attributes.get("variables") if block.kind == "environment" else None
        for name, value in (said if isinstance(said, Mapping) else {}).items():
            if isinstance(value, str | int) and not isinstance(value, Expression):
                spot = here.document.spot(block, f"variables.{name}", here.block)
                yield str(name), str(value), spot
    tasks = here.block.attributes.get("container_definitions")
    for place, task in enumerate(tasks if isinstance(tasks, list) else ()):
        listed = task.get("environment") if isinstance(task, dict) else None
        for number, each in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(each, dict) and isinstance(each.get("value"), str | int):
                path = f"container_definitions.{place}.environment.{number}"
                spot = here.document.spot(here.block, path, here.block)
                yield str(each.get("name")), str(each["value"]), spot


Look = Callable[[Here], Iterator[Observation]]
