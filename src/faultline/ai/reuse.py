"""An earlier model's answer used again for a text that means the same.

Only for briefs whose `reuse` is set, which says that every field of the answer is safe to lend (topic, intent). A text
that is known word for word gets the answer it had. For another one its nearest neighbours by MiniLM's vectors must

1. be near (`NEAR`) and `VOTERS` of them unanimous,
2. be nearer than any entry of another answer by `margin`: that, and not the similarity, tells what is safe,
3. and the one that lends must not say the opposite (`polarity`).

Of the hits a sample is asked all the same and compared, without anybody seeing a difference: `lookup` answers None, and
`remember` hears what the model said. A false hit raises the margin at once; it falls a little when the upper 95 % bound
of the false rate is far below `TARGET`. `counts` and `false_bound` are for a metric. Figures:
`benchmarks/semantic_reuse.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from faultline import embedding
from faultline.ai import polarity
from faultline.ai.ledger import Account
from faultline.core.model import Brief, Cited
from faultline.core.privacy import redact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from faultline.embedding.embedder import Embedder

NEAR = 0.75
"""Least cosine of the nearest entry."""
VOTERS, VOTER_NEAR = 8, 0.55
"""Nearest entries that have to agree, and the least cosine of the last of them."""
LOOKED_AT = 64
"""Neighbours among which an entry of another answer is looked for."""
KNOWN = 50
"""Entries there have to be: of fewer nobody knows what else there may be."""
TARGET = 0.01
"""Share of false answers among those used again that is never to be passed."""
START, STRICTEST, LOOSEST = 0.15, 0.5, 0.1
RAISE, LOWER = 0.03, 0.01
CHECKED, CHECKED_AT_FIRST, AT_FIRST = 0.05, 0.25, 100
"""Share of the hits that is checked, and the same of the first hundred."""
LONGEST = 2000
"""Characters of a text that has an answer to lend."""
MAX_PENDING, MAX_SHELVES = 1000, 1000
_95 = 1.96


@dataclass(frozen=True, slots=True)
class Reused:
    """An earlier answer that serves, with the evidence of the brief at hand."""

    said: Cited
    model: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that was asked about, redacted, and what was said of it."""

    text: str
    vector: NDArray[np.float32]
    answer: str
    """What was said, as JSON; its citations are left out."""
    model: str


class Store(Protocol):
    """Keeps the entries of each shelf: one tenant, one question and type of answer. It forgets the oldest."""

    async def same(self, shelf: str, text: str) -> Entry | None:
        """The entry of this very text."""
        ...

    async def nearest(self, shelf: str, vector: NDArray[np.float32], count: int) -> Sequence[tuple[float, Entry]]:
        """The nearest entries and their cosines, the nearest first."""
        ...

    async def size(self, shelf: str) -> int:
        """How many entries it has."""
        ...

    async def put(self, shelf: str, entry: Entry) -> None:
        """Keep an entry, in place of the one of the same text."""
        ...


@dataclass(slots=True)
class Counts:
    """What has become of the lookups so far; for metrics."""

    lookups: int = 0
    hits: int = 0
    checked: int = 0
    """Hits that were asked all the same."""
    false: int = 0
    """Those of them that would have been wrong."""
    refused: dict[str, int] = field(default_factory=dict)
    """Lookups without a hit, by reason."""


@dataclass(slots=True)
class _Standing:
    """How far a shelf is trusted; `checks` and `false` are those since the margin last moved."""

    margin: float = START
    hits: int = 0
    checks: int = 0
    false: int = 0

    def learn(self, agrees: bool) -> None:
        self.checks += 1
        self.false += not agrees
        if not agrees:
            self._move(min(self.margin + RAISE, STRICTEST))
        elif upper_bound(self.false, self.checks) < TARGET / 2:
            self._move(max(self.margin - LOWER, LOOSEST))

    def _move(self, margin: float) -> None:
        self.margin, self.checks, self.false = margin, 0, 0


