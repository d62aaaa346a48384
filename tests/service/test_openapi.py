"""The OpenAPI document, by our own rules and by Spectral's."""

import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from faultline.service.app import create_app
from faultline.service.openapi import sample
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.webhooks.events import EventType

PUBLIC = re.compile(r"/health.*|/metrics|/auth/.*|/v1/auth/token|/\.well-known/.*")


@pytest.fixture
async def document(tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    settings = Settings(data_dir=tmp_path, secret_key=SecretStr("s" * 40), public_url="https://faultline.example/")
    parts = Parts.of(settings)
    yield create_app(parts).openapi()
    await parts.close()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


async def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert len(operation["tags"]) == 1, where
        assert set(operation["tags"]) <= tags, f"{where}: say in openapi.py what the tag is about"
        for parameter in operation.get("parameters", ()):
            assert "$ref" in parameter or parameter["in"] != "path" or parameter["description"], where


async def test_every_operation_has_a_name_of_its_own_that_reads_like_a_call(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    assert {"create_project", "list_webhooks", "get_webhook_secret", "get_analysis_report"} <= set(names)


async def test_every_answer_is_described_and_what_goes_wrong_is_a_problem(document: dict[str, Any]) -> None:
    components = document["components"]
    assert "HTTPValidationError" not in components["schemas"]
    for method, path, operation in operations(document):
        where, answers = f"{method} {path}", operation["responses"]
        assert any(status[0] in "23" for status in answers), where
        assert "default" in answers, where
        assert ("404" in answers) or "{" not in path, where
        for status, answer in answers.items():
            if status[0] in "23":
                assert "X-Request-Id" in answer["headers"], where
                continue
            shared = components["responses"][answer["$ref"].rpartition("/")[2]]
            assert shared["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "Retry-After" in components["responses"]["TooManyRequests"]["headers"]


async def test_whoever_has_to_sign_in_is_told_so(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        secured = bool(operation["security"])
        assert secured != bool(PUBLIC.fullmatch(path)), where
        assert secured == ({"401", "403"} <= operation["responses"].keys()), where
        if secured and method == "post":
            assert {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"], where


async def test_every_body_has_an_example_that_its_schema_allows(document: dict[str, Any]) -> None:
    seen = 0
    for method, path, operation in operations(document):
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            assert media["example"], f"{method} {path}"
            seen += 1
            if media_type == "application/json":
                schema = {**media["schema"], "components": document["components"]}
                Draft202012Validator(schema).validate(media["example"])
    assert seen >= 10


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        found = document
        for step in reference.split("/"):
            found = found[step]


async def test_paths_differ_by_more_than_the_names_of_their_parameters(document: dict[str, Any]) -> None:
    shapes = [re.sub(r"\{[^}]*\}", "{}", path) for path in document["paths"]]
    assert len(set(shapes)) == len(shapes)
    for path, item in document["paths"].items():
        for operation in item.values():
            named = {each["name"] for each in operation.get("parameters", ()) if each.get("in") == "path"}
            assert named == set(re.findall(r"\{([^}]*)\}", path))


async def test_the_events_that_go_out_are_described(document: dict[str, Any]) -> None:
    assert document["webhooks"].keys() == {event.value for event in EventType}
    assert document["servers"][0]["url"] == "https://faultline.example"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "date-time"}, "2026-05-17T12:00:00Z"),
        ({"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 1}, [3]),
        ({"type": "array", "items": {"type": "integer"}}, []),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"$ref": "#/components/schemas/Colour"}, "red"),
        ({"const": "x"}, "x"),
    ],
)
def test_a_sample_is_what_its_schema_allows(schema: dict[str, Any], value: Any) -> None:
    assert sample(schema, {"Colour": {"type": "string", "enum": ["red", "blue"]}}) == value


@pytest.mark.slow
async def test_spectral_finds_nothing_to_complain_about(document: dict[str, Any], tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    install = [
        "npm",
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "@stoplight/spectral-cli@6",
    ]
    installed = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode:
        pytest.skip(f"npm cannot install Spectral here: {installed.stderr.strip()[-200:]}")
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    (tmp_path / "rules.yaml").write_text('extends: ["spectral:oas"]\n')
    spectral = [
        tmp_path / "node_modules" / ".bin" / "spectral",
        "lint",
        "openapi.json",
        "-r",
        "rules.yaml",
        "-F",
        "hint",
    ]
    linted = subprocess.run(spectral, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert linted.returncode == 0, linted.stdout
