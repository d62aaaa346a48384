"""Source: one version of one file, and what can be asked about its text; each answer is found once and kept."""

from __future__ import annotations

import ast
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from faultline.analyzers.review.language import Language, language_of

if TYPE_CHECKING:
    from ast_grep_py import SgRoot


class Role(StrEnum):
    """What a file is there for; rules have other defaults in each."""

    CODE = "code"
    TEST = "test"
    GENERATED = "generated"
    VENDORED = "vendored"


class Diagnostics(Protocol):
    """What a tool that looks at many files at once, such as ruff, has said about one of them."""

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """The tool's own records, as it gave them."""
        ...

    def again(self, sources: Sequence[Source]) -> Diagnostics:
        """The same tools over other sources, as a suggestion would make them."""
        ...


class NoDiagnostics:
    """Nobody has asked any tool."""

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """Nothing."""
        return ()

    def again(self, sources: Sequence[Source]) -> NoDiagnostics:
        """Nobody again."""
        return self


@dataclass(eq=False)
class Source:
    """One version of one file.

    Args:
        path: in the repository, with `/`; untrusted, never opened.
        text: decoded, every newline a line feed; what a bare diff does not show is empty lines.
        role: what the file is there for.
        partial: whether only some lines are known.
        diagnostics: what tools said that look at many files at once.

    """

    path: str
    text: str
    role: Role = Role.CODE
    partial: bool = False
    diagnostics: Diagnostics = field(default_factory=NoDiagnostics)
    unread: dict[str, str] = field(default_factory=dict)
    """By the name of a check, why it could not read this file; checks add to it, the report says it."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @cached_property
    def language(self) -> Language | None:
        """By the path."""
        return language_of(self.path)

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without their newlines; line n is `lines[n - 1]`."""
        return self.text.split("\n")

    @cached_property
    def syntax(self) -> SgRoot | None:
        """The tree that tree-sitter makes of the text, errors and all; None where it does not know the language."""
        from faultline.analyzers.review.engines.astgrep import parse

        with self._lock:
            return parse(self)

    @cached_property
    def python(self) -> ast.Module | None:
        """The module as Python's own tree; None where it is not Python, or does not parse (see `unread`)."""
        from faultline.analyzers.review.engines.pythontree import parse

        with self._lock:
            return parse(self)

    def evidence(self, start_line: int, end_line: int) -> tuple[str, ...]:
        """Some lines, as they stand there."""
        return tuple(self.lines[start_line - 1 : end_line])
