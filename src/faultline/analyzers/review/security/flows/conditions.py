"""Conditions that a call must meet to be a sink, by the name that sinks.toml gives them.

Each takes the interpreter, the call, the value that matters and its untrusted data, and says whether it is one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from faultline.analyzers.review.security.flows import containers
from faultline.analyzers.review.security.flows.domain import HOLE, Taint, Value

if TYPE_CHECKING:
    from faultline.analyzers.review.security.flows.calls import Call, Calls

Condition = Callable[["Calls", "Call", Value, Taint], bool]

_SQL: Final = re.compile(
    r"^[\s(]*(?:select|insert|update|delete|create|drop|alter|replace|merge|with|call|exec|truncate|grant|pragma|use|set)\b",
    re.IGNORECASE,
)
_STATEMENTS: Final = re.compile(
    r"cur|curs|cursor|conn|connection|db|database|session|engine|c|con|tx|transaction|pool", re.IGNORECASE
)
_SHELLS: Final = frozenset({"sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "pwsh", "su", "ssh"})
_LOGGERS: Final = re.compile(r"log|logger|logging|LOG|LOGGER|_log|_logger|audit", re.IGNORECASE)
_SITE: Final = re.compile(r"^(?:https?:)?//[^/?#\x00]+[/?#]|^/[^/\\\x00]|^[?#]", re.IGNORECASE)
"""An address that stays where it is, whatever comes after: a host and a slash, or a path of this site."""
_HOST: Final = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#\x00]+[/?#]", re.IGNORECASE)
_NO_PAGE: Final = re.compile(r"json|plain|xml$|csv|octet|pdf|image|javascript", re.IGNORECASE)


def hint(node: ast.expr) -> str:
    """The last name in an expression that something is called on."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        return hint(node.func)
    if isinstance(node, ast.Subscript):
        return hint(node.value)
    return ""


def _receiver_hint(call: Call) -> str:
    return hint(call.node.func.value) if isinstance(call.node.func, ast.Attribute) else ""


