"""From the bytes of an artifact to the change they say: a bundle, or a bare diff."""

from __future__ import annotations

import io

from unidiff.patch import PatchSet

from faultline.analyzers.review.bundle import Bundle, unpack
from faultline.analyzers.review.change import Change, ChangedFile, Hunk
from faultline.analyzers.review.source import Source
from faultline.core.artifact import Artifact


def read(artifact: Artifact) -> Change:
    """The change that an artifact holds.

    Raises:
        ArtifactRejected: it is neither a bundle nor a diff.

    """
    with artifact.open() as stream:
        data = stream.read()
    bundle = unpack(io.BytesIO(data)) if data[:2] == b"PK" else Bundle(diff=data)
    if bundle.whole:
        files = [
            ChangedFile(path, "added", head=Source(path, text.decode("utf-8", "replace")))
            for path, text in sorted(bundle.heads.items())
        ]
        return Change(files, whole=True, base=bundle.base, head=bundle.head, tree=bundle.tree)
    patch = PatchSet((bundle.diff or b"").decode("utf-8", "replace"))
    files = []
    for each in patch:
        path = each.path
        base, head = bundle.bases.get(path), bundle.heads.get(path)
        hunks = tuple(
            Hunk(
                hunk.source_start,
                hunk.source_length,
                hunk.target_start,
                hunk.target_length,
                tuple(line.target_line_no for line in hunk if line.is_added and line.target_line_no),
                tuple(line.source_line_no for line in hunk if line.is_removed and line.source_line_no),
            )
            for hunk in each
        )
        files.append(
            ChangedFile(
                path,
                "added" if each.is_added_file else "deleted" if each.is_removed_file else "modified",
                base=Source(path, base.decode("utf-8", "replace")) if base is not None else None,
                head=Source(path, head.decode("utf-8", "replace")) if head is not None else None,
                hunks=hunks,
            )
        )
    return Change(files, base=bundle.base, head=bundle.head, tree=bundle.tree)
