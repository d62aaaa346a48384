"""From the bytes of an artifact to the change they say: a bundle, or a bare diff.

Everything in them is untrusted, and a change may be of any size: what is too much is left out and named. A file of
which only a bare diff's lines are known is read as far as they go.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from faultline.analyzers.review import config as configs
from faultline.analyzers.review.bundle import MAX_BYTES, MAX_DIFF_BYTES, MAX_FILE_BYTES, MAX_FILES, Bundle, unpack
from faultline.analyzers.review.change import Change, ChangedFile, Hunk
from faultline.analyzers.review.config import Config
from faultline.analyzers.review.contents import MAX_UNKNOWN_LINES, disagreement, reverted, shown_of
from faultline.analyzers.review.diff import BINARY, FileDiff, parse
from faultline.analyzers.review.language import language_of
from faultline.analyzers.review.names import listed
from faultline.analyzers.review.roles import Attributes, role_of
from faultline.analyzers.review.source import Role, Source
from faultline.analyzers.review.texts import MAX_LINE, Unreadable, is_binary, longest, text_of
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

MAX_ADDED_LINES = 60_000
"""New lines of one change that are reviewed: the largest changes that people still read are a tenth of it."""
MAX_LISTED = 2 * MAX_FILES
"""Files of a change that a report lists, those that nobody reviews included."""
MAX_UNKNOWN = 1_000_000
"""Lines that nobody knows, in all files of a bare diff together: a hunk may claim to be anywhere."""
MAX_PATH = 4_096
"""Bytes of a name; no file system that we know has longer ones."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read(artifact: Artifact) -> Change:
    """The change that an artifact holds.

    Raises:
        ArtifactRejected: it is neither a bundle nor a diff, or larger than they may be.

    """
    with artifact.open() as stream:
        packed = stream.read(4) in _ZIP
        stream.seek(0)
        limit = MAX_BYTES if packed else MAX_DIFF_BYTES
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ArtifactRejected("is too large for one review", limit=f"{limit >> 20} MB")
    bundle = unpack(io.BytesIO(data)) if packed else Bundle(diff=data)
    config = configs.parse(bundle.config)
    told = [*bundle.left_out, *config.problems]
    candidates = list(_whole(bundle, config) if bundle.diff is None else _changed(bundle, bundle.diff, config))
    files = [each.file() for each in _bounded(candidates, told, whole=bundle.diff is None)]
    return Change(
        sorted(files, key=lambda file: file.path),
        whole=bundle.diff is None,
        config=config,
        base=bundle.base,
        head=bundle.head,
        tree=bundle.tree,
        left_out=tuple(told),
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file that may be reviewed, before anything costly has been done with it."""

    path: str
    change: str
    base: bytes | None = None
    head: bytes | None = None
    role: Role = Role.CODE
    old_path: str | None = None
    hunks: tuple[Hunk, ...] = ()
    skipped: str | None = None
    unread: str | None = None
    partial: bool = False
    added: int = 0
    unknown: int = 0

    def file(self) -> ChangedFile:
        """The file as the squad sees it; what has no text is said."""
        changed = ChangedFile(
            self.path, self.change, self.old_path, hunks=self.hunks, skipped=self.skipped, unread=self.unread
        )
        if self.change == "deleted" and self.base is not None:
            with suppress(Unreadable):
                changed.base = self._source(self.path, self.base)
        if self.skipped is None and self.unread is None:
            try:
                changed.head = self._source(self.path, self.head)
            except Unreadable as error:
                changed.unread = str(error)
                return changed
            try:
                changed.base = self._source(self.old_path or self.path, self.base)
            except Unreadable:
                # Then all that is seen in the new version counts as new, which is the safe side.
                changed.base = None
        return changed

    def _source(self, path: str, content: bytes | None) -> Source | None:
        if content is None or is_binary(content):
            return None
        return Source(path, text_of(path, content), self.role, self.partial)


def _whole(bundle: Bundle, config: Config) -> Iterable[_Candidate]:
    attributes = Attributes(bundle.tree)
    for path, why in bundle.absent.items():
        yield _Candidate(path, "added", skipped=why)
    for path, head in bundle.heads.items():
        role, why = role_of(path, head, attributes)
        skipped = _uninteresting(path, head, config) or why
        yield _Candidate(
            path,
            "added",
            head=head,
            role=role,
            skipped=skipped or None,
            added=head.count(b"\n") + 1,
        )


def _changed(bundle: Bundle, diff: bytes, config: Config) -> Iterable[_Candidate]:
    attributes = Attributes(bundle.tree)
    for told in parse(diff):
        yield _candidate(told, bundle, config, attributes)


def _candidate(told: FileDiff, bundle: Bundle, config: Config, attributes: Attributes) -> _Candidate:
    path = told.path
    base, head = bundle.bases.get(path), bundle.heads.get(path)
    made = _Candidate(path, told.change, old_path=told.old_path, hunks=told.hunks, added=told.added)
    if len(path.encode("utf-8", "replace")) > MAX_PATH:
        return replace(made, skipped=f"its name is longer than {MAX_PATH:,} bytes")
    if told.kind == BINARY and told.change != "deleted" and not bundle.absent.get(path):
        # `.gitattributes` of the change can make git say so of any file.
        if head is not None and not is_binary(head) and not is_binary(base or b""):
            return replace(made, unread="the diff says that it is binary, and it is not")
        if head is None and language_of(path) is not None:
            return replace(made, unread="the diff says that it is binary, which code is not")
    if why := bundle.absent.get(path) or _untold(told, known=head is not None):
        # What a file that is gone held may have gone to another one, where it is not new then.
        gone = shown_of(told.blocks, new=False) if why == "deleted" else None
        if gone is not None and _uninteresting(path, gone, config):
            gone = None
        return replace(made, skipped=why, base=gone)
    unread = disagreement(told, base, head) if head is not None or base is not None else None
    partial = head is None and told.change != "added"
    if head is not None and base is None and told.change != "added" and not unread:
        base = reverted(told, head)
    if head is None:
        head = shown_of(told.blocks, new=True)
        base = shown_of(told.blocks, new=False) if told.change != "added" else None
        if head is None:
            return replace(
                made, unread=f"it has changed beyond line {MAX_UNKNOWN_LINES:,} and its content is not known"
            )
    # A mark that the change itself brings keeps nobody from reviewing it.
    role, skipped = role_of(path, head if base is None else base, attributes)
    skipped = _uninteresting(path, head, config) or skipped
    return replace(
        made,
        base=base,
        head=head,
        role=role,
        skipped=skipped or None,
        unread=unread,
        partial=partial,
        unknown=head.count(b"\n") if partial else 0,
    )


def _untold(told: FileDiff, *, known: bool) -> str:
    """Why a diff has nothing to review in a file; `known` says whether its new version is."""
    if told.kind:
        return told.kind
    if told.change == "deleted":
        return "deleted"
    # A file that was moved counts by its new place: others import it from there, and it may have been a test before.
    if not told.blocks and not (known and told.change in ("renamed", "copied")):
        return {
            "mode": "only its mode changed",
            "renamed": "only its name changed",
            "copied": "a copy without a change",
        }.get(told.change, "empty")
    return ""


def _uninteresting(path: str, head: bytes, config: Config) -> str:
    """Why a file is not worth a look, or cannot be had."""
    if config.excluded(path):
        return f"excluded by {configs.NAME}"
    if not head:
        return "empty"
    if is_binary(head):
        return "binary"
    if len(head) > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES >> 20} MB"
    if (width := longest(head)) > MAX_LINE:
        return f"a line of {width:,} characters: nobody wrote it by hand"
    return ""


def _bounded(candidates: Sequence[_Candidate], told: list[str], *, whole: bool) -> list[_Candidate]:
    """As many files as one review takes; adds to `told` a sentence on the others.

    The largest go first, for they are the ones that people review least, and few of them make room for many.
    """
    reviewed = [each for each in candidates if not each.skipped and not each.unread]
    # Whole files were bounded when they were packed; nobody has to read all of them again for every change.
    lines = sum(each.added for each in reviewed)
    unknown = sum(each.unknown for each in reviewed)
    out: set[str] = set()
    for each in sorted(reviewed, key=lambda each: (-max(each.added, each.unknown), each.path)):
        if whole or (lines <= MAX_ADDED_LINES and unknown <= MAX_UNKNOWN and len(reviewed) - len(out) <= MAX_FILES):
            break
        out.add(each.path)
        lines -= each.added
        unknown -= each.unknown
    if out:
        told.append(
            f"{len(out):,} of {len(reviewed):,} files were left out, the largest first, for a review takes"
            f" {MAX_FILES:,} files and {MAX_ADDED_LINES:,} new lines: {listed(sorted(out))}"
        )
    kept = [each for each in candidates if each.path not in out]
    skipped = [each.path for each in kept if each.skipped or each.unread]
    if not whole and len(kept) > MAX_LISTED:
        spare = set(skipped[MAX_LISTED - (len(kept) - len(skipped)) :])
        told.append(f"{len(spare):,} more files were not to be reviewed: {listed(sorted(spare))}")
        kept = [each for each in kept if each.path not in spare]
    return kept