def _sql(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    if value.text is not None and _SQL.match(value.text):
        return True
    if not call.method or call.name.startswith(("sqlalchemy", "django", "pandas", "psycopg", "peewee")):
        return value.text is None or value.text.startswith(HOLE)
    if call.method in ("query", "fetch", "prepare"):
        return False
    return value.text is None or (value.text.startswith(HOLE) and bool(_STATEMENTS.fullmatch(_receiver_hint(call))))


def _operators(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    """JSON can hold `{"$ne": ""}`; a form's field cannot, except in a string that is run."""
    words = " ".join(origin.words for origin in taint)
    if value.taint:
        return True
    for cell in containers.cells(machine, value):
        if "$where" in cell.items and containers.deep(machine, cell.items["$where"]):
            return True
    return "json" in words or "data" in words


def _shell(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    shell = call.keywords.get("shell")
    if shell is not None and (not shell.known or shell.const):
        return True
    values = containers.sequence(machine, value)
    if values is None:
        # Without a shell a string is the name of a program.
        return (
            not value.refs
            and not value.known
            and (value.text is None or value.text.startswith(HOLE))
            and _anybody(taint)
        )
    if not values:
        return False
    first = values[0].const
    name = first.rpartition("/")[2] if isinstance(first, str) else ""
    if name in _SHELLS:
        return any(containers.deep(machine, each) for each in values[2:])
    if values[0].taint and not values[0].known:
        return _anybody(values[0].taint)
    flags = [each.const for each in values]
    return name.startswith("python") and "-c" in flags


def _anybody(taint: Taint) -> bool:
    return any(origin.kind == "web" for origin in taint)


def _program(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    first = call.argument(0)
    if first is None:
        return False
    if first.taint:
        return True
    name = first.const.rpartition("/")[2] if isinstance(first.const, str) else ""
    return name in _SHELLS


def _named(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    if call.name in ("getattr", "setattr", "delattr"):
        name = call.argument(1)
        return name is not None and value is name and (name.text is None or name.text.startswith(HOLE))
    return value is call.argument(0) and (value.text is None or value.text.startswith(HOLE))


def page(call: Call) -> bool:
    """Whether an answer is a page, for all that its arguments say."""
    for name in ("mimetype", "content_type", "media_type"):
        kind = call.keywords.get(name)
        if kind is not None and isinstance(kind.const, str) and _NO_PAGE.search(kind.const):
            return False
    return True


def _html(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    if call.name == "aiohttp.web.Response":
        kind = call.keywords.get("content_type")
        return kind is not None and isinstance(kind.const, str) and "html" in kind.const
    if call.name.endswith("make_response") and value.refs and not value.taint:
        return False
    return page(call)


def _page(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    name = _receiver_hint(call)
    return name in ("wfile", "response", "resp") or call.receiver.name == "tornado.handler"


def _page_format(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return not value.known


def _path(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return value is not call.argument(1) or call.name.startswith(
        ("shutil.", "os.rename", "os.replace", "os.link", "os.symlink")
    )


def _path_not_file(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return not any(word in origin.words for origin in taint for word in ("files", "data", "stream", "FILES", "body"))


def _path_object(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return (call.receiver.name or "").startswith("pathlib") or call.method in (
        "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "unlink",
    ) or (value.text is not None and "/" in value.text)  # fmt: skip


def _joined_path(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    """A fixed folder and a parameter whose name says that it came from a user."""
    return any(_FROM_USER.search(origin.words) for origin in taint if origin.kind == "parameter")


_FROM_USER: Final = re.compile(
    r"user|input|upload|request|untrusted|file_?name|`(?:requested|template)_", re.IGNORECASE
)


def _upload(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return bool(call.receiver.taint) and any("files" in each.words.lower() for each in call.receiver.taint)


def _url(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    if value.text is None:
        return True
    fixed = _SITE if "redirect" in call.name.lower() or call.method == "redirect" else _HOST
    return not fixed.match(value.text)


def _ldap(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return call.name not in ("re.search", "regex.search")


def _xpath(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return value.text is None or bool(re.search(r"[/\[@.]", value.text)) or value.text == HOLE


def _lxml(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    """Lxml resolves entities unless its parser is told not to."""
    parser = call.argument(1, "parser")
    entities = call.keywords.get("resolve_entities")
    if entities is not None:
        return not entities.known or entities.const is True
    if parser is None:
        return True
    if parser.name is not None and not parser.name.startswith("lxml.etree.") and parser.name.endswith("()"):
        return False
    resolves = _option(machine, parser, "resolve_entities")
    if resolves is None:
        return bool(parser.name)
    return resolves.known and bool(resolves.const)


def _option(machine: Calls, value: Value, name: str) -> Value | None:
    return next((cell.items[name] for cell in containers.cells(machine, value) if name in cell.items), None)


def expands(machine: Calls, parser: Value) -> bool:
    """Whether external entities have been switched on for a parser of the standard library."""
    feature = _option(machine, parser, "feature_external_ges")
    return feature is not None and (not feature.known or bool(feature.const))


def _external(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return expands(machine, call.receiver)


def _external_argument(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    parser = call.argument(1, "parser") or call.keywords.get("parser")
    if parser is None:
        return False
    if parser.name == "lxml.etree.XMLParser()":
        return _lxml(machine, call, value, taint)
    return expands(machine, parser)


def _deserialize(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    if call.name == "numpy.load":
        allowed = call.keywords.get("allow_pickle")
        return allowed is not None and allowed.const is True
    if call.name == "torch.load":
        only = call.keywords.get("weights_only")
        return only is None or only.const is not True
    if call.name in ("joblib.load", "torch.load", "pandas.read_pickle", "shelve.open"):
        return _anybody(taint)
    return True


def _yaml(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    loader = call.argument(1, "Loader")
    return loader is None or not (loader.name or "").endswith(("SafeLoader", "BaseLoader"))


def _headers(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    if call.method in ("add_header", "set_header", "send_header", "putheader"):
        return True
    return _receiver_hint(call) == "headers" and not call.receiver.taint


def _logger(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    name = (call.receiver.name or "").rpartition(".")[2]
    return bool(_LOGGERS.fullmatch(_receiver_hint(call))) or name in ("getLogger()", "get_logger()", "logger")


def _format(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return bool(call.arguments or call.keywords)


def _number(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return True


def _raw_mail(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return (call.receiver.name or "").startswith("smtplib.") or "smtplib" in machine.imports


def _cells(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return "csv" in machine.imports


def _document(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    return value.text is not None and value.text.lstrip().startswith("<")


def _archive(machine: Calls, call: Call, value: Value, taint: Taint) -> bool:
    chosen = call.keywords.get("filter")
    members = call.keywords.get("members")
    return (chosen is None or chosen.const not in ("data", "tar")) and members is None


CONDITIONS: Final[dict[str, Condition]] = {
    "sql": _sql,
    "operators": _operators,
    "shell": _shell,
    "program": _program,
    "named": _named,
    "html": _html,
    "page": _page,
    "page_format": _page_format,
    "path": _path,
    "path_not_file": _path_not_file,
    "path_object": _path_object,
    "joined_path": _joined_path,
    "upload": _upload,
    "url": _url,
    "ldap": _ldap,
    "xpath": _xpath,
    "lxml": _lxml,
    "external": _external,
    "external_argument": _external_argument,
    "deserialize": _deserialize,
    "yaml": _yaml,
    "headers": _headers,
    "logger": _logger,
    "format": _format,
    "number": _number,
    "raw_mail": _raw_mail,
    "cells": _cells,
    "document": _document,
    "archive": _archive,
}
