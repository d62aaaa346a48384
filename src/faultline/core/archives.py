"""Archives: the members of a zip that a stranger made, in memory, within limits.

Nothing is ever unpacked by name into a folder: a name is text, whatever stands in it. What an archive claims of its
sizes is checked before anything is unpacked, and no more than that is ever read of a member, so no small archive
becomes a large one unasked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final, NamedTuple

from faultline.core.errors import ArtifactRejected

_MAX_DIRECTORY_BYTES: Final = 8 << 20
"""Of the archive's list of members, which Python reads at once, before anyone can count them."""
_END: Final = 22
"""Bytes of the record at the end of an archive without a comment."""
_MAX_COMMENT: Final = 65_535
_ENCRYPTED: Final = 1


class Limits(NamedTuple):
    """How much an archive may hold.

    Args:
        members: how many it may list.
        total: bytes of all that is read, unpacked.
        of: bytes of one member, by its name.
        comment: whether it may end with a comment; one that we made has none.

    """

    members: int
    total: int
    of: Callable[[str], int]
    comment: bool = False


def read(
    stream: BinaryIO, limits: Limits, wanted: Callable[[zipfile.ZipInfo], bool] = lambda _: True
) -> dict[str, bytes]:
    """The members by name.

    Args:
        stream: the archive; it can seek.
        limits: how much it may hold.
        wanted: which members are read at all.

    Raises:
        ArtifactRejected: it is no archive, holds too much, has two members of one name, or one that is packed in a way
            that is not read here, such as with a password.

    """
    _check_directory(stream, limits)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _members(archive, limits, wanted)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ArtifactRejected(f"is no archive that can be read: {error}") from error


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Refuse an archive whose list of members is too long to be read."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END - (_MAX_COMMENT if limits.comment else 0)))
    end = stream.read()
    stream.seek(0)
    at = end.rfind(b"PK\x05\x06") if limits.comment else 0
    if at < 0 or len(end) - at < _END or not end.startswith(b"PK\x05\x06", at):
        raise ArtifactRejected("is no archive that can be read: it is cut off, or something follows its end")
    if int.from_bytes(end[at + 12 : at + 16], "little") > _MAX_DIRECTORY_BYTES:
        raise _too_much("list of members", f"{_MAX_DIRECTORY_BYTES >> 20} MB")


def _members(archive: zipfile.ZipFile, limits: Limits, wanted: Callable[[zipfile.ZipInfo], bool]) -> dict[str, bytes]:
    listed = archive.infolist()
    if len(listed) > limits.members:
        raise _too_much(f"{len(listed):,} members", f"{limits.members:,} members")
    listed = [each for each in listed if wanted(each)]
    # The sizes are what the archive claims; no more than that is ever read of a member.
    total = sum(each.file_size for each in listed)
    if total > limits.total:
        raise _too_much(f"{total >> 20} MB when unpacked", f"{limits.total >> 20} MB")
    members: dict[str, bytes] = {}
    for each in listed:
        if each.filename in members:
            raise ArtifactRejected(f"has two members of one name: {each.filename!r}")
        limit = limits.of(each.filename)
        if each.file_size > limit:
            raise _too_much(f"{each.filename!r} with {each.file_size >> 10:,} KB", f"{limit >> 10:,} KB")
        if each.flag_bits & _ENCRYPTED:
            raise ArtifactRejected(f"has a member with a password: {each.filename!r}; pack it without one")
        if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArtifactRejected(f"has a member that is packed in an unusual way: {each.filename!r}")
        members[each.filename] = archive.read(each)
    return members


def _too_much(what: str, limit: str) -> ArtifactRejected:
    return ArtifactRejected(f"holds too much: {what}", limit=limit)
