"""Paths: what their text may be, and that its variables and the declared parameters agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from faultline.analyzers.design.contract.spots import dicts, of_each_document, spot
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import METHODS, OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_VARIABLE = regex(r"\{[;?+]{0,2}([^{}/;?+*]{1,200})\*?\}")
"""A variable as people write it, with the operators of RFC 6570 that some carry over."""
_QUERY = regex(r"(?<!\{)\?.*", re.DOTALL)


def paths(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about the keys of `paths` and about the parameters that stand for their variables."""
    holder = document.root.child("paths")
    slashed = [str(path).endswith("/") and len(str(path)) > 1 for path, _ in holder.items()]
    # Where nearly all paths end so, it is the house's style.
    mixed = 0 < sum(slashed) <= len(slashed) / 2
    shapes: dict[str, str] = {}
    for key, item in holder.items():
        path = str(key)
        if path.startswith("x-"):
            continue
        yield from _text(path, item, mixed)
        target = document.resolve(item)
        if not isinstance(target.value, dict):
            continue
        shape = _VARIABLE.sub("%", path)
        if shapes.setdefault(shape, path) != path:
            yield Observation(
                "contract/equivalent-paths",
                spot(item, symbol=path),
                f"{path} and {shapes[shape]} are the same path for a router.",
                also=(spot(holder, shapes[shape]),),
                cause=shape,
            )
        variables: list[str] = []
        for name in _VARIABLE.findall(path):
            if name in variables:
                yield Observation(
                    "contract/repeated-path-variable",
                    spot(item, symbol=path),
                    f"{path} has the variable {{{name}}} twice.",
                )
            else:
                variables.append(name)
        # What stands in a query is told as that.
        queried = [name for query in _QUERY.findall(path) for name in _VARIABLE.findall(query)]
        yield from _Declared(document, path, variables, queried, target).observations()


def _text(path: str, item: Node, mixed: bool) -> Iterator[Observation]:
    at = spot(item, symbol=path)
    if "{}" in path:
        yield Observation("contract/empty-path-variable", at, f"A variable of {path} has no name.")
    if len(path) > 1 and path.endswith("/"):
        yield Observation(
            "contract/trailing-slash-in-path",
            at,
            f"{path} ends with a slash" + (", and most other paths do not." if mixed else "."),
            many="{count} paths end with a slash",
            severity=Severity.LOW if mixed else None,
        )
    if "?" in path.replace("{?", "{"):
        yield Observation("contract/query-in-path", at, f"{path} holds a query.", many="{count} paths hold a query")


@dataclass
class _Declared:
    """The parameters of one path beside its variables."""

    document: OpenApiDocument
    path: str
    variables: list[str]
    queried: list[str]
    item: Node

    def observations(self) -> Iterator[Observation]:
        """What does not agree."""
        above: dict[str, Node] = {}
        yield from self._collect(self.item, above, "")
        unused: dict[tuple[str, int], Observation] = {}
        for method in METHODS:
            operation = self.item.child(method)
            if not isinstance(operation.value, dict):
                continue
            symbol = f"{method.upper()} {self.path}"
            own: dict[str, Node] = {}
            yield from self._collect(operation, own, symbol)
            holding = above | own
            for name, node in holding.items():
                if name not in self.variables:
                    unused.setdefault((name, id(node)), self._unused(name, node, symbol if name in own else self.path))
            for name in self.variables:
                if name not in holding and name not in self.queried:
                    yield Observation(
                        "contract/undefined-path-parameter",
                        spot(operation, symbol=symbol),
                        f"{symbol} declares no path parameter for {{{name}}}.",
                        many="{count} variables of paths have no parameter",
                    )
        yield from unused.values()

    def _collect(self, owner: Node, found: dict[str, Node], symbol: str) -> Iterator[Observation]:
        parameters = owner.child("parameters")
        for place, _ in dicts(parameters.value):
            node = parameters.child(place)
            value = self.document.resolve(node).value
            if (
                not isinstance(value, dict)
                or value.get("in") != "path"
                or not isinstance(name := value.get("name"), str)
            ):
                continue
            if value.get("required") is not True:
                yield Observation(
                    "contract/optional-path-parameter",
                    spot(node, symbol=f"{symbol or self.path} parameter {name}"),
                    f"{symbol or self.path} does not say `required: true` of the path parameter {name}.",
                    many="{count} path parameters are not required",
                )
            found.setdefault(name, node)

    def _unused(self, name: str, node: Node, owner: str) -> Observation:
        return Observation(
            "contract/unused-path-parameter",
            spot(node, symbol=f"{owner} parameter {name}"),
            f"{owner} declares the path parameter {name}, and {self.path} has no variable of this name.",
            many="{count} path parameters stand for no variable",
        )


CHECKS: tuple[Check, ...] = (of_each_document(paths),)
