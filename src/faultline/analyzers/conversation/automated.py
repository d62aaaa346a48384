"""Texts that no customer wrote: answers of machines, and advertising. The patterns stand in `automated.toml`.

A pattern alone condemns nothing. Where the text also says that somebody wants or misses something, it passes: people
quote the auto-reply they got, and complain about the advertising they get.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib import resources

import re2

MAX_LENGTH = 6_000
"""A longer text is no auto-reply, whatever it quotes."""
OPENING = 400
"""Characters in which an auto-reply says what it is."""


SET_BYTES = 64 << 20
"""For the automaton of one group of patterns; they take a few of them."""


def is_auto_reply(text: str) -> bool:
    """Whether a machine answered: somebody is away, a request was received, a mail could not be delivered.

    It says so of itself, or it says what people say as well in the way of machines: until when, with which number.
    """
    if len(text) > MAX_LENGTH:
        return False
    said = _folded(text)
    signs = _kinds("machine", said[:OPENING])
    if not (signs["sure"] or (signs["perhaps"] and signs["perhaps"] + signs["beside"] >= 2)):
        return False
    return not (_matches("wants", said) or _matches("asks", said))


def is_spam(text: str) -> bool:
    """Whether a text advertises to the team instead of asking it for something.

    It takes two signs of which one is fraud or two tell what is sold; a sign of the manner of those who sell is half.
    """
    said = _folded(text[:MAX_LENGTH])
    signs = _kinds("advertising", said)
    sells = signs["pitch"] + signs["manner"] / 2 >= 2 or (signs["fraud"] and signs.total() >= 2)
    return bool(sells) and not _matches("wants", said)


def _folded(text: str) -> bytes:
    return " ".join(text.split()).replace("\u2019", "'").encode("utf-8", "replace")


def _matches(group: str, said: bytes) -> list[int]:
    """The numbers of the patterns of a group that stand somewhere in a text."""
    return _patterns()[group][0].Match(said) or []


def _kinds(group: str, said: bytes) -> Counter[str]:
    """How many patterns of each kind of a group stand in a text."""
    found = _matches(group, said)
    return Counter(_patterns()[group][1][sign] for sign in found) if found else _NOTHING


_NOTHING: Counter[str] = Counter()


@cache
def _patterns() -> dict[str, tuple[re2.Set, tuple[str, ...]]]:
    """For each group all its patterns in one automaton, which passes over a text once, and the section of each."""
    stored = tomllib.loads(resources.files(__package__).joinpath("automated.toml").read_text(encoding="utf-8"))
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = SET_BYTES
    groups = {}
    for group, sections in stored.items():
        automaton, of = re2.Set.SearchSet(options), []
        for section, patterns in sections.items():
            for pattern in patterns:
                automaton.Add(pattern)
                of.append(section)
        automaton.Compile()
        groups[group] = automaton, tuple(of)
    return groups
