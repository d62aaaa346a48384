"""What texts state: faults are found in whatever words, and what is no fault is not."""

import pytest

from faultline.analyzers.design.documents import telling
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.statements import Statement, statements
from faultline.analyzers.design.resilience.wordings import WORDINGS as RESILIENCE
from faultline.analyzers.design.rules import catalogue
from faultline.analyzers.design.security.wordings import WORDINGS as SECURITY
from tests.analyzers.design.documents import kept, said, spoken_calls, spoken_doors, spoken_more, spoken_running
from tests.analyzers.design.parts import design, findings

ALL = (*RESILIENCE, *SECURITY)


def stated(text: str) -> list[Statement]:
    if not text.startswith(("#", "-", "|", "*", ">", "1.")):
        text = f"# Design\n\n{text}\n"
    return list(statements(MarkdownDocument("a.md", text), ALL))


def found(text: str) -> set[str]:
    return {each.wording.rule for each in stated(text)}


@pytest.mark.covered_elsewhere
@pytest.mark.parametrize(
    ("faults", "clean", "least", "false"),
    [
        (said.FAULTS, said.CLEAN, 0.97, 0),
        (kept.FIRST, kept.FIRST_CLEAN, 0.97, 0),
        (kept.SECOND, kept.SECOND_CLEAN, 0.97, 0),
        (kept.THIRD, kept.THIRD_CLEAN, 0.95, 0),
        (spoken_calls.FIRST, spoken_calls.FIRST_CLEAN, 0.75, 0),
        (spoken_calls.SECOND, spoken_calls.SECOND_CLEAN, 0.65, 2),
        (spoken_more.FAULTS, spoken_more.CLEAN, 0.75, 1),
        (spoken_doors.FAULTS, spoken_doors.CLEAN, 0.6, 2),
        (spoken_doors.HELD, spoken_doors.HELD_CLEAN, 0.58, 1),
    ],
)
def test_faults_are_found_in_whatever_words_and_what_is_none_is_not_told(
    faults: dict[str, tuple[str, ...]], clean: tuple[str, ...], least: float, false: int
) -> None:
    """Of the sets that were written to be hard a part only: a cue that one sentence alone needs is none of ours."""
    every = [(rule, text) for rule, texts in faults.items() for text in texts]
    missed = [(rule, text) for rule, text in every if rule not in found(text)]
    assert len(missed) <= (1 - least) * len(every), missed
    told = {text: rules for text in clean if (rules := found(text))}
    assert len(told) <= false, told


@pytest.mark.covered_elsewhere
def test_what_is_said_of_copies_stores_and_running_is_found_in_any_order_of_words() -> None:
    ours = {rule for rules in spoken_running.RULES.values() for rule in rules}
    for faults, least in ((spoken_running.FAULTS, 0.68), (spoken_running.THIRD, 0.48), (spoken_running.FOURTH, 0.84)):
        told = [
            bool(found(text) & set(spoken_running.RULES[subject]))
            for subject, texts in faults.items()
            for text in texts
        ]
        assert sum(told) / len(told) >= least
    clean = [
        *(text for texts in spoken_running.CLEAN.values() for text in texts),
        *spoken_running.NEAR,
        *spoken_running.FOURTH_NEAR,
    ]
    assert len([text for text in clean if found(text) & ours]) <= 2


def test_every_wording_has_its_rule_in_the_catalogue() -> None:
    assert {each.rule for each in ALL} <= catalogue().keys()


@pytest.mark.parametrize(
    "title", ["Considered options", "Alternatives", "2. Rejected alternatives", "Non-goals", "Problem", "Before", "FAQ"]
)
def test_a_section_that_speaks_of_something_else_states_nothing(title: str) -> None:
    assert found(f"# Design\n\n## {title}\n\nThere is no timeout.\n") == set()
    assert found("# Design\n\n## Background Jobs\n\nThere is no timeout.\n") == {"resilience/no-timeout"}


