"""What a passing build writes as well."""

from __future__ import annotations

import pytest

from faultline.analyzers.ci import green
from faultline.analyzers.ci.green import GreenLines


def test_a_line_is_known_whatever_its_times_numbers_and_colours() -> None:
    known = GreenLines([b"\x1b[33mWARN took 12 ms at /home/a/x.py\x1b[0m\r\nother\n"])
    assert known("WARN took 98 ms at /builds/b/x.py")
    assert known("other")
    assert not known("another")


def test_a_huge_green_log_is_read_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(green, "MAX_LINES", 10)
    blocks = iter([b"".join(b"name%c\n" % (97 + n) for n in range(20)), b"never read\n"])
    known = GreenLines(blocks)
    assert known("namea")
    assert next(blocks) == b"never read\n"
