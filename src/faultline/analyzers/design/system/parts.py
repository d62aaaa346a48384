"""What one document says of the system, before anybody knows what the others call it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import Claim, Mention, Saying
from faultline.core.results.design import ComponentRole


@dataclass(eq=False)
class Part:
    """Something that a document declares.

    Args:
        name: what it is called there.
        spot: where.
        source: as of a Mention.
        role: where the document shows it.
        technology: as well.
        aliases: what else it is called in the same document: a host name, the id of a box.
        claims: what is said of it.
        mentions: further places that declare it: its Service, its autoscaler.
        app: what it is built of.
        managed: a provider runs it.
        plumbing: see Component.
        home: the folder of the file; generic names such as `db` of different folders are different things.

    """

    name: str
    spot: Spot
    source: str
    role: ComponentRole | None = None
    technology: str = ""
    aliases: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    app: str = ""
    managed: bool = False
    plumbing: bool = False
    home: str = ""

    def claim(self, about: str, value: str, spot: Spot, low: int = 0, high: int = 0, *, explicit: bool = True) -> None:
        """Say a thing of it."""
        self.claims.append(Claim(about, value, spot, self.source, low, high, explicit))

    def replicas(self, low: int, high: int, spot: Spot, *, explicit: bool = True) -> None:
        """Say how many instances it has."""
        value = str(low) if low == high else f"{low} to {high}"
        self.claim("replicas", value, spot, low, high, explicit=explicit)


@dataclass(eq=False)
class Link:
    """One part calls another, or a host that may be a part of another document."""

    source: Part
    target: Part | None
    saying: Saying
    host: str = ""


@dataclass
class Unit:
    """Parts that are told apart in one place: a diagram, the compose files of a folder, all Kubernetes files."""

    source: str
    parts: list[Part] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    opened: list[tuple[Part, str, Saying]] = field(default_factory=list)
    """Stores that settings open and that are no part of it: who, the host or the secret, and where."""
    far: list[tuple[Part, str]] = field(default_factory=list)
    """Hosts with a dot that are no part of it and are asked for no page: who names them, and their name."""
    hosts: set[str] = field(default_factory=set)
    """Names that lead somewhere, though to no part."""
    open: bool = False
    """Whether there may be more of it elsewhere."""


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def number(value: Any) -> int | None:
    """A whole number of at most six digits, also where it is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) <= 6:
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else None
