"""Which Python modules a repository has, and who imports whom.

Edges of changed files are read from their trees, with lines; those of the others by grimp's scanner, which is in Rust
and reads 4,000 modules in a second. It gets a private folder that holds copies under their module's names; `sys.path`
is never touched, so nothing of the repository can be imported by accident.
"""

from __future__ import annotations

import ast
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, Index, dotted

_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_MAX_FILES = 20_000
_MAX_TRIES = 8
"""So many files of the tree that do not parse are left out; if there are more, their imports stay unknown."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: by whom, of which module or name, where; `deferred` where it runs inside of a function."""

    importer: str
    imported: str
    line: int
    deferred: bool = False
    guarded: bool = False
    """Inside of `try` or `if`."""


class Modules:
    """The modules of a repository by their dotted names, of the paths of its files."""

    def __init__(self, paths: Iterable[str]) -> None:
        python = [path for path in paths if path.endswith(".py") and all(map(_named, path[:-3].split("/")))][
            :_MAX_FILES
        ]
        folders = {path.rpartition("/")[0] for path in python if path.endswith("/__init__.py")}
        self.path_of: dict[str, str] = {}
        self.name_of: dict[str, str] = {}
        for path in sorted(python):
            parts = path[:-3].split("/")
            first = len(parts) - 1
            while first > 0 and "/".join(parts[:first]) in folders:
                first -= 1
            if first == len(parts) - 1:
                continue  # a script beside packages; nobody imports it by a name that is sure
            name = ".".join(parts[first:]).removesuffix(".__init__")
            if name not in self.path_of:
                self.path_of[name], self.name_of[path] = path, name

    def resolve(self, name: str) -> str | None:
        """The longest module that a dotted name begins with."""
        while name:
            if name in self.path_of:
                return name
            name = name.rpartition(".")[0]
        return None

    def imports(self, path: str, code: Index) -> list[Import]:
        """All imports of a file, of whatever modules, by absolute names."""
        own = self.name_of.get(path, "")
        package = own if path.endswith("__init__.py") else own.rpartition(".")[0]
        found = []
        every: list[ast.Import | ast.ImportFrom] = [*code.of(ast.Import), *code.of(ast.ImportFrom)]
        for each in every:
            up = list(code.up(each))
            if any(isinstance(one, ast.If) and "TYPE_CHECKING" in dotted(one.test) for one in up):
                continue
            deferred = any(isinstance(one, FUNCTIONS) for one in up)
            guarded = any(isinstance(one, ast.Try | ast.TryStar | ast.If) for one in up)
            for name in _names(each, package):
                found.append(Import(own, name, each.lineno, deferred, guarded))
        return found


def scanned(modules: Modules, files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Who imports whom when it is loaded, among the modules: of unchanged files, by grimp."""
    texts = {path: data for path, data in files.items() if path in modules.name_of}
    if not texts:
        return []
    from grimp.adaptors.filesystem import FileSystem
    from grimp.adaptors.modulefinder import ModuleFinder
    from grimp.application.scanning import scan_imports
    from grimp.exceptions import SourceSyntaxError

    with tempfile.TemporaryDirectory(prefix="faultline-imports-") as folder:
        root = Path(os.path.realpath(folder))
        for name, path in modules.path_of.items():
            at = root.joinpath(*name.split("."))
            at = at / "__init__.py" if path.endswith("__init__.py") else at.with_name(f"{at.name}.py")
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(texts.get(path, b""))
        system, finder = FileSystem(), ModuleFinder()
        tops = sorted({name.partition(".")[0] for name in modules.path_of})
        packages = {finder.find_package(top, os.fspath(root / top), system) for top in tops if (root / top).is_dir()}
        every = {file for package in packages for file in package.module_files}
        for _ in range(_MAX_TRIES):
            try:
                said = scan_imports(
                    every, found_packages=packages, include_external_packages=False, exclude_type_checking_imports=True
                )
            except SourceSyntaxError as error:
                Path(error.filename).write_bytes(b"")
            except UnicodeDecodeError:
                return []
            else:
                return sorted(
                    (each.importer.name, each.imported.name)
                    for imports in said.values()
                    for each in imports
                    if not _indented(texts, modules, each.importer.name, each.line_number)
                )
    return []


def _indented(texts: Mapping[str, bytes], modules: Modules, name: str, line: int) -> bool:
    """An indented import mostly stands in a function, where it does not run when the module is loaded."""
    lines = texts.get(modules.path_of.get(name, ""), b"").split(b"\n", line)
    return len(lines) >= line and lines[line - 1][:1] in (b" ", b"\t")


def _named(part: str) -> bool:
    return _PART.fullmatch(part) is not None


def _names(node: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        parts = package.split(".") if package else []
        if node.level - 1 > len(parts) or not parts:
            return []
        parts = parts[: len(parts) - (node.level - 1)]
        base = ".".join([*parts, base] if base else parts)
    return [base if alias.name == "*" else f"{base}.{alias.name}" for alias in node.names]
