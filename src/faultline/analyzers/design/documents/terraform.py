"""TerraformDocument: a `.tf` file, its blocks with their attributes and lines.

Values that are written out are read; an `Expression` is what is only known when Terraform runs. What a variable or a
local of the same folder has as its value is filled in by `TerraformDocument.value`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.spot import Spot

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MOST_TEXT: Final = 4_000_000
"""Characters of a file that is read."""
MOST_DEPTH: Final = 40
"""Blocks and lists in one another."""
MOST_PROBLEMS: Final = 10


class Expression(str):
    """The source of a value that is not written out: `var.size`, `aws_sqs_queue.dead.arn`."""

    __slots__ = ()


@dataclass(eq=False)
class TerraformBlock:
    """A block such as `resource "aws_db_instance" "main" { ... }`.

    Args:
        kind: `resource`, `variable`, `ingress`.
        labels: of a resource its type and its name.
        line: where it starts, from 1.
        end_line: where it ends, inclusive.
        attributes: values by name: text, numbers, booleans, None, lists and dicts of literals; of any other expression
            an `Expression`, its source text. `jsonencode(...)` counts as what it encodes.
        lines: of the attributes by name, and of what is in a list or an object by its path: `tags.Name`, `cidrs.0`.
        blocks: the blocks in it; the `content` of a `dynamic` block counts as a block of its label.

    """

    kind: str
    labels: tuple[str, ...]
    line: int
    end_line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    blocks: list[TerraformBlock] = field(default_factory=list)

    @property
    def type(self) -> str:
        """Of a resource or a data source its type, else empty."""
        return self.labels[0] if self.kind in ("resource", "data") and self.labels else ""

    @property
    def name(self) -> str:
        """Its last label, or its kind where it has none."""
        return self.labels[-1] if self.labels else self.kind

    @property
    def address(self) -> str:
        """How others refer to it: `aws_db_instance.main`, `module.vpc`, `var.size`."""
        kind = {"resource": "", "variable": "var."}.get(self.kind, f"{self.kind}.")
        return kind + ".".join(self.labels) if self.labels else self.kind

    def all(self, kind: str) -> list[TerraformBlock]:
        """The blocks of a kind in it."""
        return [each for each in self.blocks if each.kind == kind]

    def first(self, kind: str) -> TerraformBlock | None:
        """The first block of a kind in it."""
        return next((each for each in self.blocks if each.kind == kind), None)

    def walk(self) -> Iterator[TerraformBlock]:
        """It and all blocks in it, from the outside in."""
        yield self
        for each in self.blocks:
            yield from each.walk()


@dataclass(eq=False)
class TerraformDocument(Document):
    """A Terraform file."""

    kind: ClassVar[str] = "terraform"

    def __post_init__(self) -> None:
        """Read it, so that its problems are known."""
        top = _read(self.text, self.problems)
        self._blocks = [top] if self.values else top.blocks

    @property
    def values(self) -> bool:
        """Whether it gives variables their values: `prod.tfvars`, which is one block, `tfvars`."""
        return self.path.endswith(".tfvars")

    @property
    def blocks(self) -> list[TerraformBlock]:
        """The outermost blocks in their order."""
        return self._blocks

    @property
    def resources(self) -> list[TerraformBlock]:
        """The resources in their order."""
        return [each for each in self.blocks if each.kind == "resource"]

    @cached_property
    def module(self) -> list[TerraformDocument]:
        """The files of its folder, itself among them, by path: what Terraform reads as one."""
        folder = self.path.rpartition("/")[0]
        beside = {self.path: self} | {
            path: each
            for path, each in self.siblings.items()
            if isinstance(each, TerraformDocument) and path.rpartition("/")[0] == folder
        }
        return [each for _, each in sorted(beside.items())]

    def value(self, block: TerraformBlock, name: str) -> Any:
        """An attribute with the default of its variable or the value of its local; None where it is not there.

        What nobody writes out stays an `Expression`.
        """
        return self.resolved(block.attributes.get(name))

    def resolved(self, value: Any) -> Any:
        """A value with the variables and locals of its folder filled in."""
        for _ in range(4):
            if not isinstance(value, Expression):
                break
            if value in self._known:
                value = self._known[value]
                continue
            found = _BELOW.fullmatch(value)
            below = self._known.get(found[1]) if found else None
            for key in _KEY.findall(found[2]) if found else ():
                name = key[0] or key[1]
                below = below.get(name) if isinstance(below, Mapping) else None
            if below is None:
                break
            value = below
        return value

    def source(self, value: Any) -> tuple[Spot, Mapping[str, Any], str] | None:
        """Where the object is written that an expression speaks of first: its spot, what it holds, its path there.

        `{ for k, v in local.services : k => v }` speaks of `local.services`; the path is one of
        `TerraformBlock.lines`.
        """
        found = _SOURCE.search(value) if isinstance(value, Expression) else None
        if found is None:
            return None
        for document in self.module:
            for block in document.blocks:
                name = "default" if block.kind == "variable" and block.address == found[0] else ""
                if block.kind == "locals" and found[0].startswith("local."):
                    name = found[0].removeprefix("local.")
                held = block.attributes.get(name)
                if isinstance(held, Mapping):
                    return document.spot(block, name), held, name
        return None

    def entry_spot(self, value: Any, key: str) -> Spot | None:
        """Where an entry of the object stands that an expression speaks of."""
        found = self.source(value)
        if found is None:
            return None
        spot, _, path = found
        for document in self.module:
            if document is spot.document:
                for block in document.blocks:
                    if f"{path}.{key}" in block.lines and block.kind in ("locals", "variable"):
                        return Spot(document, line=block.lines[f"{path}.{key}"], symbol=key)
        return None

    def spot(self, block: TerraformBlock, name: str = "", within: TerraformBlock | None = None) -> Spot:
        """Where an attribute stands, or the block where it has none; `within` is the resource that a block is in."""
        line = block.lines.get(name, block.line)
        return Spot(self, line=line, symbol=(within or block).address)

    @cached_property
    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for document in self.module:
            for block in document.blocks:
                if block.kind == "variable" and "default" in block.attributes:
                    known[block.address] = block.attributes["default"]
                elif block.kind == "locals":
                    known |= {f"local.{name}": value for name, value in block.attributes.items()}
        for document in self._given:
            known |= {f"var.{name}": value for name, value in document.blocks[0].attributes.items()}
        return known

    @property
    def _given(self) -> list[TerraformDocument]:
        """The files of values that count for its folder, the last one most.

        Terraform takes some by their name. Of others, beside it or in a folder below without a module of its own, the
        only one counts, or the one for production.
        """
        folder = self.path.rpartition("/")[0]
        files = {path: each for path, each in sorted(self.siblings.items()) if isinstance(each, TerraformDocument)}
        modules = {path.rpartition("/")[0] for path, each in files.items() if not each.values}
        near = [
            each
            for path, each in files.items()
            if each.values and _module_of(path.rpartition("/")[0], modules) == folder
        ]
        taken = [each for each in near if _TAKEN.search(each.path) and each.path.rpartition("/")[0] == folder]
        others = [each for each in near if each not in taken]
        live = others if len(others) == 1 else [each for each in others if _LIVE.search(each.path)]
        return [*taken, *(live if len(live) == 1 else ())]


_BELOW: Final = re.compile(r"((?:local|var)\.[\w-]{1,80})((?:\.[A-Za-z_][\w-]{0,80}|\[\"[^\"\]]{1,80}\"\]){1,4})")
_KEY: Final = re.compile(r"\.([\w-]+)|\[\"([^\"\]]+)\"\]")
_SOURCE: Final = re.compile(r"\b(?:local|var)\.[A-Za-z_][\w-]{0,80}")
_TAKEN: Final = re.compile(r"(?:^|/)terraform\.tfvars$|\.auto\.tfvars$")
_LIVE: Final = re.compile(r"(?:^|[/._-])(?:prod|production|prd|live)(?:[/._-]|$)", re.IGNORECASE)


def _module_of(folder: str, modules: set[str]) -> str | None:
    """The nearest folder with a module, at or above a folder."""
    while folder not in modules:
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return folder


def _read(text: str, problems: list[str]) -> TerraformBlock:
    if len(text) > MOST_TEXT:
        problems.append(f"it has {len(text)} characters, more than the {MOST_TEXT} that are read")
        return TerraformBlock("", (), 1, 1)
    from ast_grep_py import SgRoot  # here, for it takes 10 ms to load

    root = SgRoot(text, "hcl").root()
    holder = TerraformBlock("tfvars", (), 1, 1)
    if root.kind() == "ERROR":
        opened = [each for each in root.children() if each.kind() in ("block_start", "heredoc_start", "ERROR")]
        line = (opened[-1] if opened else root).range().start.line + 1
        _say(problems, line, "what begins here is not closed, or is no HCL")
        _fill(holder, root, 0, problems)
    for part in root.children():
        if part.kind() == "body":
            _fill(holder, part, 0, problems)
        elif part.kind() == "ERROR":
            _broken(part, problems)
    return holder


def _fill(block: TerraformBlock, body: SgNode, depth: int, problems: list[str]) -> None:
    for node in body.children():
        kind = node.kind()
        if kind == "attribute":
            _attribute(block, node, problems)
        elif kind == "block":
            if depth < MOST_DEPTH:
                _block(block, node, depth, problems)
        elif kind == "ERROR":
            _broken(node, problems)


def _attribute(block: TerraformBlock, node: SgNode, problems: list[str]) -> None:
    parts = node.children()
    name = parts[0].text()
    value = next((each for each in reversed(parts) if each.kind() == "expression"), None)
    for each in parts:
        if each.kind() == "ERROR":
            _broken(each, problems)
    if value is not None:
        block.lines[name] = node.range().start.line + 1
        block.attributes[name] = _value(value, 0, name, block.lines)


def _block(outer: TerraformBlock, node: SgNode, depth: int, problems: list[str]) -> None:
    labels, body, where = [], None, node.range()
    kind = ""
    for each in node.children():
        match each.kind():
            case "identifier" if not kind:
                kind = each.text()
            case "identifier":
                labels.append(each.text())
            case "string_lit":
                labels.append(each.text().strip('"'))
            case "body":
                body = each
            case "block_end" if not each.text():
                _say(problems, where.start.line + 1, "a block is not closed")
            case "ERROR":
                _broken(each, problems)
    end = where.end.line + (1 if where.end.column else 0)
    block = TerraformBlock(kind, tuple(labels), where.start.line + 1, max(end, where.start.line + 1))
    if body is not None:
        _fill(block, body, depth + 1, problems)
    if kind == "dynamic" and labels and (content := block.first("content")):
        content.kind, content.line = labels[0], block.line
        outer.blocks.append(content)
    else:
        outer.blocks.append(block)


def _value(node: SgNode, depth: int, path: str, lines: dict[str, int]) -> Any:
    """What an expression is worth; the lines of what is in a list or an object are noted by its path."""
    kind, parts = node.kind(), node.children()
    while kind in ("expression", "literal_value", "collection_value", "template_expr") and len(parts) == 1:
        node = parts[0]
        kind, parts = node.kind(), node.children()
    if depth >= MOST_DEPTH:
        return Expression(node.text())
    match kind:
        case "string_lit":
            return _unquoted(node.text())
        case "quoted_template":
            text = _unquoted(node.text())
            inner = _WHOLE.match(text)
            return Expression(inner[1]) if inner else text
        case "heredoc_template":
            return _heredoc(node.text())
        case "bool_lit":
            return node.text() == "true"
        case "null_lit":
            return None
        case "numeric_lit":
            return _number(node.text())
        case "tuple":
            items = [each for each in parts if each.kind() == "expression"]
            for place, each in enumerate(items):
                lines[f"{path}.{place}"] = each.range().start.line + 1
            return [_value(each, depth + 1, f"{path}.{place}", lines) for place, each in enumerate(items)]
        case "object":
            return dict(_pairs(parts, depth, path, lines))
        case "operation" if _NEGATIVE.match(node.text()):
            return _number(node.text())
        case "function_call" if parts and parts[0].text() in ("jsonencode", "toset", "tolist", "tomap"):
            arguments = next((each for each in parts if each.kind() == "function_arguments"), None)
            given = [each for each in arguments.children() if each.kind() == "expression"] if arguments else []
            if len(given) == 1:
                return _value(given[0], depth + 1, path, lines)
    return Expression(node.text())


def _pairs(parts: list[SgNode], depth: int, path: str, lines: dict[str, int]) -> Iterator[tuple[str, Any]]:
    for part in parts:
        sides = [each for each in part.children() if each.kind() == "expression"]
        if part.kind() == "object_elem" and len(sides) == 2:
            key = str(_value(sides[0], depth + 1, path, {}))
            lines[f"{path}.{key}"] = part.range().start.line + 1
            yield key, _value(sides[1], depth + 1, f"{path}.{key}", lines)


_WHOLE = re.compile(r"^\$\{([^{}]{1,200})\}$")
_NEGATIVE = re.compile(r"^-\s?[0-9.]{1,30}$")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def _unquoted(text: str) -> str:
    return re.sub(r"\\([ntr\"\\])", lambda found: _ESCAPES[found[1]], text[1:-1])


def _heredoc(text: str) -> str:
    lines = text.split("\n")[1:-1]
    if text.startswith("<<-"):
        cut = min((len(each) - len(each.lstrip()) for each in lines if each.strip()), default=0)
        lines = [each[cut:] for each in lines]
    return "\n".join(lines)


def _number(text: str) -> int | float | Expression:
    try:
        value = float(text.replace(" ", "")[:40])
    except ValueError:
        return Expression(text)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _broken(node: SgNode, problems: list[str]) -> None:
    words = " ".join(node.text().split())
    _say(problems, node.range().start.line + 1, f"cannot read `{words[:40]}{'...' if len(words) > 40 else ''}`")


def _say(problems: list[str], line: int, what: str) -> None:
    if len(problems) < MOST_PROBLEMS:
        problems.append(f"line {line}: {what}")
