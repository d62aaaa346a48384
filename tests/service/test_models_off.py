"""Without models nothing of them is loaded, and what makes no sense ends the start with a sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from faultline.core.errors import UsageError
from faultline.service.models import open_models
from faultline.service.parts import Parts
from faultline.service.settings import Settings

LOADED = """
import sys
import faultline.service.serve, faultline.service.worker, faultline.service.analyses.examine
print(*(name for name in ("faultline.ai.gateway", "faultline.ai.prices", "pydantic_ai", "genai_prices", "onnxruntime")
        if name in sys.modules))
"""
ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


def test_the_service_loads_nothing_that_asks_models() -> None:
    found = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
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
