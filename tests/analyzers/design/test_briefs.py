"""What a model may see of a design, and what it can change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from faultline.ai.embedded_ledger import SimpleLedger
from faultline.ai.gateway import Waiting, open_gateway
from faultline.ai.prompt import MAX_PROMPT_TOKENS, estimate_tokens, render
from faultline.analyzers.design import analyzer, proof, squad
from faultline.analyzers.design.briefs import MAX_BRIEFS, Judgement, Remark, sheets
from faultline.analyzers.design.config import parse
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.rules import Rule
from faultline.analyzers.design.sections import sections
from faultline.analyzers.design.spot import Spot
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact
from faultline.core.finding import Severity
from faultline.core.model import Answer
from tests.analyzers.design.parts import design
from tests.servers.model import says, standing_in_thread

NOTHING = Artifact.from_bytes("design", "x", b"")
COMPOSE = """\
services:
  web:
    image: web:1
    restart: no
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: Tr0ub4dor3x
"""
RESTART = Rule(
    id="resilience/restart", severity=Severity.MEDIUM, title="Nobody starts it again", why="So.", fix="Do.",
    bad={"a": "a"}, good={"a": "a"},
)  # fmt: skip
ROOT = RESTART.model_copy(update={"id": "resilience/root", "title": "It runs as root"})


def sees(seen: Design) -> Iterator[Observation]:
    for document in seen.of(ComposeDocument):
        for each in document.services:
            if each.data.get("restart", "always") is False or each.data.get("restart") == "no":
                yield Observation(
                    RESTART.id, Spot(document, (*each.pointer, "restart"), symbol=each.name), cause=each.name
                )
            if each.data.get("user") == "root":
                yield Observation(ROOT.id, Spot(document, each.pointer), cause=each.name)


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(squad, "catalogue", lambda: {each.id: each for each in (RESTART, ROOT)})
    for module in (analyzer, proof):
        monkeypatch.setattr(module, "AGENTS", ("resilience",))
        monkeypatch.setattr(module, "checks", lambda agent, design: (sees,))


@dataclass
class Case:
    inspector: squad.Inspector
    design: Design
    seen: Examination

    def told(self, *remarks: Remark, cites: tuple[int, ...] = (1,)) -> Examination:
        """What comes of a model's remarks about the first brief."""
        asked = self.inspector.briefs(NOTHING, self.seen)
        answers: list[Answer | None] = [Answer(Judgement(cites=cites, remarks=remarks), "m", 2)]
        return self.inspector.revise(NOTHING, self.seen, answers + [None] * (len(asked) - 1))


def case(files: Mapping[str, str] | None = None, config: bytes = b"", level: Severity = Severity.LOW) -> Case:
    made = design(files or {"compose.yaml": COMPOSE})
    made.config = parse(config)
    inspector = squad.Inspector("resilience", "1", lambda: made, lambda design: (sees,), level)
    return Case(inspector, made, inspector.analyze(NOTHING))


def remark(kind: str, *cites: int, **more: object) -> Remark:
    return Remark.model_validate({"kind": kind, "cites": cites, "text": "So it is.", **more})


def test_a_section_is_what_makes_sense_by_itself() -> None:
    files = {
        "a.md": "# One\n\ntext\n\n## Two\n\ntext\n",
        "b.mmd": "graph TD\n  a --> b\n",
        "c.tf": 'resource "x" "y" {\n  a = 1\n}\n',
        "compose.yaml": COMPOSE,
        "k.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n",
        "o.yaml": (
            "openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths:\n  /a/{id}:\n    get: {tags: [T]}\n    put: {}\n"
            "  /a:\n    get: {}\n"
        ),
    }
    assert [(each.document.path, each.title, each.lines) for each in sections(design(files))] == [
        ("a.md", "One", (1, 2, 3, 4)),
        ("a.md", "Two", (5, 6, 7, 8)),
        ("b.mmd", "diagram", (1, 2, 3)),
        ("c.tf", "resource x y", (1, 2, 3)),
        ("compose.yaml", "service web", (2, 3, 4)),
        ("compose.yaml", "service db", (5, 6, 7, 8)),
        ("k.yaml", "Pod p", (1, 2, 3)),
        ("o.yaml", "T", (5,)),
        ("o.yaml", "/a", (6, 8)),
    ]


def test_it_sees_the_sections_with_findings_first_and_no_secret() -> None:
    one = case({"compose.yaml": COMPOSE, "a.md": "# Retries\n\nWe retry with a timeout.\n\npassword=Tr0ub4dor3x\n"})
    web, text = one.inspector.briefs(NOTHING, one.seen)
    assert [each.text for each in web.evidence] == ["  web:", "    image: web:1", "    restart: no"]
    assert web.facts == {
        "section": "service web of compose.yaml (compose)",
        "finding 1": "medium at line 3: Nobody starts it again",
    }
    assert "password=***" in [each.text for each in text.evidence]
    assert repr(one.inspector.briefs(NOTHING, one.seen)) == repr([web, text])


