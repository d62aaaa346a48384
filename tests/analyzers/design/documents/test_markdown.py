"""Texts: sections, sentences and tables with their exact lines."""

import pytest

from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from tests.cost import within


def sentences(text: str, path: str = "a.md") -> list[Sentence]:
    return MarkdownDocument(path, text).sentences


def told(text: str, path: str = "a.md") -> list[tuple[str, int, int]]:
    return [(each.text, each.line, each.end_line) for each in sentences(text, path)]


def test_sections_have_their_titles_levels_and_lines() -> None:
    document = MarkdownDocument("a.md", "Intro.\n\n# One #\n\ntext\n\nTwo *x*\n---\n\n### `Three`\n\nend\n\n# Four\n")
    assert [(each.title, each.level, each.line, each.end_line, each.trail) for each in document.sections] == [
        ("One", 1, 3, 6, ("One",)),
        ("Two x", 2, 7, 9, ("One", "Two x")),
        ("Three", 3, 10, 13, ("One", "Two x", "Three")),
        ("Four", 1, 14, 15, ("Four",)),
    ]
    assert MarkdownDocument("a.md", "").sections == []


def test_a_sentence_that_is_wrapped_has_all_its_lines() -> None:
    text = "The first one ends here. The second\ngoes on, e.g. over\nthree lines. A third!\n"
    assert told(text) == [
        ("The first one ends here.", 1, 1),
        ("The second goes on, e.g. over three lines.", 1, 3),
        ("A third!", 3, 3),
    ]


def test_markup_is_taken_off_and_what_is_struck_through_is_gone() -> None:
    text = (
        '**Bold** _it_ `code_x` [link](http://a.b/c_d "t") ![alt](p.png) <b>tag</b> ~~old~~ a\\*b &'
        "amp; <http://x.y> [r][1]\n"
    )
    assert told(text)[0][0] == "Bold it code_x link alt tag a*b & http://x.y r"
    assert told("[1]: http://a.b\n") == []
    assert told("`GET /a` returns *all* of `x.y`.\n")[0][0] == "GET /a returns all of x.y."


def test_items_of_lists_know_what_introduces_them() -> None:
    text = "Limits:\n\n- first\n- [ ] second. More\n  of it\n- [x] done\n- ❌ no\n\nAfter.\n\n1. outer:\n   - inner\n"
    assert [(each.text, each.line, each.lead, each.checked, each.list, each.item) for each in sentences(text)] == [
        ("Limits:", 1, "", None, 0, 0),
        ("first", 3, "Limits:", None, 1, 1),
        ("second.", 4, "Limits:", False, 1, 2),
        ("More of it", 4, "Limits:", False, 1, 2),
        ("done", 6, "Limits:", True, 1, 3),
        ("no", 7, "Limits:", False, 1, 4),
        ("After.", 9, "", None, 0, 0),
        ("outer:", 11, "", None, 2, 5),
        ("inner", 12, "outer:", None, 3, 6),
    ]


def test_labels_in_bold_and_hard_breaks_end_a_sentence() -> None:
    assert told("**Status**: accepted\n**Date**: today  \nmore\n") == [
        ("Status: accepted", 1, 1),
        ("Date: today", 2, 2),
        ("more", 3, 3),
    ]


def test_a_table_gives_its_rows_and_its_cells_as_sentences() -> None:
    document = MarkdownDocument("a.md", "# T\n\n| Name | Time |\n|---|---|\n| **a** | none |\n| b | ✅ 2 s |\n")
    table = document.tables[0]
    assert (table.line, table.headers, table.section) == (3, ("Name", "Time"), "T")
    assert [(each.line, each.cells) for each in table.rows] == [(5, ("a", "none")), (6, ("b", "✅ 2 s"))]
    assert [(each.text, each.line, each.column, each.checked) for each in document.sentences] == [
        ("a", 5, 0, None),
        ("none", 5, 1, None),
        ("b", 6, 0, None),
        ("2 s", 6, 1, True),
    ]


def test_quotes_count_and_code_and_comments_do_not() -> None:
    text = "> Quoted\n> words.\n\n```yaml\na: b.\n```\n\n    code.\n\n<!-- a comment. -->\n\n<div>Inside.</div>\n"
    assert told(text) == [("Quoted words.", 1, 2), ("Inside.", 12, 12)]
    fences = MarkdownDocument("a.md", text).fences
    assert [(each.language, each.line, each.text) for each in fences] == [
        ("yaml", 5, "a: b.\n"),
        ("indented", 8, "code.\n"),
    ]


def test_front_matter_is_read_and_is_no_text() -> None:
    document = MarkdownDocument("a.md", "---\nstatus: Accepted\ntitle: 'X'\n---\n\nText.\n")
    assert document.front_matter == {"status": ("Accepted", 2), "title": ("X", 3)}
    assert [(each.text, each.line) for each in document.sentences] == [("Text.", 6)]
    assert MarkdownDocument("a.md", '+++\nstatus = "x"\n+++\n').front_matter == {"status": ("x", 2)}
    assert MarkdownDocument("a.md", "---\nno end\n").front_matter == {}


def test_other_markups_are_read_as_far_as_they_go() -> None:
    rst = "=====\nTitle\n=====\n\nText one.\n\nSub\n~~~\n\nText two.\n"
    assert [(each.title, each.level, each.line) for each in MarkdownDocument("a.rst", rst).sections] == [
        ("Title", 1, 2),
        ("Sub", 2, 7),
    ]
    assert told(rst, "a.rst") == [("Text one.", 5, 5), ("Text two.", 10, 10)]
    adoc = MarkdownDocument("a.adoc", "= Title\n\n== Sub\n\nText.\n")
    assert [(each.title, each.level) for each in adoc.sections] == [("Title", 1), ("Sub", 2)]
    assert told("Notes\n\n    indented prose.\n", "a.txt") == [("Notes", 1, 1), ("indented prose.", 3, 3)]


def test_a_text_that_is_too_long_is_read_in_part_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from faultline.analyzers.design.documents import blocks

    monkeypatch.setattr(blocks, "MAX_TEXT", 10)
    document = MarkdownDocument("a.md", "One two.\n\nThree.\n")
    assert [each.text for each in document.sentences] == ["One two."]
    assert document.problems == ["only the first 10 characters were read"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 400_000,
        ">" * 100_000,
        "> " * 20_000 + "a",
        "- " * 20_000 + "a",
        "*" * 200_000,
        "a_" * 100_000,
        "`" * 100_000,
        "![" * 100_000,
        "<a " * 50_000,
        "no " * 100_000,
        "without a timeout " * 10_000,
        "| a " * 5_000 + "\n" + "|-" * 5_000 + "\n" + "| b " * 5_000,
        "a. " * 50_000,
        "# " * 50_000,
        "```mermaid\n" * 2_000,
        "[a]: b\n" * 5_000,
    ],
)
def test_nasty_texts_take_linear_time(text: str) -> None:
    from faultline.analyzers.design.documents.statements import statements
    from faultline.analyzers.design.resilience.wordings import WORDINGS

    def read() -> None:
        document = MarkdownDocument("a.md", text)
        list(statements(document, WORDINGS))
        assert document.relations is not None
        assert document.diagrams is not None

    within(2, read)
