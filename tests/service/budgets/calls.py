"""Calls of models, as they are estimated and billed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from faultline.ai.ledger import Call, CallOutcome, Estimate


def estimate(dollars: str = "0.01", tokens: int = 100) -> Estimate:
    return Estimate("openai", "gpt-5-mini", tokens - tokens // 2, tokens // 2, Decimal(dollars))


def call(dollars: str = "0.01", tokens: int = 100, **changed: Any) -> Call:
    fixed: dict[str, Any] = {
        "agent": "diagnostician",
        "provider": "openai",
        "model": "gpt-5-mini",
        "tokens_in": tokens - tokens // 2,
        "tokens_out": tokens // 2,
        "dollars": Decimal(dollars),
        "seconds": 1.25,
        "outcome": CallOutcome.ANSWERED,
    }
    return Call(**(fixed | changed))
