"""Whether a topic grows, or chance alone would do as much."""

from __future__ import annotations

import math
from dataclasses import dataclass

ALARM = 1e-3
"""Chance that any topic of a map that does not grow is said to, at one look."""
TWICE, CALM = 2.0, 1.25
"""How many times its earlier share a topic has to have for a wave to begin, and at most for it to be over."""
OVER = 0.05
BASELINE = 50
"""Conversations there have to be of earlier: before that everything is new."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many there were of a topic, and of everything: lately, and before."""

    recent: int
    before: int
    all_recent: int
    all_before: int

    @property
    def factor(self) -> float:
        """The topic's share lately over its share before; infinite where there was nothing before."""
        if not self.all_recent or not self.recent:
            return 0.0
        if not self.before:
            return math.inf
        return (self.recent / self.all_recent) / (self.before / self.all_before)

    @property
    def chance(self) -> float:
        """Probability of as many of the topic's conversations being recent, had its share not changed."""
        everything = self.all_recent + self.all_before
        if not everything:
            return 1.0
        return binomial_tail(self.recent, self.recent + self.before, self.all_recent / everything)

    def begins(self, topics: int) -> bool:
        """Whether this is a wave, with as many topics looked at."""
        return self.all_before >= BASELINE and self.factor >= TWICE and self.chance * max(topics, 1) < ALARM

    def is_over(self) -> bool:
        """Whether a wave that had begun is over. Between the two nothing changes, so that none begins twice."""
        return self.factor < CALM or self.chance > OVER


def binomial_tail(successes: int, trials: int, chance: float) -> float:
    """Probability of at least so many successes; 1 at once where no more than expected were seen.

    The terms fall from the first one on, so that a few hundred suffice for any number of trials.
    """
    if successes <= trials * chance or successes <= 0:
        return 1.0
    if chance <= 0.0:
        return 0.0
    ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    term = math.exp(ways + successes * math.log(chance) + (trials - successes) * math.log1p(-chance))
    total, odds = 0.0, chance / (1.0 - chance)
    for number in range(successes, trials + 1):
        total += term
        if term < 1e-12 * total:
            break
        term *= odds * (trials - number) / (number + 1)
    return min(total, 1.0)
