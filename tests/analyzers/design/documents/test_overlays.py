"""What stands beside a deployment and changes it: kustomizations, files of variables and of values, Helm templates."""

import pytest

from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, Workload
from faultline.analyzers.design.documents.terraform import TerraformDocument
from faultline.analyzers.design.resilience import kubernetes
from faultline.analyzers.design.security import secrets
from tests.analyzers.design.parts import design, findings, seen

BASE = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: x.example.com:5000/api
          env:
            - {name: LEVEL, value: info}
            - {name: MODE, value: test}
"""
INLINE = """
      - op: replace
        path: /spec/template/spec/containers/0/env/0/value
        value: warn
      - op: add
        path: /spec/template/spec/containers/0/env/-
        value: {name: MORE, value: "1"}
      - op: remove
        path: /spec/template/spec/containers/0/none
      - op: add
        path: /spec/nothing/here
        value: 1
"""
PROD = f"""resources: [../../base]
replicas: [{{name: api, count: 3}}]
images: [{{name: "x.example.com:5000/api", newTag: "2.1"}}]
patches:
  - path: live.yaml
  - target: {{kind: Deployment, name: api}}
    patch: |-{INLINE}"""
LIVE = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - {name: MODE, value: live}
            - {name: ONE, value: "1"}
          resources: {limits: {memory: 256Mi, cpu: "1"}}
        - {name: side, image: "x/side:1", resources: {limits: {memory: 1Mi, cpu: "1"}}}
"""
DEV = "resources: [../../base]\npatchesStrategicMerge: [one.yaml]\n"
ONE = LIVE.partition("  template")[0] + "  replicas: 1\n"
FILES = {
    "base/api.yaml": BASE,
    "base/kustomization.yaml": "resources: [api.yaml]\n",
    "overlays/dev/kustomization.yaml": DEV,
    "overlays/dev/one.yaml": ONE,
    "overlays/prod/kustomization.yaml": PROD,
    "overlays/prod/live.yaml": LIVE,
}


def workload(files: dict[str, str]) -> Workload:
    """The only workload of some files."""
    (found,) = [each for document in design(files).of(KubernetesDocument) for each in document.workloads]
    return found


def test_what_the_overlay_for_production_says_holds_and_stands_where_it_says_it() -> None:
    api = workload(FILES)
    main, side = api.containers
    assert (api.replicas, main.image and main.image.text) == (3, "x.example.com:5000/api:2.1")
    assert [(each.name, each.value) for each in main.env] == [
        ("LEVEL", "warn"),
        ("MODE", "live"),
        ("ONE", "1"),
        ("MORE", "1"),
    ]
    spots = [api.object.spot("spec", "replicas"), main.spot("image"), main.spot("resources", "limits", "memory")]
    spots += [main.env[0].spot, main.env[1].spot, main.env[2].spot, side.spot("image")]
    assert [(each.document.path.rpartition("/")[2], each.lines[0]) for each in spots] == [
        ("kustomization.yaml", 2),
        ("kustomization.yaml", 3),
        ("live.yaml", 12),
        ("kustomization.yaml", 7),
        ("live.yaml", 10),
        ("live.yaml", 11),
        ("live.yaml", 13),
    ]


def test_a_base_is_not_blamed_for_what_its_overlay_sets() -> None:
    assert "resilience/no-resource-limits" not in {each.rule for each in seen(kubernetes.check, FILES)}
    alone = {path: text for path, text in FILES.items() if "prod" not in path}
    assert "resilience/no-resource-limits" in {each.rule for each in seen(kubernetes.check, alone)}


@pytest.mark.parametrize(
    "odd",
    [
        "resources: [../base, ., ../overlays/prod]\npatches: [{path: none.yaml}, 3, {patch: '[', target: {}}]\n",
        "resources: 3\nreplicas: {}\nimages: [1, {name: a}]\npatchesStrategicMerge: ['{a', 'a: b\\nc: d']\n",
        "resources: [https://example.com/a, /etc]\npatchesJson6902: [{target: {}, patch: '- {op: add, path: x}'}]\n",
    ],
)
def test_odd_kustomizations_change_nothing(odd: str) -> None:
    assert workload({"base/api.yaml": BASE, "base/kustomization.yaml": odd}).replicas == 1


def test_secrets_in_files_of_variables_and_values_are_found_at_their_lines() -> None:
    files = {
        "compose.yaml": "services:\n  db: {image: 'postgres:16', env_file: [.env.db]}\n",
        ".env.db": "# a comment\nexport POSTGRES_PASSWORD='kX9vQ2mLr7Tz4WpB'\nPLAIN=1 # said\n",
        ".env.example": "POSTGRES_PASSWORD=kX9vQ2mLr7Tz4WpB\n",
        "prod.tfvars": 'size = 3\npassword = "kX9vQ2mLr7Tz4WpB"\n',
    }
    assert sorted((each.at.document.path, each.at.lines[0]) for each in seen(secrets.check, files)) == [
        (".env.db", 2),
        ("prod.tfvars", 2),
    ]


def test_a_service_has_the_variables_of_its_files_and_its_own_go_first() -> None:
    compose = """services:
  web:
    image: x/web:1
    env_file: [{path: ./web.env, required: false}, missing.env]
    environment: {LEVEL: warn}
"""
    made = design({"a/compose.yaml": compose, "a/web.env": "LEVEL=info\nMODE=live\n"})
    service = made.documents[0].own_services[0]  # type: ignore[attr-defined]
    found = [(each.name, each.value, each.spot.document.path, each.spot.lines[0]) for each in service.environment]
    assert found == [("LEVEL", "warn", "a/compose.yaml", 5), ("MODE", "live", "a/web.env", 2)]


DATABASE = """variable "standby" { default = false }
resource "aws_db_instance" "main" {
  engine = "postgres"
  multi_az = var.standby
}
"""


@pytest.mark.parametrize(
    ("values", "standby"),
    [
        ({}, False),
        ({"tf/terraform.tfvars": "standby = true\n"}, True),
        ({"tf/envs/prod.tfvars": "standby = true\n", "tf/envs/dev.tfvars": "standby = false\n"}, True),
        ({"tf/a.tfvars": "standby = true\n", "tf/b.tfvars": "standby = true\n"}, False),
        ({"tf/only.tfvars": "standby = true\n"}, True),
        ({"other/main.tf": "", "other/x.tfvars": "standby = true\n", "y.tfvars": "standby = true\n"}, False),
    ],
)
def test_variables_of_terraform_have_the_values_that_are_given(values: dict[str, str], standby: bool) -> None:
    made = design({"tf/main.tf": DATABASE, **values})
    (main,) = [each for each in made.of(TerraformDocument) if each.path == "tf/main.tf"]
    assert main.value(main.resources[0], "multi_az") is standby


def test_templates_of_helm_are_passed_over() -> None:
    template = BASE.replace("x.example.com:5000/api", '"{{ .Values.image }}"')
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\n",
        "chart/values.yaml": "image: x\nreplicas: 1\n",
        "chart/templates/api.yaml": template,
        "chart/templates/count.yaml": BASE.replace("replicas: 1", "replicas: {{ .Values.replicas }}"),
        "chart/templates/_helpers.tpl": '{{- define "name" -}}\napi\n{{- end }}\n',
        "chart/templates/NOTES.txt": "{{ if .Values.x }}Calls have no timeout.{{ end }}\n",
    }
    assert findings(files, "low") == []
