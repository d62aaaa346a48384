"""The view of ConversationInsights: all together in a few lines, then who is urgent, the topics and the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from faultline.core.finding import Severity
from faultline.core.report import Report
from faultline.core.results.conversation import (
    ConversationInsights,
    Insight,
    Mood,
    Quote,
    Resolution,
    Topic,
    Urgency,
)
from faultline.engine.render import generic, markup
from faultline.engine.render.lines import EMPTY, STYLES, Line, joined, labelled, notes, troubles
from faultline.engine.render.untrusted import one_line, plural, span

MAX_INTENTS = 8
MAX_URGENT = 10
MAX_TOPICS = 10
MAX_FINDINGS = 10
MAX_TROUBLES = 10
MAX_QUOTE = 160
"""Columns of a quoted sentence."""

_MOODS = {Mood.POSITIVE: "green", Mood.NEUTRAL: "", Mood.NEGATIVE: "red"}
_URGENCIES = {Urgency.CRITICAL: STYLES[Severity.CRITICAL], Urgency.HIGH: STYLES[Severity.HIGH]}


def text(report: Report) -> Iterator[Line]:
    """Styled lines for a terminal."""
    seen = _insights(report)
    yield [
        (one_line(report.artifact.name), "bold"),
        (f"  {plural(seen.conversations, 'conversation')}", ""),
        (f"{_looked_at(seen)}: {generic.verdict(report)}", ""),
    ]
    if len(seen.insights) == 1:
        yield from _portrait(seen.insights[0])
    else:
        yield from _overview(seen)
    urgent = _urgent(seen) if len(seen.insights) > 1 else []
    if urgent:
        yield EMPTY
        yield [("Urgent", "bold")]
        for insight in urgent[:MAX_URGENT]:
            yield _urgent_line(insight)
            if quote := _telling(insight):
                yield [(f"            {_quoted(quote)}", "")]
        yield from _more(len(urgent) - MAX_URGENT, "more urgent conversation")
    if seen.topics:
        yield EMPTY
        yield [("Topics", "bold"), (f"  from {seen.minimum_group} conversations on", "dim")]
        for topic in seen.topics[:MAX_TOPICS]:
            yield [(f"  {topic.size:>6,}  ", "bold"), (one_line(topic.name, 80), "cyan"), (_trend(topic), "dim")]
            if topic.examples:
                yield [(f"            {_quoted(topic.examples[0].quote)}", "dim")]
        yield from _more(len(seen.topics) - MAX_TOPICS, "more topic")
    yield from generic.finding_lines(report.findings[:MAX_FINDINGS])
    if len(report.findings) > MAX_FINDINGS:
        yield EMPTY
        yield from _more(len(report.findings) - MAX_FINDINGS, "more finding")
    for remark in _few([*troubles(report), *notes(report)]):
        yield [(f"  ! {remark}", "yellow")]


def markdown(report: Report) -> Iterator[str]:
    """Markdown blocks."""
    seen = _insights(report)
    counted = f"{plural(seen.conversations, 'conversation')}{_looked_at(seen)}"
    yield f"### {markup.code(report.artifact.name)} {counted}: {markup.prose(generic.verdict(report))}"
    if report.summary:
        yield markup.prose(report.summary)
    if len(seen.insights) == 1:
        yield "\n".join(f"- **{label}:** {markup.prose(words)}" for label, words in _facts(seen.insights[0]))
    elif rows := _shares(seen):
        yield "\n".join(f"- **{label}:** {markup.prose(words)}" for label, words in rows)
    urgent = _urgent(seen) if len(seen.insights) > 1 else []
    if urgent:
        yield "#### Urgent"
        rows_of = ["| | conversation | lines | intent | says |", "|---|---|---|---|---|"]
        for insight in urgent[:MAX_URGENT]:
            quote = _telling(insight)
            cells = (
                str(insight.urgency.value),
                markup.code(one_line(insight.id, 60)),
                span(insight.line, insight.end_line),
                markup.prose(insight.intent.value),
                markup.prose(_cut(quote.text)) if quote else "",
            )
            rows_of.append(f"| {' | '.join(cells)} |")
        yield "\n".join(rows_of)
        yield from _more_blocks(len(urgent) - MAX_URGENT, "more urgent conversation")
    if seen.topics:
        yield "#### Topics"
        rows_of = ["| conversations | topic | mood | for example |", "|---:|---|---:|---|"]
        for topic in seen.topics[:MAX_TOPICS]:
            said = markup.prose(_cut(topic.examples[0].quote.text)) if topic.examples else ""
            rows_of.append(f"| {topic.size:,} | {markup.prose(topic.name)} | {topic.mood:+.2f} | {said} |")
        yield "\n".join(rows_of)
        yield from _more_blocks(len(seen.topics) - MAX_TOPICS, "more topic")
    yield from generic.finding_blocks(report.findings[:MAX_FINDINGS])
    yield from _more_blocks(len(report.findings) - MAX_FINDINGS, "more finding")
    for trouble in _few(list(troubles(report))):
        yield f"> **Incomplete:** {markup.prose(trouble)}"
    for note in notes(report):
        yield f"> **Note:** {markup.prose(note)}"


def _insights(report: Report) -> ConversationInsights:
    if not isinstance(report.result, ConversationInsights):
        raise TypeError("this view shows ConversationInsights")
    return report.result


def _looked_at(seen: ConversationInsights) -> str:
    if not seen.skipped:
        return ""
    reasons = Counter(skipped.reason.value for skipped in seen.skipped)
    return f", {len(seen.skipped):,} left out ({_counted(reasons)})"


def _overview(seen: ConversationInsights) -> Iterator[Line]:
    for label, words in _shares(seen):
        yield from labelled(label, words)


def _shares(seen: ConversationInsights) -> list[tuple[str, str]]:
    """Labels and what they say of all conversations together; empty where none was looked at."""
    total = len(seen.insights)
    if not total:
        return []
    rows = [("mood", _parts(seen.moods, [mood.value for mood in Mood], total))]
    rows.append(("intent", _top(seen.intents)))
    rows.append(("urgency", _parts(seen.urgencies, [urgency.value for urgency in Urgency], total)))
    ends = Counter(insight.resolution.value for insight in seen.insights)
    rows.append(("ends", _parts(ends, [end.value for end in Resolution], total)))
    languages = Counter(insight.language.value for insight in seen.insights)
    if len(languages) > 1:
        rows.append(("language", _top(languages)))
    if len(seen.days) > 1:
        rows.append(("days", f"{seen.days[0].day} to {seen.days[-1].day}, {total / len(seen.days):,.1f} a day"))
    return [(label, words) for label, words in rows if words]


def _parts(counts: Mapping[str, int], order: Sequence[str], total: int) -> str:
    names = [name for name in order if counts.get(name)]
    names += sorted(name for name in counts if name not in order)
    return ", ".join(f"{_share(counts[name], total)} {one_line(name, 40)} ({counts[name]:,})" for name in names)


def _share(count: int, total: int) -> str:
    """A share in whole percent; what is there is never shown as nothing, nor what is missing as all."""
    share = count / total
    if 0 < share < 0.005 or 0.995 < share < 1:
        return "<1%" if share < 0.5 else ">99%"
    return f"{share:.0%}"


def _top(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{one_line(name, 60)} {count:,}" for name, count in ranked[:MAX_INTENTS])
    return shown + (f", and {len(ranked) - MAX_INTENTS:,} more" if len(ranked) > MAX_INTENTS else "")


def _counted(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count:,} {name}" for name, count in ranked)


def _urgent(seen: ConversationInsights) -> list[Insight]:
    """Those who still cannot wait: the most urgent first, among equals the angriest."""
    order = {Urgency.CRITICAL.value: 0, Urgency.HIGH.value: 1}
    waiting = [insight for insight in seen.insights if insight.resolution.value != Resolution.RESOLVED]
    chosen = [insight for insight in waiting if insight.urgency.value in order]
    return sorted(chosen, key=lambda insight: (order[insight.urgency.value], insight.sentiment.score, insight.line))


def _urgent_line(insight: Insight) -> Line:
    level = Urgency(insight.urgency.value)
    channel = f" on {one_line(insight.channel, 40)}" if insight.channel else ""
    drift = _drift(insight)
    return [
        (f"  {level:<8}", _URGENCIES[level]),
        (f"  {one_line(insight.id, 60)}", "bold"),
        (f"{channel} at {span(insight.line, insight.end_line)}: ", "dim"),
        (one_line(insight.intent.value, 60), "cyan"),
        (f", {insight.sentiment.value}{drift}", _MOODS[insight.sentiment.value]),
        (f", {one_line(insight.resolution.value, 20)}", ""),
    ]


def _drift(insight: Insight) -> str:
    if abs(insight.sentiment.drift) < 0.3:
        return ""
    return " and getting better" if insight.sentiment.drift > 0 else " and getting worse"


def _telling(insight: Insight) -> Quote | None:
    return insight.urgency.quote or insight.intent.quote or insight.sentiment.quote


def _portrait(insight: Insight) -> Iterator[Line]:
    """One conversation, field by field."""
    for label, words in _facts(insight):
        yield from labelled(label, words)


def _facts(insight: Insight) -> list[tuple[str, str]]:
    rows = [
        ("summary", one_line(insight.summary.text, 600)),
        ("mood", f"{insight.sentiment.value}{_drift(insight)}{_shown(insight.sentiment.quote)}"),
        ("intent", one_line(insight.intent.value, 80) + _shown(insight.intent.quote)),
        ("urgency", one_line(insight.urgency.value, 20) + _shown(insight.urgency.quote)),
        ("ends", one_line(insight.resolution.value, 20) + _shown(insight.resolution.quote)),
        ("language", one_line(insight.language.value, 20)),
        ("topics", joined(topic.value for topic in insight.topics)),
        ("phrases", joined(phrase.value for phrase in insight.key_phrases)),
        ("names", joined(f"{entity.value} ({entity.type})" for entity in insight.entities)),
    ]
    for action in insight.actions[:MAX_FINDINGS]:
        due = f", by {one_line(action.due, 40)}" if action.due else ""
        rows.append(("to do", f"{one_line(action.owner, 20)}: {_cut(action.text)}{due}"))
    return [(label, words) for label, words in rows if words]


def _shown(quote: Quote | None) -> str:
    return f": {_quoted(quote)}" if quote else ""


def _quoted(quote: Quote) -> str:
    return f'"{_cut(quote.text)}"'


def _cut(words: str) -> str:
    return one_line(words, MAX_QUOTE)


def _trend(topic: Topic) -> str:
    growth = ", growing" if topic.growth >= 0.1 else ", fading" if topic.growth <= -0.1 else ""
    return f"  mood {topic.mood:+.2f}{growth}"


def _more(count: int, noun: str) -> Iterator[Line]:
    if count > 0:
        yield [(f"  and {plural(count, noun)}", "dim")]


def _more_blocks(count: int, noun: str) -> Iterator[str]:
    if count > 0:
        yield f"*and {plural(count, noun)}*"


def _few(sentences: Sequence[str]) -> Iterable[str]:
    yield from sentences[:MAX_TROUBLES]
    if len(sentences) > MAX_TROUBLES:
        yield f"and {len(sentences) - MAX_TROUBLES:,} more of this kind"
