"""Conditions that a call must meet to be a sink, by the name that sinks.toml gives them.

Each takes the call with the value that matters, and says whether it is one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from faultline.analyzers.review.security.flows import containers
from faultline.analyzers.review.security.flows.domain import HOLE, Taint, Value

if TYPE_CHECKING:
    from faultline.analyzers.review.security.flows.calls import Calls
    from faultline.analyzers.review.security.flows.library import Call


@dataclass(frozen=True, slots=True)
class Reached:
    """A call that a sink names, the value that matters, and its untrusted data."""

    machine: Calls
    call: Call
    value: Value
    taint: Taint


Condition = Callable[[Reached], bool]

_SQL: Final = re.compile(
    r"^[\s(]*(?:select|insert|update|delete|create|drop|alter|replace|merge|with|call|exec|truncate|grant|pragma|use|set)\b",
    re.IGNORECASE,
)
_STATEMENTS: Final = re.compile(r"cur|conn|db|data|sess|engine|pool|tx|trans|sql|store|repo|^c$", re.IGNORECASE)
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


def _sql(at: Reached) -> bool:
    if at.value.text is not None and _SQL.match(at.value.text):
        return True
    if at.call.name.startswith(("sqlalchemy", "django", "pandas", "psycopg", "peewee")):
        return True
    if not at.call.method:
        return at.value.text is None or at.value.text.startswith(HOLE)
    if at.call.method in ("query", "fetch", "prepare"):
        return False
    unknown = at.value.text is None or at.value.text.startswith(HOLE)
    return unknown and bool(_STATEMENTS.search(_receiver_hint(at.call)))


def _operators(at: Reached) -> bool:
    """JSON can hold `{"$ne": ""}`; a form's field cannot, except in a string that is run."""
    words = " ".join(origin.words for origin in at.taint)
    if at.value.taint:
        return True
    for cell in containers.cells(at.machine, at.value):
        if "$where" in cell.items and containers.deep(at.machine, cell.items["$where"]):
            return True
    return "json" in words or "data" in words


def _shell(at: Reached) -> bool:
    shell = at.call.keywords.get("shell")
    if shell is not None and (not shell.known or shell.const):
        return True
    values = containers.sequence(at.machine, at.value)
    if values is None:
        # Without a shell a string is the name of a program.
        return (
            not at.value.refs
            and not at.value.known
            and (at.value.text is None or at.value.text.startswith(HOLE))
            and _anybody(at.taint)
        )
    if not values:
        return False
    first = values[0].const
    name = first.rpartition("/")[2] if isinstance(first, str) else ""
    if name in _SHELLS:
        return any(containers.deep(at.machine, each) for each in values[2:])
    if values[0].taint and not values[0].known:
        return _anybody(values[0].taint)
    flags = [each.const for each in values]
    return name.startswith("python") and "-c" in flags


def _anybody(taint: Taint) -> bool:
    return any(origin.kind == "web" for origin in taint)


def _program(at: Reached) -> bool:
    first = at.call.argument(0)
    if first is None:
        return False
    if first.taint:
        return True
    name = first.const.rpartition("/")[2] if isinstance(first.const, str) else ""
    return name in _SHELLS


def _named(at: Reached) -> bool:
    if at.call.name in ("getattr", "setattr", "delattr"):
        name = at.call.argument(1)
        return name is not None and at.value is name and (name.text is None or name.text.startswith(HOLE))
    return at.value is at.call.argument(0) and (at.value.text is None or at.value.text.startswith(HOLE))


def page(call: Call) -> bool:
    """Whether an answer is a page, for all that its arguments say."""
    for name in ("mimetype", "content_type", "media_type"):
        kind = call.keywords.get(name)
        if kind is not None and isinstance(kind.const, str) and _NO_PAGE.search(kind.const):
            return False
    return True


def _html(at: Reached) -> bool:
    if at.call.name == "aiohttp.web.Response":
        kind = at.call.keywords.get("content_type")
        return kind is not None and isinstance(kind.const, str) and "html" in kind.const
    if at.call.name.endswith("make_response") and at.value.refs and not at.value.taint:
        return False
    return page(at.call)


def _page(at: Reached) -> bool:
    name = _receiver_hint(at.call)
    return name in ("wfile", "response", "resp") or at.call.receiver.name == "tornado.handler"


def _page_format(at: Reached) -> bool:
    return not at.value.known


def _path(at: Reached) -> bool:
    return at.value is not at.call.argument(1) or at.call.name.startswith(
        ("shutil.", "os.rename", "os.replace", "os.link", "os.symlink")
    )


def _path_not_file(at: Reached) -> bool:
    return not any(word in origin.words for origin in at.taint for word in ("files", "data", "stream", "FILES", "body"))


def _path_object(at: Reached) -> bool:
    return (at.call.receiver.name or "").startswith("pathlib") or at.call.method in (
        "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "unlink",
    ) or (at.value.text is not None and "/" in at.value.text)  # fmt: skip


