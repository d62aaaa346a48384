"""Kubernetes objects, and what belongs to what."""

from faultline.analyzers.design.documents.cluster import Cluster, matches
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from tests.analyzers.design.parts import design

TWO = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata:
      labels: {app: api, tier: back}
    spec:
      initContainers:
        - image: acme/api:1
          name: migrate
          command: [migrate, up]
      containers:
        - image: redis:7
          name: cache
          ports: [{containerPort: 6379}, {containerPort: http}]
          env:
            - name: A
              value: 5
            - name: B
              valueFrom: {secretKeyRef: {name: s, key: k}}
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: {name: api}
    spec: {selector: {app: api}}
  - apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: api, namespace: shop}
    spec: {scaleTargetRef: {kind: Deployment, name: api}, minReplicas: 2}
  - apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: api, namespace: other}
    spec: {selector: {matchLabels: {app: api}}}
"""


def cluster(text: str) -> Cluster:
    return Cluster(design({"k8s.yaml": text}).of(KubernetesDocument))


def test_a_workload_has_its_containers_with_their_lines() -> None:
    (api,) = cluster(TWO).workloads
    assert [(each.name, each.initial) for each in api.all_containers] == [("migrate", True), ("cache", False)]
    cache = api.containers[0]
    assert cache.spot().lines == (19, 19)
    assert cache.spot("image").lines == (18, 18)
    assert cache.spot("resources").lines == (19, 19)
    assert cache.ports == [6379]
    assert [(each.name, each.value, each.spot.lines[0]) for each in cache.env] == [("A", "5", 23), ("B", None, 24)]
    assert api.all_containers[0].command == "migrate up"
    assert (api.replicas, api.serves, api.product and api.product.name) == (2, True, "Redis")
    assert api.object.spot().lines == (4, 4)
    assert api.object.spot("spec", "replicas").lines == (7, 7)


def test_what_selects_a_workload_belongs_to_it() -> None:
    found = cluster(TWO)
    (api,) = found.workloads
    assert [each.name for each in found.services_of(api)] == ["api"]
    scaler = found.autoscaler_of(api)
    assert scaler is not None
    assert scaler.spot("spec", "minReplicas").lines == (37, 37)
    assert found.budgets_of(api) == []  # of another namespace
    assert found.named("Service", "api", api.object) is not None
    assert found.named("Service", "web", api.object) is None


def test_selectors_are_understood() -> None:
    labels = {"app": "api", "tier": "back"}
    assert matches({"app": "api"}, labels)
    assert not matches({"app": "web"}, labels)
    assert not matches({}, labels)
    assert not matches({"matchLabels": 5}, labels)

    def expression(operator: str, values: object = None) -> bool:
        return matches({"matchExpressions": [{"key": "tier", "operator": operator, "values": values}]}, labels)

    assert [expression("In", ["back"]), expression("In", ["front"])] == [True, False]
    assert [expression("NotIn", ["back"]), expression("NotIn", ["front"])] == [False, True]
    assert [expression("Exists"), expression("DoesNotExist"), expression("Like")] == [True, False, False]


def test_objects_without_what_they_need_are_no_error() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\n---\napiVersion: apps/v1\nkind: Deployment\nspec: 5\n---\napiVersion: v1\nkind: 7\n"
    )
    found = cluster(text)
    assert [(each.kind, each.name, each.containers) for each in found.workloads] == [
        ("Pod", "", []),
        ("Deployment", "", []),
    ]
    assert found.workloads[1].object.spot().lines == (5, 5)
