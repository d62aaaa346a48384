"""Which documents a call of `faultline design` is about, and what goes along with them.

A file that is named is taken whatever it says; a file of a folder where it looks like a design document. Other YAML and
JSON is taken where a `$ref` of a document leads to it, within the folder that was named, or that the named file is in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from posixpath import dirname, normpath
from typing import Final
from urllib.parse import unquote

from faultline.analyzers.design.config import NAME
from faultline.analyzers.design.kinds import KUSTOMIZATIONS, is_environment, is_text, looks_like_design, suffix_of
from faultline.analyzers.review.names import shown
from faultline.cli import inputs
from faultline.cli.sources import SUFFIXES, Disk, Source
from faultline.cli.worktree import read_below
from faultline.core.errors import ArtifactRejected
from faultline.core.patterns import regex
from faultline.engine.render.untrusted import one_line

MAX_FILES: Final = 5_000
MAX_BYTES: Final = 256 << 20
MAX_ALONG: Final = 500
"""Files that the references of one named file bring along."""
READ: Final = "OpenAPI, compose, Kubernetes, Terraform, Markdown, mermaid, PlantUML and Structurizr are read"
_MAX_CONFIG_BYTES: Final = 1 << 20
"""Of a configuration that is read at all; one of more than `config.MAX_BYTES` is told as a problem."""
_BATCH: Final = 200
_DATA: Final = (".yaml", ".yml", ".json")
_TEXTS: Final = frozenset({"", ".txt", ".text", ".rst", ".adoc", ".iuml", ".pu"})
"""Of files that are taken only when they are named."""
_REFERENCE = regex(rb"""\$ref["']?[ \t]{0,20}:[ \t]{0,20}["']?([^"'\s#,}]{1,400})""")

_PATCH = regex(rb"""(?:^[ \t]{0,20}-|\bpath[ \t]{0,4}:)[ \t]{1,8}["']?([^"'\s#,:}]{1,400}\.(?:ya?ml|json))\b""", re.M)


@dataclass
class Taken:
    """Documents of one folder, by their names in it.

    Args:
        files: what they hold.
        along: which of them only others refer to.

    """

    files: dict[str, bytes] = field(default_factory=dict)
    along: set[str] = field(default_factory=set)


@dataclass
class Documents:
    """All that one call is about.

    Args:
        root: the folder that paths are relative to.
        files: contents by path.
        along: the paths of those that are there only for others to refer to.
        names: by path what the user would call it.
        left_out: what was not read, a sentence each.
        config: what `.faultline.toml` says.

    """

    root: Path
    files: dict[str, bytes] = field(default_factory=dict)
    along: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    config: bytes | None = None

    def add(self, folder: str, typed: str, taken: Taken) -> None:
        """Take in documents of a folder, given by its path and by what the user calls it."""
        for name, content in taken.files.items():
            path = shown(os.fsencode(PurePosixPath(folder, name).as_posix()))
            if name in taken.along and path in self.files:
                continue
            self.files[path] = content
            self.names[path] = one_line(inputs.named(str(Path(typed, name))))
            if name in taken.along:
                self.along.add(path)
            else:
                self.along.discard(path)


def collect(paths: Iterable[str]) -> Documents:
    """The documents that are named, and those of the folders that are.

    Raises:
        ArtifactRejected: a path does not exist or cannot be read, a file is none that is read here, or there is no
            design document in the folders.

    """
    typed = list(dict.fromkeys(paths))
    for each in typed:
        if each != inputs.STDIN and not os.path.lexists(each):
            raise ArtifactRejected("no such file or folder", name=inputs.named(each))
    root, config = _root([each for each in typed if each != inputs.STDIN])
    documents = Documents(root, config=config)
    for each in typed:
        if each != inputs.STDIN and Path(each).is_dir():
            at = absolute(each)
            documents.add(inside(root, at), each, of_folder(Disk(at, documents.left_out), documents.left_out))
        else:
            _add_named(documents, each)
    if not any(path not in documents.along for path in documents.files):
        raise ArtifactRejected(f"holds no design document; {READ}", name=", ".join(map(inputs.named, typed[:3])))
    return documents


def of_folder(source: Source, left_out: list[str]) -> Taken:
    """The design documents of a folder, and what they refer to."""
    taken = Taken()
    names = source.names()
    others: set[str] = set()
    room = MAX_BYTES
    over = 0
    for start in range(0, len(names), _BATCH):
        for name, content in source.read(names[start : start + _BATCH]).items():
            path = PurePosixPath(name)
            if path.name not in KUSTOMIZATIONS and not looks_like_design(path.suffix.lower(), content):
                others.add(name)
            elif len(taken.files) < MAX_FILES and len(content) <= room:
                taken.files[name] = content
                room -= len(content)
            else:
                over += 1
    if over:
        left_out.append(
            f"{over:,} of {len(taken.files) + over:,} files were left out: at most {MAX_FILES:,} files and"
            f" {MAX_BYTES >> 20} MB are read at once"
        )
    _follow(source, taken, MAX_FILES, left_out, others)
    return taken


def of_file(source: Source, name: str, content: bytes, left_out: list[str]) -> Taken:
    """A document, and what it refers to in its folder."""
    taken = Taken({name: content})
    _follow(source, taken, MAX_ALONG, left_out)
    return taken


def _follow(source: Source, taken: Taken, most: int, left_out: list[str], known: set[str] | None = None) -> None:
    """Take along what documents refer to; where `known` is given, only these."""
    fresh = dict(taken.files)
    room = MAX_BYTES - sum(map(len, taken.files.values()))
    outside = False
    while fresh:
        wanted = []
        for each in dict.fromkeys(each for name, content in fresh.items() for each in references(name, content)):
            outside = outside or each.startswith("../")
            if not each.startswith("../") and each not in taken.files and (known is None or each in known):
                wanted.append(each)
        fresh = {}
        for name, content in source.read(wanted[: most - len(taken.along)]).items():
            if len(content) <= room and is_text(content):
                fresh[name] = content
                room -= len(content)
        taken.files |= fresh
        taken.along |= fresh.keys()
    if outside:
        left_out.append("a reference leads out of the folder and was not followed; name the folder above to read it")


def references(name: str, content: bytes) -> Iterator[str]:
    """The files that a document refers to, relative to the folder that its name is relative to."""
    if PurePosixPath(name).suffix.lower() not in _DATA:
        return
    patches = _PATCH.findall(content) if PurePosixPath(name).name in KUSTOMIZATIONS else []
    for raw in dict.fromkeys((*_REFERENCE.findall(content), *patches)):
        target = unquote(raw.decode("utf-8", "replace"))
        if "://" not in target and not target.startswith("/") and "\0" not in target:
            yield normpath(f"{dirname(name)}/{target}".lstrip("/"))


def _add_named(documents: Documents, typed: str) -> None:
    content = named_content(typed)
    if typed == inputs.STDIN:
        path = "stdin" + suffix_of(content)
        documents.files[path] = content
        documents.names[path] = inputs.named(typed)
        return
    at = absolute(typed)
    named = at.suffix.lower() in SUFFIXES or is_environment(at.name)
    name = at.name if named else at.name + suffix_of(content).replace(".md", "")
    source = Disk(at.parent, documents.left_out)
    taken = of_file(source, name, content, documents.left_out)
    documents.add(inside(documents.root, at.parent), str(Path(typed).parent), taken)
    path = shown(os.fsencode(PurePosixPath(inside(documents.root, at.parent), name).as_posix()))
    documents.names[path] = one_line(inputs.named(typed))


def named_content(typed: str) -> bytes:
    """What a file holds that the user named, `-` for standard input.

    Raises:
        ArtifactRejected: it cannot be read, or is of a kind that is not read.

    """
    with ExitStack() as cleanup, inputs.artifact("design", typed, cleanup).open() as stream:
        content = stream.read()
    suffix = Path(typed).suffix.lower()
    told = suffix in SUFFIXES | _TEXTS or typed == inputs.STDIN or is_environment(typed)
    if not is_text(content) or not told:
        raise ArtifactRejected(f"is no design document; {READ}", name=inputs.named(typed))
    return content


def absolute(typed: str) -> Path:
    """Where a path of the command line leads, as it is written: links stay what they are."""
    return Path(os.path.normpath(Path(typed).absolute()))


def inside(root: Path, folder: Path) -> str:
    """The path of a folder below another one; empty for that one itself."""
    relative = folder.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _root(typed: list[str]) -> tuple[Path, bytes | None]:
    """The folder that all paths are told from, and the configuration that holds in it.

    That is the nearest `.faultline.toml` above all that is named, up to the top of the repository. Without one, paths
    are as seen from where the user stands, if everything is below it.
    """
    here = Path.cwd()
    places = [absolute(each) for each in typed]
    folders = [place if place.is_dir() else place.parent for place in places]
    top = Path(os.path.commonpath(folders)) if folders else here
    above = [top, *top.parents]
    last = next((number for number, each in enumerate(above) if (each / ".git").exists()), 0)
    for each in above[: last + 1]:
        config, _ = read_below(each, NAME.encode(), _MAX_CONFIG_BYTES)
        if config is not None:
            return each, config
    return (here if top.is_relative_to(here) else top), None
