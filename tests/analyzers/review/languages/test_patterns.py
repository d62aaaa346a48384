from __future__ import annotations

from collections.abc import Iterator

import pytest

from faultline.analyzers.review.grammars import GRAMMARS
from faultline.analyzers.review.language import Language, language_of
from faultline.analyzers.review.patterns import Pattern, Patterns, _File, _observed, load
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Source
from faultline.analyzers.review.values import Values
from tests.cost import within

PACKAGES = [f"faultline.analyzers.review.{agent}.languages" for agent in ("security", "logic", "performance")]
NAMES = {
    Language.JAVASCRIPT: "a.js",
    Language.TYPESCRIPT: "a.ts",
    Language.TSX: "a.tsx",
    Language.GO: "a.go",
    Language.JAVA: "A.java",
    Language.RUST: "a.rs",
    Language.RUBY: "a.rb",
    Language.PHP: "a.php",
    Language.C: "a.c",
    Language.CPP: "a.cpp",
    Language.CSHARP: "A.cs",
}
EACH = [pytest.param(package, id=package.split(".")[3]) for package in PACKAGES]


def told(package: str, path: str, text: str) -> list[tuple[str, int]]:
    return [(each.rule, each.line) for each in Patterns(package)(Source(path, text))]


def found_by(pattern: Pattern, language: Language, text: str) -> bool:
    source = Source(NAMES[language], text)
    assert source.syntax is not None
    values = Values(source)
    nodes = source.syntax.root().find_all(pattern.config(language))
    return not pattern.gate.isdisjoint(text_words(text)) and any(
        _observed(pattern, node, values, source) is not None for node in nodes
    )


def text_words(text: str) -> Iterator[str]:
    word = ""
    for each in text + " ":
        if each.isalnum() or each == "_":
            word += each
        elif word:
            yield word
            word = ""


@pytest.mark.parametrize("package", EACH)
def test_every_pattern_finds_its_bad_examples_and_leaves_its_good_ones_alone(package: str) -> None:
    wrong = [
        f"{'missed' if bad else 'told in vain'}: {pattern.rule} in {language}: {text}"
        for pattern in load(package)
        for language in pattern.languages
        for bad, texts in ((True, pattern.bad), (False, pattern.good))
        for text in texts
        if found_by(pattern, language, text) != bad
    ]
    assert wrong == []


@pytest.mark.parametrize("package", EACH)
def test_every_pattern_names_a_rule_of_its_agent_and_a_language_with_a_grammar(package: str) -> None:
    agent = package.split(".")[3]
    for pattern in load(package):
        assert catalogue()[pattern.rule].agent == agent
        assert pattern.languages
        assert set(pattern.languages) <= GRAMMARS.keys()


def test_every_language_with_a_grammar_has_patterns_of_security() -> None:
    assert {language for pattern in load(PACKAGES[0]) for language in pattern.languages} == set(GRAMMARS)
    assert {language_of(name) for name in NAMES.values()} == set(GRAMMARS)


def test_the_line_that_a_request_comes_in_by_is_told_with_the_finding() -> None:
    text = 'function h(req) {\n  const id = req.query.id;\n  db.query("SELECT a FROM b WHERE c = " + id);\n}'
    (seen,) = Patterns(PACKAGES[0])(Source("a.js", text))
    assert (seen.line, seen.because, seen.confidence) == (3, (2,), 0.9)
    assert "line 2" in seen.message


def test_a_rewrite_becomes_an_edit_of_whole_lines() -> None:
    (seen,) = Patterns(PACKAGES[2])(Source("a.js", "  const b = JSON.parse(JSON.stringify(a));\n"))
    (edit,) = seen.edits
    assert (edit.start_line, edit.end_line) == (1, 1)
    assert edit.replacement == "  const b = structuredClone(a);"


def test_a_rewrite_keeps_what_a_variable_of_many_stands_for() -> None:
    pattern = Pattern(
        rule="logic/loose-equality",
        languages=(Language.JAVASCRIPT,),
        match="old($$$ALL)",
        message="Old.",
        rewrite="made($$$ALL)$NONE",
        bad=("old()",),
        good=("made()",),
    )
    source = Source("a.js", "old(a, b); old()")
    assert source.syntax is not None
    nodes = source.syntax.root().find_all(pattern.config(Language.JAVASCRIPT))
    seen = [_observed(pattern, node, Values(source), source) for node in nodes]
    assert [each.edits[0].replacement for each in seen if each] == ["made(a, b); old()", "old(a, b); made()"]


