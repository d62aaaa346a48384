"""Change: what is reviewed. Files before and after, and the lines that are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from faultline.analyzers.review.config import Config
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source


@dataclass(frozen=True, slots=True)
class Hunk:
    """A block of a diff: 1-based starts and lengths, in the old version and the new one; context is part of it.

    A side without lines starts at the line that would be its first. `added` are the lines of the new version that are
    new, `removed` those of the old one that are gone.
    """

    old_start: int
    old_length: int
    new_start: int
    new_length: int
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(eq=False)
class ChangedFile:
    """One file of a change; `base` and `head` are None where there is none, or none that is text.

    `change` is one of added, modified, deleted, renamed, copied, mode.
    """

    path: str
    change: str
    old_path: str | None = None
    base: Source | None = None
    head: Source | None = None
    hunks: tuple[Hunk, ...] = ()
    skipped: str | None = None
    """Why nobody looks at it: binary, submodule, symlink, generated, vendored, excluded, too much."""
    unread: str | None = None
    """Why it could not be read although it should be."""

    @property
    def added(self) -> frozenset[int]:
        """The lines of the new version that are new or changed."""
        return frozenset(line for hunk in self.hunks for line in hunk.added)


@dataclass(eq=False)
class Change:
    """What is reviewed.

    Args:
        files: in the order of their paths.
        whole: whether whole files are reviewed; then every line counts as new.
        config: of the base.
        base: what was compared, as the user knows it.
        head: as well.
        tree: of the files that did not change, those that the import graph needs, by path; of the new version.
        left_out: what was too much, in a sentence each.

    """

    files: list[ChangedFile]
    whole: bool = False
    config: Config = field(default_factory=Config)
    base: str = ""
    head: str = ""
    tree: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def heads(self) -> Iterable[Source]:
        """The new versions that are looked at."""
        return [file.head for file in self.files if file.head is not None and not file.skipped]

    @property
    def bases(self) -> Iterable[Source]:
        """The old versions of the files that are looked at."""
        return [
            file.base for file in self.files if file.base is not None and file.head is not None and not file.skipped
        ]


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation about a change as a whole, which says itself where it is: `path` is that of a head."""

    path: str
    observation: Observation


ChangeCheck = Callable[[Change], Iterable[Seen]]
"""A look at a change as a whole, for what no single file shows: import cycles, complexity that grew. It tells only what
the change brings."""
