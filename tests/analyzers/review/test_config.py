"""`.faultline.toml` is read strictly, and a wrong one changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.config import MAX_BYTES, Config, parse
from faultline.core.finding import Severity
from faultline.core.globs import matches, rule_matches
from tests.analyzers.review.parts import changed, detail, examined, places
from tests.cost import within

GOOD = b"""
[review]
exclude = ["docs/**", "*_pb2.py"]
ignore = ["style/*", "S101", "CWE-400"]
layers = ["shop.web", "shop.core"]

[review.severity]
"logic/*" = "low"
"logic/sure" = "high"

[[review.paths]]
paths = ["scripts/**"]
ignore = ["security/assert-as-guard"]

[other]
anything = 1
"""


def test_what_it_says_is_known() -> None:
    config = parse(GOOD)
    assert config.problems == ()
    assert config.excluded("docs/a/b.py")
    assert config.excluded("x/y_pb2.py")
    assert not config.excluded("src/docs.py")
    assert config.ignored("a.py", ["style/long-line"]) == "style/*"
    assert config.ignored("a.py", ["security/assert-as-guard", "s101"]) == "S101"
    assert config.ignored("a.py", ["logic/x", "CWE-400"]) == "CWE-400"
    assert config.ignored("a.py", ["security/assert-as-guard"]) is None
    assert config.ignored("scripts/a.py", ["security/assert-as-guard"]) == "security/assert-as-guard"
    assert config.severity_of(["logic/some"]) is Severity.LOW
    assert config.severity_of(["logic/sure"]) is Severity.HIGH
    assert config.severity_of(["style/x"]) is None
    assert config.layers == ("shop.web", "shop.core")


def test_no_file_and_an_empty_one_are_the_defaults() -> None:
    assert parse(None) == parse(b"") == parse(b"\xef\xbb\xbf[review]") == Config()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[review", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "larger than 64 KB"),
        (b"review = 1", "not a table"),
        (b"[review]\nunknown = 1", "`review.unknown` is no setting"),
        (b"[review]\nproblems = ['x']", "`review.problems` is no setting"),
        (b"[review]\nignore = 'style/*'", "`review.ignore` is not as it should be"),
        (b"[review]\nignore = [1]", "`review.ignore` is not as it should be"),
        (b"[review]\nexclude = ['" + b"*" * 201 + b"']", "`review.exclude` is not as it should be"),
        (b"[review.severity]\nx = 'worst'", "`review.severity` is not as it should be"),
        (b"[[review.paths]]\nignore = ['x']", "`review.paths` is not as it should be"),
        (b"[[review.paths]]\npaths = ['x']\nignore = ['x']\nmore = 1", "`review.paths` is not as it should be"),
        (b"a = " + b"[" * 30_000, "nested too deep"),
        (b'[review]\n"<script>\\u001b[2J" = 1', "`review.script2J` is no setting"),
    ],
)
def test_what_is_wrong_is_said_and_left_out(data: bytes, says: str) -> None:
    config = parse(data)
    assert says in " ".join(config.problems)
    assert config.model_copy(update={"problems": ()}) == Config()


def test_one_wrong_entry_does_not_take_the_others_along() -> None:
    config = parse(b"[review]\nignore = ['style/*']\nexclude = 3")
    assert config.ignore == ("style/*",)
    assert len(config.problems) == 1


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: ("[review]\n" + text).encode("utf-8", "replace")),
    )
)
def test_nothing_makes_it_fail(data: bytes) -> None:
    parse(data)


def test_dotted_keys_cannot_be_deep() -> None:
    for key in (b"a", b'"a"', b'""'):
        assert "nested too deep" in parse(b"review." + b" . ".join([key] * 1_000) + b" = 1").problems[0]
    assert parse(b"# " + b"." * 500 + b"\n[review]\nexclude = ['a.b.c']").problems == ()


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("docs", "docs/a.py", True), ("docs", "x/docs/a.py", True), ("/docs", "x/docs/a.py", False),
        ("docs/", "docs/a.py", True), ("*.py", "a/b/c.py", True), ("a/*.py", "a/b/c.py", False),
        ("a/**/c.py", "a/c.py", True), ("a/**/c.py", "a/x/y/c.py", True), ("**", "a", True), ("**/b", "a/b", True),
        ("a?c", "abc", True), ("a?c", "a/c", False), ("*", "a/b", True), ("a*", "ba", False), ("", "a", False),
        ("a/b", "a", False), ("**/", "a/b", True),
    ],
)  # fmt: skip
def test_globs(pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, path) is fits


def test_no_pattern_takes_long() -> None:
    def match() -> None:
        assert not matches("*a" * 100, "a" * 4_000 + "b" * 40 + "/c")
        assert not matches("**/a/" * 39 + "x", "a/" * 60 + "y")
        assert not rule_matches("*?" * 100, "a" * 90)

    within(0.5, match)


def test_rules_that_are_off_are_counted_and_others_weigh_what_it_says() -> None:
    config = parse(b"[review]\nignore = ['S307']")
    seen = examined(changed(None, "eval(a)"), config=config)
    assert places(seen) == []
    assert [(each.by, each.reason, each.rule_id) for each in detail(seen).suppressed] == [
        ("config", "S307", "security/code-injection")
    ]
    heavy = examined(changed(None, "eval(a)"), config=parse(b"[review.severity]\n'security/*' = 'info'"))
    assert [each.severity for each in heavy.findings] == [Severity.INFO]
