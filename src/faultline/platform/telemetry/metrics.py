"""The figures that a Prometheus server reads, in a registry of each `Metrics`' own.

Labels hold only words of small sets (kinds, route templates, outcomes), never ids or what a client sent: each
combination of labels is a series that lives as long as the process. Counters are of this process; what several
processes share, such as the queue, is read at the scrape by a probe.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

UNMATCHED: Final = "unmatched"
"""The route label of requests that no route took."""

REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
JOB_SECONDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
BATCH_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CALL_SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0)
MODEL_SECONDS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)
REVIEW_SECONDS: Final = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
PROBE_SECONDS: Final = 2.0
"""How long a scrape waits for one probe."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many jobs wait in one queue, and for how many seconds the oldest has waited (0 when none does)."""

    depth: int
    oldest_seconds: float


QueueProbe = Callable[[], Awaitable[Mapping[str, QueueState]]]
"""Reads the state of every queue, by its name."""


class Metrics:
    """All metrics of one process.

    Args:
        version: the program's version, told as `faultline_build_info`.
        registry: where to register; None for a registry of its own.

    """

    def __init__(self, version: str, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series and nobody asks for them
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._queue_probes: list[QueueProbe] = []
        self._gauge("build_info", "The running version; always 1.", "version").labels(version).set(1)

        self._requests = self._counter("http_requests", "Requests answered.", "method", "route", "status")
        self._request_seconds = self._histogram(
            "http_request_duration_seconds", "Seconds until a request was answered.", REQUEST_SECONDS, "method", "route"
        )
        self._queue_depth = self._gauge("queue_depth", "Jobs that wait.", "queue")
        self._processing = self._gauge("processing_queue_depth", "Jobs that wait, by kind of work.", "queue")
        self._queue_age = self._gauge("queue_oldest_age_seconds", "Seconds the oldest job has waited.", "queue")
        self._probe_failures = self._counter("probe_failures", "Probes that failed or were too slow at a scrape.")
        self._jobs = self._counter("jobs", "Jobs that ended.", "kind", "outcome")
        self._job_seconds = self._histogram(
            "job_duration_seconds", "Seconds a job ran, without its wait.", JOB_SECONDS, "kind"
        )
        self._cache = self._counter("result_cache_lookups", "Looks into the result cache.", "outcome")
        self._cache_hits = self._counter("analysis_cache_hits", "Analyses answered without being made.", "kind")
        self._prefilter_skips = self._counter("prefilter_skips", "Conversations that were not looked at.", "reason")
        self._conversations = self._counter("conversations", "Conversations that ended.", "outcome")
        self._batches = self._histogram(
            "conversation_batch_size", "Conversations that one process read at once.", BATCH_SIZES
        )
        self._rate_limited = self._counter("rate_limit_rejections", "Requests over a rate limit.", "rule")
        self._quota = self._counter("quota_rejections", "Requests over a quota.", "quota")
        self._call_seconds = {
            "database": self._histogram(
                "database_call_duration_seconds", "Seconds a database call took.", CALL_SECONDS, "operation"
            ),
            "storage": self._histogram(
                "storage_call_duration_seconds", "Seconds a storage call took.", CALL_SECONDS, "operation"
            ),
        }
        self._call_errors = {
            "database": self._counter("database_call_errors", "Database calls that failed.", "operation"),
            "storage": self._counter("storage_call_errors", "Storage calls that failed.", "operation"),
        }
        self._findings = self._counter("findings", "Findings reported.", "kind", "severity")
        self._model_calls = self._counter("model_calls", "Calls of models.", "provider", "model", "kind")
        self._model_errors = self._counter(
            "model_call_errors", "Calls of models without an answer that holds.", "provider", "model", "outcome"
        )
        self._model_seconds = self._histogram(
            "model_call_latency_seconds", "Seconds a call of a model took.", MODEL_SECONDS, "provider", "model"
        )
        self._tokens = self._counter("estimated_tokens", "Tokens sent and received.", "provider", "model", "direction")
        self._dollars = self._counter("estimated_cost_usd", "US dollars that models have cost.", "provider", "model")
        self._reuse = self._counter("semantic_reuse", "Looks for an earlier answer to lend.", "outcome")
        self._reviews = self._counter("reviews", "Reviews of pull requests that ended.", "trigger", "outcome")
        self._review_seconds = self._histogram(
            "review_duration_seconds", "Seconds from what asked for a review to what was posted.", REVIEW_SECONDS
        )
        self._review_findings = self._counter("review_findings", "Findings of completed reviews.", "agent", "severity")
        self._github = self._counter("github_calls", "Exchanges with GitHub for reviews.", "outcome")
        self._webhooks = self._counter("webhook_deliveries", "Attempts to deliver a webhook.", "outcome")

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; `route` is the template, such as `/v1/analyses/{id}`, or `UNMATCHED`."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def job(self, kind: str, outcome: str, seconds: float) -> None:
        """Count an ended job; `outcome` is its last state, such as `completed` or `failed`."""
        self._jobs.labels(kind, outcome).inc()
        self._job_seconds.labels(kind).observe(seconds)

    def cache_lookup(self, kind: str, hit: bool) -> None:
        """Count a look into the result cache."""
        self._cache.labels("hit" if hit else "miss").inc()
        if hit:
            self._cache_hits.labels(kind).inc()

    def conversation_batch(self, size: int) -> None:
        """Note how many conversations were read at once."""
        self._batches.observe(size)

    def conversations(self, outcome: str, count: int) -> None:
        """Count conversations that ended; `outcome` is their last state, such as `done`."""
        self._conversations.labels(outcome).inc(count)

    def prefilter_skip(self, reason: str) -> None:
        """Count a conversation that was not looked at; `reason` is a `SkipReason`."""
        self._prefilter_skips.labels(reason).inc()

    def rate_limited(self, rule: str) -> None:
        """Count a request that a rate limit refused; `rule` is the limit's name."""
        self._rate_limited.labels(rule).inc()

    def over_quota(self, quota: str) -> None:
        """Count a request that a quota refused; `quota` is its name, such as `submissions` or `bytes`."""
        self._quota.labels(quota).inc()

    def call(self, system: Literal["database", "storage"], operation: str, seconds: float) -> None:
        """Record a finished call out of this process."""
        self._call_seconds[system].labels(operation).observe(seconds)

    def call_failed(self, system: Literal["database", "storage"], operation: str) -> None:
        """Count a call out of this process that raised."""
        self._call_errors[system].labels(operation).inc()

    def finding(self, kind: str, severity: str, count: int = 1) -> None:
        """Count findings of a report."""
        self._findings.labels(kind, severity).inc(count)

    def model_call(
        self,
        kind: str,
        provider: str,
        model: str,
        outcome: str,
        *,
        seconds: float,
        tokens_in: int,
        tokens_out: int,
        dollars: float,
    ) -> None:
        """Count one call of a model and what it used; `outcome` is `answered`, or a word for what went wrong."""
        self._model_calls.labels(provider, model, kind).inc()
        self._model_seconds.labels(provider, model).observe(seconds)
        if outcome != "answered":
            self._model_errors.labels(provider, model, outcome).inc()
        self._tokens.labels(provider, model, "in").inc(tokens_in)
        self._tokens.labels(provider, model, "out").inc(tokens_out)
        self._dollars.labels(provider, model).inc(dollars)

    def semantic_reuse(self, outcome: str, count: int = 1) -> None:
        """Count looks for an answer to lend: `hit` or `miss`, and of those checked `true-hit` or `false-hit`."""
        self._reuse.labels(outcome).inc(count)

    def review(self, trigger: str, outcome: str, seconds: float) -> None:
        """Count a review that ended, `completed` or `failed`, so long after it was asked for."""
        self._reviews.labels(trigger, outcome).inc()
        if outcome == "completed":
            self._review_seconds.observe(seconds)

    def review_finding(self, agent: str, severity: str) -> None:
        """Count a finding of a completed review."""
        self._review_findings.labels(agent, severity).inc()

    def github_call(self, outcome: str) -> None:
        """Count an exchange with GitHub: `fetched`, `posted`, `unavailable`."""
        self._github.labels(outcome).inc()

    def webhook(self, outcome: str) -> None:
        """Count an attempt to deliver a webhook; `outcome` is `delivered`, `failed`, `refused` or the like."""
        self._webhooks.labels(outcome).inc()

    def probe_queues(self, probe: QueueProbe) -> None:
        """Ask `probe` for the state of the queues at every scrape."""
        self._queue_probes.append(probe)

    async def scrape(self) -> tuple[bytes, str]:
        """Ask the probes, then `render`.

        A probe that fails or takes over 2 s costs its figures only: the queues become NaN, for an old value would look
        like a quiet system.
        """
        for probe in self._queue_probes:
            try:
                queues = await asyncio.wait_for(probe(), PROBE_SECONDS)
            except Exception as error:
                log.warning("queue probe failed", error=repr(error))
                self._probe_failures.inc()
                for gauge in (self._queue_depth, self._processing, self._queue_age):
                    for metric in gauge.collect():
                        for sample in metric.samples:
                            gauge.labels(sample.labels["queue"]).set(math.nan)
                continue
            for name, state in queues.items():
                self._queue_depth.labels(name).set(state.depth)
                self._processing.labels(name).set(state.depth)
                self._queue_age.labels(name).set(state.oldest_seconds)
        return self.render()

    def render(self) -> tuple[bytes, str]:
        """The page in the Prometheus text format, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"faultline_{name}", words, labels, registry=self.registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"faultline_{name}", words, labels, registry=self.registry)

    def _histogram(self, name: str, words: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"faultline_{name}", words, labels, buckets=buckets, registry=self.registry)
