"""The `conversation` analyzer: one agent that listens to every conversation of a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from faultline import embedding
from faultline.analyzers.conversation import briefs, classifiers, findings, intents, sentences
from faultline.analyzers.conversation.briefs import Doubt
from faultline.analyzers.conversation.conversation import Conversation
from faultline.analyzers.conversation.insight import Classifiers, Understood, listen
from faultline.analyzers.conversation.options import ConversationOptions
from faultline.analyzers.conversation.prefilter import Prefilter
from faultline.analyzers.conversation.reading import read
from faultline.core.analyzer import Agent, Analyzer, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding
from faultline.core.model import Answer, Brief
from faultline.core.report import Result
from faultline.core.results.conversation import ConversationInsights, Day, Insight, Mood, Skipped, Tier, Topic

if TYPE_CHECKING:
    from faultline.analyzers.conversation.discovery import Discovery

VERSION = "1"
"""Part of the result cache's key: raised whenever an answer may change."""
BATCH = 256
"""Conversations judged at once: enough for the classifiers, and memory stays bounded."""
MAX_UNREAD = 50
"""So many places that could not be read are named; the rest is counted."""


@dataclass(slots=True)
class Record:
    """What the listener has heard of a file."""

    insights: list[Insight] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    topics: tuple[Topic, ...] = ()
    labels: tuple[str, ...] = ()
    """The intents there are, for a model to choose from."""
    doubts: list[Doubt] = field(default_factory=list)
    doubtful: int = 0
    """How many are in doubt; `doubts` holds those that a model may be asked about."""


@dataclass(slots=True)
class Listener:
    """Reads, sorts out, understands: in batches, so that a file of any length fits."""

    options: ConversationOptions
    name: str = findings.AGENT
    version: str = VERSION

    def analyze(self, artifact: Artifact) -> Examination:
        """Understand every conversation that is worth it."""
        judges = classifiers.load(artifact, self.options.tier)
        unread: list[str] = [] if embedding.available() else [classifiers.MISSING]
        heard = Record(labels=intents.labels(judges.intents))
        found: list[Finding] = []
        discovers = self.options.discover and judges.feelings is not None
        discovery = _discovery(self.options) if discovers else None
        for batch in _batches(self._worth_it(artifact, heard, unread)):
            understood = listen(batch, judges)
            _keep_doubts(heard, understood)
            for each in understood:
                found += findings.find(each, artifact.name)
                unread += sentences.unread(each.heard.conversation)
            heard.insights += [each.insight for each in understood]
            if discovery is not None:
                discovery.add(understood)
        if discovery is not None:
            heard.topics = discovery.settle()
            heard.insights = [
                insight.model_copy(update={"topics": (topic, *insight.topics)})
                if (topic := discovery.of(insight))
                else insight
                for insight in heard.insights
            ]
        return Examination(findings=found, metrics=_metrics(heard, judges), unread=_bounded(unread), detail=heard)

    def briefs(self, artifact: Artifact, seen: Examination) -> Sequence[Brief]:
        """Ask about those conversations that are in doubt, the most urgent ones."""
        assert isinstance(seen.detail, Record)
        return briefs.briefs(seen.detail.doubts, seen.detail.insights, seen.detail.labels)

    def revise(self, artifact: Artifact, seen: Examination, answers: Sequence[Answer | None]) -> Examination:
        """Put the answers in; the findings stay."""
        heard = seen.detail
        assert isinstance(heard, Record)
        revised = briefs.revise(heard.doubts, heard.insights, heard.labels, answers)
        told = [answer for answer in answers if answer is not None]
        metrics = {
            **{name: value for name, value in seen.metrics.items() if not name.startswith("tier_")},
            **{f"tier_{tier}": count for tier, count in _tiers(revised).items()},
            "in_doubt": heard.doubtful,
            "asked_about": len(heard.doubts),
            "answers": len(told),
            "reused_answers": sum(answer.reused for answer in told),
            "dropped_statements": sum(answer.dropped for answer in told),
        }
        return Examination(seen.findings, metrics, seen.unread, replace(heard, insights=revised))

    def _worth_it(self, artifact: Artifact, heard: Record, unread: list[str]) -> Iterable[Conversation]:
        prefilter = Prefilter()
        for item in read(artifact):
            if not isinstance(item, Conversation):
                unread.append(str(item))
            elif (skipped := prefilter.why_not(item)) is not None:
                heard.skipped.append(skipped)
            else:
                yield item


def _keep_doubts(heard: Record, batch: Sequence[Understood]) -> None:
    """Keep the most urgent ones, then the most doubtful, then the first in the file."""
    start = len(heard.insights)
    new = [doubt for at, each in enumerate(batch, start=start) if (doubt := briefs.doubt(each, at))]
    heard.doubtful += len(new)
    heard.doubts = sorted([*heard.doubts, *new], key=lambda doubt: (doubt.rank, doubt.place))[
        : briefs.MAX_CONVERSATIONS
    ]


