"""Bundle: a design of several files in one piece: a zip archive of them, by path.

Below `.faultline/against/` stand the older versions to compare with, under the same paths; `.faultline.toml` is the
configuration. So any zipped folder is a bundle. Nothing of it is ever unpacked by name into a folder: a name is text,
whatever stands in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

AGAINST = ".faultline/against/"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes], older: Mapping[str, bytes] | None = None) -> bytes:
    """The archive; the same files give the same bytes."""
    members = dict(files) | {AGAINST + path: content for path, content in (older or {}).items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), members[name])
    return out.getvalue()


def unpack(data: bytes) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of an archive and the older ones."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {each.filename: archive.read(each) for each in archive.infolist() if not each.is_dir()}
    older = {name.removeprefix(AGAINST): content for name, content in members.items() if name.startswith(AGAINST)}
    return {name: content for name, content in members.items() if not name.startswith(AGAINST)}, older
