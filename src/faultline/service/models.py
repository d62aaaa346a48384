"""Opens the model gateway, where models are configured; nothing of it is imported elsewhere."""

from __future__ import annotations

import os

from faultline.core.errors import UsageError
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.parts import Parts


async def open_models(parts: Parts) -> None:
    """Have the models of the settings asked, by keys of the environment; what that needs is imported in a thread.

    Raises:
        UsageError: a name makes no sense, a key is missing, or what asking needs is not installed.

    """
    settings = parts.settings
    if not settings.models:
        return
    from faultline.ai.gateway import open_gateway

    try:
        gateway = open_gateway(
            settings.models, DatabaseLedger(parts), environment=os.environ, deadline=settings.model_seconds
        )
    except UsageError as error:
        raise UsageError(f"FAULTLINE_MODELS: {error}") from error
    await gateway.load()
    parts.gateway = gateway
