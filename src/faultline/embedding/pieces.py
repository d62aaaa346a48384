"""Texts cut into the word pieces that MiniLM was trained on: WordPiece, lower case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from faultline.embedding.weights import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_CHARACTERS = 4096
"""What is read of a text, about 800 words of English. Bounds the work that one text of megabytes can make."""
MAX_PIECES = 128
"""What MiniLM was fine-tuned on, and where its own tokenizer cuts."""

COUNT = 30_522
UNKNOWN, FIRST, LAST = 100, 101, 102
"""The marks `[UNK]`, `[CLS]` and `[SEP]`."""
FIRST_WORD = 999
"""Below are marks and reserved places; from here on characters, then words, the most frequent first by and large."""


def cut(texts: Sequence[str], *, marked: bool) -> list[list[int]]:
    """The pieces of each text's first MAX_CHARACTERS; `marked` puts `[CLS]` before and `[SEP]` behind them.

    Raises:
        MissingExtra, WrongWeights: as `Weights.read`.
    """
    found = tokenizer().encode_batch_fast([_encodable(text) for text in texts], add_special_tokens=marked)
    return [one.ids for one in found]


def _encodable(text: str) -> str:
    text = text[:MAX_CHARACTERS]
    # Half of a surrogate pair, which JSON can carry, is no text for the tokenizer.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@cache
def tokenizer() -> Tokenizer:
    """The tokenizer, which cuts off nothing and pads nothing; 10 ms to make.

    Raises:
        MissingExtra, WrongWeights: as `Weights.read`.
    """
    from tokenizers import Tokenizer

    made: Tokenizer = Tokenizer.from_str(TOKENIZER.read().decode())
    made.no_padding()
    made.no_truncation()
    return made
