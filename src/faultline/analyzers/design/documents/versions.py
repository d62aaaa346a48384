"""Which version of OpenAPI a document says it is."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from faultline.core.patterns import regex

KNOWN: Final = ("2.0", "3.0", "3.1", "3.2")
_NUMBER: Final = regex(r"\s*v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.\d{1,6})?(?:[-+][\w.+-]{0,40})?\s*")


class Version(NamedTuple):
    """The version.

    Args:
        known: the one of `KNOWN` whose rules hold; empty where there is none.
        key: which says it, `openapi` or `swagger`.
        problem: what is odd about it, in a sentence without its full stop; empty where nothing is.

    """

    known: str = ""
    key: str = ""
    problem: str = ""


def of(data: dict[str, Any]) -> Version:
    """The version of a document; an empty one where it is no OpenAPI.

    Numbers count as text: `openapi: 3` and `swagger: 2.0` are as people write them. A value that is no version, as in a
    configuration with a key of that name, makes no OpenAPI unless `paths` or `info` stand beside it.
    """
    key = next((each for each in ("openapi", "swagger") if each in data), "")
    if not key:
        return Version()
    said = data[key]
    number = (
        _NUMBER.fullmatch(str(said)) if isinstance(said, (str, int, float)) and not isinstance(said, bool) else None
    )
    if number is None:
        if not isinstance(data.get("paths"), dict) and not isinstance(data.get("info"), dict):
            return Version()
        known = "2.0" if key == "swagger" else "3.0"
        return Version(known, key, f"The value of `{key}` is no version; read as {known}.")
    major, minor = int(number[1]), int(number[2] or 0)
    if key == "swagger" and major == 2:
        return Version("2.0", key)
    if major == 3:
        known = f"3.{min(minor, 2)}"
        later = f"OpenAPI 3.{minor} is later than what is known here; read as {known}." if minor > 2 else ""
        return Version(known, key, later)
    if key == "openapi" and major == 2:
        return Version("2.0", key, "Version 2.0 is said with the key `swagger`.")
    name = "Swagger" if key == "swagger" else "OpenAPI"
    return Version(
        "", key, f"{name} {major}.{minor} is not known here; 2.0, 3.0, 3.1 and 3.2 are, so convert it to one of them"
    )
