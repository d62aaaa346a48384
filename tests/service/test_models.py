"""Opening the gateway: not without models; what makes no sense ends the start with a sentence; reuse is counted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from faultline.ai.ledger import Account
from faultline.ai.reuse import SemanticReuse
from faultline.ai.reuse_memory import MemoryStore
from faultline.core.errors import UsageError
from faultline.core.model import Brief, Cited, Evidence
from faultline.platform.telemetry.metrics import Metrics
from faultline.service.models import CountedReuse, open_models
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from tests.unmeasured import environment

LOADED = """
import sys
import faultline.service.serve, faultline.service.worker, faultline.service.analyses.examine
names = "faultline.ai.gateway faultline.ai.prices pydantic_ai genai_prices onnxruntime numpy tokenizers sklearn"
print(*(name for name in names.split() if name in sys.modules))
"""
ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


def test_the_service_loads_nothing_that_asks_models_or_runs_embedded_ones() -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment(), capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []


@ON_SQLITE
async def test_without_models_there_is_no_gateway(make_settings: Callable[..., Settings]) -> None:
    parts = Parts.of(make_settings())
    await open_models(parts)
    assert parts.gateway is None
    await parts.close()


@ON_SQLITE
@pytest.mark.parametrize("models", ["nobody:model", "gpt-5-mini", "openai:gpt-5-mini"])
async def test_models_that_cannot_be_asked_are_said_at_the_start(
    models: str, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    parts = Parts.of(make_settings(models=f" ,{models}, "))
    assert parts.settings.models == (models,)
    with pytest.raises(UsageError, match=r"^FAULTLINE_MODELS: .*"):
        await open_models(parts)
    await parts.close()


class Blunt:
    """An embedder for which all texts are the same; only the very same text is found then."""

    dims = 2

    def encode(self, texts: Sequence[str]) -> Any:
        return np.ones((len(texts), 2), np.float32)


class Topic(Cited):
    name: str


async def test_what_becomes_of_lent_answers_is_a_metric() -> None:
    metrics, account = Metrics("1"), Account("conversation", UUID(int=1))
    reuse = SemanticReuse(MemoryStore(), model="openai:gpt-5-mini", embedder=lambda: Blunt())  # type: ignore[arg-type,return-value]
    counted = CountedReuse(reuse, metrics)
    for number in range(20):
        text = f"where is parcel {number}"
        brief = Brief("what is it about?", (Evidence(1, text),), Topic, reuse=text)
        assert await counted.lookup(account, brief) is None
        await counted.remember(account, brief, Topic(cites=(1,), name="delivery"))
        if await counted.lookup(account, brief) is None:  # a hit that is checked, and turns out to be false
            await counted.remember(account, brief, Topic(cites=(1,), name="payment"))
    counts, page = reuse.counts, metrics.render()[0].decode()
    assert 0 < counts.false == counts.checked < 20 == counts.hits + counts.checked
    for outcome, count in (("hit", counts.hits), ("miss", 20), ("false-hit", counts.false)):
        assert f'faultline_semantic_reuse_total{{outcome="{outcome}"}} {count}.0' in page
    assert 'outcome="true-hit"' not in page
