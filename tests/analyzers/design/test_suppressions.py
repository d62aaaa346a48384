"""What a comment or `x-faultline-ignore` keeps back, and what it does not."""

import pytest

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.suppressions import Words
from tests.analyzers.design.parts import design

RULE = ("resilience/no-health-check", "CWE-400")
COMPOSE = """\
services:
  # faultline: ignore[resilience/*] the balancer looks after it
  web:
    image: web:1
    ports: ["80:80"]
  db:
    image: db:1  # faultline: ignore[CWE-400]: a sketch
  queue:
    image: q:1   # faultline: ignore[resilience/no-health-check]
  bus: {image: bus}   # faultline: ignore(nothing)
"""


def reason(seen: Design, pointer: Pointer | None = None, line: int = 0, rule: tuple[str, ...] = RULE) -> str | None:
    """The reason that holds at a spot: None where nothing is said, empty where no reason is given."""
    document = seen.documents[0]
    word = Words(document).about(Spot(document, pointer, line=line), rule)
    return None if word is None else word.reason


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (("services", "web"), "the balancer looks after it"),
        (("services", "web", "ports", 0), "the balancer looks after it"),
        (("services", "db"), None),
        (("services", "db", "image"), "a sketch"),
        (("services", "queue", "image"), ""),
        (("services", "bus"), "nothing)"),
        (("services",), None),
    ],
)
def test_a_comment_is_about_its_line_and_what_stands_below_its_key(pointer: Pointer, expected: str | None) -> None:
    if expected == "nothing)":  # no brackets: all rules, and the rest is the reason
        expected = "(nothing)"
    assert reason(design({"compose.yaml": COMPOSE}), pointer) == expected


def test_other_rules_are_not_meant() -> None:
    seen = design({"compose.yaml": COMPOSE})
    assert reason(seen, ("services", "web"), rule=("security/latest-tag",)) is None


@pytest.mark.parametrize(
    "head", ["# faultline: ignore-file[resilience/*] a demo\n", "\n" * 19 + "# Faultline: ignore-file all\n"]
)
def test_a_whole_file_is_left_out_by_its_first_lines(head: str) -> None:
    assert reason(design({"compose.yaml": head + COMPOSE.replace("faultline", "x")}), ("services", "db"))


def test_a_comment_further_down_is_not_about_the_whole_file() -> None:
    text = "\n" * 20 + "# faultline: ignore-file all\n" + COMPOSE.replace("faultline", "x")
    assert reason(design({"compose.yaml": text}), ("services", "db")) is None


def test_a_node_of_a_specification_says_so_itself_or_one_above_it() -> None:
    text = """{"openapi": "3.0.3", "x-faultline-ignore": {"rule": "contract/*", "reason": "generated"}, "paths": {
    "/a": {"x-faultline-ignore": [{"rule": "resilience/*, security/x", "reason": "public"}, 5, {"rule": 1}], "get": {}},
    "/b": {"x-faultline-ignore": [{"rule": "resilience/*"}], "get": {"tags": ["x"]}}}}"""
    seen = design({"api.json": text})
    assert reason(seen, ("paths", "/a", "get")) == "public"
    assert reason(seen, ("paths", "/b", "get", "tags", 0)) == ""
    assert reason(seen, ("paths",)) is None
    assert reason(seen, ("paths", "/b"), rule=("contract/some",)) == "generated"


def test_an_object_of_kubernetes_is_meant_by_a_comment_above_it() -> None:
    text = """\
# faultline: ignore[resilience/*] a job
apiVersion: v1
kind: Pod
---
apiVersion: v1
kind: Service
"""
    seen = design({"pods.yaml": text})
    (document,) = seen.of(KubernetesDocument)
    words = Words(document)
    found = [words.about(Spot(document, ("kind",), tree), RULE) for tree in document.trees]
    assert [each and each.reason for each in found] == ["a job", None]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.md", "# A\n<!-- faultline: ignore[resilience/*] later -->\n\nNo checks.\n", 4),
        ("a.md", "No checks. <!-- faultline: ignore[resilience/*] later -->\n", 1),
        ("a.md", "```mermaid\ngraph TD\n  A --> B %% faultline: ignore later\n```\n", 3),
        ("a.mmd", "graph TD\n%% faultline: ignore[CWE-400] later\nA --> B\n", 3),
        ("a.puml", "@startuml\n' faultline: ignore[CWE-400] later '/\n[A] --> [B]\n@enduml\n", 3),
        ("a.tf", '\n// faultline: ignore later\n# faultline: ignore[x/y] other\nresource "a" "b" {}\n', 4),
        ("a.tf", 'resource "a" "b" {} /* faultline: ignore later */\n', 1),
    ],
)
def test_every_kind_of_document_has_its_comments(path: str, text: str, line: int) -> None:
    assert reason(design({path: text}), line=line) == "later"
    assert reason(design({path: text}), line=line + 20) is None


@pytest.mark.parametrize("comment", ["", " --", " ...", ":"])
def test_a_comment_without_a_reason_gives_none(comment: str) -> None:
    seen = design({"a.yaml": f"services:\n  a: {{}}  # faultline: ignore[resilience/*]{comment}\n"})
    assert reason(seen, ("services", "a")) == ""