def test_php_between_markup_is_read_at_its_own_lines() -> None:
    page = "<p>it's</p>\n<?php if ($x): ?>\n<b><?= $_GET['q'] ?></b>\n<?php endif ?>\n<?php echo $_GET['r'];\n"
    assert sorted(told(PACKAGES[0], "a.php", page)) == [("security/xss", 3), ("security/xss", 5)]


def test_a_page_without_code_is_read_as_it_is() -> None:
    assert told(PACKAGES[0], "a.php", "<p>echo</p>") == []


def test_a_name_that_was_checked_is_not_told() -> None:
    assert told(PACKAGES[0], "a.js", "function h(req, res) { const to = req.query.to; res.redirect(to) }")
    checked = "function h(req, res) { const to = req.query.to; if (!SAFE.has(to)) return; res.redirect(to) }"
    assert told(PACKAGES[0], "a.js", checked) == []


def test_a_later_assignment_hides_the_one_before() -> None:
    text = 'function h(req, res) { let to = req.query.to; to = "/home"; res.redirect(to) }'
    assert told(PACKAGES[0], "a.js", text) == []
    text = 'function h(req, res) { let to = req.query.to; if (x) { to = "/home" } res.redirect(to) }'
    assert told(PACKAGES[0], "a.js", text) == [("security/open-redirect", 1)]


def test_a_name_of_another_function_is_another_name() -> None:
    text = "function a(req) { const to = req.query.to }\nfunction b(res, to) { res.redirect(to) }"
    assert told(PACKAGES[0], "a.js", text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("f(" * 60_000 + ")" * 60_000, id="brackets"),
        pytest.param("x = " + " + ".join(["f(1)"] * 20_000), id="a sum"),
        pytest.param("if (a) {}" + " else if (a) {}" * 10_000, id="conditions"),
        pytest.param("[" * 1_000 + "]" * 1_000, id="lists"),
    ],
)
def test_a_tree_too_deep_is_said_to_be_unread_and_soon(text: str) -> None:
    def read() -> None:
        source = Source("a.js", text + ";exec(req.query.x)")
        assert list(Patterns(PACKAGES[0])(source)) == []
        assert "nested" in source.unread["syntax"]

    within(2, read)


def test_a_file_too_long_is_said_to_be_unread() -> None:
    source = Source("a.js", "exec(x);" + " " * 2_000_001)
    assert list(Patterns(PACKAGES[0])(source)) == []
    assert "longer" in source.unread["syntax"]


def test_what_is_suspicious_and_flat_is_read() -> None:
    text = "const a = [" + ", ".join(["1"] * 3_000) + "];\neval(x)"
    assert told(PACKAGES[0], "a.js", text) == [("security/code-injection", 2)]


def test_names_that_assign_each_other_end() -> None:
    chain = "".join(f"let a{n} = a{n + 1} + b{n}; let b{n} = a{n + 1} + b{n + 1};\n" for n in range(60, 0, -1))
    text = f"function f(req) {{ let a61 = req.query.x, b61 = a61;\n{chain} db.query('SELECT x FROM y WHERE z=' + a1) }}"
    assert told(PACKAGES[0], "a.js", text) in ([], [("security/sql-injection", 62)])
    within(2, lambda: told(PACKAGES[0], "a.js", text))


def test_other_files_and_texts_without_the_words_are_passed_over() -> None:
    assert told(PACKAGES[0], "a.py", "eval(x)") == []
    assert told(PACKAGES[0], "README.md", "eval(x)") == []
    source = Source("a.js", "f(1);")
    assert list(Patterns(PACKAGES[0])(source)) == []
    assert "syntax" not in vars(source)


def test_an_entry_without_examples_is_refused() -> None:
    with pytest.raises(ValueError, match="bad"):
        _File.model_validate({"pattern": [{"rule": "a", "match": "b", "message": "C.", "bad": [], "good": ["d"]}]})