@pytest.mark.parametrize(
    "text",
    [
        "The label printer service runs as one instance; its failure does not stop the line.",
        "There are no backups of the index. It can be built again from the catalogue.",
        "Redis runs as a single instance, which is acceptable (agreed with the editors).",
        "The queue had no limit until May; there is no limit on the queue (fixed in May).",
        "Load test of 3 May with one server: 400 requests a second, without a timeout.",
        "In the context of exports, facing partners without a timeout, we decided for a limit and against no limit.",
        "# Migration to the new hub\n\n## Today\n\nCalls have no timeout.\n",
        "| Risk | Treatment |\n|---|---|\n| Calls have no timeout | 2 s everywhere |\n",
        "| Call | Attempts |\n|---|---|\n| a | no limit within the run's 96 h |\n| b | 3 |\n",
        "**Context:** Calls have no timeout.\n**Decision:** A limit.",
    ],
)
def test_what_the_text_answers_tried_left_or_feared_is_no_fault(text: str) -> None:
    assert found(text) == set()


def test_operations_in_a_block_of_code_state_what_stands_beside_them() -> None:
    (told,) = stated("# D\n\n    PUT /scans/{id}    takes a scan of any size\n    GET /scans/{id}    gives it back\n")
    assert (told.wording.rule, told.sentence.line) == ("resilience/unbounded-upload", 3)


@pytest.mark.parametrize(
    "text",
    [
        "# D\n\n## Known limitations\n\nThere are no backups.\n",
        "# D\n\n**Limitations:**\n\n- No backups\n",
        "Backups will be added later.",
        "There are no backups yet; they are planned.",
    ],
)
def test_what_a_text_admits_is_less_bad(text: str) -> None:
    told = [each for each in stated(text) if each.wording.rule == "resilience/no-backups"]
    assert [each.admitted for each in told] == [True]
    severity = catalogue()["resilience/no-backups"].severity
    text = text if text.startswith("#") else f"# D\n\n{text}\n"
    here = [each for each in findings({"a.md": text}) if each.rule_id == "resilience/no-backups"]
    assert [each.severity.rank for each in here] == [severity.rank + 1]


def test_environments_of_developers_and_other_tables_state_nothing() -> None:
    assert found("# D\n\n## Development\n\nRedis runs as a single instance.\n") == set()
    assert found("| Risk | Mitigation |\n|---|---|\n| Calls have no timeout | breaker |\n") == set()
    assert found("# D\n\n| Service | Timeout |\n|---|---|\n| a | 2 s |\n| b | none |\n| c | 1 s |\n") == {
        "resilience/no-timeout"
    }


def test_an_empty_cell_says_something_only_where_its_neighbours_are_filled() -> None:
    head = "# D\n\n| Service | Backup |\n|---|---|\n"
    assert found(head + "| a | daily |\n| b | \u2013 |\n| c | daily |\n| d | weekly |\n") == {"resilience/no-backups"}
    assert found(head + "| a | \u2013 |\n| b | \u2013 |\n| c | daily |\n| d | \u2013 |\n") == set()
    assert found(head + "| a | daily |\n| b | n/a |\n| c | daily |\n") == set()


def test_retries_of_none_are_no_endless_retries() -> None:
    head = "# D\n\n| Call | Retries |\n|---|---|\n"
    assert found(head + "| a | none |\n| b | 3 |\n") == set()
    assert found(head + "| a | unlimited |\n| b | 3 |\n") == {"resilience/endless-retries"}


def test_boxes_that_nobody_ticked_count_only_where_others_are_ticked() -> None:
    assert found("- [ ] Rate limiting\n- [ ] Backups\n") == set()
    assert found("- [ ] Rate limiting\n- [x] Backups\n") == {"resilience/no-rate-limit"}
    assert found("- ✅ Backups\n- ❌ Rate limiting\n") == {"resilience/no-rate-limit"}


def test_notes_and_labels_of_diagrams_state_as_well() -> None:
    files = {
        "a.puml": "@startuml\n[A] -> [B] : calls without a timeout\nnote left of [A] : one instance, no stand"
        "by\n@enduml\n"
    }
    document: Document = design(files).documents[0]
    assert [(each.wording.rule, each.sentence.line) for each in statements(document, ALL)] == [
        ("resilience/single-replica", 3),
        ("resilience/no-timeout", 2),
    ]


