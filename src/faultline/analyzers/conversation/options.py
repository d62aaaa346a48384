"""What a user can choose about conversations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from faultline.core.analyzer import Options


class ConversationOptions(Options):
    """`minimum_group`: so many conversations make a topic, so that no single customer can be made out.

    `embedded`: whether the embedded models may judge what rules are unsure of; without them a thousand conversations
    take a second, and no weights are loaded.

    `discover`: whether topics are discovered; no where the conversations are a part of a stream whose topics are
    discovered elsewhere.
    """

    minimum_group: Annotated[int, Field(ge=2, le=100)] = 5
    embedded: bool = True
    discover: bool = True
