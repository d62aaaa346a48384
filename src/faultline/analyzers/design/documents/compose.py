"""ComposeDocument: a compose file, its services as they hold after `extends`, anchors and merge keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.tree import Pointer


@dataclass(frozen=True, slots=True)
class ComposeService:
    """One service; `data` is what the file says of it, `pointer` where."""

    name: str
    data: dict[str, Any]
    pointer: Pointer


class ComposeDocument(Document):
    """A compose file."""

    kind: ClassVar[str] = "compose"

    @cached_property
    def services(self) -> list[ComposeService]:
        """The services in their order."""
        services = self.tree.data.get("services") if self.tree and isinstance(self.tree.data, dict) else None
        found = services.items() if isinstance(services, dict) else ()
        return [ComposeService(str(name), each, ("services", name)) for name, each in found if isinstance(each, dict)]
