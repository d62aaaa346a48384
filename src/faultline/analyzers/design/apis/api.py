"""Api: the calls of a specification with what several checks ask of them, worked out once a document.

A specification of 3 MB has some hundred operations and tens of thousands of properties. So everything here is lazy and
is kept: the properties come from one pass over all schemas that follows no reference (each schema is met where it
stands), and a reference is resolved once, however often it is met.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final, NamedTuple

from faultline.analyzers.design.apis.words import path_words, segments, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument, Operation
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.spot import Spot

IN_DOUBT: Final = "in doubt"
"""Cause of what is told as `info` although its rule is worse: a finding of its own, apart from the sure ones."""
WRITES: Final = frozenset(("post", "put", "patch", "delete"))
MAX_DEPTH: Final = 8
"""Compositions (`allOf` and so on) in each other that a question about a body looks through."""
MAX_PROPERTIES: Final = 400
"""Properties of one body that are looked at."""
_NESTING: Final = frozenset(("properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties"))


class Access(Enum):
    """What a specification says of who may call."""

    SECURED = "secured"
    OPTIONAL = "optional"
    """With credentials or without."""
    PUBLIC = "public"
    """Said to be open: `security: []`."""
    UNSAID = "unsaid"


class Property(NamedTuple):
    """A property as it is written: its name, its schema, and the schema that has it."""

    name: str
    schema: dict[str, Any]
    within: Node

    @property
    def node(self) -> Node:
        """Where it stands."""
        return Node(self.within.document, (*self.within.pointer, "properties", self.name), self.schema)

    @property
    def owner(self) -> str:
        """The name of the component that it is a property of; empty for one that stands deeper or in an operation."""
        pointer = self.within.pointer
        if len(pointer) == 3 and pointer[1] == "schemas":
            return str(pointer[2])
        return str(pointer[1]) if len(pointer) == 2 and pointer[0] == "definitions" else ""

    @property
    def spot(self) -> Spot:
        """Where it stands, with a name for it."""
        node = self.node
        symbol = f"{self.owner}.{self.name}" if self.owner else f"property {self.name}"
        return Spot(node.document, node.pointer, symbol=symbol)


class Field(NamedTuple):
    """A property of a body, references followed: its name, schema, and the node where it is declared."""

    name: str
    schema: dict[str, Any]
    node: Node
    depth: int


@dataclass(eq=False)
class Call:
    """An operation of `paths`."""

    api: Api
    operation: Operation

    @property
    def method(self) -> str:
        """In lower case."""
        return self.operation.method

    @property
    def path(self) -> str:
        """The template."""
        return self.operation.path

    @property
    def symbol(self) -> str:
        """`GET /orders/{id}`."""
        return self.operation.symbol

    @property
    def writes(self) -> bool:
        """Whether the method changes something by its meaning."""
        return self.operation.method in WRITES

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path."""
        return segments(self.operation.path)

    @cached_property
    def words(self) -> frozenset[str]:
        """Those of the path (without variables) and of the operation's id."""
        name = self.operation.node.value.get("operationId")
        return path_words(self.operation.path).union(words(name) if isinstance(name, str) else ())

    @cached_property
    def prose(self) -> str:
        """Summary and description in lower case."""
        value = self.operation.node.value
        found = [value.get("summary"), value.get("description")]
        return " ".join(each for each in found if isinstance(each, str)).lower()

    @cached_property
    def codes(self) -> frozenset[str]:
        """The status codes of its responses, `4XX` and `default` included, in upper case but for `default`."""
        found = self.operation.node.value.get("responses")
        return frozenset(str(code).replace("x", "X") for code in found) if isinstance(found, dict) else frozenset()

    @cached_property
    def access(self) -> Access:
        """Who may call; `UNSAID` where neither the operation nor the document says it."""
        held = self.operation.node.value.get("security", self.api.security)
        if not isinstance(held, list):
            return Access.UNSAID
        if not held:
            own = "security" in self.operation.node.value
            return Access.PUBLIC if own or self.api.security_is_said else Access.UNSAID
        if any(not each for each in held if isinstance(each, dict)):
            return Access.OPTIONAL if len(held) > 1 else Access.PUBLIC
        return Access.SECURED

    @property
    def parameters(self) -> list[Node]:
        """All that hold, references followed."""
        return self.operation.parameters

    @cached_property
    def names(self) -> dict[str, Node]:
        """The parameters by name in lower case; those of the body are not among them."""
        found: dict[str, Node] = {}
        for each in self.parameters:
            name = each.value.get("name")
            if isinstance(name, str) and each.value.get("in") != "body":
                found[name.lower()] = each
        return found

    def spot(self, *below: str | int) -> Spot:
        """The operation's method, or what stands below it."""
        node = self.operation.node
        suffix = " ".join(str(each) for each in below)
        return Spot(node.document, (*node.pointer, *below), symbol=f"{self.symbol} {suffix}".rstrip())

    def security_spot(self) -> Spot:
        """Where it says who may call; the method where it says nothing."""
        return self.spot("security") if "security" in self.operation.node.value else self.spot()

    def at(self, node: Node, what: str = "") -> Spot:
        """A node that belongs to this call."""
        return Spot(node.document, node.pointer, symbol=f"{self.symbol} {what}".rstrip())

    @cached_property
    def bodies(self) -> list[tuple[str, Node]]:
        """Media type and schema of what is sent; of 2.0 the body's, or the form's as an object made of it."""
        body = self.operation.body
        if body is None:
            return []
        if self.api.document.version == "2.0":
            return [("application/json", body.child("schema"))]
        return [(str(kind), each.child("schema")) for kind, each in body.child("content").items()]

    def answers(self, code: str) -> list[tuple[str, Node]]:
        """Media type and schema of a response; empty where it has no body."""
        found = self._answers.get(code)
        if found is None:
            response = self.operation.responses.get(code)
            found = self._answers[code] = self.api.contents(response) if response is not None else []
        return found

    @cached_property
    def _answers(self) -> dict[str, list[tuple[str, Node]]]:
        return {}

    @cached_property
    def success(self) -> tuple[str, Node] | None:
        """The first 2xx and its node."""
        for code, node in self.operation.responses.items():
            if code.startswith("2") and isinstance(node.value, dict):
                return code, node
        return None

    @cached_property
    def is_item(self) -> bool:
        """Whether the path ends in a variable: one thing out of many."""
        return bool(self.segments) and self.segments[-1].startswith("{")


