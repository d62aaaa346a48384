"""Learns the weights that Faultline ships again, from the examples in the package and from public data in ../shared.

    make weights

`intents.bin` needs only the examples. `moods.bin` needs TweetEval too, and is left alone where that is not there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from faultline.analyzers.conversation import learning
from faultline.analyzers.conversation.examples import digest, examples

WEIGHTS = Path(learning.__file__).parent / "weights"


def main() -> int:
    """Write the weights and print how well they do in cross-validation."""
    intents = examples("intents")
    trained = learning.train([text for text, _ in intents], [label for _, label in intents], source=digest("intents"))
    (WEIGHTS / "intents.bin").write_bytes(trained.taxonomy.to_bytes())
    scores = trained.scores
    print(
        f"intents.bin  accuracy {scores.accuracy:.3f}  macro F1 {scores.macro_f1:.3f}  to MiniLM {scores.escalated:.2f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
