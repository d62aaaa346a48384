"""The squad: one finding a cause, known again whatever moves, and what is told of it."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest

from faultline.analyzers.design import squad
from faultline.analyzers.design.config import parse
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.rules import Rule
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Finding, Severity
from tests.analyzers.design.parts import design

RULES = {
    each.id: each
    for each in (
        Rule(
            id=f"contract/{name}",
            severity=Severity(severity),
            title="It is so",
            why="It hurts.",
            fix="Do not.",
            masked=name == "secret-in-file",
            bad={"a": "a"},
            good={"a": "a"},
        )
        for name, severity in (("some", "medium"), ("other", "low"), ("taste", "info"), ("secret-in-file", "high"))
    )
}
PATHS = ("/a", "/b", "/c")


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(squad, "catalogue", lambda: RULES)


def spec(paths: Iterable[str] = PATHS, title: str = "Shop", before: str = "") -> str:
    lines = [f"{before}openapi: 3.0.3", f"info: {{title: {title}, version: '1'}}", "paths:"]
    for path in paths:
        lines += [f"  {path}:", "    get: {}"]
    return "\n".join(lines) + "\n"


def operations(rule: str = "contract/some", cause: Callable[[str], str] = lambda path: "") -> Check:
    def check(seen: Design) -> Iterator[Observation]:
        for document in seen.of(OpenApiDocument):
            for each in document.operations:
                at = Spot(document, each.node.pointer, symbol=each.symbol)
                yield Observation(rule, at, f"{each.symbol} is so.", cause(each.path), many="{count} are so")

    return check


def look(files: Mapping[str, str], *checks: Check, level: Severity = Severity.LOW) -> list[Finding]:
    found, _, unread = squad.look(design(files), checks or (operations(),), level)
    assert not unread
    return found


def test_one_cause_is_one_finding_with_its_places_in_order() -> None:
    def backwards(seen: Design) -> Iterable[Observation]:
        return reversed(list(operations()(seen)))

    (finding,) = look({"api.yaml": spec()}, backwards)
    assert finding.title == "3 are so"
    assert [(each.path, each.start_line, each.symbol) for each in finding.places] == [
        ("api.yaml", 5, "GET /a"),
        ("api.yaml", 7, "GET /b"),
        ("api.yaml", 9, "GET /c"),
    ]
    assert finding.location is not None
    assert finding.location.start_line == 5
    assert finding.evidence == ("    get: {}",) * 3
    assert finding.description == "GET /a is so. So it is at 2 more places. It hurts."


def test_causes_and_documents_are_findings_of_their_own() -> None:
    assert len(look({"api.yaml": spec()}, operations(cause=lambda path: path))) == 3
    assert len(look({"a.yaml": spec(), "b.yaml": spec()})) == 2


def test_what_many_components_of_a_deployment_lack_is_told_once() -> None:
    def check(seen: Design) -> Iterator[Observation]:
        for document in seen.of(ComposeDocument):
            for each in document.services:
                yield Observation("contract/some", each.spot(), cause=each.name, many="{count} are so")

    two = "services:\n  a: {image: 'x:1'}\n  b: {image: 'x:1'}\n"
    assert [each.title for each in look({"compose.yaml": two}, check)] == ["It is so"] * 2
    (told,) = look({"compose.yaml": two + "  c: {image: 'x:1'}\n"}, check)
    assert (told.title, [each.start_line for each in told.places]) == ("3 are so", [2, 3, 4])


def test_what_is_seen_twice_is_told_once() -> None:
    (finding,) = look({"api.yaml": spec()}, operations(), operations())
    assert len(finding.places) == 3


def test_a_fingerprint_survives_what_does_not_change_the_matter() -> None:
    (before,) = look({"api.yaml": spec()})
    shuffled = random.Random(1).sample(PATHS, 3)
    same = {
        "shifted": {"api.yaml": spec(before="# new\n\n")},
        "renamed": {"v2/shop.yaml": spec()},
        "reordered": {"api.yaml": spec(shuffled)},
        "another place": {"api.yaml": spec([*PATHS, "/d"])},
        "fewer": {"api.yaml": spec(PATHS[:1])},
        "white space": {"api.yaml": spec().replace("    get: {}", "        get:   {}")},
    }
    for name, files in same.items():
        assert look(files)[0].fingerprint == before.fingerprint, name
    assert look({"api.yaml": spec(title="Other")})[0].fingerprint != before.fingerprint
    assert look({"api.yaml": spec()}, operations("contract/other"))[0].fingerprint != before.fingerprint


def test_equal_causes_are_told_apart_by_their_number_whatever_their_order() -> None:
    one = look({"a.yaml": spec(), "b.yaml": spec()})
    other = look({"x.yaml": spec(), "y.yaml": spec()})
    assert len({each.fingerprint for each in one}) == 2
    assert {each.fingerprint for each in one} == {each.fingerprint for each in other}


def test_a_line_in_a_cause_is_not_part_of_the_fingerprint() -> None:
    def lined(seen: Design) -> Iterator[Observation]:
        for each in operations()(seen):
            yield Observation(each.rule, each.at, cause=f"ingress {each.at.lines[0]}")

    before = look({"api.yaml": spec()}, lined)
    after = look({"api.yaml": spec(before="# new\n")}, lined)
    assert len({each.fingerprint for each in before}) == 3
    assert [each.fingerprint for each in before] == [each.fingerprint for each in after]


def test_a_comment_takes_only_its_places_and_none_without_a_reason() -> None:
    text = spec().replace("  /a:", "  /a:  # faultline: ignore[contract/some] made by hand")
    text = text.replace("  /b:", "  # faultline: ignore[contract/some]\n  /b:")
    told, suppressed, _ = squad.look(design({"api.yaml": text}), [operations()], Severity.LOW)
    assert [[place.symbol for place in each.places] for each in told] == [["GET /b", "GET /c"]]
    assert told[0].title == "2 are so"
    assert told[0].description.endswith(squad.UNEXPLAINED)
    assert [(each.rule_id, each.path, each.line, each.by, each.reason) for each in suppressed] == [
        ("contract/some", "api.yaml", 5, "comment", "made by hand")
    ]
    whole = spec(before="# faultline: ignore-file a demo\n")
    assert squad.look(design({"api.yaml": whole}), [operations()], Severity.LOW)[0] == []


def test_a_rule_that_is_not_there_is_said() -> None:
    unread = squad.look(design({"api.yaml": spec()}), [operations("contract/nope")], Severity.LOW)[2]
    assert len(unread) == 1
    assert unread[0].endswith("check names a rule that is not there: contract/nope")


def test_what_is_below_the_level_is_not_told_and_its_lines_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = design({"api.yaml": spec()})
    tree = seen.documents[0].tree
    assert tree is not None
    monkeypatch.setattr(type(tree), "key_line_of", lambda *_: pytest.fail("a line was looked up"))
    assert squad.look(seen, [operations("contract/taste")], Severity.LOW)[0] == []


def test_the_config_says_how_bad_a_rule_is_and_where_it_is_not_told() -> None:
    files = {"api/a.yaml": spec(), "dev/b.yaml": spec()}
    seen = design(files)
    seen.config = parse(
        b'[design]\nignore = ["contract/other"]\n[design.severity]\n"contract/s*" = "critical"\n'
        b'[[design.paths]]\npaths = ["dev/**"]\nignore = ["contract/*"]\n'
    )
    told, suppressed, _ = squad.look(seen, [operations(), operations("contract/other")], Severity.LOW)
    assert [(each.severity, each.location and each.location.path) for each in told] == [("critical", "api/a.yaml")]
    assert [(each.rule_id, each.path, each.by, each.reason) for each in suppressed] == [
        ("contract/some", "dev/b.yaml", "config", "contract/*"),
        ("contract/other", "api/a.yaml", "config", "contract/other"),
        ("contract/other", "dev/b.yaml", "config", "contract/other"),
    ]


def test_a_check_that_raises_takes_only_itself_down() -> None:
    def broken(seen: Design) -> Iterator[Observation]:
        yield from operations("contract/other")(seen)
        raise KeyError("secret text")

    told, _, unread = squad.look(design({"api.yaml": spec()}), [broken, operations()], Severity.LOW)
    assert {each.rule_id for each in told} == {"contract/other", "contract/some"}
    (reason,) = unread
    assert reason.endswith("broken crashed: KeyError")


def test_a_flood_is_bounded_and_counted() -> None:
    def flood(seen: Design) -> Iterator[Observation]:
        (document,) = seen.documents
        for number in range(3_000):
            at = Spot(document, line=number % 3 + 1, symbol=f"s{number}")
            yield Observation("contract/some", at, "So.", many="{count} are so", cause="", also=(at,) if number else ())
            yield Observation("contract/other", at, "So.", cause=f"{number}")

    told, _, unread = squad.look(design({"a.md": "x\ny\nz"}), [flood], Severity.LOW)
    assert len(told) == squad.MAX_CAUSES + 1
    assert any("2,700 further findings of contract/other" in each for each in unread)


def test_an_older_version_is_told_from_the_newer_one() -> None:
    def gone(seen: Design) -> Iterator[Observation]:
        assert seen.older
        now, before = seen.documents[0], seen.older.documents[0]
        yield Observation("contract/some", Spot(now, ("paths",)), also=(Spot(before, ("paths", "/b")),))

    (finding,) = look({"api.yaml": spec(("/a",)), "against/api.yaml": spec()}, gone)
    assert [(each.path, each.start_line) for each in finding.places] == [
        ("api.yaml", 3),
        (".faultline/against/api.yaml", 6),
    ]
    assert [each.symbol for each in finding.places] == ["/paths", "/paths/~1b"]


def test_lines_that_lie_outside_of_a_document_are_pulled_into_it() -> None:
    def beyond(seen: Design) -> Iterator[Observation]:
        yield Observation("contract/some", Spot(seen.documents[0], line=0, end_line=99))

    (finding,) = look({"a.md": "x\ny"}, beyond)
    assert finding.location is not None
    assert (finding.location.start_line, finding.location.end_line) == (1, 2)


def test_secrets_and_endless_lines_are_not_shown() -> None:
    text = "\n".join(["DB_PASSWORD: hunter2hunter2", "  - KEY=abcdef", "token = 'x'", "y" * 9_000])

    def secret(seen: Design) -> Iterator[Observation]:
        for line in range(1, 5):
            at = Spot(seen.documents[0], line=line, symbol=f"line {line}")
            yield Observation("contract/secret-in-file", at, "password: hunter2hunter2 is here.")

    def endless(seen: Design) -> Iterator[Observation]:
        yield Observation("contract/some", Spot(seen.documents[0], line=4))

    finding, long = look({"a.md": text}, secret, endless)
    assert finding.evidence[:2] == ("DB_PASSWORD: ***", "  - KEY=***")
    assert [len(each) for each in long.evidence] == [400]
    assert "hunter2" not in finding.model_dump_json()
