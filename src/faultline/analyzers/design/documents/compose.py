"""ComposeDocument: a compose file, its services as they hold after `extends`, anchors and merge keys.

A service is made of layers: what it extends, what the file itself says, and what the override files beside it add. Each
setting is asked of the layers from the last to the first, and its spot is in the layer that says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, ClassVar, Literal

from faultline.analyzers.design.documents.developed import is_developed
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.plain import at
from faultline.analyzers.design.documents.services import ComposeService as ComposeService
from faultline.analyzers.design.documents.services import Layer, service_of
from faultline.core.patterns import regex

MOST_EXTENDS = 8
"""Services that extend one another: more than that is a mistake or an attack."""
_NAME = regex(r"^(?:docker-)?(?:compose|stack)(?P<variant>[.\-_][a-z0-9._-]{1,40})?\.ya?ml$", re.IGNORECASE)

Stage = Literal["development", "production", "any"]


class ComposeDocument(Document):
    """A compose file."""

    kind: ClassVar[str] = "compose"

    @property
    def data(self) -> dict[str, Any]:
        """The whole file; empty where it is none."""
        return self.tree.data if self.tree is not None and isinstance(self.tree.data, dict) else {}

    @cached_property
    def services(self) -> list[ComposeService]:
        """The services in their order, with what they extend; of an override file what it says itself."""
        return self.own_services

    @cached_property
    def own_services(self) -> list[ComposeService]:
        """See `services`."""
        found = self.data.get("services")
        pairs = found.items() if isinstance(found, dict) else ()
        return [
            service_of(
                self, name, ("services", name), (*self._extended(name, each, 0), Layer(self, ("services", name), each))
            )
            for name, each in pairs
            if isinstance(each, dict)
        ]

    @cached_property
    def stage(self) -> Stage:
        """Whether it is for a developer's machine or for users, as far as it shows."""
        words = set(re.split(r"[.\-_/ ]", self.path.lower()))
        if words & {"prod", "production", "swarm", "stack", "staging", "deploy", "release", "live"}:
            return "production"
        if words & {
            "dev",
            "development",
            "local",
            "test",
            "tests",
            "testing",
            "ci",
            "debug",
            "e2e",
            "override",
            "sandbox",
        }:
            return "development"
        if any(at(each.data, ("deploy", key)) is not None for each in self.services for key in _SWARM):
            return "production"
        built = [each for each in self.services if each.built]
        # What is built where it is changed, with its source mounted or a server that reloads it, runs on a laptop.
        served = any(port.container == 443 for each in self.services for port in each.ports)
        developed = bool(built) and not served and 2 * sum(map(is_developed, built)) >= len(built)
        return "development" if developed else "any"

    @cached_property
    def awaited(self) -> frozenset[str]:
        """Services that others wait for until they have ended well: jobs."""
        return frozenset(
            each.service
            for service in self.own_services
            for each in service.depends_on
            if each.condition == "service_completed_successfully"
        )

    @cached_property
    def needed(self) -> frozenset[str]:
        """Services that others say they need."""
        return frozenset(
            each.service for service in self.own_services for each in (*service.depends_on, *service.links)
        )

    @cached_property
    def base(self) -> ComposeDocument | None:
        """The file in its folder that it is an override of."""
        here = PurePosixPath(self.path)
        found = _NAME.match(here.name)
        if not found or not found["variant"]:
            return None
        for name in ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"):
            base = self.siblings.get(str(here.with_name(name)))
            if isinstance(base, ComposeDocument) and base is not self and self._adds_to(base):
                return base
        return None

    @cached_property
    def overrides(self) -> list[ComposeDocument]:
        """Files of its folder that add to it, by path."""
        return [
            each
            for _, each in sorted(self.siblings.items())
            if isinstance(each, ComposeDocument) and each is not self and each.base is self
        ]

    def _adds_to(self, base: ComposeDocument) -> bool:
        known = {each.name for each in base.own_services}
        shared = [each for each in self.own_services if each.name in known]
        named = "override" in self.path.rpartition("/")[2]
        return bool(shared) and (named or any(not each.data.keys() & {"image", "build"} for each in shared))

    def _extended(self, name: str, data: Mapping[str, Any], depth: int) -> tuple[Layer, ...]:
        said = data.get("extends")
        if said is None or depth >= MOST_EXTENDS:
            return ()
        other = str(said.get("service", name)) if isinstance(said, dict) else str(said)
        file = said.get("file") if isinstance(said, dict) else None
        document: Document | None = self.beside(str(file)) if file else self
        if not isinstance(document, ComposeDocument) or (document is self and other == name):
            return ()
        services = document.data.get("services")
        parent = services.get(other) if isinstance(services, dict) else None
        if not isinstance(parent, dict):
            return ()
        above = document._extended(other, parent, depth + 1)
        return (*above, Layer(document, ("services", other), parent))

    def beside(self, file: str) -> Document | None:
        """The document of the design that a path of this file leads to."""
        parts = list(PurePosixPath(self.path).parent.parts)
        for part in PurePosixPath(file).parts:
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part != ".":
                parts.append(part)
        return self.siblings.get("/".join(parts))


_SWARM = ("replicas", "placement", "update_config", "rollback_config", "mode")
