"""What deployments, diagrams and texts say of the parts of a system, and which of it is about the same part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.terraform import TerraformDocument
from faultline.analyzers.design.system import clouds, clustered, composed, drawings
from faultline.analyzers.design.system.addresses import outside
from faultline.analyzers.design.system.joining import Joined, join
from faultline.analyzers.design.system.parts import Part, Unit
from faultline.core.results.design import ComponentRole

if TYPE_CHECKING:
    from faultline.analyzers.design.design import Design


def parts(design: Design) -> tuple[list[Unit], list[Joined]]:
    """What each document says by itself, and its parts joined by name."""
    units = [
        *clustered.units(design.of(KubernetesDocument)),
        *composed.units(design.of(ComposeDocument)),
        *clouds.units(design.of(TerraformDocument)),
    ]
    for unit in units:
        _outsiders(unit)
    units += drawings.units(design.documents)
    return units, join(units)


def _outsiders(unit: Unit) -> None:
    """Hosts of somebody else that settings lead to are parts as well."""
    parts: dict[str, Part] = {}
    for link in unit.links:
        name = outside(link.host) if link.target is None else ""
        if name:
            if name not in parts:
                parts[name] = Part(name, link.saying.spot, unit.source, ComponentRole.EXTERNAL, aliases=[link.host])
                unit.parts.append(parts[name])
            link.target = parts[name]
