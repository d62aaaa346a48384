"""Contractions written out: "isn't" is "is not", so that one cue hears both.

A text that says "callers aren't asked" says what one with "callers are not asked" does, and word lists that held both
would be twice as long.
"""

from __future__ import annotations

from typing import Final

from faultline.core.patterns import regex

_NOT: Final = regex(r"\b(is|are|was|were|do|does|did|has|have|had|would|should|could|must|need|might)n't\b")
_IRREGULAR: Final = {"can't": "cannot", "won't": "will not", "shan't": "shall not"}
_OTHER: Final = regex(r"\b(?:ca|wo|sha)n't\b")
_IS: Final = regex(
    r"\b(it|that|there|he|she|who|what|nobody|everybody|everyone|anybody|nothing|one)'s "
    r"(?=(?:\w+ly )?(?:not|no|an?|the|in|on|at|only|never|asked|open|free|public|\w+ed)\b)"
)
_ARE: Final = regex(r"\b(they|we|you)'(re|ve|ll) ")
_WORDS: Final = {"re": "are", "ve": "have", "ll": "will"}


def written_out(text: str) -> str:
    """A text in lower case without contractions."""
    if "'" not in text:
        return text
    text = _OTHER.sub(lambda found: _IRREGULAR[found[0]], _NOT.sub(r"\1 not", text))
    return _ARE.sub(lambda found: f"{found[1]} {_WORDS[found[2]]} ", _IS.sub(r"\1 is ", text))
