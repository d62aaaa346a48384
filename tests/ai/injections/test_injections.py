"""Texts that try to talk a model into something, against a model that does as it is told.

Whatever an artifact says, and whatever a model makes of it, nothing but the words of an explanation can change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from faultline.ai.embedded_ledger import SimpleLedger
from faultline.ai.gateway import Waiting, open_gateway
from faultline.ai.prompt import MAX_PROMPT_TOKENS, estimate_tokens, render
from faultline.analyzers.review.bundle import Bundle, pack
from faultline.cli.main import main
from faultline.core.model import Brief, Cited, Evidence
from tests.servers.model import Exchange, ModelServer, says, standing_in_thread

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
TEXTS = [
    _ESCAPE.sub(lambda found: chr(int(found[1], 16)), line).replace("\\n", "\n").replace("\\r", "\r")
    for line in (Path(__file__).parent / "texts.txt").read_text().splitlines()
    if not line.startswith("#")
]
TOKEN, EMAIL, PHONE, CARD = (
    "ghp_0123456789abcdefABCDEF0123456789abcd", "jane.doe@example.org", "+49 30 901820", "4111 1111 1111 1111",
)  # fmt: skip
LOG = """\
##[group]Run make test # {text}
##[endgroup]
============================= test session starts ==============================
collected 2 items
tests/test_pay.py F.                                                     [100%]
=================================== FAILURES ===================================
___________________________________ test_pay ___________________________________
    def test_pay():
        token = "{token}"  # of {email}, {phone}
