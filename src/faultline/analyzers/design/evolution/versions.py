"""Versions: two versions of one document, while they are compared."""

from __future__ import annotations

from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument, Operation
from faultline.analyzers.design.evolution.change import Change, Use
from faultline.analyzers.design.evolution.comparison import Comparison
from faultline.analyzers.design.evolution.gap import Mode
from faultline.analyzers.design.evolution.schemas import Schemas
from faultline.analyzers.design.evolution.shapes import Nodes
from faultline.analyzers.design.evolution.unchanged import Unchanged


class Versions:
    """What is known of two versions of a document, and what was found so far.

    Args:
        old, new: the versions.

    """

    def __init__(self, old: OpenApiDocument, new: OpenApiDocument) -> None:
        self.old = old
        self.new = new
        lenient = min(old.version, new.version) < "3.1"
        siblings = max(old.version, new.version) >= "3.1"
        self.old_schemas = Schemas(old, lenient=lenient, siblings=siblings)
        self.new_schemas = Schemas(new, lenient=lenient, siblings=siblings)
        self.unchanged = Unchanged(old, new)
        self.comparison = Comparison(self.old_schemas, self.new_schemas, self.unchanged)
        self.changes: list[Change] = []
        self.uses: list[Use] = []
        self.scheme_names: dict[str, str] = {}
        """What security schemes were called in the old version that have another name now."""

    def compare(self, use: Use, mode: Mode, old: Nodes, new: Nodes) -> None:
        """Two schemas stand for each other in a part of an operation."""
        if not self.unchanged.same(old, new):
            self.uses.append(use)
            self.comparison.use(len(self.uses) - 1, mode, old, new)

    def same(self, old: Node, new: Node) -> bool:
        """Whether two nodes are the same with all that they refer to."""
        return self.unchanged.same((old,), (new,))

    def target(self, operation: Operation, node: Node) -> Node:
        """What a node stands for, in the version that an operation is of."""
        return operation.document.resolve(node)
