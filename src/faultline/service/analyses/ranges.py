"""Range requests (RFC 9110, section 14): one range of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from faultline.core.errors import FaultlineError

_FORM = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class RangeNotSatisfiable(FaultlineError):
    """The content ends before the range begins."""

    code = "range-not-satisfiable"
    status = 416

    def __init__(self, size: int) -> None:
        self.headers = {"Content-Range": f"bytes */{size}"}
        super().__init__(f"the content has {size:,} bytes")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to but not including `end`."""

    start: int
    end: int


def requested_span(header: str | None, size: int) -> Span | None:
    """The range that a Range header asks for; None for the whole, also when the header is none we understand.

    Raises:
        RangeNotSatisfiable: nothing of it is there.

    """
    match = _FORM.fullmatch(header.strip()) if header else None
    if not match or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(size)
    return Span(start, end)
