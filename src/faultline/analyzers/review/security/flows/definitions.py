"""What names are bound to by imports, functions and classes."""

from __future__ import annotations

import ast

from faultline.analyzers.review.security.flows.calls import Calls
from faultline.analyzers.review.security.flows.domain import Class, Function, Value

CANONICAL = {
    "flask.globals.request": "flask.request",
    "flask.globals.session": "flask.session",
    "werkzeug.utils.redirect": "flask.redirect",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
}
"""Names by which the same thing can be imported."""


class Definitions(Calls):
    """The interpreter's knowledge of imports and definitions."""

    def defined(self, function: Function) -> None:
        """A function has been defined."""
        raise NotImplementedError

    def _import(self, node: ast.Import) -> bool:
        for each in node.names:
            self.imports.add(each.name.partition(".")[0])
            name = each.name if each.asname else each.name.partition(".")[0]
            self.bind(each.asname or name, Value(name=name))
        return True

    def _import_from(self, node: ast.ImportFrom) -> bool:
        module = "." * node.level + (node.module or "")
        self.imports.add(module.partition(".")[0])
        for each in node.names:
            if each.name != "*":
                self.bind(
                    each.asname or each.name,
                    Value(name=CANONICAL.get(f"{module}.{each.name}", f"{module}.{each.name}")),
                )
        return True

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        names = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
        function = Function(node, self.chain, static="staticmethod" in names)
        value = Value(calls=(function,))
        for each in reversed(node.decorator_list):
            decorator = self.eval(each)
            if decorator.calls and all(isinstance(one, Function) for one in decorator.calls):
                wrapped = self.invoke(decorator, [value], each)
                value = wrapped if wrapped.calls else value
        self.bind(node.name, value)
        self.defined(function)
        return True

    def _class(self, node: ast.ClassDef) -> bool:
        bases = [self.eval(each) for each in node.bases]
        own = tuple(each for base in bases for each in base.calls if isinstance(each, Class))
        names = tuple(base.name for base in bases if base.name)
        self._contexts += 1
        number = self._contexts
        frame: dict[str, Value] = {}
        made = Class(node, frame, own, names)
        chain, self.chain = self.chain, (*self.chain, number)
        self.state.frames[number] = frame
        self.run([each for each in node.body if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)])
        frame.update(self.state.frames.pop(number, frame))
        self.chain = chain
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in each.decorator_list)
                for decorator in each.decorator_list:
                    self.eval(decorator)
                function = Function(each, chain, None, made, static)
                if each.name not in frame or not any(
                    isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter") for one in each.decorator_list
                ):
                    frame[each.name] = Value(calls=(function,))
                self.defined(function)
        self.bind(node.name, Value(calls=(made,)))
        return True
