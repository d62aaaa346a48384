"""Bundle: a change in one piece, so that it can be sent, stored and hashed.

A zip archive with

    change.json     {"schema": "faultline.change/1", "base": ..., "head": ..., "whole": false}
    change.diff     the change as a unified diff in git's form; not there where whole files are reviewed
    base/PATH       the changed files as they were
    head/PATH       the changed files as they are
    tree/PATH       files that did not change and that the import graph needs
    faultline.toml  the base's `.faultline.toml`

in which every date is the same, so that the same change has the same bytes. Nothing of it is ever unpacked by name into
a folder of the user's.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

SCHEMA = "faultline.change/1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A change as bytes; the names are those of the archive's folders and files."""

    diff: bytes | None = None
    base: str = ""
    head: str = ""
    whole: bool = False
    bases: Mapping[str, bytes] = field(default_factory=dict)
    heads: Mapping[str, bytes] = field(default_factory=dict)
    tree: Mapping[str, bytes] = field(default_factory=dict)
    config: bytes | None = None


def pack(bundle: Bundle) -> bytes:
    """The archive; equal bundles give equal bytes."""
    about = {"schema": SCHEMA, "base": bundle.base, "head": bundle.head, "whole": bundle.whole}
    members: dict[str, bytes] = {"change.json": json.dumps(about, sort_keys=True).encode()}
    if bundle.diff is not None:
        members["change.diff"] = bundle.diff
    if bundle.config is not None:
        members["faultline.toml"] = bundle.config
    for folder, texts in (("base", bundle.bases), ("head", bundle.heads), ("tree", bundle.tree)):
        members |= {f"{folder}/{path}": text for path, text in texts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), members[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(stream: BinaryIO) -> Bundle:
    """The bundle in an archive."""
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(members["change.json"])
    folders: dict[str, dict[str, bytes]] = {"base": {}, "head": {}, "tree": {}}
    for name, text in members.items():
        folder, slash, path = name.partition("/")
        if slash and folder in folders:
            folders[folder][path] = text
    return Bundle(
        diff=members.get("change.diff"),
        base=about["base"],
        head=about["head"],
        whole=about["whole"],
        bases=folders["base"],
        heads=folders["head"],
        tree=folders["tree"],
        config=members.get("faultline.toml"),
    )
