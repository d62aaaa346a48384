"""Patterns that can take exponential time are told from those that cannot."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.review.security.python.regexes import exponential, shortest
from tests.cost import TRIES


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(a+)+$",
        r"^([a-zA-Z0-9]+)*@x$",
        r"^(\w+\s?)*$",
        r"(.*,)*x",
        r"^(([a-z])+.)+[A-Z]([a-z])+$",
        r"^(\d{1,3})*$",
        r"(a?b?)*c",
        r"(?:x|[a-z])+ y|(x*)*z",
        r"^(?:(?:a|b)+|[ab]c?)*$",
        r"(?i)^(?:[a-z]+|[A-Z]+)*$",
        r"(?:[^\d]+\d|\D\W\d)*(\S+)\1",
    ],
)
def test_a_loop_that_reads_a_text_in_many_ways_is_exponential(pattern: str) -> None:
    assert exponential(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(\w+\s)*$",
        r"^[a-z]+(-[a-z]+)*$",
        r"(a|b)*c",
        r"(a+)+",
        r"\s+$",
        r'"(?:[^"\\]|\\.)*"',
        r"^(\d{1,3}\.){3}\d{1,3}$",
        r"(ab*c)*d",
        r"^(?:[A-Za-z0-9+/]{4})*(?:..==)?$",
        r"(?:(?=a)\w+)*$",
        r"(",
        "a" * 3000,
        r"(?:(a+)\2)*$",
    ],
)
def test_a_loop_that_reads_a_text_in_one_way_or_is_not_understood_is_not(pattern: str) -> None:
    assert not exponential(pattern)


def test_a_loop_at_the_end_matters_where_the_whole_text_has_to_match() -> None:
    assert not exponential(r"(\w+ ?)+")
    assert exponential(r"(\w+ ?)+", whole=True)


def test_what_is_called_exponential_is() -> None:
    def seconds(length: int) -> float:
        costs = []
        for _ in range(TRIES):
            start = time.thread_time()
            re.match(r"^(\w+\s?)*$", "a" * length + "!")
            costs.append(time.thread_time() - start)
        return min(costs)

    assert exponential(r"^(\w+\s?)*$")
    assert seconds(19) > 8 * seconds(12)


@given(st.text(alphabet="ab()*+?|[]{}1,.\\w^$", max_size=24))
def test_no_pattern_makes_it_fail(pattern: str) -> None:
    assert exponential(pattern) in (True, False)


def test_the_shortest_text_of_a_pattern() -> None:
    assert shortest(r"^[a-z]{4,}\d$") == 5
    assert shortest("(") is None
