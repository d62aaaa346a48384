from collections.abc import Mapping, Sequence

import pytest

from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.engines import ruff
from faultline.analyzers.review.engines.ruff import Asked, Ruff
from faultline.analyzers.review.engines.tools import DEFECTS, attach
from faultline.analyzers.review.proof import applied
from faultline.analyzers.review.source import Source
from faultline.core.finding import Edit

UNUSED = "import os\nimport sys\n\nprint(sys)\n"


def asked(*select: str) -> Asked:
    return Asked(select or ("F",))


def codes(records: Sequence[Mapping[str, object]]) -> set[object]:
    return {each["code"] for each in records}


def test_one_run_tells_heads_and_bases_apart() -> None:
    head, base = Source("a/x.py", UNUSED), Source("a/x.py", "import sys\n\nprint(sys)\n")
    said = Ruff([head], [base], asked)
    assert codes(said.of("ruff", head)) == {"F401"}
    assert said.of("ruff", base) == ()


@pytest.mark.parametrize(
    "path", ["../../up.py", "/etc/x.py", "a\nb.py", "-o.py", "con.py", "a b/ü.py", "x" * 300 + ".py"]
)
def test_a_hostile_path_is_read_under_a_name_of_ours(path: str) -> None:
    source = Source(path, UNUSED)
    assert codes(Ruff([source], [], asked).of("ruff", source)) == {"F401"}
    assert source.unread == {}


def test_two_files_of_one_name_are_two() -> None:
    one, other = Source("a/x.py", UNUSED), Source("b/x.py", "print(nothing)\n")
    said = Ruff([one, other], [], asked)
    assert codes(said.of("ruff", one)) == {"F401"}
    assert codes(said.of("ruff", other)) == {"F821"}


def test_comments_and_settings_of_the_sources_change_nothing() -> None:
    source = Source("x.py", "# ruff: noqa\nimport os  # noqa\n")
    config = Source("ruff.toml", "select = []\n")
    said = Ruff([source, config], [], asked)
    assert codes(said.of("ruff", source)) == {"F401"}


def test_what_does_not_parse_is_said() -> None:
    source = Source("x.py", "def f(:\n")
    assert Ruff([source], [], asked).of("ruff", source) == ()
    assert "cannot parse" in source.unread["ruff"]


def test_newer_grammar_than_the_project_has_is_no_failure() -> None:
    source = Source("x.py", "type A = int\n")
    Ruff([source], [], lambda: Asked(("F",), target="py310")).of("ruff", source)
    assert source.unread == {}


def test_partial_and_other_sources_are_left_alone() -> None:
    partial, other = Source("x.py", UNUSED, partial=True), Source("x.go", "package x\n")
    said = Ruff([partial, other], [], asked)
    assert said.of("ruff", partial) == said.of("ruff", other) == ()


def test_a_selection_that_ruff_refuses_falls_back() -> None:
    source = Source("x.py", UNUSED)
    refused = Asked(("F", "ZZZ999"), fallback=Asked(("F401",)))
    assert codes(Ruff([source], [], lambda: refused).of("ruff", source)) == {"F401"}


def test_a_ruff_that_cannot_run_leaves_the_files_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("x.py", UNUSED)
    monkeypatch.setattr(ruff, "binary", lambda: "/nowhere/ruff")
    assert Ruff([source], [], asked).of("ruff", source) == ()
    assert "could not look" in source.unread["ruff"]


def test_looking_again_knows_what_was_seen() -> None:
    source = Source("x.py", UNUSED)
    said = Ruff([source], [], asked)
    edited = Source("x.py", UNUSED.replace("import os\n", ""))
    anew = said.again([edited, source])
    assert anew.of("ruff", edited) == ()
    assert codes(anew.of("ruff", source)) == {"F401"}


def test_every_code_that_an_agent_knows_is_one_of_this_ruff() -> None:
    source = Source("x.py", UNUSED)
    said = Ruff([source], [], lambda: Asked(DEFECTS))
    said.of("ruff", source)
    assert source.unread == {}


@pytest.mark.parametrize(
    ("text", "select", "mended"),
    [
        (UNUSED, "F401", "import sys\n\nprint(sys)\n"),
        ("x = None\nprint(x == None, x == None)\n", "E711", None),
        ('print(f"a", f"b")\n', "F541", 'print("a", "b")\n'),
        ("import b\nimport a\n\nprint(a, b)\n", "I", "import a\nimport b\n\nprint(a, b)\n"),
        ("def f(x):\n    if x in [1]:\n        pass\n    return not x in (1, 2)\n", "E713", None),
    ],
)
def test_safe_fixes_become_whole_lines(text: str, select: str, mended: str | None) -> None:
    source = Source("x.py", text)
    records = Ruff([source], [], lambda: Asked((select,))).of("ruff", source)
    assert records
    told = text
    for record in sorted(records, key=lambda each: -each["location"]["column"]):
        if edits := ruff.edits(Source("x.py", told), record):
            told = applied(told, edits) or ""
    assert told == mended or (mended is None and (told == text or "not in" in told))


def test_the_formatter_tells_the_lines_it_would_write() -> None:
    text = "x = 1\ny=2\n\n\n\n\ndef f(): pass\n"
    source = Source("x.py", text)
    blocks = Ruff([source], [], asked).of(ruff.FORMAT, source)
    edits = [
        Edit(path="x.py", start_line=each["start"], end_line=each["end"], replacement=each["text"]) for each in blocks
    ]
    assert applied(text, edits) == "x = 1\ny = 2\n\n\ndef f():\n    pass\n"


def test_every_source_of_a_change_shares_the_tools() -> None:
    head, base = Source("x.py", UNUSED), Source("x.py", "")
    attach(Change([ChangedFile("x.py", "modified", base=base, head=head)]))
    assert head.diagnostics is base.diagnostics
    assert head.diagnostics.of("nobody", head) == ()
    assert codes(head.diagnostics.again([head]).of("ruff", head)) == {"F401"}
