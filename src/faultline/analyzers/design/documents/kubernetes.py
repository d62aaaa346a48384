"""KubernetesDocument: a file of Kubernetes objects, one or many.

What runs is a `Workload`: an object with a pod template, and the containers in it. What belongs together, the `Cluster`
tells (`cluster.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Final, NamedTuple

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.plain import at, strings
from faultline.analyzers.design.documents.products import Image, Product, image_of
from faultline.analyzers.design.documents.tree import Pointer, Tree
from faultline.analyzers.design.spot import Spot

_TEMPLATES: Final[Mapping[str, Pointer]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
"""Where an object of a kind has its pod template; a pod is one itself."""


@dataclass(slots=True, eq=False)
class KubernetesObject:
    """One object; `pointer` is where it stands in `tree`: the root, or an item of a `List`.

    `patched` are the places of what an overlay says, by its path (`kustomize.py`); nobody else changes an object.
    """

    kind: str
    name: str
    namespace: str
    data: dict[str, Any]
    tree: Tree
    pointer: Pointer = ()
    document: Document | None = None
    patched: dict[Pointer, Spot] = field(default_factory=dict)

    def get(self, *path: str | int) -> Any:
        """The value at a path; None where there is none."""
        return at(self.data, path)

    def table(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path; empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def items(self, *path: str | int) -> list[Any]:
        """The list at a path; empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, list) else []

    @property
    def symbol(self) -> str:
        """What a finding about it calls it: `Deployment api`."""
        return f"{self.kind} {self.name}"

    def spot(self, *path: str | int) -> Spot:
        """Where the value at a path stands; where there is none, what holds it, and of the object itself its name."""
        assert self.document is not None, "read from a document"
        if self.patched:
            for end in range(len(path), 0, -1):
                if found := self.patched.get(path[:end]):
                    return found
        known: Pointer = ()
        data: Any = self.data
        for part in path:
            inside = isinstance(data, dict) and part in data
            if not inside and not (isinstance(data, list) and isinstance(part, int) and part < len(data)):
                break
            data, known = data[part], (*known, part)
        if not known:
            known = (
                ("metadata", "name")
                if isinstance(self.get("metadata"), dict) and "name" in self.data["metadata"]
                else ("kind",)
            )
        return Spot(self.document, (*self.pointer, *known), self.tree, symbol=self.symbol)

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return strings(self.get("metadata", "labels"))

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations."""
        return strings(self.get("metadata", "annotations"))


class EnvironmentVariable(NamedTuple):
    """A variable of a container; `value` is None where it comes from elsewhere: a Secret, a ConfigMap, the pod."""

    name: str
    value: str | None
    spot: Spot


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A container of a workload; `path` leads to it from the object."""

    name: str
    data: dict[str, Any]
    owner: KubernetesObject
    path: Pointer
    initial: bool

    def get(self, *path: str | int) -> Any:
        """The value at a path; None where there is none."""
        return at(self.data, path)

    def table(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path; empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def spot(self, *path: str | int) -> Spot:
        """Where the value at a path stands; where there is none, its name."""
        wanted = path if path and at(self.data, path[:1]) is not None else ("name",) if "name" in self.data else ()
        found = self.owner.spot(*self.path, *wanted)
        return replace(found, symbol=self.symbol)

    @property
    def symbol(self) -> str:
        """What a finding about it calls it."""
        return f"{self.owner.symbol} container {self.name}"

    @property
    def image(self) -> Image | None:
        """Its image."""
        text = self.data.get("image")
        return image_of(text) if isinstance(text, str) and text else None

    @property
    def product(self) -> Product | None:
        """What well-known product it runs."""
        return self.image.product if self.image else None

    @property
    def ports(self) -> list[int]:
        """The ports it says it listens on."""
        found = self.data.get("ports")
        ports = (
            [each.get("containerPort") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        )
        return [each for each in ports if isinstance(each, int)]

    @property
    def env(self) -> list[EnvironmentVariable]:
        """Its variables in their order, without those of `envFrom`."""
        found = self.data.get("env")
        variables = []
        for place, each in enumerate(found if isinstance(found, list) else ()):
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                said = "value" in each and each["value"] is not None
                value = str(each["value"]) if said else None
                where = ("env", place, "value") if said else ("env", place)
                variables.append(EnvironmentVariable(each["name"], value, self.spot(*where)))
        return variables

    @property
    def command(self) -> str:
        """Command and arguments in one line."""
        parts = (self.data.get("command"), self.data.get("args"))
        return " ".join(" ".join(map(str, each)) for each in parts if isinstance(each, list))


@dataclass(frozen=True, eq=False)
class Workload:
    """An object that runs pods; `path` leads to the pod (what has `metadata` and `spec`) from the object."""

    object: KubernetesObject
    path: Pointer

    @property
    def kind(self) -> str:
        """The object's kind."""
        return self.object.kind

    @property
    def name(self) -> str:
        """The object's name."""
        return self.object.name

    @property
    def pod(self) -> dict[str, Any]:
        """The pod's `spec`."""
        return self.object.table(*self.path, "spec")

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its pods, by which selectors find them."""
        return strings(self.object.get(*self.path, "metadata", "labels"))

    @property
    def replicas(self) -> int | None:
        """How many pods are asked for; None where nobody says (one, then), or where there is no such thing."""
        found = self.object.get("spec", "replicas")
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    @property
    def serves(self) -> bool:
        """Whether it runs on until somebody stops it: no job."""
        return self.kind not in ("Job", "CronJob") and not (
            self.kind == "Pod" and self.pod.get("restartPolicy") in ("Never", "OnFailure")
        )

    @cached_property
    def containers(self) -> list[Container]:
        """Its containers without those that only prepare."""
        return self._containers("containers", initial=False)

    @cached_property
    def all_containers(self) -> list[Container]:
        """Its containers, those first that only prepare."""
        return [*self._containers("initContainers", initial=True), *self.containers]

    @property
    def product(self) -> Product | None:
        """What well-known product it runs: that of its first container that is one."""
        return next((each.product for each in self.containers if each.product), None)

    def spot(self, *path: str | int) -> Spot:
        """Where something of the pod's `spec` stands; where there is none, the object's name."""
        found = self.pod
        if not path or at(found, path[:1]) is None:
            return self.object.spot()
        return self.object.spot(*self.path, "spec", *path)

    def _containers(self, key: str, *, initial: bool) -> list[Container]:
        found = self.pod.get(key)
        return [
            Container(str(each.get("name", "")), each, self.object, (*self.path, "spec", key, place), initial)
            for place, each in enumerate(found if isinstance(found, list) else ())
            if isinstance(each, dict)
        ]


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
                    found.append(KubernetesObject(each["kind"], name, namespace, each, tree, pointer, self))
        return found

    @cached_property
    def workloads(self) -> list[Workload]:
        """The objects that run pods."""
        return [Workload(each, _TEMPLATES[each.kind]) for each in self.objects if each.kind in _TEMPLATES]
