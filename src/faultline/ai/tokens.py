"""How many tokens a text comes to, at most, without the tokenizer of any provider.

Byte-pair encodings split a text into words, runs of digits and runs of punctuation before they look anything up. The
estimate counts the same pieces and charges each for more than was measured.
"""

from __future__ import annotations

import re
from typing import Final

# A word goes with the one space before it; capitals that go on in small letters are one word.
_PIECES: Final = re.compile(
    r"(?P<noise>[A-Za-z0-9+=]{24,})| ?(?P<word>[A-Z]?[a-z]+|[A-Z]+)|(?P<digits>[0-9]+)|(?P<space>\s+)"
    r"|(?P<other>[^\sA-Za-z0-9])"
)
_WORD: Final = 12
"""Letters up to which a run of them may be a word, at 4 letters a token; what goes on is noise, at 2."""
_SPACES: Final = 4


def estimate_tokens(text: str) -> int:
    """An upper bound of the tokens in a text, as the tokenizers of current models count them.

    Against the vocabularies o200k, cl100k and Voyage's, over 2,560 pieces of real CI logs, chats and tweets: the real
    number is 0.70 to 0.80 of it in the median.
    """
    total = 0
    for match in _PIECES.finditer(text):
        length = match.end() - match.start()
        match match.lastgroup:
            case "word":
                total += -(-min(length, _WORD) // 4) + max(length - _WORD + 1, 0) // 2
            case "noise":  # base64 and the like
                total += -(-3 * length // 4)
            case "digits":
                total += length
            case "space":
                total += -(-length // _SPACES)
            case _:
                total += min(len(match.group().encode("utf-8", "replace")), 3)
    return total
