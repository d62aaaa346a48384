"""Whether topics found in a stream are the intents that people labelled, and keep their ids, at a bounded size.

banking77 and CLINC150 arrive shuffled in batches of 500, once with all intents alike and once skewed as real traffic is
(the n-th intent has 1/n of the first's share). The peer is scikit-learn's MiniBatchKMeans, which sees everything at
once and is told the true number of topics. Agreement is normalised mutual information and the adjusted Rand index; what
is in no topic counts as one topic.
"""

from __future__ import annotations

import resource
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import process_time

import numpy as np

from conversation_data import Labelled, banking, clinc, present
from faultline import embedding
from faultline.analyzers.conversation.topics import Item, Placement, TopicMap
from faultline.core.results.conversation import Quote
from measure import row

BATCH = 500
SKEWED = 8_000
MOST = 10_000
LONG = 100_000
BANKING, CLINC = (0.64, 0.74), (0.74, 0.82)
"""Least mutual information with the static table and with MiniLM."""
START = datetime(2026, 1, 1, tzinfo=UTC)


def items(rows: Labelled, vectors: np.ndarray, first: int = 0) -> list[Item]:
    return [
        Item(
            f"c{number}",
            vector,
            Quote(message=1, start=0, end=len(text), text=text),
            START + timedelta(seconds=30 * number),
        )
        for number, ((text, _), vector) in enumerate(zip(rows, vectors, strict=True), start=first)
    ]


def skewed(labels: np.ndarray, count: int) -> np.ndarray:
    """Indices of a sample in which the n-th intent has 1/n of the first's share."""
    chance = np.random.default_rng(1)
    share = 1.0 / np.arange(1, labels.max() + 2)
    weight = chance.permutation(share)[labels] / np.bincount(labels)[labels]
    return np.asarray(chance.choice(len(labels), count, p=weight / weight.sum()))


def codes(names: Sequence[str | None]) -> np.ndarray:
    known: dict[str | None, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names])


def agreement(labels: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    return float(normalized_mutual_info_score(labels, found)), float(adjusted_rand_score(labels, found))


def purity(labels: np.ndarray, names: Sequence[str | None]) -> float:
    found = codes(names)
    told = np.array([name is not None for name in names])
    best = sum(np.bincount(labels[told & (found == one)]).max() for one in np.unique(found[told]))
    return float(best / told.sum())


def stream(all_items: list[Item]) -> tuple[TopicMap, list[Placement], float, bool]:
    """The map, where each went, CPU seconds, and whether one that was stored after each batch came to the same."""
    straight, placed, spent = TopicMap(), [], 0.0
    for start in range(0, len(all_items), BATCH):
        begun = process_time()
        placed += straight.add(all_items[start : start + BATCH])
        spent += process_time() - begun
    restored = TopicMap()
    for start in range(0, len(all_items), BATCH):
        restored = TopicMap.from_bytes(restored.to_bytes())
        restored.add(all_items[start : start + BATCH])
    same = restored.to_bytes() == straight.to_bytes()
    straight.settle()
    return straight, placed, spent, same


def one(name: str, rows: Labelled, vectors: np.ndarray, *, least: float) -> bool:
    from sklearn.cluster import MiniBatchKMeans

    labels = np.unique([label for _, label in rows], return_inverse=True)[1]
    peer = MiniBatchKMeans(int(labels.max()) + 1, random_state=0, n_init=3, batch_size=1024).fit_predict(vectors)
    peer_nmi, peer_ari = agreement(labels, peer)
    map_, placed, spent, same = stream(items(rows, vectors))
    final = [None if there.cell is None else map_.topic_of(there.cell) for there in placed]
    nmi, ari = agreement(labels, codes(final))
    told = [name for name in final if name is not None]
    newer = list(zip(placed, final, strict=True))[len(placed) // 2 :]
    half = [(map_.current(there.topic), now) for there, now in newer if there.topic]
    print(f"\n{name}: {len(rows)} conversations, {labels.max() + 1} intents, {len(set(told))} topics")
    good = row("mutual information (x: of the peer)", nmi, "", against=peer_nmi, at_least=least)
    row("adjusted Rand index (x: of the peer)", ari, "", against=peer_ari)
    row("purity", purity(labels, final), "")
    good &= row("in a topic", len(told) / len(rows), "", at_least=0.85)
    good &= row("largest topic", max(Counter(told).values()) / len(rows), "", at_most=0.25)
    row("newer half: id still the same at the end", float(np.mean([then == now for then, now in half])), "")
    good &= row("restart after each batch comes to the same", float(same), "", at_least=1.0)
    row("conversations a CPU second", len(rows) / spent, "")
    for topic in map_.topics()[:5]:
        print(f"    {topic.size:5} {topic.name:<32} {topic.examples[0].quote.text[:70]}")
    return good


def jittered(rows: Labelled, vectors: np.ndarray, count: int) -> Iterator[list[Item]]:
    """An endless stream made of the questions, each time a little different."""
    chance = np.random.default_rng(2)
    labels = np.unique([label for _, label in rows], return_inverse=True)[1]
    order = skewed(labels, count)
    for start in range(0, count, BATCH):
        chosen = order[start : start + BATCH]
        moved = vectors[chosen] + chance.normal(
            scale=0.4 / np.sqrt(vectors.shape[1]), size=(len(chosen), vectors.shape[1])
        )
        yield items([rows[index] for index in chosen], moved.astype(np.float32), start)


def long(rows: Labelled, vectors: np.ndarray) -> bool:
    map_, spent, placed, early = TopicMap(), 0.0, 0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number, batch in enumerate(jittered(rows, vectors, LONG)):
        begun = process_time()
        found = map_.add(batch)
        spent += process_time() - begun
        early += len(found) if number * BATCH < LONG // 2 else 0
        placed += sum(one.topic is not None for one in found) if number * BATCH >= LONG // 2 else 0
    map_.settle()
    topics = map_.topics()
    print(f"\nboth, skewed, {LONG} conversations: {len(topics)} topics")
    row("conversations a CPU second", LONG / spent, "")
    good = row("newer half: in a topic at once", placed / (LONG - early), "", at_least=0.8)
    good &= row("largest topic", max(topic.size for topic in topics) / LONG, "", at_most=0.25)
    good &= row("state", len(map_.to_bytes()) / 1e6, "MB", at_most=8.0)
    row("memory above the vectors'", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3, "MB")
    return good


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    if not present():
        return 0
    good = True
    together: Labelled = []
    for name, rows, limits in (("banking77", banking(), BANKING), ("CLINC150", clinc()["train"], CLINC)):
        rows = sorted(rows, key=lambda pair: sha256(pair[0].encode()).hexdigest())[:MOST]
        labels = np.unique([label for _, label in rows], return_inverse=True)[1]
        order = skewed(labels, SKEWED)
        for model, embedder, limit in (
            ("static", embedding.static(), limits[0]),
            ("MiniLM", embedding.minilm(), limits[1]),
        ):
            vectors = embedder.encode([text for text, _ in rows])
            good &= one(f"{name}, {model}", rows, vectors, least=limit)
            good &= one(f"{name}, {model}, skewed", [rows[index] for index in order], vectors[order], least=limit)
        together += rows
    good &= long(together, embedding.static().encode([text for text, _ in together]))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
