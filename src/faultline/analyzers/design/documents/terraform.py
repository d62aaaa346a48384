"""TerraformDocument: a `.tf` file, its blocks with their attributes and lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from faultline.analyzers.design.documents.document import Document


@dataclass(eq=False)
class TerraformBlock:
    """A block such as `resource "aws_db_instance" "main" { ... }`.

    Args:
        kind: `resource`, `variable`, `ingress`.
        labels: of a resource its type and its name.
        line: where it starts, from 1.
        end_line: where it ends, inclusive.
        attributes: values by name: text, numbers, booleans, lists and dicts of literals; of any other expression its
            source text.
        lines: of the attributes by name.
        blocks: the blocks in it.

    """

    kind: str
    labels: tuple[str, ...]
    line: int
    end_line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    blocks: list[TerraformBlock] = field(default_factory=list)


class TerraformDocument(Document):
    """A Terraform file."""

    kind: ClassVar[str] = "terraform"

    @cached_property
    def blocks(self) -> list[TerraformBlock]:
        """The outermost blocks in their order."""
        return []
