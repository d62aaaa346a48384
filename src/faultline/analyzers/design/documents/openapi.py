"""OpenApiDocument: a specification of an API, its operations, and what its references mean.

Specified by OpenAPI 2.0, 3.0.4, 3.1.1 and 3.2.0. References are followed within the document and into other documents
of the same design, never elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, normpath
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.index import METHODS, Index, index
from faultline.analyzers.design.documents.node import Node

__all__ = ["METHODS", "Node", "OpenApiDocument", "Operation"]

MAX_CHAIN: Final = 40
"""References that are followed one after the other."""


@dataclass(eq=False)
class Operation:
    """One operation: a method of a path, of a webhook or of a callback."""

    document: OpenApiDocument
    method: str
    path: str
    node: Node
    item: Node
    """The path item it stands in."""
    webhook: bool = False

    @property
    def symbol(self) -> str:
        """`GET /orders/{id}`."""
        return f"{self.method.upper()} {self.path}"

    @cached_property
    def parameters(self) -> list[Node]:
        """All that hold, those of the path item included, references followed; the operation's own replace these."""
        found: dict[tuple[Any, Any], Node] = {}
        for owner in (self.item, self.node):
            for _, each in owner.child("parameters").items():
                target = self.document.resolve(each)
                if isinstance(target.value, dict):
                    found[(target.value.get("name"), target.value.get("in"))] = target
        return list(found.values())

    @cached_property
    def responses(self) -> dict[str, Node]:
        """By status code or `default`, references followed."""
        return {str(code): self.document.resolve(each) for code, each in self.node.child("responses").items()}

    @cached_property
    def body(self) -> Node | None:
        """The request's body: the `requestBody` object, or in 2.0 the body parameter."""
        if self.document.version == "2.0":
            bodies = [each for each in self.parameters if each.value.get("in") == "body"]
            return bodies[0] if bodies else None
        body = self.document.resolve(self.node.child("requestBody"))
        return body if isinstance(body.value, dict) else None

    @property
    def security(self) -> Node | None:
        """The requirements that hold: its own, else the document's; None where nobody says any."""
        for owner in (self.node, self.document.root):
            if isinstance(owner.value, dict) and "security" in owner.value:
                return owner.child("security")
        return None


@dataclass(eq=False)
class OpenApiDocument(Document):
    """A specification of an API."""

    kind: ClassVar[str] = "openapi"

    version: str = "3.0"
    """2.0, 3.0, 3.1 or 3.2."""
    siblings: Mapping[str, Document] = field(default_factory=dict)
    """The other documents of the design by path; references into them are followed."""

    @cached_property
    def root(self) -> Node:
        """The whole document."""
        return Node(self, (), self.tree.data if self.tree else {})

    @cached_property
    def index(self) -> Index:
        """Every object of the specification by its kind; see the module `index` for how to use it."""
        return index(self, self.resolve, beside_refs=self.version in ("3.1", "3.2"))

    @cached_property
    def operations(self) -> list[Operation]:
        """Those of `paths`, in their order, then those of `webhooks`; callbacks are not among them."""
        return [*self._operations("paths"), *self._operations("webhooks")]

    def _operations(self, where: str) -> Iterator[Operation]:
        for path, item in self.root.child(where).items():
            target = self.resolve(item)
            for method, node in target.items():
                if method in METHODS and isinstance(node.value, dict):
                    yield Operation(self, str(method), str(path), node, target, where == "webhooks")

    def resolve(self, node: Node) -> Node:
        """What a node stands for: the target of its `$ref`, and of that one's; `value` is None where it has none.

        A node without a reference is itself.
        """
        for _ in range(MAX_CHAIN):
            if not (isinstance(node.value, dict) and isinstance(ref := node.value.get("$ref"), str)):
                return node
            node = self._target(node.document, ref)
        return Node(node.document, node.pointer, None)

    @cached_property
    def _targets(self) -> dict[tuple[str, str], Node]:
        return {}

    def _target(self, document: Document, ref: str) -> Node:
        found = self._targets.get((document.path, ref))
        if found is None:
            found = self._targets[document.path, ref] = self._find(document, ref)
        return found

    def _find(self, document: Document, ref: str) -> Node:
        file, _, fragment = ref.partition("#")
        owner: Document | None = document
        if file:
            owner = self.siblings.get(normpath(f"{dirname(document.path)}/{unquote(file)}".lstrip("/")))
        if owner is None or owner.tree is None:
            return Node(document, (), None)
        value = owner.tree.data
        pointer: list[str | int] = []
        for raw in fragment.lstrip("/").split("/") if fragment.strip("/") else ():
            part = unquote(raw).replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and part in value:
                value = value[part]
                pointer.append(part)
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
                pointer.append(int(part))
            else:
                return Node(owner, tuple(pointer), None)
        return Node(owner, tuple(pointer), value)
