"""Python's tree of texts that are newer than the Python that reads them, and of pieces of texts."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.source import Source


def tree(text: str, *, partial: bool = False) -> ast.Module:
    """The tree of a text, which parses."""
    source = Source("a.py", text, partial=partial)
    assert source.python is not None, source.unread
    assert not source.unread
    return source.python


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ('f"a {b["c"]} d"', "f\"a {b['c']} d\""),
        ('f"{f"{f"{a}"}"}"', 'f"{a}"'),
        ('f"{"\\n".join(a)}"', 'f"""{NL.join(a)}"""'.replace("NL", "'''\n'''")),
        ('f"{a["x"]!r:>{b["w"]}}"', None),
        ("f'{{{a['x']}}}'", "f'{{{a[\"x\"]}}}'"),
        ('("z" f"{a["b"]}" "y")', "f\"z{a['b']}y\""),
        ('rf"\\d{a["x"]}"', "f\"\\\\d{a['x']}\""),
        ('t"a {b["c"]}"', "f\"a {b['c']}\""),
        ('t"a"', "f'a'"),
        ('f"{a["b"] = }"', None),
        ('"é" + f"{a["ü"]}"', "'é' + f\"{a['ü']}\""),
    ],
)
def test_strings_of_newer_grammar_become_what_they_mean(new: str, old: str | None) -> None:
    found = tree(f"x = {new}\n").body[0]
    if old is not None:
        assert ast.unparse(found) == ast.unparse(ast.parse(f"x = {old}"))
    assert any(isinstance(each, ast.JoinedStr) for each in ast.walk(found))
    assert "__fstring__" not in ast.unparse(found)


def test_lines_stay_where_they_are() -> None:
    text = dedent(
        '''\
        x = f"""one
        "two" {a["b"]}
        three"""
        y = f"{
            a["b"]  # why
        }"
        def f[
            T
        ](z: T): pass
        type X[
            T] = list[T]
        last = 1
        '''
    )
    found = tree(text)
    lines = {ast.unparse(each).split(" ")[0]: each.lineno for each in found.body}
    assert lines["y"] == 4
    assert lines["last"] == text.split("\n").index("last = 1") + 1


def test_type_parameters_aliases_and_bare_except_lists_are_understood() -> None:
    text = dedent(
        """\
        def f[T: int](x: T) -> T: pass
        class A[T](B): pass
        type X[T] = list[T]
        try:
            pass
        except A, B:
            pass
        """
    )
    assert ast.unparse(tree(text)) == ast.unparse(
        ast.parse("def f(x: T) -> T: pass\nclass A(B): pass\nX = list[T]\ntry: pass\nexcept (A, B): pass\n")
    )


def test_what_is_no_python_is_said() -> None:
    source = Source("a.py", "def (:\n")
    assert source.python is None
    assert "not valid Python" in source.unread["syntax"]


def test_of_a_bare_diff_each_block_that_parses_is_a_tree_at_its_lines() -> None:
    text = "\n\n\n    x = 1\n    if y:\n        return f(x)\n\n\n\n\nz)\ndef g():\n    os.system(a)\n    if q:\n"
    found = tree(text, partial=True)
    assert [each.lineno for each in found.body] == [4, 5, 12]


def test_a_bare_diff_without_anything_that_parses_is_said() -> None:
    source = Source("a.py", "\n\n)))\n((\n", partial=True)
    assert source.python is None
    assert "syntax" in source.unread


@given(st.text(alphabet="f\"'{}[]()a:!r=\n \\t,", max_size=60), st.booleans())
@settings(deadline=None)
def test_no_text_makes_it_raise(text: str, partial: bool) -> None:
    source = Source("a.py", text, partial=partial)
    assert source.python is not None or "syntax" in source.unread
