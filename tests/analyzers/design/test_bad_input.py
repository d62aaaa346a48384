"""Bad input: one clear answer each, with line and column and what to do, and never a crash or a long wait."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faultline.analyzers.design.contract.document import CHECKS
from faultline.analyzers.design.documents import trees
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.documents.text import Unreadable, decode
from faultline.analyzers.design.reading import design_of, read
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from tests.analyzers.design import parts
from tests.analyzers.design.documents.nasty import Nasty

NINE = ", ".join(["*a{0}"] * 9)
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{NINE.format(n - 1)}]\n" for n in range(1, 10))

BROKEN = {
    "indentation": ("a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
    "a bracket that stays open": ("a: [1,\n  2\nb: 3\n", 3, 2, "`]` is missing (it starts on line 1)"),
    "a brace that stays open": ("a: {b: 1,\n  c: 2\n", 1, 4, "`}` is missing"),
    "a quote that stays open": ('a: "x\nb: 1\n', 1, 4, "in quotes is not closed"),
    "a tab": ("a:\n\tb: 1\n", 2, 1, "indent with spaces"),
    "two colons": ("a: b: c\n", 1, 5, "in quotes"),
    "an at sign": ("a: 1\nb: @x\n", 2, 4, "'@'; put it in quotes"),
    "an alias of nothing": ("a: *x\n", 1, 4, "no anchor"),
    "an alias in its own anchor": ("a: &x\n  b: *x\n", 2, 6, "has no end"),
    "a bomb of aliases": (BOMB, 7, 5, "more than 500,000 values"),
    "an escape that there is not": ('a: "\\q"\n', 1, 5, "single quotes"),
    "a key that is a list": ("? [a, b]\n: c\n", 1, 3, "a key is a list"),
    "a control character": ("a: 1\nb: \x01\n", 2, 4, "U+0001"),
    "a second document that is broken": ("a: 1\n---\nb: [1,\n", 3, 6, "the text ends"),
    "a bad item": ("a:\n  - 1\n  b\n", 3, 3, "a colon is missing"),
    "a tag without a handle": ("a: !x!y 1\n", 1, 4, "handle"),
    "brackets": ("[" * 300_000, 1, 1, "more than 100 deep"),
    "brackets behind others": ("# " + "]" * 200 + "\na: " + "[" * 300, 2, 1, "more than 100 deep"),
    "brackets that close": ("a: " + "[" * 101 + "]" * 101, 1, 1, "more than 100 deep"),
    "dashes": ("- " * 100_000, 1, 1, "more than 100 deep"),
    "deep indentation": ("".join(" " * n + "a:\n" for n in range(130)), 101, 1, "more than 100 deep"),
    "some indentation too much": ("".join(" " * n + "a:\n" for n in range(102)), 1, 1, "more than 100 deep"),
}
BROKEN_JSON = {
    "a comma too much": ('{"a": 1,\n "b": 2,\n}', 2, 8, "JSON has none"),
    "a bracket": ('{"a": [1, 2}', 1, 12, ""),
    "a comment": ('{\n  // x\n  "a": 1\n}', 2, 3, ""),
    "something behind it": ('{"a": 1}\n}', 2, 1, "after"),
    "nothing": ("", 1, 1, "empty"),
    "YAML": ("a: 1\n", 1, 1, ""),
    "half a character": ('{"a": "\\ud800"}', 1, 8, "surrogate"),
    "nesting": ("[" * 3_000_000, 1, 1026, "more than 100 deep"),
    "some nesting": ('["]", \n' + "[" * 101 + "]" * 101 + "]", 2, 1, "more than 100 deep"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_yaml_is_told_with_its_place(case: str) -> None:
    text, line, column, word = BROKEN[case]
    with pytest.raises(Unreadable) as told:
        trees.read(text)
    assert (told.value.fault.line, told.value.fault.column) == (line, column), told.value
    assert word in told.value.fault.reason


@pytest.mark.parametrize("case", BROKEN_JSON)
def test_broken_json_is_told_with_its_place(case: str) -> None:
    text, line, column, word = BROKEN_JSON[case]
    with pytest.raises(Unreadable) as told:
        trees.read_json(text)
    assert (told.value.fault.line, told.value.fault.column) == (line, column), told.value
    assert word in told.value.fault.reason


ENCODED = {
    "UTF-8 with a mark": ("\ufeffa: é\n".encode(), "a: é\n"),
    "UTF-16, little end first": ("a: é\n".encode("utf-16"), "a: é\n"),
    "UTF-16, big end first": (b"\xfe\xff" + "a: é\n".encode("utf-16-be"), "a: é\n"),
    "UTF-32": ("a: é\n".encode("utf-32"), "a: é\n"),
    "ends of lines": (b"a\r\nb\rc\n", "a\nb\nc\n"),
}
UNDECODED = {
    "Latin-1": ("a: 1\r\nb: café\n".encode("latin-1"), 2, 7, "0xE9 is no UTF-8; save"),
    "UTF-16 without a mark": ("a: é\n".encode("utf-16-le"), 1, 1, "UTF-16 without"),
    "ASCII in UTF-16 without a mark": ("a: b\n".encode("utf-16-be"), 1, 1, "UTF-16 without"),
    "half of UTF-16": (b"\xff\xfea\x00\x00\xd8", 1, 2, "no UTF-16-LE"),
    "NUL": (b"a: 1\nb: 2\0\n", 2, 5, "NUL"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_text_is_decoded_by_its_mark(case: str) -> None:
    data, text = ENCODED[case]
    assert decode(data) == text


@pytest.mark.parametrize("case", UNDECODED)
def test_other_encodings_are_refused_with_the_place(case: str) -> None:
    data, line, column, word = UNDECODED[case]
    with pytest.raises(Unreadable) as told:
        decode(data)
    assert (told.value.fault.line, told.value.fault.column) == (line, column)
    assert word in told.value.fault.reason


REFUSED = {
    "openapi.yaml": (b"openapi: 3.0.0\ninfo:\n  a: 1\n b: 2\n", "line 4, column 2: the indentation"),
    "openapi.json": (b'{"openapi": "3.0.0",}', "line 1, column 20: there is a comma"),
    "latin.md": ("# Caf\u00e9\n".encode("latin-1"), "line 1, column 6"),
    "empty.yaml": (b"", "is empty"),
    "empty.md": (b"\n", "is empty"),
    "package.json": (b'{"name": "x"}', "no design document; OpenAPI, compose"),
    "chart.yaml": (b"a: {{ .Values.x }}\n", "is a template"),
    "old.json": (b'{"swagger": "1.2", "apis": []}', "Swagger 1.2 is not known here"),
    "new.yaml": (b"openapi: 4.0.0\ninfo: {}\n", "OpenAPI 4.0 is not known here"),
    "picture.zip": (b"PK\x03\x04 no zip", "no archive that can be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_file_that_cannot_be_read_is_refused_with_a_sentence(name: str) -> None:
    data, told = REFUSED[name]
    with pytest.raises(ArtifactRejected) as refused:
        read(Artifact.from_bytes("design", name, data))
    assert told in refused.value.reason


def test_a_broken_file_in_a_folder_is_a_finding_and_the_others_are_read() -> None:
    files = {
        "a/openapi.yaml": "openapi: 3.0.3\npaths:\n  /x: [\n",
        "b.json": "{",
        "readme.md": "# Hi\n",
        "t.yaml": "a: {{x}}\n",
    }
    found = [each for each in parts.findings(files) if each.rule_id == "contract/unreadable-document"]
    assert [(each.location.path, each.location.start_line, str(each.severity)) for each in found if each.location] == [
        ("a/openapi.yaml", 3, "high"),
        ("b.json", 1, "low"),
    ]
    documents = parts.design(files).documents
    assert [(each.path, each.kind, bool(each.problems)) for each in documents] == [
        ("a/openapi.yaml", "data", True),
        ("b.json", "data", True),
        ("readme.md", "markdown", False),
        ("t.yaml", "data", True),
    ]


def test_both_lines_of_a_repeated_key_are_told() -> None:
    files = {
        "k.yaml": "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nspec: 1\nmetadata: {}\nspec: 2\n",
        "x.md": "# X\n",
    }
    (found,) = [each for each in parts.findings(files) if each.rule_id == "contract/duplicate-key"]
    assert [each.start_line for each in found.places] == [8, 6]
    assert "line 6" in found.description


WEIRD = [
    "openapi: 3.0.3\n",
    "openapi: 3.1.0\npaths: []\ncomponents: 1\nservers: {}\ntags: x\n",
    "openapi: 3.0.3\ninfo: []\npaths:\n  /a: 1\n  /b: []\n"
    "  2: {get: [], put: {parameters: {}, responses: [], callbacks: 3}}\n",
    "openapi: 3.0.3\npaths: {/a: {get: {parameters: [1, {name: [], in: {}}, [x]], requestBody: [], security: {}}}}\n",
    "openapi: 3.1.0\ncomponents: {schemas: {A: true, B: [], C: {properties: [], items: [1], allOf: {}, $ref: 3}}}\n",
    "swagger: '2.0'\nhost: []\nschemes: {}\nbasePath: 3\npaths: {/a: {get: {parameters: [{in: body, schema: []}]}}}\n",
    "swagger: 2\ndefinitions: []\nsecurityDefinitions: {a: 1}\nresponses: {x: []}\n",
    "apiVersion: []\nkind: {}\nservices: []\n",
    "apiVersion: v1\nkind: List\nitems: {}\n",
    "services: {a: {image: 1}, b: [], c: null}\n",
    "- openapi\n",
    "openapi\n",
]


@pytest.mark.parametrize("text", WEIRD)
def test_weird_data_are_read(text: str) -> None:
    for document in design_of({"compose.yaml": text.encode()}).of(OpenApiDocument):
        assert document.index is not None
        for each in [*document.operations, *document.callbacks]:
            assert (type(each.parameters), type(each.responses), type(each.symbol)) == (list, dict, str)
            assert each.body is None or each.body.value is not None
        assert all(isinstance(each, dict) for each in (document.schemas, document.security_schemes))


REFERENCES = {
    "nothing there": ("{$ref: '#/components/schemas/No'}", "contract/reference-unresolved", "leads nowhere"),
    "no such file": ("{$ref: 'other.yaml#/x'}", "contract/reference-unresolved", "no file `api/other.yaml`"),
    "out of the folder": ("{$ref: '../../etc/x.yaml'}", "contract/reference-escapes", "out of the folder"),
    "absolute": ("{$ref: '/etc/passwd'}", "contract/reference-escapes", "out of the folder"),
    "a file address": ("{$ref: 'file:///etc/passwd'}", "contract/reference-escapes", "out of the folder"),
    "another host": ("{$ref: 'https://example.com/x.yaml#/A'}", "contract/reference-escapes", "another host"),
    "without a scheme": ("{$ref: '//example.com/x.yaml#/A'}", "contract/reference-escapes", "another host"),
    "itself": ("{$ref: '#/components/schemas/A'}", "contract/reference-unresolved", "leads to itself"),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_a_reference_that_leads_nowhere_is_told_at_its_line(case: str) -> None:
    schema, rule, word = REFERENCES[case]
    files = {"api/a.yaml": f"openapi: 3.0.3\ncomponents:\n  schemas:\n    A:\n      {schema}\n", "x.md": "# X\n"}
    (found,) = [each for each in parts.findings(files) if each.rule_id.startswith("contract/reference-")]
    assert (found.rule_id, found.location and found.location.start_line) == (rule, 5)
    assert word in found.description


def test_references_in_a_circle_are_told_and_recursion_through_a_property_is_not() -> None:
    files = {
        "a.yaml": """\