class SemanticReuse:
    """Finds answers that may be used again.

    Args:
        store: keeps them.
        model: who is named where `remember` was not told who said it, as in `openai:gpt-5-mini`.
        embedder: makes vectors of texts; MiniLM by default, loaded at the first use.

    """

    def __init__(self, store: Store, *, model: str, embedder: Callable[[], Embedder] = embedding.minilm) -> None:
        self._store = store
        self._model = model
        self._embedder = embedder
        self._possible = embedder is not embedding.minilm or embedding.available()
        self._standings: OrderedDict[str, _Standing] = OrderedDict()
        self._pending: OrderedDict[tuple[str, str], str] = OrderedDict()
        self.counts = Counts()

    @property
    def false_bound(self) -> float:
        """Upper 95 % bound of the share of false answers among those used again."""
        return upper_bound(self.counts.false, self.counts.checked)

    def margin(self, account: Account, brief: Brief) -> float:
        """How much nearer than a different answer an entry has to be at present."""
        return self._standing(_shelf(account, brief)).margin

    async def lookup(self, account: Account, brief: Brief) -> Reused | None:
        """An earlier answer that serves this brief, if one surely does."""
        if not self._serves(brief):
            return None
        text, shelf = _fold(brief), _shelf(account, brief)
        self.counts.lookups += 1
        found = await self._find(shelf, text)
        if isinstance(found, str):
            self.counts.refused[found] = self.counts.refused.get(found, 0) + 1
            return None
        similarity, entry = found
        standing = self._standing(shelf)
        standing.hits += 1
        if _drawn(shelf, text, standing.hits):
            self._pending[shelf, text] = entry.answer
            while len(self._pending) > MAX_PENDING:
                self._pending.popitem(last=False)
            return None
        self.counts.hits += 1
        return Reused(_cited_anew(entry.answer, brief), entry.model, similarity)

    async def remember(self, account: Account, brief: Brief, said: Cited, model: str | None = None) -> None:
        """Keep an answer, and compare it with what would have been used where that was to be checked."""
        if not self._serves(brief):
            return
        text, shelf, answer = _fold(brief), _shelf(account, brief), _bare(said)
        expected = self._pending.pop((shelf, text), None)
        if expected is not None:
            agrees = _essence(expected) == _essence(answer)
            self.counts.checked += 1
            self.counts.false += not agrees
            self._standing(shelf).learn(agrees)
        vector = await asyncio.to_thread(self._embed, text)
        await self._store.put(shelf, Entry(text, vector, answer, model or self._model))

    async def _find(self, shelf: str, text: str) -> tuple[float, Entry] | str:
        known = await self._store.same(shelf, text)
        if known is not None:
            return 1.0, known
        if await self._store.size(shelf) < KNOWN:
            return "few"
        vector = await asyncio.to_thread(self._embed, text)
        near = await self._store.nearest(shelf, vector, LOOKED_AT)
        if not near or near[0][0] < NEAR:
            return "far"
        answers = [_essence(entry.answer) for _, entry in near]
        if len(near) < VOTERS or near[VOTERS - 1][0] < VOTER_NEAR or len(set(answers[:VOTERS])) > 1:
            return "disagreement"
        # Where all that were looked at agree, any other answer is farther than the last of them.
        rival = next((close for (close, _), answer in zip(near, answers, strict=True) if answer != answers[0]), None)
        if rival is None and len(near) < LOOKED_AT:
            return "one-sided"
        if near[0][0] - (near[-1][0] if rival is None else rival) < self._standing(shelf).margin:
            return "margin"
        # The nearest one decides: one that is not contradicted would be found for everything.
        return polarity.differ(text, near[0][1].text) or near[0]

    def _serves(self, brief: Brief) -> bool:
        return self._possible and brief.reuse is not None and 0 < len(brief.reuse) <= LONGEST

    def _standing(self, shelf: str) -> _Standing:
        standing = self._standings.setdefault(shelf, _Standing())
        self._standings.move_to_end(shelf)
        while len(self._standings) > MAX_SHELVES:
            self._standings.popitem(last=False)
        return standing

    def _embed(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._embedder().encode([text])[0]
        return vector


def upper_bound(false: int, checks: int) -> float:
    """Upper end of Wilson's 95 % interval of a share; 1 where nothing was checked (Wilson, 1927)."""
    if not checks:
        return 1.0
    share, square = false / checks, _95 * _95
    spread = _95 * math.sqrt(share * (1.0 - share) / checks + square / (4.0 * checks * checks))
    return min(1.0, (share + square / (2.0 * checks) + spread) / (1.0 + square / checks))


def _drawn(shelf: str, text: str, hits: int) -> bool:
    """Whether a hit is checked: by a hash, so that the same traffic is checked the same way."""
    share = CHECKED_AT_FIRST if hits <= AT_FIRST else CHECKED
    digest = hashlib.blake2b(f"{shelf}\0{text}\0{hits}".encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") < share * 2**32


@lru_cache(maxsize=64)
def _form(answer: type[Cited]) -> str:
    return json.dumps([answer.__qualname__, answer.model_json_schema()], sort_keys=True)


def _fold(brief: Brief) -> str:
    return " ".join(redact(brief.reuse or "").split()).rstrip(" .!?")


def _shelf(account: Account, brief: Brief) -> str:
    parts = (str(account.tenant), account.kind, brief.question, _form(brief.answer))
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _bare(said: Cited) -> str:
    return _written(_with_cites(said.model_dump(mode="json"), []))


def _essence(answer: str) -> str:
    """What two answers have to share to be the same: all but how sure the model was."""
    return _written(_without_fractions(json.loads(answer)))


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _with_cites(value: Any, numbers: Sequence[int]) -> Any:
    if isinstance(value, dict):
        return {key: numbers if key == "cites" else _with_cites(inner, numbers) for key, inner in value.items()}
    return [_with_cites(inner, numbers) for inner in value] if isinstance(value, list) else value


def _without_fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_fractions(inner) for key, inner in value.items() if not isinstance(inner, float)}
    return [_without_fractions(inner) for inner in value] if isinstance(value, list) else value


def _cited_anew(answer: str, brief: Brief) -> Cited:
    """An earlier answer that cites the lines of this brief which hold the text, or all where none does."""
    text = " ".join((brief.reuse or "").split()).casefold()
    lines = [(line.number, " ".join(line.text.split()).casefold()) for line in brief.evidence]
    numbers = [number for number, said in lines if said and (f" {said} " in f" {text} " or text in said)]
    return brief.answer.model_validate(_with_cites(json.loads(answer), numbers or [number for number, _ in lines]))
