"""What a Prometheus server reads."""

from __future__ import annotations

import asyncio
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from faultline.platform.telemetry import metrics as module
from faultline.platform.telemetry.metrics import Metrics, QueueState


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    page, content_type = metrics.render()
    assert content_type.startswith("text/plain")
    return {
        (
            sample.name,
            *(sample.labels[name] for name in sorted(sample.labels, key=lambda name: (name == "le", name))),
        ): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def test_everything_is_counted_under_its_words() -> None:
    metrics = Metrics("1.2")
    metrics.request("GET", "/v1/analyses/{id}", 200, 0.004)
    metrics.job("ci", "completed", 2.0)
    metrics.cache_lookup("ci", hit=True)
    metrics.cache_lookup("ci", hit=False)
    metrics.rate_limited("submissions")
    metrics.over_quota("bytes")
    metrics.call("storage", "put", 0.1)
    metrics.call_failed("storage", "put")
    metrics.finding("ci", "high", 3)
    used = {"tokens_in": 10, "tokens_out": 5, "dollars": 0.25}
    metrics.model_call("ci", "openai", "gpt", "answered", seconds=0.3, **used)
    metrics.model_call("ci", "openai", "gpt", "timed-out", seconds=9, tokens_in=0, tokens_out=0, dollars=0)
    metrics.semantic_reuse("false-hit")
    metrics.webhook("delivered")
    seen = samples(metrics)
    for sample, value in {
        ("faultline_build_info", "1.2"): 1,
        ("faultline_http_requests_total", "GET", "/v1/analyses/{id}", "200"): 1,
        ("faultline_http_request_duration_seconds_bucket", "GET", "/v1/analyses/{id}", "0.0025"): 0,
        ("faultline_http_request_duration_seconds_bucket", "GET", "/v1/analyses/{id}", "0.005"): 1,
        ("faultline_jobs_total", "ci", "completed"): 1,
        ("faultline_job_duration_seconds_sum", "ci"): 2.0,
        ("faultline_result_cache_lookups_total", "hit"): 1,
        ("faultline_result_cache_lookups_total", "miss"): 1,
        ("faultline_rate_limit_rejections_total", "submissions"): 1,
        ("faultline_quota_rejections_total", "bytes"): 1,
        ("faultline_storage_call_duration_seconds_count", "put"): 1,
        ("faultline_storage_call_errors_total", "put"): 1,
        ("faultline_findings_total", "ci", "high"): 3,
        ("faultline_model_calls_total", "ci", "gpt", "openai"): 2,
        ("faultline_model_call_errors_total", "gpt", "timed-out", "openai"): 1,
        ("faultline_model_call_latency_seconds_bucket", "gpt", "openai", "0.5"): 1,
        ("faultline_estimated_tokens_total", "in", "gpt", "openai"): 10,
        ("faultline_estimated_tokens_total", "out", "gpt", "openai"): 5,
        ("faultline_estimated_cost_usd_total", "gpt", "openai"): 0.25,
        ("faultline_semantic_reuse_total", "false-hit"): 1,
        ("faultline_webhook_deliveries_total", "delivered"): 1,
    }.items():
        assert seen[sample] == value, sample


def test_names_keep_the_conventions_of_prometheus() -> None:
    page = Metrics("1").render()[0].decode()
    names = re.findall(r"^# TYPE (\S+) (\S+)", page, re.MULTILINE)
    ours = [(name, type_) for name, type_ in names if not name.startswith(("process_", "python_"))]
    assert ours
    assert "_created" not in page
    for name, type_ in ours:
        assert re.fullmatch(r"faultline_[a-z_]+", name)
        assert name.endswith("_total") == (type_ == "counter")
        assert type_ != "histogram" or name.endswith(("_seconds", "_size"))


def test_many_applications_in_one_process_do_not_meet() -> None:
    first, second = Metrics("1"), Metrics("1")
    first.webhook("failed")
    assert ("faultline_webhook_deliveries_total", "failed") not in samples(second)


def test_an_invented_method_makes_no_series() -> None:
    metrics = Metrics("1")
    for number in range(100):
        metrics.request(f"M{number}", module.UNMATCHED, 404, 0)
    requests = [key for key in samples(metrics) if key[0] == "faultline_http_requests_total"]
    assert requests == [("faultline_http_requests_total", "other", "unmatched", "404")]


async def test_the_queue_is_asked_at_each_scrape() -> None:
    metrics, depth = Metrics("1"), 3

    async def probe() -> dict[str, QueueState]:
        return {"ci": QueueState(depth, 1.5)}

    metrics.probe_queues(probe)
    await metrics.scrape()
    assert samples(metrics)["faultline_queue_depth", "ci"] == 3
    depth = 4
    page, _ = await metrics.scrape()
    assert b'faultline_queue_depth{queue="ci"} 4.0' in page
    assert b'faultline_queue_oldest_age_seconds{queue="ci"} 1.5' in page


@pytest.mark.parametrize("slow", [True, False])
async def test_a_probe_that_fails_leaves_no_old_value_and_the_page_stands(
    slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.01)
    metrics, broken = Metrics("1"), False

    async def probe() -> dict[str, QueueState]:
        if broken and slow:
            await asyncio.Event().wait()
        if broken:
            raise OSError("database is gone")
        return {"ci": QueueState(3, 1.5)}

    metrics.probe_queues(probe)
    await metrics.scrape()
    broken = True
    page, _ = await metrics.scrape()
    assert b'faultline_queue_depth{queue="ci"} NaN' in page
    assert b"faultline_probe_failures_total 1.0" in page
