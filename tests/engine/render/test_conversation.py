"""Conversations in the formats for people, and that those for programs make sense of them."""

from __future__ import annotations

import io
import json
import re

import pytest
from markdown_it import MarkdownIt

from faultline.core.finding import Severity
from faultline.core.report import AgentRun, Report
from faultline.engine.render import conversation, renderer
from tests.engine.render import insights as made
from tests.engine.render.reports import NASTY, finding, outcome

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def shown(report: Report, to: str = "text") -> str:
    out = io.StringIO()
    renderer(to)([outcome(report)], out)
    return out.getvalue()


class TestText:
    def test_all_together_first_then_who_is_urgent_then_the_topics_then_the_findings(self) -> None:
        report = made.report(
            made.insight(1),
            made.calm(2),
            made.calm(3, language=made.judged("de"), resolution=made.judged("resolved")),
            made.insight(7, urgency=made.judged("critical", "Our shop is down!"), channel=None),
            made.insight(9, resolution=made.judged("resolved"), intent=made.judged("outage")),
            findings=(finding(),),
            skipped=made.SKIPPED,
            topics=(made.topic(), made.topic(2, growth=-0.2, examples=()), made.topic(3, growth=0.0)),
            days=made.DAYS,
        )
        text = shown(report).split("\n")
        assert text[:28] == [
            "chats.csv  8 conversations, 3 left out (2 only-emoji, 1 duplicate): 1 finding (1 high)",
            "  mood     40% positive (2), 60% negative (3)",
            "  intent   delivery 2, praise 2, outage 1",
            "  urgency  20% critical (1), 40% high (2), 40% normal (2)",
            "  ends     40% resolved (2), 60% pending (3)",
            "  language en 4, de 1",
            "  days     2026-05-04 to 2026-05-05, 2.5 a day",
            "",
            "Urgent",
            "  critical  c-7 at 7-8: delivery, negative and getting worse, pending",
            '            "Our shop is down!"',
            "  high      c-1 on chat at 1-2: delivery, negative and getting worse, pending",
            '            "My order is late."',
            "",
            "Topics  from 5 conversations on",
            "      12  late parcels  mood -0.42, growing",
            '            "Where is my parcel?"',
            "      12  late parcels  mood -0.42, fading",
            "      12  late parcels  mood -0.42",
            '            "Where is my parcel?"',
            "",
            "HIGH Something broke  demo/rule, 90% sure",
            "  src/a b.py:3-4",
            "    3 | first line",
            "  > 4 | second error line",
            "  why      It broke because of a thing.",
            "  fix      Mend the thing.",
            "",
        ]

    def test_a_single_conversation_is_shown_whole(self) -> None:
        assert shown(made.report(made.insight())).split("\n") == [
            "chats.csv  1 conversation: no findings",
            "  summary  My order is late.",
            "  mood     negative and getting worse",
            "  intent   delivery",
            '  urgency  high: "My order is late."',
            "  ends     pending",
            "  language en",
            "  phrases  late order",
            "  names    77120 (order)",
            "  to do    agent: I will call you., by tomorrow",
            "",
        ]

    def test_ten_thousand_conversations_stay_readable(self) -> None:
        many = [made.insight(n, intent=made.judged(f"intent {n % 40}")) for n in range(1, 10_001)]
        runs = (AgentRun(agent="x", version="1", status="completed", findings=0, unread=tuple(map(str, range(30)))),)
        report = made.report(
            *many,
            findings=tuple(finding(fingerprint=f"{n:032}") for n in range(50)),
            topics=tuple(made.topic(n) for n in range(60)),
            agent_runs=runs,
        )
        text = shown(report)
        assert len(text.split("\n")) < 160
        for words in (
            "intent 0 250",
            "and 32 more\n",
            "and 9,990 more urgent conversations\n",
            "and 50 more topics\n",
            "and 40 more findings\n",
            "not read: 9\n  ! and 20 more of this kind\n",
        ):
            assert words in text
        assert len(shown(report, "markdown").split("\n")) < 260

    def test_what_is_rare_is_not_shown_as_nothing(self) -> None:
        many = [made.calm(n) for n in range(1, 1000)]
        text = shown(made.report(*many, made.insight(1000)))
        assert "mood     >99% positive (999), <1% negative (1)\n" in text

    def test_nothing_looked_at_is_said_in_a_line(self) -> None:
        assert shown(made.report(skipped=made.SKIPPED)) == (
            "chats.csv  3 conversations, 3 left out (2 only-emoji, 1 duplicate): no findings\n"
        )

    def test_what_could_not_be_done_is_said(self) -> None:
        text = shown(made.report(made.insight(), notes=("No model answered.",)))
        assert "  ! No model answered.\n" in text