@dataclass(eq=False)
class Api:
    """What is asked of one specification."""

    document: OpenApiDocument
    _refs: dict[tuple[int, str], Node] = field(default_factory=dict)
    _fields: dict[tuple[int, Pointer], list[Field]] = field(default_factory=dict)

    @cached_property
    def calls(self) -> list[Call]:
        """The operations of `paths`."""
        return [Call(self, each) for each in self.document.operations if not each.webhook]

    @cached_property
    def webhooks(self) -> list[Operation]:
        """The operations of `webhooks`."""
        return [each for each in self.document.operations if each.webhook]

    @property
    def root(self) -> dict[str, Any]:
        """The document's data."""
        value = self.document.root.value
        return value if isinstance(value, dict) else {}

    @cached_property
    def security(self) -> Any:
        """The requirements of the whole document; None where it says none."""
        return self.root.get("security")

    @cached_property
    def schemes(self) -> dict[str, Node]:
        """The security schemes by name, references followed."""
        old = self.document.version == "2.0"
        owner = self.document.root.child("securityDefinitions") if old else self.components("securitySchemes")
        found = {str(name): self.document.resolve(each) for name, each in owner.items()}
        return {name: each for name, each in found.items() if isinstance(each.value, dict)}

    @cached_property
    def security_is_said(self) -> bool:
        """Whether the document shows that somebody thought of who may call."""
        return bool(self.schemes) or any(
            isinstance(each.operation.node.value.get("security"), list) for each in self.calls
        )

    def components(self, kind: str) -> Node:
        """The components of a kind of 3.x."""
        return self.document.root.child("components", kind)

    @cached_property
    def prose(self) -> str:
        """Title, summary and description of the document in lower case."""
        info = self.root.get("info")
        found = [info.get(key) for key in ("title", "summary", "description")] if isinstance(info, dict) else []
        return " ".join(each for each in found if isinstance(each, str)).lower()

    def resolve(self, node: Node) -> Node:
        """What a node stands for; see OpenApiDocument.resolve. Each reference is followed once."""
        value = node.value
        if not isinstance(value, dict) or not isinstance(ref := value.get("$ref"), str):
            return node
        key = (id(node.document), ref)
        found = self._refs.get(key)
        if found is None:
            found = self._refs[key] = self.document.resolve(node)
        return found

    def contents(self, response: Node) -> list[tuple[str, Node]]:
        """Media type and schema of a response."""
        value = response.value
        if not isinstance(value, dict):
            return []
        if self.document.version == "2.0":
            return [("application/json", response.child("schema"))] if isinstance(value.get("schema"), dict) else []
        if not isinstance(content := value.get("content"), dict):
            return []
        return [
            (str(kind), response.child("content", kind, "schema"))
            for kind, each in content.items()
            if isinstance(each, dict) and isinstance(each.get("schema"), dict)
        ]

    def schema(self, node: Node) -> dict[str, Any]:
        """The schema of a node, references followed; empty where there is none."""
        value = self.resolve(node).value
        return value if isinstance(value, dict) else {}

    def fields(self, node: Node, *, nested: bool = False) -> list[Field]:
        """The properties of a body, or of the items of one that is an array; references and compositions followed.

        Args:
            node: its schema.
            nested: also those of its properties, one level down.

        Returns:
            At most MAX_PROPERTIES of each schema.

        """
        found = self._own(node, 0)
        if not nested:
            return found
        below = [each for each in found if not _NESTING.isdisjoint(each.schema)]
        return (
            found + [each._replace(depth=1) for field_ in below for each in self._own(field_.node, 0)][:MAX_PROPERTIES]
        )

    def _own(self, node: Node, depth: int) -> list[Field]:
        target = self.resolve(node)
        key = (id(target.document), target.pointer)
        found = self._fields.get(key)
        if found is None:
            found = self._fields[key] = []  # A schema within itself adds nothing.
            self._collect(target, found, depth)
        return found

    def _collect(self, target: Node, found: list[Field], depth: int) -> None:
        value = target.value
        if not isinstance(value, dict) or depth > MAX_DEPTH:
            return
        declared = value.get("properties")
        if isinstance(declared, dict):
            for name, each in declared.items():
                if not isinstance(each, dict) or len(found) == MAX_PROPERTIES:
                    continue
                node = Node(target.document, (*target.pointer, "properties", name), each)
                found.append(Field(name, self.schema(node) if "$ref" in each else each, node, 0))
        for combining in ("allOf", "anyOf", "oneOf"):
            if isinstance(value.get(combining), list):
                for _, each_node in target.child(combining).items():
                    found.extend(self._own(each_node, depth + 1)[: MAX_PROPERTIES - len(found)])
        if isinstance(value.get("items"), dict):
            found.extend(self._own(target.child("items"), depth + 1)[: MAX_PROPERTIES - len(found)])

    @cached_property
    def property_names(self) -> dict[str, list[Node]]:
        """The names of all properties of all schemas of the document, each with the schemas that have it."""
        # Nothing is made for each of them: 10,000 small objects cost more in the garbage collector than in themselves.
        found: dict[str, list[Node]] = {}
        for node in self.document.index.schemas:
            if "properties" in node.value and isinstance(declared := node.value["properties"], dict):
                for name in declared:
                    places = found.get(name)
                    if places is None:
                        found[name] = [node]
                    else:
                        places.append(node)
        return found

    def properties(self, name: str) -> Iterator[Property]:
        """All properties of a name, as they are written; references not followed."""
        for node in self.property_names.get(name, ()):
            schema = node.value["properties"][name]
            if isinstance(schema, dict):
                yield Property(name, schema, node)

    def spot(self, pointer: Pointer, symbol: str = "", document: Document | None = None) -> Spot:
        """A place in the document."""
        return Spot(document or self.document, pointer, symbol=symbol)


_LOCK: Final = threading.Lock()
_KEPT: Final = "_api"


def api_of(document: OpenApiDocument) -> Api:
    """The one Api of a document, which goes when the document goes."""
    kept = vars(document)
    with _LOCK:
        if _KEPT not in kept:
            kept[_KEPT] = Api(document)
        found: Api = kept[_KEPT]
        return found


def apis(design: Design) -> list[Api]:
    """Those of a design's specifications that have operations or servers to look at."""
    return [api_of(each) for each in design.of(OpenApiDocument) if isinstance(each.root.value, dict)]


def types_of(schema: dict[str, Any]) -> tuple[str, ...]:
    """The types that a schema names, `null` left out."""
    named = schema.get("type")
    if isinstance(named, str):
        return () if named == "null" else (named,)
    if isinstance(named, list):
        return tuple(each for each in named if isinstance(each, str) and each != "null")
    if "properties" in schema:
        return ("object",)
    return ("array",) if "items" in schema else ()
