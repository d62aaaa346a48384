"""The analyzer as the engine runs it: findings, totals, what is said of what was not looked at."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analyzers.conversation.talk import insight, talk

from faultline import embedding
from faultline.analyzers.conversation import classifiers
from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.insight import Classifiers, understand
from faultline.analyzers.conversation.options import ConversationOptions
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.report import Report
from faultline.core.results.conversation import ConversationInsights, Insight, Mood, Quote, Tier
from faultline.engine.pipeline import analyze

RULES = ConversationOptions(tier=Tier.RULES)


def row(name: str, *lines: str, start: str | None = None) -> dict[str, object]:
    roles = {"C": "customer", "A": "agent", "B": "bot"}
    return {
        "id": name,
        "messages": [
            {"role": roles[line[0]], "text": line[3:], **({"time": start} if start else {})} for line in lines
        ],
    }


def report_of(*rows: dict[str, object], options: ConversationOptions = RULES) -> Report:
    data = "\n".join(json.dumps(each, ensure_ascii=False) for each in rows).encode()
    return analyze(Artifact.from_bytes("conversation", "chats.jsonl", data), options).report


def rules_of(report: Report) -> set[str]:
    return {finding.rule_id.removeprefix("conversation/") for finding in report.findings}


LEAVING = row(
    "c1",
    "C: My order 4711 has not arrived, where is it?",
    "A: I'll ask the courier and get back to you within 24 hours.",
    "C: It's been 4 days and nobody has called! Unacceptable. I'm cancelling my account and calling my lawyer.",
)
HAPPY = row("c2", "C: How do I export a report?", "A: Press E.", "C: Perfect, that works. Thanks!")


def test_what_somebody_should_act_on_is_a_finding_with_its_line_and_sentence():
    report = report_of(HAPPY, LEAVING)
    assert {"churn-risk", "legal-threat", "broken-promise", "unresolved-complaint"} <= rules_of(report)
    leaving = next(finding for finding in report.findings if finding.rule_id == "conversation/churn-risk")
    assert leaving.location is not None
    assert leaving.location.start_line == 2
    assert leaving.evidence == ("I'm cancelling my account and calling my lawyer.",)
    assert leaving.suggested_fix
    assert leaving.severity == "high"


def test_a_happy_customer_is_no_finding():
    assert rules_of(report_of(HAPPY)) == set()


def test_a_finding_keeps_its_fingerprint_when_lines_and_messages_come_before_and_after_it():
    before = {finding.rule_id: finding.fingerprint for finding in report_of(LEAVING).findings}
    longer = dict(LEAVING)
    longer["messages"] = [*LEAVING["messages"], {"role": "agent", "text": "Hello?"}]  # type: ignore[misc]
    after = {finding.rule_id: finding.fingerprint for finding in report_of(HAPPY, longer).findings}
    assert before["conversation/churn-risk"] == after["conversation/churn-risk"]
    assert before["conversation/legal-threat"] == after["conversation/legal-threat"]


def test_two_customers_with_the_same_words_are_two_findings():
    other = {**LEAVING, "id": "c9", "messages": [*LEAVING["messages"], {"role": "customer", "text": "Hello??"}]}  # type: ignore[misc]
    report = report_of(LEAVING, other)
    assert sum(finding.rule_id == "conversation/churn-risk" for finding in report.findings) == 2


@pytest.mark.parametrize(
    ("lines", "rule", "severity"),
    [
        (("C: The kettle is on fire and my hand is burned!",), "safety", "critical"),
        (("C: I was hacked, someone logged into my account",), "security", "high"),
        (("C: Production is down, all our customers are affected",), "urgent", "high"),
        (("C: my card is 4111 1111 1111 1111, please check",), "personal-data", "high"),
        (
            (
                "C: Hello, I love your shop! One question: where is it?",
                "A: No idea.",
                "C: That is a terrible answer.",
                "A: We will see.",
            ),
            "mood-drop",
            "medium",
        ),
    ],
)
def test_each_rule_speaks_where_it_should(lines, rule, severity):
    found = next(
        finding for finding in report_of(row("c1", *lines)).findings if finding.rule_id == f"conversation/{rule}"
    )
    assert found.severity == severity


def test_no_finding_shows_personal_data():
    report = report_of(row("c1", "C: my card is 4111 1111 1111 1111 and someone hacked jane@example.com"))
    told = "".join(finding.model_dump_json() for finding in report.findings)
    assert "4111 1111" not in told
    assert "jane@" not in told


def test_totals_count_every_conversation_once():
    report = report_of(LEAVING, HAPPY, row("c3", "C: hi"))
    result = report.result
    assert isinstance(result, ConversationInsights)
    assert result.conversations == 3
    assert len(result.insights) == 2
    assert [each.reason for each in result.skipped] == ["too-short"]
    assert sum(result.moods.values()) == sum(result.intents.values()) == sum(result.urgencies.values()) == 2
    assert set(result.tiers) == {"rules"}
    assert report.summary.startswith("2 conversations, 1 left out. 1 unhappy, 1 unresolved.")


def test_moods_are_told_by_day():
    report = report_of(
        row("c1", "C: This is terrible and useless", start="2026-03-02T09:00:00Z"),
        row("c2", "C: I love the new app, great work", start="2026-03-01T09:00:00Z"),
    )
    assert isinstance(report.result, ConversationInsights)
    days = report.result.days
    assert [str(day.day) for day in days] == ["2026-03-01", "2026-03-02"]
    assert days[0].mood > 0 > days[1].mood


def test_clocks_out_of_order_and_without_a_zone_do_no_harm():
    record = row("c1", "C: Where is my order?", "A: On its way, it will arrive on Monday.")
    record["messages"][0]["time"] = "2026-03-02T09:00:00+02:00"  # type: ignore[index]
    record["messages"][1]["time"] = "2026-03-01T09:00:00"  # type: ignore[index]
    result = report_of(record).result
    assert isinstance(result, ConversationInsights)
    started, ended = result.insights[0].started_at, result.insights[0].ended_at
    assert started is not None
    assert ended is not None
    assert (started.day, ended.day) == (1, 2)


def test_the_same_file_gives_the_same_bytes():
    assert report_of(LEAVING, HAPPY).model_dump_json() == report_of(LEAVING, HAPPY).model_dump_json()


def test_an_empty_file_is_skipped():
    report = analyze(Artifact.from_bytes("conversation", "chats.jsonl", b""), RULES).report
    assert report.status == "skipped"


def test_a_broken_line_is_named_and_the_others_are_heard():
    data = b"\n".join([json.dumps(HAPPY).encode(), b'{"id": "c2", "messages": [', json.dumps(LEAVING).encode()])
    report = analyze(Artifact.from_bytes("conversation", "chats.jsonl", data), RULES).report
    assert isinstance(report.result, ConversationInsights)
    assert len(report.result.insights) == 2
    assert any("line 2" in each for each in report.agent_runs[0].unread)


def test_a_megabyte_in_one_message_and_ten_thousand_messages_are_bounded_work_and_said():
    huge = row("c1", "C: " + "It does not work and I want a refund. " * 28_000)
    many = row("c2", *(f"C: message number {number} about my broken router" for number in range(10_000)))
    unread = report_of(huge, many).agent_runs[0].unread
    assert any("8,000 characters" in each for each in unread)
    assert any("of 10,000 messages" in each for each in unread)


def test_without_the_extra_it_says_so_and_everything_is_by_rules(monkeypatch):
    monkeypatch.setattr(embedding, "available", lambda: False)
    report = report_of(LEAVING, options=ConversationOptions())
    assert classifiers.MISSING in report.agent_runs[0].unread
    assert isinstance(report.result, ConversationInsights)
    assert set(report.result.tiers) == {"rules"}


def test_intents_of_ones_own_need_the_extra(monkeypatch):
    monkeypatch.setattr(embedding, "available", lambda: False)
    artifact = Artifact.from_bytes("conversation", "chats.jsonl", json.dumps(HAPPY).encode())
    artifact.companions["taxonomy"] = Artifact.from_bytes("conversation", "intents.bin", b"x")
    with pytest.raises(ArtifactRejected, match="need the extra"):
        classifiers.load(artifact, Tier.MINILM)


@dataclass(frozen=True)
class Said:
    label: str | None = None
    mood: Mood = Mood.NEGATIVE
    score: float = 0.0
    confidence: float = 0.9
    tier: Tier = Tier.STATIC
    scope: float = 0.7


class Fixed:
    """Always says the same, and remembers how often and about what it was asked."""

    def __init__(self, said: Said) -> None:
        self.said, self.asked = said, list[list[str]]()

    def judge(self, texts: Sequence[str], *, tier: Tier | None = None) -> list[Said]:
        self.asked.append(list(texts))
        return [self.said] * len(texts)


def test_classifiers_are_asked_once_for_all_and_only_where_rules_are_unsure():
    intents, feelings = Fixed(Said("delivery")), Fixed(Said(score=-0.9, tier=Tier.MINILM))
    judged = understand(
        [
            talk("C: The thing has a green button on its side", "A: Hm.", name="a"),
            talk("C: I want to cancel my subscription", name="b"),
            talk("C: Das Ding hat an der Seite einen Knopf", name="c"),
        ],
        Classifiers(intents, feelings),
    )
    assert [insight.intent.value for insight in judged] == ["delivery", "cancellation", "other"]
    assert [insight.intent.tier for insight in judged] == [Tier.STATIC, Tier.RULES, Tier.RULES]
    assert intents.asked == [["The thing has a green button on its side"]]
    assert feelings.asked == [["I want to cancel my subscription"], ["The thing has a green button on its side"]]
    assert judged[0].sentiment.tier is Tier.MINILM
    assert judged[2].sentiment.tier is Tier.RULES


def test_intents_of_ones_own_are_never_mixed_with_those_of_the_rules():
    own = Classifiers(Fixed(Said(None, confidence=0.2)), None, own=True)
    assert insight("C: I want to cancel my subscription", classifiers=own).intent.value == "other"


def quotes(found: Insight) -> list[Quote]:
    judged = (found.language, found.intent, found.urgency, found.resolution, *found.topics, *found.key_phrases)
    held = (found.sentiment.quote, *(each.quote for each in judged), *found.summary.quotes)
    return [each for each in (*held, *(e.quote for e in found.entities), *(a.quote for a in found.actions)) if each]


PIECES = st.sampled_from(
    [
        "My order 4711 is late! ", "It's on fire. ", "please help", "thanks, works now", "\u200b", "\u202e", "ok. ",
        "🙂", "¿Dónde está? ", "還沒到。", "I'll call you tomorrow.", "لم يصل", "4111 1111 1111 1111 ", "\n\n",
        "Dr. X said no? ", "$5 ", "a@b.co ", "😡😡", "U\u00ad R G E N T",
    ]
)  # fmt: skip
MESSAGES = st.lists(
    st.tuples(st.sampled_from(list(Role)), st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=8).map("".join))),
    max_size=8,
)


@settings(deadline=None)
@given(MESSAGES)
def test_whatever_is_written_every_quote_is_exact(messages):
    conversation = Conversation("c", tuple(Message(role, text, 1) for role, text in messages), 1, 1)
    found = understand([conversation])[0]
    for quote in quotes(found):
        assert conversation.messages[quote.message - 1].text[quote.start : quote.end] == quote.text
    assert found == understand([conversation])[0]
    assert found.model_validate_json(found.model_dump_json()) == found


PARCELS = [
    "where is my parcel",
    "my package has not arrived",
    "the delivery of my parcel is late",
    "no sign of my package",
]
LOGINS = [
    "I cannot log in",
    "my password does not work",
    "the login page rejects my password",
    "I am locked out of my account",
]


def test_topics_of_a_file_are_found_with_the_embedded_models_and_told_of_each_conversation(static_table):
    rows = [row(f"{text} {n}", f"C: {text}") for n in range(4) for text in (*PARCELS, *LOGINS)]
    result = report_of(*rows, options=ConversationOptions(tier=Tier.STATIC)).result
    assert isinstance(result, ConversationInsights)
    assert result.topics
    assert all(topic.size >= result.minimum_group for topic in result.topics)
    names = {topic.name for topic in result.topics}
    told = [topic.value for insight in result.insights for topic in insight.topics if topic.tier is Tier.STATIC]
    assert set(told) == names
    assert len(told) == sum(topic.size for topic in result.topics)
    assert "static" in result.tiers


@pytest.mark.slow
def test_a_taxonomy_of_ones_own_decides_the_intents(static_table):
    texts = [*PARCELS, "parcel lost", *LOGINS, "login broken"]
    labels = ["where-is-it"] * 5 + ["cannot-enter"] * 5
    from faultline.analyzers.conversation import taxonomy

    artifact = Artifact.from_bytes(
        "conversation", "chats.jsonl", json.dumps(row("c1", "C: where is the parcel, it has not arrived")).encode()
    )
    trained = taxonomy.train(texts, labels).taxonomy.to_bytes()
    artifact.companions["taxonomy"] = Artifact.from_bytes("conversation", "own", trained)
    result = analyze(artifact, ConversationOptions(tier=Tier.STATIC)).report.result
    assert isinstance(result, ConversationInsights)
    assert result.insights[0].intent.value == "where-is-it"


def test_a_damaged_taxonomy_is_named():
    artifact = Artifact.from_bytes("conversation", "chats.jsonl", json.dumps(HAPPY).encode())
    artifact.companions["taxonomy"] = Artifact.from_bytes("conversation", "own.bin", b"no taxonomy")
    with pytest.raises(ArtifactRejected, match=r"own\.bin cannot be read"):
        analyze(artifact, RULES)
