"""System: components, what they need of each other, and the endpoints that users reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from faultline.analyzers.design.spot import Spot
from faultline.core.results.design import ComponentRole

DEPLOYMENTS = ("compose", "kubernetes", "terraform")
"""Sources that run something; the others only speak of it."""
DATA: Final = frozenset({ComponentRole.STORE, ComponentRole.CACHE, ComponentRole.QUEUE})
"""Roles of what keeps or carries data."""
RUNS: Final = frozenset({ComponentRole.SERVICE, ComponentRole.JOB})
"""Roles of programs."""
OUTSIDE: Final = frozenset({ComponentRole.CLIENT, ComponentRole.EXTERNAL})
"""Roles of what is not of the system."""


class Mention(NamedTuple):
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


class Claim(NamedTuple):
    """One thing that one place says of a component.

    Args:
        about: `replicas`, `technology`, `version`, `port` (where it listens), `more port` (where it listens, too),
            `service port` (where its Kubernetes service does) or `published` (what a host maps to it).
        value: in words: `3`, `2 to 10`, `postgresql`, `15`, `8080`.
        spot: where.
        source: as of a Mention.
        low: of replicas the least, else 0.
        high: of replicas the most, else 0.
        explicit: whether it is written there, not what holds where nothing is written.

    """

    about: str
    value: str
    spot: Spot
    source: str
    low: int = 0
    high: int = 0
    explicit: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A part of the system: `id` is its name evened out, the same in all documents.

    Args:
        id: the name in lower case, its words joined by `-`.
        name: what most people would call it.
        role: what it is for.
        technology: as `technologies.py` calls it; empty where nobody says.
        replicas: how many instances the deployment runs, else how many others say; None where nobody says.
        mentions: where it is spoken of, what deploys it first.
        claims: what is said of it, conflicting values included.
        app: what it is built of, the same for two components of one image; empty where nobody says.
        managed: a provider runs it and replaces what dies of it.
        plumbing: it serves the system and is no part of what it does: a migration, a monitor, an ingress.

    """

    id: str
    name: str
    role: ComponentRole
    technology: str = ""
    replicas: int | None = None
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    app: str = ""
    managed: bool = False
    plumbing: bool = False

    def said_by(self, *sources: str) -> bool:
        """Whether one of some kinds of document declares it."""
        return any(each.source in sources and each.defines for each in self.mentions)

    def claimed(self, about: str, *sources: str) -> list[Claim]:
        """What is said of one thing, by some kinds of document or by all."""
        return [each for each in self.claims if each.about == about and (not sources or each.source in sources)]

    @property
    def spot(self) -> Spot:
        """Where it is declared, or first spoken of."""
        return next((each.spot for each in self.mentions if each.defines), self.mentions[0].spot)

    def declared(self, *sources: str) -> Spot:
        """Where some kinds of document declare it; where none of them does, its `spot`."""
        return next((each.spot for each in self.mentions if each.source in sources and each.defines), self.spot)

    @property
    def ours(self) -> bool:
        """Whether it is a program of our own that is deployed: no product, nobody else's."""
        inner = self.role in RUNS and not self.technology and not self.plumbing
        return inner and self.said_by(*DEPLOYMENTS)

    @property
    def redundant(self) -> bool:
        """Whether the death of one instance is none of the component."""
        return self.managed or (self.replicas or 0) > 1


class Saying(NamedTuple):
    """One place that speaks of a call.

    Args:
        spot: where.
        source: as of a Mention.
        how: `arrow`, `message` (an arrow of a sequence diagram, which shows what matters to one flow), `url`, `depends`
            (only that it starts later), `reference`, `route` or `sentence`.
        synchronous: whether it waits for an answer; None where this place does not say.
        label: what it calls it.
        protocol: `https`, `http`, `grpc`, `amqp`, ...; empty where it does not say.
        port: which it calls; 0 where it does not say.
        database: which of a store's it opens, with its schema behind a dot; empty where it does not say.
        login: as whom; empty where it does not say.

    """

    spot: Spot
    source: str
    how: str
    synchronous: bool | None = None
    label: str = ""
    protocol: str = ""
    port: int = 0
    database: str = ""
    login: str = ""


class Opening(NamedTuple):
    """A setting opens a store that no document declares: one of another team, or what a secret leads to.

    Args:
        source: the id of who opens it.
        store: its host, or `secret NAME`.
        saying: where, and which database in it.

    """

    source: str
    store: str
    saying: Saying


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
        said: all the places that say it.

    """

    source: str
    target: str
    spot: Spot
    synchronous: bool | None = None
    label: str = ""
    optional: bool = False
    said: tuple[Saying, ...] = ()

    def said_by(self, *sources: str) -> list[Saying]:
        """What some kinds of document say of it."""
        return [each for each in self.said if each.source in sources]


class Endpoint(NamedTuple):
    """What users reach: an operation of a specification, and the component that serves it where that is known.

    `needs` are the components that it says it needs; None where it says nothing, and then it needs all that the
    component needs.
    """

    symbol: str
    component: str
    spot: Spot
    needs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class System:
    """All of it, sorted by id.

    `unknown` are calls to a host that nothing of the design is: who calls, the host, and where. `opened` are stores
    that settings open and nothing declares, `far` who names a host of elsewhere that may be a store or a queue.
    """

    components: Sequence[Component] = ()
    calls: Sequence[Call] = ()
    endpoints: Sequence[Endpoint] = ()
    unknown: Sequence[tuple[str, str, Saying]] = ()
    opened: Sequence[Opening] = ()
    far: Sequence[tuple[str, str]] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Component]:
        """The components by their id."""
        return {each.id: each for each in self.components}

    def component(self, id: str) -> Component | None:
        """The component of an id."""
        return self.by_id.get(id)
