"""A Terraform file as its blocks."""

import pytest

from faultline.analyzers.design.documents import terraform
from faultline.analyzers.design.documents.terraform import Expression, TerraformDocument
from tests.analyzers.design.parts import design
from tests.cost import within

FILE = r"""
# a comment
locals {
  zones = local.more
}
variable "size" {
  default = 3
}
resource "aws_thing" "main" {
  count   = var.size > 1 ? 2 : 1
  name    = "${var.prefix}-a\"b\""
  whole   = "${var.size}"
  number  = -3
  ratio   = 0.5
  nothing = null
  list    = [1, "a", var.size]
  tags = {
    Name  = "x"
    "k:1" : true
  }
  policy = jsonencode({
    Statement = [{ Action = "*" }]
  })
  text = <<-EOT
    two
      lines
  EOT
  nested "label" {
    inner = [
      "a",
      "b",
    ]
  }
  dynamic "rule" {
    for_each = var.rules
    content {
      port = 22
    }
  }
}
"""


def read(text: str) -> TerraformDocument:
    return TerraformDocument("main.tf", text)


def test_what_is_written_out_is_read() -> None:
    (block,) = read(FILE).resources
    assert (block.address, block.type, block.name, block.line, block.end_line) == (
        "aws_thing.main",
        "aws_thing",
        "main",
        9,
        40,
    )
    assert block.attributes == {
        "count": "var.size > 1 ? 2 : 1",
        "name": '${var.prefix}-a"b"',
        "whole": "var.size",
        "number": -3,
        "ratio": 0.5,
        "nothing": None,
        "list": [1, "a", "var.size"],
        "tags": {"Name": "x", "k:1": True},
        "policy": {"Statement": [{"Action": "*"}]},
        "text": "two\n  lines",
    }
    assert {
        name: isinstance(value, Expression) for name, value in block.attributes.items() if isinstance(value, str)
    } == {
        "count": True,
        "name": False,
        "whole": True,
        "text": False,
    }


def test_attributes_and_what_is_in_them_have_their_lines() -> None:
    (block,) = read(FILE).resources
    assert [block.lines[each] for each in ("count", "tags", "tags.Name", "tags.k:1")] == [10, 17, 18, 19]
    assert block.lines["policy.Statement.0.Action"] == 22
    nested = block.first("nested")
    assert nested is not None
    assert (nested.labels, nested.line, nested.lines["inner.1"]) == (("label",), 28, 31)


def test_a_dynamic_block_counts_as_a_block_of_its_label() -> None:
    (block,) = read(FILE).resources
    (rule,) = block.all("rule")
    assert (rule.attributes, rule.line) == ({"port": 22}, 34)
    assert [each.kind for each in block.walk()] == ["resource", "nested", "rule"]


def test_variables_and_locals_of_the_folder_are_filled_in() -> None:
    there = design(
        {
            "infra/main.tf": 'resource "a" "b" {\n  on = var.on\n  n = local.n\n  x = var.x\n}\n',
            "infra/variables.tf": 'variable "on" { default = false }\nvariable "x" {}\nlocals { n = var.m }\n',
            "other/variables.tf": 'variable "x" { default = 1 }\nvariable "m" { default = 9 }\n',
        }
    )
    main = there.by_path["infra/main.tf"]
    assert isinstance(main, TerraformDocument)
    (block,) = main.resources
    assert main.value(block, "on") is False
    assert main.value(block, "n") == "var.m"
    assert main.value(block, "x") == "var.x"
    assert main.value(block, "not there") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('resource "a" "b" {\n  x = 1\n', 1),
        ("x = [1,\n", 1),
        ("a = 1\n}}}\n", 2),
        ('a = 1\nb "c" {\n  d =\n  e = 2\n}\n', 3),
        ("this is no hcl at all\n", 1),
    ],
)
def test_what_is_broken_is_a_problem_with_its_line(text: str, line: int) -> None:
    problems = read(text).problems
    assert problems
    assert problems[0].startswith(f"line {line}: ")


def test_the_whole_blocks_of_a_broken_file_are_still_read() -> None:
    document = read('resource "a" "b" {\n  x = 1\n}\nresource "c" "d" {\n  y = = 2\n}\n')
    assert [each.address for each in document.resources][:1] == ["a.b"]
    assert document.problems


@pytest.mark.parametrize(
    "text", ["{" * 20_000, "a = " + "[" * 20_000, "a {\n" * 3_000, "a = " + "(" * 20_000, '"' * 20_000]
)
def test_depth_is_no_danger(text: str) -> None:
    def walked() -> int:
        return len([each for block in read(text).blocks for each in block.walk()])

    assert walked() < 100
    within(2, walked)


def test_a_file_that_is_too_large_is_said_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "MOST_TEXT", 100)
    document = read("a = 1\n" * 20)
    assert document.blocks == []
    assert "more than" in document.problems[0]