def _batches(conversations: Iterable[Conversation]) -> Iterable[list[Conversation]]:
    source = iter(conversations)
    while batch := list(islice(source, BATCH)):
        yield batch


def _discovery(options: ConversationOptions) -> Discovery:
    from faultline.analyzers.conversation.discovery import Discovery

    return Discovery(options.minimum_group)


def _bounded(unread: list[str]) -> list[str]:
    if len(unread) <= MAX_UNREAD:
        return unread
    return [*unread[:MAX_UNREAD], f"and {len(unread) - MAX_UNREAD:,} more places"]


def _metrics(heard: Record, judges: Classifiers) -> dict[str, int | float | str]:
    read_all = len(heard.insights) + len(heard.skipped)
    return {
        "conversations": read_all,
        "messages": sum(insight.messages for insight in heard.insights),
        "skipped": len(heard.skipped),
        **{f"tier_{tier}": count for tier, count in _tiers(heard.insights).items()},
        "judged_by": "rules" if judges.feelings is None else "rules and embedded models",
    }


def _tiers(insights: Iterable[Insight]) -> dict[str, int]:
    """How many statements each tier made, the cheapest first."""
    counts = Counter[Tier]()
    for insight in insights:
        counts.update(
            each.tier
            for each in (insight.language, insight.intent, insight.urgency, insight.resolution, *insight.topics)
        )
        counts.update(each.tier for each in insight.key_phrases)
        counts.update((insight.sentiment.tier, insight.summary.tier))
        counts.update(each.tier for each in insight.entities)
        counts.update(each.tier for each in insight.actions)
    return {tier.value: counts[tier] for tier in Tier if counts[tier]}


class ConversationAnalyzer:
    """What customers say, each statement with the sentence it comes from."""

    kind: ClassVar[str] = "conversation"
    version: ClassVar[str] = VERSION
    options_type: ClassVar[type[Options]] = ConversationOptions
    result_type: ClassVar[type[Result]] = ConversationInsights

    def validate(self, artifact: Artifact, options: Options) -> None:
        """Reject what holds no conversation before anything is read at length."""
        for item in read(artifact):
            if isinstance(item, Conversation):
                break

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        """An empty file says nothing."""
        return Skip("there is no conversation in it") if artifact.size == 0 else None

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        """The one listener."""
        assert isinstance(options, ConversationOptions)
        return [Listener(options)]

    def conclude(
        self,
        artifact: Artifact,
        options: Options,
        examinations: Sequence[Examination],
        findings: Sequence[Finding],
    ) -> Conclusion:
        """Count what all of them say together."""
        assert isinstance(options, ConversationOptions)
        heard = next((seen.detail for seen in examinations if isinstance(seen.detail, Record)), Record())
        insights = heard.insights
        result = ConversationInsights(
            conversations=len(insights) + len(heard.skipped),
            insights=tuple(insights),
            skipped=tuple(heard.skipped),
            intents=_counted(insight.intent.value for insight in insights),
            moods=_counted(insight.sentiment.value.value for insight in insights),
            urgencies=_counted(insight.urgency.value for insight in insights),
            tiers=_tiers(insights),
            topics=heard.topics,
            minimum_group=options.minimum_group,
            days=_days(insights),
        )
        return Conclusion(_words(result, findings), result)


def _counted(values: Iterable[str]) -> dict[str, int]:
    """Counts, the most frequent first."""
    return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


def _days(insights: Iterable[Insight]) -> tuple[Day, ...]:
    moods = defaultdict(list)
    for insight in insights:
        if insight.started_at is not None:
            moods[insight.started_at.date()].append(insight.sentiment.score)
    return tuple(
        Day(day=day, conversations=len(scores), mood=round(sum(scores) / len(scores), 3))
        for day, scores in sorted(moods.items())
    )


def _words(result: ConversationInsights, findings: Sequence[Finding]) -> str:
    heard, skipped = len(result.insights), len(result.skipped)
    if not heard:
        return f"None of {skipped} conversations says anything." if skipped else "There is no conversation in it."
    parts = [f"{heard} conversation{'s' if heard > 1 else ''}" + (f", {skipped} left out" if skipped else "") + "."]
    unhappy = result.moods.get(Mood.NEGATIVE.value, 0)
    unresolved = sum(1 for insight in result.insights if insight.resolution.value == "unresolved")
    parts.append(f"{unhappy} unhappy, {unresolved} unresolved.")
    if findings:
        parts.append(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}, first: {findings[0].title}")
    return " ".join(parts)


_: type[Analyzer] = ConversationAnalyzer
