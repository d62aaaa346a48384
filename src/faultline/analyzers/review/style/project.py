"""What a repository says about its style: ruff's tables of `pyproject.toml` or `ruff.toml`, as they stand in the base.

They are read as data: a few settings whose values are checked and written anew. Nothing else of them has an effect, and
what is not as it should be is as if it were not there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from faultline.analyzers.review.change import Change
from faultline.analyzers.review.engines.ruff import NEWEST, Asked

FAMILIES = ("F401", "E", "W", "N", "UP", "SIM", "RET", "I")
"""What may be a convention of a repository that declares nothing."""
NEVER = ("E501", "W505", "SIM105", "SIM108", "SIM117", "SIM102", "RET504", "UP031", "UP032", "E741", "N818", "SIM112",
         "UP007", "UP045", "UP038", "E402", "RET505", "RET506", "RET507", "RET508", "SIM115")  # fmt: skip
"""Codes that are a matter of the moment, so that a base without one says little; told only where they are declared."""
DEFAULT = ("E4", "E7", "E9", "F")
"""What ruff selects where its table selects nothing."""
_MAX_BYTES, _MAX_ITEMS = 200_000, 200
_CODE = re.compile(r"(?:ALL|[A-Z]{1,8}[0-9]{0,4})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}")
_TARGET = re.compile(r"py3[0-9]{1,2}")
_PYTHON = re.compile(r"3\.([0-9]{1,2})")
_FILES = ("ruff.toml", ".ruff.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Project:
    """The settings that have an effect; `declared` is whether there are any."""

    declared: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    line_length: int = 88
    target: str = NEWEST
    per_file: tuple[tuple[str, tuple[str, ...]], ...] = ()
    settings: tuple[str, ...] = ()

    def ignores(self, path: str, code: str) -> bool:
        """Whether a code is off for a file."""
        name = path.rpartition("/")[2]
        for pattern, codes in self.per_file:
            if (fnmatchcase(path, pattern) or fnmatchcase(name, pattern)) and code.startswith(codes):
                return True
        return False


def project(change: Change) -> Project:
    """What the base of a change declares."""
    for name in _FILES:
        text = text_of(change, name)
        if text is None or len(text) > _MAX_BYTES:
            continue
        try:
            read = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        table = read if name != "pyproject.toml" else _table(_table(read, "tool"), "ruff")
        if table:
            return _project(table, _first_party(change), _table(read, "project").get("requires-python"))
    return Project(settings=_first_party(change))


def text_of(change: Change, path: str) -> str | None:
    """The text of a file at the base, wherever the change has it."""
    for file in change.files:
        if path in (file.path, file.old_path):
            source = file.head if change.whole else file.base
            return source.text if source is not None else None
    data = change.tree.get(path)
    return data.decode("utf-8", "replace") if data is not None else None


def asked(found: Project, defects: tuple[str, ...]) -> Asked:
    """What ruff shall look for: the defects that agents know by their codes, and the style of the project."""
    plain = Asked((*defects, *FAMILIES), NEVER, settings=found.settings[:1])
    return Asked(
        select=(*defects, *(found.select if found.declared else FAMILIES)),
        ignore=found.ignore if found.declared else NEVER,
        line_length=found.line_length,
        target=found.target,
        settings=found.settings,
        fallback=plain,
    )


def _project(table: Mapping[str, Any], first_party: tuple[str, ...], python: object) -> Project:
    lint = {**table, **_table(table, "lint")}
    select = _codes(lint.get("select")) if "select" in lint else DEFAULT
    per_file = {**_table(lint, "per-file-ignores"), **_table(lint, "extend-per-file-ignores")}
    length, target = table.get("line-length"), table.get("target-version")
    oldest = _PYTHON.search(python) if isinstance(python, str) and len(python) < 100 else None
    settings = list(first_party)
    convention = _table(lint, "pydocstyle").get("convention")
    if convention in ("google", "numpy", "pep257"):
        settings.append(f'lint.pydocstyle.convention = "{convention}"')
    isort = _table(lint, "isort")
    settings += [
        f"lint.isort.{key} = {str(isort[key]).lower()}"
        for key in ("force-single-line", "force-sort-within-sections", "order-by-type", "case-sensitive",
                    "combine-as-imports", "split-on-trailing-comma", "no-sections", "from-first")
        if isinstance(isort.get(key), bool)
    ]  # fmt: skip
    form = _table(table, "format")
    for key, values in (("quote-style", ("single", "double", "preserve")), ("indent-style", ("space", "tab"))):
        if form.get(key) in values:
            settings.append(f'format.{key} = "{form[key]}"')
    if isinstance(form.get("skip-magic-trailing-comma"), bool):
        settings.append(f"format.skip-magic-trailing-comma = {str(form['skip-magic-trailing-comma']).lower()}")
    return Project(
        declared=True,
        select=(*select, *_codes(lint.get("extend-select"))),
        ignore=(*_codes(lint.get("ignore")), *_codes(lint.get("extend-ignore"))),
        line_length=length if isinstance(length, int) and 20 <= length <= 320 else 88,
        target=target
        if isinstance(target, str) and _TARGET.fullmatch(target)
        else f"py3{oldest[1]}"
        if oldest and 7 <= int(oldest[1]) <= 14
        else NEWEST,
        per_file=tuple(
            (pattern, _codes(codes)) for pattern, codes in list(per_file.items())[:_MAX_ITEMS] if len(pattern) <= 200
        ),
        settings=tuple(settings),
    )


def _first_party(change: Change) -> tuple[str, ...]:
    """The packages of the repository itself: without their files beside it, ruff would take them for somebody else's."""
    names: set[str] = set()
    for path in (*change.tree, *(file.path for file in change.files)):
        parts = path.removeprefix("src/").split("/")
        name = parts[0].removesuffix(".py")
        if path.endswith(".py") and _NAME.fullmatch(name) and len(names) < _MAX_ITEMS:
            names.add(name)
    listed = ", ".join(f'"{each}"' for each in sorted(names))
    return (f"lint.isort.known-first-party = [{listed}]",) if names else ()


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = table.get(name)
    return value if isinstance(value, dict) else {}


def _codes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(each for each in value[:_MAX_ITEMS] if isinstance(each, str) and _CODE.fullmatch(each))