def test_a_record_that_is_withdrawn_states_nothing() -> None:
    text = (
        "# 1. X\n\nStatus: {}\n\n## Context\n\nCalls have no timeout.\n\n## Decision\n\nThere are n"
        "o backups.\n\n## Consequences\n\nA.\n"
    )
    document = MarkdownDocument("adr/0001-x.md", text.format("accepted"))
    assert [each.sentence.line for each in statements(document, ALL)] == [11]
    assert list(statements(MarkdownDocument("adr/0001-x.md", text.format("rejected")), ALL)) == []


def test_a_finding_stands_on_the_lines_of_its_sentence() -> None:
    told = findings({"a.md": "# D\n\nFine. The order service calls payment\nwithout a timeout. Fine.\n"}, "low")
    here = [(each.rule_id, each.location.start_line, each.location.end_line) for each in told if each.location]
    assert here == [("resilience/no-timeout", 3, 4)]


def test_the_one_call_of_a_list_without_a_timeout_is_told() -> None:
    items = (
        "# D\n\n- Gateway calls orders, timeout 2 s\n- Orders call payments\n- Orders call stock. I"
        "ts timeout\n  is 1 s\n"
    )
    assert [(each.rule_id, each.location.start_line) for each in findings({"a.md": items}, "low") if each.location] == [
        ("resilience/no-timeout", 4)
    ]
    assert findings({"a.md": items.replace("payments", "payments (timeout 1 s)")}, "low") == []
    assert findings({"a.md": items.replace("call payments", "publish events")}, "low") == []


def test_plain_http_from_outside_is_told_of_a_diagram() -> None:
    drawn = "# D\n\n```mermaid\nflowchart LR\n  u([User]) -->|{}| gw[Gateway]\n  gw -->|HTTP| api[API]\n```\n"
    told = [each for each in findings({"a.md": drawn.format("HTTP")}, "low") if each.rule_id == "security/plain-http"]
    assert [each.location.start_line for each in told if each.location] == [5]
    assert not [
        each for each in findings({"a.md": drawn.format("HTTPS")}, "low") if each.rule_id == "security/plain-http"
    ]


ONE = "We log in without MFA.\n"


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("docs/design.md", f"# D\n\n{ONE}", True),
        ("README.md", f"# D\n\n## Security\n\n{ONE}", True),
        ("README.md", f"# D\n\n## Getting started\n\n{ONE}", False),
        ("CHANGELOG.md", f"# D\n\n{ONE}", False),
        ("night.md", f"# Incident of 3 May\n\n## Timeline\n\n{ONE}", False),
        ("incidents.md", f"# Incident service\n\n## Parts\n\n{ONE}", True),
        ("pkg/AGENTS.md", f"# D\n\n{ONE}", False),
        (".github/design.md", f"# D\n\n{ONE}", False),
        ("help.md", f"---\nname: a\ndescription: b\n---\n# D\n\n{ONE}", False),
        ("adr/0001-a.md", f"---\nname: a\ndescription: b\nstatus: accepted\n---\n# D\n\n{ONE}", True),
        ("use.md", "# D\n\n" + "Now you can start it.\n" * 20 + f"\n{ONE}", False),
        ("use.md", "# D\n\n" + "Orders are kept here.\n" * 20 + f"Now you know.\n\n{ONE}", True),
        ("api.md", "# D\n\n" + "".join(f"## `a.b{each}(c)`\n\n{ONE}" for each in range(5)), False),
        ("new.md", "# D\n\n" + "".join(f"## 1.{each}.0\n\n{ONE}" for each in range(5)), False),
    ],
)
def test_only_texts_that_tell_how_a_system_is_are_judged(path: str, text: str, told: bool) -> None:
    assert bool(list(telling.told(design({path: text}), SECURITY))) is told


def test_a_table_of_limitations_states_them_and_what_is_mended_is_none() -> None:
    table = "# D\n\n| # | Limitation | Mitigation |\n|---|---|---|\n| 1 | There are no backups of it | {} |\n"
    (one,) = stated(table.format("Later"))
    assert (one.wording.rule, one.admitted) == ("resilience/no-backups", True)
    assert stated(table.format("Resolved: nightly")) == stated(table.replace("Limitation", "Risk").format("x")) == []
