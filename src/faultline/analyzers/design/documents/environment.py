"""EnvironmentDocument: a file of `NAME=value` lines, as `env_file` of compose and shells read it."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath
from typing import ClassVar, Final, NamedTuple

from faultline.analyzers.design.documents.document import Document

MAX_LINES: Final = 10_000
_LINE: Final = re.compile(r"\s{0,20}(?:export\s{1,4})?([A-Za-z_][\w.-]{0,120})\s{0,4}=\s{0,4}(.{0,4000})")
_SAMPLE: Final = frozenset({"example", "sample", "template", "dist", "tpl", "tmpl", "defaults", "schema"})
_SMALL: Final = frozenset({"dev", "development", "local", "test", "tests", "testing", "ci", "e2e", "debug", "sandbox"})


class Assignment(NamedTuple):
    """One line: a name, its value without quotes, and the line it stands on, from 1."""

    name: str
    value: str
    line: int


class EnvironmentDocument(Document):
    """A file of variables."""

    kind: ClassVar[str] = "environment"

    @cached_property
    def variables(self) -> list[Assignment]:
        """What it sets, in its order; of a name that is there twice, both."""
        found = []
        for number, line in enumerate(self.lines[:MAX_LINES], 1):
            if match := _LINE.fullmatch(line[:4_200].rstrip()):
                found.append(Assignment(match[1], _plain(match[2].strip()), number))
        return found

    @property
    def sample(self) -> bool:
        """Whether it only shows which variables there are: `.env.example`."""
        return not _SAMPLE.isdisjoint(self._words)

    @property
    def small(self) -> bool:
        """Whether it is for a developer's machine or for tests."""
        return not _SMALL.isdisjoint(self._words)

    @property
    def _words(self) -> set[str]:
        return set(re.split(r"[._-]", PurePosixPath(self.path).name.lower()))


def _plain(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()
