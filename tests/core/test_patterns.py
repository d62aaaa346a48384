from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import faultline.analyzers.design
from faultline.core.patterns import Later, regex


def test_a_pattern_is_compiled_when_it_is_first_used() -> None:
    broken = regex("(")
    with pytest.raises(re.error):
        broken.search("")


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    word = regex(r"(\w)\w+", re.IGNORECASE)
    assert (word.findall("ab CD"), word.sub(r"\1", "ab CD"), word.flags) == (
        ["a", "C"],
        "a C",
        re.compile(r"", 2).flags,
    )
    found = regex(rb"b").search(b"abc")
    assert found is not None
    assert found.start() == 1


def test_every_pattern_of_designs_can_be_compiled() -> None:
    package = faultline.analyzers.design
    seen = 0
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for value in vars(importlib.import_module(each.name)).values():
            if isinstance(value, Later):
                assert value.flags >= 0
                seen += 1
    assert seen > 50