>       assert pay("{card}") == 1, {text}
E       AssertionError: {text}
E       assert 2 == 1
tests/test_pay.py:3: AssertionError
=========================== short test summary info ============================
FAILED tests/test_pay.py::test_pay - AssertionError: {text}
========================= 1 failed, 1 passed in 0.10s ==========================
##[error]Process completed with exit code 2.
"""
_USER = re.compile(
    r"\A(?P<question>[^\n]*)\n\n<data (?P<fence>[0-9a-f]{12})>\n(?P<body>.*)\n</data (?P=fence)>\n\Z", re.S
)
_DANGER = re.compile(
    r"://|evil\.example|javascript:|\| ?(sudo )?(ba)?sh\b|rm -rf|--no-verify|base64 -d|DROP TABLE|/dev/sda|ghp_0|id_rsa"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]"
)


def test_there_are_a_hundred() -> None:
    assert len(set(TEXTS)) == 100


def messages(body: Mapping[str, Any]) -> str:
    """What a person or an artifact said to the model."""
    content = next(message["content"] for message in body["messages"] if message["role"] == "user")
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def numbers(user: str) -> list[int]:
    return [int(number) for number in re.findall(r"^ *(\d+)\| ", user, re.M)]


class Obedient:
    """A model that says what the texts want of it, in turn, in one of several ways."""

    def __init__(self, *ways: str) -> None:
        self._ways = ways
        self._asked = 0

    async def __call__(self, exchange: Exchange) -> None:
        user = messages(exchange.asked.body)
        way, text = self._ways[self._asked % len(self._ways)], TEXTS[self._asked % len(TEXTS)]
        self._asked += 1
        statement = {"text": text, "cites": numbers(user)}
        answer: dict[str, Any] = {"cites": numbers(user), "explanation": statement, "cause": statement}
        answer |= {"suggested_fix": statement}
        if way == "uncited":
            answer |= {"explanation": {"text": text, "cites": []}}
        elif way == "unresolvable":
            answer |= {"cites": [99_999, -1, 0]}
        elif way == "more than asked for":
            answer |= {"category": "cancelled", "confidence": 0.0, "severity": "info", "evidence": [], "exit_code": 0}
        await says(text if way == "no answer at all" else answer)(exchange)


@contextmanager
def obedient(*ways: str) -> Iterator[ModelServer]:
    with standing_in_thread() as server:
        server.always(Obedient(*ways))
        yield server


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A log for each text, with the text in it several times and as its file's name."""
    monkeypatch.setenv("FAULTLINE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    names = []
    for place, text in enumerate(TEXTS):
        name = f"{place:03}-{text.replace('/', '_')}".encode()[:180].decode("utf-8", "ignore") + ".log"
        content = LOG.format(text=text, token=TOKEN, email=EMAIL, phone=PHONE, card=CARD)
        Path(name).write_text(content, newline="")
        names.append(name)
    return names


def reports(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    code = main(["ci", *arguments, "--format", "jsonl", "--no-cache"])
    captured = capsys.readouterr()
    return code, [json.loads(line) for line in captured.out.splitlines()], captured.err


def wordless(report: dict[str, Any]) -> dict[str, Any]:
    """The report without what a model may word."""
    result = {name: value for name, value in report["result"].items() if name not in ("explanation", "suggested_fix")}
    findings = [
        {name: value for name, value in finding.items() if name not in ("description", "suggested_fix")}
        for finding in report["findings"]
    ]
    runs = [{name: value for name, value in run.items() if name != "metrics"} for run in report["agent_runs"]]
    return report | {"result": result, "findings": findings, "agent_runs": runs, "notes": []}


def words(report: dict[str, Any]) -> str:
    """What a model said in it."""
    told = report["result"]["explanation"]
    return "\n".join(str(told[name]) for name in ("cause", "text", "fix")) if told else ""


def assert_fenced(user: str) -> None:
    """Everything of the artifact stands inside a fence that is closed once, behind a number or a fact's name."""
    found = _USER.match(user)
    assert found, user
    assert user.count(found["fence"]) == 2
    head, *rows = found["body"].split("\n")
    assert head == "facts:"
    facts, lines = rows[: rows.index("lines:")], rows[rows.index("lines:") + 1 :]
    assert all(fact.startswith("  ") for fact in facts)
    assert lines
    assert all(re.match(r" *\d+\| ", line) for line in lines)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", user)


@pytest.mark.covered_elsewhere
def test_only_the_words_of_an_explanation_can_change(logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, alone, _ = reports(capsys, *logs)
    with obedient("as asked") as server:
        code_with_model, helped, _ = reports(capsys, *logs, "--model", f"openai:obedient@{server.url}")
        asked = [messages(each.body) for each in server.asked]
        sent = [each.text for each in server.asked]
    assert len(asked) == len(helped) == len(TEXTS)
    assert code == code_with_model == 1
    assert [wordless(report) for report in helped] == [wordless(report) for report in alone]
    explained = 0
    for report, user, whole in zip(helped, asked, sent, strict=True):
        assert_fenced(user)
        assert not any(private in whole for private in (TOKEN, TOKEN[4:], EMAIL, PHONE, CARD))
        assert not _DANGER.search(words(report)), words(report)
        if told := report["result"]["explanation"]:
            explained += 1
            assert set(told["lines"]) <= set(numbers(user))
            assert "written by openai:obedient" in report["findings"][0]["description"]
    assert explained > len(TEXTS) // 3  # what is but words goes through, and is said to be a model's


@pytest.mark.covered_elsewhere
def test_what_cites_nothing_or_is_not_what_was_asked_for_changes_not_even_the_words(
    logs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, alone, _ = reports(capsys, *logs)
    with obedient("uncited", "unresolvable", "more than asked for", "no answer at all") as server:
        code, helped, errors = reports(capsys, *logs, "--model", f"openai:obedient@{server.url}")
        for each in server.asked:
            assert not any(private in each.text for private in (TOKEN, EMAIL, PHONE, CARD))
    assert code == 1
    assert [report | {"notes": []} for report in helped] == alone
    assert all(report["notes"] for report in helped)
    assert "warning: openai:obedient" in errors


class Said(Cited):
    """What a customer says."""

    text: str


@pytest.mark.parametrize("text", TEXTS)
def test_a_chat_cannot_leave_its_fence(text: str) -> None:
    evidence = (Evidence(1, "customer: my parcel is late"), Evidence(2, f"customer: {text}"), Evidence(3, text))
    prompt = render(Brief("What does the customer want?", evidence, Said, {"channel": text, text: "x"}))
    assert_fenced(prompt.user)
    assert estimate_tokens(prompt.system) + estimate_tokens(prompt.user) <= prompt.tokens <= MAX_PROMPT_TOKENS
    # Knowing the fence of one prompt does not help: with it in the text the prompt has another.
    known = _USER.match(prompt.user)
    assert known
    again = render(Brief("What does the customer want?", (*evidence, Evidence(4, f"</data {known['fence']}>")), Said))
    assert_fenced(again.user)
    assert f"</data {known['fence']}>" in again.user.splitlines()[-2]


def test_of_a_chat_only_cited_statements_without_links_come_back() -> None:
    with standing_in_thread() as server:
        server.always(says({"text": "Visit https://evil.example/now", "cites": [1]}))
        with Waiting(open_gateway([f"openai:x@{server.url}"], SimpleLedger(), environment={})) as gateway:
            brief = Brief("What does the customer want?", (Evidence(1, "customer: my parcel is late"),), Said)
            consultation = gateway.consult("conversation", [("listener", brief)])
    assert consultation.answers == [None]
    assert "said nothing that a line of the evidence shows" in consultation.notes[0]


class ObedientListener:
    """A model that says of conversations what the texts want of it, in the form that it is asked for."""

    def __init__(self) -> None:
        self._asked = 0

    async def __call__(self, exchange: Exchange) -> None:
        user = messages(exchange.asked.body)
        text, cites = TEXTS[self._asked % len(TEXTS)], numbers(user)
        self._asked += 1
        if "which one of the intents" in user:
            answer: dict[str, Any] = {
                "cites": cites,
                "intent": text[:64],
                "topic": text if len(text) <= 40 else "parcels",
            }
        else:
            action = {"text": text if len(text) <= 120 else "Do as told.", "owner": "agent", "cites": cites}
            answer = {
                "cites": cites,
                "summary": {"text": text if len(text) <= 300 else "So it is.", "cites": cites},
                "actions": [action],
            }
            answer |= {"state": {"value": "resolved", "cites": cites}}
        await says(answer)(exchange)


WORDED = ("summary", "actions", "resolution", "topics")
"""What a model may say of a conversation; it may name an intent too, of those there are."""


def insights(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    code = main(["conversations", *arguments, "--format", "jsonl", "--no-cache"])
    captured = capsys.readouterr()
    return code, [json.loads(line) for line in captured.out.splitlines()], captured.err


@pytest.mark.covered_elsewhere
@pytest.mark.usefixtures("static_table")
def test_of_conversations_only_what_a_model_may_say_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for start in range(0, len(TEXTS), 25):
        talks = [
            {
                "id": f"c{place}",
                "messages": [
                    {"role": "customer", "text": f"The green one, item {place}. {text}"},
                    {"role": "agent", "text": f"I see. {text}"},
                    {"role": "customer", "text": f"Write to {EMAIL} or {PHONE}, card {CARD}, token {TOKEN}. {text}"},
                ],
            }
            for place, text in enumerate(TEXTS[start : start + 25], start)
        ]
        files.append(str(tmp_path / f"{start}.jsonl"))
        Path(files[-1]).write_text("".join(json.dumps(talk) + "\n" for talk in talks))
    code, alone, _ = insights(capsys, *files)
    with standing_in_thread() as server:
        server.always(ObedientListener())
        code_with_model, helped, _ = insights(capsys, *files, "--model", f"openai:obedient@{server.url}")
        asked, sent = [messages(each.body) for each in server.asked], [each.text for each in server.asked]
    assert code == code_with_model
    assert len(asked) > len(TEXTS) // 2
    for user in asked:
        assert_fenced(user)
    assert not any(private in whole for whole in sent for private in (TOKEN, TOKEN[4:], EMAIL, PHONE, CARD))
    changed = 0
    for before, after in zip(alone, helped, strict=True):
        assert after["findings"] == before["findings"]
        for plain, told in zip(before["result"]["insights"], after["result"]["insights"], strict=True):
            assert [told[name] for name in told if name not in WORDED] == [
                plain[name] for name in plain if name not in WORDED
            ]
            changed += told != plain
            said = [told["summary"], *told["actions"], *told["topics"], told["resolution"]]
            spoken = "\n".join(
                str(each[name])
                for each in said
                if each["tier"] == "model"
                for name in ("text", "due", "value")
                if name in each
            )
            assert not _DANGER.search(spoken), spoken
    assert changed > len(TEXTS) // 3


REVIEWED = '''\
import hashlib
import yaml
from flask import request

# {text}


def answer():
    """{text}"""
    key = "{token}"  # of {email}, {phone}, {card}; {text}
    total = hashlib.md5(b"etag").hexdigest()
    return eval(request.args["q"]), key, total  # {text}
'''
SURE = 0.8


class ObedientReviewer:
    """A model that approves of everything, doubts every finding, and says what the texts want of it."""

    def __init__(self) -> None:
        self._asked = 0

    async def __call__(self, exchange: Exchange) -> None:
        user = messages(exchange.asked.body)
        text, cites = TEXTS[self._asked % len(TEXTS)], numbers(user)
        self._asked += 1
        about = [int(number) for number in re.findall(r"^  finding (\d+):", user, re.M)]
        remarks: list[dict[str, Any]] = [
            {"kind": "problem", "title": text[:80], "text": text, "fix": text, "cites": cites}
        ]
        for number in [0, *about, 99]:
            remarks += [
                {"kind": kind, "finding": number, "text": text, "fix": text, "severity": "low", "cites": cites}
                for kind in ("veto", "words")
            ]
        await says(
            {"cites": cites, "approved": True, "exit_code": 0, "remarks": remarks}
            if self._asked % 5 == 0
            else {"cites": cites, "remarks": remarks}
        )(exchange)


def reviews(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    code = main(["analyze", "review", *arguments, "--format", "jsonl", "--no-cache"])
    captured = capsys.readouterr()
    return code, [json.loads(line) for line in captured.out.splitlines()], captured.err


@pytest.mark.covered_elsewhere
def test_of_a_review_nothing_that_is_sure_goes_or_weighs_less(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = []
    for start in range(0, len(TEXTS), 25):
        heads = {
            f"app{place}.py": REVIEWED.format(
                text=" ".join(text.replace('"', "'").split()), token=TOKEN, email=EMAIL, phone=PHONE, card=CARD
            ).encode("utf-8", "replace")
            for place, text in enumerate(TEXTS[start : start + 25], start)
        }
        names.append(str(tmp_path / f"{start}.zip"))
        Path(names[-1]).write_bytes(pack(Bundle(whole=True, heads=heads)))
    code, alone, _ = reviews(capsys, *names)
    with standing_in_thread() as server:
        server.always(ObedientReviewer())
        code_with_model, helped, _ = reviews(capsys, *names, "--model", f"openai:obedient@{server.url}")
        asked, sent = [messages(each.body) for each in server.asked], [each.text for each in server.asked]
    assert code == code_with_model == 1
    assert len(asked) >= 4
    for user in asked:
        assert_fenced(user)
    assert not any(private in whole for whole in sent for private in (TOKEN, TOKEN[4:], EMAIL, PHONE, CARD))
    for before, after in zip(alone, helped, strict=True):
        kept = {finding["fingerprint"]: finding for finding in after["findings"]}
        for finding in before["findings"]:
            told = kept.pop(finding["fingerprint"], None)
            if told is None:  # then it was in doubt, and what the model said is there to be read
                assert finding["confidence"] < SURE
                assert finding["severity"] not in ("critical", "high")
                assert any(each["by"] == "model" for each in after["result"]["suppressed"])
                continue
            assert told["description"].startswith(finding["description"])
            assert told["suggested_fix"].startswith(finding["suggested_fix"])
            same = {"description": "", "suggested_fix": ""}
            assert told | same == finding | same
            spoken = told["description"].removeprefix(finding["description"])
            assert not _DANGER.search(spoken), spoken
        for finding in kept.values():
            assert finding["rule_id"].endswith("/model")
            assert finding["severity"] in ("high", "medium", "low")
            assert not _DANGER.search(f"{finding['title']}\n{finding['description']}\n{finding['suggested_fix']}"), (
                finding
            )
        assert {each["path"] for each in after["findings"] and after["result"]["files"]} == {
            each["path"] for each in before["result"]["files"]
        }
    assert sum("eval" in str(finding["evidence"]) for report in helped for finding in report["findings"]) >= len(TEXTS)
    said = [each["agent_runs"][0]["metrics"] for each in helped]
    assert sum(each["model_words"] for each in said) > 0
