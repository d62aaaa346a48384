"""System: components, what they need of each other, and the endpoints that users reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faultline.analyzers.design.spot import Spot
from faultline.core.results.design import ComponentRole


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that speaks of a component.

    Args:
        spot: where.
        source: what kind of document says it: compose, kubernetes, terraform, diagram, text, adr, openapi.
        name: what it is called there.
        defines: whether it is declared there (a service, a box, a heading of its own), not only spoken of.

    """

    spot: Spot
    source: str
    name: str
    defines: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the system: `id` is its name evened out, the same in all documents."""

    id: str
    name: str
    role: ComponentRole
    technology: str = ""
    replicas: int | None = None
    mentions: tuple[Mention, ...] = ()

    def said_by(self, source: str) -> bool:
        """Whether a kind of document declares it."""
        return any(each.source == source and each.defines for each in self.mentions)


@dataclass(frozen=True, slots=True)
class Call:
    """One component needs another.

    Args:
        source: the id of who needs.
        target: the id of what is needed.
        spot: where that is said first.
        synchronous: whether it waits for an answer; None where nobody says.
        label: what the document calls it.
        optional: it goes on without: a cache it can miss, a fallback that is described.

    """

    source: str
    target: str
    spot: Spot
    synchronous: bool | None = None
    label: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What users reach: an operation of a specification, and the component that serves it where that is known."""

    symbol: str
    component: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class System:
    """All of it, sorted by id."""

    components: Sequence[Component] = ()
    calls: Sequence[Call] = ()
    endpoints: Sequence[Endpoint] = ()

    def component(self, id: str) -> Component | None:
        """The component of an id."""
        return next((each for each in self.components if each.id == id), None)
