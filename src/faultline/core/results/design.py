"""DesignResult: what a design is made of, and what dies with what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from faultline.core.finding import Location, Noun
from faultline.core.report import Result
from faultline.core.results.suppressed import Suppressed


class DesignDocument(Noun):
    """One file that was read.

    `kind` is openapi, compose, kubernetes, terraform, markdown, diagram, environment, data (what others point into) or
    other. `version` is that of the format, as in `3.1`. `reason` says why a file was not read, or not whole.
    """

    path: str
    kind: str
    version: str | None = None
    title: str = ""
    lines: int = 0
    operations: int = 0
    sections: int = 0
    reason: str | None = None


class ComponentRole(StrEnum):
    """What a component is for."""

    SERVICE = "service"
    STORE = "store"
    CACHE = "cache"
    QUEUE = "queue"
    GATEWAY = "gateway"
    CLIENT = "client"
    EXTERNAL = "external"
    JOB = "job"


class DesignComponent(Noun):
    """A part of the system; `replicas` is None where nobody says, `places` are where it is described.

    `managed`: a provider runs it and replaces what dies of it.
    """

    id: str
    name: str
    role: ComponentRole
    technology: str = ""
    replicas: int | None = None
    managed: bool = False
    places: tuple[Location, ...] = ()


class DesignCall(Noun):
    """One component needs another; `synchronous` is None where nobody says how.

    `optional`: the caller goes on without an answer, as with a cache.
    """

    source: str
    target: str
    synchronous: bool | None = None
    label: str = ""
    optional: bool = False
    place: Location | None = None


class Failure(Noun):
    """If a component dies: which components and endpoints die with it, and which only suffer.

    `radius` is the share of all endpoints that die, or of all other components where no endpoint is known. `because` is
    a chain of components for each that dies, from it to the one that died first; very large systems have them for the
    worst failures only. `single`: it is known to run one instance, so that one instance's death is the component's.
    """

    component: str
    components: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    radius: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    single: bool = False
    because: tuple[tuple[str, ...], ...] = ()


class DesignResult(Result):
    """What was read, the system that the documents describe together, and what fails with what, the worst first.

    Paths of older versions, in `against` and in the places of findings, begin with `.faultline/against/`.
    """

    documents: tuple[DesignDocument, ...] = ()
    against: tuple[DesignDocument, ...] = ()
    components: tuple[DesignComponent, ...] = ()
    calls: tuple[DesignCall, ...] = ()
    failures: tuple[Failure, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    left_out: tuple[str, ...] = ()
