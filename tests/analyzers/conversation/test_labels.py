"""Labelled examples from tables and JSON."""

from __future__ import annotations

import pytest

from faultline.analyzers.conversation.labels import Example, read_labels
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected


def labels(data: str) -> list[tuple[str, str] | str]:
    found = read_labels(Artifact.from_bytes("conversation", "labels", data.encode()))
    return [(item.text, item.label) if isinstance(item, Example) else str(item) for item in found]


@pytest.mark.parametrize(
    "data",
    [
        'text,label\nwhere is it,delivery\n"pay, twice",billing\n',
        "Intent;Message\ndelivery;where is it\nbilling;pay, twice\n",
        "where is it\tdelivery\npay, twice\tbilling\n",
        'id,utterance,category\n1,where is it,delivery\n2,"pay, twice",billing\n',
        '{"text": "where is it", "label": "delivery"}\n\n{"utterance": "pay, twice", "intent": "billing"}\n',
        '[["where is it", "delivery"], {"text": "pay, twice", "label": "billing"}]',
    ],
    ids=["csv", "semicolons", "no header", "more columns", "json lines", "json"],
)
def test_every_form_gives_the_same_examples(data: str) -> None:
    assert labels(data) == [("where is it", "delivery"), ("pay, twice", "billing")]


def test_a_number_is_a_label_too() -> None:
    assert labels('{"text": "a b", "label": 3}\n') == [("a b", "3")]


def test_what_cannot_be_learned_from_is_named_by_its_line() -> None:
    assert labels("text,label\nwhere is it,\n,billing\nfine,billing\n") == [
        "line 2: has no label",
        "line 3: has no text",
        ("fine", "billing"),
    ]
    assert labels('{"text": "a"}\n{broken\n17\n{"text": true, "label": "x"}\n') == [
        "line 1: has no label",
        "line 2: is not JSON",
        "line 3: is no object with a text and a label",
        "line 4: has no text",
    ]


def test_a_fault_of_the_text_is_passed_on() -> None:
    found = list(read_labels(Artifact.from_bytes("conversation", "x", "text,label\nspät,x\n".encode("cp1252"))))
    assert isinstance(found[0], Fault)
    assert not found[0].lost
    assert isinstance(found[1], Example)


def test_an_empty_file_holds_no_label() -> None:
    assert labels("\n") == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("text,message\na b,c d\n", "has no column called label; its columns are: text, message"),
        ("just some words\nand others here\n", "is no table and no JSON"),
        ("a b c,2,3\na b d,4,5\n", "has no header; name the columns text and label"),
        ("[{", "is not JSON"),
    ],
)
def test_other_files_are_told_what_is_wanted(data: str, reason: str) -> None:
    with pytest.raises(ArtifactRejected, match=reason):
        labels(data)


def test_a_document_too_large_is_told_how_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faultline.analyzers.conversation.labels.MAX_DOCUMENT", 10)
    with pytest.raises(ArtifactRejected, match="write one example a line"):
        labels('[["where is it", "delivery"]]')
