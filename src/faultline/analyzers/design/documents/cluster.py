"""Cluster: all Kubernetes objects of a design, and what belongs to what.

A service belongs to the workloads that its selector finds, a workload to its autoscaler and its budgets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, KubernetesObject, Workload
from faultline.analyzers.design.documents.plain import strings


class Cluster:
    """All objects of some files, and what belongs to what.

    A namespace is only heeded where both sides name one: kustomize and `kubectl -n` give it later.
    """

    def __init__(self, documents: Sequence[KubernetesDocument]) -> None:
        self.objects = [each for document in documents for each in document.objects]
        self.workloads = [each for document in documents for each in document.workloads]
        self._by_kind: dict[str, list[KubernetesObject]] = {}
        for each in self.objects:
            self._by_kind.setdefault(each.kind, []).append(each)

    def of(self, kind: str) -> list[KubernetesObject]:
        """The objects of a kind in their order."""
        return self._by_kind.get(kind, [])

    def named(self, kind: str, name: str, beside: KubernetesObject) -> KubernetesObject | None:
        """The object of a kind and a name in the namespace of another one."""
        return next((each for each in self.of(kind) if each.name == name and together(each, beside)), None)

    def selected(self, selector: Mapping[str, Any], beside: KubernetesObject) -> list[Workload]:
        """The workloads whose pods a selector finds: plain labels, or `matchLabels` with `matchExpressions`."""
        return [
            each
            for each in self._candidates(selector)
            if together(each.object, beside) and matches(selector, each.labels)
        ]

    def services_of(self, workload: Workload) -> list[KubernetesObject]:
        """The services that send traffic to a workload."""
        return self._services.get(id(workload), [])

    def autoscaler_of(self, workload: Workload) -> KubernetesObject | None:
        """The HorizontalPodAutoscaler or KEDA's ScaledObject of a workload."""
        return self._scalers.get((workload.kind, workload.name))

    def budgets_of(self, workload: Workload) -> list[KubernetesObject]:
        """The disruption budgets that hold for a workload."""
        return self._budgets.get(id(workload), [])

    @cached_property
    def reached(self) -> frozenset[int]:
        """The `id` of each workload to which some service sends traffic."""
        return frozenset(self._services)

    def _candidates(self, selector: Mapping[str, Any]) -> Iterable[Workload]:
        """Workloads of one of the labels, so that many services and many workloads are not compared one by one."""
        plain = selector.get("matchLabels", selector)
        first = next(iter(strings(plain).items()), None) if isinstance(plain, dict) else None
        if first is None or "matchExpressions" in selector:
            return self.workloads
        return self._labelled.get(first, ())

    @cached_property
    def _labelled(self) -> dict[tuple[str, str], list[Workload]]:
        found: dict[tuple[str, str], list[Workload]] = {}
        for workload in self.workloads:
            for pair in workload.labels.items():
                found.setdefault(pair, []).append(workload)
        return found

    @cached_property
    def _services(self) -> dict[int, list[KubernetesObject]]:
        return self._holders("Service", lambda each: each.table("spec", "selector"))

    @cached_property
    def _budgets(self) -> dict[int, list[KubernetesObject]]:
        return self._holders("PodDisruptionBudget", lambda each: each.table("spec", "selector"))

    def _holders(self, kind: str, selector: Any) -> dict[int, list[KubernetesObject]]:
        found: dict[int, list[KubernetesObject]] = {}
        for each in self.of(kind):
            if wanted := selector(each):
                for workload in self.selected(wanted, each):
                    found.setdefault(id(workload), []).append(each)
        return found

    @cached_property
    def _scalers(self) -> dict[tuple[str, str], KubernetesObject]:
        scalers = [*self.of("HorizontalPodAutoscaler"), *self.of("ScaledObject")]
        return {target_of(each): each for each in scalers}


def target_of(scaler: KubernetesObject) -> tuple[str, str]:
    """Kind and name of what an autoscaler scales."""
    target = scaler.table("spec", "scaleTargetRef")
    return str(target.get("kind", "Deployment")), str(target.get("name", ""))


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether labels are what a selector wants; an empty selector finds nothing here."""
    wanted: Any = selector
    expressions: Any = []
    if "matchLabels" in selector or "matchExpressions" in selector:
        wanted, expressions = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    if not isinstance(wanted, dict) or not isinstance(expressions, list) or not (wanted or expressions):
        return False
    return all(labels.get(key) == value for key, value in strings(wanted).items()) and all(
        _holds(each, labels) for each in expressions if isinstance(each, dict)
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = str(expression.get("key")), expression.get("values")
    listed = [str(each) for each in values] if isinstance(values, list) else []
    match expression.get("operator"):
        case "In":
            return labels.get(key) in listed
        case "NotIn":
            return labels.get(key) not in listed
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False


def together(one: KubernetesObject, other: KubernetesObject) -> bool:
    """Whether two objects can be of one namespace."""
    return "default" in (one.namespace, other.namespace) or one.namespace == other.namespace
