"""How often an intent is named as its label says: banking77, CLINC150 with what is out of scope, and our own intents.

Of banking77 a fifth of the training part is held out here; of CLINC150 its validation part. Their test parts are not
used. The built-in intents are judged on `labels/support_intents.txt`, which was written apart from what they learned.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from conversation_data import Labelled, area, banking, clinc, divided, nearest, present, words
from faultline import embedding
from faultline.analyzers.conversation import taxonomy
from faultline.analyzers.conversation.examples import parse
from faultline.analyzers.conversation.learning import Trained
from faultline.analyzers.conversation.taxonomy import Taxonomy, Verdict
from faultline.core.results.conversation import Tier
from measure import row

OWN = Path(__file__).resolve().parent / "labels" / "support_intents.txt"

# Of the held-out fifth, with four fifths learned from. The test part is about a point easier (MiniLM with logistic
# regression: .921 here, .930 there): the goals .93 and .90 are for that.
MINILM_AT_LEAST, STATIC_AT_LEAST, LOST_AT_MOST = 0.92, 0.90, 0.005
CLINC_AT_LEAST, AREA_AT_LEAST = 0.92, 0.93
OWN_AT_LEAST = 0.85

Judged = dict[str, list[Verdict]]


def share(verdicts: Sequence[Verdict], rows: Labelled) -> float:
    """How many verdicts name the label, where "none" stands for no intent."""
    return sum((v.label or "none") == label for v, (_, label) in zip(verdicts, rows, strict=True)) / len(rows)


def agree(answers: Sequence[str], rows: Labelled) -> float:
    """How many answers are the label."""
    return sum(answer == label for answer, (_, label) in zip(answers, rows, strict=True)) / len(rows)


def tiers(name: str, learned: Taxonomy, rows: Labelled) -> Judged:
    """Print how each tier does alone and both together, and give what they said."""
    judged: Judged = {}
    for label, tier in (("static", Tier.STATIC), ("MiniLM", Tier.MINILM), ("cascade", None)):
        begun = process_time()
        judged[label] = learned.judge([text for text, _ in rows], tier=tier)
        speed = len(rows) / (process_time() - begun)
        asked = sum(verdict.tier is Tier.MINILM for verdict in judged[label]) / len(rows)
        right = share(judged[label], rows)
        print(f"{name} {label:<8} {right:.4f}   to MiniLM {asked:.2f}   {speed:,.0f} texts a CPU second")
    return judged


def learn(rows: Labelled) -> Trained:
    """A taxonomy of the rows; prints what its own scores say."""
    trained = taxonomy.train([text for text, _ in rows], [label for _, label in rows])
    found = trained.scores
    print(f"its own scores: {found.accuracy:.4f}, calibration error {found.calibration_error:.3f}")
    return trained


def main() -> int:
    """Print every figure; 1 when a limit is missed."""
    embedding.static()
    own = parse(OWN.read_text(encoding="utf-8"))
    judged = tiers("built-in", taxonomy.builtin(), own)
    kept = [row("built-in intents, cascade", share(judged["cascade"], own), "", at_least=OWN_AT_LEAST)]
    if not present():
        return int(not all(kept))

    known, held_out = divided(banking())
    asked = [text for text, _ in held_out]
    print(f"\nbanking77: {len(known)} to learn from, {len(held_out)} held out")
    row("TF-IDF and logistic regression", agree(words(known, asked), held_out), "")
    row("nearest example by MiniLM", agree(nearest(known, asked), held_out), "")
    judged = tiers("banking77", learn(known).taxonomy, held_out)
    static, minilm, both = (share(judged[name], held_out) for name in ("static", "MiniLM", "cascade"))
    kept += [
        row("banking77, MiniLM", minilm, "", at_least=MINILM_AT_LEAST),
        row("banking77, static", static, "", at_least=STATIC_AT_LEAST),
        row("banking77, lost by the cascade", minilm - both, "", at_most=LOST_AT_MOST),
    ]

    parts = clinc()
    inside, outside = parts["val"], [(text, "none") for text, _ in parts["oos_val"]]
    known = [*parts["train"], *parts["oos_train"]]
    print(f"\nCLINC150: {len(known)} to learn from, {len(inside)} in scope and {len(outside)} out of it")
    both_parts = tiers("CLINC150", learn(known).taxonomy, [*inside, *outside])
    cut = len(inside)
    minilm, both = (share(both_parts[name][:cut], inside) for name in ("MiniLM", "cascade"))
    print(f"of what is out of scope {share(both_parts['cascade'][cut:], outside):.2f} is refused")
    kept += [
        row("CLINC150, cascade", both, "", at_least=CLINC_AT_LEAST),
        row("CLINC150, lost by the cascade", minilm - both, "", at_most=LOST_AT_MOST),
    ]
    for name in ("static", "MiniLM", "cascade"):
        scopes = [verdict.scope for verdict in both_parts[name]]
        label = f"CLINC150, out of scope, area, {name}"
        kept.append(row(label, area(scopes[:cut], scopes[cut:]), "", at_least=AREA_AT_LEAST))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
