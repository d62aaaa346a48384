"""Which files the headers of a diff name: out of their quotes, without their prefixes and dates."""

from __future__ import annotations

import re

from faultline.analyzers.review.names import unquoted

_NOTHING = b"/dev/null"
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_KNOWN_PREFIXES = {(b"a", b"b"), (b"b", b"a"), (b"i", b"w"), (b"c", b"i"), (b"c", b"w"), (b"o", b"w"), (b"1", b"2")}
_FIELDS = (
    b"old mode",
    b"new mode",
    b"deleted file mode",
    b"new file mode",
    b"copy from",
    b"copy to",
    b"rename from",
    b"rename to",
    b"similarity index",
    b"dissimilarity index",
    b"index",
)


def field_of(line: bytes) -> tuple[bytes, bytes] | None:
    """The name and value of a line of git's header."""
    for name in _FIELDS:
        if line.startswith(name + b" "):
            return name, line[len(name) + 1 :]
    return None


def moved(said: dict[bytes, bytes]) -> tuple[str, bytes, bytes] | None:
    """Whether git has renamed or copied the file, and its two names; None where it has not."""
    for verb, change in ((b"rename", "renamed"), (b"copy", "copied")):
        if verb + b" from" in said and verb + b" to" in said:
            return change, unquoted(said[verb + b" from"]), unquoted(said[verb + b" to"])
    return None


def named(text: bytes) -> bytes:
    """The name in what follows `--- `: without a date, and out of its quotes."""
    if match := _QUOTED.match(text):
        return unquoted(match.group())
    return text.partition(b"\t")[0]


def made_or_gone(old: bytes, new: bytes) -> str:
    """Whether two names say that a file was added or deleted; empty where they do not."""
    return "added" if old == _NOTHING else "deleted" if new == _NOTHING else ""


def unprefixed(rest: bytes, names: tuple[bytes, bytes] | None) -> tuple[bytes, bytes] | None:
    """The two names of a file that git has not moved, without their prefixes.

    Args:
        rest: what follows `diff --git `, in which both stand, with nothing certain between them.
        names: those of `---` and `+++` where there are such lines.

    """
    if names and _NOTHING not in names:
        return _stripped(*names)
    if quotes := _QUOTED.match(rest):
        pair = (unquoted(quotes.group()), unquoted(rest[quotes.end() + 1 :]))
    else:
        found = halves(rest, b" ")
        if found is None:
            return None
        pair = found
    return _stripped(*pair)


def halves(text: bytes, between: bytes) -> tuple[bytes, bytes] | None:
    """Two names that are the same but for their prefixes; else the two around the last separator."""
    middle = (len(text) - len(between)) // 2
    places = [middle] if text[middle : middle + len(between)] == between else []
    at = text.find(between)
    while at >= 0 and len(places) < 100:
        places.append(at)
        at = text.find(between, at + 1)
    for place in places:
        old, new = text[:place], text[place + len(between) :]
        if old == new or (b"/" in old and old.partition(b"/")[2] == new.partition(b"/")[2]):
            return old, new
    return (text[: places[-1]], unquoted(text[places[-1] + len(between) :])) if places else None


def _stripped(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """Two names without their prefixes, if they have any: first parts that differ before the same name."""
    if old == new:
        return old, new
    old_first, _, old_rest = old.partition(b"/")
    new_first, _, new_rest = new.partition(b"/")
    same = old_rest and old_rest == new_rest
    if same or ((old_first, new_first) in _KNOWN_PREFIXES and old_rest and new_rest):
        return old_rest, new_rest
    return old, new


def plain(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """The names of a diff without git's header."""
    if old == _NOTHING:
        name = new.removeprefix(b"b/").removeprefix(b"./")
        return name, name
    if new == _NOTHING:
        name = old.removeprefix(b"a/").removeprefix(b"./")
        return name, name
    old, new = _stripped(old, new)
    return old.removeprefix(b"./"), new.removeprefix(b"./")
