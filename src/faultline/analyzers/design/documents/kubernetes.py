"""KubernetesDocument: a file of Kubernetes objects, one or many."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.tree import Pointer, Tree


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One object; `pointer` is where it stands in `tree`: the root, or an item of a `List`."""

    kind: str
    name: str
    namespace: str
    data: dict[str, Any]
    tree: Tree
    pointer: Pointer = ()


@dataclass(eq=False)
class KubernetesDocument(Document):
    """A file of objects; `trees` are its YAML documents."""

    kind: ClassVar[str] = "kubernetes"

    trees: list[Tree] = field(default_factory=list)

    @cached_property
    def objects(self) -> list[KubernetesObject]:
        """The objects in their order, those in a `List` one by one."""
        found = []
        for tree in self.trees:
            data = tree.data
            listed = data.get("items") if isinstance(data, dict) and data.get("kind") == "List" else None
            places = enumerate(listed) if isinstance(listed, list) else [(-1, data)]
            for place, each in places:
                if isinstance(each, dict) and isinstance(each.get("kind"), str):
                    about = each.get("metadata")
                    about = about if isinstance(about, dict) else {}
                    pointer: Pointer = () if place < 0 else ("items", place)
                    name, namespace = str(about.get("name", "")), str(about.get("namespace", "default"))
                    found.append(KubernetesObject(each["kind"], name, namespace, each, tree, pointer))
        return found
