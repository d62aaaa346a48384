"""Learns the weights that Faultline ships again, from the examples in the package and from public data in ../shared.

    make weights

`intents.bin` needs only the examples. `moods.bin` needs TweetEval too, and is left alone where that is not there.
"""

from __future__ import annotations

import json
import os
import sys
from hashlib import sha256
from pathlib import Path

from faultline.analyzers.conversation import learning
from faultline.analyzers.conversation.examples import digest, examples
from faultline.analyzers.conversation.mood_learning import OWN_WEIGHT, PLEASANT, Example, learn
from faultline.core.results.conversation import Mood

WEIGHTS = Path(learning.__file__).parent / "weights"
SHARED = Path(os.environ.get("FAULTLINE_SHARED", Path(__file__).resolve().parents[2] / "shared"))
TWEETS = SHARED / "data" / "conversations"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "dependencies.md"


def main() -> int:
    """Write the weights and print how well they do in cross-validation."""
    intents = examples("intents")
    trained = learning.train([text for text, _ in intents], [label for _, label in intents], source=digest("intents"))
    _write("intents.bin", trained.taxonomy.to_bytes())
    scores = trained.scores
    print(
        f"intents.bin  accuracy {scores.accuracy:.3f}  macro F1 {scores.macro_f1:.3f}  to MiniLM {scores.escalated:.2f}"
    )
    if not (TWEETS / "tweeteval_sentiment_val.jsonl").is_file():
        print("moods.bin    left alone: ../shared/data/conversations is not present")
        return 0
    own = [Example(text, Mood(label), OWN_WEIGHT) for text, label in examples("moods")]
    tweets = [Example(row["text"], Mood(row["label"])) for row in _rows("tweeteval_sentiment_val")]
    emotions = [*_rows("tweeteval_emotion_train"), *_rows("tweeteval_emotion_val")]
    model, found = learn(
        [*tweets, *own],
        [(row["text"], row["label"] in PLEASANT) for row in emotions],
        source=digest("moods"),
    )
    _write("moods.bin", model.to_bytes())
    print(f"moods.bin    macro recall: {found}")
    return 0


def _write(name: str, data: bytes) -> None:
    """Write the file, and its digest where the documentation has that of the one before."""
    old = sha256((WEIGHTS / name).read_bytes()).hexdigest()
    (WEIGHTS / name).write_bytes(data)
    PAGE.write_text(PAGE.read_text(encoding="utf-8").replace(old, sha256(data).hexdigest()), encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    lines = (TWEETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


if __name__ == "__main__":
    sys.exit(main())
