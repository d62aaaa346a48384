"""What tokens cost, in dollars, by the list that genai-prices brings along; nothing is fetched.

All prices here are linear: dollars a token. Lists with steps (a higher price beyond 200,000 tokens of prompt) do not
matter to calls whose prompts are bounded to thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from faultline.ai.models import PROVIDERS, ModelName, parse

_SAMPLE = 1_000  # tokens that are priced to find the rate of one; far below every step in the list


class Tokens(Protocol):
    """Anything that has used tokens: a Call, or a row that sums up many."""

    @property
    def tokens_in(self) -> int:
        """Tokens of prompts."""
        ...

    @property
    def tokens_out(self) -> int:
        """Tokens of answers."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars for one token of a prompt, and for one of an answer."""

    token_in: Decimal
    token_out: Decimal

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Dollars for that many tokens."""
        return self.token_in * tokens_in + self.token_out * tokens_out


FREE = Rate(Decimal(0), Decimal(0))
UNKNOWN = Rate(Decimal("0.000015"), Decimal("0.000075"))
"""What a model is counted at that its provider bills and the list does not know.

$15 and $75 for a million tokens, the price of the dearest models in common use (Claude Opus 4.1 in genai-prices 0.2.3).
Counting it at nothing would let it pass every budget.
"""


@lru_cache(maxsize=1_024)
def listed(name: ModelName) -> Rate | None:
    """The rate of a model by the price list; None when the list does not know it."""
    from genai_prices import Usage, calc_price

    price_list = PROVIDERS[name.kind].price_list
    if price_list is None:
        return FREE
    try:
        prompt, answer = (
            calc_price(usage, model_ref=name.model, provider_id=price_list).total_price / _SAMPLE
            for usage in (Usage(input_tokens=_SAMPLE), Usage(output_tokens=_SAMPLE))
        )
    except LookupError:
        return None
    return Rate(prompt, answer)


def rate(name: ModelName) -> Rate:
    """The rate that a call of this model is reserved and billed at.

    A model behind an address of one's own costs what the list says of its name, for a proxy of the provider may stand
    there; where the list does not know the name, it is one's own model and costs nothing.
    """
    return listed(name) or (FREE if name.base_url else UNKNOWN)


def elsewhere(calls: Iterable[Tokens], models: Sequence[str]) -> Mapping[str, Decimal | None]:
    """What the same tokens would have cost with other models.

    Args:
        calls: what was used; rows that sum up many calls serve as well, for prices are linear.
        models: names of models, as in `openai:gpt-5-mini`.

    Returns:
        Dollars by name, in the given order; None where no price is known.

    Raises:
        UsageError: a name makes no sense.

    """
    tokens_in = tokens_out = 0
    for call in calls:
        tokens_in += call.tokens_in
        tokens_out += call.tokens_out
    rates = {model: listed(parse(model)) for model in models}
    return {model: found.cost(tokens_in, tokens_out) if found else None for model, found in rates.items()}
