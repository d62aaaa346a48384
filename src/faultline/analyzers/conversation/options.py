"""What a user can choose about conversations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from faultline.core.analyzer import Options
from faultline.core.results.conversation import Tier


class ConversationOptions(Options):
    """`minimum_group`: so many conversations make a topic, so that no single customer can be made out.

    `tier`: the dearest of the embedded tiers that may judge what the cheaper ones are unsure of. Rules alone load no
    weights; static vectors take 40 MB and 0.2 s more, MiniLM another 100 MB and 0.2 s.

    `discover`: whether topics are discovered; no where the conversations are a part of a stream whose topics are
    discovered elsewhere.
    """

    minimum_group: Annotated[int, Field(ge=2, le=100)] = 5
    tier: Literal[Tier.RULES, Tier.STATIC, Tier.MINILM] = Tier.MINILM
    discover: bool = True
