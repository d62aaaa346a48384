"""Makes text from artifacts safe to show: it may hold anything, terminal control sequences and markup included."""

from __future__ import annotations

from faultline.core.patterns import regex

# ECMA-48: CSI, then the string sequences (DCS, SOS, OSC, PM, APC) up to ST or BEL, then the two-byte escapes. A string
# sequence that is never closed takes its introducer only, for it must not swallow the rest of the evidence.
_ESCAPES = regex(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[PX\]^_]|[\x90\x98\x9d\x9e\x9f])[^\x1b\x9c\x07\n]*(?:\x1b\\|\x9c|\x07)"
    r"|\x1b[ -/]*[0-~]?"
)
# C0 but tab and line feed, DEL, C1, line and paragraph separators, bidirectional controls (CVE-2021-42574), surrogates.
_CONTROLS = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """The text as a reader would see it, without a control character except tab and line feed.

    Of a line that a progress bar drew over and over only the last drawing is kept.
    """
    if "\x1b" in text or not text.isprintable():
        text = _ESCAPES.sub("", text)
        if "\r" in text:
            text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
        text = _CONTROLS.sub("", text)
    return text


def one_line(text: str, limit: int = 300) -> str:
    """The text as one safe line of at most `limit` characters."""
    text = " ".join(plain(text).split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


def plural(count: int, noun: str) -> str:
    """A count and its noun: `1 finding`, `2 findings`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def span(start: int, end: int) -> str:
    """A range of lines as people write it: `7`, or `7-9`."""
    return f"{start}" if end <= start else f"{start}-{end}"
