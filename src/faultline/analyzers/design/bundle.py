"""Bundle: a design of several files in one piece: a zip archive of them, by path.

Below `.faultline/against/` stand the older versions to compare with, under the same paths; `.faultline.toml` is the
configuration. So any zipped folder is a bundle, whoever made it. Nothing of it is ever unpacked by name into a folder:
a name is text, whatever stands in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from faultline.analyzers.design.kinds import is_environment
from faultline.core import archives
from faultline.core.errors import ArtifactRejected
from faultline.core.patterns import regex

AGAINST: Final = ".faultline/against/"
MAX_MEMBERS: Final = 50_000
MAX_BYTES: Final = 256 << 20
"""Of all files together, unpacked."""
MAX_FILE_BYTES: Final = 64 << 20
"""Of one file. The largest specification that is known to us has 13 MB."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LIMITS: Final = archives.Limits(members=MAX_MEMBERS, total=MAX_BYTES, of=lambda _: MAX_FILE_BYTES, comment=True)
_BINARY: Final = regex(
    r"\.(?:7z|avi|bin|bmp|bz2|class|db|dll|docx|drawio|exe|gif|gz|ico|jar|jpe?g|lock|mov|mp[34]|o|otf|pdf|png|pptx|pyc|so"
    r"|sqlite|svg|tar|tgz|tiff|ttf|vsdx|wasm|webp|woff2?|xlsx|xz|zip|zst)"
)
"""Files that are no text, or none that is read: they are not even unpacked."""


def pack(files: Mapping[str, bytes], older: Mapping[str, bytes] | None = None) -> bytes:
    """The archive; the same files give the same bytes."""
    members = dict(files) | {AGAINST + path: content for path, content in (older or {}).items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), members[name])
    return out.getvalue()


def unpack(data: bytes) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of an archive and the older ones, by path; what a system or git put into it by itself is left out.

    Raises:
        ArtifactRejected: it is no archive that can be read, or holds too much.

    """
    files: dict[str, bytes] = {}
    for name, content in archives.read(io.BytesIO(data), _LIMITS, _wanted).items():
        # Some programs write `\\` and `./`.
        path = name.replace("\\", "/").removeprefix("./")
        if path in files:
            raise ArtifactRejected(f"has two members of one name: {path!r}")
        files[path] = content
    older = {name.removeprefix(AGAINST): content for name, content in files.items() if name.startswith(AGAINST)}
    return {name: content for name, content in files.items() if not name.startswith(AGAINST)}, older


def _wanted(member: zipfile.ZipInfo) -> bool:
    parts = member.filename.replace("\\", "/").split("/")
    name = parts[-1].lower()
    return (
        bool(name)
        and not member.is_dir()
        and not {"__MACOSX", ".git", "node_modules", ".terraform"} & set(parts[:-1])
        and not name.startswith("._")
        and name != ".ds_store"
        and (is_environment(name) or not _BINARY.fullmatch(PurePosixPath(name).suffix))
    )
