"""Fetching a pull request as a bundle. Nothing of it is run, unpacked to disk, or believed.

    the diff                                  GitHub's own
    the files as they are                     one by one, eight at a time; of a change of very many, the head's archive
    unchanged Python files, tools' settings   the archive of the merge base, where Python is reviewed: what a pull
                                              request brings has no say in how it is reviewed
    the files as they were                    the same archive, else the diff taken back, else one by one
    `.faultline.toml`                         as it stands in the base branch now

A diff names the hashes of what it compares, so that one which does not belong to these files is noticed: somebody
pushed while we fetched.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from faultline.analyzers.review.bundle import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TREE_BYTES,
    MAX_TREE_FILES,
    SETTINGS,
    Bundle,
    pack,
)
from faultline.analyzers.review.config import NAME
from faultline.service.github.answers import Pull
from faultline.service.github.archives import ArchiveUnreadable, members
from faultline.service.github.client import Installation
from faultline.service.github.errors import AnswerTooLarge, GitHubRefused, Gone, HeadMoved
from faultline.service.github.patches import Mismatch, Patch, patches, reversed_onto

AT_A_TIME = 8
MANY = 100
"""Files of a change from which on the archive of its head is cheaper than a request for each."""
MAX_SINGLE = 300
"""Files that are asked for one by one: an hour has 5,000 requests for all pull requests together."""
MAX_CONTENT = 50 << 20
"""Bytes of all new versions together."""
BINARY_BYTES = 8_000
"""A NUL among so many first bytes makes a file binary, as in git."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A pull request as the artifact of a review (`analyzers.review.bundle`).

    `left_out` says what is not in it, in a sentence each; the bundle says so too, so that the report does.
    """

    data: bytes
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Taken:
    """What was fetched so far; by the path in the new version."""

    heads: dict[str, bytes] = field(default_factory=dict)
    bases: dict[str, bytes] = field(default_factory=dict)
    tree: dict[str, bytes] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    size: int = 0

    def keep(self, path: str, text: bytes | None, why: str) -> None:
        """Take in a new version, or say why there is none."""
        if text is not None and self.size + len(text) > MAX_CONTENT:
            text, why = None, f"the change is larger than {MAX_CONTENT >> 20} MB"
        if text is None:
            self.absent[path] = why
        else:
            self.heads[path] = text
            self.size += len(text)


async def bundle(installation: Installation, repo: str, pull: Pull, *, tree_bytes: int = 50_000_000) -> Fetched:
    """Fetch a pull request.

    Args:
        installation: that sees it.
        repo: where the pull request is, `owner/name`.
        pull: which.
        tree_bytes: largest archive that is fetched for the import graph; `Settings.github_tree_bytes`.

    Raises:
        HeadMoved: somebody pushed meanwhile; what was fetched does not belong together.
        Gone, GitHubRefused, GitHubUnavailable, AnswerTooLarge: as of `Installation`.

    """
    merge_base, diff, config = await asyncio.gather(
        _merge_base(installation, repo, pull),
        installation.diff(repo, pull.number),
        _config(installation, repo, pull.base_sha),
    )
    files = [each for each in patches(diff.data) if each.new_path is not None]
    wanted = [each for each in files if not each.special and not each.binary]
    taken = _Taken(left_out=list(diff.missing))
    if len(wanted) > MAX_FILES:
        taken.left_out.append(f"{len(wanted) - MAX_FILES:,} of {len(wanted):,} changed files are too many")
        wanted = wanted[:MAX_FILES]
    gate = asyncio.Semaphore(AT_A_TIME)
    names = {path for each in files for path in (each.old_path, each.new_path) if path}
    python = any(path.endswith((".py", ".pyi")) for path in names)
    before, _ = await asyncio.gather(
        _archive(installation, repo, merge_base, tree_bytes if python else 0, taken),
        _heads(installation, repo, pull.head_sha, wanted, tree_bytes, gate, taken),
    )
    olds = {each.old_path for each in wanted if each.old_path and each.new_path in taken.heads}
    if before is not None:
        await _tree(before, names, olds, wanted, taken)
    await _bases(installation, repo, merge_base, wanted, gate, taken)
    packed = await asyncio.to_thread(
        pack,
        Bundle(
            diff=diff.data,
            base=f"{pull.base_ref} ({merge_base[:7]})",
            head=f"{pull.head_ref} ({pull.head_sha[:7]})",
            bases=taken.bases,
            heads=taken.heads,
            tree=taken.tree,
            config=config,
            absent=taken.absent,
            left_out=tuple(taken.left_out),
        ),
    )
    return Fetched(packed, tuple(taken.left_out))


async def _merge_base(installation: Installation, repo: str, pull: Pull) -> str:
    """Where the branches parted. What was read at a wrong place is noticed by its hash, and the diff taken back."""
    try:
        return (await installation.compare(repo, pull.base_sha, pull.head_sha)).merge_base_sha or pull.base_sha
    except Gone:
        return pull.base_sha


async def _config(installation: Installation, repo: str, sha: str) -> bytes | None:
    try:
        return await installation.file(repo, NAME, sha, max_bytes=MAX_FILE_BYTES)
    except AnswerTooLarge:
        return None


async def _archive(installation: Installation, repo: str, sha: str, limit: int, taken: _Taken) -> bytes | None:
    if not limit:
        return None
    try:
        return await installation.tarball(repo, sha, max_bytes=limit)
    except AnswerTooLarge:
        taken.left_out.append(
            f"the import graph: the repository's archive is larger than {limit:,} bytes (FAULTLINE_GITHUB_TREE_BYTES)"
        )
    except (Gone, GitHubRefused):
        taken.left_out.append("the import graph: GitHub does not give the repository's archive")
    return None


async def _heads(
    installation: Installation,
    repo: str,
    sha: str,
    wanted: Sequence[Patch],
    limit: int,
    gate: asyncio.Semaphore,
    taken: _Taken,
) -> None:
    rest = [each for each in wanted if each.new_path]
    if len(rest) > MANY and limit:
        paths = {each.new_path for each in rest}
        try:
            archive = await installation.tarball(repo, sha, max_bytes=limit)
            found = await asyncio.to_thread(
                members, archive, lambda path, size: path in paths and size <= MAX_FILE_BYTES
            )
        except (AnswerTooLarge, ArchiveUnreadable, Gone, GitHubRefused):
            found = {}
        for each in [each for each in rest if each.new_path in found]:
            assert each.new_path
            _keep(each, found[each.new_path], "", taken)
        rest = [each for each in rest if each.new_path not in found]
    for each in rest[MAX_SINGLE:]:
        assert each.new_path
        taken.keep(each.new_path, None, "the change has too many files")

    async def one(patch: Patch) -> None:
        assert patch.new_path
        async with gate:
            try:
                text = await installation.file(repo, patch.new_path, sha, max_bytes=MAX_FILE_BYTES)
                why = "kept elsewhere, or not there any more"
            except AnswerTooLarge:
                text, why = None, "larger than 1 MB"
        _keep(patch, text, why, taken)

    await asyncio.gather(*(one(each) for each in rest[:MAX_SINGLE]))


def _keep(patch: Patch, text: bytes | None, why: str, taken: _Taken) -> None:
    assert patch.new_path
    if text is not None and patch.new_blob and not _is(text, patch.new_blob):
        raise HeadMoved("the pull request has new commits; it is reviewed again with them")
    if text is not None and b"\0" in text[:BINARY_BYTES]:
        text, why = None, "binary"
    taken.keep(patch.new_path, text, why)


async def _tree(archive: bytes, names: set[str], olds: set[str], wanted: Sequence[Patch], taken: _Taken) -> None:
    """The old versions, the unchanged Python files and the settings, of the archive of the merge base."""
    count = total = skipped = 0

    def take(path: str, size: int) -> bool:
        nonlocal count, total, skipped
        if path in olds:
            return size <= MAX_FILE_BYTES
        python = path.endswith(".py") and path not in names
        if not python and not _is_setting(path):
            return False
        if size > MAX_FILE_BYTES or total + size > MAX_TREE_BYTES or count >= MAX_TREE_FILES:
            skipped += python
            return False
        count, total = count + 1, total + size
        return True

    try:
        found = await asyncio.to_thread(members, archive, take)
    except ArchiveUnreadable as error:
        taken.left_out.append(f"the import graph: the repository's archive: {error}")
        return
    if skipped:
        taken.left_out.append(f"{skipped:,} unchanged Python files are not in the import graph")
    for each in wanted:
        text = found.get(each.old_path or "")
        if each.new_path and text is not None and (not each.old_blob or _is(text, each.old_blob)):
            taken.bases[each.new_path] = text
    taken.tree |= {path: text for path, text in found.items() if path not in names or _is_setting(path)}


async def _bases(
    installation: Installation,
    repo: str,
    sha: str,
    wanted: Sequence[Patch],
    gate: asyncio.Semaphore,
    taken: _Taken,
) -> None:
    """The old versions that no archive had."""
    fetched = 0

    async def one(path: str, old_path: str) -> None:
        async with gate:
            try:
                text = await installation.file(repo, old_path, sha, max_bytes=MAX_FILE_BYTES)
            except AnswerTooLarge:
                text = None
        if text is not None:
            taken.bases[path] = text

    asked = []
    for each in wanted:
        if each.new_path is None or each.old_path is None or each.new_path not in taken.heads:
            continue
        if each.new_path in taken.bases:
            continue
        text = _taken_back(each, taken.heads)
        if text is not None:
            taken.bases[each.new_path] = text
        elif fetched < MAX_SINGLE:
            fetched += 1
            asked.append(one(each.new_path, each.old_path))
    await asyncio.gather(*asked)


def _taken_back(patch: Patch, heads: Mapping[str, bytes]) -> bytes | None:
    assert patch.new_path
    try:
        text = reversed_onto(heads[patch.new_path], patch.hunks)
    except Mismatch:
        return None
    return text if not patch.old_blob or _is(text, patch.old_blob) else None


def _is_setting(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in SETTINGS or (name.startswith("requirements") and name.endswith(".txt"))


def _is(text: bytes, blob: str) -> bool:
    """Whether git knows a text by a hash, or the beginning of one."""
    digest = hashlib.sha1(b"blob %d\0" % len(text), usedforsecurity=False)
    digest.update(text)
    return digest.hexdigest().startswith(blob)
