"""How often an earlier answer is used again, and how often wrongly.

Arrivals are all 10,003 questions of banking77's training part, each looked up among the other four fifths;
false is an answer with another intent label than the arrival's own. Some of those are the labels' fault ("Why was my
top-up declined?" has two labels), so no method gets to none. The 95 % bound is that of Clopper and Pearson.
"""

from __future__ import annotations

import asyncio
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np

from conversation_data import banking, present
from faultline import embedding
from faultline.ai import polarity, reuse
from faultline.ai.ledger import Account
from faultline.ai.reuse import SemanticReuse
from faultline.ai.reuse_memory import MemoryStore
from faultline.core.model import Brief, Cited, Evidence
from measure import row

FOLDS = 5
LIVE = 5_000
MAX_FALSE, MIN_HITS = 0.01, 0.15
PAIRS = Path(__file__).resolve().parents[1] / "tests" / "ai" / "data"
ACCOUNT = Account("conversation")


class Intent(Cited):
    """What a model would have answered: the label."""

    intent: str


class Known:
    """Vectors that were made before."""

    dims = 384

    def __init__(self, vectors: dict[str, np.ndarray]) -> None:
        self._vectors = vectors

    def encode(self, texts: list[str]) -> np.ndarray:
        """As an `Embedder`."""
        return np.stack([self._vectors[text] for text in texts])


def brief(text: str) -> Brief:
    return Brief("What is the intent?", (Evidence(1, text),), Intent, reuse=text)


def bound(false: int, hits: int) -> float:
    """Upper end of the 95 % interval of Clopper and Pearson."""
    from scipy.stats import beta

    return float(beta.ppf(0.975, false + 1, hits - false)) if hits > false else 1.0


def cosine_alone(vectors: np.ndarray, labels: np.ndarray, fold: np.ndarray, least: float) -> tuple[int, int]:
    hits = false = 0
    for number in range(FOLDS):
        close = vectors[fold == number] @ vectors[fold != number].T
        best = close.argmax(axis=1)
        hit = close.max(axis=1) >= least
        hits += int(hit.sum())
        false += int((labels[fold != number][best] != labels[fold == number])[hit].sum())
    return hits, false


async def one_fold(rows: list[tuple[str, str]], known: Known, arrivals: np.ndarray) -> tuple[int, int]:
    lender = SemanticReuse(MemoryStore(per_shelf=len(rows)), model="openai:any", embedder=lambda: known)
    for (text, label), arrives in zip(rows, arrivals, strict=True):
        if not arrives:
            await lender.remember(ACCOUNT, brief(text), Intent(cites=(1,), intent=label))
    hits = false = 0
    for (text, label), arrives in zip(rows, arrivals, strict=True):
        if arrives and (found := await lender.lookup(ACCOUNT, brief(text))) is not None:
            assert isinstance(found.said, Intent)
            hits += 1
            false += found.said.intent != label
    return hits, false


async def live(rows: list[tuple[str, str]], known: Known) -> SemanticReuse:
    """From an empty store, with checks: whatever is not lent is asked and kept."""
    lender = SemanticReuse(MemoryStore(), model="openai:any", embedder=lambda: known)
    for text, label in rows:
        if await lender.lookup(ACCOUNT, brief(text)) is None:
            await lender.remember(ACCOUNT, brief(text), Intent(cites=(1,), intent=label))
    return lender


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    if not present():
        return 0
    rows = sorted(banking(), key=lambda pair: sha256(pair[0].encode()).hexdigest())
    vectors = embedding.minilm().encode([reuse._fold(brief(text)) for text, _ in rows])
    known = Known({reuse._fold(brief(text)): vector for (text, _), vector in zip(rows, vectors, strict=True)})
    labels = np.unique([label for _, label in rows], return_inverse=True)[1]
    fold = np.arange(len(rows)) % FOLDS
    for least in (0.80, 0.95):
        hits, false = cosine_alone(vectors, labels, fold, least)
        row(f"cosine {least} alone: hits", hits / len(rows), "")
        row(f"cosine {least} alone: false", false / hits, "")
    # Checks are calls of a model, so they are no hits: left out of what the verifier itself is measured by.
    shares = reuse.CHECKED, reuse.CHECKED_AT_FIRST
    reuse.CHECKED = reuse.CHECKED_AT_FIRST = 0.0
    counted = [asyncio.run(one_fold(rows, known, fold == number)) for number in range(FOLDS)]
    hits, false = (sum(values) for values in zip(*counted, strict=True))
    good = row("reused: hits", hits / len(rows), "", at_least=MIN_HITS)
    row("reused: false", false / hits, "")
    good &= row("reused: false, 95 % bound", bound(false, hits), "", at_most=MAX_FALSE)
    reuse.CHECKED, reuse.CHECKED_AT_FIRST = shares
    counts = (lender := asyncio.run(live(rows[:LIVE], known))).counts
    row("from empty, with checks: hits", counts.hits / len(rows), "")
    row("from empty: checked", counts.checked, "")
    row("from empty: false of the checked", counts.false, "")
    row("from empty: margin at the end", lender.margin(ACCOUNT, brief("")), "")
    pairs = [line.split("\t")[1:] for line in (PAIRS / "polarity.tsv").read_text(encoding="utf-8").splitlines()]
    same = [line.split("\t") for line in (PAIRS / "paraphrases.tsv").read_text(encoding="utf-8").splitlines()]
    row("pairs that say the opposite", len(pairs), "", at_least=200)
    good &= row("of them taken for the same", sum(polarity.differ(a, b) is None for a, b in pairs), "", at_most=0)
    row("paraphrases taken for the same", sum(polarity.differ(a, b) is None for a, b in same) / len(same), "")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
