"""What a model may see of conversations, and what becomes of its answers."""

import json
import pickle
from collections.abc import Callable, Sequence

from faultline.analyzers.conversation import briefs
from faultline.analyzers.conversation.briefs import Stands, State, ToDo, Told, Wanted
from faultline.analyzers.conversation.options import ConversationOptions
from faultline.core.artifact import Artifact
from faultline.core.model import Answer, Brief, Cited, Consultation
from faultline.core.report import Report
from faultline.core.results.conversation import ConversationInsights, Insight, Tier
from faultline.engine.pipeline import analyze, examine

RULES = ConversationOptions(tier=Tier.RULES)
UNSURE = {
    "id": "c1",
    "messages": [
        {"role": "customer", "text": "The blue thing on the left blinks twice since Monday. Is that meant to be?"},
        {"role": "agent", "text": "It depends."},
        {"role": "customer", "text": "On what?"},
        {"role": "agent", "text": "Hm."},
    ],
}
SURE = {
    "id": "c2",
    "messages": [
        {"role": "customer", "text": "I want to cancel my subscription."},
        {"role": "agent", "text": "I've cancelled it."},
        {"role": "customer", "text": "Thanks, that's all."},
    ],
}


class Speaker:
    """A gateway that answers each brief with what a function says of it."""

    route = "test:speaker"

    def __init__(self, say: Callable[[Brief], Cited | None], *, reused: bool = False) -> None:
        self.say, self.reused, self.seen = say, reused, list[Brief]()

    def consult(self, kind: str, questions: Sequence[tuple[str, Brief]]) -> Consultation:
        self.seen = [brief for _, brief in questions]
        said = [self.say(brief) for brief in self.seen]
        return Consultation([Answer(each, "test:speaker", reused=self.reused) if each else None for each in said])


def report_of(gateway: Speaker, *rows: object) -> Report:
    return analyze(artifact(*rows), RULES, gateway=gateway).report


def artifact(*rows: object) -> Artifact:
    return Artifact.from_bytes("conversation", "chats.jsonl", "\n".join(map(json.dumps, rows)).encode())


def insights(report: Report) -> tuple[Insight, ...]:
    assert isinstance(report.result, ConversationInsights)
    return report.result.insights


def answered(brief: Brief) -> Cited | None:
    if brief.answer is Wanted:
        return Wanted(cites=(1,), intent="how-to", topic="Blinking Light")
    return Stands(
        cites=(1,),
        summary=Told(cites=(1, 3), text="The customer asks why a light blinks and gets no answer."),
        actions=(ToDo(cites=(2,), text="Explain the light", owner="agent", due="Friday"),),
        state=State(cites=(4,), value="unresolved"),
    )


def test_a_model_is_asked_only_where_the_others_are_unsure():
    gateway = Speaker(answered)
    report_of(gateway, SURE)
    assert gateway.seen == []
    report_of(gateway, SURE, UNSURE)
    assert [brief.answer for brief in gateway.seen] == [Wanted, Stands]


def test_what_a_model_says_is_marked_and_quotes_what_it_cites():
    report = report_of(Speaker(answered), SURE, UNSURE)
    found = insights(report)[1]
    assert (found.intent.value, found.intent.tier) == ("how-to", Tier.MODEL)
    assert found.topics[0].value == "blinking light"
    assert found.summary.tier is Tier.MODEL
    assert [quote.text for quote in found.summary.quotes] == [
        "The blue thing on the left blinks twice since Monday.", "It depends.",
    ]  # fmt: skip
    assert [(item.text, item.owner, item.due, item.tier) for item in found.actions] == [
        ("Explain the light", "agent", "Friday", Tier.MODEL)
    ]
    assert found.resolution.value == "unresolved"
    assert found.resolution.quote is not None
    assert found.resolution.quote.text == "On what?"
    assert insights(report)[0].intent.tier is Tier.RULES
    assert report.agent_runs[0].metrics["answers"] == 2
    assert report.result.tiers["model"] == 5  # type: ignore[union-attr]


def test_an_intent_that_there_is_not_is_not_taken():
    report = report_of(Speaker(lambda brief: Wanted(cites=(1,), intent="rule-the-world")), UNSURE)
    assert insights(report)[0].intent.value != "rule-the-world"


def test_only_what_the_customer_wants_may_be_lent_to_another():
    gateway = Speaker(answered)
    report_of(gateway, UNSURE)
    wanted, stands = gateway.seen
    assert wanted.reuse == UNSURE["messages"][0]["text"]  # type: ignore[index]
    assert stands.reuse is None


def test_a_lent_answer_is_counted_and_quotes_this_customer():
    report = report_of(Speaker(lambda brief: answered(brief) if brief.answer is Wanted else None, reused=True), UNSURE)
    quote = insights(report)[0].intent.quote
    assert quote is not None
    assert quote.text == "The blue thing on the left blinks twice since Monday."
    assert report.agent_runs[0].metrics["reused_answers"] == 1


def test_of_many_in_doubt_a_bounded_number_is_asked_about_the_most_urgent_first():
    rows: list[object] = [
        {"id": f"c{n}", "messages": [{"role": "customer", "text": f"The knob number {n} squeaks when turned left, hm"}]}
        for n in range(60)
    ]
    rows.append(
        {"id": "u", "messages": [{"role": "customer", "text": "The knob thing: please hurry, I need it by noon today"}]}
    )
    gateway = Speaker(lambda brief: None)
    report = report_of(gateway, *rows)
    assert len({brief.reuse for brief in gateway.seen if brief.reuse}) == briefs.MAX_CONVERSATIONS
    assert "hurry" in gateway.seen[0].evidence[0].text
    assert all(insight.intent.tier is Tier.RULES for insight in insights(report))


def test_without_an_answer_everything_stays():
    silent = report_of(Speaker(lambda brief: None), UNSURE)
    assert insights(silent) == insights(analyze(artifact(UNSURE), RULES).report)


def test_what_the_agents_saw_can_travel_to_another_process():
    draft = examine(artifact(SURE, UNSURE), RULES, briefs=True)
    assert pickle.loads(pickle.dumps(draft)).questions == draft.questions