class TestMarkdown:
    def test_tables_render_as_tables(self) -> None:
        report = made.report(
            made.insight(1), made.calm(2), topics=(made.topic(),), findings=(finding(),), notes=("No model answered.",)
        )
        page = shown(report, "markdown")
        assert page.startswith("### `chats.csv` 2 conversations: 1 finding (1 high)\n")
        assert "| high | `c-1` | 1-2 | delivery | My order is late. |" in page
        assert "| 12 | late parcels | -0.42 | Where is my parcel? |" in page
        assert "> **Note:** No model answered." in page
        assert MARKDOWN.render(page).count("<table>") == 2

    def test_a_single_conversation_is_a_list(self) -> None:
        page = shown(made.report(made.insight()), "markdown")
        assert "- **to do:** agent\\: I will call you., by tomorrow" in page


@pytest.mark.parametrize("to", ["text", "markdown"])
@pytest.mark.parametrize("several", [False, True])
def test_text_of_strangers_does_nothing(to: str, several: bool) -> None:
    one = made.insight(
        1,
        id=NASTY,
        channel=NASTY,
        intent=made.judged(NASTY, NASTY),
        urgency=made.judged("high", NASTY),
        resolution=made.judged(NASTY),
        language=made.judged(NASTY),
        summary=made.insight().summary.model_copy(update={"text": NASTY}),
        entities=(made.insight().entities[0].model_copy(update={"value": NASTY, "type": NASTY}),),
        actions=(made.insight().actions[0].model_copy(update={"text": NASTY, "due": NASTY, "owner": NASTY}),),
        topics=(made.judged(NASTY),),
        key_phrases=(made.judged(NASTY),),
    )
    report = made.report(one, *([made.calm(2)] if several else []), topics=(made.topic(name=NASTY),))
    text = shown(report, to)
    assert not any(mark in text for mark in ("\x1b", "\u202e"))
    if to == "markdown":
        page = MARKDOWN.render(text)
        assert "<script>" not in page
        assert "<strong>bold</strong>" not in page
        assert "@somebody" not in re.sub(r"<code>.*?</code>", "", page)  # in code nobody is mentioned


def test_formats_for_programs_have_all_of_it() -> None:
    report = made.report(made.insight(), made.calm(2), findings=(finding(Severity.CRITICAL),), topics=(made.topic(),))
    data = json.loads(shown(report, "json"))
    assert [each["id"] for each in data["result"]["insights"]] == ["c-1", "c-2"]
    assert data["result"]["insights"][0]["urgency"]["quote"]["text"] == "My order is late."
    assert json.loads(shown(report, "jsonl")) == data
    assert json.loads(shown(report, "sarif"))["runs"][0]["results"][0]["ruleId"] == "demo/rule"
    assert "::error file=src/a b.py,line=3,endLine=4" in shown(report, "github")


def test_another_kind_s_report_is_not_for_this_view() -> None:
    other = made.reports.report()
    for view in (conversation.text, conversation.markdown):
        with pytest.raises(TypeError, match="ConversationInsights"):
            list(view(other))  # type: ignore[arg-type]
