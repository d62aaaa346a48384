"""validate -> prefilter -> result cache -> agents in parallel -> enrich -> merge -> Report.

Without a gateway the report is a pure function of the artifact, its companions, its metadata and the options: the
same input gives the same bytes. What varies from run to run stands beside it, in the envelope.

An analyzer may use the artifact's name in one place only, the path of a location; a report that comes from the cache
gets the current name there and in `artifact.name`, since the same bytes may come back under another name.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from faultline.core.analyzer import Agent, Analyzer, Brief, Examination, Options
from faultline.core.artifact import Artifact
from faultline.core.errors import AnalyzerFailed, ArtifactRejected, FaultlineError, UsageError
from faultline.core.finding import Finding
from faultline.core.report import SCHEMA, AgentRun, ArtifactInfo, Report, Status
from faultline.engine.cache import ResultCache
from faultline.engine.failure import describe
from faultline.engine.merge import merge
from faultline.engine.registry import Registry
from faultline.engine.stored import parse

MAX_THREADS = 8


class Gateway(Protocol):
    """The model gateway, as far as the pipeline knows it."""

    route: str
    """Names the models that may answer; part of the result cache's key."""

    def enrich(self, artifact: Artifact, brief: Brief, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Return one agent's findings, reworded, vetoed or added to by a model that cites evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """What varies from run to run: seconds spent in each stage, and what the result cache did."""

    durations: Mapping[str, float] = field(default_factory=dict)
    cache: Literal["hit", "miss", "off"] = "off"


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
    analyzer = registry.load(artifact.kind)
    if options is None:
        options = analyzer.options_type()
    if not isinstance(options, analyzer.options_type):
        raise UsageError(f"kind '{artifact.kind}' takes {analyzer.options_type.__name__}, not {type(options).__name__}")
    clock = _Clock()
    with clock.stage("validate"), _guard(artifact, "validating"):
        analyzer.validate(artifact, options)
    with clock.stage("prefilter"), _guard(artifact, "prefiltering"):
        skip = analyzer.prefilter(artifact, options)
    with clock.stage("cache"), _guard(artifact, "reading"):
        info = ArtifactInfo(name=artifact.name, sha256=artifact.sha256, bytes=artifact.size)
        key = cache_key(artifact, analyzer, options, gateway.route if gateway else "") if cache else ""
        stored = _stored(cache.get(key), info, registry) if cache and not skip else None
    if skip:
        report = Report(kind=artifact.kind, artifact=info, status=Status.SKIPPED, summary=skip.reason)
        return Outcome(report, Envelope(clock.durations))
    if stored:
        return Outcome(stored, Envelope(clock.durations, "hit"))
    report = _examine(artifact, options, analyzer, gateway, info, clock)
    # A partial report is not kept: what made an agent fail may be gone the next time.
    if cache and report.status is Status.COMPLETED:
        cache.put(key, report.model_dump_json().encode())
    return Outcome(report, Envelope(clock.durations, "miss" if cache else "off"))


def cache_key(artifact: Artifact, analyzer: Analyzer, options: Options, route: str) -> str:
    """SHA-256 over everything a report depends on, as 64 hexadecimal digits; the artifact's name is not part of it."""
    parts = {
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


def _examine(
    artifact: Artifact, options: Options, analyzer: Analyzer, gateway: Gateway | None, info: ArtifactInfo, clock: _Clock
) -> Report:
    with clock.stage("agents"), _guard(artifact, "choosing agents"):
        agents = analyzer.agents(artifact, options)
        looks = _run(agents, artifact)
    runs = tuple(run for _, run in looks)
    done = [(agent, seen) for agent, (seen, _) in zip(agents, looks, strict=True) if seen is not None]
    if runs and not done:
        raise AnalyzerFailed(f"{artifact.name}: no agent of kind '{artifact.kind}' could finish: {runs[0].error}")
    with clock.stage("enrich"), _guard(artifact, "enriching"):
        found = [finding for agent, seen in done for finding in _enriched(agent, seen, artifact, gateway)]
    with clock.stage("merge"), _guard(artifact, "concluding"):
        findings = merge(found)
        conclusion = analyzer.conclude(artifact, options, [seen for _, seen in done], findings)
        if conclusion.result is not None and not isinstance(conclusion.result, analyzer.result_type):
            raise TypeError(f"its result is not a {analyzer.result_type.__name__}")
        return Report(
            kind=artifact.kind,
            artifact=info,
            status=Status.COMPLETED if len(done) == len(runs) else Status.PARTIAL,
            summary=conclusion.summary,
            findings=findings,
            agent_runs=runs,
            result=conclusion.result,
        )


def _run(agents: Sequence[Agent], artifact: Artifact) -> list[tuple[Examination | None, AgentRun]]:
    """Let every agent look; a single one runs in this thread, for a pool costs more than a small log."""
    if len(agents) <= 1:
        return [_look(agent, artifact) for agent in agents]
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


def _enriched(agent: Agent, seen: Examination, artifact: Artifact, gateway: Gateway | None) -> Sequence[Finding]:
    ask = getattr(agent, "brief", None)
    brief = ask(artifact, seen.findings) if gateway and ask else None
    return gateway.enrich(artifact, brief, seen.findings) if gateway and brief else seen.findings


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
