"""A compose file as its services."""

import pytest

from faultline.analyzers.design.documents.compose import ComposeDocument, ComposeService
from faultline.analyzers.design.documents.products import image_of
from tests.analyzers.design.parts import design


def services(files: dict[str, str], path: str = "compose.yaml") -> dict[str, ComposeService]:
    document = design(files).by_path[path]
    assert isinstance(document, ComposeDocument)
    return {each.name: each for each in document.services}


def document(text: str, path: str = "compose.yaml") -> ComposeDocument:
    found = design({path: text}).by_path[path]
    assert isinstance(found, ComposeDocument)
    return found


FORMS = """services:
  web:
    image: registry.example:5000/acme/web:${TAG:-1.4}
    ports:
      - "127.0.0.1:8080:80"
      - 3000
      - "[::1]:9000:9000/udp"
      - "8000-8002:8000-8002"
      - target: 443
        published: "8443"
        host_ip: 10.0.0.5
    volumes:
      - data:/data
      - ./conf:/etc/web:ro
      - /anonymous
      - {type: bind, source: /srv, target: /srv, read_only: true}
    tmpfs: /tmp
    environment:
      - URL=http://api:8080
      - FROM_SHELL
    expose: ["9100"]
    links: ["api:backend"]
    labels: ["traefik.enable=true"]
    deploy:
      labels: {tier: front}
      replicas: 3
      restart_policy: {condition: on-failure}
      resources: {limits: {memory: 64M}}
  api:
    build: .
    environment: {DEBUG: false, PORT: 8080, EMPTY: null}
    depends_on:
      web: {condition: service_healthy, required: false}
    healthcheck: {test: NONE}
    restart: no
    scale: "2"
    mem_limit: ${LIMIT:-128m}
"""


def test_short_and_long_forms_are_read_alike() -> None:
    web = services({"compose.yaml": FORMS})["web"]
    assert [(each.host, each.published, each.container, each.protocol) for each in web.ports] == [
        ("127.0.0.1", "8080", 80, "tcp"),
        ("", "", 3000, "tcp"),
        ("[::1]", "9000", 9000, "udp"),
        ("", "8000-8002", 8000, "tcp"),
        ("10.0.0.5", "8443", 443, "tcp"),
    ]
    assert [each.local for each in web.ports] == [True, False, True, False, False]
    assert [(each.kind, each.source, each.target, each.read_only) for each in web.volumes] == [
        ("volume", "data", "/data", False),
        ("bind", "./conf", "/etc/web", True),
        ("volume", "", "/anonymous", False),
        ("bind", "/srv", "/srv", True),
        ("tmpfs", "", "/tmp", False),
    ]
    assert [(each.name, each.value) for each in web.environment] == [("URL", "http://api:8080"), ("FROM_SHELL", None)]
    assert [(each.name, each.value) for each in web.labels] == [("traefik.enable", "true"), ("tier", "front")]
    assert (web.replicas, web.restart, web.memory_limit) == (3, "on-failure", "64M")
    assert web.exposed == [9100, 80, 3000, 9000, 8000, 443]
    assert [each.service for each in web.links] == ["api"]


def test_what_is_said_stands_on_its_line() -> None:
    found = services({"compose.yaml": FORMS})
    web, api = found["web"], found["api"]
    assert [each.spot.lines[0] for each in web.ports] == [5, 6, 7, 8, 9]
    assert [each.spot.lines[0] for each in web.environment] == [19, 20]
    assert [each.spot.lines[0] for each in api.environment] == [31, 31, 31]
    assert web.spot("deploy", "replicas").lines == (26, 26)
    assert web.spot("healthcheck").lines == (2, 2)
    assert api.depends_on[0].spot.lines == (33, 33)


def test_a_check_that_is_switched_off_is_none() -> None:
    api = services({"compose.yaml": FORMS})["api"]
    assert api.healthcheck is None
    assert (api.restart, api.replicas, api.memory_limit) == ("no", 2, "128m")
    assert [(each.name, each.value) for each in api.environment] == [
        ("DEBUG", "false"),
        ("PORT", "8080"),
        ("EMPTY", None),
    ]
    assert [(each.service, each.condition, each.required) for each in api.depends_on] == [
        ("web", "service_healthy", False)
    ]


def test_the_name_of_an_image_has_four_parts() -> None:
    image = image_of("registry.example:5000/acme/timescaledb:${TAG:-2.1}@sha256:abc")
    assert (image.name, image.tag, image.digest) == ("registry.example:5000/acme/timescaledb", "2.1", "sha256:abc")
    assert image.product is not None
    assert image.product.name == "PostgreSQL"
    assert image_of("localhost:5000/x").tag == ""
    assert image_of("x:${TAG}").variable


