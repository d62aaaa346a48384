"""What texts say of security: in whatever order and words, and not where it is denied, past or of another thing."""

import pytest

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.security.prose import faults
from tests.analyzers.design.documents import spoken_doors, spoken_twins
from tests.analyzers.design.parts import rules


def found(text: str) -> set[str]:
    text = text if text.startswith(("#", "-", "|")) else f"# Design\n\n{text}\n"
    return {each.wording.rule for each in faults(MarkdownDocument("a.md", text))}


@pytest.mark.covered_elsewhere
def test_what_is_safe_is_not_told() -> None:
    texts = (*spoken_doors.CLEAN, *spoken_doors.HELD_CLEAN, *spoken_twins.CLEAN)
    told = {text: seen for text in texts if (seen := found(text))}
    assert len(told) <= 0.02 * len(texts), told


@pytest.mark.covered_elsewhere
def test_a_sentence_is_told_from_its_clean_twin() -> None:
    missed = [fault for _, fault in spoken_twins.TWINS if not found(fault)]
    told = [clean for clean, _ in spoken_twins.TWINS if found(clean)]
    assert len(missed) <= 0.4 * len(spoken_twins.TWINS), missed
    assert len(told) <= 0.02 * len(spoken_twins.TWINS), told


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        ("depot -->|HTTP| edge\n shop -->|HTTPS| edge", True),
        ("shop -->|HTTPS| edge\n edge -->|HTTP| api", False),
        ("shop -->|HTTPS| edge\n edge -->|HTTP| api\n edge -->|HTTPS| pay", True),
        ("depot -->|HTTP| edge\n shop -->|HTTP| edge", False),
        ("depot -->|HTTP in the cluster| edge\n shop -->|HTTPS| edge", False),
    ],
)
def test_http_in_a_drawing_tells_something_where_its_neighbours_say_https(drawn: str, told: bool) -> None:
    text = f"# D\n\n```mermaid\nflowchart LR\n {drawn}\n```\n"
    assert ("security/plain-http" in rules({"a.md": text})) == told


def test_http_in_a_table_tells_something_where_its_neighbours_say_https() -> None:
    head = "# D\n\n| From | To | Protocol |\n|---|---|---|\n| a | b | {} |\n| c | b | HTTP, port 8080 |\n"
    assert "security/plain-http" in rules({"a.md": head.format("HTTPS")})
    assert "security/plain-http" not in rules({"a.md": head.format("gRPC")})
