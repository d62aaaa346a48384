"""The same failure keeps its name; another one gets another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.ci.fingerprints import mask, of_failure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/home/runner/work/a/b/src/x.c:12:5: error: boom", "/builds/team/b/src/x.c:99:1: error: boom"),
        ("C:\\agent\\_work\\1\\s\\src\\x.cs(3,4): error CS1002", "D:\\a\\b\\src\\x.cs(30,14): error CS1002"),
        ("FAIL: TestSync (0.18s)", "FAIL: TestSync (12.03s)"),
        ("at 2024-05-01T10:00:00.123Z pid=4711 boom", "at 2023-01-31T23:59:59Z pid=9 boom"),
        ("object at 0x7f0c5be9cf28", "object at 0x7faaaaaaaa00"),
        ("commit 3f2a9c1d missing", "commit a1b2c3d4e5f missing"),
        ("job 6ba7b810-9dad-11d1-80b4-00c04fd430c8", "job 123e4567-e89b-12d3-a456-426614174000"),
        ("connect to 10.0.0.12:5432 refused", "connect to 192.168.1.7:55012 refused"),
        ("took 12 ms, 3.5 MB", "took 7 ms, 999 MB"),
        ("/tmp/tmpab12cd34ef/x.py", "/var/folders/9a/x.py"),
    ],
)
def test_paths_times_ids_and_numbers_do_not_matter(one: str, other: str) -> None:
    assert mask(one) == mask(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FAIL: TestSync (0.1s)", "FAIL: TestAsync (0.1s)"),
        ("src/a.c:1:2: error: boom", "src/b.c:1:2: error: boom"),
        ("x.py:1:1: E128 indent", "x.py:1:1: E501 long"),
        ("test_case2 failed", "test_case3 failed"),
    ],
)
def test_names_files_and_codes_do_matter(one: str, other: str) -> None:
    assert mask(one) != mask(other)


def test_the_order_of_interleaved_output_does_not_matter() -> None:
    assert of_failure("a.b", ["x failed", "y failed"]) == of_failure("a.b", ["y failed", "x failed"])
    assert of_failure("a.b", ["x failed"]) != of_failure("a.c", ["x failed"])


def test_an_address_keeps_its_path_and_loses_its_query() -> None:
    assert mask("dead: https://a.example/x/y?token=1") == mask("dead: https://a.example/x/y?token=2")
    assert mask("dead: https://a.example/x/y") != mask("dead: https://a.example/z/y")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0, 1e6), st.floats(0, 1e6))
def test_numbers_that_stand_alone_never_matter(one: int, other: int, first: float, second: float) -> None:
    assert mask(f"after {one} tries in {first:.2f}s at line {one}") == mask(
        f"after {other} tries in {second:.2f}s at line {other}"
    )
