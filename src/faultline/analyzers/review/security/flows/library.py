"""What functions of others give: containers that they make, texts they put together, data they let through."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from faultline.analyzers.review.security.flows import containers, folding
from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    NOTHING,
    UNKNOWN,
    Cell,
    Origin,
    Value,
    constant,
    join,
    merged,
)
from faultline.analyzers.review.security.flows.expressions import Expressions

_DICTS = frozenset(
    {"dict", "collections.OrderedDict", "collections.defaultdict", "types.SimpleNamespace", "collections.ChainMap"}
)
_LISTS = frozenset(
    {"list", "collections.deque", "sorted", "reversed", "queue.Queue", "tuple", "set", "frozenset", "iter"}
)
_STREAMS = frozenset({"io.StringIO", "io.BytesIO", "StringIO.StringIO", "cStringIO.StringIO"})
_CONFIGS = frozenset({"configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser"})
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_ENDS = frozenset(
    {
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "flask.abort",
        "quart.abort",
        "bottle.abort",
        "os.abort",
        "werkzeug.exceptions.abort",
        "abort",
    }
)
_RESOLVES = frozenset({"os.path.realpath", "os.path.abspath", "os.path.normpath"})
_JOINS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_KEEPS_TEXT = frozenset(
    {
        "str",
        "os.fspath",
        "os.path.realpath",
        "os.path.abspath",
        "os.path.normpath",
        "os.path.expanduser",
        "pathlib.Path",
        "sqlalchemy.text",
        "sqlalchemy.sql.text",
        "re.compile",
        "regex.compile",
        "textwrap.dedent",
        "typing.cast",
        "unicode",
    }
)
_KEEPING_METHODS = frozenset(
    {
        "strip",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "encode",
        "decode",
        "resolve",
        "expanduser",
        "absolute",
        "as_posix",
        "title",
        "casefold",
        "removesuffix",
    }
)
_STRINGS = frozenset(
    {
        "strip",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "encode",
        "decode",
        "replace",
        "title",
        "split",
        "rsplit",
        "splitlines",
        "join",
        "format",
        "ljust",
        "zfill",
        "partition",
        "rpartition",
        "removeprefix",
        "removesuffix",
        "translate",
        "casefold",
        "capitalize",
        "swapcase",
    }
)


@dataclass
class Call:
    """One call, with what goes into it."""

    node: ast.Call
    name: str
    """What is called, as it was imported; empty where that is not known."""
    method: str
    """The last part, where it is called on something."""
    receiver: Value
    arguments: list[Value]
    keywords: dict[str, Value] = field(default_factory=dict)
    spread: Value | None = None
    """What is spread into it, by `*` or `**`, and not known in detail."""

    def argument(self, position: int, *names: str) -> Value | None:
        """One argument, by position or by a keyword."""
        if 0 <= position < len(self.arguments):
            return self.arguments[position]
        return next((self.keywords[name] for name in names if name in self.keywords), None)


class Library(Expressions):
    """The interpreter's knowledge of functions that are not in the file."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.imports: set[str] = set()
        """The packages that the file imports."""
        self.ended = False
        """Whether what was called last never comes back."""

    def call_other(self, call: Call, callee: Value) -> Value:
        """What a function of others gives."""
        name, method, receiver = call.name, call.method, call.receiver
        if name in _ENDS:
            self.ended = True
        if receiver.refs:
            found = containers.method(self, receiver, method, call.arguments, call.keywords)
            if found is not None:
                return found
        made = self._make(call)
        if made is not None:
            return made
        if method and receiver.known and not receiver.taint:
            const = folding.method(receiver.const, method, call.arguments, call.keywords)
            if const is not NOTHING:
                return constant(const)
        elif name and not method:
            const = folding.builtin(name, call.arguments)
            if const is not NOTHING and not any(each.taint for each in call.arguments):
                return constant(const)
        value = self.source(Value(name=name or None), call.node) if name in self.tables.sources else UNKNOWN
        if value.taint:
            return value
        if callee.taint and receiver.name in self.tables.requests:
            return Value(taint=callee.taint, name=f"{name}()" if name else None)
        if method in self.tables.source_methods and not receiver.taint:
            kind, needs = self.tables.source_methods[method]
            if needs & self.imports:
                return Value(taint={Origin(f"`{method}()`", call.node.lineno, kind): frozenset()})
        return self._passed(call)

    def _make(self, call: Call) -> Value | None:
        """Containers that are made by a call."""
        name, arguments = call.name, call.arguments
        if name in _DICTS:
            value = self.allocate(Cell("object" if name == "types.SimpleNamespace" else "dict", dict(call.keywords)))
            containers.method(self, value, "update", arguments if name != "collections.defaultdict" else [], {})
            return value
        if name in _LISTS and not call.method.startswith("get"):
            if name in ("set", "frozenset"):
                return self.allocate(Cell("set", {}, containers.elements(self, arguments[0]) if arguments else None))
            if not arguments:
                return self.allocate(Cell("list"))
            values = containers.sequence(self, arguments[0])
            if values is not None and name in ("list", "tuple", "collections.deque", "iter"):
                return containers.of_values(self, "tuple" if name == "tuple" else "list", values)
            return self.allocate(Cell("list", {}, containers.elements(self, arguments[0]), False))
        if name in _STREAMS:
            return self.allocate(Cell("stream", {0: arguments[0] if arguments else constant("")}))
        if name in _CONFIGS:
            return self.allocate(Cell("config"))
        if name in _COPIES and arguments:
            found = containers.cells(self, arguments[0])
            return self.allocate(found[0]) if found else arguments[0]
        if name == "getattr" and len(arguments) > 1 and isinstance(arguments[1].const, str):
            value = self.attribute(arguments[0], arguments[1].const, call.node)
            return join(value, arguments[2]) if len(arguments) > 2 and not value.taint and not value.name else value
        if name in ("map", "filter") and len(arguments) > 1:
            element = containers.elements(self, arguments[1])
            given = element if name == "filter" else self._applied(arguments[0], [element], call)
            self._site = call.node
            return self.allocate(Cell("list", {}, given, False))
        if name == "functools.partial" and arguments and arguments[0].calls:
            taint = merged(*(containers.deep(self, each) for each in arguments[1:]))
            return Value(taint=taint) if taint else arguments[0]
        if name in ("zip", "enumerate") and arguments:
            taints = [Value(taint=containers.deep(self, each)) for each in arguments]
            pair = (
                [UNKNOWN, containers.elements(self, arguments[0])]
                if name == "enumerate"
                else [containers.elements(self, each) for each in arguments]
            )
            del taints
            inner = self.allocate(Cell("tuple", dict(enumerate(pair))))
            return self.allocate(Cell("list", {}, inner, False))
        if name == "next" and arguments:
            found_next = containers.elements(self, arguments[0])
            return join(found_next, arguments[1]) if len(arguments) > 1 else found_next
        return None

    def _applied(self, function: Value, arguments: list[Value], call: Call) -> Value:
        if function.calls:
            return self.invoke(function, arguments, call.node)
        clean = self.tables.cleaned_by(function.name or "")
        taint = merged(*(each.taint for each in arguments))
        return Value(taint=taint).safe_for(clean or frozenset())

    def _passed(self, call: Call) -> Value:
        """What an unknown function gives: whatever went into it, safer where it is known to make it so."""
        name, method, receiver, tables = call.name, call.method, call.receiver, self.tables
        result = f"{name}()"[:120] if name else None
        every = [*call.arguments, *call.keywords.values(), *([call.spread] if call.spread is not None else [])]
        taints = [containers.deep(self, each) for each in every]
        own = containers.deep(self, receiver)
        clean = tables.cleaned_by(name)
        if clean is None and method and name not in tables.by_call:
            clean = tables.clean_methods.get(method)
        if clean is not None:
            taint = merged(own, *taints)
            if name in tables.restores:
                taint = {origin: kinds & _FOR_GOOD for origin, kinds in taint.items()}
            if {"*", "size"} <= clean:
                return Value(name=result)
            return Value(name=result, taint={origin: kinds | clean for origin, kinds in taint.items()})
        marks = frozenset[str]()
        text = None
        if method == "join" and receiver.text is not None and call.arguments:
            return self._join_text(receiver, call.arguments[0])
        if method == "format" and receiver.text is not None:
            text = folding.formatted(receiver.text, call.arguments, call.keywords)
        elif method == "replace" and own and len(call.arguments) > 1:
            gone = call.arguments[0].const
            kinds = _REPLACED.get(gone, frozenset[str]()) if isinstance(gone, str) else frozenset[str]()
            return Value(taint=own, marks=receiver.marks).safe_for(kinds)
        elif (
            name in ("re.sub", "re.subn")
            and call.arguments
            and isinstance(call.arguments[0].const, str)
            and len(taints) > 2
        ):
            # What a class of allowed characters does not name is taken out.
            kinds = frozenset({"*"}) if call.arguments[0].const.startswith("[^") else frozenset[str]()
            return Value(taint=taints[2]).safe_for(kinds)
        elif method in ("resolve", "absolute") or name in _RESOLVES:
            marks = frozenset({"resolved"})
            text = receiver.text if not name.startswith("os.") else None
        elif name in _JOINS:
            text = "/".join(each.text if each.text is not None else HOLE for each in call.arguments)
            # What is joined on from the right and absolute takes everything's place.
            return Value(
                text=text,
                taint=merged(*taints),
                name=result,
                marks=frozenset.intersection(*[each.marks for each in call.arguments]) if call.arguments else marks,
            )
        elif method in _KEEPING_METHODS:
            text, marks = receiver.text, receiver.marks
        if method == "joinpath":
            text = "/".join(each.text if each.text is not None else HOLE for each in (receiver, *call.arguments))
        elif name in _KEEPS_TEXT and call.arguments:
            text = call.arguments[0].text
            marks |= call.arguments[0].marks
        if method and not own and (method in tables.lookup_methods or method == "get"):
            return Value(name=result)
        if name in _OPENS and any(taints):
            # What stands in a file that somebody chose matters where it can run code.
            opened = merged(*taints)
            return Value(name=result, taint={origin: kinds | tables.opened for origin, kinds in opened.items()})
        if name in tables.lookup_names:
            return Value(name=result)
        if method in _STRINGS and method not in ("join", "format"):
            return Value(text=text, taint=own, marks=marks, name=result)
        requests = [each for each in every if each.name in tables.requests]
        if requests and not name.startswith(("django.", "flask.")):
            taints.append(
                {Origin(f"`{(requests[0].name or '').rpartition('.')[2]}`", call.node.lineno, "web"): frozenset()}
            )
        if _is_type(name or method) and (call.keywords or taints) and not name.startswith("pathlib."):
            self._site = call.node
            made = self.allocate(Cell("object", dict(call.keywords)))
            return made.but(name=result, taint=merged(own, *taints[: len(call.arguments)]))
        return Value(text=text, taint=merged(own, *taints), name=result, marks=marks)

    def _join_text(self, separator: Value, parts: Value) -> Value:
        values = containers.sequence(self, parts)
        taint = merged(separator.taint, containers.deep(self, parts))
        if values is None:
            inner = containers.elements(self, parts)
            return Value(text=None, taint=merged(taint, inner.taint) if inner.taint else taint)
        out: list[Value] = []
        for index, each in enumerate(values):
            out += [separator, each] if index else [each]
        text = folding.pieces(*out)
        return Value(text if HOLE not in text and len(text) < 1500 else NOTHING, text, taint)


_OPENS = frozenset({"open", "io.open", "codecs.open", "gzip.open", "aiofiles.open"})
_FOR_GOOD = frozenset({"*", "size"})
"""What decoding does not undo."""
_REPLACED = {
    "'": frozenset({"xpath", "sql"}),
    '"': frozenset({"xpath"}),
    "<": frozenset({"html", "xml"}),
    "\n": frozenset({"log", "header", "mail"}),
    "\r\n": frozenset({"log", "header", "mail"}),
    "\r": frozenset({"header", "mail"}),
}


def _is_type(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()
