"""validate -> prefilter -> result cache -> agents in parallel -> enrich -> merge -> Report.

`analyze` goes all the way. Whoever asks models in another way than to wait for them, as the service does, goes the same
way in two steps, between which it asks: `examine`, which ends with a Draft, and `finish`.

Without a gateway the report is a pure function of the artifact, its companions, its metadata and the options: the
same input gives the same bytes. What varies from run to run stands beside it, in the envelope.

An analyzer may use the artifact's name in one place only, the path of a location; a report that comes from the cache
gets the current name there and in `artifact.name`, since the same bytes may come back under another name. One whose
answer depends on the name says so with a class variable `by_name = True`, and the name is part of the cache's key.
Agents look in parallel; those of an analyzer with `in_turn = True` one after the other.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from faultline.core.analyzer import Agent, Analyzer, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.errors import AnalyzerFailed, ArtifactRejected, FaultlineError, UsageError
from faultline.core.report import SCHEMA, AgentRun, ArtifactInfo, Report, Status
from faultline.engine.cache import ResultCache
from faultline.engine.failure import describe
from faultline.engine.merge import merge
from faultline.engine.registry import Registry
from faultline.engine.stored import parse

if TYPE_CHECKING:
    from faultline.core.model import Brief, Consultation, ModelUse

MAX_THREADS = 8


class Gateway(Protocol):
    """The model gateway, as far as the pipeline knows it."""

    route: str
    """Names the models that may answer; part of the result cache's key."""

    def consult(self, kind: str, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        """Ask a model about each brief, given with the name of its agent. Never fails: notes say what went wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What the agents saw, before any model was asked; can be pickled.

    `report` is there at once where nothing was to be examined. `briefs` are those of each agent, empty where nobody
    wants them.
    """

    kind: str
    info: ArtifactInfo
    looks: tuple[tuple[Examination | None, AgentRun], ...] = ()
    briefs: tuple[tuple[Brief, ...], ...] = ()
    report: Report | None = None

    @property
    def questions(self) -> list[tuple[str, Brief]]:
        """All briefs in order, each with the name of its agent."""
        return [
            (run.agent, brief) for (_, run), briefs in zip(self.looks, self.briefs, strict=True) for brief in briefs
        ]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What varies from run to run: seconds spent in each stage, what the result cache did, what models cost."""

    durations: Mapping[str, float] = field(default_factory=dict)
    cache: Literal["hit", "miss", "off"] = "off"
    use: ModelUse | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report and, beside it, how it came about; `envelope` is None where nobody asked for it."""

    report: Report
    envelope: Envelope | None = None


class _Clock:
    """Seconds spent in each stage."""

    def __init__(self) -> None:
        self.durations: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.durations[name] = time.perf_counter() - start


def analyze(
    artifact: Artifact,
    options: Options | None = None,
    *,
    cache: ResultCache | None = None,
    gateway: Gateway | None = None,
    registry: Registry | None = None,
) -> Outcome:
    """Analyze one artifact.

    Args:
        artifact: what to look at; its `kind` chooses the analyzer.
        options: of the analyzer's own options type; None for its defaults.
        cache: where finished reports are kept; None to look at everything anew.
        gateway: a model that may help; None for the deterministic answer.
        registry: where analyzers come from; None for everything installed.

    Raises:
        ArtifactRejected: the artifact cannot be read or analyzed.
        UsageError: nobody knows this kind, or the options are not its own.
        AnalyzerFailed: the analyzer broke its contract, or every agent crashed.

    """
    registry = registry or Registry.installed()
    analyzer, options = _chosen(artifact, options, registry)
    clock = _Clock()
    skip = _checked(artifact, options, analyzer, clock)
    info = _info(artifact, clock)
    if skip:
        return Outcome(_skipped(artifact, info, skip), Envelope(clock.durations))
    with clock.stage("cache"):
        key = cache_key(artifact, analyzer, options, gateway.route if gateway else "") if cache else ""
        stored = _stored(cache.get(key), info, registry) if cache else None
    if stored:
        return Outcome(stored, Envelope(clock.durations, "hit"))
    draft = _examine(artifact, options, analyzer, info, clock, briefs=gateway is not None)
    consultation = None
    if gateway and (questions := draft.questions):
        with clock.stage("consult"):
            consultation = gateway.consult(artifact.kind, questions)
    report = _finish(draft, artifact, options, analyzer, consultation, clock)
    if cache and keeps(report):
        cache.put(key, report.model_dump_json().encode())
    use = consultation.use if consultation else None
    return Outcome(report, Envelope(clock.durations, "miss" if cache else "off", use))


def keeps(report: Report) -> bool:
    """Whether a report may answer for the same content again.

    A partial one may not, nor one with a note: what made an agent fail or a model silent may be gone the next time.
    """
    return report.status is Status.COMPLETED and not report.notes


def cache_key(artifact: Artifact, analyzer: Analyzer, options: Options, route: str) -> str:
    """SHA-256 over all that a report depends on, as 64 hexadecimal digits; the artifact's name is seldom part of it."""
    parts = {
        "name": artifact.name if getattr(analyzer, "by_name", False) else "",
        "sha256": artifact.sha256,
        "companions": {role: companion.sha256 for role, companion in artifact.companions.items()},
        "metadata": artifact.metadata,
        "kind": artifact.kind,
        "version": analyzer.version,
        "schema": SCHEMA,
        "options": options.model_dump(mode="json"),
        "route": route,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def examine(
    artifact: Artifact, options: Options | None = None, *, briefs: bool = False, registry: Registry | None = None
) -> Draft:
    """The first step: everything up to where a model could help.

    Args:
        artifact: what to look at.
        options: of the analyzer's own options type; None for its defaults.
        briefs: whether somebody will ask models.
        registry: where analyzers come from; None for everything installed.

    Raises:
        ArtifactRejected, UsageError, AnalyzerFailed: see `analyze`.

    """
    analyzer, options = _chosen(artifact, options, registry or Registry.installed())
    clock = _Clock()
    skip = _checked(artifact, options, analyzer, clock)
    info = _info(artifact, clock)
    if skip:
        return Draft(artifact.kind, info, report=_skipped(artifact, info, skip))
    return _examine(artifact, options, analyzer, info, clock, briefs=briefs)


def finish(
    draft: Draft,
    artifact: Artifact,
    options: Options | None = None,
    consultation: Consultation | None = None,
    *,
    registry: Registry | None = None,
) -> Report:
    """The second step: fold what the agents saw, and what models answered, into the report.

    Args:
        draft: of the first step.
        artifact: the same as there.
        options: the same as there.
        consultation: the answers to the draft's `questions`; None where nobody was asked.
        registry: where analyzers come from; None for everything installed.

    """
    if draft.report:
        return draft.report
    analyzer, options = _chosen(artifact, options, registry or Registry.installed())
    return _finish(draft, artifact, options, analyzer, consultation, _Clock())


def _chosen(artifact: Artifact, options: Options | None, registry: Registry) -> tuple[Analyzer, Options]:
    analyzer = registry.load(artifact.kind)
    if options is None:
        options = analyzer.options_type()
    if not isinstance(options, analyzer.options_type):
        raise UsageError(f"kind '{artifact.kind}' takes {analyzer.options_type.__name__}, not {type(options).__name__}")
    return analyzer, options


def _checked(artifact: Artifact, options: Options, analyzer: Analyzer, clock: _Clock) -> Skip | None:
    with clock.stage("validate"), _guard(artifact, "validating"):
        analyzer.validate(artifact, options)
    with clock.stage("prefilter"), _guard(artifact, "prefiltering"):
        return analyzer.prefilter(artifact, options)


def _info(artifact: Artifact, clock: _Clock) -> ArtifactInfo:
    with clock.stage("read"), _guard(artifact, "reading"):
        return ArtifactInfo(name=artifact.name, sha256=artifact.sha256, bytes=artifact.size)


def _skipped(artifact: Artifact, info: ArtifactInfo, skip: Skip) -> Report:
    return Report(kind=artifact.kind, artifact=info, status=Status.SKIPPED, summary=skip.reason)


def _examine(
    artifact: Artifact, options: Options, analyzer: Analyzer, info: ArtifactInfo, clock: _Clock, *, briefs: bool
) -> Draft:
    with clock.stage("agents"), _guard(artifact, "choosing agents"):
        agents = analyzer.agents(artifact, options)
        looks = tuple(_run(agents, artifact, in_turn=getattr(analyzer, "in_turn", False)))
    if looks and all(seen is None for seen, _ in looks):
        raise AnalyzerFailed(f"{artifact.name}: no agent of kind '{artifact.kind}' could finish: {looks[0][1].error}")
    asked: tuple[tuple[Brief, ...], ...] = ((),) * len(looks)
    if briefs:
        with clock.stage("brief"), _guard(artifact, "briefing"):
            asked = tuple(
                tuple(ask(artifact, seen)) if seen and (ask := getattr(agent, "briefs", None)) else ()
                for agent, (seen, _) in zip(agents, looks, strict=True)
            )
    return Draft(artifact.kind, info, looks, asked)


def _finish(
    draft: Draft,
    artifact: Artifact,
    options: Options,
    analyzer: Analyzer,
    consultation: Consultation | None,
    clock: _Clock,
) -> Report:
    seen = [look for look, _ in draft.looks if look is not None]
    runs = tuple(run for _, run in draft.looks)
    if consultation is not None and any(consultation.answers):
        with clock.stage("revise"), _guard(artifact, "revising"):
            seen, runs = _revised(draft, artifact, options, analyzer, consultation)
    with clock.stage("merge"), _guard(artifact, "concluding"):
        findings = merge([finding for look in seen for finding in look.findings])
        conclusion = analyzer.conclude(artifact, options, seen, findings)
        if conclusion.result is not None and not isinstance(conclusion.result, analyzer.result_type):
            raise TypeError(f"its result is not a {analyzer.result_type.__name__}")
        return Report(
            kind=artifact.kind,
            artifact=draft.info,
            status=Status.COMPLETED if len(seen) == len(runs) else Status.PARTIAL,
            summary=conclusion.summary,
            findings=findings,
            agent_runs=runs,
            result=conclusion.result,
            notes=consultation.notes if consultation else (),
        )


def _revised(
    draft: Draft, artifact: Artifact, options: Options, analyzer: Analyzer, consultation: Consultation
) -> tuple[list[Examination], tuple[AgentRun, ...]]:
    answers = iter(consultation.answers)
    revised, runs = [], []
    for agent, (seen, run), briefs in zip(analyzer.agents(artifact, options), draft.looks, draft.briefs, strict=True):
        told = [next(answers) for _ in briefs]
        if seen and any(told):
            seen = agent.revise(artifact, seen, told)  # type: ignore[attr-defined]  # who briefs is a Briefing
            run = run.model_copy(update={"findings": len(seen.findings), "metrics": dict(seen.metrics)})
        if seen:
            revised.append(seen)
        runs.append(run)
    return revised, tuple(runs)


def _run(agents: Sequence[Agent], artifact: Artifact, *, in_turn: bool) -> list[tuple[Examination | None, AgentRun]]:
    """Let every agent look; a single one runs in this thread, for a pool costs more than a small log."""
    if in_turn or len(agents) <= 1:
        return [_look(agent, artifact) for agent in agents]
    from concurrent.futures import ThreadPoolExecutor  # here, for it brings logging along: 0.004 s

    with ThreadPoolExecutor(min(len(agents), MAX_THREADS), thread_name_prefix="agent") as pool:
        return list(pool.map(lambda agent: _look(agent, artifact), agents))


def _look(agent: Agent, artifact: Artifact) -> tuple[Examination | None, AgentRun]:
    try:
        seen = agent.analyze(artifact)
        return seen, AgentRun(
            agent=agent.name,
            version=agent.version,
            status="completed",
            findings=len(seen.findings),
            metrics=dict(seen.metrics),
            unread=tuple(seen.unread),
        )
    except ArtifactRejected:
        raise
    except Exception as error:
        run = AgentRun(agent=agent.name, version=agent.version, status="failed", findings=0, error=describe(error))
        return None, run


def _stored(data: bytes | None, info: ArtifactInfo, registry: Registry) -> Report | None:
    """Rebuild a cached report under the artifact's current name; None when the entry is no report of this kind."""
    if data is None:
        return None
    try:
        return parse(data, name=info.name, registry=registry)
    except ValueError:
        return None


@contextmanager
def _guard(artifact: Artifact, doing: str) -> Iterator[None]:
    """Turn whatever leaves a stage into an error of our tree."""
    try:
        yield
    except ArtifactRejected as error:
        if error.name:
            raise
        raise ArtifactRejected(error.reason, name=artifact.name, limit=error.limit) from error
    except FaultlineError:
        raise
    except OSError as error:
        raise ArtifactRejected(f"cannot be read: {describe(error)}", name=artifact.name) from error
    except Exception as error:
        raise AnalyzerFailed(
            f"{artifact.name}: the analyzer of kind '{artifact.kind}' crashed while {doing}: {describe(error)}"
        ) from error
