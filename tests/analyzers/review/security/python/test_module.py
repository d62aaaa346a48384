"""A module knows what is called by its full name, and what expressions are."""

from __future__ import annotations

import ast

import pytest

from faultline.analyzers.review.security.python import weaknesses
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.module import Module
from faultline.analyzers.review.source import Source


def _module(text: str) -> Module:
    return Module(ast.parse(text), text.split("\n"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import hashlib\nhashlib.md5()", "hashlib.md5"),
        ("import hashlib as h\nh.md5()", "hashlib.md5"),
        ("from hashlib import md5 as m\nm()", "hashlib.md5"),
        ("import hashlib\nh = hashlib.md5()\nh.update(b'')", "hashlib.md5().update"),
        ("import hashlib\nf = hashlib.md5\nf()", "hashlib.md5"),
        ("import a\nwith a.b() as c:\n    c.d()", "a.b().d"),
        (
            "import a\nclass C:\n    def __init__(self):\n        self.x = a.b()\n    def f(self):\n        self.x.y()",
            "a.b().y",
        ),
        ("from .near import go\ngo()", ".near.go"),
        ("import os.path\nos.path.exists('x')", "os.path.exists"),
    ],
)
def test_a_call_has_the_full_name_of_what_is_called(text: str, name: str) -> None:
    assert name in _module(text).calls


def test_a_parameter_hides_an_import() -> None:
    assert "ssl.wrap" not in _module("import ssl\ndef f(ssl):\n    ssl.wrap()").calls


def test_an_import_that_falls_back_keeps_its_name() -> None:
    assert "ssl.wrap" in _module("try:\n    import ssl\nexcept ImportError:\n    ssl = None\nssl.wrap()").calls


def test_a_name_that_stands_for_itself_ends() -> None:
    assert _module("a = a.b\na()").calls


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a' + 'b'", "ab"),
        ("'ab' * 2", "abab"),
        ("bytes(4)", bytes(4)),
        ("'key'.encode()", b"key"),
        ("bytes.fromhex('00ff')", b"00ff"),
        ("2 ** 10", 1024),
        ("1 << 4 | 1", 17),
        ("3 - 1", 2),
        ("6 * 7", 42),
        ("-1", -1),
        ("[1, 'a']", [1, "a"]),
        ("f'plain'", "plain"),
        ("str('x')", b"x"),
        ("'x' * 10 ** 9", UNKNOWN),
        ("9 ** 9 ** 9", UNKNOWN),
        ("1 << 10 ** 9", UNKNOWN),
        ("1 / 0", UNKNOWN),
        ("f(1)", UNKNOWN),
        ("[1, f()]", UNKNOWN),
        ("'a' + 1", UNKNOWN),
        ("bytes(10 ** 9)", UNKNOWN),
    ],
)
def test_a_constant_is_computed_as_far_as_the_file_says_and_within_bounds(text: str, value: object) -> None:
    module = _module(f"x = {text}\nx")
    assert module.value(module.tree.body[1].value) == value  # type: ignore[attr-defined]


def test_a_name_that_is_bound_twice_has_no_value() -> None:
    module = _module("x = 1\nx = 2\nx")
    assert module.value(module.tree.body[2].value) is UNKNOWN  # type: ignore[attr-defined]


def test_what_is_no_python_is_said_and_gives_nothing() -> None:
    source = Source("a.py", "def (")
    assert weaknesses(source) == []
    assert "syntax" in source.unread


def test_a_file_that_is_too_much_is_looked_at_in_part_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faultline.analyzers.review.security.python.module.STEPS", 1000)
    text = "import random\ndef f():\n" + "".join(f"    a{number} = random.random()\n" for number in range(50))
    source = Source("a.py", text + "import telnetlib\n")
    assert {each.rule for each in weaknesses(source)} >= {"security/obsolete-function"}
    assert "too large" in source.unread["weaknesses"]


def test_expressions_that_are_nested_deeply_do_not_end_the_review() -> None:
    source = Source("a.py", "import os\nif os.path.exists(a" + "[0]" * 900 + "):\n    open(a)\n" + "import telnetlib\n")
    assert "security/obsolete-function" in {each.rule for each in weaknesses(source)}