openapi: 3.0.3
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/A'}
    Tree: {properties: {left: {$ref: '#/components/schemas/Tree'}, all: {items: {$ref: '#/components/schemas/Tree'}}}}
    Into: {$ref: '#/components/schemas/A'}
""",
        "x.md": "# X\n",
    }
    (found,) = [each for each in parts.findings(files) if each.rule_id.startswith("contract/reference-")]
    assert [each.start_line for each in found.places] == [4, 5]


_BITS = ["[", "]", "{", "}", ":", ": ", "- ", "\n", "  ", "\t", "#", "&a ", "*a", "!x ", "|", '"', "'", "\\", "---\n"]
_BITS += ["? ", ",", "\r"]
_BITS += ["<<: ", "\u2028", "%", "$ref", "0x1", "~", "@", "\0", "\\ud83d", "{{", "openapi: 3", "services: "]


@settings(deadline=None)
@example(7, [(0, "\r", 9), (10**5, "\0", 9)])
@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(_BITS), st.integers(0, 9))))
def test_no_text_crashes_a_reader(seed: int, changes: list[tuple[int, str, int]]) -> None:
    text = Nasty(seed).text()
    for at, bit, cut in changes:
        place = at % (len(text) + 1)
        text = text[:place] + bit + text[place + cut :]
    design = design_of({"a.yaml": text.encode()})
    for document in design.documents:
        assert all(1 <= each.line <= len(document.lines) for each in document.faults)
        for check in CHECKS:
            assert all(1 <= each.at.lines[0] <= len(document.lines) for each in check(design))
        if document.tree is not None:
            for pointer in (
                [(), *((key,) for key in document.tree.data)] if isinstance(document.tree.data, dict) else [()]
            ):
                start, end = document.tree.line_of(pointer), document.tree.end_line_of(pointer)
                assert 1 <= start <= end <= len(document.lines)
