"""Bundle: a change in one piece, so that it can be sent, stored and hashed.

A zip archive with

    change.json     {"schema": "faultline.change/1", "base": ..., "head": ..., "whole": false,
                     "absent": {PATH: why}, "left_out": [sentence, ...]}; the last two may be missing
    change.diff     the change as a unified diff in git's form; not there where whole files are reviewed
    base/PATH       the changed files as they were; a renamed one under its new name
    head/PATH       the changed files as they are
    tree/PATH       files that did not change and that the import graph needs; of settings of tools, the base's version
    faultline.toml  the base's `.faultline.toml`

in which every date is the same, so that the same change has the same bytes. Nothing of it is ever unpacked by name into
a folder of the user's: a name is text, whatever stands in it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from pydantic import Field, ValidationError

from faultline.core import archives
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Noun

SCHEMA = "faultline.change/1"
MAX_DIFF_BYTES = 32 << 20
"""Of the diff: some 800,000 lines."""
MAX_FILE_BYTES = 1 << 20
"""Of one file. What is larger was written by a program, or is data."""
MAX_FILES = 3_000
"""Changed files that are packed with their content."""
MAX_CONTENT_BYTES = 64 << 20
"""Of the changed files, both versions together."""
MAX_TREE_FILES = 20_000
MAX_TREE_BYTES = 100 << 20
MAX_BYTES = 256 << 20
"""Of all members together, unpacked: a zip of 200 KB can say that it is so much."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAX_MEMBERS = 2 * MAX_FILES + MAX_TREE_FILES + 3
SETTINGS = frozenset(
    {"pyproject.toml", "setup.cfg", "setup.py", "package.json", ".gitattributes", "ruff.toml", ".ruff.toml"}
)
"""Files that say how the code around them is built; their base's version goes with every change."""
_ABOUT, _DIFF, _CONFIG = "change.json", "change.diff", "faultline.toml"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A change as bytes.

    Args:
        diff: the change; None where whole files are reviewed.
        base: what was compared, as the user knows it.
        head: as well.
        whole: whether whole files are reviewed.
        bases: the changed files as they were, by their path in the new version.
        heads: the changed files as they are.
        tree: files that did not change.
        config: the base's `.faultline.toml`.
        absent: by path, why the content of a changed file is not there; nobody reviews it then.
        left_out: what was too much, in a sentence each.

    """

    diff: bytes | None = None
    base: str = ""
    head: str = ""
    whole: bool = False
    bases: Mapping[str, bytes] = field(default_factory=dict)
    heads: Mapping[str, bytes] = field(default_factory=dict)
    tree: Mapping[str, bytes] = field(default_factory=dict)
    config: bytes | None = None
    absent: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


class _About(Noun):
    """What `change.json` says."""

    schema_: str = Field(alias="schema", pattern=r"^faultline\.change/1$")
    base: str = ""
    head: str = ""
    whole: bool = False
    absent: dict[str, str] = Field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def pack(bundle: Bundle, *, small: bool = True) -> bytes:
    """The archive; equal bundles give equal bytes.

    Args:
        bundle: what to pack.
        small: whether to compress it, which costs 0.02 s a megabyte: not worth it where it goes nowhere.

    """
    how = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
    about: dict[str, object] = {
        "schema": SCHEMA,
        "base": bundle.base,
        "head": bundle.head,
        "whole": bundle.whole,
        "absent": dict(bundle.absent),
        "left_out": list(bundle.left_out),
    }
    members: dict[str, bytes] = {_ABOUT: json.dumps(about, sort_keys=True).encode()}
    if bundle.diff is not None:
        members[_DIFF] = bundle.diff
    if bundle.config is not None:
        members[_CONFIG] = bundle.config
    for folder, texts in (("base", bundle.bases), ("head", bundle.heads), ("tree", bundle.tree)):
        members |= {f"{folder}/{path}": text for path, text in texts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how, compresslevel=1) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), members[name], how)
    return out.getvalue()


def unpack(stream: BinaryIO) -> Bundle:
    """The bundle in an archive.

    Raises:
        ArtifactRejected: it is no archive, none of a change, or larger than the limits above.

    """
    limits = archives.Limits(
        members=_MAX_MEMBERS,
        total=MAX_BYTES,
        of=lambda name: MAX_DIFF_BYTES if name in (_DIFF, _ABOUT) else MAX_FILE_BYTES,
    )
    members = archives.read(stream, limits)
    if _ABOUT not in members:
        raise ArtifactRejected(f"is an archive, but no change: there is no {_ABOUT} in it")
    about = _about(members[_ABOUT])
    folders: dict[str, dict[str, bytes]] = {"base": {}, "head": {}, "tree": {}}
    for name, text in members.items():
        folder, slash, path = name.partition("/")
        if slash and path and folder in folders:
            folders[folder][path] = text
    if not about.whole and _DIFF not in members:
        raise ArtifactRejected(f"is a change without {_DIFF}, and does not say that whole files are to be reviewed")
    return Bundle(
        diff=None if about.whole else members[_DIFF],
        base=about.base,
        head=about.head,
        whole=about.whole,
        bases=folders["base"],
        heads=folders["head"],
        tree=folders["tree"],
        config=members.get(_CONFIG),
        absent=about.absent,
        left_out=about.left_out,
    )


def _about(text: bytes) -> _About:
    try:
        return _About.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        what = " ".join([*(str(part) for part in first["loc"]), first["msg"]])
        raise ArtifactRejected(f"has a {_ABOUT} that is not as it should be: {what}") from error
