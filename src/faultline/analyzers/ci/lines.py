"""One line of a log: the raw bytes as they stand, and the text a person would see.

A terminal hides escape codes, lets a carriage return overwrite what stood before it, and CI systems put a timestamp or
the name of a parallel lane in front. Signatures match the text without all that; evidence keeps the raw line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_LINE_BYTES = 8192
"""Of a longer line only this much is kept and matched (minified bundles and base64 blobs reach 10 MB)."""

_ESCAPE = re.compile(
    rb"\x1b(?:\[[0-9;:<=>?]*[ -/]*[@-~]"  # CSI: colours, erase, cursor
    rb"|[\]_P^X][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, APC (Buildkite timestamps), DCS, ended by BEL or ST
    rb"|[ -/]*[0-~])"
)
_TIME = (
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)\]? ?"
    r"(?:[0-9a-f]{2}[OE][ +])?|\[\d\d:\d\d:\d\d(?:\.\d+)?\] )"
)
_PREFIX = re.compile(
    r"(?:[^\t]{1,200}\t[^\t]{1,200}\t\ufeff?(?=\d{4}-))?"  # `gh run view --log`: job, step
    rf"(?:{_TIME})?"
    r"(?:\#\#\[(?:error|warning|debug|command)\]|::(?:error|warning)(?: [^:]*)?::)?"
    r"(?:nl(?=\s{4}|$))?"  # Travis' macOS workers write a literal "nl" where a terminal would send a newline
)
_LANE = re.compile(
    r"#(?P<buildkit>\d+) (?:\d+\.\d+ )"
    r"|(?P<compose>[A-Za-z0-9][\w.-]*?[-_]\d+) +\| ?"
    r"|(?P<xdist>\[gw\d+\]) (?! *\w+ -- )"  # inside a failure: `[gw0] linux -- Python 3.9.7 ...`
    r"|(?P<ant> *\[(?:exec|java|javac|junit)\]) "
)


@dataclass(slots=True)
class Line:
    """A line of the log.

    `number` is 1-based; `offset` is where it starts, in bytes of the decompressed log; `length` counts its bytes with
    the line end, also where `raw` was cut.
    """

    number: int
    offset: int
    raw: bytes
    length: int
    _text: str | None = field(default=None, repr=False)
    _lane: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        """What a person sees, without time stamp and lane."""
        if self._text is None:
            self._text, self._lane = split_lane(visible(self.raw))
        return self._text

    @property
    def lane(self) -> str:
        """Which of several outputs running side by side wrote it; empty when the log does not say."""
        if self._text is None:
            self._text, self._lane = split_lane(visible(self.raw))
        return self._lane

    @property
    def truncated(self) -> bool:
        """Whether `raw` is only the beginning."""
        return self.length > len(self.raw) + 2


def segments(raw: bytes) -> list[str]:
    """All texts that stood on the line in turn, each overwritten by the next after a carriage return."""
    plain = _ESCAPE.sub(b"", raw) if b"\x1b" in raw else raw
    return [part.decode("utf-8", "replace") for part in plain.rstrip(b"\r\n").split(b"\r")]


def visible(raw: bytes) -> str:
    """The text left on the line after escapes and overwriting, without a time stamp in front."""
    if b"\x1b" in raw:
        raw = _ESCAPE.sub(b"", raw)
    raw = raw.rstrip()
    if b"\r" in raw:
        raw = next((part for part in reversed(raw.split(b"\r")) if part.strip()), b"")
    text = raw.decode("utf-8", "replace")
    found = _PREFIX.match(text)
    return text[found.end() :] if found and found.end() else text


def split_lane(text: str) -> tuple[str, str]:
    """Take the name of a parallel output off a line: `(rest, lane)`."""
    found = _LANE.match(text)
    if not found:
        return text, ""
    return text[found.end() :], found.group(found.lastgroup or 0).strip()


def indent(text: str) -> int:
    """Width of the white space in front, a tab counting as 8 columns."""
    width = 0
    for char in text:
        if char == " ":
            width += 1
        elif char == "\t":
            width += 8 - width % 8
        else:
            break
    return width
