"""OpenApiDocument: a specification of an API, its operations, and what its references mean.

Specified by OpenAPI 2.0, 3.0.4, 3.1.1 and 3.2.0. References are followed within the document and into other documents
of the same design, never elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.index import METHODS, Index, index
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.tree import Pointer

__all__ = ["METHODS", "Node", "OpenApiDocument", "Operation"]

MAX_CHAIN: Final = 40
"""References that are followed one after the other."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


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
        found: dict[tuple[str, str], Node] = {}
        for owner in (self.item, self.node):
            for _, each in owner.child("parameters").items():
                target = self.document.resolve(each)
                if isinstance(target.value, dict):
                    found[str(target.value.get("name")), str(target.value.get("in"))] = target
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

    @property
    def title(self) -> str:
        """See Document."""
        title = self.root.child("info", "title").value
        return title if isinstance(title, str) and title else self.kind

    @cached_property
    def root(self) -> Node:
        """The whole document."""
        return Node(self, (), self.tree.data if self.tree else {})

    @cached_property
    def index(self) -> Index:
        """Every object of the specification by its kind; see the module `index` for how to use it."""
        return index(self, self.resolve, beside_refs=self.version in ("3.1", "3.2"))

    @cached_property
    def callbacks(self) -> list[Operation]:
        """The operations of all callbacks, as `webhook`; their path is the expression that they are under."""
        return [
            operation
            for callback in self.index.callbacks
            for path, item in callback.items()
            if isinstance(item.value, dict) and not str(path).startswith("x-")
            for operation in self._of_item(item, str(path), True)
        ]

    @cached_property
    def schemas(self) -> dict[str, Node]:
        """The schemas that have a name, `definitions` in 2.0; references among them are not followed."""
        return self._section("definitions", "schemas")

    @cached_property
    def security_schemes(self) -> dict[str, Node]:
        """The security schemes by name, references followed."""
        found = self._section("securityDefinitions", "securitySchemes")
        return {name: self.resolve(each) for name, each in found.items()}

    def _section(self, old: str, new: str) -> dict[str, Node]:
        node = self.root.child(old) if self.version == "2.0" else self.root.child("components", new)
        return {str(name): each for name, each in node.items()} if isinstance(node.value, dict) else {}

    @cached_property
    def operations(self) -> list[Operation]:
        """Those of `paths`, in their order, then those of `webhooks`; callbacks are not among them."""
        return [*self._operations("paths"), *self._operations("webhooks")]

    def _operations(self, where: str) -> Iterator[Operation]:
        for path, item in self.root.child(where).items():
            yield from self._of_item(item, str(path), where != "paths")

    def _of_item(self, item: Node, path: str, webhook: bool) -> Iterator[Operation]:
        # What stands beside the reference of a path item goes before what the reference leads to.
        seen = set()
        target = self.resolve(item)
        for each in (item, target) if target is not item else (item,):
            for method, node in each.items():
                if method in METHODS and method not in seen and isinstance(node.value, dict):
                    seen.add(method)
                    yield Operation(self, str(method), path, node, each, webhook)
            for method, node in each.child("additionalOperations").items():
                if isinstance(node.value, dict):
                    yield Operation(self, str(method), path, node, each, webhook)

    def resolve(self, node: Node) -> Node:
        """What a node stands for: the target of its `$ref`, and of that one's; `value` is None where it has none.

        A node without a reference is itself. Nothing outside the design is ever looked at.
        """
        for _ in range(MAX_CHAIN):
            if not (isinstance(node.value, dict) and isinstance(ref := node.value.get("$ref"), str)):
                return node
            node = self.target(node.document, ref)
        return Node(node.document, node.pointer, None)

    def target(self, document: Document, ref: str) -> Node:
        """What stands where a reference of a document leads to: one step, which may be a reference again.

        `value` is None where nothing is there; `document` and `pointer` are then as far as it went.
        """
        found = self._targets.get((document.path, ref))
        if found is None:
            found = self._targets[document.path, ref] = self._find(document, ref)
        return found

    def place(self, document: Document, ref: str) -> str:
        """The path of the file that a reference leads to, whether there is such a file or not.

        The result may begin with `../`, which is outside all that is known, and is empty for another host's.
        """
        file = ref.partition("#")[0]
        if not file:
            return document.path
        if _SCHEME.match(file) or file.startswith("//"):
            return ""
        return normpath(join(dirname(document.path), unquote(file)))

    @cached_property
    def _targets(self) -> dict[tuple[str, str], Node]:
        return {}

    @cached_property
    def _names(self) -> dict[str, dict[str, Node]]:
        return {}

    def _named(self, owner: Document) -> dict[str, Node]:
        """What schemas of a document are called by `$id`, and, with `#`, by `$anchor`: OpenAPI 3.1 and later."""
        if owner.path not in self._names:
            found: dict[str, Node] = {}
            waiting: list[tuple[Pointer, Any]] = (
                [((), owner.tree.data)] if owner.tree and re.search("[$](?:id|anchor)", owner.text) else []
            )
            for pointer, value in waiting:
                pairs: Any = enumerate(value) if isinstance(value, list) else ()
                if isinstance(value, dict):
                    pairs = value.items()
                    for key, mark in (("$id", ""), ("$anchor", "#"), ("$dynamicAnchor", "#")):
                        if isinstance(name := value.get(key), str):
                            found.setdefault(mark + name, Node(owner, pointer, value))
                waiting += [((*pointer, key), each) for key, each in pairs if isinstance(each, (dict, list))]
            self._names[owner.path] = found
        return self._names[owner.path]

    def _find(self, document: Document, ref: str) -> Node:
        file, _, fragment = ref.partition("#")
        path = self.place(document, ref)
        owner = document if path == document.path else self.siblings.get(path)
        start: Node | None = None
        if file and (owner is None or owner.tree is None):
            start = self._named(document).get(file)
        elif owner is not None and owner.tree is not None:
            start = Node(owner, (), owner.tree.data)
        if start is None:
            return Node(document if owner is None else owner, (), None)
        if fragment and not fragment.startswith("/"):
            return self._named(start.document).get("#" + unquote(fragment)) or Node(start.document, start.pointer, None)
        value = start.value
        pointer = list(start.pointer)
        for raw in fragment[1:].split("/") if fragment else ():
            if isinstance(value, dict):
                part = unquote(raw).replace("~1", "/").replace("~0", "~")
                if part not in value:
                    part = raw.replace("~1", "/").replace("~0", "~")  # A name with a percent sign that nobody escaped.
                if part in value:
                    value = value[part]
                    pointer.append(part)
                    continue
            elif (
                isinstance(value, list) and raw.isascii() and raw.isdigit() and len(raw) < 10 and int(raw) < len(value)
            ):
                value = value[int(raw)]
                pointer.append(int(raw))
                continue
            return Node(start.document, tuple(pointer), None)
        return Node(start.document, tuple(pointer), value)
