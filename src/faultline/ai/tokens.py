"""How many tokens a text comes to, at most, without the tokenizer of any provider.

Byte-pair encodings split a text into words, runs of digits and runs of punctuation before they look anything up. The
estimate counts the same pieces and charges each for the worst that was measured; see `benchmarks/prompt_tokens.py`.
"""

from __future__ import annotations

import re
from typing import Final

# A word goes with the one space before it; capitals that go on in small letters are one word.
_PIECES: Final = re.compile(
    r" ?(?P<word>[A-Z]?[a-z]+|[A-Z]+)|(?P<digits>[0-9]+)|(?P<space>\s+)|(?P<other>[^\sA-Za-z0-9])"
)
_LETTERS_A_TOKEN: Final = 4


def estimate_tokens(text: str) -> int:
    """An upper bound of the tokens in a text, as the tokenizers of current models count them."""
    total = 0
    for match in _PIECES.finditer(text):
        kind = match.lastgroup
        length = match.end() - match.start()
        if kind == "word":
            total += -(-length // _LETTERS_A_TOKEN)
        elif kind == "digits":
            total += length
        elif kind == "other":
            char = match.group()
            total += 1 if char.isascii() else min(len(char.encode("utf-8", "replace")), 3)
        else:
            total += 1
    return total
