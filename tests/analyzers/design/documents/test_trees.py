"""Trees: the data as YAML 1.2 has them, and every line where PyYAML's marks are."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.design.documents import trees
from faultline.analyzers.design.documents.marks import MarkedTree
from faultline.analyzers.design.documents.offsets import Offsets
from faultline.analyzers.design.documents.text import Unreadable, Unsure, decode
from faultline.analyzers.design.documents.tree import Pointer, Tree, truth
from tests.analyzers.design.documents.nasty import Nasty, places


def one(text: str) -> Tree:
    (found,) = trees.read(text)
    return found


def pointers(data: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    yield pointer
    for key, each in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from pointers(each, (*pointer, key))


def differences(text: str) -> list[tuple[object, ...]]:
    """Where the lines of a text are others than PyYAML's."""
    tree, found = one(text), []
    for pointer, key, value, last in places(text):
        told = tree.key_line_of(pointer), tree.line_of(pointer), tree.end_line_of(pointer) if last else None
        if told != (key, value, last):
            found.append((pointer, told, (key, value, last)))
    return found


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_every_line_of_any_yaml_is_that_of_pyyaml(seed: int) -> None:
    text = Nasty(seed).text()
    try:
        list(places(text))
    except yaml.YAMLError:
        with pytest.raises(Unreadable):
            trees.read(text)
    else:
        assert differences(text) == []


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
        lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=6), below, max_size=4),
        max_leaves=25,
    ),
    st.sampled_from([None, 1, 2, "\t"]),
    st.booleans(),
)
def test_json_is_read_as_it_is_and_its_lines_are_counted(data: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    tree = trees.read_json(text)
    assert tree.data == data
    # The lines of JSON that Python wrote: each key and each item of what is not empty stands on one of its own.
    at = [0]

    def check(value: Any, pointer: Pointer) -> None:
        assert tree.line_of(pointer) == tree.key_line_of(pointer) == at[0] + 1
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in items:
            at[0] += indent is not None
            check(each, (*pointer, key))
        if isinstance(value, (dict, list)) and value:
            at[0] += indent is not None
        assert tree.end_line_of(pointer) == at[0] + 1

    check(data, ())


FORMS = {
    "anchors, tags and aliases": """\
a: &x
  b: 1
c: !!map
  d: e
f: &z
  - 1
  -
    - 2
  - - - 3
    - 4
  - &q
    k: v
  - !!str
    foo
g: *z
""",
    "comments between": "# hi\n\na: # c\n\n  # d\n  b: 1 # x\n\n  # y\nc:\n# z\n- 1\n# q\n- # r\n  2\n\n# end\nd: e\n",
    "folded": 'a: >\n  x\n\n  y\n\n\nc: d\n  e\n\n  f # c\n# g\nh: "i\n\n  j" # k\nb: 1\n',
    "literal": "b: |-\n   z\n  # no\no:\n  |\n  p\nq: 1\n",
    "flow over lines": "a: [\n  1, # x\n  2,\n  {b: c,\n   d: [e\n   , f]},\n  [], {},\n  i j\n    k,\n  ]\n",
    "flow with quotes": "a: [\n  \"g\", 'h',\n  'i', ]\nb: 1\n",
    "flow that closes in the first column": "a: {\n  b: 1\n}\nc:\n- d\n",
    "explicit keys": "? a\n: b\n? c\n? d\n: - e\n  - f\n",
    "items": '- a: 1\n  b: 2\n- c: 3\n\n-\n  d: 4\n- - x\n  - y\n-\n\n- z\n- |\n  - no\n  - no\n- "a\n  - b"\n- end\n',
    "nothing": "a:\nb:\n  c:\n  d:\ne:\n- \n- f:\n-\n",
    "other alphabets": "ключ: значение\n'ü': [é, ñ]\n? 'ö x'\n: 1\n",
    "escapes that grow": '"\\L\\L\\L\\Lab": "\\L\\L\\L"\nb: "\\_\\N"\nc:\n  - 1\n',
    "keys without text": "'': 1\na:\n  \"\": {'': 2}\n",
    "plain over lines": "- a\n  b\n- c\n- d: e\n    f\n  g: h\n",
    "no space after a key in quotes": "{a: 1, 'b':2, \"c\":\n3, d: \n4}\n",
    "tabs between": "a:\t1\nb: \t[1,\t2]\t# x\n",
    "merge keys": "b: &b\n  x: 1\n  y: {z: 2}\na:\n  w: 1\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_yaml_has_the_lines_of_pyyaml(form: str) -> None:
    assert differences(FORMS[form]) == []


def test_the_last_line_of_a_block_is_that_of_its_last_value() -> None:
    text = "a:\n  b: |\n    x\n    # text\n\n  # comment\n\nc:\n- 1\n- d: [1,\n    2]\n\n# end\n"
    text += "e: &x 1\nf:\n  g: *x\nh: 1\n"
    for tree in (one(text), MarkedTree(text)):
        assert [tree.end_line_of(each) for each in [("a",), ("c",), ("c", 1), ("f",), ()]] == [4, 11, 11, 16, 17]


def test_a_pointer_into_nothing_has_the_line_of_what_is_above_it() -> None:
    tree = one("a:\n  b:\n    - 1\n")
    assert [tree.line_of(each) for each in [("x",), ("a", "x"), ("a", "b", 7), ("a", "b", "x", "y")]] == [1, 2, 3, 3]
    assert tree.key_line_of(("a", "b", -1)) == 2


def test_documents_of_one_stream_have_the_lines_of_the_file() -> None:
    text = "# first\na: 1\n---\n\n--- # empty\n---\nb:\n- 2\n...\n# nothing\n---\nc: |\n  --- x\n---\n  d: e\n"
    found = trees.read(text)
    assert [each.data for each in found] == [{"a": 1}, {"b": [2]}, {"c": "--- x\n"}, {"d": "e"}]
    assert [each.key_line_of((key,)) for each, key in zip(found, "abcd", strict=True)] == [2, 7, 12, 15]
    assert [each.data for each in trees.read("%YAML 1.2\n---\na: 1\n")] == [{"a": 1}]
    assert trees.read("# nothing\n\n") == []


def test_what_a_merge_key_brings_stands_at_the_anchor() -> None:
    text = """\
base: &base
  image: web
  ports:
    - 80
more: &more
  <<: *base
  restart: no
web:
  <<: [*more, *base]
  image: own
other: *more
"""
    tree = one(text)
    assert tree.data["web"] == {"image": "own", "ports": [80], "restart": "no"}
    assert tree.data["other"] == {"image": "web", "ports": [80], "restart": "no"}
    lines = {
        ("web", "ports"): 3,
        ("web", "ports", 0): 4,
        ("web", "restart"): 7,
        ("web", "image"): 10,
        ("other", "restart"): 7,
    }
    for each in (tree, MarkedTree(text)):
        assert {pointer: each.key_line_of(pointer) for pointer in lines} == lines
        assert each.data == tree.data


def test_scalars_mean_what_yaml_1_2_says() -> None:
    words = ["yes", "on", "2024-01-01", "0o14", "0x1F", "010", "1_000", "22:22", "~", "True", "1e3", "-.5", "'1'"]
    text = "".join(f"k{place}: {word}\n" for place, word in enumerate(words))
    meant = ["yes", "on", "2024-01-01", 12, 31, "010", "1_000", "22:22", None, True, 1000.0, -0.5, "1"]
    for tree in (one(text), MarkedTree(text)):
        assert list(tree.data.values()) == meant


def test_keys_are_text_as_it_is_written() -> None:
    tree = one("responses:\n  200: a\n  '201': b\n")
    assert tree.data == {"responses": {"200": "a", "201": "b"}}
    assert tree.key_line_of(("responses", "200")) == 2
    assert one("1.10: a\ntrue: b\n~: c\n0x1F: d\n").data == {"1.10": "a", "true": "b", "~": "c", "0x1F": "d"}
    assert one("{+1: a}\n").data == {"+1": "a"}


def test_tags_that_nobody_knows_are_passed_over() -> None:
    tree = one("a: !Ref Name\nb: !Sub [x, y]\nc: !!binary aGk=\nd: !!int '3'\ne: !!bool maybe\nf: !Map {g: 1}\n")
    assert tree.data == {"a": "Name", "b": ["x", "y"], "c": "aGk=", "d": 3, "e": "maybe", "f": {"g": 1}}
    assert tree.key_line_of(("f", "g")) == 6


@pytest.mark.parametrize(
    "text", ["a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", '{"a": 1,\n"b":\n {"c": 1,\n "d": 2,\n  "c": 3}}']
)
def test_a_key_that_is_there_twice_is_told_and_the_last_one_holds(text: str) -> None:
    tree = one(text)
    assert tree.data == {"a": 1, "b": {"c": 3, "d": 2}}
    assert [(each.pointer, each.first, each.again) for each in tree.repeated] == [(("b", "c"), 3, 5)]
    assert tree.key_line_of(("b", "c")) == 5


def test_text_that_looks_like_a_key_is_no_key() -> None:
    tree = trees.read_json('{"a": "\\": x\\\\\\": y", "b\\\\" : ": z"}')
    assert (tree.repeated, list(tree.data)) == ([], ["a", "b\\"])


def test_nodes_are_counted_with_what_aliases_stand_for() -> None:
    assert one("a: [1, 2]\nb: {c: d}\n").nodes == 6
    shared = one("a: &a [1, 2]\n" + "b: &b [" + "*a, " * 300 + "]\n")
    assert shared.nodes == 1 + 3 + 1 + 300 * 3
    assert shared.data["b"][0] is shared.data["b"][299]
    assert one("- 1\n").nodes == trees.read_json("[1]").nodes == 2


def test_an_anchor_that_is_set_twice_holds_from_there_on() -> None:
    tree = one("a: &x 1\nb: *x\nc: &x\n  2\nd: *x\n")
    assert (tree.data, [tree.line_of((key,)) for key in "abcd"]) == ({"a": 1, "b": 1, "c": 2, "d": 2}, [1, 1, 3, 3])


def test_lines_end_where_an_editor_ends_them() -> None:
    tree = one(decode('a: "x\u2028\u0085y"\r\nb: 1\rc:\r\n  - d\r\n'.encode()))
    assert [tree.key_line_of(each) for each in [("b",), ("c",), ("c", 0)]] == [2, 3, 4]


def test_what_rapidyaml_refuses_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unsure):
        Offsets(b"a: {\n  b: 1\n}\nc: 1\n", {})
    assert capfd.readouterr() == ("", "")
    tree = one("a: {\n  b: 1\n}\nc: 1\n")
    assert [tree.key_line_of(("c",)), tree.line_of(("a", "b")), tree.end_line_of(("a",))] == [4, 2, 3]


def test_thousands_of_places_are_cheap() -> None:
    data = {"paths": {f"/p{number}": {"get": {"tags": ["a", "b"], "x": number}} for number in range(500)}}
    tree = one(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False))
    every = list(pointers(data))
    random.Random(1).shuffle(every)
    lines = {each: tree.line_of(each) for each in every}
    assert lines["paths", "/p499", "get", "x"] == 1 + 500 * 6
    assert "_marks" not in vars(tree)


def test_words_for_true_and_false() -> None:
    assert [truth(each) for each in (True, "yes", "Off", "n", "maybe", 1, None)] == [
        True,
        True,
        False,
        False,
        None,
        None,
        None,
    ]


def test_several_who_ask_at_once_get_the_lines_that_one_gets() -> None:
    text = "\n".join(f"k{n}:\n  - a: [{n}, {{b: {n}}}]\n    c: text {n}" for n in range(700)) + "\n"
    pointers: list[Pointer] = [(f"k{n}", 0, *rest) for n in range(700) for rest in (("a",), ("a", 1, "b"), ("c",))]

    def lines(tree: Tree) -> list[tuple[int, int]]:
        return [(tree.key_line_of(each), tree.line_of(each)) for each in pointers]

    alone, shared = lines(one(text)), one(text)
    with ThreadPoolExecutor(5) as pool:
        assert all(found == alone for found in pool.map(lines, [shared] * 5))