def test_there_are_few_and_none_is_longer_than_a_prompt_may_be() -> None:
    files = {f"{n}.md": "# A\n\n" + "retry and fail " * 40 + "\n" + "line\n" * 900 for n in range(9)}
    asked = case(files).inspector.briefs(NOTHING, case(files).seen)
    assert len(asked) == MAX_BRIEFS
    for brief in asked:
        prompt = render(brief)
        assert estimate_tokens(prompt.system + prompt.user) <= MAX_PROMPT_TOKENS
    assert case({"a.md": "# A\n\nNothing.\n"}).inspector.briefs(NOTHING, Examination()) == []


def test_a_problem_stands_on_the_lines_it_cites_and_says_who_said_so() -> None:
    told = case().told(remark("problem", 1, 2, title="It is alone.", severity="high", replacement="Add one."))
    (new,) = [each for each in told.findings if each.rule_id == "resilience/model"]
    assert (new.title, new.severity, new.confidence) == ("It is alone", "high", 0.5)
    assert new.description == "So it is. (said by m of compose.yaml:2, 3)"
    assert new.suggested_fix == "Add one. (proposed by m; check it)"
    assert new.location is not None
    assert (new.location.start_line, new.location.end_line, len(new.evidence)) == (2, 3, 2)
    assert (told.metrics["model_problems"], told.metrics["dropped_statements"]) == (1, 2)


@pytest.mark.parametrize(
    "said",
    [
        remark("problem", 99, title="Nowhere"),
        remark("problem", 3, title="Known already"),
        remark("problem", 1, title=" . "),
        remark("words", 3, finding=0),
        remark("words", 3, finding=9),
    ],
)
def test_what_resolves_nowhere_or_is_known_changes_nothing(said: Remark) -> None:
    one = case()
    assert one.told(said).findings == one.seen.findings


def test_the_level_and_the_config_hold_for_a_model_too() -> None:
    quiet = case(config=b'[design]\nignore = ["resilience/model"]')
    assert quiet.told(remark("problem", 1, title="So")).findings == quiet.seen.findings
    high = case(config=b'[design.severity]\n"resilience/restart" = "high"', level=Severity.HIGH)
    assert high.told(remark("problem", 1, title="So")).findings == high.seen.findings


def test_words_stand_behind_ours() -> None:
    one = case()
    told = one.told(remark("words", 3, finding=1)).findings[0]
    assert told.description == f"{one.seen.findings[0].description}\nSo it is. (said by m of compose.yaml:4)"
    assert told.fingerprint == one.seen.findings[0].fingerprint


def test_an_edit_is_told_once_it_is_tried_out() -> None:
    one = case()
    told = one.told(remark("edit", 3, finding=1, replacement="    restart: unless-stopped\n")).findings[0]
    assert told.proven
    (edit,) = told.edits
    assert (edit.path, edit.start_line, edit.end_line) == ("compose.yaml", 4, 4)
    assert edit.replacement == "    restart: unless-stopped"
    assert told.suggested_fix == "Do.\nSo it is. (proposed by m)"


@pytest.mark.parametrize(
    "text",
    [
        "    restart: 'no'",
        "    restart: [",
        "    restart: always\n    user: root",
        "    restart: always\n  more:\n    restart: no",
        "x" * 5_000,
        "",
    ],
    ids=["does not mend", "does not parse", "brings another", "moves it", "too long", "takes more away"],
)
def test_an_edit_that_does_not_hold_is_not_told(text: str) -> None:
    one = case()
    cites = (1, 2, 3) if not text else (3,)
    if not text:
        text = "  - x"  # another kind of file
    told = one.told(remark("edit", *cites, finding=1, replacement=text))
    assert not any(each.proven or each.edits for each in told.findings)
    assert told.metrics["model_edits_refused"] == 1


def test_over_the_wire_only_what_cites_comes_back() -> None:
    one = case()
    good = {"cites": [2], "kind": "problem", "title": "It is alone", "text": "So."}
    with standing_in_thread() as server:
        server.always(says({"cites": [1], "remarks": [good, good | {"cites": []}, good | {"cites": [999]}]}))
        gateway = open_gateway([f"openai:small@{server.url}"], SimpleLedger(), environment={})
        with Waiting(gateway) as asking:
            asked = [("resilience", each) for each in one.inspector.briefs(NOTHING, one.seen)]
            consultation = asking.consult("design", asked)
    told = one.inspector.revise(NOTHING, one.seen, consultation.answers)
    assert [each.rule_id for each in told.findings] == ["resilience/restart", "resilience/model"]
    assert told.metrics["dropped_statements"] == 3


def test_a_reference_to_another_file_holds_while_an_edit_is_tried_out() -> None:
    files = {
        "compose.yaml": COMPOSE,
        "api.yaml": "openapi: 3.0.3\npaths: {/a: {$ref: 'other.yaml'}}\n",
        "other.yaml": "{}",
    }
    one = case(files)
    one.design.documents = [each for each in one.design.documents if each.path != "other.yaml"]
    assert isinstance(one.design.documents[0], OpenApiDocument)
    assert len(sheets("resilience", one.design, one.seen.findings)) == 1
    assert one.told(remark("edit", 3, finding=1, replacement="    restart: always")).findings[0].proven
