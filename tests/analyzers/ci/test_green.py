"""What a passing build writes as well."""

from __future__ import annotations

from faultline.analyzers.ci.green import GreenLines


def test_a_line_is_known_whatever_its_times_numbers_and_colours() -> None:
    known = GreenLines([b"\x1b[33mWARN took 12 ms at /home/a/x.py\x1b[0m\r\nother\n"])
    assert known("WARN took 98 ms at /builds/b/x.py")
    assert known("other")
    assert not known("another")


def test_a_huge_green_log_is_read_up_to_its_limit(monkeypatch: object) -> None:
    from faultline.analyzers.ci import green

    limit, green.MAX_LINES = green.MAX_LINES, 10
    try:
        blocks = iter([b"".join(b"name%c\n" % (97 + n) for n in range(20)), b"never read\n"])
        known = GreenLines(blocks)
    finally:
        green.MAX_LINES = limit
    assert known("namea")
    assert next(blocks) == b"never read\n"