def test_a_service_that_extends_one_of_another_file_points_into_it() -> None:
    files = {
        "deploy/compose.yaml": "services:\n  db:\n    extends: {file: ../common.yaml, service: base}\n"
        "    image: mysql:8\n",
        "common.yaml": "services:\n  root:\n    restart: always\n  base:\n    extends: root\n    mem_limit: 1g\n",
    }
    db = services(files, "deploy/compose.yaml")["db"]
    assert (db.restart, db.memory_limit) == ("always", "1g")
    assert (db.spot("restart").document.path, db.spot("restart").lines) == ("common.yaml", (3, 3))
    assert (db.spot("image").document.path, db.spot("image").lines) == ("deploy/compose.yaml", (4, 4))


def test_what_extends_itself_or_leaves_the_design_is_left_alone() -> None:
    files = {
        "compose.yaml": "services:\n  a: {extends: b, image: x:1}\n  b: {extends: a}\n"
        "  c: {extends: {file: ../../etc/x.yaml, service: c}, image: y:1}\n  d: {extends: d}\n"
    }
    assert [each.restart for each in services(files).values()] == ["", "", "", ""]


def test_an_override_adds_to_the_services_of_its_base() -> None:
    files = {
        "docker-compose.yml": "services:\n  web:\n    image: acme/web:1\n",
        "docker-compose.prod.yml": "services:\n  web:\n    restart: always\n  cron:\n    image: acme/cron:1\n",
        "docker-compose.other.yml": "services:\n  web:\n    image: acme/other:1\n",
    }
    web = services(files, "docker-compose.yml")["web"]
    assert (web.restart, web.whole.restart) == ("", "always")
    assert web.whole.spot("restart").document.path == "docker-compose.prod.yml"
    prod = services(files, "docker-compose.prod.yml")
    assert (prod["web"].partial, prod["cron"].partial) == (True, False)
    assert not services(files, "docker-compose.other.yml")["web"].partial


def test_the_name_of_a_file_tells_for_whom_it_is() -> None:
    plain = "services:\n  a:\n    image: x:1\n"
    assert document(plain).stage == "any"
    assert document(plain, "docker-compose.dev.yml").stage == "development"
    assert document(plain, "stack.yml").stage == "production"
    assert document(plain + "    deploy: {replicas: 2}\n").stage == "production"


@pytest.mark.parametrize(
    ("service", "stage"),
    [
        ("build: ., volumes: ['.:/app']", "development"),
        ("build: ., volumes: ['./conf.yml:/app/conf.yml']", "any"),
        ("build: ., command: npm run dev", "development"),
        ("build: {context: ., target: dev}", "development"),
        ("build: {context: ., dockerfile: deploy/production/Dockerfile}, volumes: ['./src:/app']", "any"),
        ("build: ., environment: {NODE_ENV: development}", "development"),
        ("build: ., environment: {NODE_ENV: development}, ports: ['443:443']", "any"),
        ("image: 'x:1', volumes: ['.:/app']", "any"),
    ],
)
def test_what_is_changed_where_it_runs_is_for_development(service: str, stage: str) -> None:
    assert document(f"services:\n  a: {{{service}}}\n").stage == stage


def test_a_job_is_told_from_a_service() -> None:
    text = """services:
  migrate: {image: "acme/app:1"}
  app: {image: "acme/app:1", depends_on: {load: {condition: service_completed_successfully}}}
  load: {image: "acme/load:1"}
  shell: {image: "acme/app:1", profiles: [tools]}
  upgrade: {image: "acme/app:1", command: alembic upgrade head}
  tests-api: {image: "acme/app:1", restart: always}
"""
    found = services({"compose.yaml": text})
    assert {name: each.once for name, each in found.items()} == {
        "migrate": True,
        "app": False,
        "load": True,
        "shell": True,
        "upgrade": True,
        "tests-api": False,
    }


def test_a_file_of_the_wrong_shape_has_no_services() -> None:
    text = "services:\n  a: 5\n  b:\n    ports: x\n    environment: 7\n    volumes: {a: 1}\n    deploy: []\n"
    text += "    depends_on: 3\n"
    (b,) = services({"compose.yaml": text}).values()
    assert (b.environment, b.volumes, b.depends_on, b.replicas, b.networks) == ([], [], [], None, ["default"])
    assert [each.container for each in b.ports] == [None]