def _joined_path(at: Reached) -> bool:
    """A fixed folder and a parameter whose name says that it came from a user."""
    return any(_FROM_USER.search(origin.words) for origin in at.taint if origin.kind == "parameter")


_FROM_USER: Final = re.compile(
    r"user|input|upload|request|untrusted|file_?name|`(?:requested|template)_", re.IGNORECASE
)


def _upload(at: Reached) -> bool:
    return bool(at.call.receiver.taint) and any("files" in each.words.lower() for each in at.call.receiver.taint)


def _uploaded_name(at: Reached) -> bool:
    return any("files" in each.words.lower() for each in at.taint)


def _url(at: Reached) -> bool:
    if at.value.text is None:
        return True
    fixed = _SITE if "redirect" in at.call.name.lower() or at.call.method == "redirect" else _HOST
    return not fixed.match(at.value.text)


def _ldap(at: Reached) -> bool:
    return at.call.name not in ("re.search", "regex.search")


def _xpath(at: Reached) -> bool:
    return at.value.text is None or bool(re.search(r"[/\[@.]", at.value.text)) or at.value.text == HOLE


def _lxml(at: Reached) -> bool:
    """Lxml resolves entities unless its parser is told not to."""
    parser = at.call.argument(1, "parser")
    entities = at.call.keywords.get("resolve_entities")
    if entities is not None:
        return not entities.known or entities.const is True
    if parser is None:
        return True
    if parser.name is not None and not parser.name.startswith("lxml.etree.") and parser.name.endswith("()"):
        return False
    resolves = _option(at.machine, parser, "resolve_entities")
    if resolves is None:
        return bool(parser.name)
    return resolves.known and bool(resolves.const)


def _option(machine: Calls, value: Value, name: str) -> Value | None:
    return next((cell.items[name] for cell in containers.cells(machine, value) if name in cell.items), None)


def expands(machine: Calls, parser: Value) -> bool:
    """Whether external entities have been switched on for a parser of the standard library."""
    feature = _option(machine, parser, "feature_external_ges")
    return feature is not None and (not feature.known or bool(feature.const))


def _external(at: Reached) -> bool:
    return expands(at.machine, at.call.receiver)


def _external_argument(at: Reached) -> bool:
    parser = at.call.argument(1, "parser") or at.call.keywords.get("parser")
    if parser is None:
        return False
    if parser.name == "lxml.etree.XMLParser()":
        return _lxml(at)
    return expands(at.machine, parser)


def _deserialize(at: Reached) -> bool:
    if at.call.name == "numpy.load":
        allowed = at.call.keywords.get("allow_pickle")
        return allowed is not None and allowed.const is True
    if at.call.name == "torch.load":
        only = at.call.keywords.get("weights_only")
        return only is None or only.const is not True
    if at.call.name in ("joblib.load", "torch.load", "pandas.read_pickle", "shelve.open"):
        return _anybody(at.taint)
    return True


def _yaml(at: Reached) -> bool:
    loader = at.call.argument(1, "Loader")
    return loader is None or not (loader.name or "").endswith(("SafeLoader", "BaseLoader"))


def _headers(at: Reached) -> bool:
    if at.call.method in ("add_header", "set_header", "send_header", "putheader"):
        return True
    return _receiver_hint(at.call) == "headers" and not at.call.receiver.taint


def _logged(at: Reached) -> bool:
    """Keywords are fields of a structured log, or `exc_info`: what is in them stays within them."""
    return not any(at.value is each for each in at.call.keywords.values())


def _logger(at: Reached) -> bool:
    if not _logged(at):
        return False
    name = (at.call.receiver.name or "").rpartition(".")[2]
    return bool(_LOGGERS.fullmatch(_receiver_hint(at.call))) or name in ("getLogger()", "get_logger()", "logger")


def _format(at: Reached) -> bool:
    return bool(at.call.arguments or at.call.keywords)


def _raw_mail(at: Reached) -> bool:
    return (at.call.receiver.name or "").startswith("smtplib.") or "smtplib" in at.machine.imports


def _cells(at: Reached) -> bool:
    return "csv" in at.machine.imports


def _document(at: Reached) -> bool:
    return at.value.text is not None and at.value.text.lstrip().startswith("<")


def _archive(at: Reached) -> bool:
    if (at.call.receiver.name or "").startswith("zipfile."):
        # It takes `..` and roots out of the names by itself.
        return False
    chosen = at.call.keywords.get("filter")
    members = at.call.keywords.get("members")
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
    "uploaded_name": _uploaded_name,
    "url": _url,
    "ldap": _ldap,
    "xpath": _xpath,
    "lxml": _lxml,
    "external": _external,
    "external_argument": _external_argument,
    "deserialize": _deserialize,
    "yaml": _yaml,
    "headers": _headers,
    "logged": _logged,
    "logger": _logger,
    "format": _format,
    "raw_mail": _raw_mail,
    "cells": _cells,
    "document": _document,
    "archive": _archive,
}
