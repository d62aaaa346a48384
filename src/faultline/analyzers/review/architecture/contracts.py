"""Promises to others: functions that files outside of the change call, packages that the project says it needs."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from faultline.analyzers.review.architecture.imports import modules_of
from faultline.analyzers.review.change import Change, ChangedFile, Seen
from faultline.analyzers.review.engines.modules import Modules
from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Function, Index, index
from faultline.analyzers.review.logic.calls import mismatch
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Role, Source

_MAX_READ = 200
"""So many files of the tree are read for the callers of what a change breaks."""
_MAX_BYTES = 500_000
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PARTS = re.compile(r"[-_.]+")
_MANIFESTS = re.compile(
    r"(?:.*/)?(?:pyproject\.toml|setup\.py|setup\.cfg|Pipfile|environment\.ya?ml|requirements[^/]{0,40}\.(?:txt|in))"
)
_OTHER_NAMES = {
    "yaml": "pyyaml", "pil": "pillow", "bs4": "beautifulsoup4", "sklearn": "scikit-learn", "cv2": "opencv",
    "jwt": "pyjwt", "dateutil": "python-dateutil", "dotenv": "python-dotenv", "git": "gitpython", "serial": "pyserial",
    "attr": "attrs", "crypto": "pycryptodome", "google": "google-", "pkg_resources": "setuptools",
    "magic": "python-magic", "re2": "google-re2", "mysqldb": "mysqlclient", "openssl": "pyopenssl", "zmq": "pyzmq",
    "docx": "python-docx", "usb": "pyusb", "socks": "pysocks", "websocket": "websocket-client", "github": "pygithub",
    "slugify": "python-slugify", "multipart": "python-multipart", "ruamel": "ruamel.yaml", "win32api": "pywin32",
    "telegram": "python-telegram-bot", "ldap": "python-ldap", "skimage": "scikit-image", "fitz": "pymupdf",
    "faiss": "faiss-",
}  # fmt: skip
_TOOLS = ("types-", "pytest", "mypy", "ruff", "black", "flake8", "tox", "setuptools", "wheel", "hatch", "uvicorn",
          "gunicorn", "psycopg", "mysqlclient", "tzdata", "typing-extensions", "importlib-", "opentelemetry",
          "django-")  # fmt: skip


def breaks(change: Change) -> Iterable[Seen]:
    """Functions of modules that are gone or take other arguments, while others still use them the old way."""
    if change.whole or not change.tree:
        return
    modules = modules_of(change)
    users = _Users(change, modules)
    for file in change.files:
        module = modules.name_of.get(file.path)
        base = index(file.base) if file.base is not None else None
        head = index(file.head) if file.head is not None and not file.skipped else None
        if module is None or base is None or head is None or file.path != (file.old_path or file.path):
            continue
        bound = _bound(head)
        if "*" in bound or "__getattr__" in bound:
            continue
        old, new = _functions(base), _functions(head)
        for name, function in old.items():
            if name.startswith("_"):
                continue
            if name not in bound:
                line = _where_gone(file, function.lineno)
                for path, at in users.imports(module, name):
                    message = f"`{name}` is gone, and {path}:{at} still imports it."
                    yield Seen(
                        file.path, Observation("architecture/breaking-change", line, message=message, symbol=name)
                    )
                    break
            elif name in new and not function.decorator_list and not new[name].decorator_list:
                if _parameters(function) == _parameters(new[name]):
                    continue
                for path, call in users.calls(module, name):
                    wrong = mismatch(new[name], call)
                    if wrong and not mismatch(function, call):
                        message = f"{wrong} {path}:{call.lineno} still calls it the old way."
                        at = new[name].lineno
                        yield Seen(
                            file.path, Observation("architecture/breaking-change", at, message=message, symbol=name)
                        )
                        break


@dataclass(eq=False)
class _Users:
    """Files outside of the change, and its other heads, that import a name."""

    change: Change
    modules: Modules
    _read: int = 0

    def imports(self, module: str, name: str) -> Iterator[tuple[str, int]]:
        for path, code in self._files(module, name):
            for each in self._of(path, code, module, name):
                yield path, each.lineno
                break

    def calls(self, module: str, name: str) -> Iterator[tuple[str, ast.Call]]:
        for path, code in self._files(module, name):
            asked = {alias.asname or alias.name for each in self._of(path, code, module, name)
                     for alias in each.names if alias.name == name}  # fmt: skip
            for call in code.of(ast.Call):
                if isinstance(call.func, ast.Name) and call.func.id in asked:
                    yield path, call

    def _of(self, path: str, code: Index, module: str, name: str) -> list[ast.ImportFrom]:
        lines = {
            each.line
            for each in self.modules.imports(path, code)
            if each.imported == f"{module}.{name}" and not each.guarded
        }
        return [each for each in code.of(ast.ImportFrom) if each.lineno in lines]

    def _files(self, module: str, name: str) -> Iterator[tuple[str, Index]]:
        word, last = name.encode(), module.rpartition(".")[2].encode()
        changed = {file.path for file in self.change.files} | {file.old_path for file in self.change.files}
        for path, data in sorted(self.change.tree.items()):
            if path in changed or not path.endswith(".py") or len(data) > _MAX_BYTES or self._read >= _MAX_READ:
                continue
            if word in data and last in data and b"import" in data:
                self._read += 1
                code = index(Source(path, data.decode("utf-8", "replace")))
                if code is not None:
                    yield path, code
        for file in self.change.files:
            if file.head is not None and not file.skipped and name in file.head.text:
                code = index(file.head)
                if code is not None and self.modules.name_of.get(file.path) != module:
                    yield file.path, code


def _functions(code: Index) -> dict[str, Function]:
    return {each.name: each for each in code.tree.body if isinstance(each, FUNCTIONS)}


def _bound(code: Index) -> set[str]:
    """All names that a module binds anywhere, generously."""
    names = {each.id for each in code.of(ast.Name) if not isinstance(each.ctx, ast.Load)} | set(code.functions)
    names |= {each.name for each in code.of(ast.ClassDef)}
    return names | {(each.asname or each.name).partition(".")[0] for each in code.of(ast.alias)}


def _parameters(function: Function) -> str:
    return ast.dump(function.args)


def _where_gone(file: ChangedFile, line: int) -> int:
    assert file.head
    hunk = next((each for each in file.hunks if line in each.removed), None)
    return min(max(hunk.new_start if hunk else 1, 1), len(file.head.lines))


def dependencies(change: Change) -> Iterable[Seen]:
    """Imports of packages that nobody declares, and new declarations that nobody imports."""
    if change.whole or not any(path.endswith(".py") for path in change.tree):
        return
    manifests = dict(_manifests(change, old=False))
    if not manifests:
        return
    yield from _undeclared(change, " ".join(manifests.values()).lower())
    yield from _unused(change)


def _manifests(change: Change, *, old: bool) -> Iterator[tuple[str, str]]:
    for path, data in change.tree.items():
        if _MANIFESTS.fullmatch(path) and len(data) <= _MAX_BYTES:
            yield path, data.decode("utf-8", "replace")
    for file in change.files:
        source = file.base if old else file.head
        if source is not None and _MANIFESTS.fullmatch(file.path):
            yield file.path, source.text


def _undeclared(change: Change, declared: str) -> Iterator[Seen]:
    own = {
        part.removesuffix(".py")
        for path in (*change.tree, *(file.path for file in change.files))
        for part in path.split("/")
    }
    tree = [data for path, data in change.tree.items() if path.endswith(".py")]
    told: set[str] = set()
    for file in change.files:
        code = index(file.head) if file.head is not None and not file.skipped and file.head.role is Role.CODE else None
        if code is None or file.path == "setup.py":
            continue
        every: list[ast.Import | ast.ImportFrom] = [*code.of(ast.Import), *code.of(ast.ImportFrom)]
        for each in every:
            if each.lineno not in file.added or any(
                isinstance(one, ast.Try | ast.If | ast.With) for one in code.up(each)
            ):
                continue
            level = isinstance(each, ast.ImportFrom) and each.level
            names = [each.module or ""] if isinstance(each, ast.ImportFrom) else [alias.name for alias in each.names]
            for name in {one.partition(".")[0] for one in names if not level}:
                known = (
                    name in sys.stdlib_module_names or name in own or name in told or not name or name.startswith("_")
                )
                if known or _declares(declared, name) or any(name.encode() in data for data in tree):
                    continue
                if any(file_.base is not None and name in file_.base.text for file_ in change.files):
                    continue
                told.add(name)
                message = f"No file that lists dependencies names `{name}`."
                yield Seen(file.path, Observation("architecture/undeclared-dependency", each.lineno, message=message))


def _declares(declared: str, name: str) -> bool:
    lowered = name.lower()
    other = _OTHER_NAMES.get(lowered, lowered)
    return any(word in declared for word in (lowered, other, lowered.replace("_", "-"), lowered.replace("_", ".")))


def _unused(change: Change) -> Iterator[Seen]:
    for file in change.files:
        if file.head is None or file.base is None or file.skipped:
            continue
        fresh = [
            each for each in _declared(file.path, file.head.text) if each not in _declared(file.path, file.base.text)
        ]
        for name in fresh[:20]:
            line = next((at for at in sorted(file.added) if name.lower() in file.head.lines[at - 1].lower()), None)
            if line is None or name.lower().startswith(_TOOLS) or _mentioned(change, name, file.path):
                continue
            message = f"Nothing here imports `{name}`."
            yield Seen(file.path, Observation("architecture/unused-dependency", line, message=message))


def _declared(path: str, text: str) -> list[str]:
    """What a manifest lists as needed to run; nothing of its extras and groups for development."""
    name = path.rpartition("/")[2]
    if len(text) > _MAX_BYTES:
        return []
    listed: list[object] = []
    try:
        if name == "pyproject.toml":
            project = tomllib.loads(text).get("project")
            listed = project.get("dependencies", []) if isinstance(project, dict) else []
        elif name == "requirements.txt":
            listed = [line for line in text.split("\n") if line and line[0] not in "#-. "]
        elif name == "package.json":
            read = json.loads(text)
            needed = read.get("dependencies") if isinstance(read, dict) else None
            return [each for each in needed if isinstance(each, str)] if isinstance(needed, Mapping) else []
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return []
    if not isinstance(listed, list):
        return []
    found = (_REQUIREMENT.match(each.strip()) for each in listed if isinstance(each, str))
    return [each[0] for each in found if each]


def _mentioned(change: Change, name: str, manifest: str) -> bool:
    """Whether any file but manifests has one of the names that a package may be imported by; generous."""
    lowered = name.lower()
    words = {
        lowered,
        _PARTS.sub("_", lowered),
        _PARTS.sub("", lowered),
        _PARTS.split(lowered)[-1],
        _PARTS.split(lowered)[0],
    }
    words |= {word for word, package in _OTHER_NAMES.items() if package.rstrip("-") in lowered}
    words = {word for word in words if len(word) > 2} or {lowered}
    texts = (data.decode("utf-8", "replace").lower() for path, data in change.tree.items() if path != manifest)
    heads = (file.head.text.lower() for file in change.files if file.head is not None and file.path != manifest)
    return any(word in text for texts_ in (texts, heads) for text in texts_ for word in words)


CHANGE_CHECKS = (breaks, dependencies)
