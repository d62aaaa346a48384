"""Kinds of nodes: what the grammars of all languages call names, calls, texts and what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ast_grep_py import SgNode


LONGEST: Final = 4_000
"""Characters of an expression that are searched."""
NAMES: Final = frozenset(
    {
        "identifier",
        "variable_name",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "instance_variable",
        "global_variable",
        "constant",
    }
)
CALLS: Final = frozenset(
    {
        "call_expression",
        "call",
        "method_invocation",
        "invocation_expression",
        "function_call_expression",
        "member_call_expression",
        "nullsafe_member_call_expression",
        "scoped_call_expression",
        "new_expression",
        "object_creation_expression",
        "macro_invocation",
    }
)
ACCESS: Final = frozenset(
    {
        "member_expression",
        "field_access",
        "selector_expression",
        "subscript_expression",
        "index_expression",
        "array_access",
        "element_access_expression",
        "member_access_expression",
        "element_reference",
        "field_expression",
        "scope_resolution",
        "scoped_identifier",
        "conditional_access_expression",
        "class_constant_access_expression",
    }
)
LITERALS: Final = frozenset(
    {
        "string_fragment",
        "string_content",
        "string_literal_content",
        "escape_sequence",
        "comment",
        "line_comment",
        "block_comment",
        "number",
        "integer",
        "float",
        "int_literal",
        "interpreted_string_literal",
        "raw_string_literal",
        "number_literal",
        "integer_literal",
        "decimal_integer_literal",
        "real_literal",
        "char_literal",
        "true",
        "false",
        "null",
        "nil",
        "regex",
        "symbol",
        "simple_symbol",
        "boolean",
        "name",
        "type_identifier",
        "predefined_type",
        "primitive_type",
        "character_literal",
        "null_literal",
        "boolean_literal",
        "interpolation_start",
        "interpolation_brace",
        "interpolation_quote",
        "property_identifier",
        "operator",
        "self",
    }
)
TEXTS: Final = frozenset(
    {
        "string",
        "string_literal",
        "template_string",
        "interpolated_string_expression",
        "encapsed_string",
        "interpreted_string_literal",
        "raw_string_literal",
        "verbatim_string_literal",
        "heredoc",
        "heredoc_body",
        "subshell",
        "concatenated_string",
    }
)
BINARY: Final = frozenset({"binary_expression", "binary", "operator_assignment", "augmented_assignment_expression"})
THROUGH: Final = frozenset(
    {
        "parenthesized_expression",
        "await_expression",
        "as_expression",
        "argument",
        "expression_list",
        "non_null_expression",
        "reference_expression",
        "cast_expression",
        "try_expression",
        "satisfies_expression",
        "type_conversion_expression",
        "argument_list",
        "unary_expression",
        "pointer_expression",
        "spread_element",
    }
)


def name_of(node: SgNode) -> str:
    """A name without the sign that some languages put before it."""
    return node.text().lstrip("$")


def named_in(node: SgNode) -> list[SgNode]:
    """The nodes right below one that the grammar has a name for."""
    return [each for each in node.children() if each.is_named()]


def last_in(node: SgNode) -> SgNode | None:
    """The last one of them."""
    children = named_in(node)
    return children[-1] if children else None


def operators_in(node: SgNode) -> list[str]:
    """The texts of the nodes right below one that are only signs."""
    return [each.text() for each in node.children() if not each.is_named()]


def callee_of(node: SgNode) -> str:
    """What a call calls, as it is written: everything before its arguments."""
    text = node.text()[:LONGEST]
    arguments = node.field("arguments")
    if arguments is not None:
        text = text[: max(arguments.range().start.index - node.range().start.index, 0)]
    else:
        text = text.partition("(")[0]
    return text.removeprefix("new ").strip().rstrip("!").strip()


def span_of(node: SgNode) -> tuple[int, int]:
    """Where a node begins and ends, in characters."""
    where = node.range()
    return where.start.index, where.end.index
